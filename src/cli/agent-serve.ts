import { NetprobeError } from '../contract/error.ts';
import { parseSize } from '../contract/units.ts';
import type { StrangerRules } from '../lane/messages.ts';
import { blockList } from '../lane/strangers.ts';

export interface ServeFlags {
  serve?: string[];
  allow?: string[];
  serveRate: string;
  serveDaily: string;
}

const SERVICES = ['stamp'];

/**
 * What an agent serves to those without a session, and to whom; null: nothing. Throws NETPROBE_USAGE for a flag that makes
 * no sense, NETPROBE_AGENT_OPEN when something is to be served and nobody is named.
 */
export function parseServe({ serve = [], allow = [], serveRate, serveDaily }: ServeFlags): StrangerRules | null {
  const unknown = serve.find((name) => !SERVICES.includes(name));
  if (unknown !== undefined)
    throw new NetprobeError('NETPROBE_USAGE', `--serve: no such service`, {
      expected: SERVICES.join(', '),
      found: unknown,
    });
  if (serve.length === 0) {
    if (allow.length === 0) return null;
    throw new NetprobeError('NETPROBE_USAGE', '--allow names who may use what --serve serves', {
      expected: '--serve stamp beside it',
      found: '--allow alone',
    });
  }
  if (allow.length === 0)
    throw new NetprobeError(
      'NETPROBE_AGENT_OPEN',
      '--serve answers senders without a token, so it needs a list of them',
      {
        expected: '--allow with a network, such as 192.0.2.0/24',
        found: 'no --allow',
      },
    );
  return {
    allow: networks(allow),
    perSecond: positive('--serve-rate', serveRate, Number, '100'),
    bytesPerDay: positive('--serve-daily', serveDaily, parseSize, '1 GB'),
  };
}

function networks(allow: string[]): string[] {
  try {
    blockList(allow);
    return allow;
  } catch (error) {
    throw new NetprobeError('NETPROBE_USAGE', '--allow takes networks', {
      expected: 'an address or a network, such as 192.0.2.0/24 or 2001:db8::/32',
      found: error instanceof RangeError ? error.message : allow.join(' '),
    });
  }
}

function positive(flag: string, text: string, parse: (text: string) => number | undefined, example: string): number {
  const value = parse(text);
  if (value !== undefined && value >= 1) return value;
  throw new NetprobeError('NETPROBE_USAGE', `${flag}: not a limit`, { expected: `such as ${example}`, found: text });
}
