import type { Columns, ColumnType } from '../contract/records.ts';

const FIRST_CAPACITY = 1024;

/** Why a value may not stand in a column of this type; undefined when it may. */
function refusal(value: unknown, type: ColumnType): string | undefined {
  if (typeof value !== 'number') return 'a number or null';
  switch (type) {
    case 'ns':
      return Number.isSafeInteger(value) ? undefined : 'a whole number of nanoseconds';
    case 'uint':
    case 'code':
      return Number.isSafeInteger(value) && value >= 0 ? undefined : 'a whole number, not negative';
    case 'float':
      return Number.isFinite(value) ? undefined : 'a finite number';
  }
}

/** What is wrong with a row, and where. */
export interface RowFault {
  expected: string;
  found: string;
}

/** A table that grows row by row, kept as one Float64Array a column. */
export class ColumnStore {
  readonly #names: string[];
  readonly #types: ColumnType[];
  #columns: Float64Array[];
  #length = 0;

  constructor(columns: Columns) {
    this.#names = Object.keys(columns);
    this.#types = Object.values(columns);
    this.#columns = this.#names.map(() => new Float64Array(FIRST_CAPACITY));
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a row as it stood in the file. A row that does not fit the declaration is not added, but described. */
  add(row: unknown): RowFault | undefined {
    if (!Array.isArray(row) || row.length !== this.#names.length)
      return { expected: `a row of ${this.#names.length} values (${this.#names.join(', ')})`, found: shown(row) };
    if (this.#length === (this.#columns[0]?.length ?? Number.POSITIVE_INFINITY)) this.#grow();
    for (let i = 0; i < row.length; i += 1) {
      const value: unknown = row[i];
      const expected = value === null ? undefined : refusal(value, this.#types[i] as ColumnType);
      if (expected !== undefined) return { expected: `${expected} as ${this.#names[i]}`, found: shown(value) };
      (this.#columns[i] as Float64Array)[this.#length] = value === null ? Number.NaN : (value as number);
    }
    this.#length += 1;
    return undefined;
  }

  /** The columns by name, each as long as the table. */
  done(): Record<string, Float64Array> {
    return Object.fromEntries(
      this.#names.map((name, i) => [name, (this.#columns[i] as Float64Array).slice(0, this.#length)]),
    );
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    });
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
