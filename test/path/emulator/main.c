// A network path between Linux network namespaces, of which everything is known. See README.md.
#include <stdio.h>
#include <string.h>

#include "commands.h"

static int usage(void) {
  fputs("usage: emulator check\n"
        "       emulator run DIR [--until-eof]\n"
        "       emulator exec DIR SITE [--die-with-parent] COMMAND [ARGUMENT]…\n"
        "       emulator csv FILE\n",
        stderr);
  return 2;
}

int main(int argc, char **argv) {
  const char *verb = argc > 1 ? argv[1] : "";
  if (strcmp(verb, "check") == 0 && argc == 2) return command_check();
  if (strcmp(verb, "csv") == 0 && argc == 3) return command_csv(argv[2]);
  if (strcmp(verb, "run") == 0 && argc == 3) return command_run(argv[2], 0);
  if (strcmp(verb, "run") == 0 && argc == 4 && strcmp(argv[3], "--until-eof") == 0) return command_run(argv[2], 1);
  if (strcmp(verb, "exec") == 0 && argc >= 5) {
    int with_parent = strcmp(argv[4], "--die-with-parent") == 0;
    if (argc - with_parent >= 5) return command_exec(argv[2], argv[3], with_parent, argv + 4 + with_parent);
  }
  return usage();
}
