#include "p4/testing/file_test.h"

#include "p4/parse/parse.h"
#include "p4/syntax/print.h"

int main(int argc, char** argv) {
  using namespace ipdk::p4;
  return testing::RunFileTests(
      argc, argv, "p4/parse/testdata", [](const testing::Input& input) -> std::string {
        auto tree = Parse(input.options, input.path, input.sources, input.diagnostics);
        return tree ? PrintTree(*tree) : "";
      });
}
