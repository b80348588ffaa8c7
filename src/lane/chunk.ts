/**
 * Rows in memory that one thread fills while another reads. Layout: one Int32 count of finished rows (padded to
 * 8 bytes), then the rows, one after another, as Float64; NaN is "no such value". A row is final once counted.
 */
const HEADER_BYTES = 8;
/** Rows of one chunk at most: 0.4 s at 10,000 samples a second. */
export const CHUNK_ROWS = 4096;

/** Appends rows; when a chunk is full it starts another of so many rows and passes it to `opened`. */
export class ChunkWriter {
  readonly #columns: readonly string[];
  readonly #allocate: (bytes: number) => ArrayBufferLike;
  readonly #opened: (memory: ArrayBufferLike) => void;
  #count: Int32Array | undefined;
  #data: Float64Array = new Float64Array(0);
  readonly #most: number;
  #rows = 0;
  /** Rows put so far, over all chunks. */
  total = 0;

  constructor(
    columns: readonly string[],
    allocate: (bytes: number) => ArrayBufferLike,
    opened: (memory: ArrayBufferLike) => void,
    chunkRows: number = CHUNK_ROWS,
  ) {
    this.#most = chunkRows;
    this.#columns = columns;
    this.#allocate = allocate;
    this.#opened = opened;
    // Not with the first row, which is when time counts.
    this.#open();
  }

  put(row: Record<string, number | null>): void {
    if (this.#rows === this.#most) this.#open();
    const offset = this.#rows * this.#columns.length;
    for (let i = 0; i < this.#columns.length; i += 1) {
      this.#data[offset + i] = row[this.#columns[i] as string] ?? Number.NaN;
    }
    this.#rows += 1;
    this.total += 1;
    Atomics.store(this.#count as Int32Array, 0, this.#rows);
  }

  #open(): void {
    const memory = this.#allocate(HEADER_BYTES + this.#most * this.#columns.length * 8);
    this.#count = new Int32Array(memory, 0, 1);
    this.#data = new Float64Array(memory, HEADER_BYTES);
    this.#rows = 0;
    this.#opened(memory);
  }
}

/** Reads chunks in the order in which they were opened. */
export class ChunkReader {
  readonly #columns: number;
  readonly #chunks: ArrayBufferLike[] = [];
  #read = 0;
  /** Rows taken so far. */
  total = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  add(memory: ArrayBufferLike): void {
    this.#chunks.push(memory);
  }

  /** The rows that were finished since the last call, at most so many; null stands for "no such value". */
  take(most = Number.POSITIVE_INFINITY): (number | null)[][] {
    const rows: (number | null)[][] = [];
    for (let memory = this.#chunks[0]; memory !== undefined; memory = this.#chunks[0]) {
      const count = Atomics.load(new Int32Array(memory, 0, 1), 0);
      const data = new Float64Array(memory, HEADER_BYTES);
      for (; this.#read < count && rows.length < most; this.#read += 1) rows.push(this.#row(data, this.#read));
      if (this.#read < data.length / this.#columns) break;
      this.#chunks.shift();
      this.#read = 0;
    }
    this.total += rows.length;
    return rows;
  }

  #row(data: Float64Array, index: number): (number | null)[] {
    const start = index * this.#columns;
    return Array.from(data.subarray(start, start + this.#columns), (value) => (Number.isNaN(value) ? null : value));
  }
}
