import type { Duplex } from 'node:stream';
import type { Ns } from '../contract/records.ts';

/**
 * Stamps what a parser takes out of a stream with the arrival of the chunk that completed it: the clock is read before
 * the parser sees the chunk. For parsers that call back while they are given a chunk, as ws and node:http do.
 */
export class Arrivals {
  readonly #stream: Duplex;
  readonly #now: () => Ns;
  #chunkAt: Ns | undefined;
  #inChunk = 0;
  /** Messages that came in one chunk with another one before them: sent apart or not, they share a stamp. */
  coalesced = 0;

  /** To be made before the parser listens to the stream. Does not start the stream. */
  constructor(stream: Duplex, now: () => Ns) {
    this.#stream = stream;
    this.#now = now;
    stream.prependListener('data', () => {
      this.#chunkAt = now();
      this.#inChunk = 0;
    });
  }

  /** To be called when the parser listens: what it says outside of a chunk must not get the stamp of an old one. */
  attached(): void {
    this.#chunkAt = undefined;
    this.#stream.on('data', () => {
      this.#chunkAt = undefined;
    });
  }

  /** When the chunk that is being parsed arrived. */
  at(): Ns {
    return this.#chunkAt ?? this.#now();
  }

  /** When the message that the parser has just completed arrived. To be called once for each. */
  message(): Ns {
    const at = this.at();
    this.#inChunk += 1;
    if (this.#inChunk > 1) this.coalesced += 1;
    return at;
  }
}
