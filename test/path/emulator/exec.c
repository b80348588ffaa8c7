#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "program.h"

struct place {
  int pid, descriptor, root;
};

static int find(const char *dir, const char *site, struct place *place) {
  int up = file_open(dir, "up");
  FILE *in = up < 0 ? NULL : fdopen(up, "r");
  char line[512], name[64];
  *place = (struct place){.descriptor = -1};
  if (in == NULL) return 0;
  while (fgets(line, sizeof line, in) != NULL) {
    int descriptor;
    if (sscanf(line, "pid %d", &place->pid) == 1) continue;
    if (strcmp(line, "root yes\n") == 0) place->root = 1;
    if (sscanf(line, "site %63s %*s %d", name, &descriptor) == 2 && strcmp(name, site) == 0) place->descriptor = descriptor;
  }
  fclose(in);
  return place->descriptor >= 0;
}

static int enter(const struct place *place) {
  char file[64];
  // Both are opened first: once in the user namespace, the other process is out of sight.
  snprintf(file, sizeof file, "/proc/%d/fd/%d", place->pid, place->descriptor);
  int net = open(file, O_RDONLY | O_CLOEXEC);
  snprintf(file, sizeof file, "/proc/%d/ns/user", place->pid);
  int user = place->root ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (user >= 0 && setns(user, CLONE_NEWUSER) != 0) return 0;
  return net >= 0 && setns(net, CLONE_NEWNET) == 0;
}

// /sys shows the interfaces of the namespace that it was mounted in; its control groups stay as they are. Where this is
// not allowed, /sys shows the machine's interfaces, and nothing else is different.
static void show_own_interfaces(void) {
  char groups[64];
  if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) != 0) return;
  int old = open("/sys/fs/cgroup", O_PATH | O_CLOEXEC);
  if (mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0 || old < 0) return;
  snprintf(groups, sizeof groups, "/proc/self/fd/%d", old);
  mount(groups, "/sys/fs/cgroup", NULL, MS_BIND | MS_REC, NULL);
}

int command_exec(const char *dir, const char *site, int die_with_parent, char **argv) {
  struct place place;
  pid_t parent = getppid();
  if (!find(dir, site, &place)) return fprintf(stderr, "path: no site %s in %s\n", site, dir), 1;
  if (!enter(&place)) return fprintf(stderr, "path: cannot enter %s: %s\n", site, strerror(errno)), 1;
  show_own_interfaces();
  if (die_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return 1;
  }
  execvp(argv[0], argv);
  fprintf(stderr, "path: %s: %s\n", argv[0], strerror(errno));
  return 127;
}
