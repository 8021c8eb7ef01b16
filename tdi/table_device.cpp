#include "tdi/table_device.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/check.h"

namespace ipdk::tdi {
namespace {

// Levenshtein's distance, for "did you mean". Names are short; longer ones are not compared.
size_t Distance(std::string_view a, std::string_view b) {
  if (a.size() > 64 || b.size() > 64) return SIZE_MAX;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = up;
    }
  }
  return row[b.size()];
}

bool EndsInPart(std::string_view name, std::string_view part) {
  return name.size() > part.size() && name.ends_with(part) &&
         name[name.size() - part.size() - 1] == '.';
}

// Rows name their action by id, and ids may differ between two programs of equal tables.
std::map<uint32_t, uint32_t> ActionIds(const TableSchema& before, const TableSchema& after) {
  std::map<uint32_t, uint32_t> ids;
  for (const ActionSpec& action : before.actions)
    if (const ActionSpec* now = after.FindAction(std::string_view(action.name)))
      ids[action.id] = now->id;
  return ids;
}

bool Translate(const std::map<uint32_t, uint32_t>& ids, Row* row) {
  const auto it = ids.find(row->action);
  if (it == ids.end() || it->second == row->action) return false;
  row->action = it->second;
  return true;
}

Error InTable(Error error, const TableSchema& schema, const Row& row) {
  return std::move(error).Within(
      fmt::format("table '{}': row {}", schema.name, PrintKey(schema, row.key)));
}

}  // namespace

std::unique_ptr<Device> Device::Create(Journal* journal) {
  return std::make_unique<TableDevice>(journal);
}

Status Device::CommitOne(Operation operation) {
  return Commit(std::span(&operation, 1), Atomicity::kRollbackOnError).status;
}

TableDevice::TableDevice(Journal* journal)
    : journal_(journal),
      listeners_(std::make_shared<Listeners>()),
      directory_(std::make_shared<Directory>()) {
  listeners_->thread = &thread_;
}

TableDevice::~TableDevice() {
  const std::lock_guard lock(listeners_->mutex);
  listeners_->thread = nullptr;
}

DeviceTable* TableDevice::Find(uint32_t id) const {
  const auto it = tables_.find(id);
  return it == tables_.end() ? nullptr : it->second.get();
}

Result<DeviceTable*> TableDevice::Need(uint32_t id) const {
  if (DeviceTable* table = Find(id)) return table;
  return NotFound("there is no table with id 0x{:08x}", id);
}

// --- groups

Status TableDevice::SetGroup(TableGroup group, bool keep) {
  Status status;
  thread_.Run([&] { status = SetGroupNow(std::move(group), keep); });
  return status;
}

