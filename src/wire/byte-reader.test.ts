import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, EndOfStream } from './byte-reader.ts';

/** A stream whose other end is the test: `push` is what it sends. */
function connection() {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a byte reader', () => {
  it('takes exact amounts however the bytes arrive, and gives back the rest', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.array(fc.nat(15), { maxLength: 10 }), async (arriving, amounts) => {
        const stream = connection();
        const reader = new ByteReader(stream);
        for (const piece of arriving) stream.push(Buffer.from(piece));
        const all = Buffer.concat(arriving);
        let taken = 0;
        for (const amount of amounts) {
          if (taken + amount > all.length) break;
          expect(await reader.take(amount)).toEqual(all.subarray(taken, taken + amount));
          taken += amount;
        }
        await turn();
        expect(reader.release()).toEqual(all.subarray(taken));
      }),
      { numRuns: 50 },
    );
  });

  it('waits for bytes that have yet to come', async () => {
    const stream = connection();
    const reader = new ByteReader(stream);
    const taken = reader.take(4);
    for (const byte of [1, 2, 3, 4, 5]) {
      stream.push(Uint8Array.of(byte));
      await turn();
    }
    expect([...(await taken)]).toEqual([1, 2, 3, 4]);
    expect([...reader.release()]).toEqual([5]);
  });

  it('asks how much is enough whenever more has come, and may take nothing', async () => {
    const stream = connection();
    const reader = new ByteReader(stream);
    const seen: number[] = [];
    const looked = reader.takeWhen((buffer) => {
      seen.push(buffer.length);
      return buffer.length > 1 ? 0 : undefined;
    });
    stream.push('a');
    await turn();
    stream.push('b');
    expect(await looked).toHaveLength(0);
    expect(seen).toEqual([0, 1, 2]);
    expect((await reader.take(2)).toString()).toBe('ab');
  });

  it('passes on what the question throws', async () => {
    const reader = new ByteReader(connection());
    const tooLong = () => {
      throw new RangeError('too long');
    };
    await expect(reader.takeWhen(tooLong)).rejects.toThrow(RangeError);
  });

  it('rejects when the stream ends first, and still gives what came before', async () => {
    const stream = connection();
    const reader = new ByteReader(stream);
    stream.push('abc');
    stream.push(null);
    await turn();
    expect((await reader.take(2)).toString()).toBe('ab');
    await expect(reader.take(2)).rejects.toThrow(EndOfStream);
    expect((await reader.take(1)).toString()).toBe('c');
  });

  it('rejects with the error of the stream, while it waits and after', async () => {
    const stream = connection();
    const reader = new ByteReader(stream);
    const waiting = reader.take(1);
    const fault = new Error('reset');
    stream.destroy(fault);
    await expect(waiting).rejects.toBe(fault);
    await expect(reader.take(1)).rejects.toBe(fault);
  });

  it('rejects when the stream is destroyed without an error', async () => {
    const stream = connection();
    const reader = new ByteReader(stream);
    stream.destroy();
    await expect(reader.take(1)).rejects.toThrow(EndOfStream);
  });

  it('leaves a paused stream and no listener when it is released, and reads nothing more', async () => {
    const stream = connection();
    const before = stream.eventNames();
    const reader = new ByteReader(stream);
    stream.push('ab');
    await reader.take(1);
    expect(reader.release().toString()).toBe('b');
    expect(stream.eventNames()).toEqual(before);
    expect(stream.isPaused()).toBe(true);
    stream.push('cd');
    const next = new Promise((resolve) => stream.once('data', resolve));
    stream.resume();
    expect(String(await next)).toBe('cd');
  });
});
