#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

static const struct {
  const char *key;
  size_t offset;
  double low, high;
} NUMBERS[] = {
    {"delayMs", offsetof(struct path_settings, routes[0].delay_ms), 0, 600e3},
    {"secondDelayMs", offsetof(struct path_settings, routes[1].delay_ms), 0, 600e3},
    {"jitterMs", offsetof(struct path_settings, jitter_ms), 0, 600e3},
    {"correlation", offsetof(struct path_settings, correlation), 0, 0.9999},
    {"shape", offsetof(struct path_settings, shape), 1.01, 100},
    {"lossRatio", offsetof(struct path_settings, loss_ratio), 0, 1},
    {"lossBurst", offsetof(struct path_settings, loss_burst), 1, 1e6},
    {"duplicateRatio", offsetof(struct path_settings, duplicate_ratio), 0, 1},
    {"rateMbps", offsetof(struct path_settings, rate_mbps), 0.001, 1e6},
    {"queueBytes", offsetof(struct path_settings, queue_bytes), 1, 1e12},
    {"creditBytes", offsetof(struct path_settings, credit_bytes), 0, 1e12},
    {"pathMtu", offsetof(struct path_settings, mtu), 1280, 65535},
    {"seed", offsetof(struct path_settings, seed), 0, 9e15},
};

bool number_parse(const char *text, double low, double high, double *number) {
  char *end = NULL;
  *number = strtod(text, &end);
  return end != text && *end == 0 && *number >= low && *number <= high;
}

struct path_settings path_settings_default(void) {
  struct path_settings path = {.shape = 3, .seed = -1, .switch_at_s = INFINITY};
  path.routes[1].delay_ms = -1;
  return path;
}

static bool wrong(char error[ERROR_TEXT], const char *key, const char *value, const char *expected) {
  snprintf(error, ERROR_TEXT, "%s=%.60s: expected %s", key, value, expected);
  return false;
}

static bool distribution_parse(struct path_settings *path, const char *value) {
  static const char *const NAMES[] = {"uniform", "normal", "pareto", "ar1"};
  for (size_t i = 0; i < 4; i++)
    if (strcmp(value, NAMES[i]) == 0) {
      path->distribution = (enum distribution)i;
      return true;
    }
  return false;
}

// AT+FOR[,AT+FOR]… in seconds, or none.
static bool blackouts_parse(struct path_settings *path, const char *value) {
  path->blackout_count = 0;
  if (strcmp(value, "none") == 0) return true;
  char copy[1024];
  if (strlen(value) >= sizeof copy) return false;
  strcpy(copy, value);
  char *rest = NULL;
  for (char *word = strtok_r(copy, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
    char *plus = strchr(word, '+');
    if (plus == NULL || path->blackout_count == MAX_BLACKOUTS) return false;
    *plus = 0;
    struct blackout *blackout = &path->blackouts[path->blackout_count++];
    if (!number_parse(word, 0, 1e9, &blackout->at_s) || !number_parse(plus + 1, 0, 1e9, &blackout->for_s)) return false;
  }
  return true;
}

static bool second_parse(struct path_settings *path, const char *value) {
  path->second = SECOND_NONE;
  if (strcmp(value, "none") == 0) return true;
  path->second = strcmp(value, "ecmp") == 0 ? SECOND_ECMP : SECOND_SWITCH;
  return path->second == SECOND_ECMP || number_parse(value, 0, 1e9, &path->switch_at_s);
}

// Sets one key of one direction; `back`: the direction is the reverse of that for which the value is written.
bool path_settings_set(struct path_settings *path, const char *key, const char *value, bool back, char error[ERROR_TEXT]) {
  for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
    if (strcmp(key, NUMBERS[i].key) != 0) continue;
    double number;
    if (!number_parse(value, NUMBERS[i].low, NUMBERS[i].high, &number)) {
      char expected[80];
      snprintf(expected, sizeof expected, "a number from %g to %g", NUMBERS[i].low, NUMBERS[i].high);
      return wrong(error, key, value, expected);
    }
    memcpy((char *)path + NUMBERS[i].offset, &number, sizeof number);
    return true;
  }
  if (strcmp(key, "distribution") == 0)
    return distribution_parse(path, value) || wrong(error, key, value, "uniform, normal, pareto or ar1");
  if (strcmp(key, "blackouts") == 0)
    return blackouts_parse(path, value) || wrong(error, key, value, "AT+FOR[,AT+FOR]… in seconds, or none");
  if (strcmp(key, "second") == 0)
    return second_parse(path, value) || wrong(error, key, value, "ecmp, none, or seconds since the start");
  if (strcmp(key, "reorder") == 0) {
    path->reorder = strcmp(value, "on") == 0;
    return path->reorder || strcmp(value, "off") == 0 || wrong(error, key, value, "on or off");
  }
  if (strcmp(key, "hops") == 0) return hops_parse(&path->routes[0], value, back, error);
  if (strcmp(key, "secondHops") == 0) return hops_parse(&path->routes[1], value, back, error);
  snprintf(error, ERROR_TEXT, "unknown key: %.60s", key);
  return false;
}

// What must hold between the keys of one direction.
bool path_settings_check(const struct path_settings *path, double device_mtu, char error[ERROR_TEXT]) {
  const char *fault = NULL;
  double mtu = path->mtu > 0 ? path->mtu : device_mtu;
  if (path->rate_mbps > 0 && path->queue_bytes < mtu) fault = "rateMbps needs queueBytes of at least one MTU";
  if (path->rate_mbps <= 0 && path->queue_bytes + path->credit_bytes > 0) fault = "queueBytes and creditBytes need rateMbps";
  if (path->loss_burst > 0 && path->loss_ratio > path->loss_burst / (path->loss_burst + 1))
    fault = "lossRatio with lossBurst L is at most L / (L + 1)";
  if (path->distribution == AR1 ? path->correlation <= 0 : path->correlation > 0)
    fault = "correlation and distribution=ar1 need each other";
  if (fault != NULL) snprintf(error, ERROR_TEXT, "%s", fault);
  return fault == NULL;
}
