#pragma once
// The little of SQLite that the store uses, with errors as values. One connection, one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ipdk::store {

// A column or a bound value: text and blobs are bytes.
struct SqlValue {
  enum class Kind : uint8_t { kNull, kInteger, kText, kBlob } kind = Kind::kNull;
  int64_t integer = 0;
  std::string bytes{};

  static SqlValue Integer(int64_t value) { return {.kind = Kind::kInteger, .integer = value}; }
  static SqlValue Text(std::string_view value) {
    return {.kind = Kind::kText, .bytes = std::string(value)};
  }
  static SqlValue Blob(std::string_view value) {
    return {.kind = Kind::kBlob, .bytes = std::string(value)};
  }
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> Open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One statement; `row` is called for each row of the answer and stops with its error.
  Status Run(const std::string& sql, const std::vector<SqlValue>& values = {},
             const std::function<Status(const std::vector<SqlValue>&)>& row = {});

 private:
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  std::unexpected<Error> Failure(std::string_view what) const;

  sqlite3* handle_;
  const std::string path_;
};

}  // namespace ipdk::store
