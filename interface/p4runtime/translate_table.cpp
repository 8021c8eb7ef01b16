// Table entries and their direct counters.
#include <p4/v1/p4runtime.pb.h>

#include "interface/p4runtime/bytes.h"
#include "interface/p4runtime/translate.h"
#include "tdi/selection.h"

namespace ipdk::p4runtime {
namespace {

using tdi::Field;
using tdi::MatchKind;
using tdi::TableSchema;

const Field* FieldById(const std::vector<Field>& fields, uint32_t id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
  }
  return nullptr;
}

std::string Ids(const std::vector<Field>& fields) {
  std::string out;
  for (const Field& field : fields)
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", field.id, field.name);
  return out.empty() ? "none" : out;
}

std::string_view FormName(p4::v1::FieldMatch::FieldMatchTypeCase form) {
  switch (form) {
    case p4::v1::FieldMatch::kExact:
      return "exact";
    case p4::v1::FieldMatch::kTernary:
      return "ternary";
    case p4::v1::FieldMatch::kLpm:
      return "lpm";
    case p4::v1::FieldMatch::kRange:
      return "range";
    case p4::v1::FieldMatch::kOptional:
      return "optional";
    case p4::v1::FieldMatch::kOther:
      return "other";
    default:
      return "nothing";
  }
}

bool FormFits(p4::v1::FieldMatch::FieldMatchTypeCase form, MatchKind kind) {
  switch (kind) {
    case MatchKind::kExact:
      return form == p4::v1::FieldMatch::kExact;
    case MatchKind::kLpm:
      return form == p4::v1::FieldMatch::kLpm;
    case MatchKind::kTernary:
      return form == p4::v1::FieldMatch::kTernary;
    case MatchKind::kRange:
      return form == p4::v1::FieldMatch::kRange;
    case MatchKind::kOptional:
      return form == p4::v1::FieldMatch::kOptional;
  }
  return false;
}

std::string Hex(const Integer& value) { return "0x" + value.get_str(16); }

// P4Runtime 1.5, section 9.1.1.
Status AddMatch(const TableSchema& table, const Field& field, const p4::v1::FieldMatch& match,
                tdi::KeyBuilder& builder) {
  const auto form = match.field_match_type_case();
  const auto where = [&](std::string_view part) {
    return fmt::format("table '{}': field '{}'{}", table.name, field.name, part);
  };
  if (!FormFits(form, field.match))
    return InvalidArgument("{} is matched {}, got {}", where(""), tdi::MatchKindName(field.match),
                           FormName(form));
  switch (form) {
    case p4::v1::FieldMatch::kExact: {
      IPDK_ASSIGN(const Integer value, DecodeBytes(match.exact().value(), field.width, where("")));
      return builder.Exact(field, value);
    }
    case p4::v1::FieldMatch::kOptional: {
      IPDK_ASSIGN(const Integer value,
                  DecodeBytes(match.optional().value(), field.width, where("")));
      return builder.Optional(field, value);
    }
    case p4::v1::FieldMatch::kLpm: {
      IPDK_ASSIGN(const Integer value, DecodeBytes(match.lpm().value(), field.width, where("")));
      const int32_t length = match.lpm().prefix_len();
      if (length == 0)
        return InvalidArgument("{}: a prefix of length 0 matches everything: leave the field out",
                               where(""));
      if (length < 0 || static_cast<uint32_t>(length) > field.width)
        return InvalidArgument("{}: prefix length {}: expected 1 to {}", where(""), length,
                               field.width);
      if (Truncate(value, field.width - static_cast<uint32_t>(length)) != 0)
        return InvalidArgument("{}: value {} has bits set after its prefix of {} bits", where(""),
                               Hex(value), length);
      return builder.Lpm(field, value, static_cast<uint32_t>(length));
    }
    case p4::v1::FieldMatch::kTernary: {
      IPDK_ASSIGN(const Integer value,
                  DecodeBytes(match.ternary().value(), field.width, where("")));
      IPDK_ASSIGN(const Integer mask,
                  DecodeBytes(match.ternary().mask(), field.width, where(" (mask)")));
      if (mask == 0)
        return InvalidArgument("{}: a mask of 0 matches everything: leave the field out",
                               where(""));
      if (Integer(value & mask) != value)
        return InvalidArgument("{}: value {} has bits set outside its mask {}", where(""),
                               Hex(value), Hex(mask));
      return builder.Ternary(field, value, mask);
    }
    case p4::v1::FieldMatch::kRange: {
      IPDK_ASSIGN(const Integer low,
                  DecodeBytes(match.range().low(), field.width, where(" (low)")));
      IPDK_ASSIGN(const Integer high,
                  DecodeBytes(match.range().high(), field.width, where(" (high)")));
      if (low > high)
        return InvalidArgument("{}: range {}..{} is empty: low is above high", where(""), Hex(low),
                               Hex(high));
      if (low == 0 && high == Mask(field.width))
        return InvalidArgument("{}: the range matches everything: leave the field out", where(""));
      return builder.Range(field, low, high);
    }
    default:
      return InvalidArgument("{} has no match", where(""));
  }
}

int FindCounterField(const std::vector<Field>& fields, std::string_view name) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

bool HasDirectCounter(const TableSchema& table) {
  return FindCounterField(table.state, "packets") >= 0 ||
         FindCounterField(table.state, "bytes") >= 0;
}

bool HasDirectMeter(const TableSchema& table) {
  return !table.actions.empty() && !table.actions[0].params.empty() &&
         tdi::IsMeterField(table.actions[0].params.back());
}

// A table with an action profile: its rows name a member.
bool IsIndirect(const TableSchema& table) {
  return table.actions.empty() && table.FindData("member") != nullptr;
}

Status CheckMeter(const TableSchema& table, const p4::v1::TableEntry& entry) {
  if (entry.has_meter_counter_data())
    return Unimplemented("table '{}': counters per colour are not supported", table.name);
  if (entry.has_meter_config() && !HasDirectMeter(table))
    return InvalidArgument("table '{}' has no direct meter", table.name);
  return {};
}

// Gives the entry the row's meter, if it is configured.
void MeterOf(const TableSchema& table, const tdi::Row& row, p4::v1::TableEntry& out) {
  const tdi::ActionSpec* spec = table.FindAction(row.action);
  if (spec == nullptr || !HasDirectMeter(table)) return;
  const auto values = tdi::DecodeData(spec->params, row.data);
  if (!values) return;
  const size_t at = values->size() - tdi::MeterFields().size();
  if ((*values)[at].value == 0) return;
  const auto number = [&](size_t i) {
    return static_cast<int64_t>(ToU64((*values)[at + i].value));
  };
  auto* config = out.mutable_meter_config();
  config->set_cir(number(1));
  config->set_cburst(number(2));
  config->set_pir(number(3));
  config->set_pburst(number(4));
}

std::string TypeName(int type) {
  return p4::v1::Update_Type_Name(static_cast<p4::v1::Update_Type>(type));
}

const schema::Table* SchemaTable(const schema::Schema& schema, uint32_t id) {
  for (const schema::Table& table : schema.tables) {
    if (table.preamble.id == id) return &table;
  }
  return nullptr;
}

}  // namespace

