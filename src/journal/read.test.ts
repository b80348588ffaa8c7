import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeEcho } from '../../test/support/fake-kinds.ts';
import { echoRows, recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { temporaryFolder } from '../../test/support/fake-run.ts';
import type { JournalRecord, Tables } from '../contract/records.ts';
import { recordLine, splitLines } from './lines.ts';
import { type Expected, readSeat } from './read.ts';

const CELL = 'here.fra.fake-echo.r1';
const KEY = recordKey(CELL, 0);
const TABLES: Tables = { t: { when: 'ns', count: 'uint', much: 'float', what: 'code' } };
const OPEN: JournalRecord = { ...KEY, is: 'open', unixNs: '17', kind: 'k', role: 'initiator', tables: TABLES };
const CLOSE: JournalRecord = { ...KEY, is: 'close', at: 9, status: 'completed', error: null };

function rows(from: number, ...all: unknown[][]): JournalRecord {
  return { ...KEY, is: 'rows', table: 't', from, rows: all as (number | null)[][] };
}

async function fileOf(text: string): Promise<string> {
  const path = join(await temporaryFolder(), `${CELL}.1.0.ndjson`);
  await writeFile(path, text);
  return path;
}

const textOf = (records: JournalRecord[]) => records.map(recordLine).join('');

async function read(records: JournalRecord[], expected?: Expected) {
  return readSeat(await fileOf(textOf(records)), expected);
}

describe('reading a seat', () => {
  it('gives its rows as columns, its facts and its close', async () => {
    const records = seatRecords(KEY, fakeEcho, 'initiator', echoRows(250, { loseEvery: 10 }));
    const { seats, truncated } = await read(records);
    expect(truncated).toBe(false);
    expect(seats).toHaveLength(1);
    expect(seats[0]).toMatchObject({ seat: 0, shard: 0, part: '', role: 'initiator', close: { status: 'completed' } });
    expect(seats[0]?.openedUnixNs).toBe(1794000000000000000n);
    expect(seats[0]?.facts).toEqual([{ at: 5, name: 'peer', value: { address: '203.0.113.7' } }]);
    const echo = seats[0]?.rows['echo'] as Record<string, Float64Array>;
    expect(Object.keys(echo)).toEqual(['seq', 'intended', 'sent', 'received', 'outcome']);
    expect(echo['seq']).toEqual(Float64Array.from({ length: 250 }, (_, i) => i));
    expect(echo['received']?.[9]).toBeNaN();
  });

  it('gives whatever rows were written, null as NaN', async () => {
    const whole = fc.maxSafeNat();
    const row = fc.tuple(
      fc.option(fc.maxSafeInteger().map((value) => value + 0)),
      fc.option(whole),
      fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      fc.option(whole),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (all) => {
        const { seats } = await read([OPEN, ...all.map((each, i) => rows(i, each)), CLOSE]);
        const columns = Object.values(seats[0]?.rows['t'] ?? {});
        expect(all.map((_, i) => columns.map((column) => column[i]))).toEqual(
          all.map((each) => each.map((value) => value ?? Number.NaN)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the parts and shards apart that share its file', async () => {
    const of = (part: string, shard: number): JournalRecord[] => [
      { ...OPEN, part, shard },
      { ...rows(0, [1, shard, 1, 1]), part, shard },
      { ...CLOSE, part, shard },
    ];
    const [b1, a1, a0] = [of('b', 1), of('a', 1), of('a', 0)];
    const { seats } = await read([0, 1, 2].flatMap((i) => [b1[i], a1[i], a0[i]] as JournalRecord[]));
    expect(seats.map(({ part, shard }) => [part, shard])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 1],
    ]);
    expect(seats.map((seat) => seat.rows['t']?.['count']?.[0])).toEqual([0, 1, 1]);
  });

  it('has no close when the process died', async () => {
    expect((await read([OPEN, rows(0, [1, 2, 3, 4])])).seats[0]?.close).toBeNull();
  });

  it('counts what stands before a line that was cut off, wherever it was cut', async () => {
    const text = textOf([OPEN, rows(0, [1, 2, 3, 4]), rows(1, [5, 6, 7, 8])]);
    const second = text.lastIndexOf('{"is":"rows"');
    for (const end of [second + 1, second + 40, text.length - 2]) {
      const { seats, truncated } = await readSeat(await fileOf(text.slice(0, end)));
      expect(truncated).toBe(true);
      expect(seats[0]?.rows['t']?.['when']).toEqual(Float64Array.of(1));
    }
    // Only the newline is missing: nothing was lost.
    const whole = await readSeat(await fileOf(text.slice(0, -1)));
    expect(whole).toMatchObject({ truncated: false });
    expect(whole.seats[0]?.rows['t']?.['when']).toEqual(Float64Array.of(1, 5));
  });

  it('reads an empty file as no records', async () => {
    expect(await readSeat(await fileOf(''))).toEqual({ seats: [], truncated: false });
  });

  const wrong: [string, JournalRecord[], number, string][] = [
    ['a gap in the rows', [OPEN, rows(0, [1, 2, 3, 4]), rows(2, [1, 2, 3, 4])], 3, 'a gap or an overlap in t'],
    ['rows told twice', [OPEN, rows(0, [1, 2, 3, 4]), rows(0, [1, 2, 3, 4])], 3, 'a gap or an overlap in t'],
    ['a row that is too short', [OPEN, rows(0, [1, 2, 3])], 2, 'row 0 of t is malformed'],
    ['a row that is too long', [OPEN, rows(0, [1, 2, 3, 4, 5])], 2, 'row 0 of t is malformed'],
    ['a time that is not whole', [OPEN, rows(0, [1.5, 2, 3, 4])], 2, 'row 0 of t is malformed'],
    ['a negative count', [OPEN, rows(0, [1, 2, 3, 4], [1, -2, 3, 4])], 2, 'row 1 of t is malformed'],
    ['a code that is not whole', [OPEN, rows(0, [1, 2, 3, 0.5])], 2, 'row 0 of t is malformed'],
    ['a text for a number', [OPEN, rows(0, ['1', 2, 3, 4])], 2, 'row 0 of t is malformed'],
    ['a table that is not declared', [OPEN, { ...rows(0), table: 'u' } as JournalRecord], 2, 'an undeclared table'],
    ['rows before the open record', [rows(0, [1, 2, 3, 4])], 1, 'before the open record'],
    ['a second open record', [OPEN, OPEN], 2, 'a second open record'],
    ['rows after the close record', [OPEN, CLOSE, rows(0, [1, 2, 3, 4])], 3, 'after the close record'],
    ['a record of another cell', [OPEN, { ...CLOSE, cell: 'x.y.z.r1' }], 2, 'a record of something else'],
    ['a record of another seat', [OPEN, { ...CLOSE, seat: 1 }], 2, 'a record of something else'],
    ['a record of another attempt', [OPEN, { ...CLOSE, attempt: 2 }], 2, 'a record of something else'],
    ['a status that does not exist', [OPEN, { ...CLOSE, status: 'fine' } as never], 2, 'not a record'],
    ['a column type that does not exist', [{ ...OPEN, tables: { t: { a: 'int' } } } as never], 1, 'not a record'],
  ];
  it.each(wrong)('refuses %s, naming file and line', async (_, records, line, what) => {
    await expect(read(records, { name: 'samples/x.ndjson.gz' })).rejects.toMatchObject({
      code: 'NETPROBE_RECORDS_INVALID',
      message: expect.stringMatching(new RegExp(`^samples/x.ndjson.gz, line ${line}: .*${what}`)) as string,
    });
  });

  it.each(['1e400', '-1e400'])('refuses %s as a value, which JSON reads as infinite', async (value) => {
    const text = textOf([OPEN, rows(0, [1, 2, 777, 4])]).replace('777', value);
    await expect(readSeat(await fileOf(text))).rejects.toMatchObject({ expected: 'a finite number as much' });
  });

  it.each(['not json\n', '{"is":"rows"\n', 'null\n', '[]\n', '\n', '{"is":"other"}\n'])(
    'refuses the line %j, whatever comes after it',
    async (line) => {
      const text = `${recordLine(OPEN)}${line}${recordLine(CLOSE)}`;
      await expect(readSeat(await fileOf(text))).rejects.toThrow('line 2');
    },
  );

  it('refuses records whose tables are not those of their kind', async () => {
    const tablesOf = (kind: string) => (kind === 'k' ? { t: { when: 'ns', count: 'uint' } as const } : undefined);
    await expect(read([OPEN], { tablesOf })).rejects.toThrow('line 1: the tables are not those that k stores');
    await expect(read([{ ...OPEN, kind: 'j' }], { tablesOf })).rejects.toThrow('a kind that does not belong here');
  });

  it('refuses a file that is not there', async () => {
    await expect(readSeat('/nowhere/x.ndjson')).rejects.toMatchObject({ code: 'NETPROBE_RECORDS_INVALID' });
    await expect(readSeat('/nowhere/x.ndjson.gz')).rejects.toMatchObject({ code: 'NETPROBE_RECORDS_INVALID' });
  });

  it('throws nothing but a NetprobeError, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.nat(), async (bytes, at) => {
        const good = Buffer.from(textOf([OPEN, rows(0, [1, 2, 3, 4]), CLOSE]));
        const cut = at % good.length;
        const path = await fileOf('');
        await writeFile(path, Buffer.concat([good.subarray(0, cut), bytes, good.subarray(cut)]));
        await readSeat(path).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'NetprobeError', code: 'NETPROBE_RECORDS_INVALID' });
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('splitting lines', () => {
  it('splits at newlines only, wherever the chunks are cut', async () => {
    const text = 'ä\u2028b\r\n\n→ c';
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const lines = [];
      for await (const line of splitLines(chunks(bytes, size))) lines.push([line.text, line.number, line.ended]);
      expect(lines).toEqual([
        ['ä\u2028b\r', 1, true],
        ['', 2, true],
        ['→ c', 3, false],
      ]);
    }
  });
});

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