// Gives the table its rows: from its predecessor, from the journal, or from the program.
// `to_journal` receives rows that the journal does not have yet; `rewritten` says that those it has
// are to be forgotten.
Status TableDevice::FillTable(DeviceTable& table, const DeviceTable* former, bool keep,
                              bool* from_journal, bool* rewritten,
                              std::vector<Recorded>* to_journal) {
  const TableSchema& schema = *table.schema;
  const bool same_backend = former != nullptr && former->backend == table.backend;
  auto add = [&](const Row& row, uint32_t flags) -> Status {
    if (table.rows.Find(row.key, row.order) != RowStore::kNone) return {};
    if (schema.size > 0 && table.rows.size() >= schema.size)
      return ResourceExhausted("table '{}': it has {} rows at most", schema.name, schema.size);
    if (!(same_backend && keep)) {
      if (auto status = table.backend->Apply({.before = nullptr, .after = &row}); !status)
        return std::unexpected(InTable(std::move(status).error(), schema, row));
    }
    table.rows.Insert(row, flags);
    return {};
  };
  auto set_default = [&](const Row& row) -> Status {
    if (!(same_backend && keep)) {
      const Row* before = table.program_default ? &*table.program_default : nullptr;
      if (auto status = table.backend->Apply({.before = before, .after = &row, .is_default = true});
          !status)
        return std::unexpected(
            std::move(status).error().Within(fmt::format("table '{}': default row", schema.name)));
    }
    table.user_default = row;
    return {};
  };
  if (schema.live) return {};
  Row row;
  if (former != nullptr && keep) {
    const auto ids = ActionIds(*former->schema, schema);
    bool translated = false;
    if (former->user_default && !schema.const_default) {
      row = *former->user_default;
      translated = Translate(ids, &row);
      IPDK_RETURN_IF_ERROR(set_default(row));
    }
    // Constant rows and rows as the program gave them are the new program's own matter.
    for (const ProgramRow& given : table.backend->ProgramRows())
      if (given.is_const || schema.const_rows)
        IPDK_RETURN_IF_ERROR(add(given.row, RowStore::kConst));
    for (uint32_t slot = 0; slot < former->rows.slots(); ++slot) {
      if (!former->rows.Valid(slot) || (former->rows.flags(slot) & RowStore::kConst)) continue;
      former->rows.Read(slot, &row);
      translated |= Translate(ids, &row);
      IPDK_RETURN_IF_ERROR(add(row, former->rows.flags(slot)));
    }
    if (translated && journal_ != nullptr) {
      *rewritten = true;
      if (table.user_default) to_journal->push_back({*table.user_default, true});
      for (uint32_t slot = 0; slot < table.rows.slots(); ++slot) {
        if (!table.rows.Valid(slot) || (table.rows.flags(slot) & RowStore::kConst)) continue;
        to_journal->emplace_back();
        table.rows.Read(slot, &to_journal->back().row);
      }
    }
    return {};
  }
  if (same_backend) {  // the same backend, emptied
    for (uint32_t slot = 0; slot < former->rows.slots(); ++slot) {
      if (!former->rows.Valid(slot)) continue;
      former->rows.Read(slot, &row);
      if (auto status = table.backend->Apply({.before = &row, .after = nullptr}); !status)
        return std::unexpected(InTable(std::move(status).error(), schema, row));
    }
  }
  const bool replay = keep && journal_ != nullptr && !schema.const_rows && journal_->Knows(schema);
  for (const ProgramRow& given : table.backend->ProgramRows()) {
    const bool is_const = given.is_const || schema.const_rows;
    if (replay && !is_const) continue;
    IPDK_RETURN_IF_ERROR(add(given.row, is_const ? RowStore::kConst : RowStore::kFromProgram));
    if (!is_const) to_journal->push_back({given.row, false});
  }
  if (!replay) return {};
  *from_journal = true;
  return journal_->Replay(schema, [&](const Row& recorded, bool is_default) -> Status {
    if (is_default) return set_default(recorded);
    if (auto status = CheckKey(schema, recorded.key); !status)
      return std::unexpected(std::move(status).error().Within("recorded row"));
    return add(recorded, 0);
  });
}

