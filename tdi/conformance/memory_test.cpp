// The suite on the memory backend: that the suite itself runs, and that a backend this simple
// passes.

#include <gtest/gtest.h>

#include "tdi/conformance/conformance.h"

namespace ipdk::tdi::conformance {
namespace {

Field KeyField(uint32_t id, std::string name, uint32_t width, MatchKind match) {
  Field field;
  field.id = id;
  field.name = std::move(name);
  field.width = width;
  field.match = match;
  return field;
}

TableSchema MatchAction(uint32_t id, std::string name, std::vector<Field> keys) {
  TableSchema schema;
  schema.id = id;
  schema.name = std::move(name);
  schema.kind = TableKind::kMatchAction;
  schema.size = 64;
  schema.has_default = true;
  for (const Field& key : keys)
    schema.has_order |= key.match != MatchKind::kExact && key.match != MatchKind::kLpm;
  schema.keys = std::move(keys);
  schema.actions = {
      {.id = 1, .name = "forward", .params = {KeyField(1, "port", 9, MatchKind::kExact)}},
      {.id = 2, .name = "drop", .params = {}},
      {.id = 3, .name = "only_default", .params = {}, .default_only = true},
      {.id = 4, .name = "only_rows", .params = {}, .table_only = true}};
  return schema;
}

class MemorySubject final : public Subject {
 public:
  MemorySubject() {
    uint32_t id = 0x02000001;
    for (const uint32_t width : {1u, 9u, 32u, 128u, 200u}) {
      const std::string suffix = std::to_string(width);
      Add(MatchAction(id++, "in.exact" + suffix, {KeyField(1, "k", width, MatchKind::kExact)}));
      Add(MatchAction(id++, "in.lpm" + suffix, {KeyField(1, "k", width, MatchKind::kLpm)}));
      Add(MatchAction(id++, "in.ternary" + suffix, {KeyField(1, "k", width, MatchKind::kTernary)}));
    }
    Add(MatchAction(
        id++, "in.mixed",
        {KeyField(1, "a", 16, MatchKind::kExact), KeyField(2, "b", 32, MatchKind::kLpm),
         KeyField(3, "c", 8, MatchKind::kRange), KeyField(4, "d", 13, MatchKind::kOptional)}));
    TableSchema counter;
    counter.id = 0x12000001;
    counter.name = "in.counter";
    counter.kind = TableKind::kCounter;
    counter.live = true;
    counter.size = 100;
    counter.keys = {KeyField(1, "index", 32, MatchKind::kExact)};
    counter.data = {KeyField(1, "packets", 64, MatchKind::kExact),
                    KeyField(2, "bytes", 64, MatchKind::kExact)};
    Add(counter);
    TableSchema meter = counter;
    meter.id = 0x14000001;
    meter.name = "in.meter";
    meter.kind = TableKind::kMeter;
    meter.live = false;
    Add(meter);
    TableSchema set;
    set.id = 0x03000001;
    set.name = "parser.set";
    set.kind = TableKind::kValueSet;
    set.keys = {KeyField(1, "a", 16, MatchKind::kTernary), KeyField(2, "b", 9, MatchKind::kRange)};
    set.size = 4;
    Add(set);
  }
  TableGroup Group() override {
    TableGroup group{.name = "program",
                     .tables = {},
                     .begin_atomic = [](size_t) -> Status { return {}; },
                     .end_atomic = [] {}};
    for (const auto& backend : backends_) group.tables.push_back(backend.get());
    return group;
  }
  std::optional<Found> Lookup(const TableSchema& schema,
                              const std::vector<Integer>& packet) override {
    for (const auto& backend : backends_)
      if (backend->schema().id == schema.id) return backend->Lookup(packet);
    return std::nullopt;
  }

 private:
  void Add(TableSchema schema) {
    const bool has_default = schema.has_default;
    backends_.push_back(std::make_unique<MemoryBackend>(std::move(schema)));
    if (has_default) backends_.back()->SetProgramDefault({.action = 2});
  }
  std::vector<std::unique_ptr<MemoryBackend>> backends_;
};

}  // namespace
}  // namespace ipdk::tdi::conformance

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ipdk::tdi::conformance::RegisterConformance(
      "memory", [] { return std::make_unique<ipdk::tdi::conformance::MemorySubject>(); });
  return RUN_ALL_TESTS();
}
