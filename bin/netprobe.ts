#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { main } from '../src/cli/main.ts';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

process.exitCode = await main(process.argv, {
  tool: { name: 'netprobe', version: manifest.version },
  registry: async () => (await import('../probes/index.ts')).registry,
  lane: new URL('./lane.js', import.meta.url),
  program: new URL(import.meta.url),
});
