#include "targets/cpu/target/tables.h"

#include <algorithm>
#include <optional>

#include "pipeline/schema/match.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

tdi::MatchKind KindOf(schema::MatchKind kind) {
  switch (kind) {
    case schema::MatchKind::kExact:
      return tdi::MatchKind::kExact;
    case schema::MatchKind::kLpm:
      return tdi::MatchKind::kLpm;
    case schema::MatchKind::kTernary:
      return tdi::MatchKind::kTernary;
    case schema::MatchKind::kRange:
      return tdi::MatchKind::kRange;
    case schema::MatchKind::kOptional:
      return tdi::MatchKind::kOptional;
  }
  return tdi::MatchKind::kExact;
}

tdi::Field BitsField(uint32_t id, std::string name, uint32_t width) {
  tdi::Field field;
  field.id = id;
  field.name = std::move(name);
  field.width = width;
  return field;
}

std::vector<tdi::Field> CountFields(schema::CounterUnit unit) {
  std::vector<tdi::Field> fields;
  if (unit != schema::CounterUnit::kBytes) fields.push_back(BitsField(1, "packets", 64));
  if (unit != schema::CounterUnit::kPackets) fields.push_back(BitsField(2, "bytes", 64));
  return fields;
}

Result<std::string> EncodeCount(const std::vector<tdi::Field>& fields, CounterValue value) {
  tdi::FieldWriter writer;
  for (const tdi::Field& field : fields)
    writer.Bits(field.name == "packets" ? value.packets : value.bytes, 64);
  return writer.Take();
}

CounterValue DecodeCount(const std::vector<tdi::Field>& fields, std::string_view data) {
  CounterValue value;
  tdi::FieldReader reader(data);
  for (const tdi::Field& field : fields)
    (field.name == "packets" ? value.packets : value.bytes) = reader.Bits(64);
  return value;
}

uint64_t IndexOf(std::string_view key) {
  tdi::FieldReader reader(key);
  return reader.Bits(32);
}

std::string Summary(const schema::Doc& doc) {
  return doc.brief.empty() ? doc.description : doc.brief;
}

}  // namespace

tdi::TableSchema MatchTableSchema(const schema::Schema& schema, const schema::Table& table) {
  tdi::TableSchema out;
  out.id = table.preamble.id;
  out.name = table.preamble.name;
  out.kind = tdi::TableKind::kMatchAction;
  out.doc = Summary(table.preamble.doc);
  for (const schema::MatchField& key : table.keys) {
    tdi::Field field = BitsField(key.id, key.name, key.width);
    field.match = KindOf(key.kind);
    field.doc = Summary(key.doc);
    out.keys.push_back(std::move(field));
  }
  for (const schema::ActionRef& reference : table.actions) {
    const schema::Action& action = schema.actions[reference.action];
    tdi::ActionSpec spec;
    spec.id = action.preamble.id;
    spec.name = action.preamble.name;
    for (const schema::ActionParam& param : action.params) {
      spec.params.push_back(BitsField(param.id, param.name, param.width));
      spec.params.back().doc = Summary(param.doc);
    }
    spec.table_only = reference.scope == schema::ActionScope::kTableOnly;
    spec.default_only = reference.scope == schema::ActionScope::kDefaultOnly;
    out.actions.push_back(std::move(spec));
  }
  if (!table.direct_counters.empty()) {
    out.state = CountFields(schema.counters[table.direct_counters[0]].unit);
    out.writable_state = true;
  }
  out.size = table.size;
  out.has_order = schema::NeedsOrder(table.keys);
  out.const_rows = table.const_entries;
  out.has_default = true;
  out.const_default = table.const_default;
  out.idle_timeout = table.idle_timeout;
  return out;
}

tdi::TableSchema CounterSchema(const schema::Counter& counter) {
  tdi::TableSchema out;
  out.id = counter.preamble.id;
  out.name = counter.preamble.name;
  out.kind = tdi::TableKind::kCounter;
  out.keys = {BitsField(1, "index", 32)};
  out.data = CountFields(counter.unit);
  out.size = counter.size;
  out.live = true;
  out.doc = Summary(counter.preamble.doc);
  return out;
}

