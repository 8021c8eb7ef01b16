// What is legal P4 and not lowered is told at its line.
#include "stages.inc"

extern bit<8> elsewhere(in bit<8> x);
extern box {
    box();
    void put(in bit<8> x);
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    box() b;
    apply {
        hdr.h.a = elsewhere(hdr.h.b);
        b.put(1);
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

// CHECK:ERR: fail_not_yet.p4:11:5: error: not yet supported: the extern object 'box' [not-yet-supported]
// CHECK:ERR:    11 |     box() b;
// CHECK:ERR:       |     ^~~~~~~~
// CHECK:ERR: fail_not_yet.p4:13:19: error: not yet supported: the extern function 'elsewhere' [not-yet-supported]
// CHECK:ERR:    13 |         hdr.h.a = elsewhere(hdr.h.b);
// CHECK:ERR:       |                   ^~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_not_yet.p4:14:9: error: not yet supported: 'box.put' [not-yet-supported]
// CHECK:ERR:    14 |         b.put(1);
// CHECK:ERR:       |         ^~~~~~~~
