// An IP packet as it is read from a site, and what is read from its headers.
#ifndef PACKET_H
#define PACKET_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_BYTES (65536 + 256)

// What a TUN device with IFF_VNET_HDR gives and takes: the virtio header, then the packet. A frame that the sender's
// kernel left uncut is several packets of one TCP stream (vnet.gso_type is not GSO_NONE).
struct frame {
  struct virtio_net_hdr vnet;
  uint8_t data[FRAME_BYTES];
};

#define VNET_BYTES offsetof(struct frame, data)

struct headers {
  size_t length;   // of the whole frame, without the virtio header
  size_t inner;    // where the transport header begins
  size_t payload;  // where the payload begins; for ICMP, after its checksum
  uint16_t source_port, destination_port;  // 0 when there is none; for ICMP type and code
  uint8_t version, protocol, ttl;
  bool whole;  // neither a fragment nor cut short: has a transport header
};

// False when it is no well-formed IPv4 or IPv6 packet.
bool headers_read(const uint8_t *data, size_t length, struct headers *headers);

// The hash of the flow that a router would choose among equal routes by: addresses, protocol and ports (RFC 2992).
uint64_t flow_hash(const uint8_t *data, const struct headers *headers);

uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void put16(uint8_t *at, size_t value);
void put32(uint8_t *at, uint32_t value);

// The ones' complement sum of RFC 1071, not yet complemented; `sum` is what came before.
uint32_t sum_add(uint32_t sum, const uint8_t *at, size_t length);
uint16_t sum_fold(uint32_t sum);

// The sum of the pseudo-header of a packet with `length` bytes after its IP headers.
uint32_t sum_pseudo(const uint8_t *data, uint8_t version, uint8_t protocol, size_t length);

// Writes the header checksum of IPv4; does nothing to IPv6.
void seal_header(uint8_t *data);

// Makes each router of `hops` take one from the time to live.
void age(uint8_t *data, uint8_t version, size_t hops);

// Completes a transport checksum that the sender's kernel left to the device.
void finish_checksum(struct frame *frame, size_t length);

#endif
