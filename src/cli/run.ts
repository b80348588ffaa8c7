import { relative } from 'node:path';
import { renderTable } from '../report/table.ts';
import { reportJson } from '../report/write.ts';
import { interrupted } from '../run/greet.ts';
import { runSuite } from '../run/run.ts';
import { loadSuite } from '../suite/load.ts';
import { type ExitCode, exitOfReport, exitWords } from './exit.ts';
import { Progress } from './progress.ts';
import type { Roots } from './roots.ts';
import { colorOf, widthOf } from './terminal.ts';

interface RunFlags {
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `netprobe run`: measures, judges, writes the run folder, prints the table. */
export async function run(file: string, flags: RunFlags, roots: Roots): Promise<ExitCode> {
  const registry = await roots.registry();
  const suite = await loadSuite(file, registry);
  const abort = new AbortController();
  const onSignal = () => {
    // The second time, the user does not want to wait for the report.
    if (abort.signal.aborted) process.exit(130);
    abort.abort(interrupted());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const progress = new Progress(flags.quiet === true);
  const { tool, lane, program } = roots;
  try {
    const { folder, report } = await runSuite({
      suite,
      registry,
      tool,
      lane,
      program,
      out: flags.out,
      signal: abort.signal,
      on: (event) => progress.on(event),
    });
    progress.end();
    const exit = exitOfReport(report);
    if (flags.json) process.stdout.write(reportJson(report));
    else {
      process.stdout.write(
        renderTable(report, registry, { color: colorOf(process.stdout), width: widthOf(process.stdout) }),
      );
      process.stdout.write(
        `\n${relative('.', folder) || folder}/report.json\nexit ${exit}: ${exitWords(exit, report)}\n`,
      );
    }
    return exit;
  } finally {
    progress.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
