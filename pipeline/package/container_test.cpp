#include "pipeline/package/container.h"

#include <gtest/gtest.h>

namespace ipdk::package {
namespace {

std::vector<Section> Sections() {
  return {{SectionKind::kInfo, "who"},
          {SectionKind::kSchema, "what"},
          {SectionKind::kProgram, std::string("\0how", 4)},
          {SectionKind::kSources, ""}};
}

std::string Message(const Result<Opened>& opened) {
  return opened ? "opened" : opened.error().message();
}

TEST(Container, GivesTheSectionsBack) {
  const std::string bytes = Seal(Sections());
  auto opened = Open(bytes);
  ASSERT_TRUE(opened.has_value()) << opened.error().ToString();
  EXPECT_EQ(opened->info, "who");
  EXPECT_EQ(opened->schema, "what");
  EXPECT_EQ(opened->program, std::string_view("\0how", 4));
  EXPECT_EQ(opened->sources, "");
  EXPECT_EQ(opened->major, kMajor);
}

TEST(Container, EveryChangeAndCutIsNoticed) {
  const std::string bytes = Seal(Sections());
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(Open(std::string_view(bytes).substr(0, i)).has_value()) << i;
    for (int change = 1; change < 256; ++change) {
      std::string bad = bytes;
      bad[i] = static_cast<char>(bad[i] ^ change);
      EXPECT_FALSE(Open(bad).has_value()) << i;
    }
  }
  EXPECT_FALSE(Open(bytes + '\0').has_value());
}

TEST(Container, SaysWhatIsWrong) {
  EXPECT_EQ(Message(Open("")), "an empty package; write one with ipdk compile");
  EXPECT_EQ(Message(Open("#include <core.p4>")),
            "not a package: 18 bytes that do not start with its mark; write one with ipdk compile");
  std::string bytes = Seal(Sections());
  EXPECT_EQ(Message(Open(bytes.substr(0, 98))), "the package is cut: it was written with " +
                                                    std::to_string(bytes.size()) +
                                                    " bytes and has 98");
  auto twice = Sections();
  twice.push_back(twice[1]);
  EXPECT_EQ(Message(Open(Seal(twice))), "the package has two sections 'schema'");
  auto fewer = Sections();
  fewer.erase(fewer.begin() + 2);
  EXPECT_EQ(Message(Open(Seal(fewer))), "the package has no section 'program'");
  bytes[8] = 2;
  EXPECT_EQ(Open(bytes).error().code(), Code::kFailedPrecondition);
  EXPECT_EQ(
      Message(Open(bytes)),
      "the package has format version 2.0, this build reads 1.x; recompile with ipdk compile");
}

TEST(Container, SkipsWhatALaterMinorVersionAdds) {
  auto more = Sections();
  more.insert(more.begin(), {static_cast<SectionKind>(99), "later"});
  more.push_back({static_cast<SectionKind>(UINT32_MAX), ""});
  const std::string bytes = Seal(more);
  auto opened = Open(bytes);
  ASSERT_TRUE(opened.has_value()) << opened.error().ToString();
  EXPECT_EQ(opened->schema, "what");
}

}  // namespace
}  // namespace ipdk::package
