import { readLog } from '../../test/path/log.ts';
import type { PathSummary } from '../../test/path/summary.ts';
import { COUNTS, type CountName, type Measured, type Series } from './measured.ts';
import { quantile } from './quantile.ts';
import { type Truth, truthOf } from './truth.ts';

/** Of one quantile, in ms. */
interface Figure {
  measured: number | null;
  truth: number | null;
  error: number | null;
}
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;
type QuantileName = keyof typeof QUANTILES;

interface SeriesErrors {
  name: string;
  truth: 'path' | 'span';
  n: number;
  truthN: number;
  figures: Record<QuantileName, Figure>;
  /** Measured − truth of the same packet. */
  perPacket: Record<QuantileName, number | null>;
  /** Whether what the tool prints is what its samples say, to 0.001 ms; null: it prints none. */
  printedAgrees: boolean | null;
}

export interface Comparison {
  series: SeriesErrors[];
  /** null: the tool does not tell. */
  counts: Record<CountName, { measured: number | null; truth: number; exact: boolean | null }>;
  instrument: Measured['instrument'];
  flows: { flow: number; route: string; measured: number | null; truth: number; error: number | null }[];
  /** The path itself: how late it let packets out, and what no log has. */
  path: { lateP99Us: number | null; lateMaxUs: number | null; notRead: number };
}

/** Holds what a tool says against the log of the path that it measured. */
export async function compare(measured: Measured, logFile: string, summary: PathSummary): Promise<Comparison> {
  const { records, startNs } = await readLog(logFile);
  const truth = truthOf(records, measured, startNs);
  if (truth.packets === 0) throw new Error('the log has no packet of this tool');
  return {
    series: measured.series.map((series) => errorsOf(series, measured, truth)),
    counts: Object.fromEntries(
      COUNTS.map((name) => [name, counted(measured.counts[name], truth.counts[name] ?? Number.NaN)]),
    ) as Comparison['counts'],
    instrument: measured.instrument,
    flows: flowsOf(measured, truth),
    path: {
      lateP99Us: summary.lateUs.p99,
      lateMaxUs: summary.lateUs.max,
      notRead: summary.sites.reduce((sum, { notRead }) => sum + (notRead ?? 0), 0),
    },
  };
}

function counted(measured: number | undefined, truth: number) {
  return { measured: measured ?? null, truth, exact: measured === undefined ? null : measured === truth };
}

function errorsOf({ name, truth: kind, rttMs, printed }: Series, measured: Measured, truth: Truth): SeriesErrors {
  const right = truth[kind];
  const figures = mapQuantiles((p) => figureOf(quantile(rttMs.values(), p), quantile(right.values(), p)));
  // A tool whose rows have no numbers of packets cannot be compared packet by packet.
  const errors =
    measured.sentAtNs === null
      ? [...rttMs].flatMap(([key, ms]) => (right.has(key) ? [ms - (right.get(key) ?? Number.NaN)] : []))
      : [];
  return {
    name,
    truth: kind,
    n: rttMs.size,
    truthN: right.size,
    figures,
    perPacket: mapQuantiles((p) => known(quantile(errors, p))),
    printedAgrees: printed === undefined ? null : agrees(printed, figures),
  };
}

function agrees(printed: NonNullable<Series['printed']>, figures: SeriesErrors['figures']): boolean {
  return (Object.keys(QUANTILES) as QuantileName[]).every((name) => {
    const [said, found] = [printed[name] ?? null, figures[name].measured];
    return said === null || (found !== null && Math.abs(said - found) <= 0.001);
  });
}

/** Each flow's median against that of the same packets, and the way that the log says they took. */
function flowsOf({ flows }: Measured, truth: Truth): Comparison['flows'] {
  return (flows ?? []).map(({ flow, p50Ms }) => {
    const own = [...truth.path].filter(([key]) => key.startsWith(`${flow}:`));
    const ways = new Set(own.map(([key]) => truth.routes.get(key)?.map((route) => (route === 0 ? 'first' : 'other'))));
    const figure = figureOf(
      p50Ms ?? Number.NaN,
      quantile(
        own.map(([, ms]) => ms),
        0.5,
      ),
    );
    const route = [...new Set([...ways].map((way) => way?.join('/') ?? '?'))].join(', ');
    return { flow, route, measured: figure.measured, truth: figure.truth ?? Number.NaN, error: figure.error };
  });
}

function mapQuantiles<T>(of: (p: number) => T): Record<QuantileName, T> {
  return { p50: of(QUANTILES.p50), p90: of(QUANTILES.p90), p99: of(QUANTILES.p99) };
}

function figureOf(measured: number, truth: number): Figure {
  return { measured: known(measured), truth: known(truth), error: known(measured - truth) };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
