#pragma once
// The header that virtio, AF_PACKET (PACKET_VNET_HDR) and TAP (IFF_VNET_HDR) put before a frame,
// and our offload block.

#include <cstdint>

#include "targets/cpu/packet.h"

namespace ipdk::cpu {

// Linux' struct virtio_net_hdr: 10 bytes, in the machine's byte order for the legacy forms that we
// use.
struct VnetHeader {
  static constexpr uint32_t kBytes = 10;
  uint8_t flags = 0;     // 1 needs checksum, 2 data valid
  uint8_t gso_type = 0;  // 0 none, 1 TCPv4, 3 UDP, 4 TCPv6, 5 UDP L4, | 0x80 ECN
  uint16_t hdr_len = 0, gso_size = 0, csum_start = 0, csum_offset = 0;
};
static_assert(sizeof(VnetHeader) == VnetHeader::kBytes);

Offload FromVnet(const VnetHeader& header);
// header_bytes: of the packet up to its payload, 0 if not known.
VnetHeader ToVnet(const Packet& packet);

}  // namespace ipdk::cpu
