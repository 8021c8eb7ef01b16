#pragma once
// The tables of a loaded program as TDI tables: match-action tables with their direct counters,
// counter arrays, registers, meters, value sets, members and groups of action profiles and
// the settings of digests. Each backend translates canonical rows to what the pipeline's
// engines take, and holds no rows of its own, but for members, which
// the entries that name them copy.
//
// Control thread only. The pipeline must outlive its tables.

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "targets/cpu/pipeline.h"
#include "tdi/schema.h"
#include "tdi/table.h"

namespace ipdk::cpu {

class ProgramTables {
 public:
  // `former`: the running pipeline, whose direct counts pass to the rows that are in both; null:
  // none do.
  // `now`: the clock that meters run by.
  ProgramTables(const Pipeline& pipeline, const Pipeline* former,
                const std::function<uint64_t()>& now);
  ~ProgramTables();

  std::vector<tdi::TableBackend*> backends() const;

  // After the last packet of the former pipeline: adds what its direct counters hold to those of
  // the kept rows.
  void TakeOverCounts();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// How the control schema's objects look as tables; also for tools that have no pipeline (`--emit
// tdi` of services).
tdi::TableSchema MatchTableSchema(const schema::Schema& schema, const schema::Table& table);
tdi::TableSchema CounterSchema(const schema::Counter& counter);
tdi::TableSchema RegisterSchema(const schema::Schema& schema, const schema::Register& reg);
tdi::TableSchema MeterSchema(const schema::Meter& meter);
tdi::TableSchema ValueSetSchema(const schema::ValueSet& set);
tdi::TableSchema DigestSchema(const schema::Digest& digest);
// Of an action profile or selector: member by number, action with its arguments.
tdi::TableSchema MemberSchema(const schema::Schema& schema, const schema::ActionProfile& profile);

// A canonical row of a match-action table as an entry of the control schema. For the default row,
// keys are empty.
Result<schema::Entry> KeyEntry(const tdi::TableSchema& schema, const tdi::Row& row,
                               bool is_default);  // the key and order alone
Result<schema::Entry> ToEntry(const tdi::TableSchema& schema, const tdi::Row& row, bool is_default);
Result<tdi::Row> ToRow(const tdi::TableSchema& schema, const schema::Entry& entry, bool is_default);

}  // namespace ipdk::cpu
