#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "pipeline/eval/switch.h"
#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"

namespace ipdk::eval {
namespace {

class V1Model : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(IPDK_SOURCE_DIR "/pipeline/eval/testdata/flow.ir");
    auto parsed = ir::ParseText(std::string(std::istreambuf_iterator<char>(in), {}));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().ToString();
    compiled_ = *parsed;
    auto verified = ir::Verify(compiled_);
    ASSERT_TRUE(verified.has_value()) << verified.error().ToString();
    switch_ = *Switch::Make(compiled_);
    switch_->control().sessions[2].replicas = {{7, 0}};
    switch_->control().groups[1] = {{3, 10}, {4, 11}};
  }

  // Outputs as "port:hex port:hex", then the drops in brackets.
  std::string Send(const std::string& hex, uint32_t port = 5) {
    last_ = switch_->Process(port, *FromHex(hex), 1'000'000, &trace_);
    std::string out;
    for (const Output& output : last_.outputs)
      out += fmt::format("{}{}:{}", out.empty() ? "" : " ", output.port, ToHex(output.bytes));
    for (DropReason reason : last_.drops) {
      out += fmt::format("[{}]", Text(reason));
      drops_.insert(reason);
    }
    return out;
  }

  ir::Compiled compiled_;
  std::unique_ptr<Switch> switch_;
  PacketResult last_;
  TraceRecorder trace_;
  std::set<DropReason> drops_;
};

TEST_F(V1Model, Flow) {
  EXPECT_EQ(Send("0000aabb"), "2:0000aabb");
  EXPECT_EQ(Send("0100"), "[dropped by the program]");
  // The ingress clone is the packet as received, with the listed metadata and its own instance
  // type.
  EXPECT_EQ(Send("0202cc"),
            "7:0202010900"
            "07cc 2:0263cc");
  EXPECT_EQ(Send("0203cc"), "2:0263cc[cloned to a session that does not exist]");
  EXPECT_EQ(Send("0305"), "2:030506050002");
  EXPECT_EQ(Send("0307dd"), "2:030706070002dd");
  EXPECT_EQ(Send("0401ee"), "3:040105000003ee 4:040105000004ee");
  EXPECT_EQ(Send("0409ee"), "[sent to a multicast group without replicas]");
  EXPECT_EQ(Send("0500"), "[ran more blocks than the step limit allows]");
  EXPECT_EQ(Send("0600"), "[an assertion of the program failed]");
  EXPECT_EQ(Send("0601"), "2:0601");
  EXPECT_EQ(Send("08ff"), "[resubmitted, recirculated or cloned more than 16 times]");
  // An egress clone: headers as egress left them, metadata from the list, egress again.
  EXPECT_EQ(Send("0900ff"), "2:090000000002ff 7:0900022c0007ff");
  EXPECT_EQ(Send("0a00ff"), "2:0c0004090002ff");
  EXPECT_EQ(Send("0b00ff"), "[dropped by the program]");
  EXPECT_EQ(Send("0d00ffffffff"), "2:0d00ff");
  EXPECT_EQ(Send("0e"), "2:0e");  // too short to parse: parser error, and on with no valid header
  for (size_t i = 0; i < static_cast<size_t>(DropReason::kCount); ++i)
    EXPECT_TRUE(drops_.contains(static_cast<DropReason>(i))) << Text(static_cast<DropReason>(i));
}

