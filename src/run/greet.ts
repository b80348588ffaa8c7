import { type ErrorJson, NetprobeError } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { Hellos } from '../suite/plan.ts';
import type { Suite, SuiteSite } from '../suite/suite.ts';
import { dialAgent } from './agent-client.ts';
import { resolveOnce } from './resolve.ts';
import { agentWhereabouts, type Embedded } from './whereabouts.ts';

type Greeting = { hello: AgentHello } | { error: ErrorJson };

/** Asks one site's agent to introduce itself. An agent that does not is an answer too. */
async function greetAgent(site: SuiteSite, suite: Suite, embedded: Embedded, signal: AbortSignal): Promise<Greeting> {
  // A secret that is not there is the user's to mend, before anything is measured.
  const { host, port, family, secret } = agentWhereabouts(site, suite, embedded);
  try {
    const { address } = await resolveOnce(host, family);
    const connection = await dialAgent({ name: `${site.name} (${host}:${port})`, address, port, secret }, signal);
    connection.close();
    return { hello: connection.hello };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return { error: failureFrom(error, site.name).toJSON() };
  }
}

/** Greets every agent that the suite's links lead to, all at the same time. */
export async function greetAll(
  suite: Suite,
  embedded: Embedded,
  signal: AbortSignal,
  told: (site: SuiteSite, greeting: Greeting) => void,
): Promise<Hellos> {
  const names = new Set(suite.links.map((link) => link.to));
  const sites = suite.sites.filter((site) => site.agent !== null && names.has(site.name));
  const greetings = sites.map(async (site) => {
    const greeting = await greetAgent(site, suite, embedded, signal);
    told(site, greeting);
    return [site.name, greeting] as const;
  });
  return new Map(await Promise.all(greetings));
}

/** The reason that a run gives when it is interrupted. */
export function interrupted(): NetprobeError {
  return new NetprobeError('NETPROBE_ABORTED', 'the run was interrupted');
}
