/* An IPv4 and IPv6 router for virtual hosts.
 *
 *   parse > checksum > ARP and neighbour answers > ACL > route (LPM) > next hop > TTL > checksum > out
 *
 * The router has no control-plane agent: it answers ARP requests and IPv6 neighbour solicitations for the addresses
 * in `local_ipv4` and `local_ipv6` itself. Compiled with -D COUNT_PROTOCOLS it also counts packets by IP protocol: the
 * demo puts that program in place of the first one while a ping is running.
 */
#include <core.p4>
#include <v1model.p4>

const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_ARP  = 0x0806;
const bit<16> ETHERTYPE_IPV6 = 0x86dd;

const bit<8> PROTOCOL_ICMP   = 1;
const bit<8> PROTOCOL_TCP    = 6;
const bit<8> PROTOCOL_UDP    = 17;
const bit<8> PROTOCOL_ICMPV6 = 58;

const bit<8> NEIGHBOR_SOLICITATION  = 135;
const bit<8> NEIGHBOR_ADVERTISEMENT = 136;

typedef bit<9>   port_t;
typedef bit<48>  mac_t;
typedef bit<32>  ipv4_t;
typedef bit<128> ipv6_t;
typedef bit<16>  next_hop_t;

error { Ipv4Options, Ipv4Version }

header ethernet_t {
    mac_t   dst_addr;
    mac_t   src_addr;
    bit<16> ether_type;
}

header arp_t {
    bit<16> hw_type;
    bit<16> proto_type;
    bit<8>  hw_len;
    bit<8>  proto_len;
    bit<16> opcode;
    mac_t   sender_hw;
    ipv4_t  sender_ip;
    mac_t   target_hw;
    ipv4_t  target_ip;
}

header ipv4_h {
    bit<4>  version;
    bit<4>  ihl;
    bit<8>  diffserv;
    bit<16> total_len;
    bit<16> identification;
    bit<3>  flags;
    bit<13> frag_offset;
    bit<8>  ttl;
    bit<8>  protocol;
    bit<16> checksum;
    ipv4_t  src_addr;
    ipv4_t  dst_addr;
}

header ipv6_h {
    bit<4>  version;
    bit<8>  traffic_class;
    bit<20> flow_label;
    bit<16> payload_len;
    bit<8>  next_header;
    bit<8>  hop_limit;
    ipv6_t  src_addr;
    ipv6_t  dst_addr;
}

// A neighbour solicitation or advertisement (RFC 4861, 4.3 and 4.4) with its link-layer address option.
header neighbor_t {
    bit<8>  type;
    bit<8>  code;
    bit<16> checksum;
    bit<32> flags;
    ipv6_t  target;
    bit<8>  option_type;
    bit<8>  option_len;
    mac_t   option_mac;
}

// The first four bytes of TCP and UDP.
header l4_ports_t {
    bit<16> src_port;
    bit<16> dst_port;
}

struct headers_t {
    ethernet_t ethernet;
    arp_t      arp;
    ipv4_h     ipv4;
    ipv6_h     ipv6;
    neighbor_t neighbor;
    l4_ports_t l4;
}

struct metadata_t {
    next_hop_t next_hop;
    bit<8>     protocol;
}

parser RouterParser(packet_in packet, out headers_t hdr, inout metadata_t meta,
                    inout standard_metadata_t standard_metadata) {
    state start {
        packet.extract(hdr.ethernet);
        transition select(hdr.ethernet.ether_type) {
            ETHERTYPE_IPV4: ipv4;
            ETHERTYPE_IPV6: ipv6;
            ETHERTYPE_ARP:  arp;
            default:        accept;
        }
    }
    state arp {
        packet.extract(hdr.arp);
        transition accept;
    }
    state ipv4 {
        packet.extract(hdr.ipv4);
        verify(hdr.ipv4.version == 4, error.Ipv4Version);
        verify(hdr.ipv4.ihl == 5, error.Ipv4Options);
        meta.protocol = hdr.ipv4.protocol;
        transition select(hdr.ipv4.frag_offset, hdr.ipv4.protocol) {
            (0, PROTOCOL_TCP): l4;
            (0, PROTOCOL_UDP): l4;
            default:           accept;
        }
    }
    state ipv6 {
        packet.extract(hdr.ipv6);
        meta.protocol = hdr.ipv6.next_header;
        transition select(hdr.ipv6.next_header) {
            PROTOCOL_TCP:    l4;
            PROTOCOL_UDP:    l4;
            PROTOCOL_ICMPV6: icmpv6;
            default:         accept;
        }
    }
    state icmpv6 {
        transition select(packet.lookahead<bit<8>>(), hdr.ipv6.payload_len) {
            (NEIGHBOR_SOLICITATION, 32): neighbor;
            default:                     accept;
        }
    }
    state neighbor {
        packet.extract(hdr.neighbor);
        transition accept;
    }
    state l4 {
        packet.extract(hdr.l4);
        transition accept;
    }
}

