// One direction of one pair: decides what befalls each packet, and counts it.
#ifndef DIRECTION_H
#define DIRECTION_H

#include <stdbool.h>

#include "clock.h"
#include "settings.h"

// Numbers as in the log.
enum fate {
  FATE_FORWARDED = 0,
  FATE_LOST = 1,
  FATE_QUEUE = 2,      // the queue was full
  FATE_BLACKOUT = 3,
  FATE_DUPLICATE = 4,  // a second copy, forwarded; the packet itself has its own line
  FATE_EXPIRED = 5,    // its time to live ran out at a hop
  FATE_TOO_BIG = 6,    // for the path's MTU
  FATE_PENDING = 7,    // still on its way when the path ended
  FATE_OVERFLOW = 8,   // the emulator's own memory was full: the path was not what it was asked to be
  FATE_UNWRITTEN = 9,  // the receiving device refused it
  FATES = 10,
};

enum purpose { DRAW_LOSS, DRAW_JITTER, DRAW_DUPLICATE, DRAW_ROUTE, PURPOSES };

struct direction {
  const struct path_settings *path;
  size_t from, to;
  uint64_t keys[PURPOSES];
  uint64_t packets;  // that came in; the next one's index
  bool bad;          // Gilbert's state
  double deviation;  // the last of the correlated jitter, in standard deviations
  double tokens;     // bytes of credit; negative: bytes that wait
  ns_t tokens_since;
  ns_t last_due[2];
  uint64_t next_expected;
  uint64_t fates[FATES];
  uint64_t reordered, bytes;
};

struct verdict {
  enum fate fate;
  ns_t due;  // since the start
  bool twice;
};

void direction_begin(struct direction *way, const struct path_settings *path, size_t from, size_t to, double seed);

// The route that a flow takes at that moment: 0 or 1.
size_t direction_route(const struct direction *way, uint64_t flow, ns_t since);

// The delay of a route without jitter; the second's is that of the first unless it has its own.
double route_delay_ms(const struct path_settings *path, size_t route);

// What befalls packet `index`, which came in at `since`.
struct verdict direction_decide(struct direction *way, size_t route, uint64_t index, size_t bytes, ns_t since);

// True while the direction is blacked out.
bool direction_is_down(const struct direction *way, ns_t since);

// Counts a packet that was written to the receiving device.
void direction_forwarded(struct direction *way, uint64_t index, size_t bytes);

#endif
