// What a path is asked to be: read from a file of lines, see README.md.
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_SITES 64
#define MAX_HOPS 30
#define MAX_BLACKOUTS 16
#define MAX_FILTERS 16
#define MAX_HEAD 128
#define SITE_NAME 32
#define ERROR_TEXT 256

enum distribution { UNIFORM, NORMAL, PARETO, AR1 };
enum second_route { SECOND_NONE, SECOND_ECMP, SECOND_SWITCH };

// A router on the way; silent in a family that it has no address of.
struct hop {
  bool has4, has6;
  uint8_t address4[4], address6[16];
  double share;  // how far along the way it is, from 0 to 1
};

struct route {
  double delay_ms;
  size_t hop_count;
  struct hop hops[MAX_HOPS];
};

struct blackout {
  double at_s, for_s;
};

// One direction of one pair.
struct path_settings {
  double jitter_ms, correlation, shape;
  double loss_ratio, loss_burst, duplicate_ratio;
  double rate_mbps, queue_bytes, credit_bytes;
  double mtu;
  double switch_at_s;
  double seed;  // negative: the seed of the whole
  enum distribution distribution;
  enum second_route second;
  bool reorder;
  struct route routes[2];
  struct blackout blackouts[MAX_BLACKOUTS];
  size_t blackout_count;
};

// Packets to log; 0 stands for any.
struct filter {
  uint8_t protocol;
  uint16_t port;
};

struct settings {
  size_t site_count;
  char sites[MAX_SITES][SITE_NAME];
  double mtu, seed, log_head;
  bool offload, log;
  struct filter filters[MAX_FILTERS];
  size_t filter_count;
  struct path_settings *paths;  // paths[from * site_count + to]
};

// Reads a file of settings. False with a sentence in `error` when it is wrong. Free with settings_free.
bool settings_read(const char *file, struct settings *settings, char error[ERROR_TEXT]);
void settings_free(struct settings *settings);

// For the files of this module. All parsers give false with a sentence in `error`.
#define BLANKS " \t\r\n"
bool settings_fail(char error[ERROR_TEXT], const char *what, const char *word);
bool filters_parse(struct settings *settings, char *rest, char error[ERROR_TEXT]);
struct path_settings path_settings_default(void);
bool path_settings_set(struct path_settings *path, const char *key, const char *value, bool back, char error[ERROR_TEXT]);
bool path_settings_check(const struct path_settings *path, double device_mtu, char error[ERROR_TEXT]);
bool hops_parse(struct route *route, const char *text, bool back, char error[ERROR_TEXT]);
bool number_parse(const char *text, double low, double high, double *number);

#endif
