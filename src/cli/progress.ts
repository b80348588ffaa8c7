import { clearLine, cursorTo } from 'node:readline';
import type { RunEvent } from '../contract/events.ts';
import { inert } from '../report/inert.ts';

/** What a run is doing, on stderr: one line that changes in a terminal, one line per finished cell elsewhere. */
export class Progress {
  readonly #quiet: boolean;
  readonly #live = process.stderr.isTTY === true;
  #ticker: NodeJS.Timeout | undefined;
  /** The cells that are being measured, by id. */
  readonly #running = new Map<string, { words: string; started: number; rows: number; index: number; of: number }>();

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
        this.#running.set(event.cell, {
          words: `${event.from} → ${event.to} ${event.probe}`,
          started: performance.now(),
          rows: 0,
          index: event.index,
          of: event.of,
        });
        this.#draw();
        break;
      case 'cell-progress': {
        const running = this.#running.get(event.cell);
        if (running) running.rows = event.rows;
        break;
      }
      case 'cell-finished': {
        const running = this.#running.get(event.cell);
        const took = running ? ` in ${clock((performance.now() - running.started) / 1e3)}` : '';
        const why = event.error ? `: ${event.error.message} (${event.error.code}, ${event.error.origin})` : '';
        this.#line(`[${event.index + 1}/${event.of}] ${running?.words ?? event.cell} ${event.status}${took}${why}`);
        this.#running.delete(event.cell);
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
    this.#running.clear();
  }

  #draw(): void {
    const [first, ...others] = this.#running.values();
    if (!this.#live || first === undefined) return;
    this.#clear();
    const rows = others.reduce((sum, cell) => sum + cell.rows, first.rows);
    const more = others.length === 0 ? '' : ` and ${others.length} more at once`;
    const took = clock((performance.now() - first.started) / 1e3);
    const text = `[${first.index + 1}/${first.of}] ${first.words}${more}  ${took}  ${rows} rows`;
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
