#include "targets/cpu/ports/vnet.h"

#include <algorithm>

namespace ipdk::cpu {

Offload FromVnet(const VnetHeader& header) {
  Offload offload;
  if ((header.flags & 1) != 0) {
    offload.flags |= Offload::kNeedsChecksum;
    offload.checksum_start = header.csum_start;
    offload.checksum_offset = header.csum_offset;
  }
  if ((header.flags & 2) != 0) offload.flags |= Offload::kDataValid;
  switch (header.gso_type & 0x7f) {
    case 1:
      offload.gso = Offload::Gso::kTcp4;
      break;
    case 3:
      offload.gso = Offload::Gso::kUdp;
      break;
    case 4:
      offload.gso = Offload::Gso::kTcp6;
      break;
    case 5:
      offload.gso = Offload::Gso::kUdpL4;
      break;
    default:
      break;
  }
  if (offload.gso != Offload::Gso::kNone) offload.gso_size = header.gso_size;
  if (offload.gso_size == 0) offload.gso = Offload::Gso::kNone;
  return offload;
}

VnetHeader ToVnet(const Packet& packet) {
  VnetHeader header;
  const Offload& offload = packet.offload;
  if ((offload.flags & Offload::kNeedsChecksum) != 0) {
    header.flags = 1;
    header.csum_start = offload.checksum_start;
    header.csum_offset = offload.checksum_offset;
  } else if ((offload.flags & Offload::kDataValid) != 0) {
    header.flags = 2;
  }
  switch (offload.gso) {
    case Offload::Gso::kNone:
      return header;
    case Offload::Gso::kTcp4:
      header.gso_type = 1;
      break;
    case Offload::Gso::kUdp:
      header.gso_type = 3;
      break;
    case Offload::Gso::kTcp6:
      header.gso_type = 4;
      break;
    case Offload::Gso::kUdpL4:
      header.gso_type = 5;
      break;
  }
  header.gso_size = offload.gso_size;
  uint32_t l4 = offload.checksum_start;
  bool udp = offload.gso == Offload::Gso::kUdp || offload.gso == Offload::Gso::kUdpL4;
  uint32_t bytes = udp ? 8 : 20;
  if (!udp && l4 + 20 <= packet.length) bytes = (packet.data[l4 + 12] >> 4) * 4u;
  header.hdr_len = static_cast<uint16_t>(std::min(l4 + bytes, packet.total_length));
  return header;
}

}  // namespace ipdk::cpu
