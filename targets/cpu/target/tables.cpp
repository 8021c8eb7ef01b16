#include "targets/cpu/target/tables.h"

#include <algorithm>
#include <optional>

#include "pipeline/schema/match.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/target/objects.h"
#include "targets/cpu/target/selectors.h"
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
    if (!table.direct_meters.empty())
      for (tdi::Field& field : tdi::MeterFields()) spec.params.push_back(std::move(field));
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
  out.learned = table.add_on_miss;
  if (table.implementation.valid()) {
    // The actions are the members'; a row says which. The default action stays the program's.
    out.actions.clear();
    out.data = {BitsField(1, "member", 32)};
    if (schema.action_profiles[table.implementation].with_selector)
      out.data = tdi::SelectorFields();
    out.has_default = false;
  }
  return out;
}

tdi::TableSchema MemberSchema(const schema::Schema& schema, const schema::ActionProfile& profile) {
  tdi::TableSchema out;
  if (!profile.tables.empty()) {
    schema::Table plain = schema.tables[profile.tables[0]];
    plain.implementation = {};
    plain.direct_meters.clear();
    out.actions = MatchTableSchema(schema, plain).actions;
  }
  out.id = profile.preamble.id;
  out.name = profile.preamble.name;
  out.kind = tdi::TableKind::kActionMember;
  out.keys = {BitsField(1, "member", 32)};
  out.size = profile.size;
  out.doc = Summary(profile.preamble.doc);
  return out;
}

tdi::TableSchema MeterSchema(const schema::Meter& meter) {
  tdi::TableSchema out;
  out.id = meter.preamble.id;
  out.name = meter.preamble.name;
  out.kind = tdi::TableKind::kMeter;
  out.keys = {BitsField(1, "index", 32)};
  uint32_t id = 1;
  for (const char* name : {"cir", "cburst", "pir", "pburst"})
    out.data.push_back(BitsField(id++, name, 64));
  out.size = meter.size;
  out.doc = Summary(meter.preamble.doc);
  return out;
}

tdi::TableSchema ValueSetSchema(const schema::ValueSet& set) {
  tdi::TableSchema out;
  out.id = set.preamble.id;
  out.name = set.preamble.name;
  out.kind = tdi::TableKind::kValueSet;
  for (const schema::MatchField& key : set.keys) {
    tdi::Field field = BitsField(key.id, key.name, key.width);
    field.match = KindOf(key.kind);
    out.keys.push_back(std::move(field));
  }
  out.size = set.size;
  out.doc = Summary(set.preamble.doc);
  return out;
}

