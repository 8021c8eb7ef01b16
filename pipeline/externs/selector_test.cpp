#include "pipeline/externs/selector.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ipdk::externs {
namespace {

std::vector<SelectorMember> Members(size_t count) {
  std::vector<SelectorMember> members;
  for (size_t i = 0; i < count; ++i) members.push_back({100 + i, 1});
  return members;
}

uint32_t FlowSlot(uint32_t flow) {
  BitJoiner joined;
  joined.Append(uint64_t{0x0a000000u + flow}, 32);
  joined.Append(uint64_t{80}, 16);
  return SelectorSlot(Hash(kSelectorHash, joined.bytes().data(), joined.bytes().size()));
}

TEST(Selector, SpreadsFlowsEvenly) {
  constexpr size_t kMembers = 8, kFlows = 10'000;
  const auto slots = FillSelector(Members(kMembers));
  std::vector<uint32_t> flows(kMembers);
  for (uint32_t flow = 0; flow < kFlows; ++flow) ++flows[slots[FlowSlot(flow)]];
  const double want = double{kFlows} / kMembers;
  double chi_square = 0;
  for (const uint32_t have : flows) chi_square += (have - want) * (have - want) / want;
  // Of 7 degrees of freedom, and of slots that are dealt by chance, too.
  EXPECT_LT(chi_square, 40);
}

TEST(Selector, OnlyTheFlowsOfALeavingMemberMove) {
  const auto all = Members(8);
  const auto before = FillSelector(all);
  for (size_t gone = 0; gone < all.size(); ++gone) {
    auto rest = all;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(gone));
    const auto after = FillSelector(rest);
    for (size_t slot = 0; slot < kSelectorSlots; ++slot)
      if (before[slot] != gone) ASSERT_EQ(all[before[slot]].identity, rest[after[slot]].identity);
  }
}

TEST(Selector, SharesFollowWeights) {
  const std::vector<SelectorMember> members = {{1, 1}, {2, 3}, {3, 0}};
  const auto slots = FillSelector(members);
  std::vector<double> share(3);
  for (const uint16_t at : slots) share[at] += 1.0 / kSelectorSlots;
  EXPECT_NEAR(share[0], 0.25, 0.03);
  EXPECT_NEAR(share[1], 0.75, 0.03);
  EXPECT_EQ(share[2], 0);
  // All weights doubled is the same group; a heavier member takes slots and gives none.
  EXPECT_EQ(FillSelector(std::vector<SelectorMember>{{1, 2}, {2, 6}, {3, 0}}), slots);
  const auto heavier = FillSelector(std::vector<SelectorMember>{{1, 1}, {2, 5}, {3, 0}});
  for (size_t slot = 0; slot < kSelectorSlots; ++slot)
    if (slots[slot] == 1) ASSERT_EQ(heavier[slot], 1);
  EXPECT_TRUE(FillSelector({}).empty());
}

}  // namespace
}  // namespace ipdk::externs
