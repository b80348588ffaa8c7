#include "segment.h"

#include <netinet/in.h>
#include <string.h>

enum { TCP_FIN = 1, TCP_PSH = 8, TCP_CWR = 128 };

static bool uncut(const struct frame *frame) { return frame->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE; }

static size_t payload_bytes(const struct headers *headers) { return headers->length - headers->payload; }

size_t segment_count(const struct frame *frame, const struct headers *headers) {
  if (!uncut(frame)) return 1;
  uint8_t type = frame->vnet.gso_type;
  bool tcp = type == VIRTIO_NET_HDR_GSO_TCPV4 || type == VIRTIO_NET_HDR_GSO_TCPV6;
  size_t size = frame->vnet.gso_size;
  if (!tcp || size == 0 || !headers->whole || headers->protocol != IPPROTO_TCP || payload_bytes(headers) == 0) return 0;
  return (payload_bytes(headers) + size - 1) / size;
}

size_t segment_payload(const struct frame *frame, const struct headers *headers, size_t i) {
  if (!uncut(frame)) return payload_bytes(headers);
  size_t begin = i * frame->vnet.gso_size, left = payload_bytes(headers) - begin;
  return left < frame->vnet.gso_size ? left : frame->vnet.gso_size;
}

size_t segment_length(const struct frame *frame, const struct headers *headers, size_t i) {
  return headers->payload + segment_payload(frame, headers, i);
}

const uint8_t *segment_bytes(const struct frame *frame, const struct headers *headers, size_t i) {
  return frame->data + headers->payload + (uncut(frame) ? i * frame->vnet.gso_size : 0);
}

size_t segment_cut_length(const struct frame *frame, const struct headers *headers, size_t first, size_t count) {
  if (!uncut(frame)) return headers->length;
  size_t last = first + count - 1;
  size_t bytes = (count - 1) * frame->vnet.gso_size + segment_payload(frame, headers, last);
  return headers->payload + bytes;
}

// What a kernel does that cuts in software: sequence numbers go on, identifications go up by one, CWR stays with the
// first packet, FIN and PSH with the last.
static void rewrite(const struct frame *frame, const struct headers *headers, size_t first, bool last, size_t length,
                    uint8_t *out) {
  if (headers->version == 4) {
    put16(out + 2, length);
    put16(out + 4, (size_t)(get16(frame->data + 4) + first) & 0xffff);
    seal_header(out);
  } else {
    put16(out + 4, length - 40);
  }
  uint8_t *tcp = out + headers->inner;
  put32(tcp + 4, get32(tcp + 4) + (uint32_t)(first * frame->vnet.gso_size));
  if (first > 0) tcp[13] &= (uint8_t)~TCP_CWR;
  if (!last) tcp[13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
  // Left to the receiver's side, as it was left to us: the sum of the pseudo-header.
  put16(tcp + 16, sum_fold(sum_pseudo(out, headers->version, IPPROTO_TCP, length - headers->inner)));
}

void segment_cut(const struct frame *frame, const struct headers *headers, size_t first, size_t count,
                 struct virtio_net_hdr *vnet, uint8_t *out) {
  *vnet = frame->vnet;
  size_t length = segment_cut_length(frame, headers, first, count);
  if (!uncut(frame)) {
    memcpy(out, frame->data, length);
    return;
  }
  memcpy(out, frame->data, headers->payload);
  memcpy(out + headers->payload, segment_bytes(frame, headers, first), length - headers->payload);
  bool last = first + count == segment_count(frame, headers);
  rewrite(frame, headers, first, last, length, out);
  *vnet = (struct virtio_net_hdr){
      .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
      .gso_type = count > 1 ? frame->vnet.gso_type : (uint8_t)VIRTIO_NET_HDR_GSO_NONE,
      .gso_size = count > 1 ? frame->vnet.gso_size : (uint16_t)0,
      .hdr_len = (uint16_t)headers->payload,
      .csum_start = (uint16_t)headers->inner,
      .csum_offset = 16,
  };
}
