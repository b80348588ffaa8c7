import * as v from 'valibot';
import type { Link, ProbeIo } from '../../src/contract/io.ts';
import type { ProbeKind, Reduce, Run } from '../../src/contract/kind.ts';
import { defineOptions } from '../../src/contract/options.ts';
import { size, wholeNumber } from '../../src/contract/units.ts';

// A group, written against the contract alone: ranks in a ring pass a block on, step by step, as an all-reduce does.

const schema = v.strictObject({
  steps: v.optional(wholeNumber(1, 10_000), 100),
  size: v.optional(size({ min: 1, max: 2 ** 20 }), '64 KiB'),
});
type Options = v.InferOutput<typeof schema>;

const tables = { step: { step: 'uint', from: 'uint', sent: 'ns', received: 'ns' } } as const;
const metrics = {
  step_ms: { unit: 'ms', better: 'lower', form: 'sample', doc: 'From sending a block on to having the next one.' },
} as const;
type Io = ProbeIo<typeof tables>;

const TIMEOUT_NS = 10e9;

/** What every other rank says before the first step, and after the last. */
async function allSay(io: Io, seats: number[], word: string): Promise<void> {
  for (const seat of seats) io.tell(seat, { say: word });
  const first = async (seat: number) => {
    for await (const message of io.heard(seat)) if (JSON.stringify(message) === JSON.stringify({ say: word })) return;
  };
  await Promise.all(seats.map(first));
}

const run: Run<Options, typeof tables> = async ({ seat, seats, options, shard }, io, signal) => {
  const others = seats.flatMap((_, other) => (other === seat ? [] : [other]));
  const [next, previous] = [(seat + 1) % seats.length, (seat - 1 + seats.length) % seats.length];
  const came = new Promise<Link>((resolve) => {
    // The number of a stream says who dialled it.
    io.serve({ link: (link, stream) => stream === previous && resolve(link) });
  });
  await allSay(io, others, 'ready');
  const buffer = Buffer.alloc(options.size);
  const [to, from] = await Promise.all([io.connect(next, { stream: seat, timeoutNs: TIMEOUT_NS, buffer }), came]);
  const block = Buffer.alloc(options.size, shard.index);
  let [step, got, sent] = [0, 0, io.clock.now()];
  const done = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    from.read((chunk, at) => {
      got += chunk.length;
      if (got < options.size) return;
      io.table('step').put({ step, from: previous, sent, received: at });
      [step, got, sent] = [step + 1, got - options.size, io.clock.now()];
      if (step < options.steps) to.stream.write(block);
      else resolve();
    });
  });
  to.stream.write(block);
  await done;
  io.fact('ring', [seat, next, previous]);
  await allSay(io, others, 'done');
};

const reduce: Reduce<Options, typeof tables, keyof typeof metrics> = ({ steps }, seats) => {
  const values = seats.flatMap(({ rows }) =>
    [...rows.step.received].map((at, i) => (at - (rows.step.sent[i] ?? at)) / 1e6),
  );
  const at = seats.flatMap(({ rows }) => [...rows.step.received]);
  const planned = Math.max(values.length, steps * seats.length);
  const counts = { planned, sent: values.length, received: values.length, lost: 0, failed: 0, omitted: 0 };
  return {
    counts: { ...counts, skipped: planned - values.length },
    metrics: { step_ms: { is: 'sample', values: Float64Array.from(values), at: Float64Array.from(at) } },
    sendLateness: { is: 'missing', why: 'a ring has no schedule' },
  };
};

export const collective: ProbeKind<Options, typeof tables, keyof typeof metrics> = {
  name: 'collective',
  doc: 'A ring of at least three sites passes blocks on, as training does.',
  sites: 'group',
  targets: [],
  options: defineOptions(schema),
  tables,
  metrics,
  headline: ['step_ms'],
  cost({ steps, size: bytes }, { seats = 3 }) {
    const each = { durationNs: 60e9, bytesIn: steps * bytes, bytesOut: steps * bytes, connections: 2 };
    return Array.from({ length: seats }, () => ({
      ...each,
      payloadBytes: bytes,
      bps: 'saturating',
      packetsPerSecond: null,
      rows: { step: steps },
    }));
  },
  roles: { rank: async () => ({ run }) },
  reduce: async () => ({ reduce }),
};
