// The name under which programs for DPDK's software switch include PSA: counters and meters can be
// told the length of the packet.
#define PSA_WITH_PACKET_LENGTH
#include "../psa.p4"
