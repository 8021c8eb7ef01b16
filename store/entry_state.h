#pragma once
// What a sequence of the entry log's records amounts to: tables and their rows. Used to read a log
// back and to write its snapshot. Payloads come from files and are checked byte by byte.
//
// A payload is one commit: items back to back, each a kind byte and then
//   kDefine   table number (4), name (text), shape (text), count (4),
//             count x (action id (4), action name (text))
//   kPut      table number (4), key (text), order (8), action (4), data (text),
//             idle time-out (8), metadata (text)
//   kDelete   table number (4), key (text), order (8)
//   kDefault  as kPut, with an empty key and no order: the default row was set
//   kReset    table number (4): the default row is the program's again
//   kDrop     table number (4): all rows and the table's definition go
//
// where text is length (4) and bytes, and numbers are big-endian.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::store {

// Tables with equal shapes can have each other's rows: names, widths and match kinds of keys, data
// and action parameters.
std::string ShapeOf(const tdi::TableSchema& schema);

class EntryState {
 public:
  struct Recorded {
    uint64_t sequence = 0;  // rows are given back in the order in which they came
    tdi::Row row;
  };
  struct Table {
    std::string name;
    std::string shape;
    std::map<uint32_t, std::string> actions;  // names by the ids in the rows
    std::unordered_map<std::string, Recorded> rows;
    std::optional<tdi::Row> default_row;
  };

  Status Apply(std::string_view payload);

  const Table* Find(std::string_view name) const;
  void Forget(std::string_view name);
  const std::map<uint32_t, Table>& tables() const { return tables_; }
  std::map<uint32_t, Table>& tables() { return tables_; }

  // The rows of a table of that schema, action ids translated to it. Nothing if the shape differs.
  static Status Give(const Table& table, const tdi::TableSchema& schema,
                     const std::function<Status(const tdi::Row&, bool is_default)>& row);

 private:
  std::map<uint32_t, Table> tables_;
  uint64_t sequence_ = 0;
};

// Writers of the items above.
void PutDefine(uint32_t number, const std::string& name, const std::string& shape,
               const std::map<uint32_t, std::string>& actions, std::string* out);
void PutRow(uint32_t number, const tdi::Row& row, std::string* out);
void PutDelete(uint32_t number, const tdi::Row& row, std::string* out);
void PutDefault(uint32_t number, const tdi::Row& row, std::string* out);
void PutReset(uint32_t number, std::string* out);
void PutDrop(uint32_t number, std::string* out);

}  // namespace ipdk::store
