// Any bytes as a WriteRequest, and as a ReadRequest: they are translated, and what is good is done
// to tables in memory.
#include <p4/v1/p4runtime.pb.h>

#include "interface/p4runtime/translate.h"
#include "tdi/conformance/memory_backend.h"
#include "tdi/fixed/replication.h"

namespace {

using namespace ipdk;

tdi::Field Bits(uint32_t id, const char* name, uint32_t width, tdi::MatchKind kind) {
  tdi::Field field;
  field.id = id;
  field.name = name;
  field.width = width;
  field.match = kind;
  return field;
}

struct World {
  World() {
    tdi::TableSchema table;
    table.id = 0x02000001;
    table.name = "t";
    table.kind = tdi::TableKind::kMatchAction;
    table.keys = {Bits(1, "a", 9, tdi::MatchKind::kExact), Bits(2, "b", 32, tdi::MatchKind::kLpm),
                  Bits(3, "c", 128, tdi::MatchKind::kTernary),
                  Bits(4, "d", 16, tdi::MatchKind::kRange),
                  Bits(5, "e", 70, tdi::MatchKind::kOptional)};
    tdi::ActionSpec action;
    action.id = 0x01000001;
    action.name = "act";
    action.params = {Bits(1, "x", 13, tdi::MatchKind::kExact)};
    table.actions = {action};
    table.has_order = true;
    table.has_default = true;
    table.state = {Bits(1, "packets", 64, tdi::MatchKind::kExact),
                   Bits(2, "bytes", 64, tdi::MatchKind::kExact)};
    table.writable_state = true;
    table.size = 64;
    tdi::TableSchema counter;
    counter.id = 0x12000001;
    counter.name = "n";
    counter.kind = tdi::TableKind::kCounter;
    counter.keys = {Bits(1, "index", 32, tdi::MatchKind::kExact)};
    counter.data = {Bits(1, "packets", 64, tdi::MatchKind::kExact)};
    counter.size = 16;
    counter.live = true;
    for (auto& one : {table, counter, tdi::fixed::MulticastGroupSchema(64),
                      tdi::fixed::MulticastReplicaSchema(64), tdi::fixed::CloneSessionSchema(64),
                      tdi::fixed::CloneReplicaSchema(64)})
      backends.push_back(std::make_unique<tdi::conformance::MemoryBackend>(one));
    tdi::Row row;
    row.action = 0x01000001;
    row.data = std::string(2, '\0');
    backends[0]->SetProgramDefault(row);
    tdi::TableGroup group;
    group.name = "program";
    for (auto& backend : backends) group.tables.push_back(backend.get());
    (void)device->SetGroup(group, true);
    auto mutable_schema = std::make_shared<schema::Schema>();
    schema::Table declared;
    declared.preamble.id = table.id;
    mutable_schema->tables.Add(declared);
    schema::Counter cells;
    cells.preamble.id = counter.id;
    mutable_schema->counters.Add(cells);
    schema = mutable_schema;
  }
  std::vector<std::unique_ptr<tdi::conformance::MemoryBackend>> backends;
  std::unique_ptr<tdi::Device> device = tdi::Device::Create(nullptr);
  std::shared_ptr<const schema::Schema> schema;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World* const world = new World;
  p4runtime::Translator translator(*world->device, world->schema, 510);
  p4::v1::WriteRequest write;
  if (write.ParseFromArray(data, static_cast<int>(size))) {
    for (const auto& update : write.updates()) {
      const auto operations = translator.Write(update);
      if (operations) (void)world->device->Commit(*operations, tdi::Atomicity::kRollbackOnError);
    }
  }
  p4::v1::ReadRequest read;
  if (read.ParseFromArray(data, static_cast<int>(size))) {
    for (const auto& filter : read.entities())
      (void)translator.Read(filter, [](p4::v1::Entity&&) { return true; });
  }
  return 0;
}
