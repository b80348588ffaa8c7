#include "icmp.h"

#include <netinet/in.h>
#include <string.h>

#define ROUTER_TTL 255

bool icmp_may_answer(const uint8_t *data, const struct headers *headers) {
  if (headers->version == 4 && (get16(data + 6) & 0x1fff) != 0) return false;
  if (!headers->whole) return true;
  uint8_t type = data[headers->inner];
  if (headers->protocol == IPPROTO_ICMPV6) return type >= 128;
  if (headers->protocol != IPPROTO_ICMP) return true;
  return type != 3 && type != 4 && type != 5 && type != 11 && type != 12;
}

static size_t answer4(uint8_t *out, enum icmp_error error, const struct hop *hop, const uint8_t *data,
                      const struct headers *headers, size_t mtu) {
  // As much of the packet as fits into 576 bytes (RFC 1812 4.3.2.3).
  size_t quoted = headers->length < 576 - 28 ? headers->length : 576 - 28, length = 28 + quoted;
  out[0] = 0x45;
  put16(out + 2, length);
  out[8] = ROUTER_TTL;
  out[9] = IPPROTO_ICMP;
  memcpy(out + 12, hop->address4, 4);
  memcpy(out + 16, data + 12, 4);
  seal_header(out);
  out[20] = error == TIME_EXCEEDED ? 11 : 3;
  out[21] = error == TIME_EXCEEDED ? 0 : 4;
  if (error == PACKET_TOO_BIG) put16(out + 26, mtu);
  memcpy(out + 28, data, quoted);
  put16(out + 22, (uint16_t)~sum_fold(sum_add(0, out + 20, 8 + quoted)));
  return length;
}

static size_t answer6(uint8_t *out, enum icmp_error error, const struct hop *hop, const uint8_t *data,
                      const struct headers *headers, size_t mtu) {
  size_t room = ICMP_ERROR_BYTES - 48, quoted = headers->length < room ? headers->length : room;
  out[0] = 0x60;
  put16(out + 4, 8 + quoted);
  out[6] = IPPROTO_ICMPV6;
  out[7] = ROUTER_TTL;
  memcpy(out + 8, hop->address6, 16);
  memcpy(out + 24, data + 8, 16);
  out[40] = error == TIME_EXCEEDED ? 3 : 2;
  if (error == PACKET_TOO_BIG) put32(out + 44, (uint32_t)mtu);
  memcpy(out + 48, data, quoted);
  uint32_t sum = sum_pseudo(out, 6, IPPROTO_ICMPV6, 8 + quoted);
  put16(out + 42, (uint16_t)~sum_fold(sum_add(sum, out + 40, 8 + quoted)));
  return 48 + quoted;
}

size_t icmp_answer(uint8_t out[ICMP_ERROR_BYTES], enum icmp_error error, const struct hop *hop, const uint8_t *data,
                   const struct headers *headers, size_t mtu) {
  memset(out, 0, ICMP_ERROR_BYTES);
  if (headers->version == 4) return hop->has4 ? answer4(out, error, hop, data, headers, mtu) : 0;
  return hop->has6 ? answer6(out, error, hop, data, headers, mtu) : 0;
}
