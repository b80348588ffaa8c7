// A line of truth for each packet, in a file. The path only fills a ring in memory; a thread of ordinary priority
// writes it out, so that the disk delays no packet. When the ring is full, lines are dropped and counted.
//
// Little-endian. Head: "npathlog", u32 version (1), u32 bytes of payload in each line, i64 start (CLOCK_MONOTONIC),
// u32 sites, then 32 bytes for each site's name. Then lines of LOG_LINE_BYTES + the bytes of payload:
//   i64 in, due, out (since the start; -1: never) · u64 index · u32 payload bytes, IP packet bytes ·
//   u8 from, to, protocol, fate · u16 source port, destination port · u8 route, IP version, payload bytes kept, 0
// The last line has fate 255, the number of dropped lines as its index, and of lines written as `in`.
#ifndef LOG_H
#define LOG_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "clock.h"
#include "direction.h"
#include "queue.h"
#include "settings.h"

#define LOG_LINE_BYTES 52
#define LOG_END 255

struct log {
  bool on;
  int file;
  size_t head, line;  // bytes of payload in a line; bytes of a line
  const struct settings *settings;
  uint8_t *ring;
  size_t ring_bytes;
  _Atomic size_t written, drained;  // bytes, ever
  _Atomic bool closing, broken;
  uint64_t lines, dropped;
  pthread_t drainer;
};

struct log_line {
  const struct label *label;
  enum fate fate;
  uint64_t index;
  ns_t in, due, out;
  size_t payload_bytes, packet_bytes;
  const uint8_t *payload;
};

// False when the file cannot be made; `log->on` tells whether there is a log at all.
bool log_open(struct log *log, const struct settings *settings, const char *file, ns_t start);

// True when packets with that label are to be logged.
bool log_wants(const struct log *log, const struct label *label);
void log_write(struct log *log, const struct log_line *line);

// Writes all that is left, and the last line. False when the disk did not take everything.
bool log_close(struct log *log);

#endif
