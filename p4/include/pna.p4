// The Portable NIC Architecture: in the shape of version 0.5, which most programs have (a pre control,
// a main parser, a main control and a main deparser; directions and passes), or, with
// PNA_THREE_BLOCKS (bmv2/pna.p4), in that of version 0.7 (no pre control; ports lead to the network
// or to the host; a packet was recirculated or not).
//
// Widths that the specification leaves to the target are those of psa.p4; a pass number has 3 bits.

#ifndef __PNA_P4__
#define __PNA_P4__

#include "core.p4"

#define PNA_TEXT_(x) #x
#define PNA_TEXT(x) PNA_TEXT_(x)
// A kind of number that controllers see by its own name, in the program (NAME_t) and in headers that
// go to the control plane (NAMEInHeader_t).
#define PNA_NUMBER(NAME, WIDTH, HEADER_WIDTH, CONTROL_WIDTH)                         \
    typedef bit<WIDTH> NAME##Uint_t;                                                 \
    typedef bit<HEADER_WIDTH> NAME##InHeaderUint_t;                                  \
    @p4runtime_translation(PNA_TEXT(p4.org/pna/v1/NAME##_t), CONTROL_WIDTH)          \
    type NAME##Uint_t NAME##_t;                                                      \
    @p4runtime_translation(PNA_TEXT(p4.org/pna/v1/NAME##InHeader_t), CONTROL_WIDTH)  \
    type NAME##InHeaderUint_t NAME##InHeader_t;
// The ways between the two.
#define PNA_CONVERSIONS(NAME)                                                        \
    NAME##_t pna_##NAME##_header_to_int(in NAME##InHeader_t x) {                     \
        return (NAME##_t) (NAME##Uint_t) (NAME##InHeaderUint_t) x;                   \
    }                                                                                \
    NAME##InHeader_t pna_##NAME##_int_to_header(in NAME##_t x) {                     \
        return (NAME##InHeader_t) (NAME##InHeaderUint_t) (NAME##Uint_t) x;           \
    }

PNA_NUMBER(PortId, 32, 32, 32)
PNA_CONVERSIONS(PortId)
PNA_NUMBER(InterfaceId, 32, 32, 32)
PNA_CONVERSIONS(InterfaceId)
PNA_NUMBER(MulticastGroup, 32, 32, 32)
PNA_CONVERSIONS(MulticastGroup)
PNA_NUMBER(MirrorSessionId, 16, 16, 16)
PNA_CONVERSIONS(MirrorSessionId)
PNA_NUMBER(MirrorSlotId, 8, 8, 8)
PNA_NUMBER(ClassOfService, 8, 8, 8)
PNA_CONVERSIONS(ClassOfService)
PNA_NUMBER(PacketLength, 16, 16, 16)
PNA_CONVERSIONS(PacketLength)
PNA_NUMBER(MulticastInstance, 16, 16, 16)
PNA_CONVERSIONS(MulticastInstance)
PNA_NUMBER(Timestamp, 64, 64, 64)
PNA_CONVERSIONS(Timestamp)
PNA_NUMBER(FlowId, 32, 32, 32)
PNA_CONVERSIONS(FlowId)
PNA_NUMBER(ExpireTimeProfileId, 8, 8, 8)
PNA_CONVERSIONS(ExpireTimeProfileId)
// In a header it fills a whole byte.
PNA_NUMBER(PassNumber, 3, 8, 8)
PNA_CONVERSIONS(PassNumber)
PNA_NUMBER(SecurityAssocId, 32, 32, 64)

typedef error ParserError_t;

const InterfaceId_t PNA_PORT_CPU = (InterfaceId_t) 0xfffffffd;
const MirrorSessionId_t PNA_MIRROR_SESSION_TO_CPU = (MirrorSessionId_t) 0;

// The table property pna_idle_timeout.
enum PNA_IdleTimeout_t {
    NO_TIMEOUT,
    NOTIFY_CONTROL
#ifdef PNA_THREE_BLOCKS
    , AUTO_DELETE
#endif
}

match_kind {
    range,
    selector,
    optional
}

enum PNA_HashAlgorithm_t {
#if defined(PNA_WITH_PACKET_LENGTH) || defined(PNA_THREE_BLOCKS)
    IDENTITY,
    CRC32,
    CRC32_CUSTOM,
    CRC16,
    CRC16_CUSTOM,
    ONES_COMPLEMENT16,
    TOEPLITZ,
#endif
    TARGET_DEFAULT
}

extern Hash<O> {
    Hash(PNA_HashAlgorithm_t algo);
    O get_hash<D>(in D data);
    // base + (hash(data) mod max)
    O get_hash<T, D>(in T base, in D data, in T max);
}

extern Checksum<W> {
    Checksum(PNA_HashAlgorithm_t hash);
    void clear();
    void update<T>(in T data);
    W get();
}

// Ones' complement, as IPv4, UDP and TCP use it; data can be taken out again.
extern InternetChecksum {
    InternetChecksum();
    void clear();
    void add<T>(in T data);
    void subtract<T>(in T data);
    bit<16> get();
    bit<16> get_state();
    void set_state(in bit<16> checksum_state);
}

enum PNA_CounterType_t {
    PACKETS,
    BYTES,
    PACKETS_AND_BYTES
}

@noWarn("unused")
extern Counter<W, S> {
    Counter(bit<32> n_counters, PNA_CounterType_t type);
#ifdef PNA_WITH_PACKET_LENGTH
    void count(in S index);
    void count(in S index, in bit<32> pkt_len);
#else
    void count(in S index, @optional in bit<32> increment);
#endif
}

@noWarn("unused")
extern DirectCounter<W> {
    DirectCounter(PNA_CounterType_t type);
#ifdef PNA_WITH_PACKET_LENGTH
    void count();
    void count(in bit<32> pkt_len);
#else
    void count(@optional in bit<32> increment);
#endif
}

enum PNA_MeterType_t {
    PACKETS,
    BYTES
}

enum PNA_MeterColor_t {
    RED,
    GREEN,
    YELLOW
}

extern Meter<S> {
    Meter(bit<32> n_meters, PNA_MeterType_t type);
    PNA_MeterColor_t execute(in S index, in PNA_MeterColor_t color);
    PNA_MeterColor_t execute(in S index);
#ifdef PNA_WITH_PACKET_LENGTH
    PNA_MeterColor_t dpdk_execute(in S index, in PNA_MeterColor_t color, in bit<32> pkt_len);
    PNA_MeterColor_t dpdk_execute(in S index, in bit<32> pkt_len);
#endif
}

extern DirectMeter {
    DirectMeter(PNA_MeterType_t type);
#ifdef PNA_WITH_PACKET_LENGTH
    PNA_MeterColor_t execute(in PNA_MeterColor_t color);
    PNA_MeterColor_t execute();
    PNA_MeterColor_t dpdk_execute(in PNA_MeterColor_t color, in bit<32> pkt_len);
    PNA_MeterColor_t dpdk_execute(in bit<32> pkt_len);
#else
    PNA_MeterColor_t execute(in PNA_MeterColor_t color, @optional in bit<32> pkt_len);
    PNA_MeterColor_t execute(@optional in bit<32> pkt_len);
#endif
}

extern Register<T, S> {
    Register(bit<32> size);
    Register(bit<32> size, T initial_value);
    T read(in S index);
    void write(in S index, in T value);
}

// From min to max, both included.
extern Random<T> {
    Random(T min, T max);
    T read();
}

extern ActionProfile {
    ActionProfile(bit<32> size);
}

extern ActionSelector {
    ActionSelector(PNA_HashAlgorithm_t algo, bit<32> size, bit<32> outputWidth);
}

extern Digest<T> {
    Digest();
    void pack(in T data);
}

#ifdef PNA_WITH_PACKET_LENGTH
enum ipsec_status {
    IPSEC_SUCCESS,
    IPSEC_ERROR
}

extern ipsec_accelerator {
    ipsec_accelerator();
    void set_sa_index<T>(in T sa_index);
    void set_ip_header_offset<T>(in T offset);
    void enable();
    void disable();
    bool from_ipsec(out ipsec_status status);
}
#endif

#ifdef PNA_THREE_BLOCKS

enum PNA_Source_t {
    FROM_HOST,
    FROM_NET
}

struct pna_main_parser_input_metadata_t {
    bool recirculated;
    PortId_t input_port;
}

struct pna_main_input_metadata_t {
    bool recirculated;
    Timestamp_t timestamp;
    ParserError_t parser_error;
    ClassOfService_t class_of_service;
    PortId_t input_port;
}

struct pna_main_output_metadata_t {
    ClassOfService_t class_of_service;
}

// Each port leads to one of the two.
extern bool is_host_port(in PortId_t p);
extern bool is_net_port(in PortId_t p);

// Where the packet goes: the last call counts.
extern void drop_packet();
extern void send_to_port(in PortId_t dest_port);
extern void recirculate();
// For each slot the last call counts.
extern void mirror_packet(in MirrorSlotId_t mirror_slot_id, in MirrorSessionId_t mirror_session_id);

typedef bit<1> AddEntryErrorStatus_t;
const AddEntryErrorStatus_t ADD_ENTRY_SUCCESS = 0;
const AddEntryErrorStatus_t ADD_ENTRY_NOT_DONE = 1;

// Only in the default action of a table with add_on_miss: adds the key that missed.
extern AddEntryErrorStatus_t add_entry<T>(
    string action_name, in T action_params, in ExpireTimeProfileId_t expire_time_profile_id);
extern AddEntryErrorStatus_t add_entry_if<T>(
    in bool do_add_entry, string action_name, in T action_params,
    in ExpireTimeProfileId_t expire_time_profile_id);
extern FlowId_t allocate_flow_id();
// About the entry that the packet matched, in actions of tables with pna_idle_timeout.
extern void set_entry_expire_time(in ExpireTimeProfileId_t expire_time_profile_id);
extern void restart_expire_timer();
extern void update_expire_info(
    in bool update_aging_info, in bool update_expire_time,
    in ExpireTimeProfileId_t expire_time_profile_id);
extern void set_entry_expire_time_if(
    in bool condition, in ExpireTimeProfileId_t expire_time_profile_id);

@pure
extern T SelectByDirection<T>(in bool is_network_port, in T from_net_value, in T from_host_value);

parser MainParserT<MH, MM>(
    packet_in pkt, out MH main_hdr, inout MM main_user_meta,
    in pna_main_parser_input_metadata_t istd);

control MainControlT<MH, MM>(
    inout MH main_hdr, inout MM main_user_meta, in pna_main_input_metadata_t istd,
    inout pna_main_output_metadata_t ostd);

control MainDeparserT<MH, MM>(
    packet_out pkt, inout MH main_hdr, in MM main_user_meta, in pna_main_output_metadata_t ostd);

package PNA_NIC<MH, MM>(
    MainParserT<MH, MM> main_parser, MainControlT<MH, MM> main_control,
    MainDeparserT<MH, MM> main_deparser);

#else

enum PNA_Direction_t {
    NET_TO_HOST,
    HOST_TO_NET
}

enum PNA_PacketPath_t {
    FROM_NET_PORT,
    FROM_NET_LOOPEDBACK,
    FROM_NET_RECIRCULATED,
    FROM_HOST,
    FROM_HOST_LOOPEDBACK,
    FROM_HOST_RECIRCULATED
}

struct pna_pre_input_metadata_t {
    PortId_t input_port;
    ParserError_t parser_error;
    PNA_Direction_t direction;
    PassNumber_t pass;
    bool loopedback;
}

struct pna_pre_output_metadata_t {
    bool decrypt;
    SecurityAssocId_t said;
    bit<16> decrypt_start_offset;
}

struct pna_main_parser_input_metadata_t {
    PNA_Direction_t direction;
    PassNumber_t pass;
    bool loopedback;
    PortId_t input_port;
}

struct pna_main_input_metadata_t {
    PNA_Direction_t direction;
    PassNumber_t pass;
    bool loopedback;
    Timestamp_t timestamp;
    ParserError_t parser_error;
    ClassOfService_t class_of_service;
    PortId_t input_port;
}

struct pna_main_output_metadata_t {
    ClassOfService_t class_of_service;
}

// Where the packet goes: the last call counts.
extern void drop_packet();
extern void send_to_port(PortId_t dest_port);
extern void mirror_packet(MirrorSlotId_t mirror_slot_id, MirrorSessionId_t mirror_session_id);
extern void recirculate();

// Only in the default action of a table with add_on_miss: adds the key that missed.
extern bool add_entry<T>(string action_name, in T action_params,
                         in ExpireTimeProfileId_t expire_time_profile_id);
extern FlowId_t allocate_flow_id();
extern void set_entry_expire_time(in ExpireTimeProfileId_t expire_time_profile_id);
extern void restart_expire_timer();

@pure
extern T SelectByDirection<T>(in PNA_Direction_t direction, in T n2h_value, in T h2n_value);

control PreControlT<PH, PM>(
    in PH pre_hdr, inout PM pre_user_meta, in pna_pre_input_metadata_t istd,
    inout pna_pre_output_metadata_t ostd);

parser MainParserT<MH, MM>(
    packet_in pkt, out MH main_hdr, inout MM main_user_meta,
    in pna_main_parser_input_metadata_t istd);

control MainControlT<MH, MM>(
    inout MH main_hdr, inout MM main_user_meta, in pna_main_input_metadata_t istd,
    inout pna_main_output_metadata_t ostd);

control MainDeparserT<MH, MM>(
    packet_out pkt, in MH main_hdr, in MM main_user_meta, in pna_main_output_metadata_t ostd);

package PNA_NIC<PH, PM, MH, MM>(
    MainParserT<MH, MM> main_parser, PreControlT<PH, PM> pre_control,
    MainControlT<MH, MM> main_control, MainDeparserT<MH, MM> main_deparser);

#endif

#endif
