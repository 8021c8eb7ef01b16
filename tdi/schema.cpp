#include "tdi/schema.h"

#include <fmt/core.h>

namespace ipdk::tdi {
namespace {

const Field* Find(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields)
    if (field.name == name) return &field;
  return nullptr;
}

std::string Describe(const Field& field, bool with_match) {
  std::string type =
      field.kind == ValueKind::kString ? "string" : fmt::format("bit<{}>", field.width);
  if (with_match) type = fmt::format("{} {}", MatchKindName(field.match), type);
  return fmt::format("'{}' {}", field.name, type);
}

std::optional<std::string> FieldsDifference(std::string_view what, const std::vector<Field>& before,
                                            const std::vector<Field>& after, bool with_match) {
  for (size_t i = 0; i < before.size() || i < after.size(); ++i) {
    const std::string was = i < before.size() ? Describe(before[i], with_match) : "missing";
    const std::string now = i < after.size() ? Describe(after[i], with_match) : "missing";
    if (was != now) return fmt::format("{} {} was {}, now {}", what, i + 1, was, now);
  }
  return std::nullopt;
}

}  // namespace

std::string_view MatchKindName(MatchKind kind) {
  static constexpr std::string_view kNames[] = {"exact", "lpm", "ternary", "range", "optional"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view TableKindName(TableKind kind) {
  static constexpr std::string_view kNames[] = {"match_action", "action_member", "action_group",
                                                "counter",      "meter",         "register",
                                                "fixed",        "value_set",     "digest"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<Field> MeterFields() {
  std::vector<Field> fields;
  for (const char* name :
       {"meter.configured", "meter.cir", "meter.cburst", "meter.pir", "meter.pburst"}) {
    Field field;
    field.id = kMeterFieldIds + static_cast<uint32_t>(fields.size());
    field.name = name;
    field.width = fields.empty() ? 1 : 64;
    field.default_text = "0";
    fields.push_back(std::move(field));
  }
  return fields;
}

const Field* TableSchema::FindKey(std::string_view key) const { return Find(keys, key); }
const Field* TableSchema::FindData(std::string_view field) const { return Find(data, field); }

const ActionSpec* TableSchema::FindAction(uint32_t action) const {
  for (const ActionSpec& spec : actions)
    if (spec.id == action) return &spec;
  return nullptr;
}

const ActionSpec* TableSchema::FindAction(std::string_view action) const {
  for (const ActionSpec& spec : actions)
    if (spec.name == action) return &spec;
  return nullptr;
}

std::optional<std::string> TableDifference(const TableSchema& before, const TableSchema& after) {
  if (before.name != after.name)
    return fmt::format("name was '{}', now '{}'", before.name, after.name);
  if (before.kind != after.kind)
    return fmt::format("kind was {}, now {}", TableKindName(before.kind),
                       TableKindName(after.kind));
  if (auto difference = FieldsDifference("key field", before.keys, after.keys, true))
    return difference;
  if (auto difference = FieldsDifference("data field", before.data, after.data, false))
    return difference;
  for (const ActionSpec& action : before.actions) {
    const ActionSpec* now = after.FindAction(action.name);
    if (now == nullptr) return fmt::format("action '{}' is missing now", action.name);
    if (auto difference = FieldsDifference("parameter", action.params, now->params, false))
      return fmt::format("action '{}': {}", action.name, *difference);
  }
  for (const ActionSpec& action : after.actions)
    if (before.FindAction(action.name) == nullptr)
      return fmt::format("action '{}' is new", action.name);
  if (before.const_rows != after.const_rows)
    return after.const_rows ? "rows are constant now" : "rows were constant and are not now";
  return std::nullopt;
}

}  // namespace ipdk::tdi
