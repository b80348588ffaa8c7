#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "loop.h"
#include "program.h"
#include "realtime.h"

// More packets than this on their way at once are dropped, counted and told: the path is then not what was asked for.
#define QUEUE_BYTES ((size_t)256 << 20)

static bool complain(const char *what, const char *why) {
  fprintf(stderr, "path: %s%s%s\n", what, why == NULL ? "" : ": ", why == NULL ? "" : why);
  return false;
}

// Names first, so that a sweep finds the namespaces however this ends.
static bool note_namespaces(const struct run *run, const char *path_name) {
  char names[MAX_SITES * 200] = "";
  size_t used = 0;
  for (size_t i = 0; run->at.root && i < run->mesh.settings.site_count; i++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s-%s\n", path_name, run->mesh.settings.sites[i]);
  return file_replace(run->dir, "namespaces", names);
}

static bool begin_sites(struct run *run) {
  struct mesh *mesh = &run->mesh;
  const char *slash = strrchr(run->dir, '/');
  const char *name = slash == NULL ? run->dir : slash + 1;
  size_t n = mesh->settings.site_count;
  for (size_t i = 0; i < n; i++) mesh->sites[i] = (struct site){.net = -1, .device = -1};
  if (!note_namespaces(run, name)) return complain("cannot write to", run->dir);
  for (size_t i = 0; i < n; i++)
    if (!site_begin(&mesh->sites[i], &mesh->settings, i + 1, name, run->at.root))
      return complain("cannot make the site", mesh->settings.sites[i]);
  mesh->ways = calloc(n * n, sizeof *mesh->ways);
  for (size_t i = 0; mesh->ways != NULL && i < n * n; i++)
    direction_begin(&mesh->ways[i], &mesh->settings.paths[i], i / n, i % n, mesh->settings.seed);
  mesh->queue.most_bytes = QUEUE_BYTES;
  return mesh->ways != NULL || complain("no memory", NULL);
}

static void end(struct run *run) {
  for (size_t i = 0; i < run->mesh.settings.site_count; i++) site_end(&run->mesh.sites[i]);
  static const char *const NAMES[] = {"namespaces", "up", "changes"};
  char file[PATH_MAX];
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (snprintf(file, sizeof file, "%s/%s", run->dir, NAMES[i]) < PATH_MAX) unlink(file);
  free(run->mesh.ways);
  free(run->mesh.queue.entries);
  settings_free(&run->mesh.settings);
}

static bool work(struct run *run) {
  char file[PATH_MAX];
  snprintf(file, sizeof file, "%s/log", run->dir);
  if (!loop_watch_sites(run)) return complain("cannot watch the sites", NULL);
  run->mesh.start = clock_now();
  if (!log_open(&run->mesh.log, &run->mesh.settings, file, run->mesh.start)) return complain("cannot write the log", file);
  run->at.realtime = realtime_begin(run->at.root);
  if (!summary_begin(&run->mesh, &run->at, run->dir)) return complain("cannot write to", run->dir);
  puts("up");
  fflush(stdout);
  loop_run(run);
  mesh_abandon(&run->mesh);
  run->at.log_complete = log_close(&run->mesh.log) && run->mesh.log.dropped == 0;
  run->at.awake_ns = run->waiter.awake_ns;
  return summary_end(&run->mesh, &run->at, run->dir) || complain("cannot write to", run->dir);
}

int command_run(const char *dir, int until_eof) {
  static struct run run;
  char error[ERROR_TEXT];
  run.dir = dir;
  if (!lock_take(dir)) return complain("is in use or cannot be written", dir), 1;
  if (!read_config(&run, &run.mesh.settings, error)) return complain("config", error), 2;
  if (!privilege_gain(&run.at.root)) return complain("neither root nor allowed to make a user namespace", NULL), 1;
  if (!loop_begin(&run, until_eof)) return complain("cannot watch signals, or standard input is no pipe", NULL), 1;
  sweep(dir);
  bool ok = begin_sites(&run) && work(&run);
  end(&run);
  return ok ? 0 : 1;
}
