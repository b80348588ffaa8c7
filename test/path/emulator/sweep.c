#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commands.h"
#include "program.h"

static int lock_try(const char *dir, bool make) {
  char file[PATH_MAX];
  if (snprintf(file, sizeof file, "%s/lock", dir) >= PATH_MAX) return -1;
  int lock = open(file, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

int lock_take(const char *dir) {
  // A sweep may hold it for a moment.
  for (int i = 0; i < 50; i++, usleep(20000))
    if (lock_try(dir, true) >= 0) return 1;
  return 0;
}

static void delete_namespaces(const char *dir) {
  int names = file_open(dir, "namespaces");
  FILE *in = names < 0 ? NULL : fdopen(names, "r");
  char name[256], file[PATH_MAX];
  if (in == NULL) return;
  while (fgets(name, sizeof name, in) != NULL) {
    name[strcspn(name, "\n")] = 0;
    snprintf(file, sizeof file, "/run/netns/%s", name);
    if (access(file, F_OK) == 0) program_run(-1, NULL, (const char *[]){"ip", "netns", "delete", name, NULL});
  }
  fclose(in);
  if (snprintf(file, sizeof file, "%s/namespaces", dir) < PATH_MAX) unlink(file);
}

// A run that a process started for itself belongs to it: DIR/owner has its number. Nobody needs it after that.
static bool owner_is_dead(const char *dir) {
  int owner = file_open(dir, "owner");
  FILE *in = owner < 0 ? NULL : fdopen(owner, "r");
  int pid = 0;
  if (in == NULL) return false;
  bool read = fscanf(in, "%d", &pid) == 1 && pid > 0;
  fclose(in);
  return read && kill(pid, 0) != 0 && errno == ESRCH;
}

static void delete_files(const char *dir) {
  static const char *const NAMES[] = {"config", "up", "log", "summary.json", "changes", "namespaces", "owner", "lock"};
  char file[PATH_MAX];
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (snprintf(file, sizeof file, "%s/%s", dir, NAMES[i]) < PATH_MAX) unlink(file);
  rmdir(dir);
}

void sweep(const char *dir) {
  char base[PATH_MAX], other[PATH_MAX];
  const char *slash = strrchr(dir, '/');
  delete_namespaces(dir);
  if (slash == NULL || snprintf(base, sizeof base, "%.*s", (int)(slash - dir), dir) >= PATH_MAX) return;
  DIR *list = opendir(base);
  for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, slash + 1) == 0) continue;
    if (snprintf(other, sizeof other, "%s/%s", base, entry->d_name) >= PATH_MAX) continue;
    int lock = lock_try(other, false);
    if (lock < 0) continue;  // alive, or never lived
    delete_namespaces(other);
    if (owner_is_dead(other)) delete_files(other);
    close(lock);
  }
  if (list != NULL) closedir(list);
}
