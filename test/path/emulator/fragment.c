#include "fragment.h"

#include <string.h>

#define DONT_FRAGMENT 0x4000
#define MORE_FRAGMENTS 0x2000

// The length of an IPv4 header, options and all; options are repeated in every fragment for simplicity.
static size_t header_bytes(const uint8_t *data) { return (size_t)(data[0] & 15) * 4; }

// Data bytes of each fragment but the last: offsets count in units of 8 bytes.
static size_t step(const uint8_t *data, size_t mtu) { return (mtu - header_bytes(data)) / 8 * 8; }

bool fragment_may(const uint8_t *data, const struct headers *headers) {
  return headers->version == 4 && (get16(data + 6) & DONT_FRAGMENT) == 0;
}

size_t fragment_count(const struct headers *headers, size_t mtu) {
  size_t most = (mtu - headers->inner) / 8 * 8;
  return (headers->length - headers->inner + most - 1) / most;
}

size_t fragment_write(struct frame *out, const struct frame *frame, const struct headers *headers, size_t mtu, size_t i) {
  size_t header = header_bytes(frame->data), most = step(frame->data, mtu), begin = i * most;
  size_t left = headers->length - header - begin, bytes = left < most ? left : most;
  size_t flags = get16(frame->data + 6);
  memset(&out->vnet, 0, sizeof out->vnet);
  memcpy(out->data, frame->data, header);
  memcpy(out->data + header, frame->data + header + begin, bytes);
  put16(out->data + 2, header + bytes);
  put16(out->data + 6, (flags & 0xe000) | ((flags & 0x1fff) + begin / 8) | (bytes < left ? MORE_FRAGMENTS : 0));
  seal_header(out->data);
  return header + bytes;
}
