import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attention } from './attention.ts';

// Turns of the loop are taken by hand, each 0.1 ms long.
const TURN_NS = 1e5;

function stage() {
  const turns: (() => void)[] = [];
  vi.stubGlobal('setImmediate', (turn: () => void) => turns.push(turn));
  let now = 1e9;
  const stage = { may: true };
  const attention = new Attention(
    () => now,
    () => stage.may,
  );
  /** Turns that the thread takes until then. */
  const until = (time: number) => {
    let taken = 0;
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      now += TURN_NS;
      if (now > time) {
        turns.unshift(turn);
        break;
      }
      turn();
      taken += 1;
    }
    now = Math.max(now, time);
    return taken;
  };
  /** Packets every so often; gives the turns taken in the last of the gaps. */
  const packets = (count: number, gapNs: number) => {
    let taken = 0;
    for (let i = 0; i < count; i += 1) {
      attention.came();
      taken = until(now + gapNs);
    }
    return taken;
  };
  return { packets, allow: (may: boolean) => Object.assign(stage, { may }) };
}

describe('attention', () => {
  beforeEach(() => {
    vi.useRealTimers();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('stays awake between packets that come quickly', () => {
    expect(stage().packets(100, 1e6)).toBeGreaterThanOrEqual(9);
  });

  it('leaves the core to others when it is told to, within 50 ms', () => {
    const { packets, allow } = stage();
    packets(100, 1e6);
    allow(false);
    packets(50, 1e6);
    expect(packets(1, 1e6)).toBe(0);
    allow(true);
    packets(50, 1e6);
    expect(packets(1, 1e6)).toBeGreaterThanOrEqual(9);
  });

  it('rests when none has come for 2 ms', () => {
    const { packets } = stage();
    packets(100, 1e6);
    expect(packets(1, 1e9)).toBeLessThanOrEqual(20);
  });

  it('does not wake for packets that come slowly, nor for the first after a rest', () => {
    expect(stage().packets(100, 10e6)).toBe(0);
    const { packets } = stage();
    packets(100, 1e6);
    packets(20, 10e6);
    expect(packets(1, 1e6)).toBe(0);
  });
});
