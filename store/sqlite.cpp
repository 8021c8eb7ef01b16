#include "store/sqlite.h"

#include <sqlite3.h>

namespace ipdk::store {

Result<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return database->Failure("open");
  sqlite3_busy_timeout(handle, 2000);
  return database;
}

Database::~Database() { sqlite3_close(handle_); }

std::unexpected<Error> Database::Failure(std::string_view what) const {
  const int code = handle_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle_);
  const char* message = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
  switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fail(Code::kDataLoss,
                  "{}: damaged ({}); restore it from a copy, or move it away to start without "
                  "hosts and ports",
                  path_, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return FailedPrecondition(
          "{}: in use by another process; is another ipdkd running on this state folder?", path_);
    case SQLITE_FULL:
      return ResourceExhausted("{}: cannot {}: {}", path_, what, message);
    default:
      return Internal("{}: cannot {}: {}", path_, what, message);
  }
}

Status Database::Run(const std::string& sql, const std::vector<SqlValue>& values,
                     const std::function<Status(const std::vector<SqlValue>&)>& row) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK)
    return Failure("read or write");
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owned(statement, sqlite3_finalize);
  for (size_t i = 0; i < values.size(); ++i) {
    const SqlValue& value = values[i];
    const int at = static_cast<int>(i) + 1;
    switch (value.kind) {
      case SqlValue::Kind::kNull:
        sqlite3_bind_null(statement, at);
        break;
      case SqlValue::Kind::kInteger:
        sqlite3_bind_int64(statement, at, value.integer);
        break;
      case SqlValue::Kind::kText:
        sqlite3_bind_text64(statement, at, value.bytes.data(), value.bytes.size(), SQLITE_STATIC,
                            SQLITE_UTF8);
        break;
      case SqlValue::Kind::kBlob:
        sqlite3_bind_blob64(statement, at, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
        break;
    }
  }
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return Failure("read or write");
    if (!row) continue;
    std::vector<SqlValue> columns(static_cast<size_t>(sqlite3_column_count(statement)));
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
      SqlValue& column = columns[static_cast<size_t>(i)];
      const int type = sqlite3_column_type(statement, i);
      if (type == SQLITE_INTEGER) {
        column = SqlValue::Integer(sqlite3_column_int64(statement, i));
      } else if (type != SQLITE_NULL) {
        const void* bytes = type == SQLITE_BLOB
                                ? sqlite3_column_blob(statement, i)
                                : static_cast<const void*>(sqlite3_column_text(statement, i));
        column.kind = type == SQLITE_BLOB ? SqlValue::Kind::kBlob : SqlValue::Kind::kText;
        if (bytes != nullptr)
          column.bytes.assign(static_cast<const char*>(bytes),
                              static_cast<size_t>(sqlite3_column_bytes(statement, i)));
      }
    }
    IPDK_RETURN_IF_ERROR(row(columns));
  }
}

}  // namespace ipdk::store
