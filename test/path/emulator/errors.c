#include "errors.h"

#include <math.h>

static unsigned bucket_of(ns_t late) {
  uint64_t value = late < 0 ? 0 : (uint64_t)late;
  if (value < ERROR_STEPS) return (unsigned)value;
  unsigned power = 63 - (unsigned)__builtin_clzll(value);
  return (power - 3) * ERROR_STEPS + (unsigned)(value >> (power - 4)) % ERROR_STEPS;
}

static double upper_edge(unsigned bucket) {
  if (bucket < ERROR_STEPS) return bucket;
  unsigned power = bucket / ERROR_STEPS + 3;
  return ldexp((double)(ERROR_STEPS + bucket % ERROR_STEPS + 1), (int)power - 4);
}

void errors_add(struct errors *errors, ns_t late) {
  errors->buckets[bucket_of(late)]++;
  errors->count++;
  errors->sum_ns += (double)late;
  if (late > errors->max) errors->max = late;
}

double errors_quantile(const struct errors *errors, double quantile) {
  double wanted = quantile * (double)errors->count;
  uint64_t seen = 0;
  for (unsigned i = 0; i < ERROR_BUCKETS; i++) {
    seen += errors->buckets[i];
    if (seen > 0 && (double)seen >= wanted) return fmin(upper_edge(i), (double)errors->max);
  }
  return -1;
}
