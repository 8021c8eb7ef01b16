#include "pipeline/ir/verify.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "pipeline/ir/parse_text.h"

namespace ipdk::ir {
namespace {

Compiled Router() {
  std::ifstream in(IPDK_SOURCE_DIR "/pipeline/ir/testdata/router.ir");
  auto out = ParseText(std::string(std::istreambuf_iterator<char>(in), {}));
  EXPECT_TRUE(out.has_value());
  return *out;
}

// The message for the router after `spoil` changed it.
std::string Spoil(const std::function<void(Compiled&)>& spoil) {
  Compiled c = Router();
  spoil(c);
  auto status = Verify(c);
  return status ? "accepted" : status.error().message();
}

Block& BlockNamed(Compiled& c, const std::string& name) {
  for (Block& block : c.program.blocks)
    if (block.name == name) return block;
  ADD_FAILURE() << name;
  return c.program.blocks[BlockId(0)];
}

TEST(Verify, AcceptsTheRouter) {
  EXPECT_EQ(Spoil([](Compiled&) {}), "accepted");
}

TEST(Verify, NamesBlockAndStatement) {
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "ingress.forward").stmts[1].var = VarId(99); }),
            "accepted");  // a field is assigned there: var does not count
  EXPECT_EQ(
      Spoil([](Compiled& c) { BlockNamed(c, "ingress.forward").stmts[0].var = VarId(99); }),
      "block 'ingress.forward': statement 0 (assign): variable 99 does not exist, there are 8");
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "ingress.forward").stmts[0].var = VarId(1); }),
            "block 'ingress.forward': statement 0 (assign): the value wants 16 bits, has 9");
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "parser.start").on_error = BlockId(); }),
            "block 'parser.start': statement 0 (extract): the block has no on_error");
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "ingress.drop").term.target = BlockId(7); }),
            "block 'ingress.drop': terminator: block 'egress.start' is in another function");
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "checksum.start").term.kind = TermKind::kEnd; }),
            "block 'checksum.start': terminator: a called function is left by `return`");
  EXPECT_EQ(Spoil([](Compiled& c) { BlockNamed(c, "egress.start").term.kind = TermKind::kReturn; }),
            "block 'egress.start': terminator: an entry function is left by `end`");
  EXPECT_EQ(Spoil([](Compiled& c) {
              Terminator& t = BlockNamed(c, "checksum.start").term;
              t.kind = TermKind::kCall;
              t.function = FunctionId(2);
              t.target = BlockId(8);
            }),
            "function 'ingress' calls itself, directly or through others, or calls one that does");
  EXPECT_EQ(
      Spoil([](Compiled& c) { BlockNamed(c, "parser.start").term.cases[0].patterns.pop_back(); }),
      "block 'parser.start': terminator: case 0: it has 1 patterns, the switch 2 keys");
  EXPECT_EQ(Spoil([](Compiled& c) { c.program.blocks[BlockId(3)].term.actions.pop_back(); }),
            "block 3: terminator: table 'ingress.ipv4_lpm' has 3 actions, the lookup 2");
  EXPECT_EQ(
      Spoil([](Compiled& c) { c.program.blocks[BlockId(3)].term.actions[0].params[0] = VarId(1); }),
      "block 3: terminator: a parameter wants 9 bits, variable 'standard_metadata.parser_error' "
      "has 16");
}

TEST(Verify, RefusesWhatWouldLoopOrRunOut) {
  EXPECT_EQ(Spoil([](Compiled& c) {
              for (size_t i = 0; i < c.program.exprs.size(); ++i)
                if (c.program.exprs[ExprId(i)].kind == ExprKind::kBinary) {
                  c.program.exprs[ExprId(i)].a = ExprId(i);
                  return;
                }
            }).find("not defined before its use") == std::string::npos,
            false);
  EXPECT_NE(Spoil([](Compiled& c) { c.program.vars[VarId(0)].width = 0; }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.vars[VarId(0)].width = 1u << 30; }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.stacks[StackId(0)].size = 1000; }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.step_limit = 0; }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.egress = FunctionId(); }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.parse_end = BlockId(7); }), "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.program.functions[FunctionId(1)].entry = BlockId(0); }),
            "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { c.schema.registers[schema::RegisterId(0)].size = 1ull << 60; }),
            "accepted");
  EXPECT_NE(Spoil([](Compiled& c) { BlockNamed(c, "checksum.start").stmts[3].attribute = 77; }),
            "accepted");
}

}  // namespace
}  // namespace ipdk::ir