tdi::TableSchema RegisterSchema(const schema::Schema& schema, const schema::Register& reg) {
  tdi::TableSchema out;
  out.id = reg.preamble.id;
  out.name = reg.preamble.name;
  out.kind = tdi::TableKind::kRegister;
  out.keys = {BitsField(1, "index", 32)};
  // A struct's members by their names, if it is flat; else by number.
  std::vector<std::string> names;
  if (reg.type < schema.types.size()) {
    const schema::DataType& type = schema.types[reg.type];
    for (const schema::NamedType& named : schema.named_types)
      if (!type.name.empty() && named.name == type.name &&
          named.members.size() == reg.widths.size())
        for (const auto& member : named.members) names.push_back(member.name);
  }
  for (size_t i = 0; i < reg.widths.size(); ++i) {
    std::string name = i < names.size()         ? names[i]
                       : reg.widths.size() == 1 ? "value"
                                                : fmt::format("value{}", i);
    out.data.push_back(BitsField(static_cast<uint32_t>(i + 1), std::move(name), reg.widths[i]));
  }
  out.size = reg.size;
  out.live = true;
  out.doc = Summary(reg.preamble.doc);
  return out;
}

Result<schema::Entry> ToEntry(const tdi::TableSchema& schema, const tdi::Row& row,
                              bool is_default) {
  schema::Entry entry;
  if (!is_default) {
    IPDK_ASSIGN(std::vector<tdi::KeyValue> keys, tdi::DecodeKey(schema, row.key));
    for (size_t i = 0; i < keys.size(); ++i) {
      schema::Match match;
      match.value = keys[i].value;
      switch (schema.keys[i].match) {
        case tdi::MatchKind::kExact:
          break;
        case tdi::MatchKind::kLpm:
          match.prefix_length = keys[i].prefix_length;
          break;
        case tdi::MatchKind::kTernary:
          match.mask = keys[i].mask;
          break;
        case tdi::MatchKind::kRange:
          match.high = keys[i].high;
          break;
        case tdi::MatchKind::kOptional:
          match.wildcard = keys[i].wildcard;
          break;
      }
      entry.matches.push_back(std::move(match));
    }
    entry.order = row.order;
  }
  for (size_t i = 0; i < schema.actions.size(); ++i) {
    if (schema.actions[i].id != row.action) continue;
    entry.action = static_cast<uint32_t>(i);
    IPDK_ASSIGN(std::vector<tdi::DataValue> values,
                tdi::DecodeData(schema.actions[i].params, row.data));
    for (tdi::DataValue& value : values) entry.args.push_back(std::move(value.value));
    return entry;
  }
  return InvalidArgument("table '{}' has no action with id 0x{:08x}", schema.name, row.action);
}

Result<tdi::Row> ToRow(const tdi::TableSchema& schema, const schema::Entry& entry,
                       bool is_default) {
  tdi::Row row;
  if (!is_default) {
    tdi::KeyBuilder builder(schema);
    for (size_t i = 0; i < schema.keys.size(); ++i) {
      const tdi::Field& field = schema.keys[i];
      const schema::Match& match = entry.matches[i];
      switch (field.match) {
        case tdi::MatchKind::kExact:
          IPDK_RETURN_IF_ERROR(builder.Exact(field, match.value));
          break;
        case tdi::MatchKind::kLpm:
          IPDK_RETURN_IF_ERROR(builder.Lpm(field, match.value, match.prefix_length));
          break;
        case tdi::MatchKind::kTernary:
          IPDK_RETURN_IF_ERROR(builder.Ternary(field, match.value, match.mask));
          break;
        case tdi::MatchKind::kRange:
          IPDK_RETURN_IF_ERROR(builder.Range(field, match.value, match.high));
          break;
        case tdi::MatchKind::kOptional:
          if (!match.wildcard) IPDK_RETURN_IF_ERROR(builder.Optional(field, match.value));
          break;
      }
    }
    IPDK_ASSIGN(row.key, builder.Finish());
    row.order = schema.has_order ? entry.order : 0;
  }
  const tdi::ActionSpec& action = schema.actions[entry.action];
  row.action = action.id;
  std::vector<tdi::DataValue> values;
  for (const Integer& arg : entry.args) values.push_back({.value = arg});
  IPDK_ASSIGN(row.data, tdi::EncodeData(action.params, values));
  return row;
}

