// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import dgram from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { checkMarking, mark } from './mark.ts';

const IP_TOS = '0/1';
const EF = 46;

let socket: dgram.Socket;
let open = true;
beforeEach(async () => {
  socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  open = true;
  await once(socket, 'listening');
});
afterEach(() => {
  if (open) socket.close();
});

describe('a mark', () => {
  test('is what the kernel was told', () => {
    const kernel = new FakeKernel();
    kernel.options.set(IP_TOS, Uint8Array.of(0, 0, 0, 0));
    mark(socket, EF, kernel);
    // The codepoint is the field's upper six bits, RFC 2474.
    expect(kernel.options.get(IP_TOS)).toEqual(Uint8Array.of(184, 0, 0, 0));
  });

  test.each(['agent', 'local'] as const)('that cannot be set is no silent one, and says where and why: %s', (side) => {
    const where = side === 'agent' ? 'the agent' : 'this machine';
    const missing = { missing: 'the optional dependency koffi is not installed' };
    const expected = expect.objectContaining({
      code: 'NETPROBE_DSCP_UNSUPPORTED',
      origin: side,
      message: `${where} cannot mark packets with DSCP 46: the optional dependency koffi is not installed`,
      hint: `leave dscp out, or install the optional dependency koffi on ${where}`,
    });
    expect(() => mark(socket, EF, missing, side)).toThrow(expected);
    expect(() => checkMarking(EF, missing, side)).toThrow(expected);
  });

  test('that the kernel refuses is as unsupported', () => {
    const kernel = new FakeKernel();
    kernel.options.set(IP_TOS, Uint8Array.of(0, 0, 0, 0));
    kernel.set = () => 1;
    expect(() => checkMarking(EF, kernel, 'agent')).not.toThrow();
    expect(() => mark(socket, EF, kernel, 'agent')).toThrow(
      expect.objectContaining({
        code: 'NETPROBE_DSCP_UNSUPPORTED',
        origin: 'agent',
        message: expect.stringContaining('EPERM'),
      }),
    );
  });

  test('of a socket without a descriptor is unsupported', () => {
    socket.close();
    open = false;
    expect(() => mark(socket, EF, new FakeKernel())).toThrow(
      expect.objectContaining({ code: 'NETPROBE_DSCP_UNSUPPORTED', origin: 'local' }),
    );
  });
});