Result<const TableSchema*> Translator::FindTable(uint32_t id, uint32_t prefix,
                                                 std::string_view kind) {
  const auto known = tables_.find(id);
  if (known != tables_.end()) return known->second.get();
  if (id == 0) return InvalidArgument("{} id is not set", kind);
  std::shared_ptr<const TableSchema> table;
  if ((id & 0xFF000000) == prefix) table = device_.FindTable(id);
  if (table == nullptr) return NotFound("no {} has id {:#x} in the running program", kind, id);
  if (prefix == schema::kTablePrefix) {
    const schema::Table* declared = SchemaTable(*schema_, id);
    if (declared == nullptr || declared->preamble.hidden)
      return NotFound("no {} has id {:#x} in the running program", kind, id);
  }
  return tables_.emplace(id, std::move(table)).first->second.get();
}

Result<tdi::Row> Translator::KeyOf(const TableSchema& table,
                                   const p4::v1::TableEntry& entry) const {
  tdi::Row row;
  if (table.keys.empty())
    return InvalidArgument("table '{}' has no key: it has a default entry only", table.name);
  tdi::KeyBuilder builder(table);
  std::vector<bool> seen(table.keys.size());
  for (const auto& match : entry.match()) {
    const Field* field = FieldById(table.keys, match.field_id());
    if (field == nullptr) {
      return InvalidArgument("table '{}': no key field has id {}; there are {}", table.name,
                             match.field_id(), Ids(table.keys));
    }
    const size_t position = static_cast<size_t>(field - table.keys.data());
    if (seen[position])
      return InvalidArgument("table '{}': field '{}' is given twice", table.name, field->name);
    seen[position] = true;
    IPDK_RETURN_IF_ERROR(AddMatch(table, *field, match, builder));
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i] && table.keys[i].match == MatchKind::kExact)
      return InvalidArgument("table '{}': field '{}' is exact and must be given", table.name,
                             table.keys[i].name);
  }
  IPDK_ASSIGN(row.key, builder.Finish());
  if (table.has_order && entry.priority() <= 0) {
    return InvalidArgument(
        "table '{}': priority {}: a positive one is wanted, since a key field is ternary, range or "
        "optional",
        table.name, entry.priority());
  }
  if (!table.has_order && entry.priority() != 0) {
    return InvalidArgument(
        "table '{}': priority {}: it must be 0, since no key field is ternary, range or optional",
        table.name, entry.priority());
  }
  row.order = static_cast<uint64_t>(entry.priority());
  return row;
}

