// The emulator's own error: how late each packet left, in bounded memory.
#ifndef ERRORS_H
#define ERRORS_H

#include <stdint.h>

#include "clock.h"

#define ERROR_STEPS 16  // for each power of two: quantiles are right to one part in 16
#define ERROR_BUCKETS (64 * ERROR_STEPS)

struct errors {
  uint64_t buckets[ERROR_BUCKETS], count;
  double sum_ns;
  ns_t max;
};

void errors_add(struct errors *errors, ns_t late);

// An upper bound of the quantile, in ns; -1 when there is nothing.
double errors_quantile(const struct errors *errors, double quantile);

#endif
