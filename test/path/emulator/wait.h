// Sleeping until something comes in or a packet is due, whichever is first, and waking in time: a sleeper wakes late by
// what the machine needs to wake it, so this one learns how late that is, asks to be woken so much earlier, and spends
// the rest awake, as long as that stays a small share of a processor.
#ifndef WAIT_H
#define WAIT_H

#include <sys/epoll.h>

#include "clock.h"

struct waiter {
  int epoll, timer;
  ns_t armed;          // for when the timer is set; NS_NEVER: it is not
  double lateness_ns;  // learned: how late the timer wakes, on average
  double deviation_ns; // and how far it is from that, on average
  double budget_ns;    // of time that may be spent awake
  ns_t budget_at;
  double awake_ns;     // spent so, ever
};

bool waiter_open(struct waiter *waiter);

// Watches a descriptor; `tag` is its event's data.u32.
bool waiter_watch(struct waiter *waiter, int descriptor, uint32_t tag);

// Returns the events that are there, at most at `due` (absolute), perhaps somewhat before.
int waiter_wait(struct waiter *waiter, ns_t due, struct epoll_event *events, int most);

#endif
