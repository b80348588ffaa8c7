// A path while it stands.
#ifndef LOOP_H
#define LOOP_H

#include "mesh.h"
#include "summary.h"
#include "wait.h"

struct run {
  const char *dir;
  struct mesh mesh;
  struct waiter waiter;
  struct circumstances at;
  int signals;
  unsigned changes;
  bool ended;
};

// Reads DIR/config. False with a sentence in `error` when it is wrong.
bool read_config(const struct run *run, struct settings *settings, char error[ERROR_TEXT]);

// Begins to watch signals, which from then on end the loop and not the process, and (`until_eof`) standard input. False
// when that cannot be.
bool loop_begin(struct run *run, int until_eof);

// Begins to watch the sites. False when that cannot be.
bool loop_watch_sites(struct run *run);

// Lets packets pass until a signal or the end of standard input.
void loop_run(struct run *run);

#endif
