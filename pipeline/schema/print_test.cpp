#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pipeline/schema/p4info.h"
#include "pipeline/schema/tdi_json.h"
#include "pipeline/schema/text_proto.h"
#include "pipeline/schema/verify.h"

namespace ipdk::schema {
namespace {

Preamble Named(uint32_t id, const char* name, const char* alias) {
  Preamble out;
  out.id = id;
  out.name = name;
  out.alias = alias;
  return out;
}

Schema Sample() {
  Schema s;
  s.program = "p.p4";
  s.architecture = "v1model";
  const Annotation info{
      "pkginfo", "name = \"router\", url=\"x\"", Annotation::Form::kBody, {}, "", 0, 0};
  s.package_annotations.push_back(info);
  Action drop{Named(0x01000001, "c.drop", "drop"), {}};
  Action send{Named(0x01000002, "c.send", "send"), {}};
  send.params.push_back({1, "port", 9, "port_t", false, {}, {}});
  s.actions.Add(drop);
  s.actions.Add(send);
  Table t;
  t.preamble = Named(0x02000001, "c.t", "t");
  t.preamble.annotations.push_back({"my", "\"x\"", Annotation::Form::kBody, {}, "", 0, 0});
  Annotation list{"list", "", Annotation::Form::kExpressions, {}, "", 0, 0};
  list.values.push_back({"", Annotation::Value::Type::kInteger, "", 0});
  list.values.push_back({"", Annotation::Value::Type::kBool, "", 1});
  t.preamble.annotations.push_back(list);
  t.preamble.doc.brief = "routes";
  for (int kind = 0; kind <= 4; ++kind) {
    MatchField key;
    key.id = static_cast<uint32_t>(kind + 1);
    key.name = fmt::format("k{}", kind);
    key.width = 12;
    key.kind = static_cast<MatchKind>(kind);
    t.keys.push_back(key);
  }
  t.actions.push_back(
      {ActionId(0), ActionScope::kDefaultOnly, {{"defaultonly", "", {}, {}, "", 0, 0}}});
  t.actions.push_back({ActionId(1), ActionScope::kTableOnly, {}});
  t.default_entry.action = 0;
  t.const_default = true;
  t.idle_timeout = true;
  t.direct_counters.push_back(CounterId(0));
  s.tables.Add(t);
  Table hidden = t;
  hidden.preamble.hidden = true;
  hidden.direct_counters.clear();
  s.tables.Add(hidden);
  Counter direct;
  direct.preamble = Named(0x13000001, "c.d", "d");
  direct.direct_of = TableId(0);
  s.counters.Add(direct);
  Counter counter;
  counter.preamble = Named(0x12000001, "c.n", "n");
  counter.unit = CounterUnit::kBytes;
  counter.size = 8;
  counter.index_type_name = "port_t";
  s.counters.Add(counter);
  Register reg;
  reg.preamble = Named(0x16000001, "c.r", "r");
  reg.widths = {32};
  reg.size = 4;
  s.registers.Add(reg);
  ActionProfile profile;
  profile.preamble = Named(0x11000001, "c.p", "p");
  profile.with_selector = true;
  profile.size = 64;
  profile.preamble.annotations.push_back(
      {"selector_size_semantics", "\"sum_of_weights\"", Annotation::Form::kBody, {}, "", 0, 0});
  s.action_profiles.Add(profile);
  s.types.push_back({DataType::Kind::kBits, 32, "", {}});
  s.types.push_back({DataType::Kind::kBits, 9, "", {}});
  NamedType port;
  port.kind = DataType::Kind::kNewType;
  port.name = "port_t";
  port.underlying = 1;
  port.translated = true;
  port.translation_uri = "x/port";
  s.named_types.push_back(port);
  NamedType kinds;
  kinds.kind = DataType::Kind::kSerializableEnum;
  kinds.name = "kinds";
  kinds.underlying = 1;
  kinds.members.push_back({"A", 0, 300, {}});
  s.named_types.push_back(kinds);
  return s;
}

TEST(P4Info, PrintsEveryKind) {
  const Schema s = Sample();
  auto verified = Verify(s);
  ASSERT_TRUE(verified.has_value()) << verified.error().ToString();
  const std::string text = PrintP4Info(s);
  EXPECT_EQ(text.substr(0, text.find("tables {")),
            "# proto-file: p4/config/v1/p4info.proto\n# proto-message: p4.config.v1.P4Info\n\n"
            "pkg_info {\n  name: \"router\"\n  arch: \"v1model\"\n  url: \"x\"\n}\n");
  EXPECT_EQ(
      text.substr(text.find("tables {"), text.find("  match_fields {") - text.find("tables {")),
      R"X(tables {
  preamble {
    id: 33554433
    name: "c.t"
    alias: "t"
    annotations: "@my(\"x\")"
    doc {
      brief: "routes"
    }
    structured_annotations {
      name: "list"
      expression_list {
        expressions {
          int64_value: 0
        }
        expressions {
          bool_value: true
        }
      }
    }
  }
)X");
  const size_t refs = text.find("  action_refs {");
  EXPECT_EQ(text.substr(refs, text.find("actions {\n", refs + 100) - refs), R"(  action_refs {
    id: 16777217
    annotations: "@defaultonly"
    scope: DEFAULT_ONLY
  }
  action_refs {
    id: 16777218
    scope: TABLE_ONLY
  }
  const_default_action_id: 16777217
  initial_default_action {
    action_id: 16777217
  }
  direct_resource_ids: 318767105
  size: 1024
  idle_timeout_behavior: NOTIFY_CONTROL
}
)");
  for (const char* part :
       {"match_type: OPTIONAL", "direct_table_id: 33554433",
        "unit: BYTES\n  }\n  size: 8\n  index_type_name {", "sum_of_weights {\n  }",
        "type_spec {\n    bitstring {\n      bit {\n        bitwidth: 32",
        "translated_type {\n        uri: \"x/port\"\n        sdn_string {\n        }",
        "underlying_type {\n        bitwidth: 9\n      }\n      members {\n        name: \"A\"\n   "
        "  "
        "   value: \"\\001,\""})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  // One table: the other is hidden.
  EXPECT_EQ(text.find("tables {", text.find("tables {") + 1), std::string::npos);
}

TEST(P4Info, EscapesAsProtobufDoes) {
  EXPECT_EQ(ProtoQuoted(std::string_view("a\0\n\"'\\\x80", 7)), R"("a\000\n\"\'\\\200")");
}

TEST(TdiJson, IsWhatToolsRead) {
  const auto json = nlohmann::json::parse(PrintTdiJson(Sample()));
  ASSERT_EQ(json["tables"].size(),
            6u);  // table, profile, selector, its member table, counter, register
  const auto& table = json["tables"][0];
  EXPECT_EQ(table["name"], "pipe.c.t");
  EXPECT_EQ(table["table_type"], "MatchAction_Direct");
  EXPECT_EQ(table["key"].size(), 6u);
  EXPECT_EQ(table["key"][5]["name"], "$MATCH_PRIORITY");
  EXPECT_EQ(table["action_specs"][1]["data"][0]["type"]["width"], 9);
  EXPECT_EQ(table["attributes"], (nlohmann::json{"EntryScope", "IdleTimeout"}));
  EXPECT_EQ(json["tables"][2]["name"], "pipe.c.p_sel");
  EXPECT_EQ(json["tables"][4]["data"][0]["singleton"]["name"], "$COUNTER_SPEC_BYTES");
}

}  // namespace
}  // namespace ipdk::schema
