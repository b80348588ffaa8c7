// A frame on its way in one direction.
#ifndef PASSAGE_H
#define PASSAGE_H

#include "icmp.h"
#include "mesh.h"

struct passage {
  struct mesh *mesh;
  struct direction *way;
  struct frame *frame;
  struct headers headers;
  struct label label;
  size_t route, segments;
  ns_t in;
  bool logged;
};

// Logs and counts the fate of one segment that will not be delivered.
void passage_record(const struct passage *p, size_t segment, uint64_t index, enum fate fate, ns_t due);

// Refuses all segments.
void passage_refuse(const struct passage *p, enum fate fate);

// Lets a router say why it refuses a frame; a silent one says nothing.
void passage_answer(const struct passage *p, enum icmp_error error, const struct hop *hop, size_t mtu);

// Refuses a frame that is too big for the path's MTU.
void passage_refuse_size(const struct passage *p, size_t mtu);

#endif
