#include "base/integer.h"

#include <gtest/gtest.h>

namespace ipdk {
namespace {

TEST(Integer, TruncatesAndSigns) {
  EXPECT_EQ(Truncate(Integer(-1), 9), 511);
  EXPECT_EQ(AsSigned(Integer(255), 8), -1);
  EXPECT_EQ(AsSigned(Integer(127), 8), 127);
  EXPECT_EQ(AsSigned(Integer(0), 0), 0);
}

TEST(Integer, BytesGoBothWays) {
  const Integer wide = (Integer(1) << 100) + 258;
  EXPECT_EQ(FromBytes(ToBytes(wide, 16)), wide);
  EXPECT_EQ(ToBytes(Integer(258), 3), std::string("\0\1\2", 3));
  EXPECT_EQ(ToBytes(Integer(258), 1), std::string("\2", 1));
  EXPECT_EQ(ToU64(FromU64(UINT64_MAX)), UINT64_MAX);
  EXPECT_FALSE(FitsU64(FromU64(UINT64_MAX) + 1));
}

TEST(Integer, ParsesWhatPeopleWrite) {
  EXPECT_EQ(*ParseInteger("0x1F"), 31);
  EXPECT_EQ(*ParseInteger("0b101"), 5);
  EXPECT_EQ(*ParseInteger("1_000"), 1000);
  EXPECT_EQ(*ParseInteger("0"), 0);
  EXPECT_FALSE(ParseInteger(""));
  EXPECT_FALSE(ParseInteger("0x"));
  EXPECT_FALSE(ParseInteger("12a"));
  EXPECT_FALSE(ParseInteger("-1"));
}

TEST(Integer, Hex) {
  EXPECT_EQ(ToHex("\x0a\xff"), "0aff");
  EXPECT_EQ(*FromHex("0aFF"), "\x0a\xff");
  EXPECT_FALSE(FromHex("abc"));
  EXPECT_FALSE(FromHex("zz"));
}

}  // namespace
}  // namespace ipdk
