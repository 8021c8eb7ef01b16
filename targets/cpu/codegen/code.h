#pragma once
// What a Pipeline keeps of its compilation: the linked object, the plan, and one schedule per entry
// function.

#include <memory>
#include <vector>

#include "targets/cpu/codegen/jit.h"
#include "targets/cpu/engines/memory.h"

namespace ipdk::cpu {

struct Schedule {
  struct Site {
    codegen::StageFunction stage = nullptr;
    const Table* table = nullptr;  // null: a cut without lookup
    uint32_t key_bytes = 0;
    uint32_t table_id = 0;
    bool serial = false;
    bool learns = false;
    bool selects = false;           // the table's entries may name groups
    uint32_t counter = UINT32_MAX;  // schema::CounterId of the table's first direct counter
  };
  codegen::StageFunction entry = nullptr;
  std::vector<Site> sites;
  bool serial_from_start = false;
  uint32_t serial_site = codegen::kNoSite;
};

class CompiledCode {
 public:
  codegen::Plan plan;
  std::unique_ptr<engines::Reserved> zeros;
  std::unique_ptr<codegen::Jit> jit;
  Schedule ingress, parse_only, egress;
};

// A worker's queues, one set per entry function; memory is taken once, when the worker is made.
struct Queues {
  struct Set {
    std::vector<codegen::SiteQueue> sites;
    codegen::Context context;
    uint64_t pending_words = 0;
  };
  Set ingress, parse_only, egress;
  std::vector<CounterValue*> counters;
  std::vector<codegen::LearnSlot> learn;
  std::vector<uint64_t> learn_keys;  // their memory
  std::vector<uint64_t> waiting;     // keys of the packets that wait for one of those tables
  std::unique_ptr<engines::Reserved> keys;
  std::vector<uint8_t> deparse;
};

void RunBurst(const Schedule& schedule, Queues::Set& set, Packet* const* packets, uint32_t n);

}  // namespace ipdk::cpu
