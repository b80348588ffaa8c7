import type { Json } from '../contract/json.ts';
import type { AnyKind, Registry } from '../contract/kind.ts';
import { jsonSchemaOf } from '../contract/options.ts';
import { fileSchema } from './schema.ts';

type JsonObject = { [key: string]: Json };

/** The JSON Schema (draft-07) of sites.yaml, with each probe's options: for editors, and for those who generate files. */
export async function suiteJsonSchema(registry: Registry): Promise<Json> {
  const file = (await jsonSchemaOf(fileSchema)) as JsonObject;
  const kinds = [...registry.values()];
  const items: JsonObject[] = await Promise.all(kinds.map(entrySchema));
  const names: JsonObject = { enum: kinds.map((kind) => kind.name), description: 'A probe with its default options.' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'netprobe sites.yaml',
    ...file,
    properties: {
      ...(file['properties'] as JsonObject),
      suite: { type: 'array', minItems: 1, items: { anyOf: [names, ...items] } },
    },
  };
}

/** `{ tcp-echo: { … } }`, where the options may also be left empty. */
async function entrySchema(kind: AnyKind): Promise<JsonObject> {
  return {
    type: 'object',
    description: kind.doc,
    properties: { [kind.name]: { anyOf: [await kind.options.jsonSchema(), { type: 'null' }] } },
    required: [kind.name],
    additionalProperties: false,
  };
}
