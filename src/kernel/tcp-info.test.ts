// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { descriptorOf } from './descriptor.ts';
import { isMissing } from './missing.ts';
import { openKernel } from './native.ts';
import { parseTcpInfo, readTcpInfo } from './tcp-info.ts';

/** A struct tcp_info by the offsets that offsetof() of linux/tcp.h gives in C, each field with a value of its own. */
function struct(): DataView {
  const view = new DataView(new ArrayBuffer(232));
  const u8: [number, number][] = [
    [0, 8],
    [1, 4],
    [7, 0b101],
  ];
  const u32: [number, number][] = [
    [8, 204_000],
    [16, 1448],
    [20, 536],
    [24, 11],
    [28, 12],
    [32, 13],
    [36, 14],
    [60, 1500],
    [68, 20_100],
    [72, 3050],
    [76, 21],
    [80, 22],
    [88, 3],
    [92, 19_000],
    [96, 65_483],
    [100, 17],
    [136, 31],
    [140, 32],
    [144, 33],
    [148, 18_750],
    [156, 34],
    [192, 35],
    [196, 36],
    [216, 37],
    [220, 38],
    [224, 39],
    [228, 353_280],
  ];
  const u64: [number, bigint][] = [
    [104, 12_500_000n],
    [120, 41n],
    [128, 42n],
    [160, 125_000_000n],
    [168, 808_000n],
    [176, 20_000n],
    [184, 12_000n],
    [200, 2n ** 40n + 5n],
    [208, 1_062_603n],
  ];
  for (const [at, value] of u8) view.setUint8(at, value);
  for (const [at, value] of u32) view.setUint32(at, value, true);
  for (const [at, value] of u64) view.setBigUint64(at, value, true);
  return view;
}

const bytesOf = (view: DataView, length = 232) => new Uint8Array(view.buffer, 0, length);

describe('a struct tcp_info', () => {
  it('is read field by field, in ns, bytes and bit/s', () => {
    expect(parseTcpInfo(bytesOf(struct()))).toEqual({
      structBytes: 232,
      state: 'close-wait',
      congestionState: 'loss',
      rttNs: 20_100_000,
      rttvarNs: 3_050_000,
      minRttNs: 18_750_000,
      receiverRttNs: 19_000_000,
      rtoNs: 204_000_000,
      retransmits: 17,
      retransInFlight: 14,
      unackedSegments: 11,
      sackedSegments: 12,
      lostSegments: 13,
      reorderingSegments: 3,
      reorderingSeen: 38,
      dsackDuplicates: 37,
      outOfOrderSegments: 39,
      sndMssBytes: 1448,
      rcvMssBytes: 536,
      pmtuBytes: 1500,
      cwndSegments: 22,
      ssthreshSegments: 21,
      sndWndBytes: 353_280,
      rcvSpaceBytes: 65_483,
      bytesSent: 1_099_511_627_781,
      bytesAcked: 41,
      bytesReceived: 42,
      bytesRetransmitted: 1_062_603,
      notSentBytes: 33,
      segmentsOut: 31,
      segmentsIn: 32,
      dataSegmentsOut: 34,
      deliveredSegments: 35,
      deliveredCeSegments: 36,
      deliveryRateBps: 1e9,
      deliveryRateAppLimited: true,
      pacingRateBps: 1e8,
      busyNs: 808_000_000,
      rwndLimitedNs: 20_000_000,
      sndbufLimitedNs: 12_000_000,
    });
  });

  it('of an older kernel has null for what lies beyond its end', () => {
    // Linux 4.9 ended after delivery_rate, 2.6 after total_retrans.
    const later = parseTcpInfo(bytesOf(struct(), 168));
    expect(later).toMatchObject({ deliveryRateBps: 1e9, deliveryRateAppLimited: true, minRttNs: 18_750_000 });
    expect(later).toMatchObject({ busyNs: null, deliveredSegments: null, bytesSent: null, sndWndBytes: null });
    const early = parseTcpInfo(bytesOf(struct(), 104));
    expect(early).toMatchObject({ structBytes: 104, retransmits: 17, rttNs: 20_100_000, pmtuBytes: 1500 });
    expect(early).toMatchObject({ bytesAcked: null, minRttNs: null, deliveryRateBps: null, pacingRateBps: null });
    expect(early.deliveryRateAppLimited).toBeNull();
    expect(parseTcpInfo(bytesOf(struct(), 103)).retransmits).toBeNull();
    expect(parseTcpInfo(new Uint8Array(0))).toMatchObject({ state: null, congestionState: null, rttNs: null });
  });

  it('has null, not 0 or the largest number, where the kernel has no value yet', () => {
    const view = struct();
    for (const at of [68, 92, 160]) view.setUint32(at, 0, true);
    view.setUint32(76, 0x7fff_ffff, true);
    view.setUint32(148, 0xffff_ffff, true);
    view.setBigUint64(104, 2n ** 64n - 1n, true);
    expect(parseTcpInfo(bytesOf(view))).toMatchObject({
      rttNs: null,
      rttvarNs: null,
      receiverRttNs: null,
      ssthreshSegments: null,
      minRttNs: null,
      pacingRateBps: null,
      deliveryRateBps: null,
      deliveryRateAppLimited: null,
      retransmits: 17,
    });
  });

  it('with a state that is not known has null for it', () => {
    const view = struct();
    view.setUint8(0, 99);
    view.setUint8(1, 99);
    expect(parseTcpInfo(bytesOf(view))).toMatchObject({ state: null, congestionState: null, retransmits: 17 });
  });
});

it('says why TCP_INFO cannot be read', () => {
  const kernel = new FakeKernel();
  kernel.options.set('6/11', 107);
  expect(readTcpInfo(kernel, 3)).toEqual({ missing: 'TCP_INFO cannot be read: ENOTCONN' });
});

const kernel = await openKernel();
const close: (() => void)[] = [];
afterEach(() => {
  for (const end of close.splice(0)) end();
});

describe.skipIf(isMissing(kernel))('TCP_INFO of a connection', () => {
  it('counts what was sent, at both ends', async () => {
    if (isMissing(kernel)) throw new Error(kernel.missing);
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    const [peer] = (await once(server, 'connection')) as [net.Socket];
    close.push(
      () => socket.destroy(),
      () => peer.destroy(),
      () => server.close(),
    );
    let received = 0;
    peer.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.write(Buffer.alloc(100_000));
    while (received < 100_000) await once(peer, 'data');
    const [here, there] = [
      readTcpInfo(kernel, descriptorOf(socket) ?? -1),
      readTcpInfo(kernel, descriptorOf(peer) ?? -1),
    ];
    expect(here).toMatchObject({ state: 'established', notSentBytes: 0, bytesReceived: 0, deliveredCeSegments: 0 });
    expect(there).toMatchObject({ state: 'established', bytesReceived: 100_000, bytesSent: 0 });
    if (isMissing(here)) throw new Error(here.missing);
    // Loopback may send a tail again by its timer: it is counted in both.
    expect((here.bytesSent ?? 0) - (here.bytesRetransmitted ?? 0)).toBe(100_000);
    expect(here.rttNs).toBeGreaterThan(0);
    expect(here.minRttNs).toBeGreaterThan(0);
  });
});
