#pragma once
// Runs the same packets through the interpreter, one by one, and through native code, in bursts,
// and says the first difference: verdict, role values, bytes, messages, counters, registers. For
// tests.
//
// Every packet lies flush against a page that may not be touched, so reading or writing one byte
// too far ends the test.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/ir/compiled.h"
#include "targets/cpu/pipeline.h"

namespace ipdk::cpu::codegen {

struct TestPacket {
  uint32_t port = 0;
  std::string bytes;
};

struct DifferentialOptions {
  uint32_t burst = 32;
  uint64_t seed = 1;
  bool host_cpu = true;
  bool through = false;  // by Pipeline::Through instead of Ingress and then Egress
};

// One program on both engines. Packets run ingress and then, where egress_spec is not 511, egress,
// as v1model does without copies. State lives on from call to call.
class Differential {
 public:
  static Result<std::unique_ptr<Differential>> Make(const ir::Compiled& compiled,
                                                    const DifferentialOptions& options);
  ~Differential();

  Status AddEntry(schema::TableId table, const schema::Entry& entry);
  Status AddMember(schema::ValueSetId set, const std::vector<schema::Match>& member);
  // An error tells the first difference.
  Status Run(const std::vector<TestPacket>& packets);
  // Counters and registers, after any number of runs.
  Status CompareState();

  Pipeline& pipeline();

 private:
  Differential();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ipdk::cpu::codegen
