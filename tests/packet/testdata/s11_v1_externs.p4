// v1model: every extern that a packet shows at once: hash in all algorithms, checksums with and
// without payload, counters, registers, meters without rates, random with one value to choose from,
// truncate, assert and assume that hold, log_msg, packet_length, standard metadata.
#include "bytes.inc"

control Verify(inout headers hdr, inout metadata meta) {
    apply {
        verify_checksum(hdr.h.a == 2, { hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d, hdr.h.e }, hdr.h.f,
                        HashAlgorithm.csum16);
        verify_checksum_with_payload(hdr.h.a == 3, { hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d, hdr.h.e },
                                     hdr.h.f, HashAlgorithm.csum16);
    }
}

struct pair_t { bit<8> x; bit<16> y; }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    counter(4, CounterType.packets_and_bytes) c;
    register<pair_t>(2) pairs;
    register<bit<200>>(2) wide;
    meter(2, MeterType.bytes) m;
    apply {
        std.egress_spec = 1;
        c.count((bit<32>) hdr.h.a);
        assert(hdr.h.a != 0xff);
        assume(hdr.h.a < 0xff);
        log_msg("a = {}, b = {}", { hdr.h.a, hdr.h.b });
        if (hdr.h.a == 0) {
            bit<32> h32;
            bit<16> h16;
            hash(h32, HashAlgorithm.crc32, 32w0, { 72w0x313233343536373839 }, 64w0x100000000);
            hdr.h.b = h32[31:24];
            hash(h16, HashAlgorithm.crc16, 16w0, { 72w0x313233343536373839 }, 32w0x10000);
            hdr.h.e = h16;
            hash(hdr.h.f, HashAlgorithm.csum16, 16w0, { 16w0x0102, 16w0x0304 }, 32w0x10000);
            hash(hdr.h.c, HashAlgorithm.identity, 8w10, { 8w13 }, 8w4);
            hash(hdr.h.d, HashAlgorithm.xor16, 8w7, { 16w0xff00, 16w0x00f0 }, 8w0);
        } else if (hdr.h.a == 1) {
            random(hdr.h.b, 8w5, 8w5);
            pair_t p = { hdr.h.c, hdr.h.e };
            pairs.write(1, p);
            pair_t q;
            pairs.read(q, 1);
            hdr.h.d = q.x;
            hdr.h.f = q.y + (bit<16>) (bit<8>) std.packet_length;
            wide.write(0, (bit<200>) hdr.h.b << 190);
            bit<200> w;
            wide.read(w, 0);
            hdr.h.c = w[197:190];
            bit<2> colour = 3;
            m.execute_meter(32w1, colour);
            hdr.h.e = 14w0 ++ colour;
        } else if (hdr.h.a == 2 || hdr.h.a == 3) {
            hdr.h.a = 0xf0 | 7w0 ++ std.checksum_error;
        } else if (hdr.h.a == 4) {
            truncate(9);
        } else if (hdr.h.a == 5) {
            mark_to_drop(std);
        } else if (hdr.h.a == 6) {
            std.egress_spec = std.ingress_port;
            hdr.h.b = (bit<8>) std.instance_type;
        }
    }
}
control Compute(inout headers hdr, inout metadata meta) {
    apply {
        update_checksum(hdr.h.a == 7, { hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d, hdr.h.e }, hdr.h.f,
                        HashAlgorithm.csum16);
        update_checksum_with_payload(hdr.h.a == 8, { hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d, hdr.h.e },
                                     hdr.h.f, HashAlgorithm.csum16);
    }
}
V1Switch(Parse(), Verify(), Run(), Pass(), Compute(), Deparse()) main;
