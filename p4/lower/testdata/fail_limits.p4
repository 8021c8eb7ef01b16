// What no target takes.
#include "stages.inc"

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    counter(0x7fffffff, CounterType.packets) many;
    apply {
        many.count(1);
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
