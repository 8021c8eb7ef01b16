#pragma once
// What generated code and the C++ around it agree on: the structures that it reads at fixed offsets
// and the functions that it calls. No LLVM here. Generated code trusts all of this; only packet
// bytes and table contents vary.

#include <cstddef>
#include <cstdint>

#include "targets/cpu/engines/learned.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/layout/layout.h"
#include "targets/cpu/packet.h"
#include "targets/cpu/pipeline.h"

namespace ipdk::cpu::codegen {

// Packets waiting at one cut of the graph, with the keys they bring. `index` is the position in the
// burst.
struct SiteQueue {
  uint32_t count = 0;
  uint32_t unused = 0;
  uint8_t* keys = nullptr;
  uint32_t index[kMaxBurst] = {};
  uint32_t hashes[kMaxBurst] = {};  // of the selector keys, where the table has any
};

// What a packet last looked up in a table that learns: entries are added for this key, and timers
// are those of this entry.
struct LearnSlot {
  uint8_t* key = nullptr;
  engines::Learned::Entry* entry = nullptr;  // that a packet added; null: none
  bool hit = false;
};

// Given to every stage; one per worker and entry function.
struct Context {
  SiteQueue* sites = nullptr;
  CounterValue** counters = nullptr;  // this worker's shard, by schema::CounterId
  Worker* worker = nullptr;
  uint8_t* deparse = nullptr;  // kDeparseBytes of scratch
  uint32_t arrival = 0;        // of the first packet of the burst in the caller's burst
  uint32_t through = 0;        // 1: ingress may go on through egress
  uint64_t drop_port = 0;      // with `through`: the egress_spec that drops
  LearnSlot* learn = nullptr;  // by schema::TableId; one packet at a time goes there
};

constexpr uint32_t kDeparseBytes = 128 * 1024;

// A stage runs the packets burst[index[i]], i < n, from one lookup's result to the next cut. The
// entry stage and cuts without lookup have records null.
using StageFunction = void (*)(Context* context, Packet* const* burst, const uint32_t* index,
                               const layout::Record* const* records, uint32_t n);

// Names as the generated code links them; see runtime.cpp for what each does.
struct RuntimeSymbol {
  const char* name;
  void* address;
};
const RuntimeSymbol* RuntimeSymbols(size_t* count);

}  // namespace ipdk::cpu::codegen
