#include <gtest/gtest.h>

#include "pipeline/externs/hash.h"
#include "pipeline/externs/meter.h"
#include "pipeline/externs/random.h"
#include "pipeline/ir/names.h"

namespace ipdk::externs {
namespace {

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The published check values of each algorithm over "123456789".
TEST(Hash, CheckValues) {
  const auto digits = Bytes("123456789");
  EXPECT_EQ(Crc32(digits.data(), digits.size()), 0xcbf43926u);
  EXPECT_EQ(Crc16(digits.data(), digits.size()), 0xbb3du);
  // RFC 1071's example: the sum of 0001 f203 f4f5 f6f7 is ddf2.
  const uint8_t rfc[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(Csum16(rfc, sizeof rfc), static_cast<uint16_t>(~0xddf2u));
  EXPECT_EQ(Csum16(rfc, 3), static_cast<uint16_t>(~0xf201u));
  EXPECT_EQ(Xor16(rfc, 4), 0xf202u);
}

TEST(Hash, BitsAreJoinedWithoutGaps) {
  BitJoiner joined;
  joined.Append(uint64_t{0b101}, 3);
  joined.Append(Integer(0x1ff), 9);
  joined.Append(uint64_t{1}, 4);
  EXPECT_EQ(ToHex(std::string(joined.bytes().begin(), joined.bytes().end())), "bff1");
  joined.Append(Mask(100), 100);
  EXPECT_EQ(joined.bits(), 116u);
  EXPECT_EQ(joined.ToInteger(), Integer((Integer(0xbff1) << 100) + Mask(100)));
  EXPECT_EQ(joined.bytes().back(), 0xf0);
  joined.AppendBytes(Bytes("\x12"));
  EXPECT_EQ(joined.bytes().back(), 0x20);
  EXPECT_EQ(Hash(ir::HashAlgorithm::kIdentity, joined), joined.ToInteger());
  for (size_t i = 0; i < ir::HashAlgorithms(); ++i)
    if (ir::HashBits(static_cast<ir::HashAlgorithm>(i)) != 0)
      EXPECT_LE(BitLength(Hash(static_cast<ir::HashAlgorithm>(i), joined)),
                ir::HashBits(static_cast<ir::HashAlgorithm>(i)));
}

TEST(Meter, TwoRates) {
  const MeterConfig config{true, false, 1000, 2, 2000, 3};
  MeterState state = StartMeter(config, 0);
  auto color = [&](uint64_t now) { return ExecuteMeter(config, state, now, 1, kGreen, false); };
  EXPECT_EQ(color(0), kGreen);
  EXPECT_EQ(color(0), kGreen);
  EXPECT_EQ(color(0), kYellow);
  EXPECT_EQ(color(0), kRed);
  EXPECT_EQ(color(499'999), kRed);  // half a millisecond fills one of the peak bucket
  EXPECT_EQ(color(500'000), kYellow);
  EXPECT_EQ(color(1'000'000), kGreen);
  EXPECT_EQ(color(0), kRed);  // a clock that goes back adds nothing
  EXPECT_EQ(ExecuteMeter(config, state, 10'000'000'000, 1, kYellow, true), kYellow);
  EXPECT_EQ(ExecuteMeter(config, state, 10'000'000'000, 1, kRed, true), kRed);
}

TEST(Meter, OneRateTwoBursts) {
  const MeterConfig config{true, true, 1000, 1, 0, 1};
  MeterState state = StartMeter(config, 0);
  auto color = [&](uint64_t now) { return ExecuteMeter(config, state, now, 1, kGreen, false); };
  EXPECT_EQ(color(0), kGreen);
  EXPECT_EQ(color(0), kYellow);
  EXPECT_EQ(color(0), kRed);
  EXPECT_EQ(color(2'000'000), kGreen);
  EXPECT_EQ(color(2'000'000), kYellow);  // what overflowed the first bucket
  EXPECT_EQ(color(2'000'000), kRed);
  MeterState none;
  EXPECT_EQ(ExecuteMeter({}, none, 0, 1, kGreen, false), kGreen);
}

TEST(Random, PureAndInBounds) {
  EXPECT_EQ(Random64(3, 9, 1, 2, 3, 4), Random64(3, 9, 1, 2, 3, 4));
  bool differs = false;
  for (uint32_t call = 0; call < 100; ++call) {
    const uint64_t value = Random64(3, 9, 1, 2, 3, call);
    EXPECT_GE(value, 3u);
    EXPECT_LE(value, 9u);
    EXPECT_EQ(Random(3, 9, 16, 1, 2, 3, call), Integer(value));
    differs |= value != Random64(3, 9, 1, 2, 3, 0);
    const Integer wide = Random(0, Mask(300), 300, 1, 2, 3, call);
    EXPECT_LE(BitLength(wide), 300u);
  }
  EXPECT_TRUE(differs);
  EXPECT_EQ(Random64(0, UINT64_MAX, 1, 2, 3, 4), RandomWord(1, 2, 3, 4, 0));
  EXPECT_EQ(Random(FromU64(0), FromU64(UINT64_MAX), 64, 1, 2, 3, 4),
            FromU64(RandomWord(1, 2, 3, 4, 0)));
  EXPECT_EQ(Random64(9, 3, 1, 2, 3, 4), 9u);
  EXPECT_NE(CopyId(7, 1), CopyId(7, 2));
}

}  // namespace
}  // namespace ipdk::externs
