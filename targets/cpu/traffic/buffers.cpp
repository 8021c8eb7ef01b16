#include "targets/cpu/traffic/buffers.h"

#include <algorithm>
#include <cstring>

namespace ipdk::cpu {

uint32_t Pieces(const Packet& packet, ConstBytes* pieces, uint32_t max) {
  if (max == 0) return 0;
  uint32_t count = 0;
  pieces[count++] = {packet.data, packet.length};
  for (const Segment* s = ChainOf(packet); s != nullptr; s = s->next) {
    if (count == max) return 0;
    pieces[count++] = {s->data, s->length};
  }
  return count;
}

namespace {
template <typename Visit>
void Walk(const Packet& packet, uint32_t offset, size_t bytes, Visit visit) {
  size_t done = 0;
  auto piece = [&](uint8_t* data, uint32_t length) {
    if (offset >= length) {
      offset -= length;
      return;
    }
    size_t n = std::min<size_t>(length - offset, bytes - done);
    visit(data + offset, done, n);
    done += n;
    offset = 0;
  };
  piece(packet.data, packet.length);
  for (const Segment* s = ChainOf(packet); s != nullptr && done < bytes; s = s->next)
    piece(s->data, s->length);
}
}  // namespace

void Gather(const Packet& packet, uint32_t offset, std::span<uint8_t> out) {
  Walk(packet, offset, out.size(), [&](uint8_t* at, size_t done, size_t n) {
    if (n != 0) std::memcpy(out.data() + done, at, n);
  });
}

void Scatter(Packet& packet, uint32_t offset, std::span<const uint8_t> in) {
  Walk(packet, offset, in.size(), [&](uint8_t* at, size_t done, size_t n) {
    if (n != 0) std::memcpy(at, in.data() + done, n);
  });
}

void CopyMetadata(const Packet& from, Packet& to) {
  to.received_length = from.received_length;
  to.id = from.id;
  to.receive_ns = from.receive_ns;
  to.verdict = from.verdict;
  to.preserved = from.preserved;
  to.random_calls = 0;
  to.parsed = from.parsed;
  to.offload = from.offload;
  to.ingress_port = from.ingress_port;
}

void ResetMetadata(Packet& packet) {
  packet.frame = nullptr;
  packet.received_length = 0;
  packet.id = 0;
  packet.receive_ns = 0;
  packet.verdict = Verdict::kNone;
  packet.preserved = false;
  packet.random_calls = 0;
  packet.parsed = 0;
  packet.offload = Offload{};
  packet.ingress_port = 0;
  packet.chain = nullptr;
}

}  // namespace ipdk::cpu
