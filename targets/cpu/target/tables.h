#pragma once
// The tables of a loaded program as TDI tables: match-action tables with their direct counters,
// counter arrays and registers. Each backend translates canonical rows to what the pipeline's
// engines take, and holds no rows of its own.
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
  ProgramTables(const Pipeline& pipeline, const Pipeline* former);
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

// A canonical row of a match-action table as an entry of the control schema. For the default row,
// keys are empty.
Result<schema::Entry> ToEntry(const tdi::TableSchema& schema, const tdi::Row& row, bool is_default);
Result<tdi::Row> ToRow(const tdi::TableSchema& schema, const schema::Entry& entry, bool is_default);

}  // namespace ipdk::cpu
