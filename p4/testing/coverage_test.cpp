// Every kind of diagnostic of the listed phases is shown by some golden test, has a remedy, and
// stands in docs/diagnostics.md, which is made here of the table of kinds and of the golden tests'
// examples: IPDK_UPDATE=1 (`./dev update`) rewrites it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "p4/source/diagnostics.h"

namespace ipdk::p4 {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

// The first example of each kind, as the compiler prints it: the message, the line, the mark.
std::map<std::string, std::string> Examples() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(IPDK_SOURCE_DIR "/p4")) {
    if (entry.path().extension() == ".p4" &&
        entry.path().string().find("/testdata/") != std::string::npos)
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  constexpr std::string_view kMark = "// CHECK:ERR: ";
  std::map<std::string, std::string> examples;
  for (const auto& path : paths) {
    std::vector<std::string> lines;
    std::string text = Read(path);
    for (size_t at = 0; at < text.size();) {
      size_t end = std::min(text.find('\n', at), text.size());
      std::string line = text.substr(at, end - at);
      if (line.starts_with(kMark)) lines.push_back(line.substr(kMark.size()));
      at = end + 1;
    }
    for (size_t i = 0; i < lines.size(); ++i) {
      size_t open = lines[i].rfind(" [");
      if (!lines[i].ends_with(']') || open == std::string::npos) continue;
      std::string name = lines[i].substr(open + 2, lines[i].size() - open - 3);
      std::string example = lines[i] + "\n";
      for (size_t j = i + 1; j < lines.size() && j <= i + 2 && lines[j].find(" | ") < 8; ++j)
        example += lines[j] + "\n";
      examples.emplace(std::move(name), std::move(example));
    }
  }
  return examples;
}

std::string Page(const std::map<std::string, std::string>& examples) {
  std::string page =
      "# What the compiler says\n\n"
      "Every diagnostic ends in its kind, in brackets. This page lists all kinds with what to do\n"
      "about each and an example. It is made from `p4/source/diagnostics.def` and the golden "
      "tests\n"
      "by `./dev update`; do not edit it.\n\n"
      "Warnings are chosen on the command line of `ipdk compile` and `ipdk check`, by name or by "
      "the\n"
      "first words of one (`unused` is all that begin with `unused-`); later options win:\n\n"
      "| option | meaning |\n| --- | --- |\n"
      "| `-W<name>` | give it, also where it is off by default |\n"
      "| `-Wno-<name>` | do not give it |\n"
      "| `-Wall`, `-Wno-all` | give all, or none |\n"
      "| `-Werror`, `-Werror=<name>` | warnings are errors |\n"
      "| `-Wno-error`, `-Wno-error=<name>` | they are warnings again |\n\n"
      "In a program, `@noWarn(\"name\")` before a declaration, a block or a table's property is "
      "silent\nabout it within.\n";
  std::string_view phase;
  for (DiagnosticKind kind : AllDiagnosticKinds()) {
    if (DiagnosticPhase(kind) != phase) {
      phase = DiagnosticPhase(kind);
      page += "\n## " + std::string(phase) + "\n";
    }
    std::string name(DiagnosticName(kind));
    Severity severity = DiagnosticSeverity(kind);
    page += "\n### " + name + "\n\n";
    page += severity == Severity::kError     ? "Error. "
            : severity == Severity::kWarning ? "Warning. "
                                             : "Warning, off by default. ";
    page += std::string(DiagnosticRemedy(kind)) + "\n";
    if (auto it = examples.find(name); it != examples.end())
      page += "\n```\n" + it->second + "```\n";
  }
  return page;
}

TEST(DiagnosticsCoverage, EveryKindIsShown) {
  const std::set<std::string_view> phases = {"preprocess", "lex", "parse", "check", "lower"};
  std::map<std::string, std::string> examples = Examples();
  std::set<std::string_view> names;
  for (DiagnosticKind kind : AllDiagnosticKinds()) {
    EXPECT_TRUE(names.insert(DiagnosticName(kind)).second)
        << "two kinds are named " << DiagnosticName(kind);
    EXPECT_FALSE(DiagnosticRemedy(kind).empty()) << DiagnosticName(kind) << " has no remedy";
    if (!phases.contains(DiagnosticPhase(kind))) continue;
    EXPECT_TRUE(examples.contains(std::string(DiagnosticName(kind))))
        << "no test in p4/*/testdata shows [" << DiagnosticName(kind) << "]: write one";
  }
}

TEST(DiagnosticsCoverage, ThePageIsUpToDate) {
  const std::filesystem::path path = IPDK_SOURCE_DIR "/docs/diagnostics.md";
  const std::string page = Page(Examples());
  if (std::getenv("IPDK_UPDATE") != nullptr) {
    if (Read(path) != page) std::ofstream(path, std::ios::binary) << page;
    return;
  }
  // The last part shows examples of p4/lower, whose tests change with every architecture.
  const auto first_parts = [](const std::string& text) {
    return text.substr(0, text.find("\n## lower\n"));
  };
  EXPECT_EQ(first_parts(Read(path)), first_parts(page)) << "run ./dev update";
}

TEST(WarningOptions, ByNameGroupAndAll) {
  SourceMap sources;
  auto wanted = [&](std::initializer_list<const char*> options, DiagnosticKind kind) {
    Diagnostics diagnostics(sources);
    for (const char* one : options) diagnostics.SetWarning(one);
    EXPECT_EQ(diagnostics.warnings(), 0u);
    return diagnostics.Wanted(kind);
  };
  using K = DiagnosticKind;
  EXPECT_TRUE(wanted({}, K::kUnusedTable));
  EXPECT_FALSE(wanted({"-Wno-unused"}, K::kUnusedTable));
  EXPECT_TRUE(wanted({"-Wno-unused", "unused_table"}, K::kUnusedTable));
  EXPECT_FALSE(wanted({"no-all"}, K::kOverflow));
  EXPECT_TRUE(wanted({"-Wno-all"}, K::kSyntax));
  EXPECT_FALSE(wanted({"-Werror"}, K::kUncheckedHeader));
  EXPECT_TRUE(wanted({"-Wall"}, K::kUncheckedHeader));

  Diagnostics diagnostics(sources);
  diagnostics.SetWarning("-Werror");
  diagnostics.SetWarning("-Wno-error=unused");
  diagnostics.Report(K::kUnusedTable, {}, "one");
  EXPECT_EQ(diagnostics.errors(), 0u);
  diagnostics.Report(K::kOverflow, {}, "two");
  EXPECT_EQ(diagnostics.errors(), 1u);
  diagnostics.SetWarning("-Wno-syntax");
  EXPECT_EQ(diagnostics.errors(), 2u) << "an error is no warning, so the name is unknown here";
}

}  // namespace
}  // namespace ipdk::p4
