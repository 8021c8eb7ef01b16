#pragma once
// Decides, before any code is written, how an entry function of a program becomes stages: where the
// graph is cut, what lives across the cuts and where in the frame, what runs packet by packet. It
// knows the IR and the layout, no LLVM, so that each decision can be tested alone.
//
// Example: parse > lookup A > forward | drop > lookup B > deparse, where A's and B's results are
// two sites:
//
//   stage 0 (entry)   parse, build A's key         cells stored: the header bases that the actions
//                                                  of A or later stages need
//   stage 1 (site A)  A's actions, build B's key   packets that drop end here
//   stage 2 (site B)  B's actions, end
//
// Invariants: a stage's code is all nodes reachable from its head without crossing a cut. Sites are
// numbered in reverse post order of the stage graph, so that running the lowest pending site first
// runs each site of a loop-free graph once.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"
#include "targets/cpu/layout/layout.h"

namespace ipdk::cpu::codegen {

// A dense set of small numbers.
class BitSet {
 public:
  BitSet() = default;
  explicit BitSet(size_t size) : words_((size + 63) / 64) {}
  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << i % 64; }
  void Clear(size_t i) { words_[i / 64] &= ~(uint64_t{1} << i % 64); }
  bool Has(size_t i) const { return words_[i / 64] >> i % 64 & 1; }
  // True if this grew.
  bool Add(const BitSet& other) {
    uint64_t grew = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      grew |= other.words_[i] & ~words_[i];
      words_[i] |= other.words_[i];
    }
    return grew != 0;
  }
  void Remove(const BitSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  }
  bool Intersects(const BitSet& other) const {
    for (size_t i = 0; i < words_.size(); ++i)
      if (words_[i] & other.words_[i]) return true;
    return false;
  }
  template <typename F>
  void ForEach(F visit) const {
    for (size_t w = 0; w < words_.size(); ++w)
      for (uint64_t word = words_[w]; word != 0; word &= word - 1)
        visit(w * 64 + static_cast<size_t>(__builtin_ctzll(word)));
  }

 private:
  std::vector<uint64_t> words_;
};

// A unit of per-packet state: a Var, where a header is (null-like when invalid), a varbit's length,
// or bookkeeping. kDirect: the direct index of the record that a table's last lookup gave.
enum class CellKind : uint8_t {
  kVar,
  kBase,
  kVarbitBits,
  kReturn,
  kDirect,
  kCursor,
  kSteps,
  kEmitStart,
  kEmitEnd,
  kEmitted
};

struct Cell {
  CellKind kind = CellKind::kVar;
  uint32_t index = 0;      // VarId, HeaderId, FunctionId or TableId
  uint32_t width = 0;      // bits of a Var; 64 for pointers and the cursor, else 32
  uint32_t home = 0;       // offset in the frame; 0: none needed (the frame starts with Intrinsics)
  bool role = false;       // home is an Intrinsics slot of 64 bits
  bool input = false;      // ... which the target sets before ingress
  uint32_t preserved = 0;  // offset of the copy that PreserveFields makes; 0: in no field list
};

using CellId = uint32_t;
using NodeId = uint32_t;
constexpr uint32_t kNoSite = UINT32_MAX;

// A block, or what follows the lookup that ends a block: choosing the action.
struct Node {
  ir::BlockId block;
  bool after_lookup = false;
  bool in_place = false;  // after a lookup that is done on the spot: no cut
  std::vector<NodeId> next;
  BitSet uses, kills, defines;  // cells read before written; surely written; perhaps written
};

struct Site {
  NodeId head = 0;    // where its stage starts
  ir::BlockId block;  // whose terminator is the lookup; of a plain cut: the block that starts here
  schema::TableId table;  // none: a plain cut
  uint32_t key_bytes = 0;
  bool learns = false;  // its lookups see what the packet before added
  bool serial = false;  // within the serial region
};

// What ends here, besides the function.
enum class Entry : uint8_t { kIngress, kParseOnly, kEgress };

struct Graph {
  Entry entry = Entry::kIngress;
  std::vector<Node> nodes;
  NodeId start = 0;
  // Where ingress goes on when nothing is asked of the target: egress's first node. The code of a
  // packet that is just forwarded is then one graph, with its headers and Vars in registers.
  NodeId onward = UINT32_MAX;
  std::vector<Site> sites;
  std::vector<uint32_t> site_of_node;  // the site whose head a node is, or kNoSite
  std::vector<BitSet> live_in;         // per node
  BitSet at_end;                       // cells that others read when this is over
  bool cyclic = false;
  bool serial_from_start = false;  // the serial region starts with the entry stage
  uint32_t serial_site = kNoSite;  // ... or with this site
};

struct HeaderPlan {
  uint32_t slot = 0;    // offset in the frame of the home outside the packet
  uint32_t bytes = 0;   // largest size
  uint32_t bits = 0;    // size without a varbit's bits
  int32_t varbit = -1;  // field position
  std::vector<uint32_t>
      offset;  // of each field in bits; of those behind a varbit: without its bits
  CellId base = 0, varbit_bits = 0;
};

struct Plan {
  std::vector<Cell> cells;
  std::vector<CellId> var_cell;     // by VarId
  std::vector<HeaderPlan> headers;  // by HeaderId
  std::vector<CellId> return_cell;  // by FunctionId
  std::vector<CellId> direct_cell;  // by TableId
  CellId cursor = 0, steps = 0, emit_start = 0, emit_end = 0, emitted = 0;

  Graph ingress;
  std::optional<Graph> parse_only, egress;

  uint32_t frame_bytes = 0;
  uint32_t vars_offset = 0, vars_bytes = 0;  // the homes of Vars that are no roles
  uint32_t parse_bytes = 0, growth_bytes = 0;
  std::vector<bool> touched;  // by packet byte, below parse_bytes if that is bounded
  bool touch_unknown = false;
  bool count_steps = false;
  bool copy_headers = false;  // Extract copies, the packet stays as it came (clone, resubmit)
  bool bits = false;  // headers may start or end within a byte: all of them are copied, by the bit
  bool copy_emits = false;  // a header may change after it was emitted
  bool couples = false;
  std::vector<bool> learns;      // by TableId: packets add entries, or say how long theirs live
  std::vector<bool> own_timers;  // by TableId: the program says what keeps entries
  uint32_t zeros_bytes = 0;      // as long as the longest header
};

Result<Plan> MakePlan(const schema::Schema& schema, const ir::Program& program);

// Whether the target sets this role before ingress.
bool IsIngressInput(ir::Role role);

}  // namespace ipdk::cpu::codegen