Status TableDevice::SetGroupNow(TableGroup group, bool keep) {
  std::vector<std::unique_ptr<DeviceTable>> fresh;
  std::set<uint32_t> ids;
  std::set<std::string> names;
  for (TableBackend* backend : group.tables) {
    const TableSchema& schema = backend->schema();
    const DeviceTable* other = Find(schema.id);
    if (!ids.insert(schema.id).second || (other != nullptr && other->group != group.name))
      return AlreadyExists("table '{}': id 0x{:08x} is taken by table '{}'", schema.name, schema.id,
                           other != nullptr ? other->schema->name : "of the same group");
    for (const auto& [id, table] : tables_)
      if (table->group != group.name && table->schema->name == schema.name)
        return AlreadyExists("table '{}' exists in group '{}'", schema.name, table->group);
    if (!names.insert(schema.name).second)
      return AlreadyExists("table '{}' occurs twice in group '{}'", schema.name, group.name);
    auto table = std::make_unique<DeviceTable>();
    table->schema = std::make_shared<const TableSchema>(schema);
    table->backend = backend;
    table->group = group.name;
    table->program_default = backend->ProgramDefault();
    fresh.push_back(std::move(table));
  }
  std::map<std::string, const DeviceTable*> former;
  for (const auto& [id, table] : tables_)
    if (table->group == group.name) former[table->schema->name] = table.get();
  std::vector<JournalChange> changes;
  std::vector<std::pair<const TableSchema*, std::unique_ptr<std::vector<Recorded>>>> recorded;
  std::vector<const TableSchema*> dropped;
  for (const auto& table : fresh) {
    const auto it = former.find(table->schema->name);
    const DeviceTable* old = it == former.end() ? nullptr : it->second;
    const bool same = old != nullptr && !TableDifference(*old->schema, *table->schema);
    auto rows = std::make_unique<std::vector<Recorded>>();
    bool from_journal = false, rewritten = false;
    const bool keep_this = keep && (old == nullptr || same);
    IPDK_RETURN_IF_ERROR(
        FillTable(*table, same ? old : nullptr, keep_this, &from_journal, &rewritten, rows.get()));
    if (same && keep_this) table->live_written = old->live_written;
    const bool kept = !rewritten && (from_journal || (same && keep_this));
    if (!kept) dropped.push_back(table->schema.get());
    if (!rows->empty()) recorded.emplace_back(table->schema.get(), std::move(rows));
  }
  for (const auto& [name, table] : former)
    if (!names.contains(name)) dropped.push_back(table->schema.get());
  if (journal_ != nullptr) {
    for (const auto& [schema, rows] : recorded)
      for (const Recorded& one : *rows)
        changes.push_back({.schema = schema,
                           .before = nullptr,
                           .after = &one.row,
                           .is_default = one.is_default});
    if (!dropped.empty() || !changes.empty())
      IPDK_RETURN_IF_ERROR(journal_->Exchange(dropped, changes));
  }
  for (const auto& table : fresh) table->backend->Publish();
  std::erase_if(tables_, [&](const auto& item) { return item.second->group == group.name; });
  for (auto& table : fresh) tables_.emplace(table->schema->id, std::move(table));
  groups_[group.name] = std::move(group);
  RebuildDirectory();
  return {};
}

void TableDevice::RemoveGroup(std::string_view name) {
  thread_.Run([&] {
    const auto it = groups_.find(name);
    if (it == groups_.end()) return;
    std::erase_if(tables_, [&](const auto& item) { return item.second->group == name; });
    groups_.erase(it);
    RebuildDirectory();
  });
}

Status TableDevice::CheckKeep(std::string_view group, std::span<TableBackend* const> tables) const {
  Status status;
  thread_.Run([&] {
    for (const auto& [id, table] : tables_) {
      if (table->group != group) continue;
      uint64_t written = 0;
      for (uint32_t slot = 0; slot < table->rows.slots(); ++slot)
        if (table->rows.Valid(slot) &&
            !(table->rows.flags(slot) & (RowStore::kConst | RowStore::kFromProgram)))
          ++written;
      if (written == 0 && !table->user_default && !table->live_written) continue;
      const std::string what = table->live_written ? "values that were written"
                               : written == 0      ? "a default row"
                                                   : fmt::format("{} rows", written);
      const TableSchema* now = nullptr;
      for (const TableBackend* backend : tables)
        if (backend->schema().name == table->schema->name) now = &backend->schema();
      const auto difference =
          now == nullptr ? "is not in the new program" : TableDifference(*table->schema, *now);
      if (difference) {
        status =
            InvalidArgument("table '{}' holds {} and would lose them: it {}", table->schema->name,
                            what, now == nullptr ? *difference : "is different: " + *difference);
        return;
      }
      if (table->live_written && now->size != table->schema->size) {
        status = InvalidArgument(
            "table '{}' holds {} and would lose them: it has {} elements, and {} in the new "
            "program",
            table->schema->name, what, table->schema->size, now->size);
        return;
      }
      if (now->size > 0 && table->rows.size() > now->size) {
        status = InvalidArgument("table '{}' holds {} rows; the new program has room for {}",
                                 table->schema->name, table->rows.size(), now->size);
        return;
      }
    }
  });
  return status;
}

// --- directory

void TableDevice::RebuildDirectory() {
  auto fresh = std::make_shared<Directory>();
  for (const auto& [id, table] : tables_) fresh->tables.push_back(table->schema);
  std::sort(fresh->tables.begin(), fresh->tables.end(),
            [](const auto& a, const auto& b) { return a->id < b->id; });
  for (size_t i = 0; i < fresh->tables.size(); ++i) {
    fresh->by_id[fresh->tables[i]->id] = i;
    fresh->by_name[fresh->tables[i]->name] = i;
  }
  const std::lock_guard lock(directory_mutex_);
  directory_ = std::move(fresh);
}

