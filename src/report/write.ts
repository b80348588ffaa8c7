import { join } from 'node:path';
import { replaceFile } from '../journal/atomic.ts';
import { writeFailure } from '../journal/failure.ts';
import type { Report } from './model.ts';

/** The report as report.json: two spaces, a newline at the end. Safe to print: no control character stands in it raw. */
export function reportJson(report: Report): string {
  return `${escapeControls(JSON.stringify(report, wellFormed, 2))}\n`;
}

// A lone surrogate cannot be written as UTF-8: both files show the replacement character instead.
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value;
}

// JSON leaves C1 controls and marks that turn text around as they are; some terminals obey them.
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same document as YAML. */
export async function reportYaml(report: Report): Promise<string> {
  const { Document, isScalar, visit } = await import('yaml');
  const document = new Document(JSON.parse(reportJson(report)), {
    aliasDuplicateObjects: false,
    // Other readers still follow YAML 1.1: what it would take for a date or a boolean is quoted.
    compat: 'yaml-1.1',
  });
  // A series has thousands of points: each on one line.
  visit(document, {
    Seq: (_key, node) => {
      if (node.items.length === 2 && node.items.every((item) => isScalar(item) && typeof item.value !== 'string'))
        node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Writes report.json and report.yaml into the run folder; each is the whole new one or, should writing fail, the old. */
export async function writeReport(runFolder: string, report: Report): Promise<void> {
  await write(join(runFolder, 'report.json'), reportJson(report));
  await write(join(runFolder, 'report.yaml'), await reportYaml(report));
}

async function write(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, (handle) => handle.writeFile(text));
  } catch (error) {
    throw writeFailure(path, error, 'the records of the run are whole');
  }
}
