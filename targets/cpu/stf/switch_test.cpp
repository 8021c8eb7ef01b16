// The whole packet path, native code and traffic manager, against the interpreter: every decision
// of v1model's flow, in bursts of several sizes, over buffers in one piece and in chains.

#include "pipeline/eval/switch.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/stf/native_switch.h"
#include "targets/cpu/target/log_text.h"

namespace ipdk::cpu {
namespace {

ir::Compiled Load(const std::string& path, const std::vector<std::string>& without) {
  std::ifstream in(path);
  std::string text, line;
  while (std::getline(in, line)) {
    bool keep = true;
    for (const std::string& part : without) keep = keep && line.find(part) == std::string::npos;
    if (keep) text += line + "\n";
  }
  auto parsed = ir::ParseText(text);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().ToString();
  auto verified = ir::Verify(*parsed);
  EXPECT_TRUE(verified.has_value()) << verified.error().ToString();
  return *parsed;
}

struct Said final : RequestListener {
  std::vector<std::string> log;
  std::vector<std::string> digests;
  void OnRequest(const RequestSite& site, std::span<const uint8_t> leaves) override {
    if (site.kind == RequestSite::Kind::kLog)
      log.push_back(LogText(site, leaves));
    else
      digests.push_back(ToHex({reinterpret_cast<const char*>(leaves.data()), leaves.size()}));
  }
};

struct Case {
  bool state;  // with registers and meters
  uint32_t burst;
  uint32_t segment;
};

class SwitchTest : public testing::TestWithParam<Case> {};

TEST_P(SwitchTest, AgreesWithTheInterpreter) {
  const Case& param = GetParam();
  std::vector<std::string> without;
  if (!param.state) without = {"register", "meter_execute", "meter ingress"};
  ir::Compiled compiled = Load(IPDK_SOURCE_DIR "/pipeline/eval/testdata/flow.ir", without);
  Said said;
  NativeSwitchOptions options;
  options.segment = param.segment;
  options.listener = &said;
  auto made = NativeSwitch::Make(compiled.schema, compiled.program, options);
  ASSERT_TRUE(made.has_value()) << made.error().ToString();
  NativeSwitch& native = **made;
  auto oracle = eval::Switch::Make(compiled);
  ASSERT_TRUE(oracle.has_value());
  eval::Control& control = (*oracle)->control();
  control.sessions[2].replicas = {{7, 0}, {8, 3}};
  control.sessions[2].truncate = 3;
  control.sessions[1].multicast_group = 1;
  control.groups[1] = {{3, 10}, {4, 11}, {3, 12}};
  native.replication().sessions[2] = {
      .replicas = {{7, 0}, {8, 3}}, .multicast_group = 0, .truncate = 3};
  native.replication().sessions[1].multicast_group = 1;
  native.replication().groups[1] = {{3, 10}, {4, 11}, {3, 12}};
  schema::Entry entry;
  entry.matches.emplace_back().value = 0x20;
  entry.args = {9};
  ASSERT_TRUE(control.Add(schema::TableId(0), entry).has_value());
  ASSERT_TRUE(native.pipeline().table(schema::TableId(0)).Insert(entry).has_value());
  native.pipeline().table(schema::TableId(0)).Publish();

  std::mt19937 random(param.burst * 7 + param.segment);
  std::array<uint64_t, static_cast<size_t>(Drop::kCount)> drops{};
  std::vector<std::string> log, digests;
  uint32_t sent = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<NativeSwitch::In> burst;
    for (uint32_t i = 0; i < param.burst; ++i) {
      // Operations 0..14 and the table's key; the step limit (5) costs time, so it is rare.
      static constexpr uint8_t kOps[] = {0, 1, 2,  2,  3,  4,  4,  6,  7,    7,   8,
                                         9, 9, 10, 10, 11, 12, 13, 14, 0x20, 0x21};
      uint8_t op = kOps[random() % std::size(kOps)];
      if (random() % 200 == 0) op = 5;
      std::string bytes;
      uint32_t length = random() % 10 == 0 ? random() % 3 : 2 + random() % 60;
      if (random() % 20 == 0) length = 3000;
      for (uint32_t b = 0; b < length; ++b) bytes += static_cast<char>(random());
      if (length > 0) bytes[0] = static_cast<char>(op);
      if (length > 1 && random() % 4 != 0) bytes[1] = static_cast<char>(random() % 4);
      burst.push_back({.port = static_cast<uint32_t>(random() % 5), .bytes = bytes, .offload = {}});
    }
    uint64_t now = 1'000'000'000ull + static_cast<uint64_t>(round) * 1'000;
    auto outs = native.Process(burst, now);
    size_t next = 0;
    for (uint32_t i = 0; i < burst.size(); ++i, ++sent) {
      eval::PacketResult expected = (*oracle)->Process(burst[i].port, burst[i].bytes, now);
      for (const eval::Output& output : expected.outputs) {
        ASSERT_LT(next, outs.size())
            << "packet " << sent << " " << ToHex(burst[i].bytes).substr(0, 80);
        EXPECT_EQ(outs[next].arrival, i);
        EXPECT_EQ(outs[next].port, output.port) << ToHex(burst[i].bytes).substr(0, 80);
        ASSERT_EQ(ToHex(outs[next].bytes), ToHex(output.bytes))
            << "packet " << sent << " in " << ToHex(burst[i].bytes).substr(0, 80);
        ++next;
      }
      for (eval::DropReason reason : expected.drops) ++drops[static_cast<size_t>(reason)];
      log.insert(log.end(), expected.log.begin(), expected.log.end());
      for (const auto& digest : expected.digests) {
        std::string leaves;
        for (size_t leaf = 0; leaf < digest.leaves.size(); ++leaf)
          leaves += ToBytes(digest.leaves[leaf],
                            BytesFor(compiled.schema.digests[schema::DigestId(0)].widths[leaf]));
        digests.push_back(ToHex(leaves));
      }
    }
    ASSERT_EQ(next, outs.size());
    ASSERT_EQ(native.buffers_in_use(), 0u);
  }
  for (size_t i = 0; i < static_cast<size_t>(eval::DropReason::kCount); ++i) {
    EXPECT_EQ(native.drops()[i], drops[i]) << DropText(static_cast<Drop>(i));
    if (param.burst > 30) EXPECT_NE(drops[i], 0u) << DropText(static_cast<Drop>(i));
  }
  EXPECT_EQ(said.log, log);
  EXPECT_EQ(said.digests, digests);
  auto counts = control.Entries(schema::TableId(0))[0].counters[0];
  auto index = native.pipeline().table(schema::TableId(0)).DirectIndex(entry);
  ASSERT_TRUE(index.has_value());
  auto value = native.pipeline().counter(schema::CounterId(0)).Read(*index);
  EXPECT_EQ(value->packets, counts.packets);
  EXPECT_EQ(value->bytes, counts.bytes);
}

INSTANTIATE_TEST_SUITE_P(Bursts, SwitchTest,
                         testing::Values(Case{true, 1, 0}, Case{true, 31, 0}, Case{false, 1, 0},
                                         Case{false, 2, 7}, Case{false, 31, 0}, Case{false, 32, 5},
                                         Case{false, 150, 64}));

// A program that puts frames into others, given a super-frame: the first is lost, the next are cut
// before they are wrapped.
TEST(SuperFrames, AreCutForProgramsThatWrapThem) {
  auto parsed = ir::ParseText(R"(schema "wrap.p4" "v1model"
program v1model
  ingress ingress
  egress egress
  parse_end start
  errors NoError PacketTooShort
  role EgressSpec sm.egress_spec
header_type eth_t
  bit 48 dst
  bit 48 src
  bit 16 type
header eth_t outer
header eth_t inner
var 9 sm.egress_spec
function ingress entry parse
function egress entry out deparses
block state parse in ingress on_error start
  extract inner
  jump start
block control start in ingress
  set sm.egress_spec = 9w2
  branch eq(inner.src, 48w1) ? plain : wrap
block plain wrap in ingress
  setvalid outer
  set outer.type = 16w0x88b5
  end
block plain plain in ingress
  end
block control out in egress
  emit outer
  emit inner
  end
)");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().ToString();
  ASSERT_TRUE(ir::Verify(*parsed).has_value());
  auto made = NativeSwitch::Make(parsed->schema, parsed->program, {});
  ASSERT_TRUE(made.has_value()) << made.error().ToString();
  NativeSwitch& native = **made;
  std::string frame(14 + 20 + 20 + 3000, '\0');
  frame[11] = 1;
  frame[12] = 8;
  frame[14] = 0x45;
  frame[23] = 6;
  frame[46] = 0x50;
  Offload offload{Offload::kNeedsChecksum, Offload::Gso::kTcp4, 1000, 34, 16};
  auto out = native.Process({{.port = 1, .bytes = frame, .offload = offload}}, 1);
  ASSERT_EQ(out.size(), 1u);  // only forwarded: whole
  EXPECT_EQ(out[0].offload.gso, Offload::Gso::kTcp4);
  frame[11] = 2;
  EXPECT_EQ(native.Process({{.port = 1, .bytes = frame, .offload = offload}}, 1).size(), 0u);
  EXPECT_EQ(native.drops()[static_cast<size_t>(Drop::kOffload)], 1u);
  out = native.Process({{.port = 1, .bytes = frame, .offload = offload}}, 1);
  ASSERT_EQ(out.size(), 3u);
  for (const auto& one : out) {
    EXPECT_EQ(one.bytes.size(), 14u + 54 + 1000);
    EXPECT_EQ(one.offload.gso, Offload::Gso::kNone);
  }
  EXPECT_EQ(native.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace ipdk::cpu
