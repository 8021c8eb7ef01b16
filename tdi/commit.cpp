// Writing: checks, the three atomicities, undo, the journal, events.

#include <algorithm>
#include <chrono>
#include <deque>

#include "base/check.h"
#include "tdi/table_device.h"

namespace ipdk::tdi {
namespace {

uint64_t NowNs() {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                   std::chrono::system_clock::now().time_since_epoch())
                                   .count());
}

std::string RowName(const TableSchema& schema, const Operation& operation) {
  if (operation.is_default) return fmt::format("table '{}': the default row", schema.name);
  std::string name =
      fmt::format("table '{}': row {}", schema.name, PrintKey(schema, operation.row.key));
  if (schema.has_order) name += fmt::format(" order={}", operation.row.order);
  return name;
}

std::unexpected<Error> Named(Error error, const TableSchema& schema) {
  return std::unexpected(std::move(error).Within(fmt::format("table '{}'", schema.name)));
}

}  // namespace

class Transaction {
 public:
  Transaction(TableDevice& device, std::span<const Operation> operations, Atomicity atomicity)
      : device_(device), operations_(operations), atomicity_(atomicity) {}

  CommitResult Run();

 private:
  // How to take one operation back.
  struct Undo {
    size_t operation = 0;
    DeviceTable* table = nullptr;
    enum class Kind : uint8_t {
      kErase,
      kRestoreAt,
      kInsertAgain,
      kDefault,
      kLive,
      kState,
      kNothing
    } kind = Kind::kNothing;
    uint32_t slot = 0;
    RowStore::Packed former;
    std::optional<Row> former_default;
    std::string bytes;  // live data or state
  };

  Status Execute(size_t index);
  Status CheckRow(const DeviceTable& table, const Operation& operation) const;
  Status WriteDefault(DeviceTable& table, const Operation& operation, Undo undo);
  Status WriteLive(DeviceTable& table, const Operation& operation, Undo undo);
  Status WriteState(DeviceTable& table, const Operation& operation, Undo undo);
  Status WriteRow(DeviceTable& table, const Operation& operation, Undo undo);
  Status BeginAtomic();
  void EndAtomic();
  void UndoAll();
  void Record(const DeviceTable& table, const Row* before, const Row* after, bool is_default);
  void Tell(const Undo& undo, EventKind kind);
  void Abort(std::string_view done, std::string_view untried, size_t failed);

  TableDevice& device_;
  const std::span<const Operation> operations_;
  const Atomicity atomicity_;
  CommitResult result_;
  std::vector<Undo> undo_;
  std::vector<JournalChange> changes_;
  std::deque<Row> befores_;  // what `changes_` point to
  std::vector<std::pair<size_t, EventKind>> events_;
  std::vector<TableGroup*> bracketed_;
  std::vector<TableBackend*> touched_;
  DeviceTable* last_table_ = nullptr;
  uint32_t last_id_ = 0;
  bool last_listened_ = false;
};

Status Transaction::CheckRow(const DeviceTable& table, const Operation& operation) const {
  const TableSchema& schema = *table.schema;
  const Row& row = operation.row;
  if (!operation.is_default) {
    IPDK_RETURN_IF_ERROR(CheckKey(schema, row.key));
    if (schema.keys.empty())
      return InvalidArgument("table '{}' has no key: it has its default row only", schema.name);
    if (!schema.has_order && row.order != 0)
      return InvalidArgument("table '{}': its rows have no order (priority), got {}", schema.name,
                             row.order);
  } else if (!row.key.empty() || row.order != 0) {
    return InvalidArgument("table '{}': the default row has neither key nor order", schema.name);
  }
  if (operation.kind == OpKind::kDelete || operation.kind == OpKind::kWriteState) return {};
  if (row.idle_timeout_ns != 0 && (!schema.idle_timeout || operation.is_default))
    return InvalidArgument("table '{}': {} cannot have an idle time-out", schema.name,
                           operation.is_default ? "its default row" : "its rows");
  const std::vector<Field>* fields = &schema.data;
  if (!schema.actions.empty()) {
    const ActionSpec* action = schema.FindAction(row.action);
    if (action == nullptr) {
      std::string names;
      for (const ActionSpec& other : schema.actions)
        names += (names.empty() ? "'" : ", '") + other.name + "'";
      return InvalidArgument("table '{}': it has no action with id 0x{:08x}; its actions: {}",
                             schema.name, row.action, names);
    }
    if (operation.is_default && action->table_only)
      return PermissionDenied("table '{}': action '{}' may not be the default action", schema.name,
                              action->name);
    if (!operation.is_default && action->default_only)
      return PermissionDenied("table '{}': action '{}' may only be the default action", schema.name,
                              action->name);
    fields = &action->params;
    if (auto status = CheckData(*fields, row.data); !status)
      return std::unexpected(std::move(status).error().Within(
          fmt::format("table '{}': action '{}'", schema.name, action->name)));
    return {};
  }
  if (row.action != 0)
    return InvalidArgument("table '{}' has no actions, got 0x{:08x}", schema.name, row.action);
  if (auto status = CheckData(*fields, row.data); !status)
    return Named(std::move(status).error(), schema);
  return {};
}

