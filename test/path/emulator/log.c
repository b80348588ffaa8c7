#include "log.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RING_BYTES ((size_t)64 << 20)
#define DRAIN_EVERY_NS (10 * 1000 * 1000)

static uint8_t *put_le(uint8_t *at, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> (8 * i));
  return at + bytes;
}

static bool write_all(struct log *log, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    ssize_t n = write(log->file, bytes, count);
    if (n <= 0) return false;
    bytes += n;
    count -= (size_t)n;
  }
  return true;
}

static bool write_head(struct log *log, const struct settings *settings, ns_t start) {
  uint8_t head[28 + MAX_SITES * SITE_NAME] = "npathlog";
  uint8_t *at = put_le(head + 8, 1, 4);
  at = put_le(at, log->head, 4);
  at = put_le(at, (uint64_t)start, 8);
  at = put_le(at, settings->site_count, 4);
  for (size_t i = 0; i < settings->site_count; i++, at += SITE_NAME) memcpy(at, settings->sites[i], SITE_NAME);
  return write_all(log, head, (size_t)(at - head));
}

static void drain(struct log *log) {
  size_t from = atomic_load_explicit(&log->drained, memory_order_relaxed);
  size_t to = atomic_load_explicit(&log->written, memory_order_acquire);
  while (from < to) {
    size_t at = from % log->ring_bytes, count = to - from;
    if (count > log->ring_bytes - at) count = log->ring_bytes - at;
    if (!atomic_load(&log->broken) && !write_all(log, log->ring + at, count)) atomic_store(&log->broken, true);
    from += count;
    atomic_store_explicit(&log->drained, from, memory_order_release);
  }
}

static void *drain_until_closed(void *context) {
  struct log *log = context;
  struct timespec pause = {.tv_nsec = DRAIN_EVERY_NS};
  while (!atomic_load(&log->closing)) {
    drain(log);
    nanosleep(&pause, NULL);
  }
  return NULL;
}

bool log_open(struct log *log, const struct settings *settings, const char *file, ns_t start) {
  *log = (struct log){.on = settings->log, .settings = settings, .head = (size_t)settings->log_head};
  if (!log->on) return true;
  log->line = LOG_LINE_BYTES + log->head;
  log->ring_bytes = RING_BYTES / log->line * log->line;
  log->file = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  log->ring = mmap(NULL, log->ring_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (log->file < 0 || log->ring == MAP_FAILED || !write_head(log, settings, start)) return false;
  return pthread_create(&log->drainer, NULL, drain_until_closed, log) == 0;
}

bool log_wants(const struct log *log, const struct label *label) {
  if (!log->on || log->settings->filter_count == 0) return log->on;
  for (size_t i = 0; i < log->settings->filter_count; i++) {
    const struct filter *filter = &log->settings->filters[i];
    bool port = filter->port == 0 || filter->port == label->source_port || filter->port == label->destination_port;
    if (port && (filter->protocol == 0 || filter->protocol == label->protocol)) return true;
  }
  return false;
}

static void encode(const struct log *log, uint8_t *at, const struct log_line *line, uint8_t fate) {
  const struct label *label = line->label;
  size_t kept = line->payload_bytes < log->head ? line->payload_bytes : log->head;
  const uint64_t small[] = {label->from, label->to, label->protocol, fate};
  at = put_le(at, (uint64_t)line->in, 8);
  at = put_le(at, (uint64_t)line->due, 8);
  at = put_le(at, (uint64_t)line->out, 8);
  at = put_le(at, line->index, 8);
  at = put_le(at, line->payload_bytes, 4);
  at = put_le(at, line->packet_bytes, 4);
  for (size_t i = 0; i < 4; i++) at = put_le(at, small[i], 1);
  at = put_le(at, label->source_port, 2);
  at = put_le(at, label->destination_port, 2);
  at = put_le(at, label->route, 1);
  at = put_le(at, label->version, 1);
  at = put_le(at, kept, 2);
  if (kept > 0) memcpy(at, line->payload, kept);
  memset(at + kept, 0, log->head - kept);
}

static void append(struct log *log, const struct log_line *line, uint8_t fate) {
  size_t written = atomic_load_explicit(&log->written, memory_order_relaxed);
  size_t drained = atomic_load_explicit(&log->drained, memory_order_acquire);
  if (written - drained + log->line > log->ring_bytes) {
    log->dropped++;
    return;
  }
  if (fate != LOG_END) log->lines++;
  // Lines never straddle the end: the ring holds a whole number of them.
  encode(log, log->ring + written % log->ring_bytes, line, fate);
  atomic_store_explicit(&log->written, written + log->line, memory_order_release);
}

void log_write(struct log *log, const struct log_line *line) { append(log, line, (uint8_t)line->fate); }

bool log_close(struct log *log) {
  if (!log->on) return true;
  atomic_store(&log->closing, true);
  pthread_join(log->drainer, NULL);
  drain(log);
  struct label none = {0};
  struct log_line end = {.label = &none, .index = log->dropped, .in = (ns_t)log->lines, .due = -1, .out = -1};
  append(log, &end, LOG_END);
  drain(log);
  munmap(log->ring, log->ring_bytes);
  return close(log->file) == 0 && !atomic_load(&log->broken);
}
