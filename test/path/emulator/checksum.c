#include <netinet/in.h>

#include "packet.h"

uint32_t sum_add(uint32_t sum, const uint8_t *at, size_t length) {
  uint64_t wide = sum;
  for (size_t i = 0; i + 1 < length; i += 2) wide += get16(at + i);
  if (length % 2 == 1) wide += (uint32_t)at[length - 1] << 8;
  while (wide >> 16 != 0) wide = (wide & 0xffff) + (wide >> 16);
  return (uint32_t)wide;
}

uint16_t sum_fold(uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)sum;
}

uint32_t sum_pseudo(const uint8_t *data, uint8_t version, uint8_t protocol, size_t length) {
  uint32_t sum = version == 4 ? sum_add(0, data + 12, 8) : sum_add(0, data + 8, 32);
  return sum + protocol + (uint32_t)(length >> 16) + (uint32_t)(length & 0xffff);
}

void seal_header(uint8_t *data) {
  if (data[0] >> 4 != 4) return;
  put16(data + 10, 0);
  put16(data + 10, (uint16_t)~sum_fold(sum_add(0, data, (size_t)(data[0] & 15) * 4)));
}

// The field holds the sum of the pseudo-header until then (Virtual I/O Device specification 1.2, 5.1.6.2).
void finish_checksum(struct frame *frame, size_t length) {
  if ((frame->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0) return;
  frame->vnet.flags = 0;
  size_t start = frame->vnet.csum_start, at = start + frame->vnet.csum_offset;
  if (start > length || at + 2 > length) return;
  uint16_t sum = (uint16_t)~sum_fold(sum_add(0, frame->data + start, length - start));
  // A UDP checksum that comes out as 0 is sent as all ones (RFC 768).
  bool udp = frame->vnet.csum_offset == 6;
  put16(frame->data + at, udp && sum == 0 ? 0xffff : sum);
}
