import type { PairOptions, PathOptions } from '../../test/path/config.ts';

/** Bars: how far netprobe's quantiles may be from its flow's truth, in ms. */
interface Bars {
  p50: number;
  p90: number;
  p99: number;
}

export interface Scenario {
  name: string;
  what: string;
  /** Of both directions. */
  both: PathOptions;
  /** Of one of them. */
  pairs?: PairOptions;
  /** Requests a second. */
  rate: number;
  seconds?: number;
  protocol?: 'udp' | 'tcp';
  ipVersion?: 4 | 6;
  flows?: number;
  /** A second without anything, in the middle of the measurement. */
  blackout?: boolean;
  /** UDP datagrams of 1400 B a second, from the measuring site to the far one, meanwhile. */
  crossPerSecond?: number;
  bars?: Bars;
  quick?: boolean;
}

const jittery: PathOptions = { delayMs: 20, jitterMs: 2, distribution: 'normal' };

/** Every delay is that of one direction. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'delay-10ms', what: '10 ms, nothing else', both: { delayMs: 10 }, rate: 100, quick: true },
  { name: 'delay-20ms', what: '20 ms, nothing else', both: { delayMs: 20 }, rate: 100 },
  {
    name: 'jitter-20ms',
    what: '20 ± 2 ms, normal',
    both: jittery,
    rate: 100,
    seconds: 20,
    bars: { p50: 0.15, p90: 0.15, p99: 0.5 },
  },
  {
    name: 'asymmetric-tail',
    what: '5 ms there, 45 ms back, Pareto tails',
    both: { jitterMs: 1, distribution: 'pareto', shape: 2 },
    pairs: { 'a>b': { delayMs: 5 }, 'b>a': { delayMs: 45 } },
    rate: 100,
  },
  { name: 'loss-1pct', what: '10 ms, 1% lost each way', both: { delayMs: 10, lossRatio: 0.01 }, rate: 200 },
  {
    name: 'loss-bursts',
    what: '10 ms, 2% lost there in bursts of 5',
    both: { delayMs: 10 },
    pairs: { 'a>b': { lossRatio: 0.02, lossBurst: 5 } },
    rate: 200,
  },
  {
    name: 'reordering',
    what: '20 ± 8 ms, packets overtake',
    both: { delayMs: 20, jitterMs: 8, distribution: 'uniform', reorder: true },
    rate: 200,
  },
  {
    name: 'duplication',
    what: '10 ms, 1% of packets come twice, each way',
    both: { delayMs: 10, duplicateRatio: 0.01 },
    rate: 200,
  },
  {
    name: 'all-at-once',
    what: '10 ± 4 ms, 5% lost, 5% twice, packets overtake, each way',
    both: { delayMs: 10, jitterMs: 4, distribution: 'uniform', reorder: true, lossRatio: 0.05, duplicateRatio: 0.05 },
    rate: 200,
    quick: true,
  },
  {
    name: 'rate-limit',
    what: '5 ms, 5 Mbit/s with a queue of 64 kB, 4.9 Mbit/s of other traffic there',
    both: { delayMs: 5 },
    pairs: { 'a>b': { rateMbps: 5, queueBytes: 64_000, creditBytes: 3000 } },
    rate: 100,
    crossPerSecond: 430,
  },
  { name: 'blackout', what: '10 ms, nothing for 1 s in the middle', both: { delayMs: 10 }, rate: 100, blackout: true },
  { name: 'ipv6', what: '10 ms, IPv6', both: { delayMs: 10 }, rate: 100, ipVersion: 6 },
  {
    name: 'ecmp',
    what: '10 ms, or 15 for the flows that take the other route; netprobe with 8 flows',
    both: { delayMs: 10, second: 'ecmp', secondDelayMs: 15 },
    rate: 200,
    flows: 8,
  },
  { name: 'rate-1000', what: '10 ms, 1000 packets a second', both: { delayMs: 10 }, rate: 1000 },
  { name: 'lan', what: '50 µs', both: { delayMs: 0.05 }, rate: 100 },
  { name: 'tcp-10ms', what: '10 ms, messages over TCP', both: { delayMs: 10 }, rate: 100, protocol: 'tcp' },
  { name: 'tcp-jitter', what: '20 ± 2 ms, normal, messages over TCP', both: jittery, rate: 100, protocol: 'tcp' },
];
