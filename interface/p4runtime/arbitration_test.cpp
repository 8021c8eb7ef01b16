// The rules of section 5.3, one by one.
#include "interface/p4runtime/arbitration.h"

#include <gtest/gtest.h>

#include "interface/p4runtime/bytes.h"

namespace ipdk::p4runtime {
namespace {

ElectionId E(uint64_t low) { return {0, low}; }

TEST(Arbitration, HighestIsPrimaryAndIsRemembered) {
  Arbitration a;
  auto first = a.Update(1, "", "", E(5));
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->new_primary);
  ASSERT_EQ(first->self.size(), 1u);
  EXPECT_TRUE(first->self[0].to_primary);
  EXPECT_EQ(first->self[0].highest, E(5));

  auto lower = a.Update(2, "", "", E(4));
  ASSERT_TRUE(lower.has_value());
  EXPECT_FALSE(lower->new_primary);
  EXPECT_TRUE(lower->others.empty());
  EXPECT_FALSE(lower->self[0].to_primary);
  EXPECT_TRUE(lower->self[0].has_primary);

  EXPECT_TRUE(a.CheckPrimary("", E(5)).has_value());
  EXPECT_EQ(a.CheckPrimary("", E(4)).error().code(), Code::kPermissionDenied);
  EXPECT_EQ(a.CheckPrimary("", std::nullopt).error().code(), Code::kPermissionDenied);
  EXPECT_EQ(a.CheckPrimary("other", E(5)).error().code(), Code::kNotFound);

  // The primary leaves: the others are told that there is none, and a lower id does not become
  // primary.
  auto notices = a.Leave(1);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].stream, 2u);
  EXPECT_FALSE(notices[0].has_primary);
  EXPECT_EQ(notices[0].highest, E(5));
  auto again = a.Update(2, "", "", E(4));
  EXPECT_FALSE(again->new_primary);
  EXPECT_EQ(a.CheckPrimary("", E(4)).error().code(), Code::kPermissionDenied);
  // An equal id does.
  EXPECT_TRUE(a.Update(3, "", "", E(5))->new_primary);
}

TEST(Arbitration, TakeOverTellsTheOthersFirst) {
  Arbitration a;
  (void)a.Update(1, "", "", E(1));
  (void)a.Update(2, "", "", std::nullopt);
  auto taken = a.Update(3, "", "", ElectionId{1, 0});
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->others.size(), 2u);
  for (const Notice& notice : taken->others) {
    EXPECT_FALSE(notice.to_primary);
    EXPECT_TRUE(notice.has_primary);
    EXPECT_EQ(notice.highest, (ElectionId{1, 0}));
  }
  EXPECT_TRUE(a.IsPrimary(3));
  EXPECT_FALSE(a.IsPrimary(1));
}

TEST(Arbitration, DowngradeLeavesNoPrimary) {
  Arbitration a;
  (void)a.Update(1, "", "", E(9));
  (void)a.Update(2, "", "", E(3));
  auto down = a.Update(1, "", "", E(2));
  ASSERT_TRUE(down.has_value());
  EXPECT_EQ(down->others.size(), 1u);
  EXPECT_FALSE(down->self[0].has_primary);
  EXPECT_TRUE(a.Primaries().empty());
}

TEST(Arbitration, RefusesWhatTheStandardRefuses) {
  Arbitration a;
  (void)a.Update(1, "", "", E(1));
  EXPECT_EQ(a.Update(2, "", "", E(1)).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(a.Update(1, "other", "", E(1)).error().code(), Code::kFailedPrecondition);
  // Roles are apart from each other.
  EXPECT_TRUE(a.Update(2, "other", "", E(1))->new_primary);
  EXPECT_EQ(a.Primaries().size(), 2u);
  for (StreamId s = 10; s < 10 + Arbitration::kMaxStreamsPerRole; ++s)
    (void)a.Update(s, "many", "", E(s));
  EXPECT_EQ(a.Update(1000, "many", "", E(1000)).error().code(), Code::kResourceExhausted);
}

TEST(Bytes, AnyLengthInShortestOut) {
  using std::string;
  // The tables of section 8.3.
  EXPECT_EQ(*DecodeBytes("\x63", 8, "x"), 99);
  EXPECT_EQ(*DecodeBytes(string("\0\x63", 2), 16, "x"), 99);
  EXPECT_EQ(*DecodeBytes(string("\0\0\x63", 3), 12, "x"), 99);
  EXPECT_EQ(*DecodeBytes(string("\x30\x64", 2), 16, "x"), 12388);
  EXPECT_EQ(DecodeBytes(string("\x01\x63", 2), 8, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(DecodeBytes("", 8, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(DecodeBytes(string("\x10\x63", 2), 12, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(DecodeBytes(string("\x01\0\x63", 3), 16, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(*DecodeSignedBytes("\x9d", 8, "x"), -99);
  EXPECT_EQ(*DecodeSignedBytes("\xff\x9d", 8, "x"), -99);
  EXPECT_EQ(*DecodeSignedBytes("\xfd\x1d", 12, "x"), -739);
  EXPECT_EQ(DecodeSignedBytes(string("\0\x9d", 2), 8, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(DecodeSignedBytes("\x8d\x1d", 12, "x").error().code(), Code::kOutOfRange);
  EXPECT_EQ(EncodeBytes(0), string("\0", 1));
  EXPECT_EQ(EncodeBytes(255), "\xff");
  EXPECT_EQ(EncodeBytes(256), string("\x01\0", 2));
}

}  // namespace
}  // namespace ipdk::p4runtime
