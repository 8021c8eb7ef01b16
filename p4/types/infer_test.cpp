#include "p4/types/infer.h"

#include <gtest/gtest.h>

#include "p4/syntax/declaration.h"

namespace ipdk::p4 {
namespace {

class InferTest : public ::testing::Test {
 protected:
  TypeId Struct(std::string_view name, std::vector<Field> fields) {
    uint32_t nominal = types.AddNominal({.kind = TypeKind::kStruct, .name = name});
    types.MutableNominal(nominal).fields = std::move(fields);
    return types.NominalType(nominal, {});
  }
  TypeId Control(std::string_view name, Direction direction, TypeId type) {
    uint32_t nominal = types.AddNominal({.kind = TypeKind::kControl, .name = name});
    types.MutableNominal(nominal).apply = {{.name = "h", .type = type, .direction = direction}};
    return types.NominalType(nominal, {});
  }
  TypeId Pair(TypeId a, TypeId b, bool list) {
    TypeId parts[] = {a, b};
    return list ? types.Sequence(parts) : types.Tuple(parts);
  }

  TypeTable types;
  Inference inference{types};
};

TEST_F(InferTest, ANumberAloneIsAWeakHint) {
  TypeId t = inference.Fresh();
  EXPECT_TRUE(inference.Accept(t, types.integer()));
  EXPECT_EQ(inference.Resolve(t), types.integer());
  EXPECT_TRUE(inference.Accept(t, types.Bit(8)));
  EXPECT_EQ(inference.Resolve(t), types.Bit(8));
  EXPECT_FALSE(inference.Accept(t, types.Bit(9)));
  EXPECT_TRUE(inference.Accept(t, types.integer()));
}

TEST_F(InferTest, AListBecomesATupleOrTheStructThatComesLater) {
  TypeId t = inference.Fresh();
  EXPECT_TRUE(inference.Accept(t, Pair(types.Bit(1), types.boolean(), true)));
  EXPECT_EQ(inference.Resolve(t), Pair(types.Bit(1), types.boolean(), false));
  TypeId s = Struct("S", {{"a", types.Bit(1)}, {"b", types.boolean()}});
  EXPECT_TRUE(inference.Accept(t, s));
  EXPECT_EQ(inference.Resolve(t), s);
}

TEST_F(InferTest, NothingIsCastInsideATypeArgument) {
  EXPECT_TRUE(ImplicitlyConvertible(types, types.integer(), types.Bit(4)));
  EXPECT_FALSE(ImplicitlyConvertible(types, types.List(types.integer()), types.List(types.Bit(4))));
  EXPECT_FALSE(ImplicitlyConvertible(types, types.Bit(4), types.Bit(5)));
  EXPECT_FALSE(ImplicitlyConvertible(types, types.Bit(4), types.Signed(4)));
}

TEST_F(InferTest, AControlFitsATypeOfItsSignature) {
  TypeId s = Struct("S", {});
  TypeId t = inference.Fresh();
  TypeId wanted = Control("C", Direction::kInout, t);
  EXPECT_TRUE(inference.Accept(wanted, Control("c", Direction::kInout, s)));
  EXPECT_EQ(inference.Resolve(t), s);
  EXPECT_FALSE(inference.Accept(wanted, Control("d", Direction::kOut, s)));
  EXPECT_NE(inference.reason().find("'out'"), std::string::npos);
  EXPECT_FALSE(inference.Accept(wanted, Control("e", Direction::kInout, types.Bit(1))));
}

TEST_F(InferTest, ATypeMayNotContainItself) {
  TypeId t = inference.Fresh();
  EXPECT_FALSE(inference.Equal(t, types.List(t)));
}

// Two types of two to the hundredth leaves.
TEST_F(InferTest, SharedPartsDoNotTakeForever) {
  TypeId a = inference.Fresh(), b = inference.Fresh();
  TypeId x = a, y = b;
  for (int i = 0; i < 100; ++i) {
    x = Pair(x, x, false);
    y = Pair(y, y, false);
  }
  inference.Equal(x, y);
  inference.Resolve(x);
  SUCCEED();
}

}  // namespace
}  // namespace ipdk::p4
