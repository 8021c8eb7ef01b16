#include "pipeline/package/package.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"

namespace ipdk::package {
namespace {

ir::Compiled Sample(const char* path) {
  std::ifstream in(std::string(IPDK_SOURCE_DIR "/pipeline/") + path);
  auto out = ir::ParseText(std::string(std::istreambuf_iterator<char>(in), {}));
  EXPECT_TRUE(out.has_value()) << out.error().ToString();
  out->schema.package_doc.brief = "brief";
  out->schema.tables[schema::TableId(0)].preamble.annotations.push_back(
      {"brief", "x", {}, {}, "f.p4", 3, 4});
  out->program.sources.Add({"router.p4", 1, 2});
  out->program.blocks[ir::BlockId(0)].term.at = ir::SourceId(0);
  return *out;
}

TEST(Package, WhatIsWrittenIsRead) {
  for (const char* path : {"ir/testdata/router.ir", "eval/testdata/flow.ir"}) {
    const ir::Compiled compiled = Sample(path);
    const std::string bytes = Write(compiled, "ipdk 9.9");
    auto read = Read(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().ToString();
    EXPECT_EQ(Print(*read, {.schema = true, .sources = true}),
              Print(compiled, {.schema = true, .sources = true}));
    EXPECT_EQ(Write(*read, "ipdk 9.9"), bytes);
    EXPECT_EQ(read->schema.tables[schema::TableId(0)].preamble.annotations[0].file, "f.p4");
    EXPECT_EQ(ReadAbout(bytes)->compiler, "ipdk 9.9");
    EXPECT_EQ(ReadAbout(bytes)->architecture, "v1model");
  }
}

TEST(Package, RefusesWhatIsNoneOrOfAnotherVersion) {
  EXPECT_EQ(Read("").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(Read(std::string(100, 'x')).error().code(), Code::kInvalidArgument);
  std::string bytes = Write(Sample("ir/testdata/router.ir"));
  std::string other = bytes;
  other[8] = 2;
  EXPECT_EQ(Read(other).error().message(),
            "the package has format version 2, this is version 1: recompile with ipdk compile");
  EXPECT_EQ(Read(other).error().code(), Code::kFailedPrecondition);
  other = bytes;
  other[16] ^= 1;
  EXPECT_EQ(Read(other).error().code(), Code::kFailedPrecondition);
  other = bytes;
  other.back() ^= 1;
  EXPECT_EQ(Read(other).error().message(),
            "the package is damaged: its contents do not have the hash that it names");
  other = bytes.substr(0, bytes.size() - 1);
  EXPECT_EQ(Read(other).error().code(), Code::kInvalidArgument);
}

// Every byte changed once and files cut anywhere, with the hash made right: an error or a verified
// program, never a crash.
TEST(Package, DamageNeverCrashes) {
  const std::string bytes = Write(Sample("eval/testdata/flow.ir"));
  auto with_hash = [](std::string damaged) {
    const uint64_t hash = Hash(std::string_view(damaged).substr(32));
    for (int i = 0; i < 8; ++i)
      damaged[24 + static_cast<size_t>(i)] = static_cast<char>(hash >> (8 * i));
    return damaged;
  };
  std::mt19937 random(1);
  size_t read = 0, refused = 0;
  for (size_t at = 32; at < bytes.size(); at += 1 + random() % 7) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(random());
    if (Read(with_hash(damaged)))
      ++read;
    else
      ++refused;
    EXPECT_FALSE(Read(with_hash(bytes.substr(0, at))).has_value());
  }
  EXPECT_GT(refused, read / 4);
}

}  // namespace
}  // namespace ipdk::package