std::shared_ptr<const Directory> TableDevice::directory() const {
  const std::lock_guard lock(directory_mutex_);
  return directory_;
}

std::vector<std::shared_ptr<const TableSchema>> TableDevice::Tables() const {
  return directory()->tables;
}

std::shared_ptr<const TableSchema> TableDevice::FindTable(uint32_t id) const {
  const auto all = directory();
  const auto it = all->by_id.find(id);
  return it == all->by_id.end() ? nullptr : all->tables[it->second];
}

Result<std::shared_ptr<const TableSchema>> TableDevice::FindTable(std::string_view name) const {
  const auto all = directory();
  if (const auto it = all->by_name.find(std::string(name)); it != all->by_name.end())
    return all->tables[it->second];
  std::vector<std::shared_ptr<const TableSchema>> ends;
  for (const auto& schema : all->tables)
    if (EndsInPart(schema->name, name)) ends.push_back(schema);
  if (ends.size() == 1) return ends[0];
  auto list = [](const std::vector<std::string>& names) {
    std::string out;
    for (size_t i = 0; i < names.size() && i < 8; ++i)
      out += (i == 0 ? "'" : ", '") + names[i] + "'";
    return names.size() > 8 ? out + " ..." : out;
  };
  std::vector<std::string> names;
  if (ends.size() > 1) {
    for (const auto& schema : ends) names.push_back(schema->name);
    return InvalidArgument("table name '{}' is ambiguous: {}", name, list(names));
  }
  const std::string_view last = name.substr(name.rfind('.') + 1);
  for (const auto& schema : all->tables) {
    const std::string_view other =
        std::string_view(schema->name).substr(schema->name.rfind('.') + 1);
    if (Distance(last, other) <= 1 + last.size() / 4 ||
        (last.size() > 2 && other.find(last) != std::string_view::npos))
      names.push_back(schema->name);
  }
  if (names.empty()) {
    for (const auto& schema : all->tables) names.push_back(schema->name);
    return NotFound("there is no table '{}'; there are: {}", name,
                    names.empty() ? "none" : list(names));
  }
  return NotFound("there is no table '{}'; near it: {}", name, list(names));
}

// --- events

Subscription TableDevice::Subscribe(EventFilter filter,
                                    std::function<void(const Event&)> listener) {
  auto entry = std::make_shared<Listeners::Entry>();
  entry->filter = std::move(filter);
  entry->call = std::move(listener);
  uint64_t id = 0;
  {
    const std::lock_guard lock(listeners_->mutex);
    id = listeners_->next++;
    listeners_->entries[id] = entry;
  }
  // Ending: take it from the list, then let a closure pass through the control thread, behind any
  // call under way.
  return {entry.get(), [listeners = listeners_, id, entry](void*) {
            ControlThread* thread = nullptr;
            {
              const std::lock_guard lock(listeners->mutex);
              listeners->entries.erase(id);
              thread = listeners->thread;
            }
            if (thread == nullptr) return;
            thread->Run([&] { entry->gone = true; });
          }};
}

bool TableDevice::Listened(uint32_t table) const {
  const std::lock_guard lock(listeners_->mutex);
  for (const auto& [id, entry] : listeners_->entries) {
    const auto& wanted = entry->filter.tables;
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), table) != wanted.end())
      return true;
  }
  return false;
}

void TableDevice::Deliver(const Event& event) const {
  std::vector<std::shared_ptr<Listeners::Entry>> called;
  {
    const std::lock_guard lock(listeners_->mutex);
    for (const auto& [id, entry] : listeners_->entries) {
      const auto& wanted = entry->filter.tables;
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), event.table) != wanted.end())
        called.push_back(entry);
    }
  }
  for (const auto& entry : called)
    if (!entry->gone) entry->call(event);
}

void TableDevice::Publish(Event event) {
  if (!Listened(event.table)) return;
  if (event.time_ns == 0) {
    event.time_ns = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                              std::chrono::system_clock::now().time_since_epoch())
                                              .count());
  }
  thread_.Post([this, event = std::move(event)] { Deliver(event); });
}

}  // namespace ipdk::tdi
