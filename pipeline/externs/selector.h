#pragma once
// How an action selector chooses among the members of a group: the one meaning that the interpreter
// and native code share.
//
// The selector keys of a packet, joined as the inputs of a hash are, are mixed to 32 bits; the low
// bits name one of kSelectorSlots slots, and each slot belongs to one member. A slot goes to the
// member with the best score for it, where a score depends on nothing but slot, member and weight
// (weighted rendezvous hashing). So a group's slots are a function of its members alone, the same
// after a restart; a member that leaves gives up its own slots and no other slot moves; one that
// comes takes its share evenly from all. Members' shares are within a few percent of their weights.
//
// The mix is the same for every algorithm that a program may name for its selector: no program or
// controller can see the number, only that a flow stays and that flows spread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/externs/hash.h"

namespace ipdk::externs {

inline constexpr uint32_t kSelectorSlots = 8192;
inline constexpr size_t kMaxSelectorMembers = 65535;

struct SelectorMember {
  uint64_t identity = 0;  // what it is known by, as long as it is the same member
  uint32_t weight = 1;    // 0: gets nothing, unless all have 0
};

// The member's position for each slot; empty for no members. REQUIRES: at most kMaxSelectorMembers.
std::vector<uint16_t> FillSelector(std::span<const SelectorMember> members);

inline constexpr ir::HashAlgorithm kSelectorHash = ir::HashAlgorithm::kRandom;
inline uint32_t SelectorSlot(uint32_t hash) { return hash % kSelectorSlots; }

}  // namespace ipdk::externs
