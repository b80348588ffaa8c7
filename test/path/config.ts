/** A router on the way. Without addresses it is silent; with one family's only, silent in the other. */
export interface Hop {
  v4?: string;
  v6?: string;
  /** How far along the way, from 0 to 1. Default: even steps. */
  share?: number;
}

/** One direction of a path. What each key does is in README.md; all are off by default. */
export interface PathOptions {
  delayMs?: number;
  jitterMs?: number;
  distribution?: 'uniform' | 'normal' | 'pareto' | 'ar1';
  correlation?: number;
  shape?: number;
  lossRatio?: number;
  lossBurst?: number;
  duplicateRatio?: number;
  reorder?: boolean;
  rateMbps?: number;
  queueBytes?: number;
  creditBytes?: number;
  /** In seconds since the path's start. */
  blackouts?: readonly { atS: number; forS: number }[];
  pathMtu?: number;
  hops?: readonly Hop[];
  /** Who takes the second route: half of the flows, or all from then on. */
  second?: 'none' | 'ecmp' | { atS: number };
  secondDelayMs?: number;
  secondHops?: readonly Hop[];
  seed?: number;
}

/** `A>B`: one direction; `A<>B`: both, hops in the order from A to B. Later pairs override earlier ones, key by key. */
export type PairOptions = { readonly [pair: string]: PathOptions };

/** Which packets are logged, and how much of each one's payload. */
export interface LogOptions {
  /** At most 128. Default 48. */
  headBytes?: number;
  /** Such as `udp:7000`, `tcp`, `any:443`. Default: everything. */
  only?: readonly string[];
}

export interface MeshOptions<Site extends string> {
  sites: readonly Site[];
  defaults?: PathOptions;
  pairs?: PairOptions;
  seed?: number;
  /** Of every site's interface. Default 1500. */
  mtu?: number;
  /** Default: everything. */
  log?: LogOptions | false;
  /** False: sites hand over each TCP segment by itself, as if their interfaces could not cut them. Default true. */
  offload?: boolean;
}

/** The lines that the emulator reads. */
export function configLines<Site extends string>(options: MeshOptions<Site>): string[] {
  const { sites, defaults = {}, pairs = {}, seed, mtu, log = {}, offload } = options;
  return [
    `sites ${sites.join(' ')}`,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...(offload === undefined ? [] : [`offload ${onOff(offload)}`]),
    ...(log === false ? ['log off'] : logLines(log)),
    ...pathLine('*', defaults),
    ...pairLines(pairs),
  ];
}

/** The lines for paths alone. */
export function pairLines(pairs: PairOptions): string[] {
  return Object.entries(pairs).flatMap(([pair, options]) => pathLine(pair, options));
}

function logLines({ headBytes, only }: LogOptions): string[] {
  return [
    'log on',
    ...(headBytes === undefined ? [] : [`logHead ${headBytes}`]),
    ...(only === undefined ? [] : [`logOnly ${only.join(' ')}`]),
  ];
}

function pathLine(pair: string, options: PathOptions): string[] {
  const { reorder, blackouts, hops, second, secondHops, ...plain } = options;
  const words = {
    ...plain,
    ...(reorder === undefined ? {} : { reorder: onOff(reorder) }),
    ...(blackouts === undefined ? {} : { blackouts: blackouts.map((b) => `${b.atS}+${b.forS}`).join(',') || 'none' }),
    ...(hops === undefined ? {} : { hops: hops.map(hopWord).join(',') }),
    ...(second === undefined ? {} : { second: typeof second === 'string' ? second : second.atS }),
    ...(secondHops === undefined ? {} : { secondHops: secondHops.map(hopWord).join(',') }),
  };
  const list = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  return list.length === 0 ? [] : [`path ${pair} ${list.join(' ')}`];
}

function hopWord({ v4, v6, share }: Hop): string {
  const addresses = [v4, v6].filter((address) => address !== undefined).join('/') || '*';
  return share === undefined ? addresses : `${addresses}@${share}`;
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
