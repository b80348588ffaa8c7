// What routers on the way answer (RFC 792, RFC 4443, RFC 1191).
#ifndef ICMP_H
#define ICMP_H

#include "packet.h"
#include "settings.h"

enum icmp_error { TIME_EXCEEDED, PACKET_TOO_BIG };

#define ICMP_ERROR_BYTES 1280

// True when a router may answer this packet with an error at all (RFC 1122 3.2.2, RFC 4443 2.4).
bool icmp_may_answer(const uint8_t *data, const struct headers *headers);

// Writes the router's answer; its length, or 0 when the router has no address of that family. The frame's own
// checksum must be complete.
size_t icmp_answer(uint8_t out[ICMP_ERROR_BYTES], enum icmp_error error, const struct hop *hop, const uint8_t *data,
                   const struct headers *headers, size_t mtu);

#endif
