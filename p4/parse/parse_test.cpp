#include "p4/parse/parse.h"

#include <gtest/gtest.h>

#include <set>

#include "p4/lex/literal.h"
#include "p4/syntax/print.h"

namespace ipdk::p4 {
namespace {

struct Parsed {
  SourceMap sources;
  Diagnostics diagnostics{sources};
  std::optional<SyntaxTree> tree;

  explicit Parsed(std::string text, std::vector<std::string> include_dirs = {}) {
    sources.AddText("x.p4", std::move(text));
    PreprocessOptions options;
    options.include_dirs = std::move(include_dirs);
    tree = Parse(options, "x.p4", sources, diagnostics);
  }
};

std::string Repeat(std::string_view text, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

TEST(Parse, ChainsOfOperatorsHaveNoBound) {
  Parsed parsed("const int a = 1" + Repeat(" + 1", 100'000) + ";");
  ASSERT_TRUE(parsed.tree) << parsed.diagnostics.Print();
  EXPECT_EQ(parsed.tree->expression_count(), 200'001u);
  const auto* a = As<ConstantDecl>(parsed.tree->declarations[0]);
  ASSERT_NE(a, nullptr);
  EXPECT_LE(a->value->depth, 3);
  EXPECT_EQ(PrintExpression(a->value).size(), 1u + 4u * 100'000u);
}

TEST(Parse, NestingEndsWithAnErrorNotWithTheStack) {
  for (std::string_view open :
       {"(", "-", "{", "(bit<8>)", "f(", "x[", "1 + (", "a ? b : ", "a ? ", "(bit<", "x<bit<",
        "{a = ", "tuple<", "T(", "(tuple<", ".", "@a[", "~!"}) {
    Parsed expression("typedef bit<8> T; const int a = " + Repeat(open, 20'000));
    EXPECT_TRUE(expression.diagnostics.failed()) << open;
    Parsed type(std::string("typedef ") + Repeat(open, 20'000));
    EXPECT_TRUE(type.diagnostics.failed()) << open;
  }
  for (std::string_view open :
       {"{", "if (x) ", "if (x) {", "if (x) ; else { ", "for (;;) ", "switch (x) { a: {", "for (",
        "x = ", "@a {", "if (x) ; else ", "T(1) x = {", "bit<8> f() {"}) {
    Parsed statement("typedef bit<8> T; void f() { " + Repeat(open, 20'000));
    EXPECT_TRUE(statement.diagnostics.failed()) << open;
    Parsed top(Repeat(open, 20'000));
    EXPECT_TRUE(top.diagnostics.failed()) << open;
  }
  for (std::string_view open :
       {"T(1) x = { ", "extern X { ", "struct S { ", "typedef struct S { "}) {
    Parsed top("typedef bit<8> T; " + Repeat(open, 20'000));
    EXPECT_TRUE(top.diagnostics.failed()) << open;
  }
}

TEST(Parse, ErrorsAreCapped) {
  Parsed parsed(Repeat("const bit<8> a = ;\n", 5'000));
  EXPECT_GE(parsed.diagnostics.errors(), Diagnostics::kMaxErrors);
  EXPECT_LE(parsed.diagnostics.all().size(), Diagnostics::kMaxErrors);
}

TEST(Parse, IndicesAreDense) {
  Parsed parsed("#include <v1model.p4>\nconst bit<8> x = 1 + (bit<8>) f<bit<8>>(2)[3:0];",
                {IPDK_SOURCE_DIR "/p4/include"});
  ASSERT_TRUE(parsed.tree) << parsed.diagnostics.Print();
  std::set<uint32_t> seen;
  for (const Declaration* one : parsed.tree->declarations) {
    EXPECT_LT(one->index, parsed.tree->declaration_count());
    EXPECT_TRUE(seen.insert(one->index).second);
    Position at = parsed.sources.Resolve(one->span.begin);
    EXPECT_FALSE(at.text.empty());
  }
}

TEST(Parse, TheArchitecturesAreGood) {
  for (std::string_view file :
       {"core", "v1model", "psa", "pna", "bmv2/psa", "dpdk/psa", "dpdk/pna"}) {
    Parsed parsed(fmt::format("#include <{}.p4>\n#include <{}.p4>\n", file, file),
                  {IPDK_SOURCE_DIR "/p4/include"});
    EXPECT_TRUE(parsed.tree) << parsed.diagnostics.Print();
    EXPECT_EQ(parsed.diagnostics.warnings(), 0u) << parsed.diagnostics.Print();
  }
}

// A tree's text is a program with the same tree.
TEST(Parse, PrintedTreesParseAgain) {
  Parsed first("#include <v1model.p4>\n", {IPDK_SOURCE_DIR "/p4/include"});
  ASSERT_TRUE(first.tree);
  std::string text = PrintTree(*first.tree);
  Parsed second(text);
  ASSERT_TRUE(second.tree) << second.diagnostics.Print();
  EXPECT_EQ(PrintTree(*second.tree), text);
}

TEST(Literal, Numbers) {
  std::string why;
  auto value = [&](std::string_view text) {
    auto number = ParseNumber(text, why);
    return number ? number->value.get_str() : "none";
  };
  EXPECT_EQ(value("0"), "0");
  EXPECT_EQ(value("007"), "7");
  EXPECT_EQ(value("1_000"), "1000");
  EXPECT_EQ(value("0xff"), "255");
  EXPECT_EQ(value("0Xff_FF"), "65535");
  EXPECT_EQ(value("0b101"), "5");
  EXPECT_EQ(value("0o17"), "15");
  EXPECT_EQ(value("0d17"), "17");
  EXPECT_EQ(value("4s0xF"), "15");
  EXPECT_EQ(value("0x"), "none");
  EXPECT_EQ(value("8w"), "none");
  EXPECT_EQ(value("8w_"), "none");
  EXPECT_EQ(value("0b2"), "none");
  EXPECT_EQ(value("1a"), "none");
  auto number = ParseNumber("12s5", why);
  ASSERT_TRUE(number);
  EXPECT_TRUE(number->has_width && number->is_signed);
  EXPECT_EQ(number->width, 12u);
}

}  // namespace
}  // namespace ipdk::p4
