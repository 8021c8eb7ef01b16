#include "pipeline/eval/control.h"

#include <algorithm>

#include "pipeline/externs/expire.h"
#include "pipeline/externs/selector.h"
#include "pipeline/schema/match.h"

namespace ipdk::eval {
namespace {

constexpr uint64_t kNowhere = UINT64_MAX;

// The program's index as one of an array of `size`, or kNowhere.
uint64_t Within(const Integer& index, uint64_t size) {
  return index < FromU64(size) ? ToU64(index) : kNowhere;
}

Status CheckIndex(const std::string& name, uint64_t index, uint64_t size) {
  if (index >= size)
    return InvalidArgument("'{}' has {} elements, index {} is wanted", name, size, index);
  return {};
}

}  // namespace

Control::Control(const ir::Compiled& compiled)
    : compiled_(compiled),
      tables_(compiled.schema.tables.size()),
      counters_(compiled.schema.counters.size()),
      meters_(compiled.schema.meters.size()),
      registers_(compiled.schema.registers.size()),
      value_sets_(compiled.schema.value_sets.size()) {
  Clear();
}

void Control::Clear() {
  for (size_t i = 0; i < tables_.size(); ++i) {
    const schema::TableId id(i);
    const schema::Table& table = compiled_.schema.tables[id];
    tables_[i].entries.clear();
    tables_[i].learned = 0;
    for (const schema::Entry& entry : table.entries) tables_[i].entries.push_back(Fresh(id, entry));
    tables_[i].miss = Fresh(id, table.default_entry);
  }
}

TableEntry Control::Fresh(schema::TableId table, schema::Entry entry) const {
  const schema::Table& schema = compiled_.schema.tables[table];
  TableEntry out;
  out.entry = std::move(entry);
  out.counters.resize(schema.direct_counters.size());
  out.meters.resize(schema.direct_meters.size());
  return out;
}

Status Control::Check(schema::TableId table, schema::Entry& entry, bool is_default) const {
  if (!compiled_.schema.tables.Contains(table))
    return NotFound("there is no table {}", table.index);
  const schema::Table& schema = compiled_.schema.tables[table];
  IPDK_RETURN_IF_ERROR(schema::CheckEntry(compiled_.schema, schema, entry, is_default));
  if (!is_default && schema.const_entries)
    return PermissionDenied("table '{}' has const entries", schema.preamble.name);
  return {};
}

Result<size_t> Control::Position(schema::TableId table, const schema::Entry& entry) const {
  const auto& keys = compiled_.schema.tables[table].keys;
  const auto& entries = tables_[table.index].entries;
  for (size_t i = 0; i < entries.size(); ++i)
    if (schema::SameKey(keys, entries[i].entry, entry)) return i;
  return NotFound("table '{}' has no entry with this key",
                  compiled_.schema.tables[table].preamble.name);
}

Status Control::Add(schema::TableId table, schema::Entry entry) {
  IPDK_RETURN_IF_ERROR(Check(table, entry, false));
  Table& t = tables_[table.index];
  if (const auto at = Position(table, entry); at && t.entries[*at].learned) {
    // What a controller gives takes the place of what a packet added.
    t.entries.erase(t.entries.begin() + static_cast<ptrdiff_t>(*at));
    --t.learned;
  } else if (at) {
    return AlreadyExists("table '{}' already has an entry with this key",
                         compiled_.schema.tables[table].preamble.name);
  }
  t.entries.push_back(Fresh(table, std::move(entry)));
  return {};
}

Status Control::Modify(schema::TableId table, const schema::Entry& entry) {
  schema::Entry copy = entry;
  IPDK_RETURN_IF_ERROR(Check(table, copy, false));
  IPDK_ASSIGN(const size_t at, Position(table, entry));
  schema::Entry& old = tables_[table.index].entries[at].entry;
  if (old.is_const) return PermissionDenied("the entry is const");
  tables_[table.index].entries[at].slots.clear();
  old.grouped = entry.grouped;
  old.choices = entry.choices;
  old.action = entry.action;
  old.args = entry.args;
  return {};
}

Status Control::Delete(schema::TableId table, const schema::Entry& entry) {
  if (!compiled_.schema.tables.Contains(table))
    return NotFound("there is no table {}", table.index);
  // Only the key counts: the rest is that of an entry that passes the checks.
  schema::Entry key = entry;
  const schema::Table& schema = compiled_.schema.tables[table];
  for (uint32_t i = 0; i < schema.actions.size(); ++i) {
    if (schema.actions[i].scope == schema::ActionScope::kDefaultOnly) continue;
    key.action = i;
    key.grouped = false;
    key.args.assign(compiled_.schema.actions[schema.actions[i].action].params.size(), 0);
    break;
  }
  IPDK_RETURN_IF_ERROR(Check(table, key, false));
  IPDK_ASSIGN(const size_t at, Position(table, key));
  auto& entries = tables_[table.index].entries;
  if (entries[at].entry.is_const) return PermissionDenied("the entry is const");
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
  return {};
}

Status Control::SetDefault(schema::TableId table, schema::Entry entry) {
  IPDK_RETURN_IF_ERROR(Check(table, entry, true));
  const schema::Table& schema = compiled_.schema.tables[table];
  const bool same =
      entry.action == schema.default_entry.action && entry.args == schema.default_entry.args;
  if (schema.const_default && !same)
    return PermissionDenied("table '{}' has a const default action", schema.preamble.name);
  tables_[table.index].miss.entry = std::move(entry);
  return {};
}

bool Control::Learn(schema::TableId table, std::span<const Integer> keys, uint32_t action,
                    std::vector<Integer> args, uint64_t profile, uint64_t now_ns) {
  const schema::Table& schema = compiled_.schema.tables[table];
  Table& t = tables_[table.index];
  schema::Entry entry;
  for (const Integer& key : keys) entry.matches.emplace_back().value = key;
  entry.action = action;
  entry.args = std::move(args);
  if (t.learned >= externs::LearnedCapacity(schema.size) || Position(table, entry)) return false;
  TableEntry& made = t.entries.emplace_back(Fresh(table, std::move(entry)));
  made.learned = true;
  ++t.learned;
  if (schema.auto_delete) SetExpireTime(made, profile, now_ns);
  return true;
}

void Control::SetExpireTime(TableEntry& entry, uint64_t profile, uint64_t now_ns) {
  entry.lasts_ns = externs::ExpireNs(profile);
  RestartTimer(entry, now_ns);
}

void Control::RestartTimer(TableEntry& entry, uint64_t now_ns) {
  if (entry.learned && entry.lasts_ns != 0) entry.expires_ns = now_ns + entry.lasts_ns;
}

void Control::Expire(uint64_t now_ns) {
  for (Table& t : tables_)
    if (t.learned != 0)
      t.learned -= std::erase_if(
          t.entries, [&](const TableEntry& entry) { return entry.expires_ns <= now_ns; });
}

Control::Found Control::Lookup(schema::TableId table, std::span<const Integer> keys) {
  const auto& fields = compiled_.schema.tables[table].keys;
  Table& t = tables_[table.index];
  Found best{&t.miss, false, 0};
  for (size_t i = 0; i < t.entries.size(); ++i) {
    TableEntry& entry = t.entries[i];
    if (!schema::Matches(fields, entry.entry.matches, keys)) continue;
    if (!best.hit || schema::Beats(fields, entry.entry, best.entry->entry))
      best = {&entry, true, static_cast<uint32_t>(i)};
  }
  if (best.hit && best.entry->entry.grouped && best.entry->entry.choices.empty())
    return {&t.miss, false, 0};
  return best;
}

const schema::Entry::Choice& Control::Choose(TableEntry& entry, uint32_t hash) {
  const auto& choices = entry.entry.choices;
  if (entry.slots.empty()) {
    std::vector<externs::SelectorMember> members;
    for (const auto& choice : choices) members.push_back({choice.identity, choice.weight});
    entry.slots = externs::FillSelector(members);
  }
  return choices[entry.slots[externs::SelectorSlot(hash)]];
}

Result<Counts> Control::ReadCounter(schema::CounterId counter, uint64_t index) const {
  const schema::Counter& schema = compiled_.schema.counters[counter];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  const auto found = counters_[counter.index].find(index);
  return found == counters_[counter.index].end() ? Counts{} : found->second;
}

Status Control::WriteCounter(schema::CounterId counter, uint64_t index, Counts counts) {
  const schema::Counter& schema = compiled_.schema.counters[counter];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  counters_[counter.index][index] = counts;
  return {};
}

Result<std::vector<Integer>> Control::ReadRegister(schema::RegisterId id, uint64_t index) const {
  const schema::Register& schema = compiled_.schema.registers[id];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  std::vector<Integer> out;
  for (size_t leaf = 0; leaf < schema.widths.size(); ++leaf)
    out.push_back(Register(id, FromU64(index), leaf));
  return out;
}

Status Control::WriteRegister(schema::RegisterId id, uint64_t index, std::vector<Integer> leaves) {
  const schema::Register& schema = compiled_.schema.registers[id];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  if (leaves.size() != schema.widths.size())
    return InvalidArgument("register '{}' has {} values per element, got {}", schema.preamble.name,
                           schema.widths.size(), leaves.size());
  for (size_t i = 0; i < leaves.size(); ++i)
    if (leaves[i] < 0 || BitLength(leaves[i]) > schema.widths[i])
      return InvalidArgument("register '{}' wants at most {} bits, got 0x{}", schema.preamble.name,
                             schema.widths[i], leaves[i].get_str(16));
  registers_[id.index][index] = std::move(leaves);
  return {};
}

Status Control::ResetRegister(schema::RegisterId id) {
  registers_[id.index].clear();
  return {};
}

Result<externs::MeterConfig> Control::ReadMeter(schema::MeterId meter, uint64_t index) const {
  const schema::Meter& schema = compiled_.schema.meters[meter];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  const auto found = meters_[meter.index].find(index);
  return found == meters_[meter.index].end() ? externs::MeterConfig{} : found->second.config;
}

Status Control::WriteMeter(schema::MeterId meter, uint64_t index,
                           const externs::MeterConfig& config, uint64_t now_ns) {
  const schema::Meter& schema = compiled_.schema.meters[meter];
  IPDK_RETURN_IF_ERROR(CheckIndex(schema.preamble.name, index, schema.size));
  meters_[meter.index][index] = {config, externs::StartMeter(config, now_ns)};
  return {};
}

void Control::Count(schema::CounterId counter, const Integer& index, uint64_t bytes) {
  const uint64_t at = Within(index, compiled_.schema.counters[counter].size);
  if (at == kNowhere) return;
  Counts& counts = counters_[counter.index][at];
  ++counts.packets;
  counts.bytes += bytes;
}

externs::Color Control::Execute(schema::MeterId meter, const Integer& index, uint64_t now_ns,
                                uint64_t bytes, externs::Color before) {
  const schema::Meter& schema = compiled_.schema.meters[meter];
  const uint64_t at = Within(index, schema.size);
  if (at == kNowhere) return externs::kGreen;
  Meter& cell = meters_[meter.index][at];
  return externs::ExecuteMeter(cell.config, cell.state, now_ns,
                               schema.unit == schema::MeterUnit::kBytes ? bytes : 1, before,
                               schema.color_aware);
}

externs::Color Control::ExecuteDirect(schema::MeterId meter, TableEntry& entry, uint64_t now_ns,
                                      uint64_t bytes, externs::Color before) {
  const schema::Meter& schema = compiled_.schema.meters[meter];
  const auto& attached = compiled_.schema.tables[schema.direct_of].direct_meters;
  const size_t at =
      static_cast<size_t>(std::find(attached.begin(), attached.end(), meter) - attached.begin());
  if (at >= entry.meters.size()) return externs::kGreen;
  Meter& cell = entry.meters[at];
  return externs::ExecuteMeter(cell.config, cell.state, now_ns,
                               schema.unit == schema::MeterUnit::kBytes ? bytes : 1, before,
                               schema.color_aware);
}

void Control::CountDirect(schema::CounterId counter, TableEntry& entry, uint64_t bytes) {
  const auto& attached =
      compiled_.schema.tables[compiled_.schema.counters[counter].direct_of].direct_counters;
  const size_t at =
      static_cast<size_t>(std::find(attached.begin(), attached.end(), counter) - attached.begin());
  if (at >= entry.counters.size()) return;
  ++entry.counters[at].packets;
  entry.counters[at].bytes += bytes;
}

Integer Control::Register(schema::RegisterId id, const Integer& index, size_t leaf) const {
  const schema::Register& schema = compiled_.schema.registers[id];
  const uint64_t at = Within(index, schema.size);
  if (at == kNowhere) return 0;
  const auto found = registers_[id.index].find(at);
  if (found == registers_[id.index].end()) return Truncate(schema.initial, schema.widths[leaf]);
  return found->second[leaf];
}

void Control::SetRegister(schema::RegisterId id, const Integer& index, size_t leaf,
                          const Integer& value) {
  const schema::Register& schema = compiled_.schema.registers[id];
  const uint64_t at = Within(index, schema.size);
  if (at == kNowhere) return;
  auto [found, fresh] = registers_[id.index].try_emplace(at);
  if (fresh)
    for (uint32_t width : schema.widths) found->second.push_back(Truncate(schema.initial, width));
  found->second[leaf] = value;
}

Status Control::AddMember(schema::ValueSetId set, std::vector<schema::Match> member) {
  const schema::ValueSet& schema = compiled_.schema.value_sets[set];
  if (member.size() != schema.keys.size())
    return InvalidArgument("value set '{}' has {} keys, got {}", schema.preamble.name,
                           schema.keys.size(), member.size());
  for (size_t i = 0; i < member.size(); ++i)
    IPDK_RETURN_IF_ERROR(schema::CheckMatch(schema.keys[i], member[i]));
  value_sets_[set.index].push_back(std::move(member));
  return {};
}

bool Control::IsMember(schema::ValueSetId set, std::span<const Integer> keys) const {
  for (const auto& member : value_sets_[set.index])
    if (schema::Matches(compiled_.schema.value_sets[set].keys, member, keys)) return true;
  return false;
}

}  // namespace ipdk::eval
