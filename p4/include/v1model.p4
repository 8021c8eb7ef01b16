// The v1model architecture, as BMv2's simple_switch documents it ("The BMv2 Simple Switch target").
// One parser, checksum verification, ingress, the traffic manager, egress, checksum update, one
// deparser.
//
// A program may define V1MODEL_VERSION before it includes this file: from 20200408 on, counters,
// meters and registers have a type parameter for their index and ports have a name, PortId_t.

#ifndef _V1_MODEL_P4_
#define _V1_MODEL_P4_

#include "core.p4"

#ifndef V1MODEL_VERSION
#define V1MODEL_VERSION 20180101
#endif

match_kind {
    range,
    // Either an exact value or anything.
    optional,
    // Feeds the hash of an action_selector; never matched.
    selector
}

const bit<32> __v1model_version = V1MODEL_VERSION;

#if V1MODEL_VERSION >= 20200408
typedef bit<9> PortId_t;
#define V1MODEL_PORT_TYPE PortId_t
#define V1MODEL_INDEX_PARAMETER <I>
#define V1MODEL_INDEX_TYPE I
#define V1MODEL_REGISTER_PARAMETERS <T, I>
#else
#define V1MODEL_PORT_TYPE bit<9>
#define V1MODEL_INDEX_PARAMETER
#define V1MODEL_INDEX_TYPE bit<32>
#define V1MODEL_REGISTER_PARAMETERS <T>
#endif

@metadata @name("standard_metadata")
struct standard_metadata_t {
    V1MODEL_PORT_TYPE ingress_port;
    // Ingress writes where the packet goes; 511 drops it.
    V1MODEL_PORT_TYPE egress_spec;
    // Egress reads where it goes.
    V1MODEL_PORT_TYPE egress_port;
    // 0 normal, 1 ingress clone, 2 egress clone, 4 recirculated, 5 replicated, 6 resubmitted.
    bit<32> instance_type;
    // In bytes.
    bit<32> packet_length;
    // Microseconds since the switch started, and packets in the queue.
    @alias("queueing_metadata.enq_timestamp")
    bit<32> enq_timestamp;
    @alias("queueing_metadata.enq_qdepth")
    bit<19> enq_qdepth;
    @alias("queueing_metadata.deq_timedelta")
    bit<32> deq_timedelta;
    @alias("queueing_metadata.deq_qdepth")
    bit<19> deq_qdepth;
    @alias("intrinsic_metadata.ingress_global_timestamp")
    bit<48> ingress_global_timestamp;
    @alias("intrinsic_metadata.egress_global_timestamp")
    bit<48> egress_global_timestamp;
    // Not zero: replicate to this multicast group.
    @alias("intrinsic_metadata.mcast_grp")
    bit<16> mcast_grp;
    // Which copy of a multicast group this is.
    @alias("intrinsic_metadata.egress_rid")
    bit<16> egress_rid;
    // 1 if verify_checksum found a wrong one.
    bit<1> checksum_error;
    error parser_error;
    @alias("intrinsic_metadata.priority")
    bit<3> priority;
}

enum CounterType {
    packets,
    bytes,
    packets_and_bytes
}

enum MeterType {
    packets,
    bytes
}

extern counter V1MODEL_INDEX_PARAMETER {
    counter(bit<32> size, CounterType type);
    void count(in V1MODEL_INDEX_TYPE index);
}

// One counter per entry of the table it is given to.
extern direct_counter {
    direct_counter(CounterType type);
    void count();
}

// What a meter gives.
#define V1MODEL_METER_COLOR_GREEN  0
#define V1MODEL_METER_COLOR_YELLOW 1
#define V1MODEL_METER_COLOR_RED    2

extern meter V1MODEL_INDEX_PARAMETER {
    meter(bit<32> size, MeterType type);
    void execute_meter<T>(in V1MODEL_INDEX_TYPE index, out T result);
}

// One meter per entry of the table it is given to.
extern direct_meter<T> {
    direct_meter(MeterType type);
    void read(out T result);
}

