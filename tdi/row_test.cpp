#include "tdi/row.h"

#include <gtest/gtest.h>

namespace ipdk::tdi {
namespace {

Field Make(std::string name, uint32_t width, MatchKind match) {
  Field field;
  field.name = std::move(name);
  field.width = width;
  field.match = match;
  return field;
}

TableSchema Schema() {
  TableSchema schema;
  schema.name = "t";
  schema.keys = {Make("hdr.ipv4.dst_addr", 32, MatchKind::kLpm),
                 Make("hdr.eth.type", 16, MatchKind::kExact), Make("vlan", 12, MatchKind::kTernary),
                 Make("port", 16, MatchKind::kRange), Make("x", 13, MatchKind::kOptional)};
  return schema;
}

TEST(Row, BuildsDecodesAndPrints) {
  const TableSchema schema = Schema();
  KeyBuilder builder(schema);
  ASSERT_TRUE(builder.Range(schema.keys[3], 1, 5));
  ASSERT_TRUE(builder.Lpm(schema.keys[0], 0x0a0001ff, 24));  // host bits are cleared
  ASSERT_TRUE(builder.Exact(schema.keys[1], 0x800));
  ASSERT_TRUE(builder.Ternary(schema.keys[2], 0xfff, 0xf0f));
  const auto key = builder.Finish();
  ASSERT_TRUE(key);
  EXPECT_EQ(ToHex(*key),
            "0a0001000018"
            "0800"
            "0f0f0f0f"
            "00010005"
            "000000");
  EXPECT_TRUE(CheckKey(schema, *key));
  EXPECT_EQ(
      PrintKey(schema, *key),
      "hdr.ipv4.dst_addr=10.0.1.0/24 hdr.eth.type=0x800 vlan=0xf0f&&&0xf0f port=0x1..0x5 x=*");
  const auto values = DecodeKey(schema, *key);
  EXPECT_EQ((*values)[0].prefix_length, 24u);
  EXPECT_TRUE((*values)[4].wildcard);
}

TEST(Row, TextGivesTheSameKey) {
  const TableSchema schema = Schema();
  KeyBuilder builder(schema);
  const char* texts[] = {"10.0.1.0/24", "0x800", "0xf0f&&&0xf0f", "1..5", "*"};
  for (size_t i = 0; i < 5; ++i) ASSERT_TRUE(ParseKeyField(schema.keys[i], texts[i], builder));
  EXPECT_EQ(
      PrintKey(schema, builder.Finish().value()),
      "hdr.ipv4.dst_addr=10.0.1.0/24 hdr.eth.type=0x800 vlan=0xf0f&&&0xf0f port=0x1..0x5 x=*");
  EXPECT_FALSE(ParseKeyField(schema.keys[0], "10.0.0.0/33", builder));
  EXPECT_FALSE(ParseKeyField(schema.keys[1], "0x10000", builder));
  EXPECT_FALSE(ParseKeyField(schema.keys[3], "5..1", builder));
  EXPECT_EQ(ParseKeyField(schema.keys[1], "soup", builder).error().message(),
            "'hdr.eth.type': 'soup' is not a number");
}

TEST(Row, ValuesAsText) {
  const Field mac = Make("mac", 48, MatchKind::kExact),
              ipv6 = Make("dst_addr", 128, MatchKind::kExact);
  EXPECT_EQ(PrintValue(mac, ParseValue(mac, "02:0:0:00:00:0a").value()), "02:00:00:00:00:0a");
  EXPECT_EQ(PrintValue(ipv6, ParseValue(ipv6, "fd00:0::1").value()), "fd00::1");
  EXPECT_FALSE(ParseValue(mac, "02:00:00:00:00"));
  EXPECT_FALSE(ParseValue(mac, "02:00:00:00:00:100"));
  EXPECT_EQ(ParseValue(Make("flag", 1, MatchKind::kExact), "true")->value, 1);
}

TEST(Row, RefusesOtherSpellings) {
  const TableSchema schema = Schema();
  auto refuse = [&](const char* hex, const char* message) {
    const auto status = CheckKey(schema, FromHex(hex).value());
    ASSERT_FALSE(status) << hex;
    EXPECT_EQ(status.error().message(), message);
  };
  refuse(
      "0a0001010018"
      "0800"
      "0f0f0f0f"
      "00010005"
      "000000",
      "table 't': key field 'hdr.ipv4.dst_addr': value 0x0a000101 has bits outside its prefix of "
      "24");
  refuse(
      "0a0001000021"
      "0800"
      "0f0f0f0f"
      "00010005"
      "000000",
      "table 't': key field 'hdr.ipv4.dst_addr': prefix length 33 is larger than its 32 bits");
  refuse(
      "0a0001000018"
      "0800"
      "0f1f0f0f"
      "00010005"
      "000000",
      "table 't': key field 'vlan': value 0x0f1f has bits outside its mask 0x0f0f");
  refuse(
      "0a0001000018"
      "0800"
      "1f0f1f0f"
      "00010005"
      "000000",
      "table 't': key field 'vlan': value 0x1f0f is wider than 12 bits");
  refuse(
      "0a0001000018"
      "0800"
      "0f0f0f0f"
      "00060005"
      "000000",
      "table 't': key field 'port': range 0x0006..0x0005 is empty");
  refuse(
      "0a0001000018"
      "0800"
      "0f0f0f0f"
      "00010005"
      "000001",
      "table 't': key field 'x': absent but its value is not zero");
  refuse(
      "0a0001000018"
      "0800"
      "0f0f0f0f"
      "00010005"
      "020000",
      "table 't': key field 'x': presence byte 2 is neither 0 nor 1");
  refuse(
      "0a0001000018"
      "0800"
      "0f0f0f0f"
      "00010005"
      "0000",
      "table 't': key field 'x': the bytes end early");
  refuse(
      "0a0001000018"
      "0800"
      "0f0f0f0f"
      "00010005"
      "00000000",
      "table 't': the key is 1 bytes too long");
  KeyBuilder builder(schema);
  EXPECT_EQ(builder.Exact(schema.keys[1], 0x10000).error().message(),
            "'hdr.eth.type': value 65536 does not fit in 16 bits");
  EXPECT_EQ(builder.Exact(schema.keys[0], 1).error().message(),
            "table 't': key field 'hdr.ipv4.dst_addr' is matched by lpm, not by exact");
  EXPECT_EQ(builder.Finish().error().message(), "table 't': key field 'hdr.eth.type' is missing");
}

TEST(Row, OddWidthsKeepTheirPrefixes) {
  TableSchema schema;
  schema.keys = {Make("k", 13, MatchKind::kLpm)};
  for (uint32_t length = 0; length <= 13; ++length) {
    KeyBuilder builder(schema);
    ASSERT_TRUE(builder.Lpm(schema.keys[0], Mask(13), length));
    const std::string key = builder.Finish().value();
    EXPECT_TRUE(CheckKey(schema, key)) << length;
    const auto value = DecodeKey(schema, key).value()[0];
    EXPECT_EQ(value.value, (Mask(13) >> (13 - length)) << (13 - length));
    if (length > 0) {
      std::string shorter = key;
      shorter.back() = static_cast<char>(length - 1);
      EXPECT_FALSE(CheckKey(schema, shorter)) << length;
    }
  }
}

TEST(Row, DataOfAnyWidth) {
  Field text = Make("s", 0, MatchKind::kExact);
  text.kind = ValueKind::kString;
  const std::vector<Field> fields = {Make("a", 1, MatchKind::kExact), text,
                                     Make("w", 200, MatchKind::kExact)};
  const auto data =
      EncodeData(fields, {{.value = 1}, {.value = 0, .text = "hello"}, {.value = Mask(200)}});
  ASSERT_TRUE(data);
  const auto back = DecodeData(fields, *data);
  EXPECT_EQ((*back)[1].text, "hello");
  EXPECT_EQ((*back)[2].value, Mask(200));
  EXPECT_FALSE(EncodeData(fields, {{.value = 2}, {}, {}}));
  EXPECT_FALSE(EncodeData(fields, {{.value = 1}}));
  EXPECT_FALSE(CheckData(fields, data->substr(1)));
  EXPECT_FALSE(CheckData(fields, std::string("\1\xff\xff\xff\xff", 5)));
}

}  // namespace
}  // namespace ipdk::tdi
