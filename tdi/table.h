#pragma once
// What whoever provides a table implements. The control store, checks against the schema, duplicate
// and missing rows, transactions, undo, reading back, events and durability are the Device's
// (tdi/device.h), written once; a backend only makes a change true.
//
// All functions are called on the device's control thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi {

// One step of a commit. before null: insert. after null: delete. For the default row, key is empty
// and `is_default` set; after null then means: back to the default of the program.
struct Change {
  const Row* before = nullptr;
  const Row* after = nullptr;
  bool is_default = false;
};

// A row that comes with the program. With TableSchema::const_rows all are constant.
struct ProgramRow {
  Row row{};
  bool is_const =
      false;  // P4Runtime 1.5, 9.1.4: one entry may be constant in a table whose others are not
};

class TableBackend {
 public:
  virtual ~TableBackend() = default;

  virtual const TableSchema& schema() const = 0;

  // A backend starts without rows and with its program's default row in force. When it joins a
  // device, the device gives it every row by Apply: those kept from its predecessor or the journal,
  // else these, which come with the program (const rows and initial ones). Of equal keys the first
  // stands.
  virtual std::vector<ProgramRow> ProgramRows() const { return {}; }
  // The default row as the program has it (action and data; key empty), for tables with
  // schema().has_default.
  virtual std::optional<Row> ProgramDefault() const { return std::nullopt; }

  // Takes the change over, or refuses and leaves everything as it was. A change that was applied
  // can always be applied backwards (that is how a transaction is undone): that must not fail. The
  // data path may see it from here on, and must from the next Publish on.
  virtual Status Apply(const Change& change) = 0;
  // Ends a series of Apply: of one commit (also of one that was undone), or of the rows given when
  // the table joined. What must be rebuilt is rebuilt here, once.
  virtual void Publish() {}

  // The state fields of a row, encoded as schema().state. Backends without state fields need not
  // override.
  virtual Result<std::string> ReadState(const Row& row);
  // Only with schema().writable_state.
  virtual Status WriteState(const Row& row, std::string_view state);

  // Tables with schema().live: data of the row with this key, and writing it. An index beyond the
  // size: OUT_OF_RANGE.
  virtual Result<std::string> ReadLive(std::string_view key);
  virtual Status WriteLive(std::string_view key, std::string_view data);

  // Tables with schema().learned: rows that the data path added, `max` at most from `cursor` on; a
  // cursor of 0 starts and 0 comes back at the end. Rows added meanwhile may or may not be seen;
  // none is seen twice.
  virtual Result<uint64_t> ScanLearned(uint64_t cursor, size_t max,
                                       const std::function<void(const Row&)>& row);
};

}  // namespace ipdk::tdi
