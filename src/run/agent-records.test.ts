// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindThatRuns } from '../../test/support/run-kind.ts';
import { NetprobeError } from '../contract/error.ts';
import type { JournalRecord, RecordKey } from '../contract/records.ts';
import { recordLine } from '../journal/lines.ts';
import { recordFault } from '../journal/record-schema.ts';
import { SeatBuilder } from '../journal/seat-builder.ts';
import { AgentRecords } from './agent-records.ts';

const KEY: RecordKey = { cell: 'c', attempt: 1, part: '', seat: 1, shard: 0 };
const KIND = kindThatRuns(async () => undefined);
const CAP = 5;

const open = fc.record({ is: fc.constant('open'), unixNs: fc.constant('17') });
const cell = fc.oneof(fc.nat(3), fc.constantFrom(null, -1, 1.5, '1', Number.POSITIVE_INFINITY, 2 ** 60));
const fact = fc.record({ is: fc.constant('fact'), at: cell, name: fc.string(), value: fc.jsonValue() });
const rows = fc.record({
  is: fc.constant('rows'),
  table: fc.constantFrom<unknown>('t', 't', 't', 'u', ['t'], 'constructor'),
  from: fc.nat(6),
  rows: fc.array(fc.array(cell, { maxLength: 2 }), { maxLength: 3 }),
});
const close = fc.record({
  is: fc.constant('close'),
  at: fc.oneof(fc.nat(), cell),
  status: fc.constantFrom('completed', 'partial', 'perfect'),
  error: fc.oneof(fc.constant(null), fc.jsonValue()),
});
const anything = fc.oneof(open, fact, rows, close, fc.jsonValue());
/** Mostly begins as it should. */
const session = fc
  .tuple(fc.option(open), fc.array(anything, { maxLength: 12 }))
  .map(([first, rest]) => (first === null ? rest : [first, ...rest]));

describe('what an agent says it recorded', () => {
  it('can be read back when it was accepted, and is refused with nothing but a NetprobeError', () => {
    fc.assert(
      fc.property(session, (records) => {
        const agent = new AgentRecords(KEY, KIND, { t: CAP });
        let builder: SeatBuilder | undefined;
        for (const record of records) {
          let accepted: JournalRecord;
          try {
            accepted = agent.accept(record as unknown as JournalRecord);
          } catch (error) {
            expect(error).toBeInstanceOf(NetprobeError);
            expect(error).toMatchObject({ code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' });
            expect(agent.fault()).toBe(error);
            break;
          }
          const read = JSON.parse(recordLine(accepted)) as JournalRecord;
          expect(recordFault(read)).toBeUndefined();
          expect(read).toMatchObject(KEY);
          if (read.is === 'open') builder = new SeatBuilder(read);
          else expect(builder?.add(read)).toBeUndefined();
        }
        expect(builder?.done().rows['t']?.['a']?.length ?? 0).toBeLessThanOrEqual(CAP);
      }),
      { numRuns: 500 },
    );
  });

  const of = (...records: object[]) => {
    const agent = new AgentRecords(KEY, KIND, { t: CAP });
    return () => records.map((record) => agent.accept({ ...KEY, ...record } as JournalRecord));
  };
  const OPEN = { is: 'open', unixNs: '1' };
  const ROWS = { is: 'rows', table: 't', from: 0, rows: [[1], [2]] };

  it('is taken in as many pieces as it comes in', () => {
    expect(of(OPEN, ROWS, { ...ROWS, from: 2 }, { ...ROWS, from: 4, rows: [[5]] })).not.toThrow();
  });

  it.each([
    ['more rows than were planned', { ...ROWS, rows: Array.from({ length: CAP + 1 }, () => [1]) }],
    ['rows out of order', { ...ROWS, from: 1 }],
    ['a row too wide', { ...ROWS, rows: [[1, 2]] }],
    ['a row too narrow', { ...ROWS, rows: [[]] }],
    ['a row that is none', { ...ROWS, rows: [{ a: 1 }] }],
    ['a text for a number', { ...ROWS, rows: [['1']] }],
    ['a fraction for a count', { ...ROWS, rows: [[0.5]] }],
    ['a negative count', { ...ROWS, rows: [[-1]] }],
    ['more than a number holds', { ...ROWS, rows: [[2 ** 53]] }],
    ['what JSON makes of 1e999', { ...ROWS, rows: [[Number.POSITIVE_INFINITY]] }],
  ])('is refused with %s', (_, record) => {
    expect(of(OPEN, record)).toThrow(expect.objectContaining({ code: 'NETPROBE_AGENT_GARBAGE' }));
  });

  it('is refused whole after the first fault, for that fault', () => {
    const agent = new AgentRecords(KEY, KIND, { t: CAP });
    const accept = (record: object) => () => agent.accept({ ...KEY, ...record } as JournalRecord);
    accept(OPEN)();
    expect(accept({ ...ROWS, from: 3 })).toThrow('rows out of order');
    expect(accept(ROWS)).toThrow('rows out of order');
    expect(agent.closed()).toBe(false);
  });
});
