#include "targets/cpu/traffic/offload.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ipdk::cpu {
namespace {

uint16_t Load16(const uint8_t* at) { return static_cast<uint16_t>(at[0] << 8 | at[1]); }
void Store16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}
uint32_t Load32(const uint8_t* at) {
  return static_cast<uint32_t>(Load16(at)) << 16 | Load16(at + 2);
}
void Store32(uint8_t* at, uint32_t value) {
  Store16(at, value >> 16);
  Store16(at + 2, value & 0xffff);
}

uint32_t Fold(uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint32_t>(sum);
}

// The sum over the packet's bytes from `offset` to its end, across the chain.
uint32_t SumFrom(const Packet& packet, uint32_t offset) {
  uint32_t sum = 0;
  bool odd = false;
  auto piece = [&](const uint8_t* data, uint32_t length) {
    if (offset >= length) {
      offset -= length;
      return;
    }
    uint32_t part = OnesSum(data + offset, length - offset);
    if (odd) part = (part << 8 | part >> 8) & 0xffff;
    sum = Fold(static_cast<uint64_t>(sum) + part);
    if (((length - offset) & 1) != 0) odd = !odd;
    offset = 0;
  };
  piece(packet.data, packet.length);
  for (const Segment* s = ChainOf(packet); s != nullptr; s = s->next) piece(s->data, s->length);
  return sum;
}

}  // namespace

uint32_t OnesSum(const uint8_t* data, size_t length, uint32_t start) {
  uint64_t sum = 0;
  // Little-endian words first; the bytes of the folded sum are exchanged at the end.
  while (length >= 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    sum += word & 0xffffffff;
    sum += word >> 32;
    data += 8;
    length -= 8;
  }
  while (length >= 2) {
    uint16_t word;
    std::memcpy(&word, data, 2);
    sum += word;
    data += 2;
    length -= 2;
  }
  if (length != 0) sum += *data;
  uint32_t folded = Fold(sum);
  folded = (folded << 8 | folded >> 8) & 0xffff;
  return Fold(static_cast<uint64_t>(folded) + start);
}

void CompleteChecksum(Packet& packet) {
  if ((packet.offload.flags & Offload::kNeedsChecksum) == 0) return;
  packet.offload.flags &= static_cast<uint8_t>(~Offload::kNeedsChecksum);
  uint32_t start = packet.offload.checksum_start;
  uint32_t field = start + packet.offload.checksum_offset;
  if (start >= packet.total_length || field + 2 > packet.total_length) return;
  uint32_t sum = ~SumFrom(packet, start) & 0xffff;
  // A UDP checksum of 0 would say "none"; for TCP 0xffff is equally right.
  if (sum == 0) sum = 0xffff;
  uint8_t bytes[2];
  Store16(bytes, sum);
  Scatter(packet, field, bytes);
}

bool PlanSegments(const Packet& packet, SegmentPlan* plan) {
  using Gso = Offload::Gso;
  const Offload& offload = packet.offload;
  const uint8_t* p = packet.data;
  if (offload.gso == Gso::kNone || offload.gso == Gso::kUdp || offload.gso_size == 0 ||
      packet.length < 14)
    return false;
  uint32_t at = 12;
  uint16_t type = Load16(p + at);
  at += 2;
  while ((type == 0x8100 || type == 0x88a8) && packet.length >= at + 4) {
    type = Load16(p + at + 2);
    at += 4;
  }
  plan->l3_offset = at;
  plan->udp = offload.gso == Gso::kUdpL4;
  uint8_t protocol;
  if (type == 0x0800) {
    if (packet.length < at + 20 || p[at] >> 4 != 4) return false;
    uint32_t length = (p[at] & 15u) * 4;
    if (length < 20 || packet.length < at + length) return false;
    protocol = p[at + 9];
    plan->ipv6 = false;
    at += length;
  } else if (type == 0x86dd) {
    if (packet.length < at + 40) return false;
    protocol = p[at + 6];
    plan->ipv6 = true;
    at += 40;
    // Options and routing headers repeat in every segment.
    while (protocol == 0 || protocol == 43 || protocol == 60) {
      if (packet.length < at + 8) return false;
      protocol = p[at];
      at += (p[at + 1] + 1u) * 8;
    }
  } else {
    return false;
  }
  plan->l4_offset = at;
  if (plan->udp) {
    if (protocol != 17 || packet.length < at + 8) return false;
    plan->header_bytes = at + 8;
  } else {
    if (protocol != 6 || packet.length < at + 20) return false;
    uint32_t length = (p[at + 12] >> 4) * 4u;
    if (length < 20 || packet.length < at + length) return false;
    plan->header_bytes = at + length;
  }
  if (packet.total_length <= plan->header_bytes) return false;
  plan->segments =
      (packet.total_length - plan->header_bytes + offload.gso_size - 1) / offload.gso_size;
  return plan->header_bytes + offload.gso_size <= Buffers::kSmallBytes ||
         plan->header_bytes + offload.gso_size <= 16384;
}

