#include "mesh.h"

#include <unistd.h>

#define MOST_AT_ONCE 64

_Static_assert(offsetof(struct parcel, data) == offsetof(struct parcel, vnet) + VNET_BYTES, "written as one");

bool mesh_take(struct mesh *mesh, size_t site) {
  ssize_t bytes = read(mesh->sites[site].device, &mesh->frame, sizeof mesh->frame);
  if (bytes <= (ssize_t)VNET_BYTES) return false;
  mesh_pass(mesh, site, &mesh->frame, (size_t)bytes - VNET_BYTES, clock_now());
  return true;
}

// A line and a count for each packet of a parcel.
static void settle(struct mesh *mesh, const struct parcel *parcel, enum fate fate, ns_t out) {
  const struct label *label = &parcel->label;
  struct direction *way = &mesh->ways[label->from * mesh->settings.site_count + label->to];
  for (size_t i = 0; i < parcel->count; i++) {
    size_t begin = parcel->payload + i * parcel->step;
    size_t left = parcel->length - begin, bytes = i + 1 < parcel->count ? parcel->step : left;
    if (fate == FATE_FORWARDED) direction_forwarded(way, parcel->index + i, parcel->payload + bytes);
    else way->fates[fate]++;
    if (!parcel->logged) continue;
    struct log_line line = {.label = label,
                            .fate = fate,
                            .index = parcel->index + i,
                            .in = parcel->in - mesh->start,
                            .due = parcel->due - mesh->start,
                            .out = out,
                            .payload_bytes = bytes,
                            .packet_bytes = parcel->payload + bytes,
                            .payload = parcel->data + begin};
    log_write(&mesh->log, &line);
  }
}

// The moment of leaving is taken just before the write: what receives the packet cannot have seen it earlier.
static void release(struct mesh *mesh, struct parcel *parcel) {
  const uint8_t *frame = (const uint8_t *)parcel + offsetof(struct parcel, vnet);
  ns_t out = clock_now();
  bool written = write(mesh->sites[parcel->label.to].device, frame, VNET_BYTES + parcel->length) > 0;
  if (parcel->answer) {
    mesh->answers++;
  } else {
    enum fate fate = !written ? FATE_UNWRITTEN : parcel->duplicate ? FATE_DUPLICATE : FATE_FORWARDED;
    settle(mesh, parcel, fate, written ? out - mesh->start : -1);
    errors_add(&mesh->errors, out - parcel->due);
  }
  parcel_free(&mesh->queue, parcel);
}

void mesh_release(struct mesh *mesh) {
  for (int i = 0; i < MOST_AT_ONCE && queue_due(&mesh->queue) <= clock_now(); i++)
    release(mesh, queue_pop(&mesh->queue));
}

void mesh_abandon(struct mesh *mesh) {
  for (struct parcel *parcel; (parcel = queue_pop(&mesh->queue)) != NULL; parcel_free(&mesh->queue, parcel))
    if (!parcel->answer && !parcel->duplicate) settle(mesh, parcel, FATE_PENDING, -1);
}
