/**
 * Where each field of `struct tcp_info` (linux/tcp.h) lies; alike on all little-endian systems. The struct only ever
 * grew at its end: a kernel that knows fewer fields gives fewer bytes.
 *
 *     0  u8 state, ca_state, retransmits, probes, backoff, options, window scales, flags (bit 0: app-limited)
 *     8  u32 each up to total_retrans at 100        (2.6)
 *   104  u64 pacing rates, bytes_acked, bytes_received  (3.15, 4.1)
 *   136  u32 segments out and in, notsent_bytes, min_rtt, data segments  (4.2, 4.6)
 *   160  u64 delivery_rate, busy_time, rwnd_limited, sndbuf_limited      (4.9, 4.10)
 *   192  u32 delivered, delivered_ce                (4.18)
 *   200  u64 bytes_sent, bytes_retrans              (4.19)
 *   216  u32 dsack_dups, reord_seen, rcv_ooopack, snd_wnd                (4.19, 5.4)
 */
const TCP_INFO_FIELDS = {
  state: { at: 0, bytes: 1 },
  ca_state: { at: 1, bytes: 1 },
  flags: { at: 7, bytes: 1 },
  rto: { at: 8, bytes: 4 },
  snd_mss: { at: 16, bytes: 4 },
  rcv_mss: { at: 20, bytes: 4 },
  unacked: { at: 24, bytes: 4 },
  sacked: { at: 28, bytes: 4 },
  lost: { at: 32, bytes: 4 },
  retrans: { at: 36, bytes: 4 },
  pmtu: { at: 60, bytes: 4 },
  rtt: { at: 68, bytes: 4 },
  rttvar: { at: 72, bytes: 4 },
  snd_ssthresh: { at: 76, bytes: 4 },
  snd_cwnd: { at: 80, bytes: 4 },
  reordering: { at: 88, bytes: 4 },
  rcv_rtt: { at: 92, bytes: 4 },
  rcv_space: { at: 96, bytes: 4 },
  total_retrans: { at: 100, bytes: 4 },
  pacing_rate: { at: 104, bytes: 8 },
  bytes_acked: { at: 120, bytes: 8 },
  bytes_received: { at: 128, bytes: 8 },
  segs_out: { at: 136, bytes: 4 },
  segs_in: { at: 140, bytes: 4 },
  notsent_bytes: { at: 144, bytes: 4 },
  min_rtt: { at: 148, bytes: 4 },
  data_segs_out: { at: 156, bytes: 4 },
  delivery_rate: { at: 160, bytes: 8 },
  busy_time: { at: 168, bytes: 8 },
  rwnd_limited: { at: 176, bytes: 8 },
  sndbuf_limited: { at: 184, bytes: 8 },
  delivered: { at: 192, bytes: 4 },
  delivered_ce: { at: 196, bytes: 4 },
  bytes_sent: { at: 200, bytes: 8 },
  bytes_retrans: { at: 208, bytes: 8 },
  dsack_dups: { at: 216, bytes: 4 },
  reord_seen: { at: 220, bytes: 4 },
  rcv_ooopack: { at: 224, bytes: 4 },
  snd_wnd: { at: 228, bytes: 4 },
} as const;

export type TcpInfoField = keyof typeof TCP_INFO_FIELDS;

/** Up to and with snd_wnd. */
export const TCP_INFO_BYTES = 232;

/** A field as the kernel gives it; null when this kernel's struct ends before it. */
export function tcpInfoField(view: DataView, field: TcpInfoField): number | null {
  const { at, bytes } = TCP_INFO_FIELDS[field];
  if (view.byteLength < at + bytes) return null;
  if (bytes === 1) return view.getUint8(at);
  const low = view.getUint32(at, true);
  return bytes === 4 ? low : low + view.getUint32(at + 4, true) * 2 ** 32;
}
