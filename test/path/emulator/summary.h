// What is said of a path: where it is, when it stands; what it did, when it ends.
#ifndef SUMMARY_H
#define SUMMARY_H

#include "mesh.h"

struct circumstances {
  bool root, realtime, log_complete;
  double awake_ns;  // spent waiting for the last moment
};

// DIR/up: lines `pid`, `start` (CLOCK_MONOTONIC ns), `root` and `realtime` (yes or no), and for each site
// `site NAME NAMESPACE DESCRIPTOR IPV4 IPV6`, where /proc/PID/fd/DESCRIPTOR is its namespace.
bool summary_begin(const struct mesh *mesh, const struct circumstances *at, const char *dir);

// DIR/summary.json.
bool summary_end(const struct mesh *mesh, const struct circumstances *at, const char *dir);

#endif
