#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "settings.h"

static bool address_parse(struct hop *hop, const char *text) {
  if (inet_pton(AF_INET, text, hop->address4) == 1) return hop->has4 = true;
  if (inet_pton(AF_INET6, text, hop->address6) == 1) return hop->has6 = true;
  return strcmp(text, "*") == 0;
}

// ADDRESS[/ADDRESS][@SHARE] or *[@SHARE]
static bool hop_parse(struct hop *hop, char *text) {
  char *at = strchr(text, '@');
  if (at != NULL) {
    *at = 0;
    if (!number_parse(at + 1, 0, 1, &hop->share)) return false;
  }
  char *slash = strchr(text, '/');
  if (slash == NULL) return address_parse(hop, text);
  *slash = 0;
  return address_parse(hop, text) && address_parse(hop, slash + 1);
}

static void turn_round(struct route *route, size_t count) {
  for (size_t i = 0, j = count - 1; i < j; i++, j--) {
    struct hop hop = route->hops[i];
    route->hops[i] = route->hops[j];
    route->hops[j] = hop;
  }
  for (size_t i = 0; i < count; i++) route->hops[i].share = 1 - route->hops[i].share;
}

// Hops in the order of the way; `back`: the list is that of the other direction. Shares not given are even steps.
bool hops_parse(struct route *route, const char *text, bool back, char error[ERROR_TEXT]) {
  char copy[MAX_HOPS * 100];
  size_t count = 0;
  memset(route->hops, 0, sizeof route->hops);
  if (strlen(text) >= sizeof copy) {
    snprintf(error, ERROR_TEXT, "the list of hops is too long");
    return false;
  }
  strcpy(copy, text);
  char *rest = NULL;
  for (char *word = strtok_r(copy, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest), count++) {
    if (count == MAX_HOPS) {
      snprintf(error, ERROR_TEXT, "more than %d hops", MAX_HOPS);
      return false;
    }
    route->hops[count].share = -1;
    if (!hop_parse(&route->hops[count], word)) {
      snprintf(error, ERROR_TEXT, "not a hop: %.60s (ADDRESS[/ADDRESS][@SHARE] or *)", word);
      return false;
    }
  }
  for (size_t i = 0; i < count; i++)
    if (route->hops[i].share < 0) route->hops[i].share = (double)(i + 1) / (double)(count + 1);
  if (back && count > 0) turn_round(route, count);
  route->hop_count = count;
  return true;
}
