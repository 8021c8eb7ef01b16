#include <gtest/gtest.h>

#include "pipeline/eval/interpreter.h"
#include "pipeline/ir/build.h"

namespace ipdk::eval {
namespace {

using ir::BinaryOp;
using ir::ExprKind;

class Expr : public testing::Test {
 protected:
  std::string Binary(BinaryOp op, const char* a, const char* b, uint32_t width) {
    ir::Compiled c;
    ir::ExprBuilder e(c.program);
    const auto id = e.Binary(op, e.Const(Integer(a), width), e.Const(Integer(b), width));
    return Value(c, id);
  }
  static std::string Value(const ir::Compiled& c, ir::ExprId id) {
    Control control(c);
    return Interpreter(c, control).Eval(id, PacketState(c.program)).get_str();
  }
};

TEST_F(Expr, Arithmetic) {
  EXPECT_EQ(Binary(BinaryOp::kAdd, "255", "2", 8), "1");
  EXPECT_EQ(Binary(BinaryOp::kSub, "1", "2", 8), "255");
  EXPECT_EQ(Binary(BinaryOp::kMul, "16", "17", 8), "16");
  EXPECT_EQ(Binary(BinaryOp::kUDiv, "200", "7", 8), "28");
  EXPECT_EQ(Binary(BinaryOp::kUDiv, "200", "0", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kUMod, "200", "7", 8), "4");
  EXPECT_EQ(Binary(BinaryOp::kUMod, "200", "0", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kUAddSat, "200", "100", 8), "255");
  EXPECT_EQ(Binary(BinaryOp::kUSubSat, "100", "200", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kSAddSat, "127", "1", 8), "127");
  EXPECT_EQ(Binary(BinaryOp::kSAddSat, "128", "255", 8), "128");  // -128 + -1
  EXPECT_EQ(Binary(BinaryOp::kSSubSat, "128", "1", 8), "128");
  EXPECT_EQ(Binary(BinaryOp::kSSubSat, "5", "255", 8), "6");  // 5 - -1
  EXPECT_EQ(Binary(BinaryOp::kSAddSat, "1", "0", 1), "1");    // int<1> holds -1 and 0
  EXPECT_EQ(Binary(BinaryOp::kAnd, "12", "10", 4), "8");
  EXPECT_EQ(Binary(BinaryOp::kOr, "12", "10", 4), "14");
  EXPECT_EQ(Binary(BinaryOp::kXor, "12", "10", 4), "6");
}

TEST_F(Expr, Shifts) {
  EXPECT_EQ(Binary(BinaryOp::kShl, "3", "7", 8), "128");
  EXPECT_EQ(Binary(BinaryOp::kShl, "3", "8", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kLShr, "200", "3", 8), "25");
  EXPECT_EQ(Binary(BinaryOp::kLShr, "200", "255", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kAShr, "200", "3", 8), "249");
  EXPECT_EQ(Binary(BinaryOp::kAShr, "200", "8", 8), "255");
  EXPECT_EQ(Binary(BinaryOp::kAShr, "100", "8", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kShl, "1", "340282366920938463463374607431768211455", 128), "0");
}

TEST_F(Expr, Comparisons) {
  EXPECT_EQ(Binary(BinaryOp::kEq, "3", "3", 8), "1");
  EXPECT_EQ(Binary(BinaryOp::kNe, "3", "3", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kULt, "3", "200", 8), "1");
  EXPECT_EQ(Binary(BinaryOp::kULe, "200", "200", 8), "1");
  EXPECT_EQ(Binary(BinaryOp::kSLt, "3", "200", 8), "0");
  EXPECT_EQ(Binary(BinaryOp::kSLe, "200", "3", 8), "1");
}

TEST_F(Expr, Shapes) {
  ir::Compiled c;
  ir::ExprBuilder e(c.program);
  const auto a = e.Const(0xa5, 8);
  EXPECT_EQ(Value(c, e.Unary(ir::UnaryOp::kNot, a)), "90");
  EXPECT_EQ(Value(c, e.Unary(ir::UnaryOp::kNeg, a)), "91");
  EXPECT_EQ(Value(c, e.Slice(a, 6, 2)), "9");
  EXPECT_EQ(Value(c, e.Concat(a, e.Const(1, 4))), std::to_string(0xa51));
  EXPECT_EQ(Value(c, e.Resize(ExprKind::kZeroExtend, a, 16)), "165");
  EXPECT_EQ(Value(c, e.Resize(ExprKind::kSignExtend, a, 16)), std::to_string(0xffa5));
  EXPECT_EQ(Value(c, e.Resize(ExprKind::kTruncate, a, 4)), "5");
  EXPECT_EQ(Value(c, e.Select(e.Const(1, 1), a, e.Const(3, 8))), "165");
}

// As deep as the verifier allows, in the build with sanitizers too.
TEST_F(Expr, DeepTreesDoNotExhaustTheStack) {
  ir::Compiled c;
  ir::ExprBuilder e(c.program);
  ir::ExprId id = e.Const(1, 32);
  for (int i = 0; i < 1999; ++i) id = e.Binary(BinaryOp::kAdd, id, e.Const(1, 32));
  EXPECT_EQ(Value(c, id), "2000");
}

}  // namespace
}  // namespace ipdk::eval
