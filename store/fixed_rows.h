#pragma once
// Rows of fixed tables and the package last loaded, in SQLite: few, precious, and to be read by
// people (`sqlite3 fixed.db 'select * from rows'`). A row is JSON by field name with values as
// text, so that tables may gain and lose columns between versions: a column not recorded takes its
// default, one that is gone is ignored. Every change is on the disk (fsync) before it is answered.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite.h"
#include "tdi/journal.h"

namespace ipdk::store {

struct SavedPackage {
  std::string package;
  std::string p4info;
  uint64_t cookie = 0;
};

class FixedRows {
 public:
  static Result<std::unique_ptr<FixedRows>> Open(const std::string& path);

  Status Append(const std::vector<tdi::JournalChange>& changes);
  Status Replay(const tdi::TableSchema& schema,
                const std::function<Status(const tdi::Row&, bool is_default)>& row);
  bool Knows(const tdi::TableSchema& schema) const;
  Status Drop(const tdi::TableSchema& schema);

  Status SavePackage(std::string_view package, std::string_view p4info, uint64_t cookie);
  Result<std::optional<SavedPackage>> LoadPackage();

 private:
  explicit FixedRows(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Status AppendOne(const tdi::JournalChange& change);

  std::unique_ptr<Database> database_;
  std::vector<std::string> known_;
};

// One row as JSON and back; exposed for tests.
Result<std::string> RowToJson(const tdi::TableSchema& schema, const tdi::Row& row);
Result<tdi::Row> RowFromJson(const tdi::TableSchema& schema, std::string_view json);

}  // namespace ipdk::store
