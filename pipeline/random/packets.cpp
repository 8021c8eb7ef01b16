#include "pipeline/random/random.h"

namespace ipdk::random {

uint64_t Source::Next() {
  uint64_t x = state_ += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

Integer Source::Value(uint32_t width) {
  switch (Below(6)) {
    case 0:
    case 1:
      return Truncate(Below(4), width);
    case 2:
      return Truncate(Below(256), width);
    case 3:
      return Truncate((Integer(1) << Below(width)) - Below(2), width);
    case 4:
      return Mask(width) - Truncate(Below(3), width);
    default: {
      Integer out;
      for (uint32_t bits = 0; bits < width; bits += 64) out = (out << 64) + FromU64(Next());
      return Truncate(out, width);
    }
  }
}

std::vector<Packet> MakePackets(Source& source, uint32_t count, uint32_t flows) {
  std::vector<Packet> pool;
  for (uint32_t i = 0; i < (flows == 0 ? 1 : flows); ++i) {
    Packet packet;
    packet.port = source.Below(8);
    const uint32_t size = source.OneIn(8) ? source.Below(9) : 1 + source.Below(160);
    static constexpr uint8_t kCommon[] = {0, 0, 1, 2, 3, 4, 7, 0x10, 0x80, 0xff};
    for (uint32_t k = 0; k < size; ++k)
      packet.bytes.push_back(static_cast<char>(
          source.OneIn(4) ? source.Below(256) : kCommon[source.Below(std::size(kCommon))]));
    pool.push_back(std::move(packet));
  }
  std::vector<Packet> out;
  for (uint32_t i = 0; i < count; ++i)
    out.push_back(pool[source.Below(static_cast<uint32_t>(pool.size()))]);
  return out;
}

}  // namespace ipdk::random
