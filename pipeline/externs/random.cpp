#include "pipeline/externs/random.h"

namespace ipdk::externs {

uint64_t Random64(uint64_t low, uint64_t high, uint64_t seed, uint64_t packet_id, uint32_t site,
                  uint32_t call) {
  if (high < low) return low;
  const uint64_t word = RandomWord(seed, packet_id, site, call, 0);
  const uint64_t values = high - low + 1;
  return values == 0 ? word : low + word % values;
}

Integer Random(const Integer& low, const Integer& high, uint32_t width, uint64_t seed,
               uint64_t packet_id, uint32_t site, uint32_t call) {
  if (high < low) return low;
  Integer word;
  for (uint32_t i = 0; i == 0 || i * 64 < width; ++i)
    word = (word << 64) + FromU64(RandomWord(seed, packet_id, site, call, i));
  return low + word % Integer(high - low + 1);
}

}  // namespace ipdk::externs
