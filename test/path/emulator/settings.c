#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool settings_fail(char error[ERROR_TEXT], const char *what, const char *word) {
  snprintf(error, ERROR_TEXT, "%s: %.80s", what, word == NULL ? "(nothing)" : word);
  return false;
}

static bool site_add(struct settings *settings, const char *name, char error[ERROR_TEXT]) {
  size_t length = strlen(name);
  if (length >= SITE_NAME || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
    return settings_fail(error, "a site's name has a-z, 0-9 and -, at most 31", name);
  for (size_t i = 0; i < settings->site_count; i++)
    if (strcmp(settings->sites[i], name) == 0) return settings_fail(error, "a site twice", name);
  if (settings->site_count == MAX_SITES) return settings_fail(error, "too many sites", name);
  memcpy(settings->sites[settings->site_count++], name, length + 1);
  return true;
}

static bool sites_parse(struct settings *settings, char *rest, char error[ERROR_TEXT]) {
  if (settings->paths != NULL) return settings_fail(error, "sites are given once, before the paths", rest);
  char *state = NULL;
  for (char *name = strtok_r(rest, BLANKS, &state); name != NULL; name = strtok_r(NULL, BLANKS, &state))
    if (!site_add(settings, name, error)) return false;
  size_t n = settings->site_count;
  if (n < 2) return settings_fail(error, "fewer than two sites", rest);
  settings->paths = calloc(n * n, sizeof *settings->paths);
  if (settings->paths == NULL) return settings_fail(error, "no memory", "");
  for (size_t i = 0; i < n * n; i++) settings->paths[i] = path_settings_default();
  return true;
}

// The directions that the first word of a `path` line speaks of: * all, A>B one, A<>B both.
struct choice {
  const char *a, *b;  // NULL: any
  bool both;
};

static bool choice_parse(char *word, struct choice *choice, char error[ERROR_TEXT]) {
  *choice = (struct choice){0};
  if (word == NULL) return settings_fail(error, "a path names its sites: *, A>B or A<>B", word);
  if (strcmp(word, "*") == 0) return true;
  char *arrow = strpbrk(word, "<>");
  if (arrow == NULL) return settings_fail(error, "a path names its sites: *, A>B or A<>B", word);
  choice->both = *arrow == '<';
  char *second = arrow + (choice->both ? 2 : 1);
  if (choice->both && arrow[1] != '>') return settings_fail(error, "a path names its sites: *, A>B or A<>B", word);
  *arrow = 0;
  choice->a = word;
  choice->b = second;
  return true;
}

static bool known(const struct settings *settings, const char *site) {
  for (size_t i = 0; i < settings->site_count; i++)
    if (strcmp(settings->sites[i], site) == 0) return true;
  return false;
}

static bool path_parse(struct settings *settings, char *rest, char error[ERROR_TEXT]) {
  char *state = NULL;
  struct choice choice;
  if (settings->paths == NULL) return settings_fail(error, "sites come before paths", rest);
  if (!choice_parse(strtok_r(rest, BLANKS, &state), &choice, error)) return false;
  if (choice.a != NULL && (!known(settings, choice.a) || !known(settings, choice.b) || strcmp(choice.a, choice.b) == 0))
    return settings_fail(error, "no such pair of sites", choice.a);
  size_t n = settings->site_count;
  for (char *word = strtok_r(NULL, BLANKS, &state); word != NULL; word = strtok_r(NULL, BLANKS, &state)) {
    char *equals = strchr(word, '=');
    if (equals == NULL) return settings_fail(error, "not KEY=VALUE", word);
    *equals = 0;
    for (size_t from = 0; from < n; from++)
      for (size_t to = 0; to < n; to++) {
        const char *f = settings->sites[from], *t = settings->sites[to];
        bool forth = choice.a == NULL ? from < to : strcmp(f, choice.a) == 0 && strcmp(t, choice.b) == 0;
        bool back = choice.a == NULL ? from > to : choice.both && strcmp(t, choice.a) == 0 && strcmp(f, choice.b) == 0;
        struct path_settings *path = &settings->paths[from * n + to];
        if ((forth || back) && !path_settings_set(path, word, equals + 1, back, error)) return false;
      }
  }
  return true;
}

static bool line_parse(struct settings *settings, char *line, char error[ERROR_TEXT]) {
  char *comment = strchr(line, '#');
  if (comment != NULL) *comment = 0;
  char *state = NULL, *word = strtok_r(line, BLANKS, &state);
  if (word == NULL) return true;
  if (strcmp(word, "sites") == 0) return sites_parse(settings, state, error);
  if (strcmp(word, "path") == 0) return path_parse(settings, state, error);
  if (strcmp(word, "logOnly") == 0) return filters_parse(settings, state, error);
  char *value = strtok_r(NULL, BLANKS, &state);
  if (value == NULL) return settings_fail(error, "a word without a value", word);
  bool on = strcmp(value, "on") == 0, off = strcmp(value, "off") == 0;
  if (strcmp(word, "seed") == 0) return number_parse(value, 0, 9e15, &settings->seed) || settings_fail(error, "not a seed", value);
  if (strcmp(word, "mtu") == 0)
    return number_parse(value, 1280, 65535, &settings->mtu) || settings_fail(error, "mtu is from 1280 to 65535", value);
  if (strcmp(word, "logHead") == 0)
    return number_parse(value, 0, MAX_HEAD, &settings->log_head) || settings_fail(error, "logHead is from 0 to 128", value);
  if (strcmp(word, "log") == 0) return settings->log = on, on || off || settings_fail(error, "log is on or off", value);
  if (strcmp(word, "offload") == 0) return settings->offload = on, on || off || settings_fail(error, "offload is on or off", value);
  return settings_fail(error, "unknown word", word);
}

bool settings_read(const char *file, struct settings *settings, char error[ERROR_TEXT]) {
  *settings = (struct settings){.mtu = 1500, .seed = 1, .log_head = 48, .offload = true};
  FILE *in = fopen(file, "r");
  if (in == NULL) return settings_fail(error, "cannot be read", file);
  char *line = NULL;
  size_t capacity = 0;
  bool ok = true;
  for (int number = 1; ok && getline(&line, &capacity, in) >= 0; number++) {
    char why[ERROR_TEXT];
    ok = line_parse(settings, line, why);
    if (!ok) snprintf(error, ERROR_TEXT, "line %d: %.230s", number, why);
  }
  free(line);
  fclose(in);
  if (ok && settings->paths == NULL) ok = settings_fail(error, "no sites", file);
  for (size_t i = 0; ok && i < settings->site_count * settings->site_count; i++)
    ok = path_settings_check(&settings->paths[i], settings->mtu, error);
  if (!ok) settings_free(settings);
  return ok;
}

void settings_free(struct settings *settings) {
  free(settings->paths);
  settings->paths = NULL;
}
