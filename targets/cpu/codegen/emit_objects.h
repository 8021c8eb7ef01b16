#pragma once
// What generated code refers to outside itself, by address, and what it asks of the outside while
// it runs.

#include <cstdint>
#include <vector>

#include "targets/cpu/engines/table.h"
#include "targets/cpu/pipeline.h"

namespace ipdk::cpu::codegen {

struct Objects {
  const uint8_t* zeros =
      nullptr;  // never written; at least as long as the longest header and register element
  std::vector<const RegisterArray*> registers;
  std::vector<const MeterArray*> meters;
  std::vector<const Table*> value_sets;
  std::vector<Table::InPlace> tables;  // of those that are looked up in place
  std::vector<engines::Learned*> learned;  // by TableId; null: packets add nothing
  uint32_t* flow_ids = nullptr;            // the last one given
  uint64_t seed = 0;
};

// Statements that make request records; the position is the site number.
struct RequestSites {
  std::vector<RequestSite> sites;
};

}  // namespace ipdk::cpu::codegen
