#pragma once
// A table that keeps its rows in a list and matches by looking at each: the smallest backend there
// is, for tests of services and as the meaning that faster backends are compared with.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/integer.h"
#include "tdi/device.h"
#include "tdi/table.h"

namespace ipdk::tdi::conformance {

// What the data path finds for a packet's key.
struct Found {
  bool hit = false;
  uint32_t action = 0;
  std::string data;
  bool operator==(const Found&) const = default;
};

// Whether a row with this key matches packet values, one per key field (bits only).
bool Matches(const TableSchema& schema, const std::vector<KeyValue>& key,
             const std::vector<Integer>& packet);
// Whether row `a` is preferred to row `b` when both match: larger order, then longer prefixes.
bool Prefers(const TableSchema& schema, const Row& a, const Row& b);

class MemoryBackend final : public TableBackend {
 public:
  explicit MemoryBackend(TableSchema schema) : schema_(std::move(schema)) {}

  // Before the table joins a device.
  void AddProgramRow(Row row, bool is_const = false) {
    program_rows_.push_back({std::move(row), is_const});
  }
  void SetProgramDefault(Row row) {
    program_default_ = row;
    default_ = std::move(row);
  }
  // Refuses the next Apply, to see what a device does then.
  void FailNext(Error error) { fail_ = std::move(error); }
  void Learn(Row row) { learned_.push_back(std::move(row)); }

  const TableSchema& schema() const override { return schema_; }
  std::vector<ProgramRow> ProgramRows() const override { return program_rows_; }
  std::optional<Row> ProgramDefault() const override { return program_default_; }
  Status Apply(const Change& change) override;
  void Publish() override { ++published_; }
  size_t published() const { return published_; }
  Result<std::string> ReadState(const Row& row) override;
  Status WriteState(const Row& row, std::string_view state) override;
  Result<std::string> ReadLive(std::string_view key) override;
  Status WriteLive(std::string_view key, std::string_view data) override;
  Result<uint64_t> ScanLearned(uint64_t cursor, size_t max,
                               const std::function<void(const Row&)>& row) override;

  Found Lookup(const std::vector<Integer>& packet) const;
  const std::vector<Row>& rows() const { return rows_; }
  const std::optional<Row>& default_row() const { return default_; }

 private:
  std::string ZeroOf(const std::vector<Field>& fields) const;
  Result<size_t> Index(std::string_view key) const;

  const TableSchema schema_;
  std::vector<ProgramRow> program_rows_;
  std::optional<Row> program_default_, default_;
  std::vector<Row> rows_;
  std::vector<std::vector<KeyValue>> keys_;                  // of rows_
  std::vector<std::pair<std::string, std::string>> states_;  // key and order -> state
  std::vector<std::string> live_;
  std::vector<Row> learned_;
  std::optional<Error> fail_;
  size_t published_ = 0;
};

}  // namespace ipdk::tdi::conformance
