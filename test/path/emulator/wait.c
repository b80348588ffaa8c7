#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "wait.h"

#define TIMER_TAG UINT32_MAX
#define MOST_EARLY_NS 150e3
// Of the time that passes, so much may be spent awake; and so much of it be saved up.
#define AWAKE_SHARE 0.15
#define MOST_BUDGET_NS 20e6

bool waiter_watch(struct waiter *waiter, int descriptor, uint32_t tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = tag};
  return epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool waiter_open(struct waiter *waiter) {
  *waiter = (struct waiter){.armed = NS_NEVER, .lateness_ns = 40e3, .budget_ns = MOST_BUDGET_NS, .budget_at = clock_now()};
  waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
  waiter->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return waiter->epoll >= 0 && waiter->timer >= 0 && waiter_watch(waiter, waiter->timer, TIMER_TAG);
}

static void arm(struct waiter *waiter, ns_t at) {
  if (at == waiter->armed) return;
  struct itimerspec when = {0};
  if (at != NS_NEVER) {
    when.it_value.tv_sec = at / NS_PER_S;
    when.it_value.tv_nsec = at % NS_PER_S;
  }
  timerfd_settime(waiter->timer, TFD_TIMER_ABSTIME, &when, NULL);
  waiter->armed = at;
}

// Mean and mean deviation, as TCP follows its round-trip time (RFC 6298), and with its four deviations of safety.
static void learn(struct waiter *waiter, ns_t late) {
  double off = (double)late - waiter->lateness_ns;
  waiter->deviation_ns += (fabs(off) - waiter->deviation_ns) / 4;
  waiter->lateness_ns += off / 8;
}

static int poll_events(struct waiter *waiter, int timeout, struct epoll_event *events, int most) {
  int count = epoll_wait(waiter->epoll, events, most, timeout), kept = 0;
  for (int i = 0; i < count; i++) {
    if (events[i].data.u32 != TIMER_TAG) {
      events[kept++] = events[i];
      continue;
    }
    uint64_t expirations;
    if (read(waiter->timer, &expirations, sizeof expirations) > 0 && waiter->armed != NS_NEVER) {
      if (timeout != 0) learn(waiter, clock_now() - waiter->armed);
      waiter->armed = NS_NEVER;
    }
  }
  return kept;
}

static void earn(struct waiter *waiter, ns_t now) {
  waiter->budget_ns = fmin(MOST_BUDGET_NS, waiter->budget_ns + AWAKE_SHARE * (double)(now - waiter->budget_at));
  waiter->budget_at = now;
}

int waiter_wait(struct waiter *waiter, ns_t due, struct epoll_event *events, int most) {
  ns_t now = clock_now();
  if (due <= now) return poll_events(waiter, 0, events, most);
  earn(waiter, now);
  ns_t early = waiter->budget_ns > 0 ? (ns_t)fmin(MOST_EARLY_NS, waiter->lateness_ns + 4 * waiter->deviation_ns) : 0;
  if (due != NS_NEVER && due - now <= early) {
    int count = poll_events(waiter, 0, events, most);
    double spent = (double)(clock_now() - now);
    waiter->budget_ns -= spent;
    waiter->awake_ns += spent;
    return count;
  }
  arm(waiter, due == NS_NEVER ? NS_NEVER : due - early);
  return poll_events(waiter, -1, events, most);
}
