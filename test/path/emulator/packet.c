#include "packet.h"

#include <netinet/in.h>
#include <string.h>

uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

void put16(uint8_t *at, size_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffff);
}

static void read_transport(const uint8_t *data, struct headers *headers) {
  const uint8_t *inner = data + headers->inner;
  size_t left = headers->length - headers->inner, own = 0;
  switch (headers->protocol) {
    case IPPROTO_TCP:
      own = left >= 20 ? (size_t)(inner[12] >> 4) * 4 : 0;
      if (own < 20) own = 0;
      break;
    case IPPROTO_UDP:
      own = 8;
      break;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      own = 4;
      break;
    default:
      return;
  }
  if (own == 0 || own > left) return;
  headers->whole = true;
  headers->payload = headers->inner + own;
  bool ports = headers->protocol == IPPROTO_TCP || headers->protocol == IPPROTO_UDP;
  headers->source_port = ports ? get16(inner) : inner[0];
  headers->destination_port = ports ? get16(inner + 2) : inner[1];
}

// Hop-by-hop, routing, fragment and destination options (RFC 8200), in whatever order they come.
static bool skip_extensions(const uint8_t *data, struct headers *headers, bool *fragment) {
  for (;;) {
    uint8_t kind = headers->protocol;
    if (kind != IPPROTO_HOPOPTS && kind != IPPROTO_ROUTING && kind != IPPROTO_FRAGMENT && kind != IPPROTO_DSTOPTS) return true;
    if (headers->inner + 8 > headers->length) return false;
    const uint8_t *extension = data + headers->inner;
    if (kind == IPPROTO_FRAGMENT) *fragment = true;
    headers->inner += kind == IPPROTO_FRAGMENT ? 8 : (size_t)(extension[1] + 1) * 8;
    headers->protocol = extension[0];
    if (headers->inner > headers->length) return false;
  }
}

bool headers_read(const uint8_t *data, size_t length, struct headers *headers) {
  *headers = (struct headers){.length = length};
  bool fragment = false;
  if (length < 20) return false;
  headers->version = data[0] >> 4;
  if (headers->version == 4) {
    headers->inner = (size_t)(data[0] & 15) * 4;
    headers->protocol = data[9];
    headers->ttl = data[8];
    fragment = (get16(data + 6) & 0x3fff) != 0;
    if (headers->inner < 20 || headers->inner > length || get16(data + 2) != length) return false;
  } else if (headers->version == 6) {
    if (length < 40 || (size_t)get16(data + 4) + 40 != length) return false;
    headers->inner = 40;
    headers->protocol = data[6];
    headers->ttl = data[7];
    if (!skip_extensions(data, headers, &fragment)) return false;
  } else {
    return false;
  }
  headers->payload = headers->inner;
  if (!fragment) read_transport(data, headers);
  return true;
}

static uint64_t hash_add(uint64_t hash, const uint8_t *at, size_t length) {
  for (size_t i = 0; i < length; i++) hash = (hash ^ at[i]) * 0x100000001b3u;  // FNV-1a
  return hash;
}

uint64_t flow_hash(const uint8_t *data, const struct headers *headers) {
  uint64_t hash = 0xcbf29ce484222325u;
  hash = headers->version == 4 ? hash_add(hash, data + 12, 8) : hash_add(hash, data + 8, 32);
  hash = hash_add(hash, &headers->protocol, 1);
  bool ports = headers->whole && (headers->protocol == IPPROTO_TCP || headers->protocol == IPPROTO_UDP);
  return ports ? hash_add(hash, data + headers->inner, 4) : hash;
}

void age(uint8_t *data, uint8_t version, size_t hops) {
  uint8_t *ttl = data + (version == 4 ? 8 : 7);
  *ttl = (uint8_t)(*ttl - hops);
  seal_header(data);
}
