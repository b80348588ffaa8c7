#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "log.h"

static uint64_t get_le(const uint8_t *at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = bytes; i-- > 0;) value = value << 8 | at[i];
  return value;
}

static void print_line(const uint8_t *line, const char sites[][SITE_NAME]) {
  static const char *const FATE_NAMES[FATES] = {"forwarded", "lost",    "queue",   "blackout", "duplicate",
                                                "expired",   "too-big", "pending", "overflow", "unwritten"};
  printf("%s,%s,%u,%u,%u,%u,%u", sites[line[40] % MAX_SITES], sites[line[41] % MAX_SITES], line[49], line[42],
         (unsigned)get_le(line + 44, 2), (unsigned)get_le(line + 46, 2), line[48]);
  printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64, get_le(line + 24, 8), get_le(line + 36, 4), get_le(line + 32, 4));
  for (size_t i = 0; i < 24; i += 8) {
    int64_t time = (int64_t)get_le(line + i, 8);
    if (time < 0) printf(",");
    else printf(",%" PRId64, time);
  }
  printf(",%s,", line[43] < FATES ? FATE_NAMES[line[43]] : "?");
  for (size_t i = 0; i < get_le(line + 50, 2); i++) printf("%02x", line[LOG_LINE_BYTES + i]);
  putchar('\n');
}

int command_csv(const char *file) {
  static char sites[MAX_SITES][SITE_NAME];
  uint8_t head[28], line[LOG_LINE_BYTES + MAX_HEAD];
  FILE *in = fopen(file, "r");
  bool ok = in != NULL && fread(head, sizeof head, 1, in) == 1 && memcmp(head, "npathlog", 8) == 0;
  size_t count = ok ? get_le(head + 24, 4) : 0, kept = ok ? get_le(head + 12, 4) : 0;
  ok = ok && get_le(head + 8, 4) == 1 && count <= MAX_SITES && kept <= MAX_HEAD;
  ok = ok && fread(sites, SITE_NAME, count, in) == count;
  if (!ok) return fprintf(stderr, "path: %s is not a log\n", file), 1;
  puts("from,to,ip,protocol,source_port,destination_port,route,index,packet_bytes,payload_bytes,in_ns,due_ns,out_ns,fate,"
       "payload");
  bool ended = false;
  while (!ended && fread(line, LOG_LINE_BYTES + kept, 1, in) == 1) {
    ended = line[43] == LOG_END;
    if (!ended) print_line(line, (const char(*)[SITE_NAME])sites);
    else if (get_le(line + 24, 8) > 0) fprintf(stderr, "path: %" PRIu64 " lines were dropped\n", get_le(line + 24, 8));
  }
  fclose(in);
  if (!ended) fprintf(stderr, "path: the log has no end: the path still stands, or was killed\n");
  return ended ? 0 : 1;
}
