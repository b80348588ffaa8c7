#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "site.h"

static bool may_make_namespaces(void) {
  pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWNET) == 0 ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool write_once(const char *file, const char *text) {
  int out = open(file, O_WRONLY | O_CLOEXEC);
  if (out < 0) return false;
  size_t length = strlen(text);
  bool ok = write(out, text, length) == (ssize_t)length;
  return close(out) == 0 && ok;
}

bool privilege_gain(bool *named) {
  *named = geteuid() == 0 && may_make_namespaces();
  if (*named) return true;
  char users[64], groups[64];
  snprintf(users, sizeof users, "0 %u 1", geteuid());
  snprintf(groups, sizeof groups, "0 %u 1", getegid());
  if (unshare(CLONE_NEWUSER) != 0) return false;
  // So that another process of the same user may enter our namespaces.
  prctl(PR_SET_DUMPABLE, 1);
  return write_once("/proc/self/setgroups", "deny") && write_once("/proc/self/uid_map", users) &&
         write_once("/proc/self/gid_map", groups);
}
