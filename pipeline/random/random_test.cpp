#include "pipeline/random/random.h"

#include <gtest/gtest.h>

#include <set>

#include "pipeline/eval/switch.h"
#include "pipeline/ir/names.h"
#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/ir/verify.h"

namespace ipdk::random {
namespace {

TEST(Random, SameSeedSameProgram) {
  EXPECT_EQ(Print(MakeProgram({.seed = 7})), Print(MakeProgram({.seed = 7})));
  EXPECT_NE(Print(MakeProgram({.seed = 7})), Print(MakeProgram({.seed = 8})));
}

// Programs verify, survive the text form, and run; together they use everything
// that there is.
TEST(Random, ProgramsAreValidAndVaried) {
  std::set<ir::BinaryOp> binary;
  std::set<ir::ExternOp> externs;
  std::set<ir::StmtKind> statements;
  std::set<schema::MatchKind> kinds;
  size_t sent = 0, hits = 0, drops = 0, step_limits = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const bool all = seed % 2 == 1;
    const ir::Compiled c =
        MakeProgram({.seed = seed, .meters = all, .random = all, .replication = all});
    auto verified = ir::Verify(c);
    ASSERT_TRUE(verified.has_value()) << seed << ": " << verified.error().ToString() << "\n"
                                      << Print(c);
    if (seed % 10 == 0) {
      const std::string text = Print(c);
      auto again = ir::ParseText(text);
      ASSERT_TRUE(again.has_value()) << seed << ": " << again.error().ToString();
      EXPECT_EQ(Print(*again), text);
    }
    for (const ir::Expr& e : c.program.exprs)
      if (e.kind == ir::ExprKind::kBinary) binary.insert(e.binary);
    for (const ir::Block& block : c.program.blocks)
      for (const ir::Stmt& s : block.stmts) {
        statements.insert(s.kind);
        if (s.kind == ir::StmtKind::kExtern) externs.insert(s.op);
      }
    for (const schema::Table& table : c.schema.tables)
      for (const schema::MatchField& key : table.keys) kinds.insert(key.kind);

    auto made = eval::Switch::Make(c);
    ASSERT_TRUE(made.has_value());
    eval::Switch& machine = **made;
    Source source(seed);
    for (size_t t = 0; t < c.schema.tables.size(); ++t)
      for (int e = 0; e < 6 && !c.schema.tables[schema::TableId(t)].keys.empty(); ++e) {
        auto status = machine.control().Add(schema::TableId(t),
                                            MakeEntry(c.schema, schema::TableId(t), source));
        if (!status)
          EXPECT_NE(status.error().code(), Code::kInvalidArgument) << status.error().ToString();
      }
    machine.control().groups[1] = {{1, 1}, {2, 2}};
    machine.control().sessions[0].replicas = {{3, 0}};
    machine.control().sessions[1].multicast_group = 1;
    eval::TraceRecorder trace;
    for (const Packet& packet : MakePackets(source, 20, 5)) {
      const eval::PacketResult result = machine.Process(packet.port, packet.bytes, 1000, &trace);
      sent += result.outputs.size();
      drops += result.drops.size();
      for (eval::DropReason reason : result.drops)
        step_limits += reason == eval::DropReason::kStepLimit;
    }
    for (const eval::TraceEvent& event : trace.events) hits += event.kind == eval::TraceKind::kHit;
  }
  EXPECT_EQ(binary.size(), ir::BinaryOps());
  EXPECT_EQ(statements.size(), static_cast<size_t>(ir::StmtKind::kExtern) + 1);
  EXPECT_EQ(kinds.size(), 5u);
  for (ir::ExternOp op :
       {ir::ExternOp::kCounterCount, ir::ExternOp::kRegisterRead, ir::ExternOp::kRegisterWrite,
        ir::ExternOp::kHash, ir::ExternOp::kHashPayload, ir::ExternOp::kRandom,
        ir::ExternOp::kDigest, ir::ExternOp::kMeterExecute})
    EXPECT_TRUE(externs.contains(op)) << Name(op);
  EXPECT_GT(sent, 400u);
  EXPECT_GT(drops, 20u);
  EXPECT_GT(hits, 200u);
  EXPECT_EQ(step_limits, 0u);
}

}  // namespace
}  // namespace ipdk::random
