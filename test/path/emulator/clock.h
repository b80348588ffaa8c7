// Time: nanoseconds of CLOCK_MONOTONIC, absolute, or counted from the start of the path where a name says `since`.
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

typedef int64_t ns_t;

#define NS_PER_S 1000000000LL
#define NS_NEVER INT64_MAX

static inline ns_t clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (ns_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static inline ns_t ns_from_ms(double ms) { return (ns_t)(ms * 1e6); }
static inline ns_t ns_from_s(double s) { return (ns_t)(s * 1e9); }

#endif
