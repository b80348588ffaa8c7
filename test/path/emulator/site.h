// A site: a network namespace with one address in each family and one TUN device, by which it reaches all others.
#ifndef SITE_H
#define SITE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "settings.h"

#define DEVICE "path0"

struct site {
  const char *name;
  char namespace[160];  // as `ip netns` knows it; "-" when it has no name
  char address4[INET_ADDRSTRLEN], address6[INET6_ADDRSTRLEN];  // address6 is "-" where the machine has no IPv6
  int net, device;                                             // the namespace; the TUN device
};

// Becomes root of a user namespace of its own when this process may not make network namespaces itself. False when
// neither is possible.
bool privilege_gain(bool *named);

// Makes a site. `named`: it can be entered with `ip netns exec`. False when it cannot be made; what was made of it is
// undone by site_end.
bool site_begin(struct site *site, const struct settings *settings, size_t number, const char *path_name, bool named);
void site_end(struct site *site);

// The site that has the packet's destination address; -1 when none has.
int site_of_destination(const uint8_t *packet, uint8_t version, size_t sites);

// Packets that the namespace dropped because they were not read in time; -1 when not known.
long site_dropped(const struct site *site);

// Writes the packet's destination address into a hop, so that the far end itself can answer.
struct hop site_hop(const uint8_t *packet, uint8_t version);

#endif
