#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pipeline/ir/build.h"
#include "pipeline/ir/names.h"
#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/ir/verify.h"

namespace ipdk::ir {
namespace {

std::string Router() {
  std::ifstream in(IPDK_SOURCE_DIR "/pipeline/ir/testdata/router.ir");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(Text, ReadsVerifiesAndPrintsTheSame) {
  auto router = ParseText(Router());
  ASSERT_TRUE(router.has_value()) << router.error().ToString();
  auto status = Verify(*router);
  EXPECT_TRUE(status.has_value()) << status.error().ToString();
  const std::string printed = Print(*router);
  auto again = ParseText(printed);
  ASSERT_TRUE(again.has_value()) << again.error().ToString() << "\n" << printed;
  EXPECT_EQ(Print(*again), printed);
  // The sample is written as it is printed, but for its first line.
  const std::string text = Router();
  EXPECT_EQ(text.substr(text.find('\n') + 1), printed);
  EXPECT_EQ(router->program.blocks[BlockId(1)].name, "parser.ipv4");
  EXPECT_EQ(router->program.blocks[BlockId(3)].name, "");
  EXPECT_EQ(router->schema.tables[schema::TableId(0)].entries.size(), 1u);
}

TEST(Text, NamesThatCollideOrAreNoWords) {
  Compiled c;
  Program& p = c.program;
  for (const char* name : {"x", "x", "", "a b\"\n", "_", "h.f", "b0"}) p.vars.Add({name, 8});
  HeaderType type{"t<bit<8>>", {{"f", 8, false}, {"f", 8, false}, {"a.b", 8, false}}};
  const HeaderTypeId t = p.header_types.Add(type);
  p.headers.Add({"h", t, StackId()});
  p.headers.Add({"h", t, StackId()});
  ExprBuilder b(p);
  Block block;
  block.name = "b0";
  block.function = FunctionId(0);
  for (size_t i = 0; i < p.vars.size(); ++i) {
    Stmt s;
    s.var = VarId(i);
    s.value = b.Field(RefTo(HeaderId(i % 2)), static_cast<uint32_t>(i % 3));
    block.stmts.push_back(s);
  }
  p.blocks.Add(block);
  block.name = "";
  p.blocks.Add(block);
  p.functions.Add({"f", BlockId(0), false});
  p.ingress = FunctionId(0);
  const std::string printed = Print(c);
  auto again = ParseText(printed);
  ASSERT_TRUE(again.has_value()) << again.error().ToString() << "\n" << printed;
  EXPECT_EQ(Print(*again), printed);
  EXPECT_EQ(again->program.vars[VarId(3)].name, "a b\"\n");
  EXPECT_EQ(again->program.blocks[BlockId(0)].name, "b0");
  EXPECT_EQ(again->program.blocks[BlockId(1)].name, "");
  EXPECT_EQ(again->program.header_types[t].name, "t<bit<8>>");
}

TEST(Text, SharedExpressionsStayShared) {
  Compiled c;
  Program& p = c.program;
  p.vars.Add({"x", 8});
  ExprBuilder b(p);
  ExprId e = b.Read(VarId(0));
  for (int i = 0; i < 60; ++i) e = b.Binary(BinaryOp::kAdd, e, e);  // 2^60 nodes if written out
  Block block;
  block.function = FunctionId(0);
  Stmt s;
  s.var = VarId(0);
  s.value = e;
  block.stmts.push_back(s);
  p.blocks.Add(block);
  p.functions.Add({"f", BlockId(0), false});
  p.ingress = FunctionId(0);
  const std::string printed = Print(c);
  EXPECT_LT(printed.size(), 4000u);
  auto again = ParseText(printed);
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  EXPECT_EQ(Print(*again), printed);
  EXPECT_FALSE(Verify(c).has_value());  // too many nodes as a tree
}

TEST(Text, ErrorsNameTheLine) {
  auto bad = ParseText("var 8 x\nblock plain b0\n  set x = add(y, 8w1)\n  end\n");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().message(), "line 3: there is no variable or field 'y'");
  bad = ParseText("var 8 x\nvar 8 x\n");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().message(), "line 2: there is already a var 'x'");
}

TEST(Names, ThereAndBack) {
  for (size_t i = 0; i < BinaryOps(); ++i) {
    const auto op = static_cast<BinaryOp>(i);
    EXPECT_EQ(BinaryOpByName(Name(op)), op);
  }
  for (size_t i = 0; i < static_cast<size_t>(Role::kCount); ++i) {
    const auto role = static_cast<Role>(i);
    EXPECT_EQ(RoleByName(Name(role)), role);
    EXPECT_GT(RoleWidth(role), 0u);
  }
  EXPECT_EQ(Name(UnaryOp::kNot), "not");
  EXPECT_EQ(Name(UnaryOp::kNeg), "neg");
  EXPECT_EQ(HashBits(HashAlgorithm::kCrc16), 16u);
}

}  // namespace
}  // namespace ipdk::ir
