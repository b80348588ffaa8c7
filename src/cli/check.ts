import { failureFrom } from '../contract/outcome.ts';
import { inert } from '../report/inert.ts';
import { interrupted } from '../run/greet.ts';
import { type Reached, reachAll } from '../run/reach.ts';
import { askedBeyond, type Beyond } from '../suite/beyond.ts';
import { loadSuite } from '../suite/load.ts';
import { makePlan } from '../suite/plan.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Roots } from './roots.ts';

/** `netprobe check`: validates the file, then says what answers at every site, and what is asked of it in vain. */
export async function check(
  file: string,
  flags: { json?: boolean; offline?: boolean },
  roots: Roots,
): Promise<ExitCode> {
  const registry = await roots.registry();
  const suite = await loadSuite(file, registry);
  const abort = new AbortController();
  const stop = () => abort.abort(interrupted());
  process.once('SIGINT', stop);
  try {
    const reached = flags.offline ? [] : await reachAll(suite, roots.program, abort.signal);
    const beyond = askedBeyond(makePlan(suite, new Map(), registry, roots.tool).cells, limitsOf(reached));
    const { sites, links, entries, requirements } = suite;
    if (flags.json) {
      const file = {
        sites: sites.length,
        links: links.length,
        probes: entries.length,
        requirements: requirements.length,
      };
      process.stdout.write(`${JSON.stringify({ valid: true, ...file, reached, beyond }, null, 2)}\n`);
    } else {
      process.stdout.write(
        `${inert(file)}: valid; ${sites.length} sites, ${links.length} links, ${entries.length} probes, ${requirements.length} requirements\n`,
      );
      for (const line of [...reached.map(words), ...beyond.map(beyondWords)]) process.stdout.write(`${inert(line)}\n`);
    }
    const isFine = reached.every((site) => site.error === null) && beyond.length === 0;
    return isFine ? EXIT.pass : EXIT.inconclusive;
  } catch (error) {
    throw failureFrom(error, file);
  } finally {
    process.off('SIGINT', stop);
  }
}

function limitsOf(reached: readonly Reached[]) {
  return new Map(reached.flatMap(({ site, limits }) => (limits === undefined ? [] : [[site, limits] as const])));
}

function words({ site, what, where, address, error, detail }: Reached): string {
  const place = `${site.padEnd(12)} ${what.padEnd(5)} ${where}${address && !where.includes(address) ? ` (${address})` : ''}`;
  return error ? `${place}  ${error.code} (${error.origin}): ${error.message}` : `${place}  ${detail}`;
}

function beyondWords({ site, probe, error }: Beyond): string {
  const { code, origin, message, expected, found, hint } = error;
  return `${site.padEnd(12)} ${probe}  ${code} (${origin}): ${message}; expected ${expected}, found ${found}: ${hint}`;
}
