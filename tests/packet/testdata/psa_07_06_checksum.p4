// PSA 7.6: a checksum made piece by piece is that of the whole; InternetChecksum takes data out again and
// moves its state; an object is clear whenever its control begins.
#include "psa.inc"
control Sum(inout headers hdr, out bit<16> result) {
    InternetChecksum() sum;
    apply {
        sum.add({ hdr.h.e });
        result = sum.get();
    }
}
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Checksum<bit<32>>(PSA_HashAlgorithm_t.CRC32) crc32;
    Checksum<bit<16>>(PSA_HashAlgorithm_t.CRC16) crc16;
    Checksum<bit<16>>(PSA_HashAlgorithm_t.ONES_COMPLEMENT16) ones;
    Checksum<bit<24>>(PSA_HashAlgorithm_t.IDENTITY) same;
    InternetChecksum() a;
    InternetChecksum() b;
    Sum() s;
    apply {
        send_to_port(ostd, (PortId_t) 1);
        bit<32> r = 0;
        if (hdr.h.a == 1) {
            crc32.update({ hdr.h.a });
            crc32.update({ hdr.h.b, hdr.h.c, hdr.h.d, hdr.h.e });
            crc32.update({ hdr.h.f });
            r = crc32.get();
        } else if (hdr.h.a == 2) {
            crc16.update({ hdr.h.e });
            crc16.clear();
            crc16.update({ hdr.h.a });
            if (hdr.h.b == 0x12) {
                crc16.update({ hdr.h.b, hdr.h.c });
            }
            crc16.update({ hdr.h.d });
            r = (bit<32>) crc16.get();
        } else if (hdr.h.a == 3) {
            ones.update({ hdr.h.a, hdr.h.b });
            ones.update({ hdr.h.e, hdr.h.f });
            r = (bit<32>) ones.get();
        } else if (hdr.h.a == 4) {
            same.update({ hdr.h.b });
            same.update({ hdr.h.c, hdr.h.d });
            r = (bit<32>) same.get();
        } else if (hdr.h.a == 5) {
            a.add({ hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d });
            a.add({ hdr.h.e });
            a.subtract({ hdr.h.e });
            b.set_state(a.get_state());
            b.add({ hdr.h.f });
            r = a.get() ++ b.get();
        } else if (hdr.h.a == 6) {
            bit<16> x;
            bit<16> y;
            s.apply(hdr, x);
            s.apply(hdr, y);
            r = x ++ y;
        } else if (hdr.h.a == 7) {
            // RFC 1624: the checksum of a header one of whose words changes.
            a.subtract(hdr.h.e);
            a.subtract({ hdr.h.b, hdr.h.c });
            a.add({ 16w0x4444 });
            r = (bit<32>) a.get();
        }
        hdr.h.e = r[31:16];
        hdr.h.f = r[15:0];
    }
}
SWITCH(Run)
