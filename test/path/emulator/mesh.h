// All sites and the paths between them: takes packets in, and lets them out when they are due.
#ifndef MESH_H
#define MESH_H

#include "direction.h"
#include "errors.h"
#include "log.h"
#include "packet.h"
#include "queue.h"
#include "settings.h"
#include "site.h"

struct mesh {
  struct settings settings;
  struct site sites[MAX_SITES];
  struct direction *ways;  // ways[from * site_count + to]
  struct queue queue;
  struct log log;
  struct errors errors;
  ns_t start;
  uint64_t unrouted, answers;  // packets for no site; packets that routers made
  struct frame frame;          // the one that is being read
};

// Reads a packet from a site and decides on it. False when there was none.
bool mesh_take(struct mesh *mesh, size_t site);

// Writes packets that are due. Returns after a bounded number of them, so that reading is not starved.
void mesh_release(struct mesh *mesh);

// Logs and counts what is still on its way.
void mesh_abandon(struct mesh *mesh);

// Takes a frame of `length` bytes that came from a site.
void mesh_pass(struct mesh *mesh, size_t from, struct frame *frame, size_t length, ns_t in);

#endif
