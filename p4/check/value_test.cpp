#include "p4/check/value.h"

#include <gtest/gtest.h>

namespace ipdk::p4 {
namespace {

TEST(Value, FitsItsType) {
  TypeTable types;
  EXPECT_EQ(Fit(types, 256, types.Bit(8)), 0);
  EXPECT_EQ(Fit(types, -1, types.Bit(8)), 255);
  EXPECT_EQ(Fit(types, 128, types.Signed(8)), -128);
  EXPECT_EQ(Fit(types, 7, types.Bit(0)), 0);
  EXPECT_EQ(Fit(types, -300, types.integer()), -300);
}

TEST(Value, RecordsAreOrderedByTheirStruct) {
  TypeTable types;
  uint32_t nominal = types.AddNominal({.kind = TypeKind::kStruct, .name = "S"});
  types.MutableNominal(nominal).fields = {{"x", types.Bit(8), 0}, {"y", types.boolean(), 1}};
  TypeId type = types.NominalType(nominal, {});
  TypeId parts[] = {types.boolean(), types.integer()};
  std::string_view labels[] = {"y", "x"};
  TypeId record = types.Record(parts, labels);
  ValuePtr value =
      CastValue(types, SequenceValue({BoolValue(true), IntegerValue(300)}), record, type);
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(PrintValue(*value), "{44, true}");
}

TEST(Value, DefaultsFillTheRest) {
  TypeTable types;
  TypeId parts[] = {types.integer(), types.Simple(TypeKind::kDefault)};
  ValuePtr value = CastValue(types, SequenceValue({IntegerValue(3), InvalidValue()}),
                             types.Sequence(parts), types.Stack(types.Bit(4), 3));
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(PrintValue(*value), "{3, 0, 0}");
  EXPECT_EQ(DefaultValue(types, types.Stack(types.Bit(1), 1u << 24)), nullptr);
}

TEST(Value, OneBitIsNoMoreThanABool) {
  TypeTable types;
  EXPECT_TRUE(CastValue(types, IntegerValue(1), types.Bit(1), types.boolean())->boolean);
  EXPECT_EQ(CastValue(types, IntegerValue(2), types.integer(), types.boolean()), nullptr);
}

}  // namespace
}  // namespace ipdk::p4
