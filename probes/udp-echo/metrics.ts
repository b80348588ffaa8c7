import type { Estimate, Reduced } from '../../src/contract/estimate.ts';
import type { Reduce } from '../../src/contract/kind.ts';
import type { SeatRecords } from '../../src/contract/records.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { directionVariation, noVariation } from '../../src/stats/direction-variation.ts';
import { dnsMs } from '../../src/stats/facts.ts';
import { hitRatio } from '../../src/stats/hit-ratio.ts';
import { bySequence } from '../../src/stats/latency.ts';
import { lossPattern } from '../../src/stats/loss-pattern.ts';
import { oneWayDelays } from '../../src/stats/one-way.ts';
import { reordered } from '../../src/stats/reordering.ts';
import { roundTo } from '../../src/stats/round.ts';
import { anyDelays, delaySample, streamEstimates, streamIpdv } from '../../src/stats/stream-delays.ts';
import { isSameClock, oneWayError, stepWords } from './clocks.ts';
import { type ClockFact, clockFact, flowLabel } from './facts.ts';
import { type FarSide, farSide } from './far-side.ts';
import type { udpEcho } from './index.ts';
import { kernelStamps } from './kernel-stamps.ts';
import { notesOf } from './notes.ts';
import type { UdpEchoOptions } from './options.ts';
import { type RoundTrips, roundTrips } from './round-trip.ts';
import { arrivalOrder, duplicateFlags, lateness, lossFlags, pick, placesByFlow } from './series.ts';
import { countStates, joinTrips, type Trips } from './trips.ts';
import { type Flagged, isUntold, type Ordered, sumOf, type Tally, type Untold, type Way } from './ways.ts';

type Tables = typeof udpEcho.tables;
type Name = keyof typeof udpEcho.metrics;

const NS_PER_MS = 1e6;
const PAIRS =
  'pairs of round trips, one with a lost packet as beyond any threshold, with times that the reflector says it held packets counted in where long';
const LOSSES = 'requests without a reply in time, as if all had been lost on that way';
const TRIPS = 'round trips, which take longer than either way of them';
const JUDGED =
  'round trips with the time that the reflector says it held the packet counted in where it is above 0.2 ms and 1%';

export const reduce: Reduce<UdpEchoOptions, Tables, Name> = (options, seats) => {
  const initiator = seats.find(({ seat }) => seat === 0);
  if (initiator === undefined) throw new RangeError('no records of the initiator');
  const responder = seats.find(({ seat }) => seat === 1);
  const { rows, facts, close } = initiator;
  const trips = joinTrips(rows, bySequence(rows.request.intended), options, close);
  const planned = plannedCount(options);
  const counts = countStates(trips.state, planned);
  const { intended, flow } = trips;
  const delays = roundTrips(trips, rows.reply);
  const far = farSide(trips, initiator, responder);
  const near = clockFact(facts);
  const order = arrivalOrder(trips);
  const flags = {
    lost: lossFlags(trips),
    reordered: reordered({ ...numbered(trips), order }, trips.flows),
  };
  const estimates = streamEstimates(delays.rtt, numbered(trips), intended, order);
  const pattern = lossPattern({ stream: flow, lost: flags.lost, at: intended }, trips.flows);
  const metrics: Record<Name, Estimate> = {
    ...estimates,
    rtt_raw_ms: delaySample(delays.raw, intended),
    response_ms: delaySample(delays.response, intended),
    hold_ms: anyDelays(delays.hold, intended, 'no reply said how long its request was held'),
    loss_ratio: hitRatio(flags.lost, intended, 'nothing was sent'),
    loss_period_packets: pattern.period,
    loss_distance_packets: pattern.distance,
    duplicate_ratio: hitRatio(duplicateFlags(trips), intended, 'no request was answered'),
    reordered_ratio: hitRatio(flags.reordered, intended, 'no request was answered'),
    ...ratiosOf(far.ways, trips),
    ...variationOf(far, trips, near),
    ...oneWayOf(far, trips, oneWayError({ near, far: far.clock }, kernelStamps(initiator, responder)), near),
    dns_ms: dnsMs(facts),
  };
  return {
    counts,
    metrics: mapValues(metrics, (estimate) => inStreams(estimate, options.flows)),
    judged: { ...judgedOf(estimates, delays, trips, order, options.flows), ...tooVague(metrics) },
    bounds: boundsOf(metrics, options.flows),
    ...(options.flows > 1 ? { flows: flowsOf(trips, delays.rtt, flags, far, { planned, facts }) } : {}),
    sendLateness: anyDelays(lateness(trips), intended, 'nothing was sent'),
    notes: notesOf(trips, delays, far, { near: facts, far: responder?.facts ?? [] }),
  };
};

