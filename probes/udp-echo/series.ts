import { STATE, type Trips } from './trips.ts';

// Series over the requests in the order of sending. In flags, 1 is a hit, 0 none, and more does not count.

/** Requests that nobody answered in time, of those sent. */
export function lossFlags({ state }: Trips): Uint8Array {
  return state.map((of) => {
    if (of === STATE.failed) return 1;
    return of <= STATE.lost ? of : 255;
  });
}

/** Requests answered more than once, of those answered in time. */
export function duplicateFlags({ state, copies }: Trips): Uint8Array {
  return state.map((of, i) => {
    if (of !== STATE.received) return 255;
    return (copies[i] as number) > 1 ? 1 : 0;
  });
}

/** Actual minus intended send times in ns, NaN for what was not sent. */
export function lateness({ state, sent, intended }: Trips): Float64Array {
  return sent.map((at, i) => ((state[i] as number) > STATE.failed ? Number.NaN : at - (intended[i] as number)));
}

/**
 * Requests answered in time, in the order in which their first replies came. That is the order of rows: a socket hands
 * packets over in the order of arrival, while stamps of the kernel and of this process beside each other could disorder
 * them.
 */
export function arrivalOrder({ state, requestOf }: Trips): Uint32Array {
  const seen = new Uint8Array(state.length);
  const order = new Uint32Array(state.length);
  let n = 0;
  for (const i of requestOf) {
    if (i < 0 || seen[i] === 1 || state[i] !== STATE.received) continue;
    seen[i] = 1;
    order[n] = i;
    n += 1;
  }
  return order.slice(0, n);
}

/** The places of each flow's requests. */
export function placesByFlow(flow: Float64Array, flows: number, counts: (place: number) => boolean): Uint32Array[] {
  const sizes = new Uint32Array(flows);
  for (let i = 0; i < flow.length; i += 1) {
    if (counts(i)) sizes[flow[i] as number] = (sizes[flow[i] as number] as number) + 1;
  }
  const places = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let i = 0; i < flow.length; i += 1) {
    if (!counts(i)) continue;
    const of = flow[i] as number;
    const next = sizes[of] as number;
    (places[of] as Uint32Array)[next] = i;
    sizes[of] = next + 1;
  }
  return places;
}

/** What stands at these places. */
export function pick<T extends Float64Array | Uint8Array>(column: T, places: Uint32Array): T {
  const picked = column.slice(0, places.length) as T;
  for (let k = 0; k < places.length; k += 1) picked[k] = column[places[k] as number] as number;
  return picked;
}
