#include "pipeline/ir/scope.h"

namespace ipdk::ir {
namespace {

// `= "own name" id N alias "x" hidden`, each optional, at the end of a declaration.
Status TakePreamble(LineReader& in, const std::string& word, schema::Preamble& out) {
  out.name = word;
  if (in.TakePunct("=")) {
    IPDK_ASSIGN(out.name, in.Word("a name"));
  }
  const size_t dot = out.name.rfind('.');
  out.alias = dot == std::string::npos ? out.name : out.name.substr(dot + 1);
  if (in.TakeWord("id")) {
    IPDK_ASSIGN(out.id, in.Number32("an id"));
  }
  if (in.TakeWord("alias")) {
    IPDK_ASSIGN(out.alias, in.Word("an alias"));
  }
  out.hidden = in.TakeWord("hidden");
  return in.ExpectEnd();
}

Result<std::vector<uint32_t>> TakeWidths(LineReader& in) {
  std::vector<uint32_t> out;
  IPDK_RETURN_IF_ERROR(in.Expect("("));
  while (!in.TakePunct(")")) {
    if (!out.empty()) IPDK_RETURN_IF_ERROR(in.Expect(","));
    IPDK_ASSIGN(const uint32_t width, in.Number32("a width"));
    out.push_back(width);
  }
  return out;
}

Result<schema::MatchField> TakeKey(LineReader& in, uint32_t position) {
  schema::MatchField key;
  IPDK_ASSIGN(const std::string kind, in.Word("a match kind"));
  bool known = false;
  for (int i = 0; i <= static_cast<int>(schema::MatchKind::kOptional); ++i)
    if (schema::MatchKindName(static_cast<schema::MatchKind>(i)) == kind) {
      key.kind = static_cast<schema::MatchKind>(i);
      known = true;
    }
  if (!known) return in.Wrong("'{}' is not a match kind", kind);
  IPDK_ASSIGN(key.width, in.Number32("a width"));
  IPDK_ASSIGN(key.name, in.Word("a name"));
  key.id = position + 1;
  if (in.TakeWord("id")) {
    IPDK_ASSIGN(key.id, in.Number32("an id"));
  }
  IPDK_RETURN_IF_ERROR(in.ExpectEnd());
  return key;
}

Result<schema::Match> TakeMatch(LineReader& in, const schema::MatchField& field) {
  schema::Match out;
  if (in.TakePunct("*")) {
    if (field.kind == schema::MatchKind::kExact)
      return in.Wrong("exact key '{}' has no wildcard", field.name);
    out.wildcard = field.kind == schema::MatchKind::kOptional;
    if (field.kind == schema::MatchKind::kRange) out.high = Mask(field.width);
    return out;
  }
  IPDK_ASSIGN(out.value, in.Number("a value"));
  using enum schema::MatchKind;
  if (field.kind == kLpm) {
    IPDK_RETURN_IF_ERROR(in.Expect("/"));
    IPDK_ASSIGN(out.prefix_length, in.Number32("a prefix length"));
  } else if (field.kind == kTernary) {
    out.mask = Mask(field.width);
    if (in.TakePunct("&&&")) {
      IPDK_ASSIGN(out.mask, in.Number("a mask"));
    }
  } else if (field.kind == kRange) {
    out.high = out.value;
    if (in.TakePunct("..")) {
      IPDK_ASSIGN(out.high, in.Number("an upper bound"));
    }
  }
  return out;
}

// "action(args)", the action by its place in the table.
Status TakeActionCall(LineReader& in, const Scope& scope, const schema::Table& table,
                      schema::Entry& out) {
  IPDK_ASSIGN(const auto action, Take<schema::ActionId>(in, scope.actions, "action"));
  size_t at = 0;
  while (at < table.actions.size() && table.actions[at].action != action) ++at;
  if (at == table.actions.size()) return in.Wrong("the table has no such action");
  out.action = static_cast<uint32_t>(at);
  IPDK_RETURN_IF_ERROR(in.Expect("("));
  while (!in.TakePunct(")")) {
    if (!out.args.empty()) IPDK_RETURN_IF_ERROR(in.Expect(","));
    IPDK_ASSIGN(Integer value, in.Number("an argument"));
    out.args.push_back(std::move(value));
  }
  return {};
}

Status TakeTable(std::span<const Line> lines, const Scope& scope, schema::Schema& schema) {
  LineReader in(lines[0]);
  in.Skip();
  schema::Table table;
  IPDK_ASSIGN(const std::string word, in.Word("a name"));
  while (true) {
    if (in.TakeWord("size")) {
      IPDK_ASSIGN(table.size, in.Number64("a size"));
    } else if (in.TakeWord("const_entries")) {
      table.const_entries = true;
    } else if (in.TakeWord("idle_timeout")) {
      table.idle_timeout = true;
    } else if (in.TakeWord("auto_delete")) {
      table.auto_delete = true;
    } else if (in.TakeWord("add_on_miss")) {
      table.add_on_miss = true;
    } else if (in.TakeWord("profile")) {
      IPDK_ASSIGN(table.implementation,
                  Take<schema::ActionProfileId>(in, scope.profiles, "action profile"));
    } else {
      break;
    }
  }
  IPDK_RETURN_IF_ERROR(TakePreamble(in, word, table.preamble));
  const schema::TableId id(schema.tables.size());
  for (const Line& line : lines.subspan(1)) {
    LineReader row(line);
    if (row.TakeWord("key")) {
      IPDK_ASSIGN(auto key, TakeKey(row, static_cast<uint32_t>(table.keys.size())));
      table.keys.push_back(std::move(key));
    } else if (row.TakeWord("selector")) {
      IPDK_ASSIGN(table.selector_widths, TakeWidths(row));
    } else if (row.TakeWord("action")) {
      schema::ActionRef ref;
      IPDK_ASSIGN(ref.action, Take<schema::ActionId>(row, scope.actions, "action"));
      if (row.TakeWord("tableonly")) ref.scope = schema::ActionScope::kTableOnly;
      if (row.TakeWord("defaultonly")) ref.scope = schema::ActionScope::kDefaultOnly;
      table.actions.push_back(ref);
    } else if (row.TakeWord("default")) {
      table.const_default = row.TakeWord("const");
      IPDK_RETURN_IF_ERROR(TakeActionCall(row, scope, table, table.default_entry));
    } else if (row.TakeWord("counter")) {
      IPDK_ASSIGN(const auto counter, Take<schema::CounterId>(row, scope.counters, "counter"));
      table.direct_counters.push_back(counter);
    } else if (row.TakeWord("meter")) {
      IPDK_ASSIGN(const auto meter, Take<schema::MeterId>(row, scope.meters, "meter"));
      table.direct_meters.push_back(meter);
    } else if (row.TakeWord("entry")) {
      schema::Entry entry;
      IPDK_RETURN_IF_ERROR(row.Expect("("));
      for (size_t i = 0; i < table.keys.size(); ++i) {
        if (i > 0) IPDK_RETURN_IF_ERROR(row.Expect(","));
        IPDK_ASSIGN(auto match, TakeMatch(row, table.keys[i]));
        entry.matches.push_back(std::move(match));
      }
      IPDK_RETURN_IF_ERROR(row.Expect(")"));
      if (row.TakeWord("order")) {
        IPDK_ASSIGN(entry.order, row.Number64("an order"));
      }
      IPDK_RETURN_IF_ERROR(row.Expect("->"));
      IPDK_RETURN_IF_ERROR(TakeActionCall(row, scope, table, entry));
      entry.is_const = row.TakeWord("const");
      table.entries.push_back(std::move(entry));
    } else {
      return row.Wanted("a property of a table");
    }
    IPDK_RETURN_IF_ERROR(row.ExpectEnd());
  }
  if (table.implementation.valid() && schema.action_profiles.Contains(table.implementation))
    schema.action_profiles[table.implementation].tables.push_back(id);
  schema.tables.Add(std::move(table));
  return {};
}

// The `of TABLE size N index W` that counters, meters and registers share.
template <typename T>
Status TakeArray(LineReader& in, const Scope& scope, T& out) {
  if constexpr (requires { out.direct_of; }) {
    if (in.TakeWord("of")) {
      IPDK_ASSIGN(out.direct_of, Take<schema::TableId>(in, scope.tables, "table"));
    }
  }
  if (in.TakeWord("size")) {
    IPDK_ASSIGN(out.size, in.Number64("a size"));
  }
  if (in.TakeWord("index")) {
    IPDK_ASSIGN(out.index_width, in.Number32("a width"));
  }
  return {};
}

}  // namespace

bool IsSchemaWord(std::string_view word) {
  for (std::string_view known : {"schema", "action", "counter", "meter", "register", "digest",
                                 "value_set", "profile", "table"})
    if (word == known) return true;
  return false;
}

Status ParseSchemaLine(std::span<const Line> lines, const Scope& scope, schema::Schema& schema) {
  LineReader in(lines[0]);
  if (in.IsWord("table")) return TakeTable(lines, scope, schema);
  const bool has_keys = in.IsWord("value_set");
  if (lines.size() > 1 && !has_keys)
    return LineReader(lines[1]).Wrong("nothing may be indented here");
  if (in.TakeWord("schema")) {
    IPDK_ASSIGN(schema.program, in.Word("a program name"));
    IPDK_ASSIGN(schema.architecture, in.Word("an architecture"));
    return in.ExpectEnd();
  }
  const std::string kind = in.Peek().text;
  in.Skip();
  IPDK_ASSIGN(const std::string word, in.Word("a name"));
  if (kind == "action") {
    schema::Action action;
    IPDK_RETURN_IF_ERROR(in.Expect("("));
    while (!in.TakePunct(")")) {
      if (!action.params.empty()) IPDK_RETURN_IF_ERROR(in.Expect(","));
      schema::ActionParam param;
      param.id = static_cast<uint32_t>(action.params.size() + 1);
      IPDK_ASSIGN(param.width, in.Number32("a width"));
      IPDK_ASSIGN(param.name, in.Word("a name"));
      action.params.push_back(std::move(param));
    }
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, action.preamble));
    schema.actions.Add(std::move(action));
  } else if (kind == "counter") {
    schema::Counter counter;
    if (in.TakeWord("packets"))
      counter.unit = schema::CounterUnit::kPackets;
    else if (in.TakeWord("bytes"))
      counter.unit = schema::CounterUnit::kBytes;
    else
      IPDK_RETURN_IF_ERROR(in.ExpectWord("both"));
    IPDK_RETURN_IF_ERROR(TakeArray(in, scope, counter));
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, counter.preamble));
    schema.counters.Add(std::move(counter));
  } else if (kind == "meter") {
    schema::Meter meter;
    if (in.TakeWord("bytes"))
      meter.unit = schema::MeterUnit::kBytes;
    else
      IPDK_RETURN_IF_ERROR(in.ExpectWord("packets"));
    IPDK_RETURN_IF_ERROR(TakeArray(in, scope, meter));
    meter.color_aware = in.TakeWord("color_aware");
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, meter.preamble));
    schema.meters.Add(std::move(meter));
  } else if (kind == "register") {
    schema::Register reg;
    IPDK_ASSIGN(reg.widths, TakeWidths(in));
    IPDK_RETURN_IF_ERROR(TakeArray(in, scope, reg));
    if (in.TakeWord("initial")) {
      IPDK_ASSIGN(reg.initial, in.Number("an initial value"));
    }
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, reg.preamble));
    schema.registers.Add(std::move(reg));
  } else if (kind == "digest") {
    schema::Digest digest;
    IPDK_ASSIGN(digest.widths, TakeWidths(in));
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, digest.preamble));
    schema.digests.Add(std::move(digest));
  } else if (kind == "value_set") {
    schema::ValueSet set;
    if (in.TakeWord("size")) {
      IPDK_ASSIGN(set.size, in.Number64("a size"));
    }
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, set.preamble));
    for (const Line& line : lines.subspan(1)) {
      LineReader row(line);
      IPDK_RETURN_IF_ERROR(row.ExpectWord("key"));
      IPDK_ASSIGN(auto key, TakeKey(row, static_cast<uint32_t>(set.keys.size())));
      set.keys.push_back(std::move(key));
    }
    schema.value_sets.Add(std::move(set));
  } else if (kind == "profile") {
    schema::ActionProfile profile;
    profile.with_selector = in.TakeWord("selector");
    if (in.TakeWord("size")) {
      IPDK_ASSIGN(profile.size, in.Number64("a size"));
    }
    if (in.TakeWord("group")) {
      IPDK_ASSIGN(profile.max_group_size, in.Number32("a group size"));
    }
    IPDK_RETURN_IF_ERROR(TakePreamble(in, word, profile.preamble));
    schema.action_profiles.Add(std::move(profile));
  } else {
    return in.Wrong("'{}' is not a declaration", kind);
  }
  return {};
}

}  // namespace ipdk::ir
