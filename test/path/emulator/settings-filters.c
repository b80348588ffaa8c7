#include <netinet/in.h>
#include <string.h>

#include "settings.h"

// PROTOCOL[:PORT]
bool filters_parse(struct settings *settings, char *rest, char error[ERROR_TEXT]) {
  static const struct {
    const char *name;
    uint8_t protocol;
  } NAMES[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"icmp", IPPROTO_ICMP}, {"icmp6", IPPROTO_ICMPV6}, {"any", 0}};
  char *state = NULL;
  for (char *word = strtok_r(rest, BLANKS, &state); word != NULL; word = strtok_r(NULL, BLANKS, &state)) {
    if (settings->filter_count == MAX_FILTERS) return settings_fail(error, "too many filters", word);
    struct filter filter = {0};
    double port = 0;
    char *colon = strchr(word, ':');
    if (colon != NULL) {
      *colon = 0;
      if (!number_parse(colon + 1, 1, 65535, &port)) return settings_fail(error, "not a port", colon + 1);
    }
    size_t i = 0;
    while (i < sizeof NAMES / sizeof *NAMES && strcmp(NAMES[i].name, word) != 0) i++;
    if (i == sizeof NAMES / sizeof *NAMES) return settings_fail(error, "logOnly takes tcp, udp, icmp, icmp6 or any, with :PORT", word);
    filter.protocol = NAMES[i].protocol;
    filter.port = (uint16_t)port;
    settings->filters[settings->filter_count++] = filter;
  }
  return true;
}
