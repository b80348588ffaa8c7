import type { Run } from '../../src/contract/kind.ts';
import type { tcpEcho } from './index.ts';
import type { TcpEchoOptions } from './options.ts';

/** Sends every byte back as it comes; how much that may be is bounded by the session's caps. */
export const run: Run<TcpEchoOptions, typeof tcpEcho.tables> = async ({ options }, io) => {
  let received = 0;
  io.serve({
    dscp: options.dscp,
    link({ stream, read }) {
      read((chunk) => {
        received += chunk.length;
        // A controller that sends without reading must not fill this side's memory.
        if (!stream.write(chunk)) {
          stream.pause();
          stream.once('drain', () => stream.resume());
        }
      });
    },
  });
  for await (const _message of io.heard(0));
  io.fact('echoed_bytes', received);
};
