#include "targets/cpu/traffic/buffers.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "targets/cpu/traffic/memory_buffers.h"
#include "targets/cpu/traffic/offload.h"

namespace ipdk::cpu {
namespace {

std::vector<uint8_t> Pattern(size_t n) {
  std::vector<uint8_t> bytes(n);
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + (i >> 8));
  return bytes;
}
std::vector<uint8_t> All(const Packet& packet) {
  std::vector<uint8_t> bytes(packet.total_length);
  Gather(packet, 0, bytes);
  return bytes;
}

class BuffersTest : public testing::TestWithParam<MemoryBuffersOptions> {};

TEST_P(BuffersTest, CopyUnshareTruncate) {
  auto buffers = CreateMemoryBuffers(GetParam());
  for (uint32_t bytes : {0u, 1u, 13u, 64u, 1514u, 9000u, 66000u}) {
    auto pattern = Pattern(bytes);
    Packet* a = buffers->Allocate(bytes);
    ASSERT_NE(a, nullptr);
    ASSERT_EQ(a->total_length, bytes);
    Scatter(*a, 0, pattern);
    EXPECT_EQ(All(*a), pattern);
    Packet* b = buffers->Copy(*a, 128);
    ASSERT_NE(b, nullptr);
    EXPECT_GE(b->length, std::min(bytes, 128u));
    EXPECT_EQ(All(*b), pattern);
    // Writing the copy's own first bytes is not seen by the original.
    if (bytes > 0) b->data[0] ^= 0xff;
    EXPECT_EQ(All(*a), pattern);
    ASSERT_TRUE(buffers->Unshare(*a, 700));
    EXPECT_GE(a->length, std::min(bytes, 700u));
    EXPECT_EQ(All(*a), pattern);
    for (uint32_t i = 0; i < std::min(bytes, 700u); ++i) a->data[i] ^= 0x55;
    if (bytes > 0) b->data[0] ^= 0xff;
    EXPECT_EQ(All(*b), pattern);
    for (uint32_t cut : {bytes, bytes / 2, 1u}) {
      if (cut > b->total_length) continue;
      buffers->Truncate(*b, cut);
      EXPECT_EQ(All(*b), std::vector<uint8_t>(pattern.begin(), pattern.begin() + cut));
    }
    buffers->Free(a);
    buffers->Free(b);
    EXPECT_EQ(buffers->Available(), GetParam().packets);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, BuffersTest,
                         testing::Values(MemoryBuffersOptions{.packets = 4096},
                                         MemoryBuffersOptions{.packets = 4096, .guard = true},
                                         MemoryBuffersOptions{.packets = 8192, .segment = 100},
                                         MemoryBuffersOptions{
                                             .packets = 8192, .guard = true, .segment = 33}));

TEST(Buffers, ExhaustionIsToldAndLeaksNothing) {
  auto buffers = CreateMemoryBuffers({.packets = 10, .segment = 100});
  EXPECT_EQ(buffers->Allocate(5000), nullptr);
  EXPECT_EQ(buffers->Available(), 10u);
  Packet* packet = buffers->Allocate(600);
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(buffers->Copy(*packet, 10), nullptr);
  EXPECT_EQ(buffers->Available(), 4u);
  buffers->Free(packet);
}

TEST(GuardedBuffers, TheByteAfterAPacketEndsTheProcess) {
  auto buffers = CreateMemoryBuffers({.packets = 4, .guard = true});
  Packet* packet = buffers->Allocate(61);
  EXPECT_DEATH(
      {
        volatile uint8_t* at = packet->data;
        at[61] = 1;
      },
      "");
  buffers->Free(packet);
}

uint16_t SumOf(const std::vector<uint8_t>& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

TEST(Offload, ChecksumAcrossAnyChain) {
  for (uint32_t segment : {0u, 1u, 7u, 40u}) {
    auto buffers = CreateMemoryBuffers({.packets = 8192, .segment = segment});
    for (uint32_t bytes : {60u, 61u, 1499u}) {
      auto pattern = Pattern(bytes);
      pattern[50] = 0x12;  // the pseudo header's sum stands in the field
      pattern[51] = 0x34;
      Packet* packet = buffers->Allocate(bytes);
      Scatter(*packet, 0, pattern);
      packet->offload = {Offload::kNeedsChecksum, Offload::Gso::kNone, 0, 34, 16};
      uint16_t before = SumOf({pattern.begin() + 34, pattern.end()});
      CompleteChecksum(*packet);
      auto after = All(*packet);
      uint16_t expected =
          static_cast<uint16_t>(~before) == 0 ? 0xffff : static_cast<uint16_t>(~before);
      EXPECT_EQ(after[50] << 8 | after[51], expected);
      EXPECT_EQ(packet->offload.flags & Offload::kNeedsChecksum, 0);
      buffers->Free(packet);
    }
  }
}

TEST(Offload, ChecksumOutsideThePacketIsLeft) {
  auto buffers = CreateMemoryBuffers({.packets = 4});
  Packet* packet = buffers->Allocate(40);
  std::memset(packet->data, 1, 40);
  packet->offload = {Offload::kNeedsChecksum, Offload::Gso::kNone, 0, 34, 16};
  CompleteChecksum(*packet);
  EXPECT_EQ(All(*packet), std::vector<uint8_t>(40, 1));
  buffers->Free(packet);
}

TEST(Offload, SegmentsOfIpv6AndUdpAddUp) {
  auto buffers = CreateMemoryBuffers({.packets = 512, .segment = 1000});
  // VLAN, IPv6, UDP.
  auto frame = Pattern(18 + 40 + 8 + 5000);
  frame[12] = 0x81;
  frame[13] = 0x00;
  frame[16] = 0x86;
  frame[17] = 0xdd;
  frame[18] = 0x60;
  frame[18 + 6] = 17;
  Packet* packet = buffers->Allocate(static_cast<uint32_t>(frame.size()));
  Scatter(*packet, 0, frame);
  packet->offload = {Offload::kNeedsChecksum, Offload::Gso::kUdpL4, 1200, 58, 6};
  SegmentPlan plan;
  ASSERT_TRUE(PlanSegments(*packet, &plan));
  EXPECT_EQ(plan.segments, 5u);
  EXPECT_EQ(WireBytes(*packet), frame.size() + 4 * 66);
  Packet* out[8];
  EXPECT_EQ(CutSegments(*packet, plan, *buffers, out, 4), 0u);
  ASSERT_EQ(CutSegments(*packet, plan, *buffers, out, 8), 5u);
  std::vector<uint8_t> payload;
  for (uint32_t i = 0; i < 5; ++i) {
    auto bytes = All(*out[i]);
    uint32_t l4 = static_cast<uint32_t>(bytes.size()) - 58;
    EXPECT_EQ(bytes[18 + 4] << 8 | bytes[18 + 5], static_cast<int>(l4));
    EXPECT_EQ(bytes[58 + 4] << 8 | bytes[58 + 5], static_cast<int>(l4));
    // Pseudo header and segment sum to all ones.
    std::vector<uint8_t> all(bytes.begin() + 26, bytes.begin() + 58);
    all.insert(all.end(), {0, 17, static_cast<uint8_t>(l4 >> 8), static_cast<uint8_t>(l4)});
    all.insert(all.end(), bytes.begin() + 58, bytes.end());
    EXPECT_EQ(SumOf(all), 0xffff);
    payload.insert(payload.end(), bytes.begin() + 66, bytes.end());
  }
  EXPECT_EQ(payload, std::vector<uint8_t>(frame.begin() + 66, frame.end()));
  buffers->Free(out, 5);
  buffers->Free(packet);
  EXPECT_EQ(buffers->Available(), 512u);
}

}  // namespace
}  // namespace ipdk::cpu
