#include "pipeline/stf/parse.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace ipdk::stf {
namespace {

using Kind = Statement::Kind;

std::string Message(std::string_view text) {
  auto file = Parse(text);
  return file ? "accepted" : file.error().message();
}

TEST(StfParse, EveryStatement) {
  std::ifstream in(IPDK_SOURCE_DIR "/pipeline/stf/testdata/all.stf");
  auto file = Parse(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_TRUE(file.has_value()) << file.error().ToString();
  std::set<Kind> kinds;
  for (const Statement& s : file->statements) kinds.insert(s.kind);
  EXPECT_EQ(kinds.size(), static_cast<size_t>(Kind::kMeterArraySetRates) + 1);
  const Statement& add = file->statements[0];
  EXPECT_EQ(add.line, 2u);
  EXPECT_EQ(add.object, "t");
  EXPECT_EQ(add.priority, 5u);
  ASSERT_EQ(add.matches.size(), 7u);
  EXPECT_EQ(add.matches[1].key, "a.b[1].c");
  EXPECT_EQ(add.matches[4].form, MatchText::Form::kRange);
  EXPECT_EQ(add.action.name, "ingress.set");
  EXPECT_EQ(add.action.args.size(), 2u);
  EXPECT_EQ(add.label, "A");
  EXPECT_EQ(file->statements[1].object, "in.gress.t");
  EXPECT_EQ(file->statements[2].nibbles, "001122");
  EXPECT_TRUE(file->statements[3].exact);
  EXPECT_EQ(file->statements[3].nibbles, "0011**");
  EXPECT_TRUE(file->statements[4].any);
  EXPECT_FALSE(file->statements[5].any);
  const Statement& rates = file->statements[file->statements.size() - 2];
  EXPECT_EQ(rates.rates[0].per_second, 5u);
  EXPECT_EQ(rates.rates[1].per_second, 2'500'000u);
}

TEST(StfParse, ErrorsNameTheLine) {
  EXPECT_EQ(Message("wait\npacket 0 123\n"), "line 2: packet data has an odd number of digits (3)");
  EXPECT_EQ(Message("packet 0 12 zz"), "line 1: character 0x7a is not packet data");
  EXPECT_EQ(Message("packet 0 1*"), "line 1: character 0x2a is not packet data");
  EXPECT_EQ(Message("packet x 12"), "line 1: expected a port");
  EXPECT_EQ(Message("expect 0 12 $ 13"), "line 1: nothing may follow '$'");
  EXPECT_EQ(Message("foo bar"), "line 1: 'foo' does not start with a keyword");
  EXPECT_EQ(Message("add t k:1 a(x:1"), "line 1: expected ')', found the end of the statement");
  EXPECT_EQ(Message("add t k:0x1*/8 a()"),
            "line 1: key 'k': '*' does not go with a length, mask or range");
  EXPECT_EQ(Message("remove some"), "line 1: only 'remove all' is known, not 'some'");
  EXPECT_EQ(Message("mc_node_create 1"),
            "line 1: expected a number, found the end of the statement");
  EXPECT_EQ(Message("# only a comment\n\n"), "accepted");
}

}  // namespace
}  // namespace ipdk::stf
