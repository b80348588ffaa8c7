#include "queue.h"

#include <stdlib.h>

struct queue_entry {
  ns_t due;
  uint64_t order;
  struct parcel *parcel;
};

static bool before(const struct queue_entry *a, const struct queue_entry *b) {
  return a->due < b->due || (a->due == b->due && a->order < b->order);
}

struct parcel *parcel_new(struct queue *queue, size_t length) {
  size_t bytes = sizeof(struct parcel) + length;
  if (queue->bytes + bytes > queue->most_bytes) return NULL;
  struct parcel *parcel = malloc(bytes);
  if (parcel == NULL) return NULL;
  *parcel = (struct parcel){.length = length, .count = 1};
  queue->bytes += bytes;
  return parcel;
}

void parcel_free(struct queue *queue, struct parcel *parcel) {
  queue->bytes -= sizeof(struct parcel) + parcel->length;
  free(parcel);
}

bool queue_push(struct queue *queue, struct parcel *parcel) {
  if (queue->count == queue->capacity) {
    size_t capacity = queue->capacity == 0 ? 4096 : queue->capacity * 2;
    struct queue_entry *entries = realloc(queue->entries, capacity * sizeof *entries);
    if (entries == NULL) return false;
    queue->entries = entries;
    queue->capacity = capacity;
  }
  struct queue_entry entry = {parcel->due, queue->pushed++, parcel};
  size_t i = queue->count++;
  while (i > 0 && before(&entry, &queue->entries[(i - 1) / 2])) {
    queue->entries[i] = queue->entries[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  queue->entries[i] = entry;
  return true;
}

ns_t queue_due(const struct queue *queue) { return queue->count == 0 ? NS_NEVER : queue->entries[0].due; }

struct parcel *queue_pop(struct queue *queue) {
  if (queue->count == 0) return NULL;
  struct parcel *first = queue->entries[0].parcel;
  struct queue_entry entry = queue->entries[--queue->count];
  size_t i = 0;
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= queue->count) break;
    if (child + 1 < queue->count && before(&queue->entries[child + 1], &queue->entries[child])) child++;
    if (!before(&queue->entries[child], &entry)) break;
    queue->entries[i] = queue->entries[child];
    i = child;
  }
  queue->entries[i] = entry;
  return first;
}
