import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./path.sh', import.meta.url));

/** The compiled emulator, and the folder that runs are kept in. */
export interface Emulator {
  program: string;
  runs: string;
}

export type Availability = { ok: true } | { ok: false; why: string };

let built: Promise<Emulator> | undefined;
let available: Promise<Availability> | undefined;

/** Compiles the emulator unless it is there already. */
export function buildEmulator(): Promise<Emulator> {
  built ??= promisify(execFile)('bash', [SCRIPT, 'build']).then(({ stdout }) => {
    const program = stdout.trim();
    return { program, runs: join(dirname(program), '..', '..', 'runs') };
  });
  return built;
}

/** Whether paths can be made on this machine by this user, and if not, why. */
export function pathAvailable(): Promise<Availability> {
  available ??= examine();
  return available;
}

async function examine(): Promise<Availability> {
  if (process.platform !== 'linux') return no(`network namespaces are Linux's; this is ${process.platform}`);
  for (const program of ['bash', 'ip', 'cc']) if (!(await isOnPath(program))) return no(`no ${program} was found`);
  if (!(await may('/dev/net/tun', constants.R_OK | constants.W_OK))) return no('no access to /dev/net/tun');
  try {
    const { program } = await buildEmulator();
    await promisify(execFile)(program, ['check']);
    return { ok: true };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return no(stdout.trim() || stderr.trim() || String(error));
  }
}

function no(why: string): Availability {
  return { ok: false, why };
}

async function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(folders.map((folder) => may(join(folder, program), constants.X_OK)));
  return found.includes(true);
}
