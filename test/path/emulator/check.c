#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "program.h"
#include "site.h"

static int say(const char *what) {
  printf("%s\n", what);
  return 1;
}

int command_check(void) {
  bool named;
  if (!privilege_gain(&named)) return say("neither root nor allowed to make a user namespace");
  struct settings settings = {.site_count = 1, .mtu = 1500, .offload = true, .sites = {"check"}};
  struct site site;
  errno = 0;
  // A namespace without a name, so that nothing can be left behind.
  bool made = site_begin(&site, &settings, 1, "check", false);
  int why = errno;
  bool net = site.net >= 0, device = site.device >= 0;
  site_end(&site);
  if (made) return 0;
  if (!net) return say("a network namespace cannot be made here");
  if (device) return say("ip (iproute2) could not set up an interface");
  printf("no TUN device can be made here: /dev/net/tun: %s\n", strerror(why));
  return 1;
}
