// Packet tests of the language: each testdata/x.p4 with x.stf, compiled and run on the interpreter.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "p4/compile/compile.h"
#include "pipeline/eval/stf_target.h"
#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/stf/run.h"

namespace ipdk::p4 {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class PacketTest : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(IPDK_SOURCE_DIR "/p4/compile/testdata"))
    if (entry.path().extension() == ".stf") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

TEST_P(PacketTest, Passes) {
  const std::string base = IPDK_SOURCE_DIR "/p4/compile/testdata/" + GetParam();
  CompileOptions options;
  options.path = base + ".p4";
  options.include_dirs = {IPDK_SOURCE_DIR "/p4/include"};
  SourceMap sources;
  Diagnostics diagnostics(sources);
  const auto compiled = Compile(options, sources, diagnostics);
  ASSERT_TRUE(compiled.has_value()) << diagnostics.Print();
  auto target = eval::MakeStfTarget(*compiled);
  ASSERT_TRUE(target.has_value()) << target.error().ToString();
  const stf::Verdict verdict = stf::Run(Read(base + ".stf"), **target);
  EXPECT_EQ(verdict.kind, stf::Verdict::Kind::kPass) << verdict.text << ir::Print(*compiled);
  EXPECT_GT(verdict.packets, 0u);
  // The text form says all that the interpreter needs.
  const auto again = ir::ParseText(ir::Print(*compiled));
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  EXPECT_EQ(ir::Print(*again), ir::Print(*compiled));
}

INSTANTIATE_TEST_SUITE_P(Testdata, PacketTest, ::testing::ValuesIn(Names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace ipdk::p4
