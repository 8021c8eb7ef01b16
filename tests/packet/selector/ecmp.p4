// Flows spread over next hops by an action selector; the entries have counters of their own.
#include <core.p4>
#include <v1model.p4>

header route_t {
  bit<16> dst;
  bit<12> source;
  bit<20> flow;
}
struct headers_t {
  route_t route;
}
struct meta_t {}

parser P(packet_in packet, out headers_t hdr, inout meta_t meta, inout standard_metadata_t sm) {
  state start {
    packet.extract(hdr.route);
    transition accept;
  }
}
control V(inout headers_t hdr, inout meta_t meta) { apply {} }
control C(inout headers_t hdr, inout meta_t meta) { apply {} }

control ingress(inout headers_t hdr, inout meta_t meta, inout standard_metadata_t sm) {
  @max_group_size(64)
  action_selector(HashAlgorithm.crc16, 1024, 14) next_hops;
  direct_counter(CounterType.packets) hits;
  action send(bit<9> port) { sm.egress_spec = port; }
  action mark(bit<9> port, bit<16> tag) {
    sm.egress_spec = port;
    hdr.route.dst = tag;
  }
  action drop() { mark_to_drop(sm); }
  table routes {
    key = {
      hdr.route.dst: exact;
      hdr.route.source: selector;
      hdr.route.flow: selector;
    }
    actions = { send; mark; drop; NoAction; }
    default_action = drop();
    implementation = next_hops;
    counters = hits;
    size = 128;
  }
  apply {
    if (!routes.apply().hit) sm.egress_spec = 9w500;
  }
}
control egress(inout headers_t hdr, inout meta_t meta, inout standard_metadata_t sm) { apply {} }
control D(packet_out packet, in headers_t hdr) { apply { packet.emit(hdr.route); } }

V1Switch(P(), V(), ingress(), egress(), C(), D()) main;
