#define _GNU_SOURCE
#include "realtime.h"

#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// Above ordinary processes; below the kernel's own threads, which run at 50.
#define PRIORITY 10

bool realtime_begin(bool root) {
  // Memory once had is kept: giving it back and asking anew takes time.
  mallopt(M_TRIM_THRESHOLD, 1 << 29);
  mallopt(M_MMAP_THRESHOLD, 1 << 25);
  if (root) mlockall(MCL_CURRENT | MCL_FUTURE);
  prctl(PR_SET_TIMERSLACK, 1UL);
  struct sched_param priority = {.sched_priority = PRIORITY};
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) == 0;
}
