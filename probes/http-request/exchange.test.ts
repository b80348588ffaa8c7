import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { HttpConnection } from '../../src/measure/http-connection.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { startExchange } from './exchange.ts';
import { FlightLog } from './flight-log.ts';
import { type HttpRequestOptions, options } from './options.ts';
import { Asking } from './request.ts';

type Row = Record<string, number | null>;

/** A server at the end of a stream that the test moves by hand, under a clock that only the test advances. */
function stage(given: Record<string, unknown>, timeoutNs: Ns = 600e9) {
  let time: Ns = 1000;
  let taken: () => void = () => undefined;
  let asked: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const stream = new Duplex({
    writableHighWaterMark: 16,
    read: () => undefined,
    writev(_chunks, done) {
      taken = done;
      asked();
    },
  });
  const link = {
    stream,
    address: '',
    port: 0,
    dialled: true,
    phases: { connect: null, tls: null },
    mark: () => undefined,
    read: () => undefined,
  };
  const server: HttpServer = {
    site: 'there',
    url: new URL('http://there.example'),
    agent: false,
    path: '/',
    headers: [],
    proof: () => [],
    connect: () => Promise.reject(new Error('not here')),
  };
  const parsed = options.parse(given);
  if (!parsed.ok) throw new Error('options');
  const rows: Row[] = [];
  const log = new FlightLog('there', timeoutNs, { put: (row) => rows.push(row) }, () => undefined);
  const connection = new HttpConnection(server, link);
  return {
    log,
    rows,
    connection,
    asking: new Asking(server, parsed.value as HttpRequestOptions),
    clock: {
      now: () => time,
      startedUnixNs: 0n,
      start: () => Promise.reject(new Error('not here')),
      pace: () => Promise.reject(new Error('not here')),
    },
    tick(ns: Ns) {
      time += ns;
    },
    /** Resolves when the request is on its way out. */
    written,
    take: () => taken(),
    /** What the server says, as it arrives here. */
    async say(text: string) {
      stream.push(text);
      await new Promise((resolve) => setImmediate(resolve));
    },
    hangUp: () => stream.push(null),
  };
}

const open: HttpConnection[] = [];
afterEach(() => {
  for (const connection of open.splice(0)) connection.destroy();
});

/** Releases a request 5 ns before the stage's time; it is written when this resolves. */
async function begin(on: ReturnType<typeof stage>) {
  const flight = on.log.begin(0, 990, 995);
  open.push(on.connection);
  startExchange(flight, on.connection, on.asking, on.clock, { complete: () => undefined, unasked: () => undefined });
  await on.written;
  return flight;
}

describe('an exchange', () => {
  it('is cut into phases where its points are passed', async () => {
    const on = stage({});
    await begin(on);
    on.tick(7);
    on.take();
    await on.say('');
    on.tick(11);
    await on.say('HTTP/1.1 200 OK\r\ncontent-');
    on.tick(13);
    await on.say('length: 4\r\n\r\nab');
    on.tick(17);
    await on.say('cd');
    expect(on.rows).toEqual([
      {
        seq: 0,
        intended: 990,
        released: 995,
        sent: 1000,
        received: 1048,
        outcome: 0,
        connect: null,
        tls: null,
        send: 7,
        wait: 11,
        transfer: 30,
        status: 200,
        bytes: 4,
        reused: 0,
      },
    ]);
  });

  it('has been sent when the answer begins before the network stack has taken all of it', async () => {
    const on = stage({ method: 'POST', body: 'x'.repeat(100) });
    await begin(on);
    on.tick(7);
    await on.say('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n');
    on.tick(5);
    on.take();
    await on.say('\r\n');
    expect(on.rows).toMatchObject([{ send: 7, wait: 0, transfer: 5, received: 1012, status: 200 }]);
  });

  it('waits for the final answer when interim ones come first', async () => {
    const on = stage({});
    await begin(on);
    on.take();
    await on.say('');
    on.tick(10);
    await on.say('HTTP/1.1 103 Early Hints\r\n\r\n');
    on.tick(10);
    await on.say('HTTP/1.1 204 No Content\r\n\r\n');
    expect(on.rows).toMatchObject([{ send: 0, wait: 20, transfer: 0, status: 204, bytes: 0 }]);
  });

  it('keeps the phases that it got to when it fails', async () => {
    const on = stage({});
    await begin(on);
    on.tick(3);
    on.take();
    await on.say('');
    on.tick(4);
    await on.say('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab');
    on.tick(5);
    on.hangUp();
    await on.log.empty();
    expect(on.rows).toMatchObject([{ send: 3, wait: 4, transfer: null, received: null, status: 200, bytes: 2 }]);
    expect(outcomeOf(Number(on.rows[0]?.['outcome']))).toBe('closed');
  });

  it('is out of time when the answer is, though no timer has fired yet', async () => {
    const on = stage({}, 60e9);
    await begin(on);
    on.take();
    on.tick(60e9);
    await on.say('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    expect(on.rows).toMatchObject([{ received: null, status: 200 }]);
    expect(outcomeOf(Number(on.rows[0]?.['outcome']))).toBe('timeout');
    expect(on.log.received).toBe(0);
  });
});