namespace {

class MatchBackend final : public tdi::TableBackend {
 public:
  MatchBackend(const Pipeline& pipeline, schema::TableId id, const Pipeline* former)
      : program_(pipeline.schema().tables[id]),
        schema_(MatchTableSchema(pipeline.schema(), program_)),
        table_(pipeline.table(id)) {
    for (schema::CounterId counter : program_.direct_counters)
      counters_.push_back(&pipeline.counter(counter));
    if (former == nullptr || counters_.empty()) return;
    const auto& tables = former->schema().tables;
    for (size_t i = 0; i < tables.size(); ++i) {
      const schema::Table& other = tables.items()[i];
      if (other.preamble.name != schema_.name || other.direct_counters.size() != counters_.size())
        continue;
      former_ = &former->table(schema::TableId(i));
      for (schema::CounterId counter : other.direct_counters)
        former_counters_.push_back(&former->counter(counter));
    }
  }

  const tdi::TableSchema& schema() const override { return schema_; }

  std::vector<tdi::ProgramRow> ProgramRows() const override {
    std::vector<tdi::ProgramRow> rows;
    for (const schema::Entry& entry : program_.entries) {
      auto row = ToRow(schema_, entry, false);
      if (row) rows.push_back({*std::move(row), entry.is_const || program_.const_entries});
    }
    return rows;
  }

  std::optional<tdi::Row> ProgramDefault() const override {
    auto row = ToRow(schema_, program_.default_entry, true);
    if (!row) return std::nullopt;
    return *std::move(row);
  }

  Status Apply(const tdi::Change& change) override {
    if (change.after != nullptr && change.after->idle_timeout_ns != 0)
      return Unimplemented("table '{}': idle time-outs are not yet supported on the cpu target",
                           schema_.name);
    if (change.is_default) {
      const schema::Entry* fallback = &program_.default_entry;
      std::optional<schema::Entry> given;
      if (change.after != nullptr) {
        IPDK_ASSIGN(given, ToEntry(schema_, *change.after, true));
        fallback = &*given;
      }
      table_.SetDefault(fallback->action, fallback->args);
    } else if (change.after == nullptr) {
      IPDK_ASSIGN(schema::Entry entry, ToEntry(schema_, *change.before, false));
      IPDK_RETURN_IF_ERROR(table_.Erase(entry));
    } else {
      IPDK_ASSIGN(schema::Entry entry, ToEntry(schema_, *change.after, false));
      if (change.before != nullptr) {
        IPDK_RETURN_IF_ERROR(table_.Modify(entry));
      } else {
        IPDK_RETURN_IF_ERROR(table_.Insert(entry));
        if (joining_ && former_ != nullptr) {
          auto from = former_->DirectIndex(entry);
          auto to = table_.DirectIndex(entry);
          if (from && to) kept_.emplace_back(*from, *to);
        }
      }
    }
    return {};
  }

  Result<std::string> ReadState(const tdi::Row& row) override {
    IPDK_ASSIGN(uint32_t index, DirectIndex(row));
    IPDK_ASSIGN(CounterValue value, counters_[0]->Read(index));
    return EncodeCount(schema_.state, value);
  }

  Status WriteState(const tdi::Row& row, std::string_view state) override {
    IPDK_ASSIGN(uint32_t index, DirectIndex(row));
    return counters_[0]->Write(index, DecodeCount(schema_.state, state));
  }

  void Publish() override {
    joining_ = false;
    table_.Publish();
  }

  void TakeOverCounts() {
    if (former_ == nullptr) return;
    kept_.emplace_back(0, 0);  // the default row's
    for (size_t i = 0; i < counters_.size(); ++i) {
      if (counters_[i] == former_counters_[i]) continue;
      for (auto [from, to] : kept_) {
        auto value = former_counters_[i]->Read(from);
        if (value) (void)counters_[i]->Add(to, *value);
      }
    }
    former_ = nullptr;
    kept_ = {};
    former_counters_.clear();
  }

 private:
  Result<uint32_t> DirectIndex(const tdi::Row& row) {
    if (counters_.empty()) return Unimplemented("table '{}' has no direct counter", schema_.name);
    if (row.key.empty()) return 0;
    IPDK_ASSIGN(schema::Entry entry, ToEntry(schema_, row, false));
    return table_.DirectIndex(entry);
  }

