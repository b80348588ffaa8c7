import { failureFrom } from '../contract/outcome.ts';
import { inert } from '../report/inert.ts';
import { interrupted } from '../run/greet.ts';
import { type Reached, reachAll } from '../run/reach.ts';
import { loadSuite } from '../suite/load.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Roots } from './roots.ts';

/** `netprobe check`: validates the file, then says what answers at every site. */
export async function check(
  file: string,
  flags: { json?: boolean; offline?: boolean },
  roots: Roots,
): Promise<ExitCode> {
  const suite = await loadSuite(file, await roots.registry());
  const abort = new AbortController();
  const stop = () => abort.abort(interrupted());
  process.once('SIGINT', stop);
  try {
    const reached = flags.offline ? [] : await reachAll(suite, roots.program, abort.signal);
    const { sites, links, entries, requirements } = suite;
    if (flags.json) {
      const file = {
        sites: sites.length,
        links: links.length,
        probes: entries.length,
        requirements: requirements.length,
      };
      process.stdout.write(`${JSON.stringify({ valid: true, ...file, reached }, null, 2)}\n`);
    } else {
      process.stdout.write(
        `${inert(file)}: valid; ${sites.length} sites, ${links.length} links, ${entries.length} probes, ${requirements.length} requirements\n`,
      );
      for (const line of reached.map(words)) process.stdout.write(`${inert(line)}\n`);
    }
    return reached.every((site) => site.error === null) ? EXIT.pass : EXIT.inconclusive;
  } catch (error) {
    throw failureFrom(error, file);
  } finally {
    process.off('SIGINT', stop);
  }
}

function words({ site, what, where, address, error, detail }: Reached): string {
  const place = `${site.padEnd(12)} ${what.padEnd(5)} ${where}${address && !where.includes(address) ? ` (${address})` : ''}`;
  return error ? `${place}  ${error.code} (${error.origin}): ${error.message}` : `${place}  ${detail}`;
}
