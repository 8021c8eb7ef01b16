#include "pipeline/eval/stf_target.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"
#include "pipeline/stf/run.h"

namespace ipdk::eval {
namespace {

using Kind = stf::Verdict::Kind;

class Stf : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(IPDK_SOURCE_DIR "/pipeline/eval/testdata/flow.ir");
    auto parsed = ir::ParseText(std::string(std::istreambuf_iterator<char>(in), {}));
    ASSERT_TRUE(parsed.has_value());
    compiled_ = *parsed;
    ASSERT_TRUE(ir::Verify(compiled_).has_value());
  }
  stf::Verdict Run(std::string_view text) {
    auto target = MakeStfTarget(compiled_);
    EXPECT_TRUE(target.has_value());
    return stf::Run(text, **target);
  }
  ir::Compiled compiled_;
};

TEST_F(Stf, Passes) {
  const stf::Verdict verdict = Run(R"(
    expect 2 2000
    packet 5 2000
    add t op:0x20 forward(port:9) = A
    packet 5 2000 aabb
    expect 9 20*0 aa
    check_counter direct($A) packets == 1
    check_counter t($A) bytes == 4
    setdefault t forward(port:1)
    packet 0 3000
    expect 1 3000 $
    remove all
    packet 0 3000
    expect 2
    mc_mgrp_create 1
    mc_node_create 3 4 3
    mc_node_associate 1 0
    packet 0 0401
    expect 3 0401 05 00 0003 $
    expect 4 0401
    mirroring_add 2 7
    packet 0 0202
    expect 7
    expect 2 0263
    register_write reg 1 5
    packet 0 0701
    expect 2 1005
    check_counter array(1) packets == 1
  )");
  EXPECT_EQ(verdict.kind, Kind::kPass) << verdict.text;
  EXPECT_EQ(verdict.packets, 7u);
}

TEST_F(Stf, MismatchNamesPacketByteAndField) {
  EXPECT_EQ(Run("packet 5 2000aa\nexpect 2 2001\n").text,
            "line 2: port 2: byte 1 differs: expected 01, received 00, in hdr.h.arg (sent by the "
            "packet of line 1)\n"
            "  expected 2001\n  received 2000aa\n");
  EXPECT_EQ(Run("packet 5 2000aa\nexpect 2 2000ab\n").text.substr(0, 80),
            "line 2: port 2: byte 2 differs: expected ab, received aa, in payload byte 0 (sen");
  EXPECT_EQ(Run("packet 5 2000\nexpect 2 200000\n").text.substr(0, 63),
            "line 2: port 2: too short: expected 3 bytes, received 2 (sent b");
  EXPECT_EQ(Run("packet 5 200000\nexpect 2 2000 $\n").kind, Kind::kMismatch);
  EXPECT_EQ(Run("packet 5 2000\nexpect 2\nexpect 2 11\n").text,
            "line 3: port 2: expected packet 2 of 2, but only 1 came out\n  expected 11\n");
  EXPECT_EQ(Run("packet 2 2000\n").text,
            "line 1: port 2: this packet came out as number 1, expected are 0\n  received 2000\n");
  EXPECT_EQ(Run("packet 5 2000\n").kind, Kind::kPass);  // port 2 is not open
  EXPECT_EQ(Run("packet 5 2000\nno_packet\n").kind, Kind::kMismatch);
  EXPECT_EQ(Run("packet 5 0701\ncheck_counter array(1) packets == 2\n").text,
            "line 2: counter array(1) packets: expected == 2, has 1\n");
}

TEST_F(Stf, BadFiles) {
  EXPECT_EQ(Run("packet 5 200").kind, Kind::kBadFile);
  const stf::Verdict verdict = Run("wait\nadd unknown k:1 a()\n");
  EXPECT_EQ(verdict.kind, Kind::kBadFile);
  EXPECT_EQ(verdict.text, "line 2: there is no table 'unknown'; known are 'ingress.t'\n");
  EXPECT_EQ(Run("mc_node_associate 1 0").kind, Kind::kBadFile);
  EXPECT_EQ(Run("check_counter c($A)").kind, Kind::kBadFile);
}

}  // namespace
}  // namespace ipdk::eval