uint32_t CutSegments(const Packet& packet, const SegmentPlan& plan, Buffers& buffers, Packet** out,
                     uint32_t max) {
  if (plan.segments == 0 || plan.segments > max) return 0;
  const uint32_t payload = packet.total_length - plan.header_bytes;
  const uint32_t size = packet.offload.gso_size;
  const uint8_t* headers = packet.data;
  const uint32_t first_sequence = plan.udp ? 0 : Load32(headers + plan.l4_offset + 4);
  const uint16_t first_id = plan.ipv6 ? 0 : Load16(headers + plan.l3_offset + 4);

  for (uint32_t i = 0; i < plan.segments; ++i) {
    uint32_t from = i * size;
    uint32_t bytes = std::min(size, payload - from);
    Packet* segment = buffers.Allocate(plan.header_bytes + bytes);
    if (segment == nullptr || segment->length < plan.header_bytes) {
      if (segment != nullptr) buffers.Free(segment);
      buffers.Free(out, i);
      return 0;
    }
    out[i] = segment;
    CopyMetadata(packet, *segment);
    segment->offload = Offload{};
    std::memcpy(segment->data, headers, plan.header_bytes);
    if (segment->length == segment->total_length) {
      Gather(packet, plan.header_bytes + from, {segment->data + plan.header_bytes, bytes});
    } else {
      std::array<uint8_t, 16384> scratch;
      Gather(packet, plan.header_bytes + from, {scratch.data(), bytes});
      Scatter(*segment, plan.header_bytes, {scratch.data(), bytes});
    }

    uint8_t* l3 = segment->data + plan.l3_offset;
    uint8_t* l4 = segment->data + plan.l4_offset;
    uint32_t l4_bytes = plan.header_bytes - plan.l4_offset + bytes;
    uint32_t pseudo;
    if (plan.ipv6) {
      Store16(l3 + 4, plan.header_bytes - plan.l3_offset - 40 + bytes);
      pseudo = OnesSum(l3 + 8, 32);
    } else {
      uint32_t l3_header = plan.l4_offset - plan.l3_offset;
      Store16(l3 + 2, l3_header + l4_bytes);
      Store16(l3 + 4, static_cast<uint16_t>(first_id + i));
      Store16(l3 + 10, 0);
      Store16(l3 + 10, ~OnesSum(l3, l3_header) & 0xffff);
      pseudo = OnesSum(l3 + 12, 8);
    }
    pseudo = Fold(static_cast<uint64_t>(pseudo) + (plan.udp ? 17 : 6) + l4_bytes);
    uint32_t field;
    if (plan.udp) {
      Store16(l4 + 4, l4_bytes);
      field = 6;
    } else {
      Store32(l4 + 4, first_sequence + from);
      bool last = i + 1 == plan.segments;
      if (!last) l4[13] &= static_cast<uint8_t>(~0x09);   // FIN and PSH belong to the last
      if (i != 0) l4[13] &= static_cast<uint8_t>(~0x80);  // CWR to the first
      field = 16;
    }
    Store16(l4 + field, 0);
    uint32_t sum = Fold(static_cast<uint64_t>(SumFrom(*segment, plan.l4_offset)) + pseudo);
    sum = ~sum & 0xffff;
    if (sum == 0) sum = 0xffff;
    Store16(l4 + field, sum);
  }
  return plan.segments;
}

}  // namespace ipdk::cpu
