#include "p4/types/types.h"

#include <gtest/gtest.h>

namespace ipdk::p4 {
namespace {

TypeId Variable(TypeTable& types, std::string_view name) {
  return types.NominalType(types.AddNominal({.kind = TypeKind::kVariable, .name = name}), {});
}

TEST(TypeTable, EqualTypesHaveOneId) {
  TypeTable types;
  EXPECT_EQ(types.Bit(8), types.Bit(8));
  EXPECT_NE(types.Bit(8), types.Signed(8));
  EXPECT_NE(types.Bit(8), types.Bit(9));
  TypeId pair[] = {types.Bit(8), types.boolean()};
  EXPECT_EQ(types.Tuple(pair), types.Tuple(pair));
  EXPECT_NE(types.Tuple(pair), types.Sequence(pair));
  std::string_view ab[] = {"a", "b"}, ba[] = {"b", "a"};
  EXPECT_EQ(types.Record(pair, ab), types.Record(pair, ab));
  EXPECT_NE(types.Record(pair, ab), types.Record(pair, ba));
}

TEST(TypeTable, PrintsAsText) {
  TypeTable types;
  TypeId pair[] = {types.Bit(8), types.boolean()};
  std::string_view labels[] = {"a", "b"};
  EXPECT_EQ(types.Print(types.Tuple(pair)), "tuple<bit<8>, bool>");
  EXPECT_EQ(types.Print(types.Record(pair, labels)), "{a = bit<8>, b = bool}");
  EXPECT_EQ(types.Print(types.Stack(types.Bit(1), 4)), "bit<1>[4]");
}

TEST(TypeTable, FieldsOfAGenericStruct) {
  TypeTable types;
  TypeId t = Variable(types, "T");
  uint32_t nominal = types.AddNominal({.kind = TypeKind::kStruct, .name = "S", .parameters = {t}});
  types.MutableNominal(nominal).fields = {{"x", t, 0}, {"y", types.List(t), 1}};
  TypeId argument = types.Bit(16);
  TypeId type = types.NominalType(nominal, {&argument, 1});
  ASSERT_EQ(types.Fields(type).size(), 2u);
  EXPECT_EQ(types.Fields(type)[0].type, types.Bit(16));
  EXPECT_EQ(types.Fields(type)[1].type, types.List(types.Bit(16)));
  EXPECT_EQ(types.FieldIndex(type, "y"), 1);
  EXPECT_EQ(types.FieldIndex(type, "z"), -1);
  EXPECT_EQ(types.Print(type), "S<bit<16>>");
}

TEST(TypeTable, DepthIsBounded) {
  TypeTable types;
  TypeId type = types.Bit(1);
  for (int i = 0; i < TypeTable::kMaxDepth; ++i) type = types.List(type);
  EXPECT_TRUE(types.too_deep());
  EXPECT_EQ(type, types.poison());
  EXPECT_LT(types.size(), 1000u);
}

// A chain of structs with two fields of the one before has a size that doubles at each step.
TEST(TypeTable, SizesSaturateAndAreRemembered) {
  TypeTable types;
  TypeId type = types.Bit(64);
  for (int i = 0; i < 100; ++i) {
    TypeId pair[] = {type, type};
    type = types.Tuple(pair);
  }
  uint64_t bits = 0;
  EXPECT_TRUE(types.SizeInBits(type, true, &bits));
  EXPECT_EQ(bits, UINT64_MAX);
  EXPECT_LT(types.Print(type).size(), 1000u);
  EXPECT_FALSE(types.SizeInBits(types.string(), true, &bits));
}

}  // namespace
}  // namespace ipdk::p4