Status Translator::SetAction(const TableSchema& table, const p4::v1::TableEntry& entry,
                             bool is_default, tdi::Row& row) const {
  const auto form = entry.action().type_case();
  if (IsIndirect(table)) {
    if (form == p4::v1::TableAction::kAction)
      return InvalidArgument(
          "table '{}' has an action profile: action_profile_member_id is wanted, not an action",
          table.name);
    const bool selects = table.FindData("group") != nullptr;
    tdi::Reference reference;
    if (form == p4::v1::TableAction::kActionProfileMemberId) {
      reference.member = entry.action().action_profile_member_id();
    } else if (!selects) {
      return InvalidArgument(
          "table '{}': its action profile is no action selector: action_profile_member_id is "
          "wanted, not a group or a set",
          table.name);
    } else if (form == p4::v1::TableAction::kActionProfileGroupId) {
      reference.group = entry.action().action_profile_group_id();
      if (reference.group == 0)
        return InvalidArgument("table '{}': action_profile_group_id 0: expected 1 or more",
                               table.name);
    } else if (form == p4::v1::TableAction::kActionProfileActionSet) {
      IPDK_ASSIGN(reference.set,
                  EncodeActionSet(table, entry.action().action_profile_action_set()));
    } else {
      return InvalidArgument(
          "table '{}': the action is not set: a member, a group or a set is wanted", table.name);
    }
    row.data = tdi::EncodeReference(reference, selects);
    return {};
  }
  if (form != p4::v1::TableAction::kAction) {
    return InvalidArgument(
        "table '{}' has its actions in its entries: `action` is wanted, not a member, a group or a "
        "set",
        table.name);
  }
  return EncodeAction(table, entry.action().action(), is_default, row);
}

Status Translator::EncodeAction(const TableSchema& table, const p4::v1::Action& action,
                                bool is_default, tdi::Row& row) const {
  const tdi::ActionSpec* spec = table.FindAction(action.action_id());
  if (spec == nullptr) {
    std::string names;
    for (const tdi::ActionSpec& one : table.actions)
      names += fmt::format("{}{:#x} ({})", names.empty() ? "" : ", ", one.id, one.name);
    return InvalidArgument("table '{}': action id {:#x} is not one of its actions: {}", table.name,
                           action.action_id(), names);
  }
  if (is_default && spec->table_only)
    return PermissionDenied("table '{}': action '{}' is for entries only, not for the default",
                            table.name, spec->name);
  if (!is_default && spec->default_only)
    return PermissionDenied("table '{}': action '{}' is for the default only, not for entries",
                            table.name, spec->name);
  std::vector<Field> params;
  for (const Field& field : spec->params)
    if (!tdi::IsMeterField(field)) params.push_back(field);
  std::vector<tdi::DataValue> values(spec->params.size());
  std::vector<bool> seen(params.size());
  for (const auto& param : action.params()) {
    const Field* field = FieldById(params, param.param_id());
    if (field == nullptr) {
      return InvalidArgument("table '{}': action '{}' has no parameter with id {}; there are {}",
                             table.name, spec->name, param.param_id(), Ids(params));
    }
    const size_t position = static_cast<size_t>(field - params.data());
    if (seen[position])
      return InvalidArgument("table '{}': action '{}': parameter '{}' is given twice", table.name,
                             spec->name, field->name);
    seen[position] = true;
    auto value = DecodeBytes(param.value(), field->width, "");
    if (!value) {
      return std::unexpected(Error(
          value.error().code(), fmt::format("table '{}': action '{}': parameter '{}'{}", table.name,
                                            spec->name, field->name, value.error().message())));
    }
    values[position].value = *std::move(value);
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) {
      return InvalidArgument("table '{}': action '{}': parameter '{}' is missing", table.name,
                             spec->name, params[i].name);
    }
  }
  row.action = spec->id;
  IPDK_ASSIGN(row.data, tdi::EncodeData(spec->params, values));
  return {};
}

