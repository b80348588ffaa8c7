import { NetprobeError } from '../contract/error.ts';
import type { Json } from '../contract/json.ts';
import type { AnyKind, Metric } from '../contract/kind.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Roots } from './roots.ts';

/** `netprobe probes`: the kinds with their options and metrics, from the registry itself. */
export async function probes(name: string | undefined, flags: { json?: boolean }, roots: Roots): Promise<ExitCode> {
  const registry = await roots.registry();
  const chosen =
    name === undefined ? [...registry.values()] : [registry.get(name)].filter((kind) => kind !== undefined);
  if (chosen.length === 0)
    throw new NetprobeError('NETPROBE_USAGE', `unknown probe ${JSON.stringify(name)}`, {
      expected: [...registry.keys()].join(', '),
    });
  if (flags.json) {
    const described = await Promise.all(chosen.map(describe));
    process.stdout.write(`${JSON.stringify(name === undefined ? described : described[0], null, 2)}\n`);
  } else if (name === undefined) {
    for (const kind of chosen) process.stdout.write(`${kind.name.padEnd(16)} ${kind.doc}\n`);
  } else for (const kind of chosen) process.stdout.write(await page(kind));
  return EXIT.pass;
}

async function describe(kind: AnyKind) {
  return {
    name: kind.name,
    doc: kind.doc,
    needs: needs(kind),
    targets: kind.targets,
    options: await kind.options.jsonSchema(),
    metrics: kind.metrics as Record<string, Metric>,
  };
}

function needs(kind: AnyKind): string {
  const schemes = kind.targets.map((scheme) => `${scheme}://`).join(' or ');
  if (kind.sites === 'target') return `a target (${schemes}) or an agent's own port`;
  return schemes === '' ? 'an agent' : `an agent, or a target (${schemes})`;
}

const MARK = '*';
const STATED = `${MARK} by the agent’s own record: its counts or stamps enter the figure, and are its owner’s word. Where that may be the judged party, no verdict is a PASS by them alone.`;

async function page(kind: AnyKind): Promise<string> {
  const schema = (await kind.options.jsonSchema()) as { properties?: Record<string, { [key: string]: Json }> };
  const options = Object.entries(schema.properties ?? {}).map(
    ([key, property]) => `  ${key.padEnd(14)} ${optionWords(property)}`,
  );
  const metrics = Object.entries(kind.metrics as Record<string, Metric>).map(
    ([key, { unit, doc, ref, statedBy }]) =>
      `  ${`${key}${statedBy === undefined ? '' : MARK}`.padEnd(20)} ${unit.padEnd(6)} ${doc}${ref ? ` (${ref})` : ''}`,
  );
  const stated = Object.values(kind.metrics as Record<string, Metric>).some(({ statedBy }) => statedBy !== undefined);
  return [
    `${kind.name}: ${kind.doc}`,
    `Needs ${needs(kind)}.`,
    '',
    'Options:',
    ...options,
    '',
    'Metrics:',
    ...metrics,
    ...(stated ? ['', STATED] : []),
    '',
  ].join('\n');
}

function optionWords(property: { [key: string]: Json }): string {
  const given = property['default'] === undefined ? 'no default' : `default ${JSON.stringify(property['default'])}`;
  const values = Array.isArray(property['enum']) ? `one of ${property['enum'].join(', ')}` : form(property);
  return `${values}; ${given}`;
}

function form(property: { [key: string]: Json }): string {
  const pattern = property['pattern'];
  if (typeof pattern === 'string' && pattern.includes('ms')) return 'duration';
  if (typeof pattern === 'string' && pattern.includes('KiB')) return 'size';
  if (typeof pattern === 'string' && pattern.includes('min')) return 'rate';
  const { minimum, maximum } = property as { minimum?: number; maximum?: number };
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return typeof property['type'] === 'string' ? property['type'] : 'see `netprobe schema`';
}
