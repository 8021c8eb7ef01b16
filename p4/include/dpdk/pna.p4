// The name under which programs for DPDK's software switch include PNA: counters and meters can be
// told the length of the packet, hashes have named algorithms, and there is an IPsec accelerator.
#define PNA_WITH_PACKET_LENGTH
#include "../pna.p4"