// REQUIRES: row has its action and data. Null: the meter's default, which is green.
Status Translator::SetMeter(const TableSchema& table, const p4::v1::MeterConfig* config,
                            tdi::Row& row) const {
  const tdi::ActionSpec* spec = table.FindAction(row.action);
  if (spec == nullptr || !HasDirectMeter(table)) return {};
  IPDK_ASSIGN(std::vector<tdi::DataValue> values, tdi::DecodeData(spec->params, row.data));
  const size_t at = values.size() - tdi::MeterFields().size();
  for (size_t i = at; i < values.size(); ++i) values[i].value = 0;
  if (config != nullptr) {
    IPDK_RETURN_IF_ERROR(CheckMeterConfig(fmt::format("table '{}'", table.name), *config));
    const int64_t numbers[] = {1, config->cir(), config->cburst(), config->pir(), config->pburst()};
    for (size_t i = 0; i < 5; ++i)
      values[at + i].value = FromU64(static_cast<uint64_t>(numbers[i]));
  }
  IPDK_ASSIGN(row.data, tdi::EncodeData(spec->params, values));
  return {};
}

Result<Translator::Operations> Translator::WriteDirectMeter(
    int type, const p4::v1::DirectMeterEntry& direct) {
  const p4::v1::TableEntry& entry = direct.table_entry();
  IPDK_ASSIGN(const TableSchema* table, FindTable(entry.table_id(), schema::kTablePrefix, "table"));
  if (type != p4::v1::Update::MODIFY)
    return InvalidArgument(
        "table '{}': a direct meter lives with its entry: only MODIFY is allowed, got {}",
        table->name, TypeName(type));
  if (direct.has_counter_data())
    return Unimplemented("table '{}': counters per colour are not supported", table->name);
  if (!HasDirectMeter(*table))
    return InvalidArgument("table '{}' has no direct meter", table->name);
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = tdi::OpKind::kModify;
  operation.is_default = entry.is_default_action();
  if (entry.is_default_action()) {
    if (entry.match_size() != 0)
      return InvalidArgument("table '{}': the default entry has no match", table->name);
    IPDK_ASSIGN(operation.row, device_.GetDefault(table->id));
  } else {
    IPDK_ASSIGN(const tdi::Row key, KeyOf(*table, entry));
    IPDK_ASSIGN(operation.row, device_.Get(table->id, key.key, key.order));
  }
  IPDK_RETURN_IF_ERROR(
      SetMeter(*table, direct.has_config() ? &direct.config() : nullptr, operation.row));
  return Operations{std::move(operation)};
}

Result<std::string> Translator::CounterState(const TableSchema& table,
                                             const p4::v1::CounterData& data) const {
  if (!HasDirectCounter(table))
    return InvalidArgument("table '{}' has no direct counter", table.name);
  if (!table.writable_state)
    return Unimplemented("table '{}': its direct counter can only be read", table.name);
  if (data.packet_count() < 0 || data.byte_count() < 0) {
    return InvalidArgument(
        "table '{}': counter data must not be negative, got {} packets, {} bytes", table.name,
        data.packet_count(), data.byte_count());
  }
  std::vector<tdi::DataValue> values(table.state.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (table.state[i].name == "packets")
      values[i].value = FromU64(static_cast<uint64_t>(data.packet_count()));
    if (table.state[i].name == "bytes")
      values[i].value = FromU64(static_cast<uint64_t>(data.byte_count()));
  }
  return tdi::EncodeData(table.state, values);
}

