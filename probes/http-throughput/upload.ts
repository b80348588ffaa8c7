import { NetprobeError } from '../../src/contract/error.ts';
import type { Link } from '../../src/contract/io.ts';
import type { Ns } from '../../src/contract/records.ts';
import { wrongStatus } from '../../src/measure/http-failure.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { payloads } from '../../src/measure/payload.ts';
import { endOf, type Pipe, tcpPipe } from '../../src/measure/pipe.ts';
import { CHUNK_BYTES, ENDLESS } from './wire.ts';

/** Longer than any head that an agent answers with. */
const MAX_ANSWER_CHARS = 16 * 1024;

/** Opens an upload to an agent: a POST, taken once it is answered, whose body is then the pipe's payload. */
export async function openUpload(server: HttpServer, path: string, timeoutNs: Ns): Promise<Pipe> {
  const link = await server.connect(timeoutNs);
  const head = ['host', server.url.host, ...server.headers, 'content-length', String(ENDLESS), ...server.proof()];
  link.stream.write(`POST ${path} HTTP/1.1\r\n${lines(head)}\r\n`);
  try {
    await answered(link, server, timeoutNs);
  } catch (error) {
    link.stream.destroy();
    throw error;
  }
  return tcpPipe(link, payloads(CHUNK_BYTES));
}

function lines(headers: readonly string[]): string {
  return headers.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
}

/** Waits for the head of the answer. What comes after it is of no interest. */
function answered(link: Link, server: HttpServer, timeoutNs: Ns): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new NetprobeError('NETPROBE_AGENT_SILENT', `${server.site} did not take a stream`));
    const timer = setTimeout(late, timeoutNs / 1e6);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    let text = '';
    link.read((chunk) => {
      if (text.includes('\r\n\r\n')) return;
      text += Buffer.from(chunk).toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
      if (text.includes('\r\n\r\n')) settle(status === '200' ? undefined : wrong(server, status));
      else if (text.length > MAX_ANSWER_CHARS) settle(wrong(server, undefined));
    });
    const closed = () => new NetprobeError('NETPROBE_AGENT_CLOSED', `${server.site} closed a stream`);
    void endOf(link.stream).then(() => settle(closed()));
  });
}

function wrong(server: HttpServer, status: string | undefined): NetprobeError {
  if (status !== undefined) return wrongStatus(server, Number(status), '200');
  return new NetprobeError('NETPROBE_AGENT_GARBAGE', `${server.site} sent what is no HTTP/1.1 answer`);
}
