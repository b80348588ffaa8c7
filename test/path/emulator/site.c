#define _GNU_SOURCE
#include "site.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "packet.h"
#include "program.h"

// Addresses for benchmarking: 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180); the last byte is the site's number.
static const uint8_t PREFIX4[3] = {198, 18, 0};
static const uint8_t PREFIX6[15] = {0x20, 0x01, 0, 2};

// A TUN device's queue of packets that are not read yet: long, since what it drops no log sees.
#define DEVICE_QUEUE 10000

int site_of_destination(const uint8_t *packet, uint8_t version, size_t sites) {
  const uint8_t *address = packet + (version == 4 ? 16 : 24);
  size_t prefix = version == 4 ? sizeof PREFIX4 : sizeof PREFIX6;
  if (memcmp(address, version == 4 ? PREFIX4 : PREFIX6, prefix) != 0) return -1;
  uint8_t number = address[prefix];
  return number >= 1 && number <= sites ? number - 1 : -1;
}

struct hop site_hop(const uint8_t *packet, uint8_t version) {
  struct hop hop = {.has4 = version == 4, .has6 = version == 6, .share = 1};
  if (version == 4) memcpy(hop.address4, packet + 16, 4);
  else memcpy(hop.address6, packet + 24, 16);
  return hop;
}

static bool name_addresses(struct site *site, size_t number) {
  uint8_t bytes[16];
  memcpy(bytes, PREFIX4, sizeof PREFIX4);
  bytes[sizeof PREFIX4] = (uint8_t)number;
  if (inet_ntop(AF_INET, bytes, site->address4, sizeof site->address4) == NULL) return false;
  memcpy(bytes, PREFIX6, sizeof PREFIX6);
  bytes[sizeof PREFIX6] = (uint8_t)number;
  if (access("/proc/sys/net/ipv6", F_OK) != 0) return strcpy(site->address6, "-") != NULL;
  return inet_ntop(AF_INET6, bytes, site->address6, sizeof site->address6) != NULL;
}

static int namespace_new(const struct site *site) {
  if (strcmp(site->namespace, "-") == 0)
    return unshare(CLONE_NEWNET) == 0 ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
  if (!program_run(-1, NULL, (const char *[]){"ip", "netns", "add", site->namespace, NULL})) return -1;
  return file_open("/run/netns", site->namespace);
}

// Opens the device from inside the namespace; this process stays in it.
static int device_new(int net, bool offload) {
  if (setns(net, CLONE_NEWNET) != 0) return -1;
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
  memcpy(request.ifr_name, DEVICE, sizeof DEVICE);
  unsigned long tasks = offload ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : 0;
  if (device < 0) return -1;
  int header = VNET_BYTES;
  bool ok = ioctl(device, TUNSETIFF, &request) == 0 && ioctl(device, TUNSETVNETHDRSZ, &header) == 0 &&
            ioctl(device, TUNSETOFFLOAD, tasks) == 0;
  if (ok) return device;
  close(device);
  return -1;
}

static bool device_set_up(const struct site *site, unsigned mtu) {
  char lines[1024];
  int length = snprintf(lines, sizeof lines,
                        "link set lo up\n"
                        "link set " DEVICE " mtu %u txqueuelen %d addrgenmode none up\n"
                        "address add %s/32 dev " DEVICE "\n"
                        "route add default dev " DEVICE "\n",
                        mtu, DEVICE_QUEUE, site->address4);
  if (strcmp(site->address6, "-") != 0)
    snprintf(lines + length, sizeof lines - (size_t)length,
             "address add %s/128 dev " DEVICE " nodad\n"
             "route add ::/0 dev " DEVICE "\n",
             site->address6);
  return program_run(site->net, lines, (const char *[]){"ip", "-batch", "-", NULL});
}

bool site_begin(struct site *site, const struct settings *settings, size_t number, const char *path_name, bool named) {
  *site = (struct site){.name = settings->sites[number - 1], .net = -1, .device = -1};
  if (!name_addresses(site, number)) return false;
  snprintf(site->namespace, sizeof site->namespace, named ? "%s-%s" : "-", path_name, site->name);
  site->net = namespace_new(site);
  if (site->net < 0) {
    site->namespace[0] = 0;  // not ours to delete
    return false;
  }
  site->device = device_new(site->net, settings->offload);
  return site->device >= 0 && device_set_up(site, (unsigned)settings->mtu);
}

void site_end(struct site *site) {
  if (site->device >= 0) close(site->device);
  if (site->net >= 0) close(site->net);
  if (site->namespace[0] != 0 && strcmp(site->namespace, "-") != 0)
    program_run(-1, NULL, (const char *[]){"ip", "netns", "delete", site->namespace, NULL});
  *site = (struct site){.net = -1, .device = -1};
}

long site_dropped(const struct site *site) {
  if (setns(site->net, CLONE_NEWNET) != 0) return -1;
  FILE *in = fopen("/proc/self/net/dev", "re");
  if (in == NULL) return -1;
  char line[512];
  long dropped = -1;
  // After the colon: eight figures of what the namespace received, then bytes, packets, errors, dropped of what it sent.
  while (fgets(line, sizeof line, in) != NULL) {
    char *colon = strchr(line, ':');
    if (colon != NULL && strstr(line, DEVICE) != NULL)
      if (sscanf(colon + 1, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld", &dropped) != 1) dropped = -1;
  }
  fclose(in);
  return dropped;
}
