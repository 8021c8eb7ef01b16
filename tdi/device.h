#pragma once
// The Table Driven Interface: all tables of one device, P4's and fixed ones alike, and the only way
// to change them.
//
//   services  --Commit(operations)-->  Device  --Apply(change)-->  backends (targets, devices)
//                                        |------------------------>  store   (tdi/journal.h)
//                                        `------------------------>  listeners (events)
//
// The device owns the control thread. Public functions may be called from any thread except the
// control thread; they post a closure and wait (Commit, Get) or run step by step (Scan). Backends
// are called on the control thread only. The control store keeps every row that a user wrote, as
// written, so that everything written can be read back.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tdi/event.h"
#include "tdi/row.h"
#include "tdi/schema.h"
#include "tdi/table.h"

namespace ipdk::tdi {

class Journal;

enum class OpKind : uint8_t {
  kInsert,      // ALREADY_EXISTS if the row is there; RESOURCE_EXHAUSTED beyond the table's size
  kModify,      // NOT_FOUND if it is not. Live tables and default rows: sets the value
  kDelete,      // NOT_FOUND if it is not. Default row: back to the program's
  kPut,         // insert or modify (gNMI update, `create` repeated)
  kWriteState,  // row.data holds state fields
};

struct Operation {
  uint32_t table = 0;  // TableSchema::id
  OpKind kind = OpKind::kInsert;
  bool is_default = false;
  Row row{};  // kDelete: key and order only
};

// P4Runtime 1.5, section 12.2 (batching and ordering of updates), names the three; fixed tables use
// the second.
enum class Atomicity : uint8_t { kContinueOnError, kRollbackOnError, kDataplaneAtomic };

struct CommitResult {
  Status status;               // the first error, with its operation named, or OK
  std::vector<Status> each{};  // one per operation; operations not tried or undone: ABORTED
};

// A row read back.
struct RowView {
  const Row* row = nullptr;
  std::string state{};  // encoded as schema.state; empty unless asked for
  bool is_default = false;
  bool learned = false;
  bool is_const = false;  // came with the program and may not be changed
};

struct ReadOptions {
  bool with_state = false;
  bool with_learned = true;
};

struct TableUsage {
  uint64_t rows = 0;
  uint64_t size = 0;
};

// Tables that come and go together: those of a loaded program, or those of one provider of fixed
// tables. Backends stay owned by the provider and must outlive their membership.
struct TableGroup {
  std::string name{};  // "program", "ports", "hosts"
  std::vector<TableBackend*> tables{};
  // Brackets of a kDataplaneAtomic commit that touches tables of this group: between them Apply
  // prepares, End makes all visible at once. None: UNIMPLEMENTED for that atomicity.
  std::function<Status(size_t operations)> begin_atomic;
  std::function<void()> end_atomic;
};

class Device {
 public:
  // journal: durable record, or null for none; must outlive the device.
  static std::unique_ptr<Device> Create(Journal* journal);
  virtual ~Device() = default;

  // --- tables
  // Adds or replaces the group of that name. Rows of tables that are in both (same name, key,
  // actions: same schema) are kept in the control store, and are given to the new backend by Apply
  // before this returns; rows of others are dropped. `keep` false drops all. On error nothing has
  // changed. May be called from the control thread, too. A table seen for the first time since the
  // start takes its rows from the journal (if `keep`).
  virtual Status SetGroup(TableGroup group, bool keep) = 0;
  virtual void RemoveGroup(std::string_view name) = 0;
  // INVALID_ARGUMENT naming table and difference if SetGroup with `keep` would lose what a user
  // wrote: rows, a default row, or elements of a register or meter, of a table that `tables` lacks
  // or has in another shape.
  virtual Status CheckKeep(std::string_view group, std::span<TableBackend* const> tables) const = 0;

  // Schemas are stable until their group is replaced; the shared pointer keeps a snapshot alive.
  virtual std::vector<std::shared_ptr<const TableSchema>> Tables() const = 0;
  virtual std::shared_ptr<const TableSchema> FindTable(uint32_t id) const = 0;
  // Exact name, or else the only table whose name ends in "." + name. NOT_FOUND lists near names.
  virtual Result<std::shared_ptr<const TableSchema>> FindTable(std::string_view name) const = 0;

  // --- writing
  virtual CommitResult Commit(std::span<const Operation> operations, Atomicity atomicity) = 0;
  Status CommitOne(Operation operation);

  // --- reading
  virtual Result<Row> Get(uint32_t table, std::string_view key, uint64_t order) const = 0;
  virtual Result<Row> GetDefault(uint32_t table) const = 0;
  virtual Result<std::string> GetState(uint32_t table, std::string_view key,
                                       uint64_t order) const = 0;
  // Calls `visit` for every row in bounded steps (some thousand on the control thread, then visit
  // outside it), so a slow reader holds nobody. visit returns false to stop. The default row, if
  // the table has one, comes last. ABORTED if the table is replaced by another meanwhile.
  virtual Status Scan(uint32_t table, const ReadOptions& options,
                      const std::function<bool(const RowView&)>& visit) const = 0;
  virtual Result<TableUsage> Usage(uint32_t table) const = 0;

  // --- events
  // The listener is called on the control thread and must return at once (queue it). Ends when the
  // subscription dies; after that no call is under way.
  virtual Subscription Subscribe(EventFilter filter,
                                 std::function<void(const Event&)> listener) = 0;
  // For backends, any thread: "the data path or a device says".
  virtual void Publish(Event event) = 0;

  // Runs a closure on the control thread and waits for it / does not wait.
  virtual void Run(const std::function<void()>& closure) const = 0;
  virtual void Post(std::function<void()> closure) const = 0;
};

}  // namespace ipdk::tdi
