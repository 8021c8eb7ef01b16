// PSA 7.9: registers of numbers and of structs, their initial value, and indices beyond the size.
#include "psa.inc"
struct pair { bit<16> x; bit<8> y; }
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Register<bit<16>, bit<8>>(4, 0x1234) numbers;
    Register<pair, bit<8>>(2) pairs;
    apply {
        send_to_port(ostd, (PortId_t) 1);
        if (hdr.h.a == 1) {
            bit<16> old = numbers.read(hdr.h.b);
            numbers.write(hdr.h.b, old + 1);
            hdr.h.e = old;
        } else {
            pair p = pairs.read(hdr.h.b);
            hdr.h.e = p.x;
            hdr.h.c = p.y;
            pairs.write(hdr.h.b, { p.x + hdr.h.f, p.y + 1 });
        }
    }
}
SWITCH(Run)
