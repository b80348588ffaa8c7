#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(int net, const int pipe_ends[2], const char *const argv[]) {
  if (net >= 0 && setns(net, CLONE_NEWNET) != 0) _exit(126);
  if (dup2(pipe_ends[0], STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) _exit(126);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  execvp(argv[0], (char *const *)(const void *)argv);
  fprintf(stderr, "path: %s: %s\n", argv[0], strerror(errno));
  _exit(127);
}

bool program_run(int net, const char *input, const char *const argv[]) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_t child = fork();
  if (child == 0) become(net, ends, argv);
  close(ends[0]);
  size_t length = input == NULL ? 0 : strlen(input);
  bool fed = child > 0 && (length == 0 || write(ends[1], input, length) == (ssize_t)length);
  close(ends[1]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return fed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool file_replace(const char *dir, const char *name, const char *text) {
  char path[PATH_MAX], next[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", dir, name) >= PATH_MAX) return false;
  if (snprintf(next, sizeof next, "%s/%s.next", dir, name) >= PATH_MAX) return false;
  FILE *out = fopen(next, "we");
  if (out == NULL) return false;
  bool ok = fputs(text, out) >= 0;
  return fclose(out) == 0 && ok && rename(next, path) == 0;
}

int file_open(const char *dir, const char *name) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", dir, name) >= PATH_MAX) return -1;
  return open(path, O_RDONLY | O_CLOEXEC);
}