  const schema::Table& program_;
  const tdi::TableSchema schema_;
  Table& table_;
  std::vector<CounterArray*> counters_;
  bool joining_ = true;

  // Until the former pipeline is gone.
  Table* former_ = nullptr;
  std::vector<CounterArray*> former_counters_;
  std::vector<std::pair<uint32_t, uint32_t>> kept_;  // direct indices of the same row, then and now
};

class CounterBackend final : public tdi::TableBackend {
 public:
  CounterBackend(const Pipeline& pipeline, schema::CounterId id)
      : schema_(CounterSchema(pipeline.schema().counters[id])), counter_(pipeline.counter(id)) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change&) override {
    return InvalidArgument("counter '{}': its elements always exist; write their values",
                           schema_.name);
  }
  Result<std::string> ReadLive(std::string_view key) override {
    IPDK_ASSIGN(CounterValue value, counter_.Read(IndexOf(key)));
    return EncodeCount(schema_.data, value);
  }
  Status WriteLive(std::string_view key, std::string_view data) override {
    return counter_.Write(IndexOf(key), DecodeCount(schema_.data, data));
  }

 private:
  const tdi::TableSchema schema_;
  CounterArray& counter_;
};

class RegisterBackend final : public tdi::TableBackend {
 public:
  RegisterBackend(const Pipeline& pipeline, schema::RegisterId id)
      : schema_(RegisterSchema(pipeline.schema(), pipeline.schema().registers[id])),
        register_(pipeline.reg(id)) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change&) override {
    return InvalidArgument("register '{}': its elements always exist; write their values",
                           schema_.name);
  }
  Result<std::string> ReadLive(std::string_view key) override {
    IPDK_ASSIGN(std::vector<Integer> leaves, register_.Read(IndexOf(key)));
    std::vector<tdi::DataValue> values;
    for (Integer& leaf : leaves) values.push_back({.value = std::move(leaf)});
    return tdi::EncodeData(schema_.data, values);
  }
  Status WriteLive(std::string_view key, std::string_view data) override {
    IPDK_ASSIGN(std::vector<tdi::DataValue> values, tdi::DecodeData(schema_.data, data));
    std::vector<Integer> leaves;
    for (tdi::DataValue& value : values) leaves.push_back(std::move(value.value));
    return register_.Write(IndexOf(key), leaves);
  }

 private:
  const tdi::TableSchema schema_;
  RegisterArray& register_;
};

}  // namespace

class ProgramTables::Impl {
 public:
  std::vector<std::unique_ptr<MatchBackend>> tables;
  std::vector<std::unique_ptr<tdi::TableBackend>> arrays;
};

ProgramTables::ProgramTables(const Pipeline& pipeline, const Pipeline* former)
    : impl_(std::make_unique<Impl>()) {
  const schema::Schema& schema = pipeline.schema();
  for (size_t i = 0; i < schema.tables.size(); ++i) {
    const schema::TableId id(i);
    const schema::Table& table = schema.tables[id];
    // Hidden tables are the program's own affair. Rows of an action profile's tables are members,
    // which are not there yet.
    if (table.preamble.hidden || table.implementation.valid()) continue;
    // The device gives the rows, the program's own among them.
    pipeline.table(id).Clear();
    impl_->tables.push_back(std::make_unique<MatchBackend>(pipeline, id, former));
  }
  for (size_t i = 0; i < schema.counters.size(); ++i) {
    const schema::CounterId id(i);
    if (schema.counters[id].preamble.hidden || schema.counters[id].direct_of.valid()) continue;
    impl_->arrays.push_back(std::make_unique<CounterBackend>(pipeline, id));
  }
  for (size_t i = 0; i < schema.registers.size(); ++i) {
    const schema::RegisterId id(i);
    if (schema.registers[id].preamble.hidden) continue;
    impl_->arrays.push_back(std::make_unique<RegisterBackend>(pipeline, id));
  }
}

ProgramTables::~ProgramTables() = default;

std::vector<tdi::TableBackend*> ProgramTables::backends() const {
  std::vector<tdi::TableBackend*> all;
  for (const auto& table : impl_->tables) all.push_back(table.get());
  for (const auto& array : impl_->arrays) all.push_back(array.get());
  return all;
}

void ProgramTables::TakeOverCounts() {
  for (const auto& table : impl_->tables) table->TakeOverCounts();
}

}  // namespace ipdk::cpu
