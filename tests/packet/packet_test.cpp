// The language and the architectures, by section of their specification: each testdata/x.p4 with
// its x.stf, compiled once per target and run on the interpreter and as native code.

#include "tests/packet/packet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"

namespace ipdk::tests {
namespace {

const std::string kFolder = IPDK_SOURCE_DIR "/tests/packet/testdata/";

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".stf") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class PacketTest : public ::testing::TestWithParam<std::string> {
 protected:
  static p4::CompileOptions Program() {
    p4::CompileOptions options;
    options.path = kFolder + GetParam() + ".p4";
    options.include_dirs = {IPDK_SOURCE_DIR "/p4/include"};
    return options;
  }
  static void Passes(const char* target) {
    const PacketOutcome outcome = RunPacketTest(Program(), kFolder + GetParam() + ".stf", target);
    EXPECT_EQ(outcome.kind, PacketOutcome::Kind::kPass) << outcome.text;
    EXPECT_GT(outcome.packets, 0u);
  }
};

TEST_P(PacketTest, Eval) { Passes("eval"); }
TEST_P(PacketTest, Cpu) { Passes("cpu"); }

// The text form of the IR says all that there is to say.
TEST_P(PacketTest, TextForm) {
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  const auto compiled = p4::Compile(Program(), sources, diagnostics);
  ASSERT_TRUE(compiled.has_value()) << diagnostics.Print();
  const std::string text = ir::Print(*compiled);
  const auto again = ir::ParseText(text);
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  EXPECT_EQ(ir::Print(*again), text);
}

INSTANTIATE_TEST_SUITE_P(Testdata, PacketTest, ::testing::ValuesIn(Names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace ipdk::tests