Result<Translator::Operations> Translator::WriteTable(int type, const p4::v1::TableEntry& entry) {
  IPDK_ASSIGN(const TableSchema* found, FindTable(entry.table_id(), schema::kTablePrefix, "table"));
  const TableSchema& table = *found;
  const bool is_delete = type == p4::v1::Update::DELETE;
  tdi::Operation operation;
  operation.table = table.id;
  Operations operations;

  if (entry.is_default_action()) {
    if (type != p4::v1::Update::MODIFY) {
      return InvalidArgument(
          "table '{}': the default entry always exists: only MODIFY is allowed, got {}", table.name,
          TypeName(type));
    }
    if (entry.match_size() != 0)
      return InvalidArgument("table '{}': the default entry has no match", table.name);
    if (entry.priority() != 0)
      return InvalidArgument("table '{}': the default entry has no priority, got {}", table.name,
                             entry.priority());
  } else {
    IPDK_ASSIGN(operation.row, KeyOf(table, entry));
  }
  if (!is_delete) {
    if (entry.is_const())
      return InvalidArgument("table '{}': is_const must not be set by a controller", table.name);
    IPDK_RETURN_IF_ERROR(CheckMeter(table, entry));
    if (entry.has_time_since_last_hit())
      return InvalidArgument("table '{}': time_since_last_hit can only be read", table.name);
    if (entry.idle_timeout_ns() < 0)
      return InvalidArgument("table '{}': idle_timeout_ns {} is negative", table.name,
                             entry.idle_timeout_ns());
    if (entry.idle_timeout_ns() != 0 && (!table.idle_timeout || entry.is_default_action())) {
      return InvalidArgument(
          "table '{}': idle_timeout_ns {}: {}", table.name, entry.idle_timeout_ns(),
          entry.is_default_action() ? "the default entry has no time-out"
                                    : "the program does not ask for time-outs in this table");
    }
    if (entry.controller_metadata() != 0 && !entry.metadata().empty())
      return InvalidArgument(
          "table '{}': controller_metadata and metadata are both set; use metadata", table.name);
    operation.row.idle_timeout_ns = static_cast<uint64_t>(entry.idle_timeout_ns());
    operation.row.metadata = entry.metadata();
    if (entry.controller_metadata() != 0) {
      // The deprecated cookie lives in the metadata, under a prefix that tells it from a
      // controller's own bytes.
      operation.row.metadata =
          std::string("\0p4rt-cookie:", 13) + EncodeBytes(FromU64(entry.controller_metadata()));
    }
  }

  if (entry.is_default_action()) {
    operation.is_default = true;
    const bool only_counter = !entry.has_action() && entry.has_counter_data();
    if (!only_counter) {
      if (table.const_default)
        return PermissionDenied("table '{}': its default action is const in the program",
                                table.name);
      if (entry.has_action()) {
        operation.kind = tdi::OpKind::kModify;
        IPDK_RETURN_IF_ERROR(SetAction(table, entry, true, operation.row));
        IPDK_RETURN_IF_ERROR(SetMeter(
            table, entry.has_meter_config() ? &entry.meter_config() : nullptr, operation.row));
      } else {
        operation.kind = tdi::OpKind::kDelete;  // back to the program's
      }
      operations.push_back(operation);
    }
  } else if (is_delete) {
    if (table.const_rows)
      return PermissionDenied("table '{}': its entries are const in the program", table.name);
    operation.kind = tdi::OpKind::kDelete;
    operations.push_back(std::move(operation));
    return operations;
  } else if (type == p4::v1::Update::INSERT) {
    if (table.const_rows)
      return PermissionDenied("table '{}': its entries are const in the program", table.name);
    if (!entry.has_action())
      return InvalidArgument("table '{}': an inserted entry needs an action", table.name);
    operation.kind = tdi::OpKind::kInsert;
    IPDK_RETURN_IF_ERROR(SetAction(table, entry, false, operation.row));
    IPDK_RETURN_IF_ERROR(
        SetMeter(table, entry.has_meter_config() ? &entry.meter_config() : nullptr, operation.row));
    operations.push_back(operation);
  } else {
    operation.kind = tdi::OpKind::kModify;
    if (entry.has_action()) {
      if (table.const_rows)
        return PermissionDenied(
            "table '{}': its entries are const in the program: no action may be given", table.name);
      IPDK_RETURN_IF_ERROR(SetAction(table, entry, false, operation.row));
      IPDK_RETURN_IF_ERROR(SetMeter(
          table, entry.has_meter_config() ? &entry.meter_config() : nullptr, operation.row));
      operations.push_back(operation);
    } else {
      IPDK_ASSIGN(const tdi::Row present,
                  device_.Get(table.id, operation.row.key, operation.row.order));
      operation.row.action = present.action;
      operation.row.data = present.data;
      // P4Runtime 1.5, 9.1.4: a meter that is not given is reset.
      IPDK_RETURN_IF_ERROR(SetMeter(
          table, entry.has_meter_config() ? &entry.meter_config() : nullptr, operation.row));
      if (!table.const_rows && operation.row != present) operations.push_back(operation);
    }
  }
  if (entry.has_counter_data()) {
    tdi::Operation counter;
    counter.table = table.id;
    counter.kind = tdi::OpKind::kWriteState;
    counter.is_default = entry.is_default_action();
    counter.row.key = operation.row.key;
    counter.row.order = operation.row.order;
    IPDK_ASSIGN(counter.row.data, CounterState(table, entry.counter_data()));
    operations.push_back(std::move(counter));
  }
  return operations;
}

