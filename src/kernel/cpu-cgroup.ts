import type { Fact, Missing } from './missing.ts';
import { readText } from './read-text.ts';

/** The control groups that bound this process's time on processors, as folders: its own first, then those above it. */
export interface CpuCgroup {
  version: 1 | 2;
  folders: string[];
}

export type ReadText = (path: string) => Fact<string>;

/**
 * Finds them by cgroups(7): the group in /proc/self/cgroup, and where its hierarchy is mounted. In a container the mount
 * often shows the container's own group as its top: then what is above it cannot be seen, and need not be.
 */
export function cpuCgroup(read: ReadText = readText): CpuCgroup | Missing {
  const own = read('/proc/self/cgroup');
  if (own.value === null) return { missing: own.why };
  const mounts = read('/proc/self/mountinfo');
  if (mounts.value === null) return { missing: mounts.why };
  const group = ownGroup(own.value);
  if (group === undefined) return { missing: 'this process is in no control group for processors' };
  const found = mounts.value.split('\n').flatMap((line) => mountOf(line, group.version));
  // One that shows this group by its path, or else one that shows it as its top.
  const mount = found.find(({ root }) => isWithin(group.path, root)) ?? found[0];
  if (mount === undefined) return { missing: 'the hierarchy of control groups is not mounted' };
  const below = isWithin(group.path, mount.root) ? group.path.slice(mount.root === '/' ? 0 : mount.root.length) : '';
  const names = below.split('/').filter((name) => name !== '');
  if (names.includes('..')) return { missing: 'the control group is outside of what this process may see' };
  const folders = Array.from({ length: names.length + 1 }, (_, up) =>
    [mount.at, ...names.slice(0, names.length - up)].join('/'),
  );
  return { version: group.version, folders };
}

/** A controller is in one hierarchy only: the one of version 1 that names it, or else that of version 2. */
function ownGroup(text: string): { version: 1 | 2; path: string } | undefined {
  const lines = text.split('\n').map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line));
  const v1 = lines.find((line) => line?.[2]?.split(',').includes('cpu'));
  if (v1?.[3] !== undefined) return { version: 1, path: v1[3] };
  const v2 = lines.find((line) => line?.[1] === '0' && line[2] === '');
  return v2?.[3] === undefined ? undefined : { version: 2, path: v2[3] };
}

/** A line of mountinfo (proc(5)) that mounts this hierarchy: which group it shows, and where. */
function mountOf(line: string, version: 1 | 2): { root: string; at: string }[] {
  const [mount = '', system = ''] = line.split(' - ');
  const [, , , root, at] = mount.split(' ');
  const [type, , options = ''] = system.split(' ');
  if (root === undefined || at === undefined) return [];
  const fits = version === 2 ? type === 'cgroup2' : type === 'cgroup' && options.split(',').includes('cpu');
  return fits ? [{ root: unescaped(root), at: unescaped(at) }] : [];
}

/** Spaces and the like stand there as \040. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function isWithin(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}
