#include "pipeline/package/package.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/ir/verify.h"
#include "pipeline/package/any_program.h"
#include "pipeline/package/container.h"
#include "pipeline/package/encode.h"

namespace ipdk::package {
namespace {

ir::Compiled Program(const char* path) {
  std::ifstream in(std::string(IPDK_SOURCE_DIR) + path);
  auto out = ir::ParseText(std::string(std::istreambuf_iterator<char>(in), {}));
  EXPECT_TRUE(out.has_value()) << path;
  out->schema.program = "router";
  out->schema.architecture = "v1model";
  // What the text form leaves out.
  out->schema.package_doc.brief = "brief";
  out->schema.tables[schema::TableId(0)].preamble.annotations.push_back(
      {"brief", "x", {}, {}, "router.p4", 3, 4});
  out->program.sources.Add({"router.p4", 70, 2});
  out->program.sources.Add({"core.p4", 5, 1});
  out->program.sources.Add({"router.p4", 71, 9});
  out->program.blocks[ir::BlockId(0)].term.at = ir::SourceId(2);
  return *out;
}
ir::Compiled Router() { return Program("/pipeline/ir/testdata/router.ir"); }

TEST(Package, APackageIsTheProgram) {
  for (const char* path : {"/pipeline/ir/testdata/router.ir", "/pipeline/eval/testdata/flow.ir"}) {
    const ir::Compiled compiled = Program(path);
    const std::string bytes = Write(compiled);
    auto read = Read(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().ToString();
    EXPECT_EQ(Flat(*read), Flat(compiled));
    EXPECT_EQ(ir::Print(*read, {.sources = true}), ir::Print(compiled, {.sources = true}));
    EXPECT_EQ(Write(*read), bytes);
    EXPECT_EQ(read->program.sources[ir::SourceId(1)].file, "core.p4");
    EXPECT_EQ(read->program.sources[ir::SourceId(2)].line, 71u);
    EXPECT_EQ(read->schema.tables[schema::TableId(0)].preamble.annotations.back().file,
              "router.p4");
  }
}

TEST(Package, PeekTellsWhatItIs) {
  const std::string bytes = Write(Router());
  auto summary = Peek(bytes);
  ASSERT_TRUE(summary.has_value()) << summary.error().ToString();
  EXPECT_EQ(summary->program, "router");
  EXPECT_EQ(summary->architecture, "v1model");
  EXPECT_EQ(summary->compiler, CompilerVersion());
  EXPECT_EQ(summary->major, kMajor);
  ir::Compiled other = Router();
  other.program.step_limit += 1;
  EXPECT_EQ(Peek(Write(Router()))->hash, summary->hash);
  EXPECT_NE(Peek(Write(other))->hash, summary->hash);
}

TEST(Package, EveryCutIsAnError) {
  const std::string bytes = Write(Router());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Read(std::string_view(bytes).substr(0, size)).has_value()) << size;
    ASSERT_FALSE(Peek(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(Read(bytes + "x").has_value());
}

TEST(Package, EveryChangedByteIsAnError) {
  const std::string bytes = Write(Router());
  for (size_t i = 0; i < bytes.size(); ++i)
    for (int change : {0x01, 0x10, 0x80, 0xff}) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ change);
      ASSERT_FALSE(Read(bad).has_value()) << i;
    }
}

// With checksums that fit again, the reader and the verifiers are the only guard: an error, or a
// program that is valid.
TEST(Package, AForgedByteNeverPassesUnchecked) {
  const ir::Compiled compiled = Router();
  const std::string bytes = Write(compiled);
  auto opened = Open(bytes);
  ASSERT_TRUE(opened.has_value());
  size_t accepted = 0, refused = 0;
  for (SectionKind kind : {SectionKind::kSchema, SectionKind::kProgram, SectionKind::kSources}) {
    std::vector<Section> sections = {{SectionKind::kInfo, std::string(opened->info)},
                                     {SectionKind::kSchema, std::string(opened->schema)},
                                     {SectionKind::kProgram, std::string(opened->program)},
                                     {SectionKind::kSources, std::string(opened->sources)}};
    std::string& section = sections[static_cast<size_t>(kind) - 1].bytes;
    for (size_t i = 0; i < section.size(); ++i)
      for (int change : {0x01, 0x7e}) {
        section[i] = static_cast<char>(section[i] ^ change);
        auto read = Read(Seal(sections));
        if (read) {
          ++accepted;
          ASSERT_TRUE(ir::Verify(*read).has_value());
          ASSERT_NE(Flat(*read), Flat(compiled));
        } else {
          ++refused;
          ASSERT_NE(read.error().code(), Code::kInternal);
        }
        section[i] = static_cast<char>(section[i] ^ change);
      }
  }
  EXPECT_GT(accepted, 100u);  // names, for the most part
  EXPECT_GT(refused, 1000u);
}

TEST(Package, AnotherBuildsPackageIsRefusedAndStillPeekedAt) {
  const std::string bytes = Write(Router());
  auto opened = Open(bytes);
  ASSERT_TRUE(opened.has_value());
  std::string info;
  AppendString(info, "router");
  AppendString(info, "v1model");
  AppendString(info, "9.9.9");
  AppendVarint(info, ShapeOfCompiled() + 1);
  const std::string other = Seal({{SectionKind::kInfo, info},
                                  {SectionKind::kSchema, std::string(opened->schema)},
                                  {SectionKind::kProgram, std::string(opened->program)},
                                  {SectionKind::kSources, std::string(opened->sources)}});
  auto read = Read(other);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), Code::kFailedPrecondition);
  EXPECT_NE(read.error().message().find("'router' was written by compiler 9.9.9"),
            std::string::npos)
      << read.error().message();
  EXPECT_NE(read.error().message().find("recompile with ipdk compile"), std::string::npos);
  EXPECT_EQ(Peek(other)->compiler, "9.9.9");
}

// Tuples of tuples, each written out twice in the next, would be printed for ever.
TEST(Package, TypesThatExplodeAreRefused) {
  ir::Compiled compiled = Router();
  compiled.schema.types.push_back({});
  for (uint32_t i = 0; i < 60; ++i)
    compiled.schema.types.push_back({schema::DataType::Kind::kTuple, 0, "", {i, i}});
  auto read = Read(Write(compiled));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message(),
            "the package of 'router': type 16 has more than 65536 parts when written out");
}

TEST(Package, AnInvalidProgramIsRefusedWithItsFault) {
  ir::Compiled compiled = Router();
  compiled.program.ingress = ir::FunctionId(77);
  auto read = Read(Write(compiled));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message(),
            "the package of 'router': ingress function 77 does not exist, there are 3");
}

}  // namespace
}  // namespace ipdk::package
