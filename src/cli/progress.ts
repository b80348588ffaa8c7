import { clearLine, cursorTo } from 'node:readline';
import type { RunEvent } from '../contract/events.ts';
import { inert } from '../report/inert.ts';

/** What a run is doing, on stderr: one line that changes in a terminal, one line per finished cell elsewhere. */
export class Progress {
  readonly #quiet: boolean;
  readonly #live = process.stderr.isTTY === true;
  #ticker: NodeJS.Timeout | undefined;
  #now: { cell: string; started: number; estimatedNs: number; rows: number; index: number; of: number } | undefined;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  on(event: RunEvent): void {
    if (this.#quiet) return;
    switch (event.is) {
      case 'agent-failed':
        this.#line(`${event.site}: ${event.error.message} (${event.error.code})`);
        break;
      case 'run-started':
        this.#line(`${event.cells} cells, at most ${clock(event.estimatedNs / 1e9)}; records go to ${event.folder}`);
        if (this.#live) this.#ticker = setInterval(() => this.#draw(), 250).unref();
        break;
      case 'cell-started':
        this.#now = {
          cell: `${event.from} → ${event.to} ${event.probe}`,
          started: performance.now(),
          estimatedNs: event.estimatedNs,
          rows: 0,
          index: event.index,
          of: event.of,
        };
        this.#draw();
        break;
      case 'cell-progress':
        if (this.#now) this.#now.rows = event.rows;
        break;
      case 'cell-finished': {
        const took = this.#now ? ` in ${clock((performance.now() - this.#now.started) / 1e3)}` : '';
        const why = event.error ? `: ${event.error.message} (${event.error.code}, ${event.error.origin})` : '';
        this.#line(`[${event.index + 1}/${event.of}] ${this.#now?.cell ?? event.cell} ${event.status}${took}${why}`);
        this.#now = undefined;
        break;
      }
      case 'agent-ready':
      case 'run-finished':
        break;
    }
  }

  /** Leaves the terminal as it was. */
  end(): void {
    clearInterval(this.#ticker);
    this.#clear();
    this.#now = undefined;
  }

  #draw(): void {
    if (!this.#live || this.#now === undefined) return;
    const { cell, started, rows, index, of } = this.#now;
    this.#clear();
    const text = `[${index + 1}/${of}] ${cell}  ${clock((performance.now() - started) / 1e3)}  ${rows} rows`;
    process.stderr.write(inert(text).slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1)));
  }

  #line(text: string): void {
    this.#clear();
    process.stderr.write(`${inert(text)}\n`);
  }

  #clear(): void {
    if (!this.#live) return;
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
  }
}

function clock(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)}m ${Math.round(seconds % 60)}s`;
}
