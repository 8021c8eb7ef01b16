#pragma once
// The planner at work: what MakePlan (plan.h) does, one file per step.
//
//   plan.cpp          cells, and the order of the steps
//   plan_effects.cpp  what a block reads and writes
//   plan_graph.cpp    the graph of an entry function, and what is alive where
//   plan_stages.cpp   where it is cut
//   plan_state.cpp    what must run packet by packet
//   plan_packet.cpp   what the parser can see, what a packet may grow by, and the frame

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "targets/cpu/codegen/plan.h"

namespace ipdk::cpu::codegen {

using ir::Block;
using ir::BlockId;
using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using ir::HeaderId;
using ir::HeaderRef;
using ir::Stmt;
using ir::StmtKind;
using ir::TermKind;

// Whether a statement moves the parse cursor or looks ahead of it.
inline bool ReadsPacket(StmtKind kind) {
  return kind == StmtKind::kExtract || kind == StmtKind::kExtractVarbit ||
         kind == StmtKind::kAdvance || kind == StmtKind::kLookahead;
}

inline uint32_t RoundUp(uint32_t value, uint32_t unit) { return (value + unit - 1) / unit * unit; }

class Planner {
 public:
  Planner(const schema::Schema& schema, const ir::Program& program) : s_(schema), p_(program) {}

  Result<Plan> Run();

 private:
  // --- plan.cpp
  void FindLearning();
  std::vector<Graph*> Graphs();
  Status CheckSupported() const;
  CellId AddCell(CellKind kind, uint32_t index, uint32_t width);
  void MakeCells();
  // Whether a value is surely a multiple of 8.
  bool WholeBytes(ExprId id, int depth = 0) const;
  bool WholeVarbit(const HeaderRef& ref) const;
  // Whether a header or the payload can start or end within a byte.
  bool NeedsBits();

  // --- plan_effects.cpp
  struct Effects {
    BitSet uses, kills, defines;
    void Use(CellId cell) {
      if (!kills.Has(cell)) uses.Set(cell);
    }
    void Kill(CellId cell) {
      kills.Set(cell);
      defines.Set(cell);
    }
    void Define(CellId cell) {
      Use(cell);
      defines.Set(cell);
    }
  };
  template <typename F>
  void ForHeaders(const HeaderRef& ref, F visit) const {
    if (ref.fixed()) return visit(ref.header.index);
    const ir::Stack& stack = p_.stacks[ref.stack];
    for (uint32_t i = 0; i < stack.size; ++i) visit(stack.first.index + i);
  }
  // Whether ingress goes on to egress by itself where nothing is asked of the target in between.
  bool GoesOn() const { return p_.arch == ir::Arch::kV1Model && plan_.egress.has_value(); }
  void UseHeader(Effects& e, const HeaderRef& ref) const;
  void DefineHeader(Effects& e, const HeaderRef& ref, bool surely) const;
  void UseExpr(Effects& e, ExprId id) const;
  void AddEffects(Effects& e, const Stmt& stmt) const;
  void DefineParserError(Effects& e) const;
  Node MakeNode(BlockId block, bool after_lookup, Entry entry, const BitSet& at_end) const;
  void UseAtEnd(Effects& e, const BitSet& at_end) const;
  // What is read of a packet's state after a function: roles and field lists by the target, the
  // rest by egress.
  BitSet ReadAfter(const BitSet& by_egress) const;

  // --- plan_graph.cpp
  Status Build(Graph& graph, Entry entry, ir::FunctionId function, const BitSet& at_end);
  // Liveness, backwards to a fixed point.
  void Solve(Graph& graph) const;
  std::vector<NodeId> PostOrder(const Graph& graph) const;
  // Steps are counted only where a packet could run more blocks than allowed.
  void Longest(Graph& graph);

  // --- plan_stages.cpp
  static bool IsHead(const Graph& graph, NodeId id) { return graph.site_of_node[id] != kNoSite; }
  template <typename F>
  void Region(const Graph& graph, NodeId head, F visit) const {
    std::vector<bool> seen(graph.nodes.size());
    std::vector<NodeId> work{head};
    seen[head] = true;
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      visit(id);
      for (NodeId to : graph.nodes[id].next) {
        if (IsHead(graph, to) || seen[to]) continue;
        seen[to] = true;
        work.push_back(to);
      }
    }
  }
  uint64_t Weight(const Node& node) const;
  void AddSite(Graph& graph, NodeId head, schema::TableId table) const;
  // Every lookup is a cut, unless it is done in place. Where the code behind a meeting point of
  // several stages is large, that point is one too, so that code grows with the program and not
  // with its paths.
  void Cut(Graph& graph) const;
  bool Emits(const Node& node) const;
  // Stage 0 is the entry; stage i + 1 is sites[i].
  std::vector<std::vector<uint32_t>> StageEdges(const Graph& graph) const;
  void NumberSites(Graph& graph) const;
  // Deparsing happens in one stage: its scratch is the worker's, not the packet's.
  Status CheckEmits(const Graph& graph);

  // --- plan_state.cpp
  static constexpr uint64_t kLearning = 4;  // the kind of stateful object that such a table is
  // Stateful objects of a node, as one number each; counters commute and are none.
  template <typename F>
  void ForStateful(const Node& node, F visit) const {
    if (node.after_lookup) {
      const schema::TableId table = p_.blocks[node.block].term.table;
      if (plan_.learns[table.index]) visit(kLearning << 32 | table.index);
      return;
    }
    for (const Stmt& stmt : p_.blocks[node.block].stmts) {
      if (stmt.kind != StmtKind::kExtern) continue;
      switch (stmt.op) {
        case ir::ExternOp::kAllocateFlowId:
          visit(uint64_t{3} << 32);
          break;
        case ir::ExternOp::kRegisterRead:
        case ir::ExternOp::kRegisterWrite:
          visit(uint64_t{1} << 32 | stmt.object);
          break;
        case ir::ExternOp::kMeterExecute:
        case ir::ExternOp::kDirectMeterExecute:
          visit(uint64_t{2} << 32 | stmt.object);
          break;
        default:
          break;
      }
    }
  }
  void FindSerialRegion(Graph& graph) const;
  void FindCoupling();

  // --- plan_packet.cpp
  std::optional<uint64_t> ConstantOf(ExprId id) const;
  void ParsePositions();
  void Growth();
  // Whether a header can be emitted that was not extracted.
  bool MayBeNew(const HeaderRef& ref) const;
  Status LayFrame();

  const schema::Schema& s_;
  const ir::Program& p_;
  Plan plan_;
  bool assigns_varbits_ = false;
  mutable std::vector<uint32_t> visited_;
  mutable uint32_t visit_ = 0;
};

}  // namespace ipdk::cpu::codegen
