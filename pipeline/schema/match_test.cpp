#include "pipeline/schema/match.h"

#include <gtest/gtest.h>

#include "pipeline/schema/verify.h"

namespace ipdk::schema {
namespace {

MatchField Field(MatchKind kind, uint32_t width) {
  MatchField out;
  out.name = "k";
  out.kind = kind;
  out.width = width;
  return out;
}

TEST(Match, EachKind) {
  Match m;
  m.value = 0x0a000000;
  m.prefix_length = 8;
  EXPECT_TRUE(Matches(Field(MatchKind::kLpm, 32), m, 0x0a010203));
  EXPECT_FALSE(Matches(Field(MatchKind::kLpm, 32), m, 0x0b010203));
  EXPECT_FALSE(Matches(Field(MatchKind::kExact, 32), m, 0x0a010203));
  m.value = 1;
  m.high = 5;
  EXPECT_TRUE(Matches(Field(MatchKind::kRange, 8), m, 5));
  EXPECT_FALSE(Matches(Field(MatchKind::kRange, 8), m, 6));
  m.mask = 1;
  EXPECT_TRUE(Matches(Field(MatchKind::kTernary, 8), m, 7));
  EXPECT_FALSE(Matches(Field(MatchKind::kTernary, 8), m, 6));
  EXPECT_FALSE(Matches(Field(MatchKind::kOptional, 8), m, 6));
  m.wildcard = true;
  EXPECT_TRUE(Matches(Field(MatchKind::kOptional, 8), m, 6));
}

TEST(Match, AllMatchesEverything) {
  for (MatchKind kind :
       {MatchKind::kLpm, MatchKind::kTernary, MatchKind::kRange, MatchKind::kOptional}) {
    const MatchField field = Field(kind, 17);
    EXPECT_TRUE(Matches(field, MatchAll(field), Mask(17))) << MatchKindName(kind);
    EXPECT_TRUE(CheckMatch(field, MatchAll(field)).has_value());
  }
}

TEST(Match, LongerPrefixThenOrder) {
  std::vector<MatchField> keys = {Field(MatchKind::kLpm, 32)};
  Entry a, b;
  a.matches.resize(1);
  b.matches.resize(1);
  a.matches[0].prefix_length = 16;
  b.matches[0].prefix_length = 8;
  EXPECT_TRUE(Beats(keys, a, b));
  EXPECT_FALSE(Beats(keys, b, a));
  keys.push_back(Field(MatchKind::kTernary, 8));
  a.matches.resize(2);
  b.matches.resize(2);
  EXPECT_FALSE(Beats(keys, a, b));  // the order decides, and it is equal: the earlier stays
  a.order = 1;
  EXPECT_TRUE(Beats(keys, a, b));
}

TEST(Match, CheckNamesTheField) {
  Match m;
  m.value = 256;
  auto status = CheckMatch(Field(MatchKind::kExact, 8), m);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message(), "key field 'k' wants a value of at most 8 bits, got 0x100");
  m.value = 0x0a000001;
  m.prefix_length = 8;
  EXPECT_FALSE(CheckMatch(Field(MatchKind::kLpm, 32), m).has_value());
  m.prefix_length = 33;
  EXPECT_FALSE(CheckMatch(Field(MatchKind::kLpm, 32), m).has_value());
}

TEST(Verify, RefusesWhatIsOutOfRange) {
  Schema schema;
  Table table;
  table.preamble.name = "t";
  table.actions.push_back({ActionId(3), ActionScope::kTableAndDefault, {}});
  schema.tables.Add(table);
  auto status = Verify(schema);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message(), "'t' refers to action 3, but there are 0");
}

}  // namespace
}  // namespace ipdk::schema
