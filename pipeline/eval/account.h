#pragma once
// What the packet flows of all architectures share: a packet's roles by name, and the account of
// what becomes of a received packet, as result and as trace.

#include <string>
#include <utility>
#include <vector>

#include "pipeline/eval/interpreter.h"
#include "pipeline/eval/switch.h"

namespace ipdk::eval {

// The role's value; 0 if the program has no variable for it.
inline uint64_t GetRole(const ir::Program& program, const PacketState& state, ir::Role role) {
  const ir::VarId var = program.role(role);
  return var.valid() ? ToU64(state.vars[var.index]) : 0;
}
// Cut to the variable's width; nothing if there is none.
inline void SetRole(const ir::Program& program, PacketState& state, ir::Role role, uint64_t value) {
  const ir::VarId var = program.role(role);
  if (var.valid()) state.vars[var.index] = Truncate(FromU64(value), program.vars[var].width);
}

struct Account {
  PacketResult result;
  TraceListener* trace = nullptr;  // may be null

  void Tell(TraceKind kind, std::string object, std::vector<TraceValue> values = {}) {
    if (trace != nullptr) trace->On({kind, std::move(object), std::move(values), {}});
  }
  void Drop(DropReason reason) {
    result.drops.push_back(reason);
    Tell(TraceKind::kDropped, std::string(Text(reason)));
  }
  // False: the packet ended in the function; that is noted.
  bool GoesOn(Outcome outcome) {
    switch (outcome) {
      case Outcome::kEnd:
        return true;
      case Outcome::kStepLimit:
        Drop(DropReason::kStepLimit);
        return false;
      case Outcome::kAssert:
        Drop(DropReason::kAssert);
        return false;
    }
    return false;
  }
};

}  // namespace ipdk::eval