void Transaction::Record(const DeviceTable& table, const Row* before, const Row* after,
                         bool is_default) {
  if (device_.journal_ == nullptr) return;
  changes_.push_back(
      {.schema = table.schema.get(), .before = before, .after = after, .is_default = is_default});
}

void Transaction::Tell(const Undo& undo, EventKind kind) {
  if (last_listened_) events_.emplace_back(undo.operation, kind);
}

Status Transaction::WriteDefault(DeviceTable& table, const Operation& operation, Undo undo) {
  const TableSchema& schema = *table.schema;
  if (!schema.has_default) return InvalidArgument("table '{}' has no default row", schema.name);
  if (operation.kind == OpKind::kInsert)
    return InvalidArgument("table '{}': the default row always exists; modify it instead",
                           schema.name);
  if (schema.const_default)
    return PermissionDenied("table '{}': its default row is constant in the program", schema.name);
  undo.kind = Undo::Kind::kDefault;
  undo.former_default = table.user_default;
  const Row* before = table.user_default      ? &*table.user_default
                      : table.program_default ? &*table.program_default
                                              : nullptr;
  const Row* after = operation.kind == OpKind::kDelete ? nullptr : &operation.row;
  IPDK_RETURN_IF_ERROR(
      table.backend->Apply({.before = before, .after = after, .is_default = true}));
  const Row* recorded = nullptr;
  if (undo.former_default && device_.journal_ != nullptr)
    recorded = &befores_.emplace_back(*undo.former_default);
  Record(table, recorded, after, true);
  if (after != nullptr) {
    table.user_default = *after;
  } else {
    table.user_default.reset();
  }
  Tell(undo, EventKind::kModified);
  undo_.push_back(std::move(undo));
  return {};
}

Status Transaction::WriteLive(DeviceTable& table, const Operation& operation, Undo undo) {
  const TableSchema& schema = *table.schema;
  if (operation.kind == OpKind::kInsert || operation.kind == OpKind::kDelete)
    return InvalidArgument("table '{}': its rows always exist; they can be modified only",
                           schema.name);
  if (atomicity_ != Atomicity::kContinueOnError) {
    IPDK_ASSIGN(undo.bytes, table.backend->ReadLive(operation.row.key));
    undo.kind = Undo::Kind::kLive;
  }
  IPDK_RETURN_IF_ERROR(table.backend->WriteLive(operation.row.key, operation.row.data));
  if (schema.kind != TableKind::kCounter) table.live_written = true;
  Tell(undo, EventKind::kModified);
  undo_.push_back(std::move(undo));
  return {};
}

Status Transaction::WriteState(DeviceTable& table, const Operation& operation, Undo undo) {
  const TableSchema& schema = *table.schema;
  if (!schema.writable_state)
    return InvalidArgument("table '{}': its state cannot be written", schema.name);
  if (auto status = CheckData(schema.state, operation.row.data); !status)
    return Named(std::move(status).error(), schema);
  Row row;
  if (operation.is_default) {
    if (!schema.has_default) return InvalidArgument("table '{}' has no default row", schema.name);
    if (table.user_default)
      row = *table.user_default;
    else if (table.program_default)
      row = *table.program_default;
  } else {
    const uint32_t slot = table.rows.Find(operation.row.key, operation.row.order);
    if (slot == RowStore::kNone && schema.learned) {
      IPDK_ASSIGN(row, device_.FindLearned(table, operation.row.key, operation.row.order));
    } else if (slot == RowStore::kNone) {
      return NotFound("{} does not exist", RowName(schema, operation));
    } else {
      table.rows.Read(slot, &row);
    }
  }
  if (atomicity_ != Atomicity::kContinueOnError) {
    IPDK_ASSIGN(undo.bytes, table.backend->ReadState(row));
    undo.kind = Undo::Kind::kState;
    undo.former_default = row;
  }
  IPDK_RETURN_IF_ERROR(table.backend->WriteState(row, operation.row.data));
  undo_.push_back(std::move(undo));
  return {};
}

