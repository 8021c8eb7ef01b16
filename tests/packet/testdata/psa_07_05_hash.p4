// PSA 7.5: each algorithm, alone and with base and max; data that is no whole number of bytes.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Hash<bit<32>>(PSA_HashAlgorithm_t.CRC32) crc32;
    Hash<bit<16>>(PSA_HashAlgorithm_t.CRC16) crc16;
    Hash<bit<16>>(PSA_HashAlgorithm_t.ONES_COMPLEMENT16) sum;
    Hash<bit<16>>(PSA_HashAlgorithm_t.IDENTITY) same;
    Hash<bit<32>>(PSA_HashAlgorithm_t.TARGET_DEFAULT) any;
    apply {
        send_to_port(ostd, (PortId_t) 1);
        bit<32> r = 0;
        if (hdr.h.a == 1) {
            r = crc32.get_hash({ hdr.h.b, hdr.h.c, hdr.h.d });
        } else if (hdr.h.a == 2) {
            r = (bit<32>) crc16.get_hash({ hdr.h.b, hdr.h.c, hdr.h.d });
        } else if (hdr.h.a == 3) {
            r = (bit<32>) sum.get_hash({ hdr.h.a, hdr.h.b, hdr.h.c, hdr.h.d });
        } else if (hdr.h.a == 4) {
            r = (bit<32>) same.get_hash({ hdr.h.b, hdr.h.c, hdr.h.d });
        } else if (hdr.h.a == 5) {
            r = any.get_hash({ hdr.h.b, hdr.h.c, hdr.h.d }) ^
                crc32.get_hash({ hdr.h.b, hdr.h.c, hdr.h.d });
        } else if (hdr.h.a == 6) {
            r = (bit<32>) same.get_hash(16w0x100, { hdr.h.b, hdr.h.c }, 16w10);
        } else if (hdr.h.a == 7) {
            bit<12> twelve = hdr.h.c[3:0] ++ hdr.h.d;
            r = (bit<32>) crc16.get_hash({ twelve });
        }
        hdr.h.e = r[31:16];
        hdr.h.f = r[15:0];
    }
}
SWITCH(Run)
