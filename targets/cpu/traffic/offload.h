#pragma once
// What virtual interfaces leave to whoever really sends: completing a partial L4 checksum, and
// cutting a TCP or UDP super-frame into frames. Both are done in software here, only for packets
// whose out port cannot take them as they are (or, for the checksum, whose program looks at it).

#include <cstdint>

#include "targets/cpu/packet.h"
#include "targets/cpu/traffic/buffers.h"

namespace ipdk::cpu {

// Ones' complement sum of bytes that begin at an even offset, folded to 16 bits, in host order, not
// complemented.
uint32_t OnesSum(const uint8_t* data, size_t length, uint32_t start = 0);

// Writes the checksum that kNeedsChecksum asks for and clears the flag. Offsets outside the packet
// only clear it.
void CompleteChecksum(Packet& packet);

// Headers of a super-frame, found by walking Ethernet, VLAN tags and IP from `data`. Only what
// segmentation needs.
struct SegmentPlan {
  uint32_t header_bytes = 0;  // before the payload
  uint32_t l3_offset = 0, l4_offset = 0;
  bool ipv6 = false, udp = false;
  uint32_t segments = 0;
};
// False: not a frame that can be cut (the program changed it into something else, or its lengths do
// not fit).
bool PlanSegments(const Packet& packet, SegmentPlan* plan);

// Cuts a super-frame into at most `max` packets, checksums complete, in order; frees nothing.
// Returns how many; 0 when buffers are exhausted, the plan does not fit or `max` is too small.
uint32_t CutSegments(const Packet& packet, const SegmentPlan& plan, Buffers& buffers, Packet** out,
                     uint32_t max);

// Bytes that the packet will take on a wire: its segments' headers counted.
inline uint64_t WireBytes(const Packet& packet) {
  if (packet.offload.gso == Offload::Gso::kNone || packet.offload.gso_size == 0)
    return packet.total_length;
  uint32_t headers =
      packet.offload.checksum_start + (packet.offload.gso == Offload::Gso::kUdpL4 ? 8u : 32u);
  if (packet.total_length <= headers) return packet.total_length;
  uint32_t segments =
      (packet.total_length - headers + packet.offload.gso_size - 1) / packet.offload.gso_size;
  return packet.total_length + static_cast<uint64_t>(segments - 1) * headers;
}

}  // namespace ipdk::cpu