extern register V1MODEL_REGISTER_PARAMETERS {
    register(bit<32> size);
    // Beyond the end: reads an undefined value, writes nothing.
    @noSideEffects
    void read(out T result, in V1MODEL_INDEX_TYPE index);
    void write(in V1MODEL_INDEX_TYPE index, in T value);
}

extern action_profile {
    action_profile(bit<32> size);
}

// A number from lo to hi, both included.
extern void random<T>(out T result, in T lo, in T hi);

// Sends data to the control plane.
extern void digest<T>(in bit<32> receiver, in T data);

enum HashAlgorithm {
    crc32,
    crc32_custom,
    crc16,
    crc16_custom,
    random,
    identity,
    csum16,
    xor16
}

@deprecated("Please use mark_to_drop(standard_metadata) instead.")
extern void mark_to_drop();
// egress_spec becomes 511 and mcast_grp 0.
@pure
extern void mark_to_drop(inout standard_metadata_t standard_metadata);

// base + (hash(data) mod max); max = 0 gives base.
@pure
extern void hash<O, T, D, M>(out O result, in HashAlgorithm algo, in T base, in D data, in M max);

extern action_selector {
    action_selector(HashAlgorithm algorithm, bit<32> size, bit<32> outputWidth);
}

enum CloneType {
    I2E,
    E2E
}

@deprecated("Please use verify_checksum/update_checksum instead.")
extern Checksum16 {
    Checksum16();
    bit<16> get<D>(in D data);
}

// Sets checksum_error if the condition holds and the checksum is another one.
extern void verify_checksum<T, O>(in bool condition, in T data, in O checksum, HashAlgorithm algo);
@pure
extern void update_checksum<T, O>(in bool condition, in T data, inout O checksum,
                                  HashAlgorithm algo);
// The same over the data and all that follows the parsed headers.
extern void verify_checksum_with_payload<T, O>(in bool condition, in T data, in O checksum,
                                               HashAlgorithm algo);
@noSideEffects
extern void update_checksum_with_payload<T, O>(in bool condition, in T data, inout O checksum,
                                               HashAlgorithm algo);

// Copies, resubmits and recirculates happen when the control ends. Of the metadata, those fields
// survive that carry @field_list with this index.
extern void clone(in CloneType type, in bit<32> session);
@deprecated("Please use 'clone_preserving_field_list' instead")
extern void clone3<T>(in CloneType type, in bit<32> session, in T data);
extern void clone_preserving_field_list(in CloneType type, in bit<32> session, bit<8> index);
@deprecated("Please use 'resubmit_preserving_field_list' instead")
extern void resubmit<T>(in T data);
extern void resubmit_preserving_field_list(bit<8> index);
@deprecated("Please use 'recirculate_preserving_field_list' instead")
extern void recirculate<T>(in T data);
extern void recirculate_preserving_field_list(bit<8> index);

// To this many bytes, when the packet is deparsed.
extern void truncate(in bit<32> length);

// assert is an error when its check fails; assume tells a verifier what it may take for granted.
extern void assert(in bool check);
extern void assume(in bool check);

// "{}" in the message stands for the next field of data.
extern void log_msg(string msg);
extern void log_msg<T>(string msg, in T data);

parser Parser<H, M>(packet_in b, out H parsedHdr, inout M meta,
                    inout standard_metadata_t standard_metadata);

// May only call verify_checksum and verify_checksum_with_payload.
control VerifyChecksum<H, M>(inout H hdr, inout M meta);

@pipeline
control Ingress<H, M>(inout H hdr, inout M meta, inout standard_metadata_t standard_metadata);

@pipeline
control Egress<H, M>(inout H hdr, inout M meta, inout standard_metadata_t standard_metadata);

// May only call update_checksum and update_checksum_with_payload.
control ComputeChecksum<H, M>(inout H hdr, inout M meta);

@deparser
control Deparser<H>(packet_out b, in H hdr);

package V1Switch<H, M>(Parser<H, M> p, VerifyChecksum<H, M> vr, Ingress<H, M> ig, Egress<H, M> eg,
                       ComputeChecksum<H, M> ck, Deparser<H> dep);

#endif
