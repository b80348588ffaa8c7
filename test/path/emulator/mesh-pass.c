#include "fragment.h"
#include "passage.h"
#include "segment.h"

// Puts segments on their way.
static void put_on_way(const struct passage *p, size_t first, size_t count, uint64_t index, ns_t due, bool duplicate) {
  if (count == 0) return;
  struct queue *queue = &p->mesh->queue;
  struct parcel *parcel = parcel_new(queue, segment_cut_length(p->frame, &p->headers, first, count));
  if (parcel != NULL) {
    segment_cut(p->frame, &p->headers, first, count, &parcel->vnet, parcel->data);
    parcel->in = p->in;
    parcel->due = p->mesh->start + due;
    parcel->index = index;
    parcel->count = count;
    parcel->payload = p->headers.payload;
    parcel->step = segment_payload(p->frame, &p->headers, first);
    parcel->label = p->label;
    parcel->logged = p->logged;
    parcel->duplicate = duplicate;
    if (queue_push(queue, parcel)) return;
    parcel_free(queue, parcel);
  }
  for (size_t i = 0; i < count; i++) passage_record(p, first + i, index + i, FATE_OVERFLOW, due);
}

// Decides on each segment; those that leave at the same moment stay together.
static void pass_segments(const struct passage *p) {
  size_t first = 0, count = 0;
  uint64_t index = 0;
  ns_t due = 0;
  for (size_t i = 0; i < p->segments; i++) {
    uint64_t own = p->way->packets++;
    size_t bytes = segment_length(p->frame, &p->headers, i);
    struct verdict verdict = direction_decide(p->way, p->route, own, bytes, p->in - p->mesh->start);
    bool forwarded = verdict.fate == FATE_FORWARDED;
    if (count > 0 && (!forwarded || verdict.due != due)) {
      put_on_way(p, first, count, index, due, false);
      count = 0;
    }
    if (!forwarded) {
      passage_record(p, i, own, verdict.fate, -1);
      continue;
    }
    if (count++ == 0) first = i, index = own, due = verdict.due;
    if (!verdict.twice) continue;
    put_on_way(p, first, count, index, due, false);
    put_on_way(p, i, 1, own, due, true);
    count = 0;
  }
  put_on_way(p, first, count, index, due, false);
}

static void pass_fragments(const struct passage *p, size_t mtu) {
  static struct frame fragment;
  finish_checksum(p->frame, p->headers.length);
  size_t count = fragment_count(&p->headers, mtu);
  for (size_t i = 0; i < count; i++) {
    size_t length = fragment_write(&fragment, p->frame, &p->headers, mtu, i);
    struct passage part = *p;
    part.frame = &fragment;
    if (!headers_read(fragment.data, length, &part.headers)) continue;
    pass_segments(&part);
  }
}

static void pass(const struct passage *p) {
  const struct route *route = &p->way->path->routes[p->route];
  size_t mtu = (size_t)p->way->path->mtu;
  if (direction_is_down(p->way, p->in - p->mesh->start)) return passage_refuse(p, FATE_BLACKOUT);
  if (p->headers.ttl <= route->hop_count) {
    const struct hop *hop = &route->hops[p->headers.ttl == 0 ? 0 : p->headers.ttl - 1];
    passage_refuse(p, FATE_EXPIRED);
    return passage_answer(p, TIME_EXCEEDED, hop, 0);
  }
  bool big = mtu > 0 && segment_length(p->frame, &p->headers, 0) > mtu;
  if (big && !fragment_may(p->frame->data, &p->headers)) return passage_refuse_size(p, mtu);
  if (route->hop_count > 0) age(p->frame->data, p->headers.version, route->hop_count);
  if (big) pass_fragments(p, mtu);
  else pass_segments(p);
}

void mesh_pass(struct mesh *mesh, size_t from, struct frame *frame, size_t length, ns_t in) {
  struct passage p = {.mesh = mesh, .frame = frame, .in = in};
  bool fine = headers_read(frame->data, length, &p.headers) && (p.segments = segment_count(frame, &p.headers)) > 0;
  int to = fine ? site_of_destination(frame->data, p.headers.version, mesh->settings.site_count) : -1;
  if (to < 0 || (size_t)to == from) {
    mesh->unrouted++;
    return;
  }
  p.way = &mesh->ways[from * mesh->settings.site_count + (size_t)to];
  p.route = direction_route(p.way, flow_hash(frame->data, &p.headers), in - mesh->start);
  p.label = (struct label){.from = (uint8_t)from,
                           .to = (uint8_t)to,
                           .version = p.headers.version,
                           .protocol = p.headers.protocol,
                           .route = (uint8_t)p.route,
                           .source_port = p.headers.source_port,
                           .destination_port = p.headers.destination_port};
  p.logged = log_wants(&mesh->log, &p.label);
  pass(&p);
}
