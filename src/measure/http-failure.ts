import { errors } from 'undici';
import { NetprobeError } from '../contract/error.ts';
import { failureFrom } from '../contract/outcome.ts';

interface Where {
  site: string;
  agent: boolean;
}

/**
 * What ended an exchange, as a NetprobeError. undici has the same error for a body that the peer cut short and for
 * framing that cannot be right; `closed` says whether the peer has closed the connection.
 */
export function httpFailure(error: Error, where: Where, closed: boolean): NetprobeError {
  const { message } = error;
  if (error instanceof errors.SocketError) return ending(error, where, !message.startsWith('bad '));
  if (error instanceof errors.ResponseContentLengthMismatchError) return ending(error, where, closed);
  if (error instanceof errors.HTTPParserError) return ending(error, where, message.includes('EOF'));
  if (error instanceof errors.HeadersOverflowError) return ending(error, where, false);
  return failureFrom(error, where.site);
}

/** The answer's status is none of the expected ones. */
export function wrongStatus({ site }: Where, status: number, expected: string): NetprobeError {
  return new NetprobeError('NETPROBE_HTTP_STATUS', `${site} answered with status ${status}`, {
    expected,
    found: String(status),
  });
}

function ending(cause: Error, { site, agent }: Where, closed: boolean): NetprobeError {
  if (closed) {
    const what = `${site} closed the connection before its answer was complete`;
    return new NetprobeError(agent ? 'NETPROBE_AGENT_CLOSED' : 'NETPROBE_CLOSED', what, { cause });
  }
  return new NetprobeError(
    agent ? 'NETPROBE_AGENT_GARBAGE' : 'NETPROBE_PROTOCOL',
    `${site} sent what is no HTTP/1.1 answer`,
    {
      found: cause.message,
      cause,
    },
  );
}