control RouterVerify(inout headers_t hdr, inout metadata_t meta) {
    apply {
        verify_checksum(hdr.ipv4.isValid(),
            { hdr.ipv4.version, hdr.ipv4.ihl, hdr.ipv4.diffserv, hdr.ipv4.total_len, hdr.ipv4.identification,
              hdr.ipv4.flags, hdr.ipv4.frag_offset, hdr.ipv4.ttl, hdr.ipv4.protocol, hdr.ipv4.src_addr,
              hdr.ipv4.dst_addr },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
    }
}

control RouterIngress(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard_metadata) {
    direct_counter(CounterType.packets_and_bytes) ipv4_routes;
    direct_counter(CounterType.packets_and_bytes) ipv6_routes;
    direct_counter(CounterType.packets) acl_hits;
#ifdef COUNT_PROTOCOLS
    counter(256, CounterType.packets) protocols;
#endif

    action drop() {
        mark_to_drop(standard_metadata);
    }
    action permit() { }

    // --- answers the router gives itself ---

    action answer_arp(mac_t mac) {
        hdr.ethernet.dst_addr = hdr.arp.sender_hw;
        hdr.ethernet.src_addr = mac;
        hdr.arp.opcode = 2;
        hdr.arp.target_hw = hdr.arp.sender_hw;
        hdr.arp.sender_hw = mac;
        ipv4_t asked = hdr.arp.target_ip;
        hdr.arp.target_ip = hdr.arp.sender_ip;
        hdr.arp.sender_ip = asked;
        standard_metadata.egress_spec = standard_metadata.ingress_port;
    }
    table local_ipv4 {
        key = { hdr.arp.target_ip: exact; }
        actions = { answer_arp; drop; }
        default_action = drop();
        size = 1024;
    }

    action answer_neighbor(mac_t mac) {
        hdr.ethernet.dst_addr = hdr.neighbor.option_mac;
        hdr.ethernet.src_addr = mac;
        hdr.ipv6.dst_addr = hdr.ipv6.src_addr;
        hdr.ipv6.src_addr = hdr.neighbor.target;
        hdr.ipv6.hop_limit = 255;
        hdr.neighbor.type = NEIGHBOR_ADVERTISEMENT;
        hdr.neighbor.flags = 0xe0000000;  // from a router, solicited, override
        hdr.neighbor.option_type = 2;
        hdr.neighbor.option_mac = mac;
        standard_metadata.egress_spec = standard_metadata.ingress_port;
    }
    table local_ipv6 {
        key = { hdr.neighbor.target: exact; }
        actions = { answer_neighbor; drop; }
        default_action = drop();
        size = 1024;
    }

    // --- who may talk to whom ---

    table acl_ipv4 {
        key = {
            hdr.ipv4.src_addr: ternary;
            hdr.ipv4.dst_addr: ternary;
            hdr.ipv4.protocol: ternary;
            hdr.l4.dst_port:   ternary;
        }
        actions = { permit; drop; }
        default_action = permit();
        counters = acl_hits;
        size = 1024;
    }
    table acl_ipv6 {
        key = {
            hdr.ipv6.src_addr:    ternary;
            hdr.ipv6.dst_addr:    ternary;
            hdr.ipv6.next_header: ternary;
            hdr.l4.dst_port:      ternary;
        }
        actions = { permit; drop; }
        default_action = permit();
        size = 1024;
    }

    // --- where to ---

    action forward(next_hop_t next_hop) {
        meta.next_hop = next_hop;
    }
    table ipv4_lpm {
        key = { hdr.ipv4.dst_addr: lpm; }
        actions = { forward; drop; }
        default_action = drop();
        counters = ipv4_routes;
        size = 1048576;
    }
    table ipv6_lpm {
        key = { hdr.ipv6.dst_addr: lpm; }
        actions = { forward; drop; }
        default_action = drop();
        counters = ipv6_routes;
        size = 262144;
    }

    action send(port_t port, mac_t src_mac, mac_t dst_mac) {
        standard_metadata.egress_spec = port;
        hdr.ethernet.src_addr = src_mac;
        hdr.ethernet.dst_addr = dst_mac;
    }
    table next_hops {
        key = { meta.next_hop: exact; }
        actions = { send; drop; }
        default_action = drop();
        size = 65536;
    }

    apply {
        if (standard_metadata.parser_error != error.NoError || standard_metadata.checksum_error == 1) {
            drop();
            exit;
        }
#ifdef COUNT_PROTOCOLS
        protocols.count((bit<32>) meta.protocol);
#endif
        if (hdr.arp.isValid()) {
            if (hdr.arp.opcode == 1) {
                local_ipv4.apply();
            } else {
                drop();
            }
        } else if (hdr.neighbor.isValid()) {
            local_ipv6.apply();
        } else if (hdr.ipv4.isValid()) {
            switch (acl_ipv4.apply().action_run) {
                drop: { exit; }
            }
            if (hdr.ipv4.ttl <= 1 || !ipv4_lpm.apply().hit) {
                drop();
            } else {
                next_hops.apply();
                hdr.ipv4.ttl = hdr.ipv4.ttl - 1;
            }
        } else if (hdr.ipv6.isValid()) {
            switch (acl_ipv6.apply().action_run) {
                drop: { exit; }
            }
            if (hdr.ipv6.hop_limit <= 1 || !ipv6_lpm.apply().hit) {
                drop();
            } else {
                next_hops.apply();
                hdr.ipv6.hop_limit = hdr.ipv6.hop_limit - 1;
            }
        } else {
            drop();
        }
    }
}

control RouterEgress(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t standard_metadata) {
    apply { }
}

control RouterUpdate(inout headers_t hdr, inout metadata_t meta) {
    apply {
        update_checksum(hdr.ipv4.isValid(),
            { hdr.ipv4.version, hdr.ipv4.ihl, hdr.ipv4.diffserv, hdr.ipv4.total_len, hdr.ipv4.identification,
              hdr.ipv4.flags, hdr.ipv4.frag_offset, hdr.ipv4.ttl, hdr.ipv4.protocol, hdr.ipv4.src_addr,
              hdr.ipv4.dst_addr },
            hdr.ipv4.checksum, HashAlgorithm.csum16);
        // ICMPv6 counts a pseudo-header: addresses, length and next header (RFC 8200, 8.1).
        update_checksum(hdr.neighbor.isValid(),
            { hdr.ipv6.src_addr, hdr.ipv6.dst_addr, 32w32, 24w0, PROTOCOL_ICMPV6,
              hdr.neighbor.type, hdr.neighbor.code, hdr.neighbor.flags, hdr.neighbor.target,
              hdr.neighbor.option_type, hdr.neighbor.option_len, hdr.neighbor.option_mac },
            hdr.neighbor.checksum, HashAlgorithm.csum16);
    }
}

control RouterDeparser(packet_out packet, in headers_t hdr) {
    apply {
        packet.emit(hdr.ethernet);
        packet.emit(hdr.arp);
        packet.emit(hdr.ipv4);
        packet.emit(hdr.ipv6);
        packet.emit(hdr.neighbor);
        packet.emit(hdr.l4);
    }
}

V1Switch(RouterParser(), RouterVerify(), RouterIngress(), RouterEgress(), RouterUpdate(), RouterDeparser()) main;
