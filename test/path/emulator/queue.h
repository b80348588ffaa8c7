// Packets on their way, by the moment at which they are due.
#ifndef QUEUE_H
#define QUEUE_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

// What a log says of a packet besides its times and its fate.
struct label {
  uint8_t from, to, version, protocol, route;
  uint16_t source_port, destination_port;
};

// Consecutive packets of one direction that leave together; more than one only when they came as one frame.
struct parcel {
  ns_t in, due;  // absolute
  uint64_t index;
  size_t count, payload, step;  // segments; where the first payload begins; bytes of payload in each but the last
  size_t length;                // of `data`
  struct label label;
  bool answer, duplicate, logged;  // a router's own packet; a second copy; to be logged
  struct virtio_net_hdr vnet;      // what follows is written to the device as it stands
  uint8_t data[];
};

struct queue {
  struct queue_entry *entries;
  size_t count, capacity, bytes, most_bytes;
  uint64_t pushed;
};

// A parcel with room for `length` bytes of packet; NULL when that would exceed the queue's memory.
struct parcel *parcel_new(struct queue *queue, size_t length);
void parcel_free(struct queue *queue, struct parcel *parcel);

// False when there is no memory.
bool queue_push(struct queue *queue, struct parcel *parcel);

// When the first is due; NS_NEVER when there is none.
ns_t queue_due(const struct queue *queue);

// The first; NULL when there is none. Of several due at once, the one pushed first.
struct parcel *queue_pop(struct queue *queue);

#endif