TEST_F(V1Model, TablesAndCounters) {
  schema::Entry entry;
  entry.matches.emplace_back().value = 0x20;
  entry.action = 0;
  entry.args = {9};
  const schema::TableId t(0);
  Control& control = switch_->control();
  EXPECT_EQ(Send("2000"), "2:2000");
  ASSERT_TRUE(control.Add(t, entry).has_value());
  EXPECT_EQ(control.Add(t, entry).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(Send("2000"), "9:2000");
  EXPECT_EQ(control.Entries(t)[0].counters[0].packets, 1u);
  EXPECT_EQ(control.Entries(t)[0].counters[0].bytes, 2u);
  entry.args = {10};
  ASSERT_TRUE(control.Modify(t, entry).has_value());
  EXPECT_EQ(Send("2000"), "10:2000");
  entry.args = {512};
  EXPECT_EQ(control.Modify(t, entry).error().code(), Code::kInvalidArgument);
  ASSERT_TRUE(control.Delete(t, entry).has_value());
  EXPECT_EQ(control.Delete(t, entry).error().code(), Code::kNotFound);
  EXPECT_EQ(Send("2000"), "2:2000");
  schema::Entry forward;
  forward.args = {3};
  ASSERT_TRUE(control.SetDefault(t, forward).has_value());
  EXPECT_EQ(Send("2000"), "3:2000");
  control.Clear();
  EXPECT_EQ(Send("2000"), "2:2000");
}

TEST_F(V1Model, Externs) {
  EXPECT_EQ(Send("0701"), "2:1000");
  EXPECT_EQ(Send("0701"), "2:1003");
  EXPECT_EQ(Send("0709"), "2:1000");  // beyond the arrays: reads 0, writes nothing
  ASSERT_TRUE(switch_->control()
                  .WriteMeter(schema::MeterId(0), 1, {true, false, 1, 0, 1, 0}, 0)
                  .has_value());
  EXPECT_EQ(Send("0701"), "2:1206");
  EXPECT_EQ(last_.log, std::vector<std::string>{"arg 1 value 6\n"});
  ASSERT_EQ(last_.digests.size(), 1u);
  EXPECT_EQ(last_.digests[0].leaves, (std::vector<Integer>{1, 6}));
  EXPECT_EQ(switch_->control().ReadCounter(schema::CounterId(1), 1)->packets, 3u);
  EXPECT_EQ((*switch_->control().ReadRegister(schema::RegisterId(0), 1))[0], 9);
  EXPECT_FALSE(switch_->control().ReadRegister(schema::RegisterId(0), 4).has_value());
}

TEST_F(V1Model, NamesTheFieldOfABit) {
  Send("0401ee");
  ASSERT_EQ(last_.outputs.size(), 2u);
  auto at = [&](size_t byte) { return FieldAt(compiled_.program, last_.outputs[0], byte * 8); };
  EXPECT_EQ(at(0), "hdr.h.op");
  EXPECT_EQ(at(2), "hdr.t.instance_type");
  EXPECT_EQ(at(5), "hdr.t.port");
  EXPECT_EQ(at(6), "payload byte 0");
  EXPECT_EQ(at(7), "beyond the end");
}

// Every kind of event is told by some packet here.
TEST_F(V1Model, TellsEveryKindOfEvent) {
  schema::Entry entry;
  entry.matches.emplace_back().value = 0x20;
  entry.args = {9};
  ASSERT_TRUE(switch_->control().Add(schema::TableId(0), entry).has_value());
  for (const char* hex : {"0100", "0202", "0301", "0401", "0701", "0a00", "2000", "3000", "0e"})
    Send(hex);
  std::set<TraceKind> kinds;
  for (const TraceEvent& event : trace_.events) kinds.insert(event.kind);
  for (size_t i = 0; i < static_cast<size_t>(TraceKind::kCount); ++i)
    EXPECT_TRUE(kinds.contains(static_cast<TraceKind>(i))) << Name(static_cast<TraceKind>(i));
  trace_.events.clear();
  Send("2000");
  std::string story;
  for (const TraceEvent& event : trace_.events) story += ToText(event) + "\n";
  EXPECT_EQ(story,
            "received port 5: bytes=2000\n"
            "state parser.start\n"
            "extracted hdr.h: op=0x20, arg=0x0\n"
            "control ingress.start\n"
            "lookup ingress.t: hdr.h.op=0x20\n"
            "hit ingress.t: hdr.h.op=0x20\n"
            "action ingress.forward: port=0x9\n"
            "egress port 9\n"
            "control egress.start\n"
            "emitted hdr.h: op=0x20, arg=0x0\n"
            "sent port 9: bytes=2000\n");
}

}  // namespace
}  // namespace ipdk::eval
