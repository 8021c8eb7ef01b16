#include "p4/testing/file_test.h"

#include "p4/check/check.h"
#include "p4/lower/lower.h"
#include "p4/parse/parse.h"
#include "pipeline/ir/print.h"

int main(int argc, char** argv) {
  namespace ir = ipdk::ir;
  using namespace ipdk::p4;
  return testing::RunFileTests(
      argc, argv, "p4/lower/testdata", [](const testing::Input& input) -> std::string {
        PreprocessOptions preprocessing = input.options;
        preprocessing.include_dirs.push_back("p4/lower/testdata");  // stages.inc
        const auto tree = Parse(preprocessing, input.path, input.sources, input.diagnostics);
        if (!tree) return "";
        const CheckedProgram checked = Check(*tree, CheckOptions(), input.diagnostics);
        if (input.diagnostics.failed()) return "";
        const auto compiled = Lower(checked, LowerOptions(), input.diagnostics);
        if (!compiled) return "";
        return ir::Print(*compiled, {.schema = input.Has("--schema"), .sources = false});
      });
}
