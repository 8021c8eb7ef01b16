// Action selectors: native code against the interpreter in bursts of many flows, and what becomes
// of the flows when members leave and come.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "p4/compile/compile.h"
#include "pipeline/eval/switch.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/stf/native_switch.h"

namespace ipdk::tests {
namespace {

constexpr uint32_t kSend = 0, kMark = 1, kMissPort = 500;
constexpr schema::TableId kRoutes{0};

std::string Packet(uint32_t dst, uint32_t flow) {
  return ToBytes(FromU64(dst), 2) + ToBytes(FromU64(flow), 4) + "payload";
}

class SelectorTest : public testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    p4::CompileOptions options;
    options.path = IPDK_SOURCE_DIR "/tests/packet/selector/ecmp.p4";
    options.include_dirs = {IPDK_SOURCE_DIR "/p4/include"};
    p4::SourceMap sources;
    p4::Diagnostics diagnostics(sources);
    auto compiled = p4::Compile(options, sources, diagnostics);
    ASSERT_TRUE(compiled.has_value()) << diagnostics.Print();
    compiled_ = std::move(*compiled);
    auto native = cpu::NativeSwitch::Make(compiled_.schema, compiled_.program, {});
    ASSERT_TRUE(native.has_value()) << native.error().ToString();
    native_ = std::move(*native);
    auto oracle = eval::Switch::Make(compiled_);
    ASSERT_TRUE(oracle.has_value()) << oracle.error().ToString();
    oracle_ = std::move(*oracle);
  }

  static schema::Entry Route(uint32_t dst) {
    schema::Entry entry;
    entry.matches.emplace_back().value = FromU64(dst);
    return entry;
  }
  // Members n send to port n, but for 4, which marks.
  static schema::Entry Group(uint32_t dst, const std::map<uint32_t, uint32_t>& weights) {
    schema::Entry entry = Route(dst);
    entry.grouped = true;
    for (const auto& [member, weight] : weights) {
      schema::Entry::Choice choice{member, weight, kSend, {member}};
      if (member == 4) choice = {member, weight, kMark, {member, 0x4444}};
      entry.choices.push_back(std::move(choice));
    }
    return entry;
  }
  void Put(const schema::Entry& entry, bool fresh) {
    cpu::Table& table = native_->pipeline().table(kRoutes);
    const Status one =
        fresh ? oracle_->control().Add(kRoutes, entry) : oracle_->control().Modify(kRoutes, entry);
    ASSERT_TRUE(one.has_value()) << one.error().ToString();
    const Status two = fresh ? table.Insert(entry) : table.Modify(entry);
    ASSERT_TRUE(two.has_value()) << two.error().ToString();
    table.Publish();
  }
  // Where each flow went; native code and the interpreter must agree.
  std::vector<uint32_t> Send(uint32_t dst, uint32_t flows) {
    std::vector<uint32_t> ports;
    for (uint32_t flow = 0; flow < flows;) {
      std::vector<cpu::NativeSwitch::In> burst;
      for (uint32_t i = 0; i < GetParam() && flow < flows; ++i)
        burst.push_back({1, Packet(dst, flow++)});
      const auto outs = native_->Process(burst, 0);
      EXPECT_EQ(outs.size(), burst.size());
      for (size_t i = 0; i < outs.size(); ++i) {
        const auto want = oracle_->Process(1, burst[outs[i].arrival].bytes, 0);
        EXPECT_EQ(want.outputs.size(), 1u);
        if (want.outputs.size() != 1) return {};
        EXPECT_EQ(outs[i].port, want.outputs[0].port);
        EXPECT_EQ(outs[i].bytes, want.outputs[0].bytes);
        ports.push_back(outs[i].port);
      }
    }
    return ports;
  }

  ir::Compiled compiled_;
  std::unique_ptr<cpu::NativeSwitch> native_;
  std::unique_ptr<eval::Switch> oracle_;
};

TEST_P(SelectorTest, FlowsSpreadAndStay) {
  constexpr uint32_t kFlows = 10'000;
  std::map<uint32_t, uint32_t> members;
  for (uint32_t i = 1; i <= 8; ++i) members[i] = 1;
  Put(Group(7, members), true);
  schema::Entry plain = Route(9);
  plain.action = kSend;
  plain.args = {33};
  Put(plain, true);
  const auto before = Send(7, kFlows);
  ASSERT_EQ(before.size(), kFlows);
  std::map<uint32_t, double> flows;
  for (const uint32_t port : before) ++flows[port];
  double chi_square = 0;
  for (uint32_t i = 1; i <= 8; ++i) chi_square += (flows[i] - 1250) * (flows[i] - 1250) / 1250;
  EXPECT_LT(chi_square, 40);

  // A member that leaves takes no other one's flows with it, and one that comes back has its own.
  members.erase(4);
  Put(Group(7, members), false);
  const auto without = Send(7, kFlows);
  for (uint32_t i = 0; i < kFlows; ++i) {
    ASSERT_NE(without[i], 4u);
    if (before[i] != 4) ASSERT_EQ(without[i], before[i]) << "flow " << i;
  }
  members[4] = 1;
  Put(Group(7, members), false);
  EXPECT_EQ(Send(7, kFlows), before);
  EXPECT_EQ(Send(9, 3), (std::vector<uint32_t>{33, 33, 33}));

  // Every packet was counted for the entry, whoever its member.
  const auto index = native_->pipeline().table(kRoutes).DirectIndex(Route(7));
  ASSERT_TRUE(index.has_value());
  const schema::CounterId hits = compiled_.schema.tables[kRoutes].direct_counters[0];
  EXPECT_EQ(native_->pipeline().counter(hits).Read(*index)->packets, 3u * kFlows);
}

TEST_P(SelectorTest, WeightsAndEmptyGroups) {
  Put(Group(7, {{1, 1}, {2, 3}}), true);
  std::map<uint32_t, uint32_t> flows;
  for (const uint32_t port : Send(7, 4000)) ++flows[port];
  EXPECT_NEAR(flows[1], 1000, 120);
  EXPECT_EQ(flows[1] + flows[2], 4000u);
  Put(Group(7, {}), false);
  EXPECT_EQ(Send(7, 3), (std::vector<uint32_t>{kMissPort, kMissPort, kMissPort}));
  Put(Group(7, {{5, 1}}), false);
  EXPECT_EQ(Send(7, 3), (std::vector<uint32_t>{5, 5, 5}));
  EXPECT_FALSE(oracle_->control().SetDefault(kRoutes, Group(7, {{5, 1}})).has_value());
}

INSTANTIATE_TEST_SUITE_P(Bursts, SelectorTest, testing::Values(1, 31, 64));

}  // namespace
}  // namespace ipdk::tests