/** Each flow by itself. */
function flowsOf(
  trips: Trips,
  rtt: Float64Array,
  flags: { lost: Uint8Array; reordered: Uint8Array },
  { ways }: FarSide,
  { planned, facts }: { planned: number; facts: SeatRecords<Tables>['facts'] },
): NonNullable<Reduced<Name>['flows']> {
  return placesByFlow(trips.flow, trips.flows, () => true).map((places, flow) => {
    const at = pick(trips.intended, places);
    const delays = pick(rtt, places);
    const own = { stream: new Uint8Array(places.length), seq: pick(trips.seq, places), streams: 1 };
    return {
      flow,
      label: flowLabel(facts, flow),
      counts: countStates(pick(trips.state, places), plannedOf(flow, trips, planned, places.length)),
      metrics: {
        rtt_ms: delaySample(delays, at),
        ipdv_abs_ms: streamIpdv(delays, own, at).absolute,
        loss_ratio: hitRatio(pick(flags.lost, places), at, 'nothing was sent'),
        loss_fwd_ratio: ratioOf(ways.forward.loss[flow], trips, 'nothing was sent that way'),
        loss_rev_ratio: ratioOf(ways.reverse.loss[flow], trips, 'nothing was sent that way'),
        reordered_ratio: hitRatio(pick(flags.reordered, places), at, 'no request was answered'),
      },
    };
  });
}

/** What verdicts use: the reflector's word must not make a delay look better than it was. */
function judgedOf(
  estimates: ReturnType<typeof streamEstimates>,
  { judged, longHolds }: RoundTrips,
  trips: Trips,
  order: Uint32Array,
  flows: number,
): NonNullable<Reduced<Name>['judged']> {
  const inFlows = (estimate: Estimate) => inStreams(estimate, flows);
  const said = (estimate: Estimate) => ({ estimate: inFlows(estimate), words: JUDGED });
  const pairs = streamIpdv(judged, numbered(trips), trips.intended, 'beyond');
  const paired = (estimate: Estimate) => ({ estimate: inFlows(estimate), words: PAIRS });
  const counted = longHolds === 0 ? estimates : streamEstimates(judged, numbered(trips), trips.intended, order);
  return {
    rtt_ms: said(counted.rtt_ms),
    ipdv_ms: paired(pairs.signed),
    ipdv_abs_ms: paired(pairs.absolute),
    pdv_ms: said(counted.pdv_ms),
    jitter_rfc3550_ms: said(counted.jitter_rfc3550_ms),
  };
}

/** One-way delays whose clocks' error is more than this, and this share of them, are shown and not judged. */
const VAGUE_MS = 0.05;
const VAGUE_SHARE = 0.01;

/** A threshold that lies within the error of a delay is met or not by the clocks. */
function tooVague(
  metrics: Record<'owd_fwd_ms' | 'owd_rev_ms' | 'owd_error_ms', Estimate>,
): NonNullable<Reduced<Name>['judged']> {
  const { owd_error_ms: error } = metrics;
  if (error.is !== 'scalar' || error.value <= VAGUE_MS) return {};
  const entries = (['owd_fwd_ms', 'owd_rev_ms'] as const).flatMap((name) => {
    const { [name]: delays } = metrics;
    const least =
      delays.is === 'sample' ? delays.values.reduce((min, each) => Math.min(min, each), Infinity) : Infinity;
    if (error.value <= VAGUE_SHARE * least || delays.is !== 'sample') return [];
    const why = `the clocks may be off by ${roundTo(error.value, 'ms')} ms: too much to judge a one-way delay by`;
    return [[name, { estimate: missing(why), words: 'one-way delays' }] as const];
  });
  return Object.fromEntries(entries);
}

/** What was seen from here, and no direction of it can be worse than: no word of the reflector's enters it. */
function boundsOf(
  { loss_ratio, rtt_raw_ms }: Record<'loss_ratio' | 'rtt_raw_ms', Estimate>,
  flows: number,
): NonNullable<Reduced<Name>['bounds']> {
  const loss = { estimate: inStreams(loss_ratio, flows), words: LOSSES, seen: 'round-trip loss' };
  const delay = { estimate: inStreams(rtt_raw_ms, flows), words: TRIPS, seen: 'the round trip' };
  return { loss_fwd_ratio: loss, loss_rev_ratio: loss, owd_fwd_ms: delay, owd_rev_ms: delay };
}