Result<Translator::Operations> Translator::WriteDirectCounter(int type,
                                                              const p4::v1::TableEntry& entry,
                                                              const p4::v1::CounterData* data) {
  IPDK_ASSIGN(const TableSchema* table, FindTable(entry.table_id(), schema::kTablePrefix, "table"));
  if (type != p4::v1::Update::MODIFY) {
    return InvalidArgument(
        "table '{}': a direct counter lives with its entry: only MODIFY is allowed, got {}",
        table->name, TypeName(type));
  }
  if (!HasDirectCounter(*table))
    return InvalidArgument("table '{}' has no direct counter", table->name);
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = tdi::OpKind::kWriteState;
  operation.is_default = entry.is_default_action();
  if (!entry.is_default_action()) {
    IPDK_ASSIGN(operation.row, KeyOf(*table, entry));
  }
  if (data == nullptr) {
    if (!entry.is_default_action()) {
      IPDK_ASSIGN(const tdi::Row present,
                  device_.Get(table->id, operation.row.key, operation.row.order));
    }
    return Operations{};
  }
  IPDK_ASSIGN(operation.row.data, CounterState(*table, *data));
  return Operations{std::move(operation)};
}

Status Translator::ToAction(const TableSchema& table, const tdi::Row& row,
                            p4::v1::Action& out) const {
  const tdi::ActionSpec* spec = table.FindAction(row.action);
  if (spec == nullptr) return {};
  out.set_action_id(spec->id);
  IPDK_ASSIGN(const std::vector<tdi::DataValue> values, tdi::DecodeData(spec->params, row.data));
  for (size_t i = 0; i < values.size(); ++i) {
    if (tdi::IsMeterField(spec->params[i])) continue;
    auto* param = out.add_params();
    param->set_param_id(spec->params[i].id);
    param->set_value(EncodeBytes(values[i].value));
  }
  return {};
}

