// A frame as the packets that it stands for: a sender's kernel may hand over up to 64 KiB of one TCP stream at once
// (segmentation offload), and so may we hand it on; what befalls each packet is decided for each.
#ifndef SEGMENT_H
#define SEGMENT_H

#include "packet.h"

// How many packets the frame is; 0 when its virtio header makes no sense.
size_t segment_count(const struct frame *frame, const struct headers *headers);

// Bytes of the IP packet that segment `i` is, and of its payload.
size_t segment_length(const struct frame *frame, const struct headers *headers, size_t i);
size_t segment_payload(const struct frame *frame, const struct headers *headers, size_t i);

// Where the payload of segment `i` begins.
const uint8_t *segment_bytes(const struct frame *frame, const struct headers *headers, size_t i);

// Bytes that segment_cut will write for `count` segments from `first`.
size_t segment_cut_length(const struct frame *frame, const struct headers *headers, size_t first, size_t count);

// Writes the segments as a frame of their own to `vnet` and `out`.
void segment_cut(const struct frame *frame, const struct headers *headers, size_t first, size_t count,
                 struct virtio_net_hdr *vnet, uint8_t *out);

#endif