function ratiosOf({ forward, reverse }: FarSide['ways'], trips: Trips) {
  return {
    loss_fwd_ratio: ratioOf(lossOf(forward), trips, 'nothing was sent that way'),
    loss_rev_ratio: ratioOf(lossOf(reverse), trips, 'nothing was sent that way'),
    duplicate_fwd_ratio: ratioOf(forward.duplicate, trips, 'nothing arrived that way'),
    duplicate_rev_ratio: ratioOf(reverse.duplicate, trips, 'nothing arrived that way'),
    reordered_fwd_ratio: ratioOf(reorderedOf(forward.arrivals, trips), trips, 'nothing arrived that way'),
    reordered_rev_ratio: ratioOf(reorderedOf(reverse.arrivals, trips), trips, 'nothing arrived that way'),
  };
}

function lossOf({ loss, lossFlags: flagged }: Way): Flagged | Tally | Untold {
  return flagged ?? sumOf(loss);
}

function reorderedOf(arrivals: Ordered | Untold, { flows }: Trips): Flagged | Untold {
  return isUntold(arrivals) ? arrivals : { flags: reordered(arrivals, flows), requestOf: arrivals.requestOf };
}

function ratioOf(told: Flagged | Tally | Untold | undefined, { intended }: Trips, why: string): Estimate {
  if (told === undefined) return missing(why);
  if (isUntold(told)) return missingAs(told);
  if ('flags' in told) {
    const { flags, requestOf } = told;
    return hitRatio(flags, requestOf === undefined ? intended : timesOf(requestOf, intended), why);
  }
  return told.of === 0 ? missing(why) : { is: 'ratio', hits: told.hits, of: told.of };
}

function timesOf(requestOf: Int32Array, intended: Float64Array): Float64Array {
  const times = new Float64Array(requestOf.length);
  for (let k = 0; k < times.length; k += 1) times[k] = intended[requestOf[k] as number] ?? Number.NaN;
  return times;
}

function variationOf({ stamps, clock }: FarSide, trips: Trips, near: ClockFact) {
  if (isUntold(stamps)) return mapValues(namedVariation(noVariation(stamps.why)), () => missingAs(stamps));
  const step = stamps.monotonic ? undefined : stepWords(near, clock);
  if (step !== undefined) return namedVariation(noVariation(step));
  const sameClock = isSameClock(near, clock);
  return namedVariation(directionVariation({ ...stamps, ...numbered(trips), at: trips.intended, sameClock }));
}

function namedVariation({ forward, reverse, skew }: ReturnType<typeof directionVariation>) {
  return {
    ipdv_fwd_ms: forward.ipdv,
    ipdv_rev_ms: reverse.ipdv,
    ipdv_abs_fwd_ms: forward.ipdvAbs,
    ipdv_abs_rev_ms: reverse.ipdvAbs,
    pdv_fwd_ms: forward.pdv,
    pdv_rev_ms: reverse.pdv,
    clock_skew_ppm: skew,
  };
}

function oneWayOf(
  { wallStamps, clock }: FarSide,
  { intended }: Trips,
  error: ReturnType<typeof oneWayError>,
  near: ClockFact,
) {
  if (isUntold(error)) return { ...noOneWay(error), owd_error_ms: missing(error.why) };
  const owd_error_ms: Estimate = { is: 'scalar', value: (error.clocksNs + error.lateNs) / NS_PER_MS };
  const step = stepWords(near, clock, 0);
  if (step !== undefined) return { ...noOneWay({ why: step }), owd_error_ms };
  if (isUntold(wallStamps)) return { ...noOneWay(wallStamps), owd_error_ms };
  const { forward, reverse } = oneWayDelays(wallStamps.forward, wallStamps.reverse, intended, error);
  return { owd_fwd_ms: forward, owd_rev_ms: reverse, owd_error_ms };
}

function noOneWay(untold: Untold) {
  return { owd_fwd_ms: missingAs(untold), owd_rev_ms: missingAs(untold) };
}

function numbered({ flow, seq, flows }: Trips) {
  return { stream: flow, seq, streams: flows };
}

/** Requests take turns in flows. */
function plannedOf(flow: number, { flows }: Trips, planned: number, least: number): number {
  return Math.max(least, Math.ceil((planned - flow) / flows));
}

/** Flows take turns: what hangs together is as many places apart. */
function inStreams(estimate: Estimate, streams: number): Estimate {
  if (streams === 1) return estimate;
  if (estimate.is === 'sample') return { ...estimate, streams };
  if (estimate.is === 'ratio' && estimate.series !== undefined)
    return { ...estimate, series: { ...estimate.series, streams } };
  return estimate;
}

function mapValues<K extends string, V>(map: Record<K, V>, to: (value: V) => V): Record<K, V> {
  return Object.fromEntries(Object.entries<V>(map).map(([key, value]) => [key, to(value)])) as Record<K, V>;
}

function missing(why: string): Estimate {
  return { is: 'missing', why };
}

function missingAs({ why, withheld }: Untold): Estimate {
  return { is: 'missing', why, ...(withheld === true ? { withheld } : {}) };
}
