// What no target takes.
#include "stages.inc"

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    counter(0x7fffffff, CounterType.packets) many;
    apply {
        many.count(1);
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

// CHECK:ERR: fail_limits.p4:11:1: error: the compiled program is not valid: counter 'Run.many': at most 16777216 elements, asks for 2147483647 [not-lowered]
// CHECK:ERR:    11 | V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