Status Translator::ToTableEntry(const TableSchema& table, const tdi::RowView& view,
                                bool with_counter, p4::v1::TableEntry& out) const {
  const tdi::Row& row = *view.row;
  out.set_table_id(table.id);
  if (view.is_default) {
    out.set_is_default_action(true);
  } else {
    IPDK_ASSIGN(const std::vector<tdi::KeyValue> key, tdi::DecodeKey(table, row.key));
    for (size_t i = 0; i < table.keys.size(); ++i) {
      const Field& field = table.keys[i];
      const tdi::KeyValue& value = key[i];
      if (value.wildcard && field.match != MatchKind::kExact) continue;
      auto* match = out.add_match();
      match->set_field_id(field.id);
      switch (field.match) {
        case MatchKind::kExact:
          match->mutable_exact()->set_value(EncodeBytes(value.value));
          break;
        case MatchKind::kOptional:
          match->mutable_optional()->set_value(EncodeBytes(value.value));
          break;
        case MatchKind::kLpm:
          match->mutable_lpm()->set_value(EncodeBytes(value.value));
          match->mutable_lpm()->set_prefix_len(static_cast<int32_t>(value.prefix_length));
          break;
        case MatchKind::kTernary:
          match->mutable_ternary()->set_value(EncodeBytes(value.value));
          match->mutable_ternary()->set_mask(EncodeBytes(value.mask));
          break;
        case MatchKind::kRange:
          match->mutable_range()->set_low(EncodeBytes(value.value));
          match->mutable_range()->set_high(EncodeBytes(value.high));
          break;
      }
    }
    if (table.has_order)
      out.set_priority(
          static_cast<int32_t>(std::min<uint64_t>(row.order, static_cast<uint64_t>(INT32_MAX))));
    out.set_is_const(table.const_rows || view.is_const);
    out.set_idle_timeout_ns(static_cast<int64_t>(row.idle_timeout_ns));
  }
  const std::string cookie("\0p4rt-cookie:", 13);
  if (row.metadata.starts_with(cookie))
    out.set_controller_metadata(
        ToU64(FromBytes(std::string_view(row.metadata).substr(cookie.size()))));
  else
    out.set_metadata(row.metadata);
  if (IsIndirect(table)) {
    IPDK_RETURN_IF_ERROR(ToReference(table, row, *out.mutable_action()));
  } else if (table.FindAction(row.action) != nullptr) {
    IPDK_RETURN_IF_ERROR(ToAction(table, row, *out.mutable_action()->mutable_action()));
  }
  if (with_counter && HasDirectCounter(table) && !view.state.empty()) {
    IPDK_ASSIGN(const std::vector<tdi::DataValue> state, tdi::DecodeData(table.state, view.state));
    auto* data = out.mutable_counter_data();
    const int packets = FindCounterField(table.state, "packets"),
              bytes = FindCounterField(table.state, "bytes");
    if (packets >= 0)
      data->set_packet_count(
          static_cast<int64_t>(ToU64(state[static_cast<size_t>(packets)].value)));
    if (bytes >= 0)
      data->set_byte_count(static_cast<int64_t>(ToU64(state[static_cast<size_t>(bytes)].value)));
  }
  return {};
}

