import type { Duplex } from 'node:stream';

/**
 * Takes bytes off a stream in exact amounts, for handshakes. `take` rejects when the stream ends first ('end'), fails,
 * or is destroyed. `release` gives up reading and returns what was received beyond what was taken.
 */
export class ByteReader {
  readonly #stream: Duplex;
  #buffer: Buffer = Buffer.alloc(0);
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('error', this.#onError);
    stream.on('close', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer) => {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    this.#wake?.();
  };
  readonly #onError = (error: Error) => {
    this.#ended ??= error;
    this.#wake?.();
  };
  readonly #onEnd = () => this.#onError(new EndOfStream());

  /** The next `length` bytes. */
  take(length: number): Promise<Buffer> {
    return this.takeWhen((buffer) => (buffer.length >= length ? length : undefined));
  }

  /** As many bytes as `enough` says, asked again whenever more have arrived. */
  async takeWhen(enough: (buffer: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = enough(this.#buffer);
      if (length !== undefined) {
        const taken = this.#buffer.subarray(0, length);
        this.#buffer = this.#buffer.subarray(length);
        return taken;
      }
      if (this.#ended !== undefined) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  release(): Buffer {
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    this.#stream.off('error', this.#onError);
    this.#stream.off('close', this.#onEnd);
    this.#stream.pause();
    return this.#buffer;
  }
}

/** The peer closed before it had sent what was due. */
export class EndOfStream extends Error {
  constructor() {
    super('the peer closed the connection');
    this.name = 'EndOfStream';
  }
}
