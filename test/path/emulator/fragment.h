// Fragmentation of IPv4 by a router (RFC 791).
#ifndef FRAGMENT_H
#define FRAGMENT_H

#include "packet.h"

// True when a router may cut the packet.
bool fragment_may(const uint8_t *data, const struct headers *headers);

// How many fragments it becomes on a link of that MTU.
size_t fragment_count(const struct headers *headers, size_t mtu);

// Writes fragment `i` to `out`, and its length. The frame's own checksum must be complete.
size_t fragment_write(struct frame *out, const struct frame *frame, const struct headers *headers, size_t mtu, size_t i);

#endif
