#include "p4/testing/file_test.h"

#include "p4/preprocess/preprocess.h"

int main(int argc, char** argv) {
  using namespace ipdk::p4;
  return testing::RunFileTests(
      argc, argv, "p4/preprocess/testdata", [](const testing::Input& input) {
        std::string path = input.Has("--path") ? input.flags.back() : input.path;
        return PrintTokens(Preprocess(input.options, path, input.sources, input.diagnostics));
      });
}
