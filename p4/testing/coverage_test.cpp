// Every kind of diagnostic of the listed phases is shown by some golden test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "p4/source/diagnostics.h"

namespace ipdk::p4 {
namespace {

TEST(DiagnosticsCoverage, EveryKindIsShown) {
  const std::set<std::string_view> phases = {"preprocess", "lex", "parse", "check", "lower"};
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(IPDK_SOURCE_DIR "/p4")) {
    if (entry.path().extension() != ".p4" ||
        entry.path().string().find("/testdata/") == std::string::npos)
      continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  std::set<std::string_view> names;
  for (DiagnosticKind kind : AllDiagnosticKinds()) {
    EXPECT_TRUE(names.insert(DiagnosticName(kind)).second)
        << "two kinds are named " << DiagnosticName(kind);
    if (!phases.contains(DiagnosticPhase(kind))) continue;
    EXPECT_NE(all.find("[" + std::string(DiagnosticName(kind)) + "]"), std::string::npos)
        << "no test in p4/*/testdata shows [" << DiagnosticName(kind) << "]: write one";
  }
}

}  // namespace
}  // namespace ipdk::p4
