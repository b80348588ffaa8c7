import type { ErrorJson } from '../contract/error.ts';
import type { AgentLimits } from '../contract/hello.ts';
import { failureFrom } from '../contract/outcome.ts';
import { dial } from '../lane/dial.ts';
import { publicUrl } from '../suite/redact.ts';
import type { Suite, SuiteSite } from '../suite/suite.ts';
import { dialAgent } from './agent-client.ts';
import { type EmbeddedAgent, startEmbedded } from './embedded.ts';
import { reachStamp } from './reach-stamp.ts';
import { resolveOnce } from './resolve.ts';
import { agentWhereabouts, targetWhereabouts } from './whereabouts.ts';

/** Whether a site's agent or target answers, and with what. */
export interface Reached {
  site: string;
  what: 'agent' | 'tcp' | 'http' | 'ws' | 'stamp';
  where: string;
  address: string | null;
  error: ErrorJson | null;
  /** What answered, in words. */
  detail: string;
  /** Of an agent: what it does at most. */
  limits?: AgentLimits;
}

const CONNECT_NS = 5e9;

/** Reaches every agent and target of a suite, all at once; measures nothing. An embedded agent is started and ended. */
export async function reachAll(suite: Suite, program: URL, signal: AbortSignal): Promise<Reached[]> {
  const asked = suite.sites.flatMap((site) => [
    ...(site.agent === null ? [] : [reachAgent(site, suite, program, signal)]),
    ...Object.entries(site.targets).map(([what, url]) => reachTarget(site, what as Reached['what'], url, signal)),
  ]);
  return await Promise.all(asked);
}

async function reachAgent(site: SuiteSite, suite: Suite, program: URL, signal: AbortSignal): Promise<Reached> {
  const own = new Map<string, EmbeddedAgent>();
  const reached: Reached = {
    site: site.name,
    what: 'agent',
    where: site.agent ?? '',
    address: null,
    error: null,
    detail: '',
  };
  try {
    if (site.agent === 'embedded') own.set(site.name, await startEmbedded(program));
    const { host, port, family, secret } = agentWhereabouts(site, suite, own);
    const { address } = await resolveOnce(host, family);
    reached.address = address;
    const agent = await dialAgent({ name: `${site.name} (${host}:${port})`, address, port, secret }, signal);
    agent.close();
    const { tool, kinds, limits } = agent.hello;
    reached.limits = limits;
    reached.detail = `${tool.name} ${tool.version}; ${kinds.join(', ')}`;
  } catch (error) {
    reached.error = told(error, site, suite, signal);
  } finally {
    await own.get(site.name)?.stop();
  }
  return reached;
}

async function reachTarget(site: SuiteSite, what: Reached['what'], url: string, signal: AbortSignal): Promise<Reached> {
  const reached: Reached = { site: site.name, what, where: publicUrl(url), address: null, error: null, detail: '' };
  try {
    const { host, port, family } = targetWhereabouts(site, url);
    const resolved = await resolveOnce(host, family);
    const { address } = resolved;
    reached.address = address;
    if (what === 'stamp') {
      await reachStamp(`${site.name} (${host}:${port})`, resolved, port, signal);
      return { ...reached, detail: 'a STAMP reflector answers' };
    }
    const started = performance.now();
    const now = () => Math.round((performance.now() - started) * 1e6);
    const link = await dial({ name: site.name, address, port }, { now, timeoutNs: CONNECT_NS, signal });
    link.stream.destroy();
    reached.detail = 'takes connections';
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    reached.error = failureFrom(error, site.name).toJSON();
  }
  return reached;
}

function told(error: unknown, site: SuiteSite, suite: Suite, signal: AbortSignal): ErrorJson {
  if (signal.aborted) throw signal.reason;
  return JSON.parse(suite.vault.scrub(JSON.stringify(failureFrom(error, site.name)))) as ErrorJson;
}
