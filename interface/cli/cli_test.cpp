// What needs no daemon: units, values, words, usage.
#include "interface/cli/cli.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <p4/config/v1/p4info.pb.h>

#include "interface/cli/names.h"
#include "interface/cli/units.h"
#include "interface/cli/verb.h"

namespace ipdk::cli {
namespace {

TEST(Units, AreExactAndReadBack) {
  EXPECT_EQ(*ParseBitRate("10Gbps"), 10'000'000'000u);
  EXPECT_EQ(*ParseBitRate("2.5gbps"), 2'500'000'000u);
  EXPECT_EQ(*ParseBitRate("250 Mbps"), 250'000'000u);
  EXPECT_EQ(*ParseBitRate("1500"), 1500u);
  EXPECT_EQ(*ParseBitRate("unlimited"), 0u);
  EXPECT_EQ(*ParseRequestRate("100KIOPS"), 100'000u);
  EXPECT_EQ(*ParseBytes("64KB"), 64'000u);
  EXPECT_EQ(*ParseBytes("64KiB"), 65'536u);
  for (const char* bad : {"", "Gbps", "10Gb/s", "-1", "1.2.3Mbps", "99999999999999999999",
                          "99999999Tbps", "0.0001bps"})
    EXPECT_FALSE(ParseBitRate(bad).has_value()) << bad;
  for (const char* text : {"10Gbps", "2.5Gbps", "1.25Mbps", "999bps", "unlimited"})
    EXPECT_EQ(PrintBitRate(*ParseBitRate(text)), text);
}

TEST(Words, AreSplitAsByAShell) {
  EXPECT_EQ(*SplitLine("  table add 'a b' x=\"1 2\"c  # said"),
            (std::vector<std::string>{"table", "add", "a b", "x=1 2c"}));
  EXPECT_TRUE(SplitLine("# nothing")->empty());
  EXPECT_FALSE(SplitLine("a 'b").has_value());
}

TEST(Values, AreReadAndPrintedAsInTheProgram) {
  const auto round = [](std::string_view text, int width, std::string_view name) {
    auto value = ParseValue(text, width, "x");
    return value ? PrintValue(*value, width, name) : value.error().message();
  };
  EXPECT_EQ(round("10.0.0.1", 32, "hdr.ipv4.dst_addr"), "10.0.0.1");
  EXPECT_EQ(round("0x0a000001", 32, "dst_addr"), "10.0.0.1");
  EXPECT_EQ(round("52:54:00:00:01:02", 48, "mac"), "52:54:00:00:01:02");
  EXPECT_EQ(round("fd00:1::", 128, "dst_addr"), "fd00:1::");
  EXPECT_EQ(round("7", 9, "port"), "7");
  EXPECT_EQ(ParseValue("512", 9, "port").error().code(), Code::kOutOfRange);
  EXPECT_EQ(ParseValue("ten", 9, "port").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(ParseValue("-1", 9, "port").error().code(), Code::kInvalidArgument);
}

P4Names Program() {
  p4::config::v1::P4Info info;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        tables {
          preamble { id: 0x02000001 name: "ingress.route" }
          match_fields { id: 1 name: "hdr.ipv4.dst_addr" bitwidth: 32 match_type: LPM }
          action_refs { id: 0x01000001 }
        }
        tables {
          preamble { id: 0x02000002 name: "egress.route" }
          match_fields { id: 1 name: "hdr.ipv4.src_addr" bitwidth: 32 match_type: TERNARY }
          match_fields { id: 2 name: "port" bitwidth: 16 match_type: RANGE }
        }
        actions {
          preamble { id: 0x01000001 name: "ingress.forward" }
          params { id: 1 name: "port" bitwidth: 9 }
        }
      )pb",
      &info));
  return P4Names(std::move(info));
}

TEST(Names, UniqueSuffixesWillDo) {
  const P4Names names = Program();
  EXPECT_TRUE(names.Table("ingress.route").has_value());
  EXPECT_EQ(names.Table("route").error().code(), Code::kInvalidArgument);
  auto missing = names.Table("oute");
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_NE(missing.error().message().find("ingress.route"), std::string::npos);
  EXPECT_TRUE(names.Field(**names.Table("ingress.route"), "dst_addr").has_value());
  EXPECT_TRUE(names.ActionOf(**names.Table("ingress.route"), "forward").has_value());
}

TEST(Names, MatchesAreReadAndPrinted) {
  const P4Names names = Program();
  const auto round = [&](const char* table_name, int field, std::string_view text) -> std::string {
    const auto& table = **names.Table(table_name);
    p4::v1::TableEntry entry;
    auto status = names.AddMatch(table.match_fields(field), text, entry);
    if (!status) return status.error().message();
    return entry.match_size() == 0 ? "*" : names.PrintMatch(table, entry.match(0));
  };
  EXPECT_EQ(round("ingress.route", 0, "10.0.0.0/24"), "10.0.0.0/24");
  EXPECT_EQ(round("ingress.route", 0, "10.0.0.1"), "10.0.0.1/32");
  EXPECT_EQ(round("ingress.route", 0, "0.0.0.0/0"), "*");
  EXPECT_NE(round("ingress.route", 0, "10.0.0.1/24").find("after its prefix"), std::string::npos);
  EXPECT_EQ(round("egress.route", 0, "10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(round("egress.route", 0, "0x01&&&0x0f"), "0.0.0.1&&&0xf");
  EXPECT_EQ(round("egress.route", 1, "80..90"), "80..90");
  EXPECT_EQ(round("egress.route", 1, "0..65535"), "*");
  EXPECT_NE(round("egress.route", 1, "90..80").find("empty"), std::string::npos);
}

TEST(Usage, IsToldWithCodeTwo) {
  const Tools tools;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"nonsense"},
        {"check"},
        {"stf", "a.p4"},
        {"create", "moon"},
        {"list", "--what"},
        {"trace", "00"},
        {"compile", "--emit"},
        {"create", "port", "host1", "veth", "fast", "p1"}}) {
    const Ran ran = RunOnce(words, tools);
    EXPECT_EQ(ran.code, kBadUsage) << words[0] << ": " << ran.err;
    EXPECT_FALSE(ran.err.empty());
  }
  EXPECT_NE(RunOnce({"nonsense"}, tools).err.find("compile"), std::string::npos);
}

TEST(Compile, P4InfoHasThreeForms) {
  Tools tools;
  tools.emits = {"package", "p4info"};
  tools.compile = [](const Source&, const std::vector<std::string>& emit) {
    Compiled out;
    out.ok = true;
    for (const std::string& what : emit)
      out.outputs[what] = "tables { preamble { id: 33554433 name: \"c.t\" } size: 7 }";
    return out;
  };
  const auto form = [&](const std::string& format) {
    return RunOnce({"compile", "--emit", "p4info", "--format", format, "a.p4"}, tools);
  };
  EXPECT_NE(form("text").out.find("tables {"), std::string::npos);
  const Ran json = form("json");
  EXPECT_EQ(json.code, kOk) << json.err;
  EXPECT_NE(json.out.find("\"tables\""), std::string::npos);
  EXPECT_NE(json.out.find("\"c.t\""), std::string::npos);
  ::p4::config::v1::P4Info info;
  ASSERT_TRUE(info.ParseFromString(form("binary").out));
  ASSERT_EQ(info.tables_size(), 1);
  EXPECT_EQ(info.tables(0).size(), 7);
  EXPECT_EQ(form("yaml").code, kBadUsage);
  EXPECT_EQ(RunOnce({"compile", "--format", "json", "a.p4"}, tools).code, kBadUsage);
}

TEST(Usage, EveryVerbHasHelpWithAnExample) {
  const Tools tools;
  for (const Verb& verb : Verbs()) {
    const Ran ran = RunOnce({std::string(verb.name), "--help"}, tools);
    EXPECT_EQ(ran.code, kOk);
    EXPECT_NE(ran.out.find("example"), std::string::npos) << verb.name;
    EXPECT_NE(ran.out.find(fmt::format("ipdk {}", verb.name)), std::string::npos) << verb.name;
  }
}

TEST(Daemon, IsMissedAloud) {
  const Tools tools;
  const Ran ran = RunOnce({"list", "ports", "--gnmi", "127.0.0.1:1"}, tools);
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_NE(ran.err.find("ipdkd"), std::string::npos) << ran.err;
}

TEST(Tools, OutcomesBecomeExitCodes) {
  Tools tools;
  tools.stf_targets = {"eval"};
  StfReport report;
  tools.stf = [&](const Source&, const std::string&, const std::string&) { return report; };
  report.outcome = StfReport::Outcome::kPass;
  EXPECT_EQ(RunOnce({"stf", "a.p4", "a.stf"}, tools).code, 0);
  report.outcome = StfReport::Outcome::kMismatch;
  EXPECT_EQ(RunOnce({"stf", "--target=eval", "a.p4", "a.stf"}, tools).code, 1);
  report.outcome = StfReport::Outcome::kBad;
  EXPECT_EQ(RunOnce({"stf", "a.p4", "-I", "x", "-DA=1", "a.stf"}, tools).code, 2);
  EXPECT_EQ(RunOnce({"stf", "--target", "moon", "a.p4", "a.stf"}, tools).code, 2);
  tools.check = [](const Source& source) {
    Compiled compiled;
    compiled.unreadable = source.program == "none.p4";
    return compiled;
  };
  EXPECT_EQ(RunOnce({"check", "a.p4"}, tools).code, 1);
  EXPECT_EQ(RunOnce({"check", "none.p4"}, tools).code, 2);
}

}  // namespace
}  // namespace ipdk::cli