tdi::TableSchema DigestSchema(const schema::Digest& digest) {
  tdi::TableSchema out;
  out.id = digest.preamble.id;
  out.name = digest.preamble.name;
  out.kind = tdi::TableKind::kDigest;
  out.keys = {BitsField(1, "index", 32)};
  out.data = {BitsField(1, "max_timeout_ns", 64), BitsField(2, "max_list_size", 32),
              BitsField(3, "ack_timeout_ns", 64)};
  out.size = 1;
  out.doc = Summary(digest.preamble.doc);
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

// The key and order alone.
Result<schema::Entry> KeyEntry(const tdi::TableSchema& schema, const tdi::Row& row,
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
  return entry;
}

namespace {

// An action with its arguments; what follows its own parameters (a meter) is left.
Status SetAction(const tdi::TableSchema& schema, const tdi::Row& row, schema::Entry* entry) {
  for (size_t i = 0; i < schema.actions.size(); ++i) {
    if (schema.actions[i].id != row.action) continue;
    entry->action = static_cast<uint32_t>(i);
    IPDK_ASSIGN(std::vector<tdi::DataValue> values,
                tdi::DecodeData(schema.actions[i].params, row.data));
    for (size_t k = 0; k < values.size(); ++k)
      if (!tdi::IsMeterField(schema.actions[i].params[k]))
        entry->args.push_back(std::move(values[k].value));
    return {};
  }
  return InvalidArgument("table '{}' has no action with id 0x{:08x}", schema.name, row.action);
}

}  // namespace

Result<schema::Entry> ToEntry(const tdi::TableSchema& schema, const tdi::Row& row,
                              bool is_default) {
  IPDK_ASSIGN(schema::Entry entry, KeyEntry(schema, row, is_default));
  IPDK_RETURN_IF_ERROR(SetAction(schema, row, &entry));
  return entry;
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
  values.resize(action.params.size());  // no meter
  IPDK_ASSIGN(row.data, tdi::EncodeData(action.params, values));
  return row;
}

namespace {

class MatchBackend final : public tdi::TableBackend, public Profile::User {
 public:
  // `profile`: whose members the entries name, or null.
  MatchBackend(const Pipeline& pipeline, schema::TableId id, const Pipeline* former,
               Profile* profile, std::function<uint64_t()> now)
      : schema_of_program_(pipeline.schema()),
        program_(pipeline.schema().tables[id]),
        schema_(MatchTableSchema(pipeline.schema(), program_)),
        table_(pipeline.table(id)),
        profile_(profile),
        now_(std::move(now)) {
    for (schema::MeterId meter : program_.direct_meters) meters_.push_back(&pipeline.meter(meter));
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
      return ConfigureMeters(0, change.after);
    }
    if (change.after == nullptr) {
      IPDK_ASSIGN(schema::Entry entry, KeyEntry(schema_, *change.before, false));
      IPDK_RETURN_IF_ERROR(table_.Erase(entry));
      Release(*change.before);
      return {};
    }
    if (profile_ != nullptr)
      IPDK_RETURN_IF_ERROR(profile_->CheckStyle(tdi::DecodeReference(change.after->data)));
    IPDK_ASSIGN(schema::Entry entry, EntryOf(*change.after));
    if (change.before != nullptr) {
      IPDK_RETURN_IF_ERROR(table_.Modify(entry));
      Release(*change.before);
    } else {
      IPDK_RETURN_IF_ERROR(table_.Insert(entry));
      if (joining_ && former_ != nullptr) {
        auto from = former_->DirectIndex(entry);
        auto to = table_.DirectIndex(entry);
        if (from && to) kept_.emplace_back(*from, *to);
      }
    }
    if (profile_ != nullptr) profile_->Use(this, *change.after);
    if (meters_.empty()) return {};
    IPDK_ASSIGN(const uint32_t index, table_.DirectIndex(entry));
    return ConfigureMeters(index, change.after);
  }

  Status MemberChanged(const tdi::Row& row) override {
    IPDK_ASSIGN(const schema::Entry entry, EntryOf(row));
    return table_.Modify(entry);
  }
  void PublishMembers() override { Publish(); }

  Result<uint64_t> ScanLearned(uint64_t cursor, size_t max,
                               const std::function<void(const tdi::Row&)>& row) override {
    if (table_.learned() == nullptr) return 0;
    const layout::TableLayout& layout = table_.layout();
    return table_.learned()->Scan(
        cursor, max, now_ ? now_() : 0, [&](const uint8_t* key, const layout::Record& record) {
          schema::Entry entry;
          for (const layout::KeyField& field : layout.fields)
            entry.matches.emplace_back().value = FromBytes(
                std::string_view(reinterpret_cast<const char*>(key) + field.offset, field.bytes));
          entry.action = record.action;
          const auto* bytes = reinterpret_cast<const uint8_t*>(&record);
          for (const layout::Argument& place : layout.actions[record.action])
            entry.args.push_back(layout::LoadScalar(bytes + place.offset, place.width));
          if (const auto made = ToRow(schema_, entry, false)) row(*made);
        });
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
  void Release(const tdi::Row& row) {
    if (profile_ != nullptr) profile_->Release(this, row);
  }
  // With the action that it has, or that of its member.
  Result<schema::Entry> EntryOf(const tdi::Row& row) const {
    if (profile_ == nullptr) return ToEntry(schema_, row, false);
    return ProfileEntry(schema_of_program_, program_, schema_, row, profile_->view());
  }
  // Meters are configured behind an action's own parameters (tdi/schema.h). Without a row: green.
  Status ConfigureMeters(uint32_t index, const tdi::Row* row) {
    if (meters_.empty()) return {};
    externs::MeterConfig config;
    const tdi::ActionSpec* action = row == nullptr ? nullptr : schema_.FindAction(row->action);
    if (action != nullptr) {
      IPDK_ASSIGN(const std::vector<tdi::DataValue> values,
                  tdi::DecodeData(action->params, row->data));
      const size_t at = values.size() - tdi::MeterFields().size();
      if (values[at].value != 0)
        config = {.configured = true,
                  .single_rate = false,
                  .cir = ToU64(values[at + 1].value),
                  .cburst = ToU64(values[at + 2].value),
                  .pir = ToU64(values[at + 3].value),
                  .pburst = ToU64(values[at + 4].value)};
    }
    for (MeterArray* meter : meters_) {
      IPDK_ASSIGN(const externs::MeterConfig present, meter->Read(index));
      if (present != config) IPDK_RETURN_IF_ERROR(meter->Write(index, config, now_()));
    }
    return {};
  }

  Result<uint32_t> DirectIndex(const tdi::Row& row) {
    if (counters_.empty()) return Unimplemented("table '{}' has no direct counter", schema_.name);
    if (row.key.empty()) return 0;
    IPDK_ASSIGN(schema::Entry entry, KeyEntry(schema_, row, false));
    return table_.DirectIndex(entry);
  }

  const schema::Schema& schema_of_program_;
  const schema::Table& program_;
  const tdi::TableSchema schema_;
  Table& table_;
  Profile* const profile_;
  const std::function<uint64_t()> now_;
  std::vector<CounterArray*> counters_;
  std::vector<MeterArray*> meters_;
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
  std::vector<std::unique_ptr<Profile>> profiles;
  std::vector<std::unique_ptr<tdi::TableBackend>> members;
  std::vector<std::unique_ptr<MatchBackend>> tables;
  std::vector<std::unique_ptr<tdi::TableBackend>> others;
};

ProgramTables::ProgramTables(const Pipeline& pipeline, const Pipeline* former,
                             const std::function<uint64_t()>& now)
    : impl_(std::make_unique<Impl>()) {
  const schema::Schema& schema = pipeline.schema();
  for (const schema::ActionProfile& profile : schema.action_profiles) {
    tdi::TableSchema members = MemberSchema(schema, profile);
    impl_->profiles.push_back(std::make_unique<Profile>(profile, members));
    if (!profile.preamble.hidden)
      impl_->members.push_back(MakeMemberBackend(std::move(members), *impl_->profiles.back()));
    if (!profile.preamble.hidden && profile.with_selector)
      impl_->members.push_back(MakeGroupBackend(GroupSchema(profile), *impl_->profiles.back()));
  }
  for (size_t i = 0; i < schema.tables.size(); ++i) {
    const schema::TableId id(i);
    const schema::Table& table = schema.tables[id];
    // Hidden tables are the program's own affair.
    if (table.preamble.hidden) continue;
    Profile* profile =
        table.implementation.valid() ? impl_->profiles[table.implementation.index].get() : nullptr;
    // Its entries name no members, so they cannot be told as rows.
    if (profile != nullptr && !table.entries.empty()) continue;
    // The device gives the rows, the program's own among them.
    pipeline.table(id).Clear();
    impl_->tables.push_back(std::make_unique<MatchBackend>(pipeline, id, former, profile, now));
  }
  auto add = [&](std::unique_ptr<tdi::TableBackend> backend) {
    impl_->others.push_back(std::move(backend));
  };
  for (size_t i = 0; i < schema.counters.size(); ++i) {
    const schema::CounterId id(i);
    if (schema.counters[id].preamble.hidden || schema.counters[id].direct_of.valid()) continue;
    add(std::make_unique<CounterBackend>(pipeline, id));
  }
  for (size_t i = 0; i < schema.registers.size(); ++i) {
    const schema::RegisterId id(i);
    if (schema.registers[id].preamble.hidden) continue;
    add(std::make_unique<RegisterBackend>(pipeline, id));
  }
  for (size_t i = 0; i < schema.meters.size(); ++i) {
    const schema::MeterId id(i);
    if (schema.meters[id].preamble.hidden || schema.meters[id].direct_of.valid()) continue;
    add(MakeMeterBackend(MeterSchema(schema.meters[id]), pipeline.meter(id), now));
  }
  for (size_t i = 0; i < schema.value_sets.size(); ++i) {
    const schema::ValueSetId id(i);
    if (schema.value_sets[id].preamble.hidden || schema.value_sets[id].keys.empty()) continue;
    pipeline.value_set(id).Clear();
    add(MakeValueSetBackend(ValueSetSchema(schema.value_sets[id]), pipeline.value_set(id)));
  }
  for (const schema::Digest& digest : schema.digests)
    if (!digest.preamble.hidden) add(MakeDigestBackend(DigestSchema(digest)));
}

ProgramTables::~ProgramTables() = default;

// Members come before the tables that name them: rows are given in this order.
std::vector<tdi::TableBackend*> ProgramTables::backends() const {
  std::vector<tdi::TableBackend*> all;
  for (const auto& members : impl_->members) all.push_back(members.get());
  for (const auto& table : impl_->tables) all.push_back(table.get());
  for (const auto& other : impl_->others) all.push_back(other.get());
  return all;
}

void ProgramTables::TakeOverCounts() {
  for (const auto& table : impl_->tables) table->TakeOverCounts();
}

}  // namespace ipdk::cpu
