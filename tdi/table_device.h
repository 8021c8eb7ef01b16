#pragma once
// The one implementation of Device (tdi/device.h). Split over three files by what is done:
// table_device.cpp groups and events, commit.cpp writing, read.cpp reading. Everything except the
// directory and the control thread belongs to the control thread.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tdi/control_thread.h"
#include "tdi/device.h"
#include "tdi/journal.h"
#include "tdi/row_store.h"

namespace ipdk::tdi {

// A table of the device: its shape, who makes it true, and what users wrote.
struct DeviceTable {
  std::shared_ptr<const TableSchema> schema;
  TableBackend* backend = nullptr;
  std::string group;
  RowStore rows;
  std::optional<Row> user_default;
  std::optional<Row> program_default;
  // A user wrote to a register or meter of a live table since it was new. Counters are what the
  // data path makes of them, and do not count.
  bool live_written = false;
};

// What can be looked up without the control thread: replaced as a whole when groups change.
struct Directory {
  std::vector<std::shared_ptr<const TableSchema>> tables;
  std::unordered_map<uint32_t, size_t> by_id;
  std::unordered_map<std::string, size_t> by_name;
};

// Listeners live apart from the device, so that a subscription may outlive it.
struct Listeners {
  struct Entry {
    EventFilter filter;
    std::function<void(const Event&)> call;
    bool gone = false;
  };
  std::mutex mutex;  // guards the other members; `gone` belongs to the control thread
  std::map<uint64_t, std::shared_ptr<Entry>> entries;
  uint64_t next = 1;
  ControlThread* thread = nullptr;  // null when the device is gone
};

class TableDevice final : public Device {
 public:
  explicit TableDevice(Journal* journal);
  ~TableDevice() override;

  Status SetGroup(TableGroup group, bool keep) override;
  void RemoveGroup(std::string_view name) override;
  Status CheckKeep(std::string_view group, std::span<TableBackend* const> tables) const override;
  std::vector<std::shared_ptr<const TableSchema>> Tables() const override;
  std::shared_ptr<const TableSchema> FindTable(uint32_t id) const override;
  Result<std::shared_ptr<const TableSchema>> FindTable(std::string_view name) const override;
  CommitResult Commit(std::span<const Operation> operations, Atomicity atomicity) override;
  Result<Row> Get(uint32_t table, std::string_view key, uint64_t order) const override;
  Result<Row> GetDefault(uint32_t table) const override;
  Result<std::string> GetState(uint32_t table, std::string_view key, uint64_t order) const override;
  Status Scan(uint32_t table, const ReadOptions& options,
              const std::function<bool(const RowView&)>& visit) const override;
  Result<TableUsage> Usage(uint32_t table) const override;
  Subscription Subscribe(EventFilter filter, std::function<void(const Event&)> listener) override;
  void Publish(Event event) override;
  void Run(const std::function<void()>& closure) const override { thread_.Run(closure); }
  void Post(std::function<void()> closure) const override { thread_.Post(std::move(closure)); }

 private:
  friend class Transaction;  // commit.cpp

  struct Recorded {
    Row row;
    bool is_default = false;
  };
  Status SetGroupNow(TableGroup group, bool keep);
  Status FillTable(DeviceTable& table, const DeviceTable* former, bool keep, bool* from_journal,
                   bool* rewritten, std::vector<Recorded>* to_journal);
  DeviceTable* Find(uint32_t id) const;
  Result<DeviceTable*> Need(uint32_t id) const;
  Result<Row> FindLearned(DeviceTable& table, std::string_view key, uint64_t order) const;
  void RebuildDirectory();
  std::shared_ptr<const Directory> directory() const;
  bool Listened(uint32_t table) const;
  void Deliver(const Event& event) const;

  struct Step;  // read.cpp
  Status ScanStep(uint32_t id, const ReadOptions& options, Step* step) const;

  Journal* const journal_;
  std::map<std::string, TableGroup, std::less<>> groups_;
  std::unordered_map<uint32_t, std::unique_ptr<DeviceTable>> tables_;
  bool committing_ = false;
  std::shared_ptr<Listeners> listeners_;
  mutable std::mutex directory_mutex_;
  std::shared_ptr<const Directory> directory_;
  mutable ControlThread thread_;  // last: it ends first
};

}  // namespace ipdk::tdi
