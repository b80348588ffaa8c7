#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "program.h"

static bool replace(const char *dir, const char *name, FILE *out, char **text) {
  bool ok = fclose(out) == 0 && file_replace(dir, name, *text);
  free(*text);
  return ok;
}

bool summary_begin(const struct mesh *mesh, const struct circumstances *at, const char *dir) {
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return false;
  fprintf(out, "pid %d\nstart %" PRId64 "\nroot %s\nrealtime %s\n", (int)getpid(), mesh->start, at->root ? "yes" : "no",
          at->realtime ? "yes" : "no");
  for (size_t i = 0; i < mesh->settings.site_count; i++) {
    const struct site *site = &mesh->sites[i];
    fprintf(out, "site %s %s %d %s %s\n", site->name, site->namespace, site->net, site->address4, site->address6);
  }
  return replace(dir, "up", out, &text);
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static void print_microseconds(FILE *out, const char *name, double ns) {
  if (ns < 0) fprintf(out, "\"%s\":null", name);
  else fprintf(out, "\"%s\":%.2f", name, ns / 1e3);
}

static void print_errors(FILE *out, const struct errors *errors) {
  fprintf(out, ",\n\"lateUs\":{\"count\":%" PRIu64 ",", errors->count);
  print_microseconds(out, "mean", errors->count == 0 ? -1 : errors->sum_ns / (double)errors->count);
  print_microseconds((fputc(',', out), out), "p50", errors_quantile(errors, 0.5));
  print_microseconds((fputc(',', out), out), "p90", errors_quantile(errors, 0.9));
  print_microseconds((fputc(',', out), out), "p99", errors_quantile(errors, 0.99));
  print_microseconds((fputc(',', out), out), "p999", errors_quantile(errors, 0.999));
  print_microseconds((fputc(',', out), out), "max", errors->count == 0 ? -1 : (double)errors->max);
  fputc('}', out);
}

static void print_sites(FILE *out, const struct mesh *mesh) {
  fputs(",\n\"sites\":[", out);
  for (size_t i = 0; i < mesh->settings.site_count; i++) {
    long dropped = site_dropped(&mesh->sites[i]);
    fprintf(out, "%s{\"site\":\"%s\",\"notRead\":", i == 0 ? "" : ",", mesh->sites[i].name);
    if (dropped < 0) fputs("null}", out);
    else fprintf(out, "%ld}", dropped);
  }
  fputc(']', out);
}

static void print_way(FILE *out, const struct mesh *mesh, const struct direction *way) {
  static const char *const NAMES[FATES] = {"forwarded", "lost",   "queueDropped", "blackedOut", "duplicates",
                                           "expired",   "tooBig", "pending",      "overflown",  "unwritten"};
  fprintf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"sent\":%" PRIu64, mesh->settings.sites[way->from],
          mesh->settings.sites[way->to], way->packets);
  for (size_t i = 0; i < FATES; i++) fprintf(out, ",\"%s\":%" PRIu64, NAMES[i], way->fates[i]);
  fprintf(out, ",\"reordered\":%" PRIu64 ",\"bytes\":%" PRIu64 "}", way->reordered, way->bytes);
}

bool summary_end(const struct mesh *mesh, const struct circumstances *at, const char *dir) {
  char *text = NULL;
  size_t size, n = mesh->settings.site_count;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return false;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  fprintf(out, "{\"startNs\":\"%" PRId64 "\",\"seconds\":%.6f,\"root\":%s,\"realtime\":%s,\"cpuSeconds\":%.3f,", mesh->start,
          (double)(clock_now() - mesh->start) / 1e9, at->root ? "true" : "false", at->realtime ? "true" : "false",
          seconds(usage.ru_utime) + seconds(usage.ru_stime));
  fprintf(out, "\"awakeSeconds\":%.3f,\"unrouted\":%" PRIu64 ",\"answers\":%" PRIu64 ",\n\"log\":", at->awake_ns / 1e9,
          mesh->unrouted, mesh->answers);
  if (!mesh->log.on) fputs("null", out);
  else
    fprintf(out, "{\"lines\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"complete\":%s}", mesh->log.lines, mesh->log.dropped,
            at->log_complete ? "true" : "false");
  print_errors(out, &mesh->errors);
  print_sites(out, mesh);
  fputs(",\n\"directions\":[", out);
  for (size_t i = 0, printed = 0; i < n * n; i++) {
    if (i / n == i % n) continue;
    fputs(printed++ == 0 ? "\n" : ",\n", out);
    print_way(out, mesh, &mesh->ways[i]);
  }
  fputs("]}\n", out);
  return replace(dir, "summary.json", out, &text);
}
