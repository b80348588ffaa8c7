import { NetprobeError } from '../contract/error.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Roots } from './roots.ts';

/** `netprobe schema`: the JSON Schema of sites.yaml or of report.json. */
export async function schema(document: string, roots: Roots): Promise<ExitCode> {
  const made = await schemaOf(document, roots);
  process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  return EXIT.pass;
}

async function schemaOf(document: string, roots: Roots) {
  if (document === 'sites') return (await import('../suite/json-schema.ts')).suiteJsonSchema(await roots.registry());
  if (document === 'report') return (await import('../report/model.ts')).reportJsonSchema();
  throw new NetprobeError('NETPROBE_USAGE', 'no such document', { expected: 'sites or report', found: document });
}
