#pragma once
// Random numbers as a pure function of (seed, packet id, call site, call number), so that every
// target, whatever its order of work, draws the same ones. The call number counts the draws of one
// packet from 0, over all its passes.
//
// A copy of a packet (clone, replica) is a packet of its own: its id is CopyId(id of the original,
// n) for the original's n-th copy, n from 1 in the order of making, and its call number starts at
// 0. A packet that is resubmitted or recirculated keeps id and call number.

#include <cstdint>

#include "base/integer.h"

namespace ipdk::externs {

// A bijection of 64-bit numbers that spreads every input bit over the result.
constexpr uint64_t Mix64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Word `word` of the draw; narrow results use word 0 only.
constexpr uint64_t RandomWord(uint64_t seed, uint64_t packet_id, uint32_t site, uint32_t call,
                              uint32_t word) {
  uint64_t x = Mix64(seed + 0x9e3779b97f4a7c15);
  x = Mix64(x ^ packet_id);
  x = Mix64(x ^ (static_cast<uint64_t>(site) << 32 | call));
  return Mix64(x + 0x9e3779b97f4a7c15 * (word + uint64_t{1}));
}

constexpr uint64_t CopyId(uint64_t packet_id, uint32_t copy) {
  return Mix64(packet_id + 0x9e3779b97f4a7c15 * (copy + uint64_t{1}));
}

// low..high inclusive; low if high < low. Words are joined most significant first, as many as
// `width` bits need, and reduced modulo the number of values.
uint64_t Random64(uint64_t low, uint64_t high, uint64_t seed, uint64_t packet_id, uint32_t site,
                  uint32_t call);
Integer Random(const Integer& low, const Integer& high, uint32_t width, uint64_t seed,
               uint64_t packet_id, uint32_t site, uint32_t call);

}  // namespace ipdk::externs
