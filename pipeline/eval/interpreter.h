#pragma once
// Runs the functions of a program on one packet: the meaning of the IR, which every target is
// compared with. It is written to be obvious over Integer. What an architecture does before,
// between and behind the functions is not here (v1model.h).
//
// REQUIRES: the program has passed ir::Verify.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/eval/control.h"
#include "pipeline/eval/packet_state.h"
#include "pipeline/eval/trace.h"
#include "pipeline/externs/expire.h"

namespace ipdk::eval {

struct DigestMessage {
  schema::DigestId digest;
  std::vector<Integer> leaves;
};

// What surrounds a packet while a function runs.
struct Environment {
  uint64_t now_ns = 0;  // when the packet was received
  uint64_t seed = 0;    // of random numbers
  uint64_t packet_id = 0;
  uint64_t packet_bytes = 0;  // what counters and meters count
  TraceListener* trace = nullptr;
  std::vector<DigestMessage>* digests = nullptr;
  std::vector<std::string>* log = nullptr;
  const std::set<uint32_t>* host_ports = nullptr;  // none: all lead to the network
};

enum class Outcome : uint8_t { kEnd, kStepLimit, kAssert };

class Interpreter {
 public:
  Interpreter(const ir::Compiled& compiled, Control& control)
      : p_(compiled.program),
        s_(compiled.schema),
        control_(control),
        own_timers_(externs::TablesWithOwnTimers(compiled)) {}

  // Runs an entry function. With `parsed`, keeps a copy of the state as it is on first arriving at
  // Program::parse_end. A function that deparses leaves its bytes in state.packet with the cursor
  // at 0, and where its headers stand in state.emitted_headers.
  Outcome Run(ir::FunctionId function, PacketState& state, const Environment& environment,
              std::optional<PacketState>* parsed = nullptr);

  // ---- for tests of single expressions
  Integer Eval(ir::ExprId id, const PacketState& state) const;

 private:
  enum class Step : uint8_t { kDone, kFailed, kAsserted };

  Step Do(const ir::Stmt& stmt, PacketState& state);
  Step Extract(const ir::Stmt& stmt, PacketState& state);
  Step Extern(const ir::Stmt& stmt, PacketState& state);
  void Push(const ir::Stmt& stmt, PacketState& state);
  void Emit(const ir::HeaderRef& ref, PacketState& state);
  ir::BlockId Lookup(const ir::Terminator& t, PacketState& state);
  ir::BlockId Switch(const ir::Terminator& t, const PacketState& state);
  Step Error(uint32_t error, PacketState& state);
  void Deparse(PacketState& state);

  // The header that is meant; none if the index of a stack is out of range.
  ir::HeaderId Resolve(const ir::HeaderRef& ref, const PacketState& state) const;
  const ir::HeaderType& TypeOf(ir::HeaderId id) const {
    return p_.header_types[p_.headers[id].type];
  }
  Integer Field(const ir::Expr& e, const PacketState& state) const;
  Integer Binary(const ir::Expr& e, const PacketState& state) const;
  externs::BitJoiner JoinInputs(const ir::Stmt& stmt, const PacketState& state) const;

  void Tell(TraceKind kind, std::string object, std::vector<TraceValue> values = {},
            ir::SourceId at = {}) const;
  bool telling() const { return env_->trace != nullptr; }

  const ir::Program& p_;
  const schema::Schema& s_;
  Control& control_;
  const std::vector<bool> own_timers_;
  const Environment* env_ = nullptr;
  // The last lookup of each table by this packet: what direct counters and meters, and add_entry,
  // refer to.
  struct LastLookup {
    schema::TableId table;
    std::vector<Integer> keys;
    TableEntry* entry = nullptr;
  };
  std::vector<LastLookup> lookups_;
};

// Bits of a header type; a varbit field counts with `varbit_length`.
size_t BitsOf(const ir::HeaderType& type, uint32_t varbit_length);
// `bits` bits of `bytes` from bit `at`. REQUIRES: they are there.
Integer ReadBits(const std::string& bytes, size_t at, size_t bits);

}  // namespace ipdk::eval
