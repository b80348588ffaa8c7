#include "direction.h"

#include <math.h>

#include "draw.h"

void direction_begin(struct direction *way, const struct path_settings *path, size_t from, size_t to, double seed) {
  *way = (struct direction){.path = path, .from = from, .to = to, .tokens = path->credit_bytes};
  uint64_t own = (uint64_t)(path->seed >= 0 ? path->seed : seed);
  for (uint64_t purpose = 0; purpose < PURPOSES; purpose++) way->keys[purpose] = draw_key(own, from, to, purpose);
}

size_t direction_route(const struct direction *way, uint64_t flow, ns_t since) {
  const struct path_settings *path = way->path;
  if (path->second == SECOND_SWITCH) return since >= ns_from_s(path->switch_at_s) ? 1 : 0;
  if (path->second == SECOND_ECMP) return draw_bits(way->keys[DRAW_ROUTE], flow) >> 63;
  return 0;
}

double route_delay_ms(const struct path_settings *path, size_t route) {
  return path->routes[path->routes[route].delay_ms >= 0 ? route : 0].delay_ms;
}

// Independent; or the two-state chain of Gilbert (Capacity of a Burst-Noise Channel, 1960) that loses all in its bad
// state: it is in it for a share `loss_ratio` of the packets, and stays for `loss_burst` of them on average. One draw
// for each packet, whatever else happens to it.
static bool decide_loss(struct direction *way, uint64_t index) {
  const struct path_settings *path = way->path;
  double p = path->loss_ratio, burst = path->loss_burst, u = draw_unit(way->keys[DRAW_LOSS], index);
  if (burst <= 0) return u < p;
  if (p <= 0) return false;
  if (index == 0) way->bad = u < p;
  else if (way->bad) way->bad = u >= 1 / burst;
  else way->bad = u < p / (burst * (1 - p));
  return way->bad;
}

// What is added to the delay, in ms.
static double decide_jitter(struct direction *way, uint64_t index) {
  const struct path_settings *path = way->path;
  uint64_t key = way->keys[DRAW_JITTER];
  if (path->jitter_ms <= 0) return 0;
  switch (path->distribution) {
    case UNIFORM:
      return path->jitter_ms * (2 * draw_unit(key, index) - 1);
    case NORMAL:
      return path->jitter_ms * draw_normal(key, index);
    case PARETO:  // of the second kind (Lomax): from 0, with the tail of a Pareto distribution
      return path->jitter_ms * (pow(1 - draw_unit(key, index), -1 / path->shape) - 1);
    case AR1: {
      double rho = index == 0 ? 0 : path->correlation;
      way->deviation = rho * way->deviation + sqrt(1 - rho * rho) * draw_normal(key, index);
      return path->jitter_ms * way->deviation;
    }
  }
  return 0;
}

bool direction_is_down(const struct direction *way, ns_t since) {
  for (size_t i = 0; i < way->path->blackout_count; i++) {
    ns_t at = ns_from_s(way->path->blackouts[i].at_s);
    if (since >= at && since - at < ns_from_s(way->path->blackouts[i].for_s)) return true;
  }
  return false;
}

// A token bucket: its credit grows with the rate up to its depth; what exceeds it waits in the queue. False when the
// queue is full; otherwise `since` becomes the moment of leaving.
static bool pass_bucket(struct direction *way, size_t bytes, ns_t *since) {
  const struct path_settings *path = way->path;
  if (path->rate_mbps <= 0) return true;
  double bytes_per_ns = path->rate_mbps / 8000;
  way->tokens = fmin(path->credit_bytes, way->tokens + (double)(*since - way->tokens_since) * bytes_per_ns);
  way->tokens_since = *since;
  double left = way->tokens - (double)bytes;
  if (-left > path->queue_bytes) return false;
  way->tokens = left;
  if (left < 0) *since += (ns_t)(-left / bytes_per_ns);
  return true;
}

struct verdict direction_decide(struct direction *way, size_t route, uint64_t index, size_t bytes, ns_t since) {
  const struct path_settings *path = way->path;
  bool lost = decide_loss(way, index);
  double jitter_ms = decide_jitter(way, index);
  bool twice = path->duplicate_ratio > 0 && draw_unit(way->keys[DRAW_DUPLICATE], index) < path->duplicate_ratio;
  if (direction_is_down(way, since)) return (struct verdict){.fate = FATE_BLACKOUT};
  if (lost) return (struct verdict){.fate = FATE_LOST};
  if (!pass_bucket(way, bytes, &since)) return (struct verdict){.fate = FATE_QUEUE};
  ns_t due = since + ns_from_ms(fmax(0, route_delay_ms(path, route) + jitter_ms));
  // In order on each route; a change of route may well reorder.
  if (!path->reorder && due < way->last_due[route]) due = way->last_due[route];
  if (due > way->last_due[route]) way->last_due[route] = due;
  return (struct verdict){.fate = FATE_FORWARDED, .due = due, .twice = twice};
}

// Reordered as in RFC 4737 3.3, with the order of coming in as the sequence number.
void direction_forwarded(struct direction *way, uint64_t index, size_t bytes) {
  way->fates[FATE_FORWARDED]++;
  way->bytes += bytes;
  if (index < way->next_expected) way->reordered++;
  else way->next_expected = index + 1;
}
