import { describe, expect, it } from 'vitest';
import { receivedOf, sortedReceived } from './received.ts';

describe('received values', () => {
  it('are sorted, without those lost or failed', () => {
    expect(sortedReceived(Float64Array.of(3, Infinity, -1, 2, Infinity))).toEqual(Float64Array.of(-1, 2, 3));
  });

  it('leave the series as it was', () => {
    const values = Float64Array.of(3, 1, Infinity);
    sortedReceived(values);
    expect(values).toEqual(Float64Array.of(3, 1, Infinity));
  });

  it('are none of an empty series, or of one that was lost throughout', () => {
    expect(sortedReceived(new Float64Array())).toHaveLength(0);
    expect(sortedReceived(Float64Array.of(Infinity, Infinity))).toHaveLength(0);
  });

  it.each([Number.NaN, -Infinity])('cannot be %s', (value) => {
    expect(() => sortedReceived(Float64Array.of(1, value))).toThrow(
      expect.objectContaining({ code: 'NETPROBE_RECORDS_INVALID', message: `sample 1 is ${value}` }),
    );
  });
});

describe('received values in their own order', () => {
  it('are all but the lost ones', () => {
    expect(receivedOf(Float64Array.of(3, Infinity, 1, Infinity))).toEqual(Float64Array.of(3, 1));
    const whole = Float64Array.of(2, 1);
    expect(receivedOf(whole)).toBe(whole);
  });
});