Status Transaction::WriteRow(DeviceTable& table, const Operation& operation, Undo undo) {
  const TableSchema& schema = *table.schema;
  if (schema.const_rows)
    return PermissionDenied("table '{}': its rows are constant in the program", schema.name);
  const Row& row = operation.row;
  const uint32_t slot = table.rows.Find(row.key, row.order);
  const bool exists = slot != RowStore::kNone;
  if (exists && (table.rows.flags(slot) & RowStore::kConst))
    return PermissionDenied("{} is constant in the program", RowName(schema, operation));
  if (operation.kind == OpKind::kInsert && exists)
    return AlreadyExists("{} is already there", RowName(schema, operation));
  if (!exists && (operation.kind == OpKind::kModify || operation.kind == OpKind::kDelete)) {
    if (schema.learned && operation.kind == OpKind::kDelete) {
      IPDK_ASSIGN(const Row learned, device_.FindLearned(table, row.key, row.order));
      IPDK_RETURN_IF_ERROR(table.backend->Apply({.before = &learned, .after = nullptr}));
      Tell(undo, EventKind::kDeleted);
      return {};
    }
    return NotFound("{} does not exist", RowName(schema, operation));
  }
  if (!exists) {
    if (schema.size > 0 && table.rows.size() >= schema.size)
      return ResourceExhausted("table '{}' is full: it has {} rows at most", schema.name,
                               schema.size);
    IPDK_RETURN_IF_ERROR(table.backend->Apply({.before = nullptr, .after = &row}));
    undo.kind = Undo::Kind::kErase;
    undo.slot = table.rows.Insert(row, 0);
    Record(table, nullptr, &row, false);
    Tell(undo, EventKind::kInserted);
    undo_.push_back(std::move(undo));
    return {};
  }
  Row& before = befores_.emplace_back();
  table.rows.Read(slot, &before);
  const bool erase = operation.kind == OpKind::kDelete;
  if (auto status = table.backend->Apply({.before = &before, .after = erase ? nullptr : &row});
      !status) {
    befores_.pop_back();
    return status;
  }
  undo.slot = slot;
  undo.kind = erase ? Undo::Kind::kInsertAgain : Undo::Kind::kRestoreAt;
  undo.former = erase ? table.rows.Erase(slot) : table.rows.Replace(slot, row, 0);
  Record(table, &before, erase ? nullptr : &row, false);
  Tell(undo, erase ? EventKind::kDeleted : EventKind::kModified);
  undo_.push_back(std::move(undo));
  if (device_.journal_ == nullptr) befores_.pop_back();
  return {};
}

Status Transaction::Execute(size_t index) {
  const Operation& operation = operations_[index];
  if (last_table_ == nullptr || last_id_ != operation.table) {
    IPDK_ASSIGN(last_table_, device_.Need(operation.table));
    last_id_ = operation.table;
    last_listened_ = device_.Listened(operation.table);
    TableBackend* const backend = last_table_->backend;
    if (std::find(touched_.begin(), touched_.end(), backend) == touched_.end())
      touched_.push_back(backend);
  }
  DeviceTable& table = *last_table_;
  IPDK_RETURN_IF_ERROR(CheckRow(table, operation));
  Undo undo;
  undo.operation = index;
  undo.table = &table;
  if (operation.kind == OpKind::kWriteState) return WriteState(table, operation, std::move(undo));
  if (operation.is_default) return WriteDefault(table, operation, std::move(undo));
  if (table.schema->live) return WriteLive(table, operation, std::move(undo));
  return WriteRow(table, operation, std::move(undo));
}

void Transaction::UndoAll() {
  for (size_t i = undo_.size(); i > 0; --i) {
    Undo& undo = undo_[i - 1];
    DeviceTable& table = *undo.table;
    const Operation& operation = operations_[undo.operation];
    Status status;
    switch (undo.kind) {
      case Undo::Kind::kNothing:
        break;
      case Undo::Kind::kErase:
        status = table.backend->Apply({.before = &operation.row, .after = nullptr});
        table.rows.Erase(undo.slot);
        break;
      case Undo::Kind::kRestoreAt: {
        Row former;
        RowStore::Read(undo.former, &former);
        status = table.backend->Apply({.before = &operation.row, .after = &former});
        table.rows.RestoreAt(undo.slot, std::move(undo.former));
        break;
      }
      case Undo::Kind::kInsertAgain: {
        Row former;
        RowStore::Read(undo.former, &former);
        status = table.backend->Apply({.before = nullptr, .after = &former});
        // Operations before this one know the row by its slot, and undoing in reverse order frees
        // slots in the order in which they were taken from the free list: the row gets its own slot
        // back.
        IPDK_CHECK(table.rows.Restore(std::move(undo.former)) == undo.slot);
        break;
      }
      case Undo::Kind::kDefault: {
        const Row* before = operation.kind == OpKind::kDelete
                                ? (table.program_default ? &*table.program_default : nullptr)
                                : &operation.row;
        const Row* after = undo.former_default ? &*undo.former_default : nullptr;
        status = table.backend->Apply({.before = before, .after = after, .is_default = true});
        table.user_default = std::move(undo.former_default);
        break;
      }
      case Undo::Kind::kLive:
        status = table.backend->WriteLive(operation.row.key, undo.bytes);
        break;
      case Undo::Kind::kState:
        status = table.backend->WriteState(*undo.former_default, undo.bytes);
        break;
    }
    IPDK_CHECK(
        status.has_value());  // tdi/table.h: a change that was applied can be applied backwards
  }
  undo_.clear();
}

