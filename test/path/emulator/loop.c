#define _GNU_SOURCE
#include "loop.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "program.h"

#define READS_AT_ONCE 64
#define SIGNAL_TAG 1000
#define INPUT_TAG 1001

bool read_config(const struct run *run, struct settings *settings, char error[ERROR_TEXT]) {
  char file[PATH_MAX];
  snprintf(file, sizeof file, "%s/config", run->dir);
  return settings_read(file, settings, error);
}

bool loop_begin(struct run *run, int until_eof) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  run->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  return waiter_open(&run->waiter) && waiter_watch(&run->waiter, run->signals, SIGNAL_TAG) &&
         (!until_eof || waiter_watch(&run->waiter, STDIN_FILENO, INPUT_TAG));
}

bool loop_watch_sites(struct run *run) {
  for (uint32_t i = 0; i < run->mesh.settings.site_count; i++)
    if (!waiter_watch(&run->waiter, run->mesh.sites[i].device, i)) return false;
  return true;
}

// The paths may change while packets are on their way; the sites may not.
static void change(struct run *run) {
  struct settings *now = &run->mesh.settings, next;
  char error[ERROR_TEXT], text[ERROR_TEXT + 40];
  bool ok = read_config(run, &next, error);
  if (ok && (next.site_count != now->site_count || memcmp(next.sites, now->sites, sizeof next.sites) != 0)) {
    snprintf(error, sizeof error, "the sites cannot change");
    settings_free(&next);
    ok = false;
  }
  if (ok) {
    settings_free(now);
    now->paths = next.paths;
    for (size_t i = 0; i < now->site_count * now->site_count; i++) run->mesh.ways[i].path = &now->paths[i];
  }
  snprintf(text, sizeof text, "%u %s\n", ++run->changes, ok ? "ok" : error);
  file_replace(run->dir, "changes", text);
}

static void obey(struct run *run) {
  struct signalfd_siginfo signal;
  while (read(run->signals, &signal, sizeof signal) == (ssize_t)sizeof signal)
    if (signal.ssi_signo == SIGHUP) change(run);
    else run->ended = true;
}

static void read_input(struct run *run) {
  char input[256];
  if (read(STDIN_FILENO, input, sizeof input) <= 0) run->ended = true;
}

// Reads what the sites have sent, by turns, and lets out what falls due meanwhile.
static void exchange(struct run *run, const uint32_t *sites, size_t count) {
  bool ready[MAX_SITES];
  size_t left = count;
  for (size_t i = 0; i < count; i++) ready[i] = true;
  mesh_release(&run->mesh);
  for (int round = 0; left > 0 && round < READS_AT_ONCE; round++)
    for (size_t i = 0; i < count; i++) {
      if (!ready[i]) continue;
      if (!mesh_take(&run->mesh, sites[i])) ready[i] = false, left--;
      mesh_release(&run->mesh);
    }
}

void loop_run(struct run *run) {
  while (!run->ended) {
    struct epoll_event events[MAX_SITES + 2];
    uint32_t sites[MAX_SITES];
    size_t count = 0;
    int n = waiter_wait(&run->waiter, queue_due(&run->mesh.queue), events, MAX_SITES + 2);
    for (int i = 0; i < n; i++) {
      uint32_t tag = events[i].data.u32;
      if (tag == SIGNAL_TAG) obey(run);
      else if (tag == INPUT_TAG) read_input(run);
      else sites[count++] = tag;
    }
    exchange(run, sites, count);
  }
}
