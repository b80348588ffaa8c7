#include "passage.h"

#include <string.h>

#include "segment.h"

void passage_record(const struct passage *p, size_t segment, uint64_t index, enum fate fate, ns_t due) {
  p->way->fates[fate]++;
  if (!p->logged) return;
  struct log_line line = {.label = &p->label,
                          .fate = fate,
                          .index = index,
                          .in = p->in - p->mesh->start,
                          .due = due,
                          .out = -1,
                          .payload_bytes = segment_payload(p->frame, &p->headers, segment),
                          .packet_bytes = segment_length(p->frame, &p->headers, segment),
                          .payload = segment_bytes(p->frame, &p->headers, segment)};
  log_write(&p->mesh->log, &line);
}

void passage_refuse(const struct passage *p, enum fate fate) {
  for (size_t i = 0; i < p->segments; i++) passage_record(p, i, p->way->packets++, fate, -1);
}

// A router's answer comes back after its share of the way there and of the way back.
void passage_answer(const struct passage *p, enum icmp_error error, const struct hop *hop, size_t mtu) {
  struct mesh *mesh = p->mesh;
  uint8_t packet[ICMP_ERROR_BYTES];
  if (!icmp_may_answer(p->frame->data, &p->headers)) return;
  finish_checksum(p->frame, p->headers.length);
  // The router quotes the packet as it came there.
  if (error == TIME_EXCEEDED) age(p->frame->data, p->headers.version, p->headers.ttl - 1u);
  size_t length = icmp_answer(packet, error, hop, p->frame->data, &p->headers, mtu);
  struct parcel *parcel = length == 0 ? NULL : parcel_new(&mesh->queue, length);
  if (parcel == NULL) return;
  size_t n = mesh->settings.site_count;
  const struct path_settings *back = mesh->ways[p->way->to * n + p->way->from].path;
  double there_and_back_ms = route_delay_ms(p->way->path, p->route) + route_delay_ms(back, p->route);
  parcel->in = p->in;
  parcel->due = p->in + ns_from_ms(hop->share * there_and_back_ms);
  parcel->label.to = (uint8_t)p->way->from;
  parcel->answer = true;
  memcpy(parcel->data, packet, length);
  if (!queue_push(&mesh->queue, parcel)) parcel_free(&mesh->queue, parcel);
}

// The first router that has an address answers for all; without routers, the far end does.
void passage_refuse_size(const struct passage *p, size_t mtu) {
  const struct route *route = &p->way->path->routes[p->route];
  struct hop far = site_hop(p->frame->data, p->headers.version);
  const struct hop *hop = route->hop_count == 0 ? &far : NULL;
  for (size_t i = 0; hop == NULL && i < route->hop_count; i++)
    if (p->headers.version == 4 ? route->hops[i].has4 : route->hops[i].has6) hop = &route->hops[i];
  passage_refuse(p, FATE_TOO_BIG);
  if (hop != NULL) passage_answer(p, PACKET_TOO_BIG, hop, mtu);
}
