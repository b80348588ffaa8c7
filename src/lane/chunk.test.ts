import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_ROWS, ChunkReader, ChunkWriter } from './chunk.ts';

function channel(columns: string[]) {
  const reader = new ChunkReader(columns.length);
  const chunks: ArrayBufferLike[] = [];
  const writer = new ChunkWriter(
    columns,
    (bytes) => new SharedArrayBuffer(bytes),
    (memory) => {
      chunks.push(memory);
      reader.add(memory);
    },
  );
  return { reader, writer, chunks };
}

describe('rows through shared memory', () => {
  it('all arrive, once and in order, however often they are taken', () => {
    const puts = fc.record({ rows: fc.nat(CHUNK_ROWS + 1000), thenTake: fc.boolean() });
    fc.assert(
      fc.property(fc.array(puts, { maxLength: 8 }), (steps) => {
        const { reader, writer } = channel(['seq', 'twice']);
        const taken: (number | null)[][] = [];
        let seq = 0;
        for (const { rows, thenTake } of steps) {
          for (let i = 0; i < rows; i += 1, seq += 1) writer.put({ seq, twice: 2 * seq });
          if (thenTake) taken.push(...reader.take());
        }
        taken.push(...reader.take());
        expect(taken.length).toBe(seq);
        expect(taken.every((row, i) => row[0] === i && row[1] === 2 * i && row.length === 2)).toBe(true);
        expect([writer.total, reader.total]).toEqual([seq, seq]);
        expect(reader.take()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('are taken in full when their number is exactly that of a chunk', () => {
    const { reader, writer, chunks } = channel(['a']);
    for (let i = 0; i < CHUNK_ROWS; i += 1) writer.put({ a: i });
    expect(reader.take()).toHaveLength(CHUNK_ROWS);
    expect(reader.take()).toEqual([]);
    writer.put({ a: -1 });
    expect(reader.take()).toEqual([[-1]]);
    expect(chunks).toHaveLength(2);
  });

  it('keep what there is no value for as null, in the order of the columns', () => {
    const cell = fc.oneof(fc.constant(null), fc.constant(Number.NaN), fc.maxSafeInteger(), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const { reader, writer } = channel(['b', 'a']);
        for (const [b, a] of rows) writer.put({ a, b });
        const known = (value: number | null) => (Number.isNaN(value) ? null : value);
        expect(reader.take()).toEqual(rows.map(([b, a]) => [known(b), known(a)]));
      }),
    );
  });

  it('are null where a row lacks a column', () => {
    const { reader, writer } = channel(['a', 'b']);
    writer.put({ b: 1 });
    expect(reader.take()).toEqual([[null, 1]]);
  });

  it('are not seen before they are finished, nor before the reader has their chunk', () => {
    const late = new ChunkReader(1);
    const { reader, writer, chunks } = channel(['a']);
    writer.put({ a: 1 });
    expect(late.take()).toEqual([]);
    late.add(chunks[0] as ArrayBufferLike);
    // A row that is being written is in the memory, and not counted yet.
    new Float64Array(chunks[0] as ArrayBufferLike, 8)[1] = 99;
    expect(late.take()).toEqual([[1]]);
    expect(reader.take()).toEqual([[1]]);
  });
});
