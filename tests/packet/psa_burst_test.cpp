// PSA in bursts: native code and its traffic manager against the interpreter, packet by packet, on
// every way that a packet takes, in bursts of several sizes, over buffers in one piece and in
// chains.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "p4/compile/compile.h"
#include "pipeline/eval/switch.h"
#include "targets/cpu/stf/native_switch.h"

namespace ipdk::tests {
namespace {

struct Case {
  const char* program;
  uint32_t burst;
  uint32_t segment;  // 0: in one piece
};

class PsaBurst : public testing::TestWithParam<Case> {};

TEST_P(PsaBurst, AgreesWithTheInterpreter) {
  p4::CompileOptions options;
  options.path = fmt::format(IPDK_SOURCE_DIR "/tests/packet/testdata/{}.p4", GetParam().program);
  options.include_dirs = {IPDK_SOURCE_DIR "/p4/include"};
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  const auto compiled = p4::Compile(options, sources, diagnostics);
  ASSERT_TRUE(compiled.has_value()) << diagnostics.Print();
  cpu::NativeSwitchOptions native_options;
  native_options.segment = GetParam().segment;
  auto made = cpu::NativeSwitch::Make(compiled->schema, compiled->program, native_options);
  ASSERT_TRUE(made.has_value()) << made.error().ToString();
  cpu::NativeSwitch& native = **made;
  auto oracle = eval::Switch::Make(*compiled);
  ASSERT_TRUE(oracle.has_value()) << oracle.error().ToString();

  eval::Control& control = (*oracle)->control();
  control.groups[7] = {{2, 3}, {0xfffffffa, 4}, {4, 9}};
  control.sessions[5] = {
      .replicas = {{5, 1}}, .multicast_group = 7, .truncate = 6, .class_of_service = 3};
  control.sessions[6] = {
      .replicas = {{6, 1}, {7, 2}}, .multicast_group = 0, .truncate = 0, .class_of_service = 4};
  cpu::Replication& replication = native.replication();
  replication.groups[7] = {{2, 3}, {0xfffffffa, 4}, {4, 9}};
  replication.sessions[5] = {
      .replicas = {{5, 1}}, .multicast_group = 7, .truncate = 6, .class_of_service = 3};
  replication.sessions[6] = {
      .replicas = {{6, 1}, {7, 2}}, .multicast_group = 0, .truncate = 0, .class_of_service = 4};

  std::mt19937 random(7);
  uint64_t now = 0;
  size_t outputs = 0, dropped = 0;
  const uint32_t rounds = std::max(4u, 200 / GetParam().burst);
  for (uint32_t round = 0; round < rounds; ++round) {
    std::vector<cpu::NativeSwitch::In> burst;
    for (uint32_t i = 0; i < GetParam().burst; ++i) {
      // Some are shorter than the header, some longer than what a copy takes along.
      const size_t size = random() % 16 == 0  ? random() % 4
                          : random() % 8 == 0 ? 2000 + random() % 3000
                                              : 4 + random() % 100;
      std::string bytes(size, '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      if (!bytes.empty()) bytes[0] = static_cast<char>(random() % 14);
      burst.push_back({.port = static_cast<uint32_t>(random() % 5), .bytes = bytes, .offload = {}});
    }
    now += 1'000'000;
    const auto got = native.Process(burst, now);
    EXPECT_EQ(native.buffers_in_use(), 0u);
    size_t next = 0;
    for (uint32_t i = 0; i < burst.size(); ++i) {
      const eval::PacketResult want = (*oracle)->Process(burst[i].port, burst[i].bytes, now);
      dropped += want.drops.size();
      for (const eval::Output& output : want.outputs) {
        ASSERT_LT(next, got.size()) << "round " << round << " packet " << i;
        const auto& out = got[next++];
        ASSERT_EQ(out.arrival, i) << "round " << round;
        EXPECT_EQ(out.port, output.port) << "round " << round << " packet " << i;
        ASSERT_EQ(ToHex(out.bytes), ToHex(output.bytes))
            << "round " << round << " packet " << i << " kind " << int{burst[i].bytes[0]};
        ++outputs;
      }
    }
    EXPECT_EQ(next, got.size());
  }
  EXPECT_GT(outputs, 30u);
  uint64_t native_drops = 0;
  for (const uint64_t count : native.drops()) native_drops += count;
  EXPECT_EQ(native_drops, dropped);
}

INSTANTIATE_TEST_SUITE_P(Bursts, PsaBurst,
                         testing::Values(Case{"psa_06_paths", 1, 0}, Case{"psa_06_paths", 7, 0},
                                         Case{"psa_06_paths", 64, 0}, Case{"psa_06_paths", 100, 0},
                                         Case{"psa_06_paths", 64, 64}, Case{"psa_06_paths", 7, 16},
                                         Case{"psa_06_state", 7, 0},
                                         Case{"psa_06_state", 100, 16}));

}  // namespace
}  // namespace ipdk::tests