Status Transaction::BeginAtomic() {
  for (const Operation& operation : operations_) {
    const DeviceTable* table = device_.Find(operation.table);
    if (table == nullptr) continue;
    TableGroup& group = device_.groups_.find(table->group)->second;
    if (std::find(bracketed_.begin(), bracketed_.end(), &group) != bracketed_.end()) continue;
    if (!group.begin_atomic)
      return Unimplemented(
          "table '{}': writing all of a batch in one moment of the data path is not possible here; "
          "use "
          "ROLLBACK_ON_ERROR for all or nothing",
          table->schema->name);
    IPDK_RETURN_IF_ERROR(group.begin_atomic(operations_.size()));
    bracketed_.push_back(&group);
  }
  return {};
}

void Transaction::EndAtomic() {
  for (TableGroup* group : bracketed_)
    if (group->end_atomic) group->end_atomic();
}

void Transaction::Abort(std::string_view done, std::string_view untried, size_t failed) {
  for (size_t i = 0; i < operations_.size(); ++i) {
    if (i == failed) continue;
    result_.each[i] = i < failed ? Aborted("{}", done) : Aborted("{}", untried);
  }
}

CommitResult Transaction::Run() {
  result_.each.resize(operations_.size());
  if (device_.committing_) {
    result_.status = FailedPrecondition("a backend may not commit while it applies a change");
    for (Status& status : result_.each) status = result_.status;
    return std::move(result_);
  }
  device_.committing_ = true;
  const bool all_or_none = atomicity_ != Atomicity::kContinueOnError;
  if (atomicity_ == Atomicity::kDataplaneAtomic) {
    if (auto status = BeginAtomic(); !status) {
      EndAtomic();
      result_.status = status;
      for (Status& each : result_.each) each = status;
      device_.committing_ = false;
      return std::move(result_);
    }
  }
  undo_.reserve(operations_.size());
  if (device_.journal_ != nullptr) changes_.reserve(operations_.size());
  for (size_t i = 0; i < operations_.size(); ++i) {
    result_.each[i] = Execute(i);
    if (result_.each[i]) continue;
    if (result_.status) {
      Error error = result_.each[i].error();
      if (operations_.size() > 1)
        error = std::move(error).Within(fmt::format("operation {}", i + 1));
      result_.status = std::unexpected(std::move(error));
    }
    if (!all_or_none) continue;
    UndoAll();
    changes_.clear();
    events_.clear();
    Abort(fmt::format("undone: operation {} failed", i + 1),
          fmt::format("not tried: operation {} failed", i + 1), i);
    break;
  }
  if (!changes_.empty()) {
    if (auto status = device_.journal_->Append(changes_); !status) {
      UndoAll();
      events_.clear();
      const Error error =
          std::move(status).error().Within("nothing was changed, since it could not be recorded");
      result_.status = std::unexpected(error);
      for (Status& each : result_.each)
        if (each) each = std::unexpected(error);
    }
  }
  for (TableBackend* backend : touched_) backend->Publish();
  EndAtomic();
  device_.committing_ = false;
  const uint64_t now = events_.empty() ? 0 : NowNs();
  for (const auto& [index, kind] : events_) {
    Event event;
    event.kind = kind;
    event.table = operations_[index].table;
    event.row = operations_[index].row;
    event.time_ns = now;
    device_.Deliver(event);
  }
  return std::move(result_);
}

CommitResult TableDevice::Commit(std::span<const Operation> operations, Atomicity atomicity) {
  CommitResult result;
  thread_.Run([&] { result = Transaction(*this, operations, atomicity).Run(); });
  return result;
}

}  // namespace ipdk::tdi
