// Two objects of one kind may not have one name.
#include "stages.inc"

action one() { }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    @name(".one") action two() { }
    table t {
        key = { hdr.h.a : exact; }
        actions = { one; two; }
    }
    @name("t") table u {
        key = { hdr.h.a : exact; }
        actions = { NoAction; }
    }
    apply {
        t.apply();
        u.apply();
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

// CHECK:ERR: fail_duplicate_names.p4:12:16: error: the control plane would see two objects of one kind by the name 'Run.t'; give one another @name [duplicate-control-name]
// CHECK:ERR:    12 |     @name("t") table u {
// CHECK:ERR:       |                ^~~~~~~~~
// CHECK:ERR: fail_duplicate_names.p4:8:5: note: another is here
// CHECK:ERR:     8 |     table t {
// CHECK:ERR:       |     ^~~~~~~~~
// CHECK:ERR: fail_duplicate_names.p4:7:19: error: the control plane would see two objects of one kind by the name 'one'; give one another @name [duplicate-control-name]
// CHECK:ERR:     7 |     @name(".one") action two() { }
// CHECK:ERR:       |                   ^~~~~~~~~~~~~~~~
// CHECK:ERR: fail_duplicate_names.p4:4:1: note: another is here
// CHECK:ERR:     4 | action one() { }
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~
