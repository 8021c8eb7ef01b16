#pragma once
// The durable record of what users asked for, as the device sees it: an ordered sequence of
// committed changes. Implemented by store/ (SQLite for fixed tables, an append-only log for P4
// entries); apps/ puts the two together. Called on the control thread.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi {

struct JournalChange {
  const TableSchema* schema = nullptr;
  const Row* before = nullptr;
  const Row* after = nullptr;
  bool is_default = false;
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Durable (fsync) when it returns OK for fixed tables; P4 entries by the stated group-commit
  // policy. An error fails the commit, which is then undone.
  virtual Status Append(std::span<const JournalChange> changes) = 0;
  // All rows of that table as last recorded. The schema is today's: fields are matched by name. P4
  // tables whose shape differs from the recorded one yield no rows.
  virtual Status Replay(const TableSchema& schema,
                        const std::function<Status(const Row&, bool is_default)>& row) = 0;
  // Whether rows of this table, in this shape, were ever recorded since it was last dropped (all
  // may be deleted by now).
  virtual bool Knows(const TableSchema& schema) const = 0;
  // Forgets all rows of the table of that name.
  virtual Status Drop(const TableSchema& schema) = 0;
  // Forgets the rows of some tables and appends, as when a program is replaced. For P4 tables both
  // happen or neither, whenever the process ends.
  virtual Status Exchange(std::span<const TableSchema* const> dropped,
                          std::span<const JournalChange> changes);
  // The package last loaded, so that a restart can load it again. Empty: none.
  virtual Status SavePackage(std::string_view bytes, std::string_view p4info, uint64_t cookie) = 0;
};

}  // namespace ipdk::tdi
