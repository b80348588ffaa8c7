import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';

/** Messages that a peer may have waiting; a peer that sends more than are read is cut off. */
const MAX_WAITING = 1024;

/** What one seat hears from another: a queue that ends when the other has finished. */
export class Mailbox {
  readonly #waiting: Json[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: Error | undefined;

  put(message: Json): void {
    if (this.#waiting.length >= MAX_WAITING)
      this.fail(new NetprobeError('NETPROBE_PROTOCOL', 'the other side sends messages faster than they are read'));
    else this.#waiting.push(message);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Json> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const message = this.#waiting.shift();
      if (message !== undefined) yield message;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
