#include "pipeline/externs/selector.h"

#include <algorithm>
#include <cmath>

namespace ipdk::externs {
namespace {

uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::vector<uint16_t> FillSelector(std::span<const SelectorMember> members) {
  std::vector<uint16_t> slots;
  if (members.empty()) return slots;
  std::vector<uint64_t> seeds;
  for (const SelectorMember& member : members)
    seeds.push_back(Mix(member.identity + 0x9e3779b97f4a7c15));
  const bool equal = std::all_of(members.begin(), members.end(), [&](const SelectorMember& m) {
    return m.weight == members[0].weight;
  });
  slots.resize(kSelectorSlots);
  for (uint32_t slot = 0; slot < kSelectorSlots; ++slot) {
    size_t best = 0;
    if (equal) {
      uint64_t most = 0;
      for (size_t i = 0; i < seeds.size(); ++i) {
        const uint64_t score = Mix(seeds[i] ^ slot) >> 11;
        if (i == 0 || score > most) best = i, most = score;
      }
    } else {
      // The least of exponential variables, each with its weight as rate, is member i's with the
      // probability weight i / all weights. With equal weights this is the choice above.
      double least = INFINITY;
      for (size_t i = 0; i < seeds.size(); ++i) {
        const double unit =
            (static_cast<double>(Mix(seeds[i] ^ slot) >> 11) + 0.5) / 9007199254740992.0;
        const double score =
            members[i].weight == 0 ? INFINITY : -std::log(unit) / members[i].weight;
        if (score < least) best = i, least = score;
      }
    }
    slots[slot] = static_cast<uint16_t>(best);
  }
  return slots;
}

}  // namespace ipdk::externs
