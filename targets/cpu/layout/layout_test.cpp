#include "targets/cpu/layout/layout.h"

#include <gtest/gtest.h>

namespace ipdk::cpu::layout {
namespace {

schema::MatchField Key(uint32_t width, schema::MatchKind kind) {
  schema::MatchField field;
  field.width = width;
  field.kind = kind;
  return field;
}

schema::Schema Example() {
  schema::Schema s;
  schema::Action forward;
  forward.params.resize(3);
  forward.params[0].width = 9;
  forward.params[1].width = 48;
  forward.params[2].width = 130;
  s.actions.Add(schema::Action{});
  s.actions.Add(forward);
  schema::Table t;
  t.keys = {Key(9, schema::MatchKind::kExact), Key(32, schema::MatchKind::kLpm),
            Key(48, schema::MatchKind::kTernary), Key(16, schema::MatchKind::kRange),
            Key(1, schema::MatchKind::kOptional)};
  t.actions.resize(2);
  t.actions[0].action = schema::ActionId(0);
  t.actions[1].action = schema::ActionId(1);
  s.tables.Add(t);
  return s;
}

TEST(Layout, KeysArePackedBigEndian) {
  const schema::Schema s = Example();
  const TableLayout l = Of(s, s.tables[schema::TableId(0)]);
  EXPECT_EQ(l.used_key_bytes, 2u + 4 + 6 + 2 + 1);
  EXPECT_EQ(l.key_bytes, 16u);
  std::vector<schema::Match> m(5);
  m[0].value = 0x101;
  m[1].value = 0x0a010000;
  m[1].prefix_length = 16;
  m[2].value = 0x110000000000;
  m[2].mask = 0xff0000000000;
  m[3].value = 80;
  m[3].high = 90;
  m[4].wildcard = true;
  const EncodedKey key = EncodeKey(l, m);
  EXPECT_EQ(ToHex(key.value),
            "01010a0100001100000000000050"
            "0000");
  EXPECT_EQ(ToHex(key.other),
            "01ffffff0000ff0000000000005a"
            "0000");
}

TEST(Layout, RecordsHoldLittleEndianArguments) {
  const schema::Schema s = Example();
  const TableLayout l = Of(s, s.tables[schema::TableId(0)]);
  EXPECT_EQ(l.actions[1][0].offset, 8u);
  EXPECT_EQ(l.actions[1][1].offset, 16u);
  EXPECT_EQ(l.actions[1][2].offset, 24u);
  EXPECT_EQ(l.record_bytes, 48u);
  Integer wide = 1;
  wide <<= 129;
  wide += 5;
  const std::string record =
      EncodeRecord(l, 1, {Integer(0x1fe), Integer(0x112233445566), wide}, true, 7);
  const auto* bytes = reinterpret_cast<const uint8_t*>(record.data());
  RecordHeader header;
  std::memcpy(&header, bytes, sizeof header);
  EXPECT_EQ(header.action, 1);
  EXPECT_TRUE(header.hit());
  EXPECT_EQ(header.direct_index, 7u);
  EXPECT_EQ(LoadScalar(bytes + 8, 9), 0x1fe);
  EXPECT_EQ(LoadScalar(bytes + 16, 48), Integer(0x112233445566));
  EXPECT_EQ(LoadScalar(bytes + 24, 130), wide);
}

}  // namespace
}  // namespace ipdk::cpu::layout