Status Translator::ReadOneTable(const TableSchema& table, const p4::v1::TableEntry& filter,
                                Direct as, const Emit& emit) {
  const bool as_direct_counter = as == Direct::kCounter;
  const bool with_counter =
      HasDirectCounter(table) && (as_direct_counter || filter.has_counter_data());
  if (as_direct_counter && !HasDirectCounter(table))
    return InvalidArgument("table '{}' has no direct counter", table.name);
  IPDK_RETURN_IF_ERROR(CheckMeter(table, filter));
  if (as == Direct::kMeter && !HasDirectMeter(table))
    return InvalidArgument("table '{}' has no direct meter", table.name);
  if (filter.has_time_since_last_hit()) {
    if (!table.idle_timeout) {
      return InvalidArgument(
          "table '{}': time_since_last_hit: the program does not ask for time-outs in this table",
          table.name);
    }
    return Unimplemented("table '{}': time_since_last_hit is not yet supported", table.name);
  }
  const bool with_meter = as == Direct::kMeter || filter.has_meter_config();
  std::optional<tdi::Row> wanted;
  if (filter.is_default_action()) {
    if (filter.match_size() != 0)
      return InvalidArgument("table '{}': the default entry has no match", table.name);
  } else if (filter.match_size() != 0) {
    p4::v1::TableEntry keyed = filter;
    // A read may leave the priority out, which then matches any.
    if (table.has_order && keyed.priority() == 0) keyed.set_priority(1);
    IPDK_ASSIGN(wanted, KeyOf(table, keyed));
    wanted->order = static_cast<uint64_t>(filter.priority());
  }
  if (filter.has_action() && filter.action().type_case() != p4::v1::TableAction::kAction)
    return InvalidArgument("table '{}': entries can be selected by action id only", table.name);

  Status failed;
  size_t found = 0;
  const auto visit = [&](const tdi::RowView& view) {
    const tdi::Row& row = *view.row;
    if (filter.has_action() && filter.action().action().action_id() != 0 &&
        row.action != filter.action().action().action_id())
      return true;
    p4::v1::Entity entity;
    auto* entry =
        as == Direct::kCounter ? entity.mutable_direct_counter_entry()->mutable_table_entry()
        : as == Direct::kMeter ? entity.mutable_direct_meter_entry()->mutable_table_entry()
                               : entity.mutable_table_entry();
    if (auto status = ToTableEntry(table, view, with_counter, *entry); !status) {
      failed = std::move(status);
      return false;
    }
    if (with_meter) MeterOf(table, row, *entry);
    if (!filter.metadata().empty() && entry->metadata() != filter.metadata()) return true;
    if (filter.controller_metadata() != 0 &&
        entry->controller_metadata() != filter.controller_metadata())
      return true;
    ++found;
    if (as == Direct::kMeter) {
      auto* direct = entity.mutable_direct_meter_entry();
      if (entry->has_meter_config()) *direct->mutable_config() = entry->meter_config();
      entry->clear_meter_config();
      entry->clear_counter_data();
      entry->clear_action();
      entry->clear_metadata();
      entry->clear_controller_metadata();
      entry->clear_idle_timeout_ns();
      entry->clear_is_const();
    }
    if (as_direct_counter) {
      auto* direct = entity.mutable_direct_counter_entry();
      *direct->mutable_data() = entry->counter_data();
      // The key is what identifies a direct counter.
      entry->clear_counter_data();
      entry->clear_action();
      entry->clear_metadata();
      entry->clear_controller_metadata();
      entry->clear_idle_timeout_ns();
      entry->clear_is_const();
    }
    return emit(std::move(entity));
  };

  if (filter.is_default_action()) {
    if (!table.has_default) return {};
    IPDK_ASSIGN(const tdi::Row row, device_.GetDefault(table.id));
    tdi::RowView view;
    view.row = &row;
    view.is_default = true;
    if (with_counter) {
      Status scanned = device_.Scan(table.id, {.with_state = true}, [&](const tdi::RowView& one) {
        if (!one.is_default) return true;
        view.state = one.state;
        return false;
      });
      IPDK_RETURN_IF_ERROR(std::move(scanned));
    }
    visit(view);
    return failed;
  }
  if (wanted && (!table.has_order || wanted->order != 0) && !table.learned) {
    auto row = device_.Get(table.id, wanted->key, wanted->order);
    if (!row) {
      if (row.error().code() != Code::kNotFound) return std::unexpected(std::move(row).error());
    } else {
      tdi::RowView view;
      view.row = &*row;
      if (with_counter) {
        IPDK_ASSIGN(view.state, device_.GetState(table.id, wanted->key, wanted->order));
      }
      visit(view);
    }
  } else {
    IPDK_RETURN_IF_ERROR(
        device_.Scan(table.id, {.with_state = with_counter}, [&](const tdi::RowView& view) {
          if (view.is_default) return true;
          if (wanted && view.row->key != wanted->key) return true;
          if (filter.priority() != 0 && view.row->order != static_cast<uint64_t>(filter.priority()))
            return true;
          return visit(view);
        }));
  }
  if (failed.has_value() && as != Direct::kNone && wanted && found == 0)
    return NotFound("table '{}' has no entry with this key, so no direct {} either", table.name,
                    as_direct_counter ? "counter" : "meter");
  return failed;
}

Status Translator::ReadTable(const p4::v1::TableEntry& filter, Direct as, const Emit& emit) {
  if (filter.table_id() != 0) {
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(filter.table_id(), schema::kTablePrefix, "table"));
    return ReadOneTable(*table, filter, as, emit);
  }
  // All tables: no other filter may be used, but direct resources may be asked for and the default
  // entries chosen.
  if (filter.match_size() != 0 || filter.priority() != 0 || filter.has_action() ||
      !filter.metadata().empty() || filter.controller_metadata() != 0)
    return InvalidArgument(
        "table_id is 0, which selects all tables: no other filter can be used with it");
  bool stopped = false;
  const Emit watched = [&](p4::v1::Entity&& entity) {
    stopped = !emit(std::move(entity));
    return !stopped;
  };
  for (const schema::Table& declared : schema_->tables) {
    if (declared.preamble.hidden || device_.FindTable(declared.preamble.id) == nullptr) continue;
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(declared.preamble.id, schema::kTablePrefix, "table"));
    if (as == Direct::kCounter && !HasDirectCounter(*table)) continue;
    p4::v1::TableEntry one = filter;
    one.set_table_id(table->id);
    if (!table->idle_timeout) one.clear_time_since_last_hit();
    if (!HasDirectMeter(*table)) one.clear_meter_config();
    if (as == Direct::kMeter && !HasDirectMeter(*table)) continue;
    IPDK_RETURN_IF_ERROR(ReadOneTable(*table, one, as, watched));
    if (stopped) break;
  }
  return {};
}

}  // namespace ipdk::p4runtime
