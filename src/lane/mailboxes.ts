import { Mailbox } from './mailbox.ts';

/** What other seats tell this one: a mailbox each. */
export class Mailboxes {
  readonly #bySeat = new Map<number, Mailbox>();
  #failure: Error | undefined;

  of(seat: number): Mailbox {
    const known = this.#bySeat.get(seat);
    if (known) return known;
    const made = new Mailbox();
    if (this.#failure) made.fail(this.#failure);
    this.#bySeat.set(seat, made);
    return made;
  }

  /** Whoever waits for a message, now or later, hears of this instead. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const mailbox of this.#bySeat.values()) mailbox.fail(error);
  }
}
