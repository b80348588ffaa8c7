import type { HostDescription } from '../contract/host.ts';
import { describeInterface } from '../kernel/describe-host.ts';
import { interfaceFacts } from '../kernel/interface-facts.ts';

/** Of more addresses than this the rest go the same ways, or nobody reads about them. */
const MAX_ROUTES = 64;

/** By which interface this machine reaches each address, and what bears on figures there. Not while measuring. */
export async function routesTo(
  addresses: Iterable<string>,
): Promise<({ address: string } & Pick<HostDescription, 'facts' | 'missing'>)[]> {
  const routes = [];
  for (const address of [...addresses].slice(0, MAX_ROUTES)) {
    const found = await interfaceFacts(address);
    const described =
      found.value === null ? { facts: { name: null }, missing: { name: found.why } } : describeInterface(found.value);
    routes.push({ address, ...described });
  }
  return routes;
}
