#include "pipeline/package/fields.h"

#include <gtest/gtest.h>

#include "pipeline/package/any_program.h"
#include "pipeline/package/decode.h"
#include "pipeline/package/encode.h"

namespace ipdk::package {
namespace {

TEST(Fields, WhateverGoesInComesOut) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    ir::Compiled compiled;
    Fill fill(seed);
    fill(compiled);
    const Encoded encoded = Encode(compiled);
    auto read = Decode(encoded.schema, encoded.program, encoded.sources);
    ASSERT_TRUE(read.has_value()) << "seed " << seed << ": " << read.error().ToString();
    ASSERT_EQ(Flat(*read), Flat(compiled)) << "seed " << seed;
  }
}

// One form only: what is read and written again is the same bytes.
TEST(Fields, DamagedBytesAreRefusedOrAreAnotherProgram) {
  size_t accepted = 0;
  for (uint32_t seed = 0; seed < 3; ++seed) {
    ir::Compiled compiled;
    Fill fill(seed);
    fill(compiled);
    const Encoded good = Encode(compiled);
    for (int part = 0; part < 3; ++part) {
      const std::string& whole = part == 0 ? good.schema : part == 1 ? good.program : good.sources;
      // A sample of the places, another one for each program.
      for (size_t i = seed; i < whole.size(); i += 37) {
        for (int change : {0x01, 0x80, 0xff}) {
          Encoded bad = good;
          std::string& bytes = part == 0 ? bad.schema : part == 1 ? bad.program : bad.sources;
          bytes[i] = static_cast<char>(bytes[i] ^ change);
          auto read = Decode(bad.schema, bad.program, bad.sources);
          if (!read) continue;
          ++accepted;
          const Encoded again = Encode(*read);
          ASSERT_EQ(again.schema, bad.schema);
          ASSERT_EQ(again.program, bad.program);
          // Two entries of the file table may have become one name.
          if (part != 2) ASSERT_EQ(again.sources, bad.sources);
        }
        Encoded cut = good;
        (part == 0 ? cut.schema : part == 1 ? cut.program : cut.sources).resize(i);
        ASSERT_FALSE(Decode(cut.schema, cut.program, cut.sources).has_value());
      }
    }
  }
  EXPECT_GT(accepted, 100u);
}

TEST(Fields, NumbersHaveOneForm) {
  for (uint64_t value :
       {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 32, UINT64_MAX}) {
    std::string bytes;
    AppendVarint(bytes, value);
    std::string_view rest = bytes;
    uint64_t read = 1;
    ASSERT_TRUE(TakeVarint(rest, read));
    EXPECT_EQ(read, value);
    EXPECT_TRUE(rest.empty());
    for (size_t size = 0; size < bytes.size(); ++size) {
      rest = std::string_view(bytes).substr(0, size);
      EXPECT_FALSE(TakeVarint(rest, read));
    }
  }
  uint64_t read;
  std::string_view overlong("\x80\x00", 2), beyond("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
  EXPECT_FALSE(TakeVarint(overlong, read));
  EXPECT_FALSE(TakeVarint(beyond, read));
}

// A list that claims an element per byte must not make gigabytes.
TEST(Fields, MemoryIsBounded) {
  // program "", architecture "", 0 package annotations, doc "" "", 0 tables, then actions.
  std::string schema(6, '\0');
  AppendVarint(schema, 8u << 20);
  schema.append(8u << 20, '\0');
  auto read = Decode(schema, "", "");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), Code::kResourceExhausted);
  EXPECT_NE(read.error().message().find("memory"), std::string::npos) << read.error().message();
}

TEST(Fields, EnumsOfDefFilesAreKnown) {
  EXPECT_TRUE(Known(ir::BinaryOp::kSLe));
  EXPECT_FALSE(Known(static_cast<ir::BinaryOp>(200)));
  EXPECT_FALSE(Known(static_cast<ir::TermKind>(7)));
  EXPECT_EQ(Describe(static_cast<ir::Arch*>(nullptr)), "kNone=0 kV1Model=1 kPsa=2 kPna=3 ");
  EXPECT_NE(ShapeOfCompiled(), 0u);
}

}  // namespace
}  // namespace ipdk::package
