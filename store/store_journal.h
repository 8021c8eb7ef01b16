#pragma once
// The journal that the daemon gives to its device: fixed tables and the package in SQLite
// (store/fixed_rows.h), P4 entries in an append-only log (store/entry_log.h), in one state folder:
//
//   fixed.db      hosts, ports, groups, the package
//   entries/      logs and snapshots

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/entry_log.h"
#include "store/fixed_rows.h"
#include "tdi/journal.h"

namespace ipdk::store {

class StoreJournal final : public tdi::Journal {
 public:
  // Creates the folder if it is missing (mode 0700). One process at a time: another is
  // FAILED_PRECONDITION.
  static Result<std::unique_ptr<StoreJournal>> Open(const std::string& folder,
                                                    const EntryLogOptions& options = {});

  Status Append(std::span<const tdi::JournalChange> changes) override;
  Status Replay(const tdi::TableSchema& schema,
                const std::function<Status(const tdi::Row&, bool is_default)>& row) override;
  bool Knows(const tdi::TableSchema& schema) const override;
  Status Drop(const tdi::TableSchema& schema) override;
  Status Exchange(std::span<const tdi::TableSchema* const> dropped,
                  std::span<const tdi::JournalChange> changes) override;
  Status SavePackage(std::string_view bytes, std::string_view p4info, uint64_t cookie) override;

  // For the start, before the device runs.
  Result<std::optional<SavedPackage>> LoadPackage() { return fixed_->LoadPackage(); }
  // "" or what was repaired.
  const std::string& notice() const { return entries_->notice(); }

 private:
  StoreJournal(std::unique_ptr<FixedRows> fixed, std::unique_ptr<EntryLog> entries)
      : fixed_(std::move(fixed)), entries_(std::move(entries)) {}

  std::unique_ptr<FixedRows> fixed_;
  std::unique_ptr<EntryLog> entries_;
};

}  // namespace ipdk::store
