#include "pipeline/stf/resolve.h"

#include <gtest/gtest.h>

#include "pipeline/ir/parse_text.h"
#include "pipeline/schema/match.h"
#include "pipeline/stf/parse.h"

namespace ipdk::stf {
namespace {

schema::Schema Schema() {
  auto c = ir::ParseText(R"(
action NoAction()
action ingress.set(9 port, 8 v)
action egress.set(9 port)
table ingress.t
  key ternary 16 hdr.data.f1
  key exact 1 hdr.data.$valid$
  key lpm 32 hdr.ip.dst
  key range 8 hdr.data.r
  key optional 8 extra[0].b2
  action ingress.set
  action NoAction
  default NoAction()
table ingress.plain
  key exact 8 k
  action NoAction
  default NoAction()
table egress.plain
  key lpm 32 hdr.ip.dst
  action egress.set
  default egress.set(0)
)");
  EXPECT_TRUE(c.has_value()) << c.error().ToString();
  return c->schema;
}

// The entry as text, or the error.
std::string Entry(const std::string& line) {
  const schema::Schema schema = Schema();
  auto file = Parse(line);
  if (!file) return file.error().message();
  auto table = FindTable(schema, file->statements[0].object);
  if (!table) return table.error().message();
  auto entry = ToEntry(schema, *table, file->statements[0]);
  if (!entry) return entry.error().message();
  std::string out;
  const schema::Table& t = schema.tables[*table];
  for (size_t i = 0; i < entry->matches.size(); ++i)
    out += schema::ToText(t.keys[i], entry->matches[i]) + " ";
  out += fmt::format("prio {} -> {}", entry->order,
                     schema.actions[t.actions[entry->action].action].preamble.name);
  for (const Integer& arg : entry->args) out += " " + arg.get_str();
  return out;
}

TEST(StfResolve, Entries) {
  EXPECT_EQ(Entry("add ingress.t 7 data.f1:0x0*1* data:0b1 ip.dst:0x0a00**** data.r:3..9 "
                  "extra$0.b2:4 set(v:1, port:0x1ff)"),
            "0x10 &&& 0xf0f0 1 0xa000000/16 3..9 4 prio 7 -> ingress.set 511 1");
  EXPECT_EQ(Entry("add t 0 data.valid:1 NoAction()"), "* 1 0/0 0..0xff * prio 0 -> NoAction");
  EXPECT_EQ(Entry("add t 0 hdr.data.f1:0xff dst:10.1 NoAction()").substr(0, 7), "line 1:");
  // The bits above those written do not matter.
  EXPECT_EQ(Entry("add t 0 f1:0xff dst:0x0a000001/8 NoAction()"),
            "0xff &&& 0xff 0 0xa000000/8 0..0xff * prio 0 -> NoAction");
  EXPECT_EQ(Entry("add egress.plain dst:0x0a010203 set(port:1)"),
            "0xa010203/32 prio 0 -> egress.set 1");
  EXPECT_EQ(Entry("setdefault egress.plain set(port:4)"), "prio 0 -> egress.set 4");
}

TEST(StfResolve, ErrorsSayWhatIsKnown) {
  EXPECT_EQ(Entry("add nothing k:1 NoAction()"),
            "there is no table 'nothing'; known are 'ingress.t', 'ingress.plain', 'egress.plain'");
  EXPECT_EQ(Entry("add plain k:1 NoAction()"),
            "table 'plain' is ambiguous: it may be 'ingress.plain', 'egress.plain'");
  EXPECT_EQ(Entry("add ingress.plain q:1 NoAction()"),
            "table 'ingress.plain' has no key 'q'; its keys are 'k'");
  EXPECT_EQ(Entry("add ingress.plain k:256 NoAction()"), "key 'k' has 8 bits, 256 does not fit");
  EXPECT_EQ(Entry("add ingress.plain k:0x1* NoAction()"),
            "key 'k' is exact: '*' does not go with it");
  EXPECT_EQ(
      Entry("add t f1:0x1 NoAction()"),
      "table 'ingress.t' has a ternary, range or optional key: give a priority (larger wins)");
  EXPECT_EQ(
      Entry("add t 1 f1:12 NoAction()"),
      "key 'hdr.data.f1' is ternary: write 12 in hex or binary, its digits say which bits matter");
  EXPECT_EQ(Entry("add t 1 set(v:1)"), "action 'ingress.set' wants an argument 'port'");
  EXPECT_EQ(Entry("add t 1 set(v:1, w:2)"), "action 'ingress.set' has no parameter 'w'");
  EXPECT_EQ(Entry("add t 1 set(v:1, port:512)"),
            "action 'ingress.set': parameter 'port' wants at most 9 bits, got 0x200");
  EXPECT_EQ(Entry("add t 1 ip.dst:0x0*00 NoAction()"),
            "key 'ip.dst': in a prefix, '*' may only stand at the end: 0x0*00");
}

}  // namespace
}  // namespace ipdk::stf
