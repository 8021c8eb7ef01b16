// Programs that learn, in bursts: whatever the size of a burst, and however often its packets meet
// the same entry, native code does what the interpreter does packet by packet; entries age the same
// way on both.

#include <gtest/gtest.h>

#include <random>

#include "p4/compile/compile.h"
#include "pipeline/eval/switch.h"
#include "targets/cpu/stf/native_switch.h"

namespace ipdk::tests {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

struct Case {
  const char* program;
  uint32_t burst;
  uint32_t segment;
  uint32_t keys;  // of so many flows
};

class PnaBursts : public testing::TestWithParam<Case> {};

TEST_P(PnaBursts, AgreeWithTheInterpreter) {
  const Case& param = GetParam();
  p4::CompileOptions options;
  options.path = std::string(IPDK_SOURCE_DIR "/tests/packet/testdata/") + param.program + ".p4";
  options.include_dirs = {IPDK_SOURCE_DIR "/p4/include"};
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  const auto compiled = p4::Compile(options, sources, diagnostics);
  ASSERT_TRUE(compiled.has_value()) << diagnostics.Print();
  cpu::NativeSwitchOptions native_options;
  native_options.segment = param.segment;
  auto native = cpu::NativeSwitch::Make(compiled->schema, compiled->program, native_options);
  ASSERT_TRUE(native.has_value()) << native.error().ToString();
  eval::SwitchOptions eval_options;
  eval_options.host_ports = {1, 3};
  auto oracle = eval::Switch::Make(*compiled, eval_options);
  ASSERT_TRUE(oracle.has_value()) << oracle.error().ToString();
  (*native)->replication().host_ports = {1, 3};
  for (const uint32_t session : {5u, 6u}) {
    (*oracle)->control().sessions[session].replicas = {{session + 3, 0}, {9, 0}};
    (*oracle)->control().sessions[session].truncate = session == 6 ? 3 : 0;
    (*native)->replication().sessions[session] = {.replicas = {{session + 3, 0}, {9, 0}},
                                                  .multicast_group = 0};
    (*native)->replication().sessions[session].truncate = session == 6 ? 3 : 0;
  }

  std::mt19937 random(param.burst);
  uint64_t now = kSecond, sent = 0;
  for (int round = 0; round < 80; ++round) {
    std::vector<cpu::NativeSwitch::In> burst(param.burst);
    for (auto& in : burst) {
      in.port = random() % 4;
      in.bytes = {static_cast<char>(random() % 6), static_cast<char>(random() % param.keys),
                  static_cast<char>(random() % 4), 0};
      in.bytes.resize(random() % 30 == 0 ? random() % 4 : 4 + random() % 80, 'x');
    }
    now += round % 7 == 0 ? 25 * kSecond : random() % kSecond;
    const auto outs = (*native)->Process(burst, now);
    size_t next = 0;
    for (uint32_t i = 0; i < burst.size(); ++i) {
      const eval::PacketResult want = (*oracle)->Process(burst[i].port, burst[i].bytes, now);
      for (const eval::Output& output : want.outputs) {
        ASSERT_LT(next, outs.size()) << "round " << round << " packet " << i;
        EXPECT_EQ(outs[next].arrival, i);
        EXPECT_EQ(outs[next].port, output.port) << "round " << round << " packet " << i;
        ASSERT_EQ(ToHex(outs[next].bytes), ToHex(output.bytes))
            << "round " << round << " packet " << i << ": " << ToHex(burst[i].bytes);
        ++next;
        ++sent;
      }
    }
    ASSERT_EQ(next, outs.size()) << "round " << round;
    ASSERT_EQ((*native)->buffers_in_use(), 0u);
  }
  EXPECT_GT(sent, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Programs, PnaBursts,
    testing::Values(Case{"pna_add_on_miss", 1, 0, 3}, Case{"pna_add_on_miss", 32, 0, 2},
                    Case{"pna_add_on_miss", 150, 5, 12}, Case{"pna_timers", 32, 0, 40},
                    Case{"pna_timers", 7, 3, 4}, Case{"pna_recirculate", 64, 0, 4},
                    Case{"pna_mirror", 40, 6, 8}, Case{"pna_forwarding", 64, 2, 4},
                    Case{"pna_learner", 33, 0, 6}));

}  // namespace
}  // namespace ipdk::tests
