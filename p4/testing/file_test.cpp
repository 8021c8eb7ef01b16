#include "p4/testing/file_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace ipdk::p4::testing {
namespace {

constexpr std::string_view kArgs = "// ARGS:";
constexpr std::string_view kSplit = "// --- ";
constexpr std::string_view kOut = "// CHECK:OUT:";
constexpr std::string_view kErr = "// CHECK:ERR:";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// "// CHECK:OUT: text" for each line of the text.
void AppendChecks(std::string_view mark, const std::string& text, std::vector<std::string>& out) {
  for (const std::string& line : Lines(text)) {
    std::string check(mark);
    if (!line.empty()) check += " " + line;
    while (check.ends_with(' ') || check.ends_with('\t')) check.pop_back();
    out.push_back(check);
  }
}

class FileTest : public ::testing::Test {
 public:
  FileTest(std::string path, const Phase& phase) : path_(std::move(path)), phase_(phase) {}

  void TestBody() override {
    std::ifstream in(path_, std::ios::binary);
    std::string whole((std::istreambuf_iterator<char>(in)), {});
    ASSERT_FALSE(whole.empty()) << path_;
    std::vector<std::string> program, expected;
    for (std::string& line : Lines(whole))
      (line.starts_with("// CHECK:") ? expected : program).push_back(std::move(line));
    while (!program.empty() && program.back().empty()) program.pop_back();

    std::string name = std::filesystem::path(path_).filename().string();
    SourceMap sources;
    Diagnostics diagnostics(sources);
    Input input{name, {}, {}, sources, diagnostics};
    input.options.include_dirs.push_back("p4/include");
    std::string file = name;
    std::map<std::string, std::vector<std::string>> files;
    for (const std::string& line : program) {
      if (line.starts_with(kArgs)) ReadArgs(line.substr(kArgs.size()), input);
      if (line.starts_with(kSplit)) {
        file = line.substr(kSplit.size());
        continue;
      }
      files[file].push_back(line);
    }
    for (auto& [path, lines] : files) sources.AddText(path, Join(lines));

    std::string out = phase_(input);
    std::vector<std::string> got;
    AppendChecks(kOut, out, got);
    AppendChecks(kErr, diagnostics.Print(), got);
    EXPECT_EQ(name.starts_with("fail_"), diagnostics.failed())
        << "the prefix fail_ must agree with the outcome\n"
        << diagnostics.Print();
    if (std::getenv("IPDK_UPDATE") != nullptr) {
      std::string updated = Join(program);
      if (!got.empty()) updated += "\n" + Join(got);
      if (updated != whole) std::ofstream(path_, std::ios::binary) << updated;
      return;
    }
    EXPECT_EQ(Join(expected), Join(got)) << "if the new output is right, run ./dev update";
  }

 private:
  static void ReadArgs(const std::string& text, Input& input) {
    std::vector<std::string> words;
    for (size_t at = 0; at < text.size();) {
      size_t from = text.find_first_not_of(' ', at);
      if (from == std::string::npos) break;
      at = std::min(text.find(' ', from), text.size());
      words.push_back(text.substr(from, at - from));
    }
    for (size_t i = 0; i < words.size(); ++i) {
      std::vector<std::string>* to = words[i].starts_with("-I")   ? &input.options.include_dirs
                                     : words[i].starts_with("-D") ? &input.options.defines
                                     : words[i].starts_with("-U") ? &input.options.undefines
                                                                  : nullptr;
      if (words[i].starts_with("-W")) {
        input.diagnostics.SetWarning(words[i]);
      } else if (to == nullptr) {
        input.flags.push_back(words[i]);
      } else if (words[i].size() > 2) {
        to->push_back(words[i].substr(2));
      } else if (i + 1 < words.size()) {
        to->push_back(words[++i]);
      }
    }
  }

  std::string path_;
  const Phase& phase_;
};

}  // namespace

bool Input::Has(const std::string& flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

int RunFileTests(int argc, char** argv, const std::string& folder, Phase phase) {
  ::testing::InitGoogleTest(&argc, argv);
  // Messages name paths as seen from the root.
  std::filesystem::current_path(IPDK_SOURCE_DIR);
  std::filesystem::path root(IPDK_SOURCE_DIR);
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder))
    if (entry.path().extension() == ".p4") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    std::string name = std::filesystem::path(path).stem().string();
    ::testing::RegisterTest("FileTest", name.c_str(), nullptr, nullptr, path.c_str(), 1,
                            [path, &phase]() -> FileTest* { return new FileTest(path, phase); });
  }
  if (paths.empty()) {
    std::fprintf(stderr, "%s: no .p4 file to test\n", folder.c_str());
    return 1;
  }
  return RUN_ALL_TESTS();
}

}  // namespace ipdk::p4::testing
