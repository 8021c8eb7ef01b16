#include "p4/lower/build.h"

#include <gtest/gtest.h>

namespace ipdk::p4 {
namespace {

using ir::BinaryOp;

class BuildTest : public ::testing::Test {
 protected:
  BuildTest() : b(&program) {
    b.EnterFunction(b.NewFunction("f"));
    b.Start(b.NewBlock());
  }
  Integer Fold(BinaryOp op, int64_t x, int64_t y, uint32_t width) {
    const ir::ExprId e = b.Binary(op, b.Const(Integer(x), width), b.Const(Integer(y), width));
    EXPECT_TRUE(b.IsConst(e));
    return b.ConstOf(e);
  }
  ir::Program program;
  IrBuilder b;
};

TEST_F(BuildTest, FoldsAsTheIrDefines) {
  EXPECT_EQ(Fold(BinaryOp::kAdd, 255, 1, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kSub, 0, 1, 8), 255);
  EXPECT_EQ(Fold(BinaryOp::kUDiv, 7, 0, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kUMod, 7, 0, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kUAddSat, 200, 100, 8), 255);
  EXPECT_EQ(Fold(BinaryOp::kUSubSat, 1, 2, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kSAddSat, 100, 100, 8), 127);
  EXPECT_EQ(Fold(BinaryOp::kSSubSat, -100, 100, 8), 128);
  EXPECT_EQ(Fold(BinaryOp::kShl, 1, 8, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kShl, 3, 7, 8), 128);
  EXPECT_EQ(Fold(BinaryOp::kLShr, 255, 9, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kAShr, -2, 200, 8), 255);
  EXPECT_EQ(Fold(BinaryOp::kSLt, -1, 0, 8), 1);
  EXPECT_EQ(Fold(BinaryOp::kULt, -1, 0, 8), 0);
  EXPECT_EQ(Fold(BinaryOp::kSLe, 1, 0, 1), 1);  // one bit: 1 is -1
}

TEST_F(BuildTest, SlicesOfJoinedPartsAreTheParts) {
  const ir::ExprId x = b.Read(b.NewVar("x", 8)), y = b.Read(b.NewVar("y", 16));
  const ir::ExprId both = b.Concat(x, y);
  EXPECT_EQ(b.Slice(both, 16, 8), x);
  EXPECT_EQ(b.Slice(both, 0, 16), y);
  EXPECT_EQ(b.Width(b.Slice(both, 8, 10)), 10u);
}

TEST_F(BuildTest, DeepExpressionsAreCutIntoVars) {
  const ir::ExprId x = b.Read(b.NewVar("x", 8));
  ir::ExprId sum = x;
  for (int i = 0; i < 1000; ++i) sum = b.Binary(BinaryOp::kMul, sum, x);
  b.Assign(b.NewVar("out", 8), sum);
  b.End();
  EXPECT_GE(program.blocks[ir::BlockId(0)].stmts.size(), 1000u / IrBuilder::kMaxDepth);
}

TEST_F(BuildTest, KnowsWhatAnExpressionReads) {
  const ir::HeaderTypeId type = program.header_types.Add({"h", {{"f", 8, false}}});
  const ir::StackId stack = b.NewStack("s", type, 2);
  ir::HeaderRef first, any;
  first.header = program.stacks[stack].first;
  const ir::VarId i = b.NewVar("i", 8);
  any.stack = stack;
  any.index = b.Read(i);
  const ir::ExprId e = b.Binary(BinaryOp::kAdd, b.Field(any, 0, 8), b.Const(1, 8));
  EXPECT_TRUE(b.Reads(e, first));
  EXPECT_TRUE(b.Reads(e, i));
  EXPECT_FALSE(b.Reads(b.Field(first, 0, 8), i));
}

TEST_F(BuildTest, BranchesOnConstantsAreJumps) {
  const ir::BlockId yes = b.NewBlock(), no = b.NewBlock();
  b.Branch(b.Bool(false), yes, no);
  EXPECT_EQ(program.blocks[ir::BlockId(0)].term.kind, ir::TermKind::kJump);
  EXPECT_EQ(program.blocks[ir::BlockId(0)].term.target, no);
  EXPECT_FALSE(b.reachable());
}

}  // namespace
}  // namespace ipdk::p4
