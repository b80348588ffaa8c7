import { Command, CommanderError, Option } from 'commander';
import { failureFrom } from '../contract/outcome.ts';
import { EXIT, type ExitCode, exitOfError } from './exit.ts';
import { printError } from './print-error.ts';
import type { Roots } from './roots.ts';

/** Runs one command line and returns its exit code. Each command is loaded only when it is asked for. */
export async function main(argv: string[], roots: Roots): Promise<ExitCode> {
  bearClosedPipes();
  let exit: ExitCode = EXIT.pass;
  const program = build(roots, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync(argv);
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
    const failure = failureFrom(error, 'netprobe');
    printError(failure, argv.includes('--json'));
    return exitOfError(failure);
  }
}

/** Whoever reads what is printed may have had enough (`| head`): that is no error, and stops nothing. */
function bearClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

function build(roots: Roots, done: (code: ExitCode) => void): Command {
  const program = new Command('netprobe')
    .description('Measures latency, jitter and throughput between AI sites, and judges them against SLAs.')
    .version(`${roots.tool.name} ${roots.tool.version}`, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES);

  program
    .command('run')
    .description('measure what a sites.yaml asks for, judge it, and write a run folder')
    .argument('<sites.yaml>', 'sites, links, suite and requirements')
    .option('-o, --out <folder>', 'the run folder to write (default: netprobe-runs/<start>-<title>)')
    .option('--json', 'print the report as JSON instead of the table')
    .option('-q, --quiet', 'no progress on stderr')
    .action(async (file: string, options) => done(await (await import('./run.ts')).run(file, options, roots)));

  program
    .command('agent')
    .description('serve as an endpoint for other sites; prints the line to paste into their sites.yaml')
    .option('-l, --listen <host:port>', 'address to listen on; any but loopback needs a token', '127.0.0.1:8620')
    .option('--token-file <file>', 'read the shared secret from a file')
    .option('--token <secret>', 'the shared secret itself (visible to other users of this machine)')
    .option('--max-duration <duration>', 'longest session, such as 10m')
    .option('--max-streams <n>', 'most connections of a throughput session')
    .option('--max-connections <n>', 'most connections of any other session')
    .option('--max-payload <size>', 'largest single message, such as 1 MiB')
    .option('--max-sessions <n>', 'most sessions at a time')
    .option('--max-rows <n>', 'most rows of records kept for one session; four times that for all of them')
    .option('--serve <service...>', 'answer senders without a session too: stamp (RFC 8762); needs --allow')
    .option('--allow <network...>', 'who may use what --serve serves, such as 192.0.2.0/24')
    .option('--serve-rate <n>', 'most packets answered a second for --serve', '200')
    .option('--serve-daily <size>', 'most bytes answered in 24 hours for --serve', '1 GB')
    .option('--json', 'print one line of JSON when listening')
    .addOption(new Option('--end-with-stdin').hideHelp())
    .addHelpText('after', '\nThe secret is taken from --token-file, NETPROBE_TOKEN or --token, in this order.')
    .action(async (options) => done(await (await import('./agent.ts')).agent(options, roots)));

  program
    .command('check')
    .description('validate a sites.yaml, then reach every site and say what answers; measures nothing')
    .argument('<sites.yaml>')
    .option('--offline', 'only validate the file')
    .option('--json', 'print JSON')
    .action(async (file: string, options) => done(await (await import('./check.ts')).check(file, options, roots)));

  program
    .command('plan')
    .description('what a run would do, how long it takes, and what it could prove; reaches nobody')
    .argument('<sites.yaml>')
    .option(
      '--correlation <time>',
      'how long delays stay alike, for the samples needed (default: 20ms; 0: independent)',
    )
    .option('--json', 'print JSON')
    .action(async (file: string, options) => done(await (await import('./plan.ts')).plan(file, options, roots)));

  program
    .command('probes')
    .description('the probe kinds, with their options and metrics')
    .argument('[kind]', 'one kind, in full')
    .option('--json', 'print JSON')
    .action(async (kind: string | undefined, options) =>
      done(await (await import('./probes.ts')).probes(kind, options, roots)),
    );

  program
    .command('schema')
    .description('JSON Schema of sites.yaml or of report.json')
    .argument('[document]', 'sites or report', 'sites')
    .action(async (document: string) => done(await (await import('./schema.ts')).schema(document, roots)));

  for (const command of program.commands) command.exitOverride().showSuggestionAfterError();
  return program;
}

const EXAMPLES = `
Examples:
  netprobe run sites.yaml                        measure, judge, write netprobe-runs/…
  netprobe plan sites.yaml                       how long, how many bytes, and is it enough to decide?
  netprobe check sites.yaml                      is the file right, and does every site answer?
  netprobe agent --listen 0.0.0.0:8620 --token-file token
  netprobe probes tcp-echo                       options and metrics of one probe

Exit codes: 0 all pass, 1 a requirement failed, 2 usage or configuration error,
3 inconclusive or incomplete, 130 interrupted.`;
