#include "targets/cpu/codegen/plan.h"

#include <algorithm>
#include <functional>

#include "targets/cpu/engines/table.h"
#include "targets/cpu/packet.h"

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

namespace {

constexpr uint64_t kMaxSetBits = uint64_t{1} << 32;  // nodes times cells: memory of the analysis
constexpr uint32_t kMaxFrame = 4u << 20;
constexpr uint32_t kMaxWidth = 8192;  // of a value: LLVM's time grows with it
constexpr size_t kMaxOffsets = 64;    // parse positions followed per block
constexpr uint64_t kLearning = 4;     // the kind of stateful object that such a table is

uint32_t RoundUp(uint32_t value, uint32_t unit) { return (value + unit - 1) / unit * unit; }

bool ReadsPacket(StmtKind kind) {
  return kind == StmtKind::kExtract || kind == StmtKind::kExtractVarbit ||
         kind == StmtKind::kAdvance || kind == StmtKind::kLookahead;
}

bool ChangesHeaders(StmtKind kind) {
  switch (kind) {
    case StmtKind::kAssignField:
    case StmtKind::kAssignVarbit:
    case StmtKind::kSetValid:
    case StmtKind::kSetInvalid:
    case StmtKind::kCopyHeader:
    case StmtKind::kPushFront:
    case StmtKind::kPopFront:
    case StmtKind::kExtract:
    case StmtKind::kExtractVarbit:
      return true;
    default:
      return false;
  }
}

class Planner {
 public:
  Planner(const schema::Schema& schema, const ir::Program& program) : s_(schema), p_(program) {}

  Result<Plan> Run() {
    IPDK_RETURN_IF_ERROR(CheckSupported());
    FindLearning();
    MakeCells();
    const bool shares_state = p_.arch == ir::Arch::kV1Model;
    if (p_.egress.valid()) {
      BitSet none(plan_.cells.size());
      plan_.egress.emplace();
      IPDK_RETURN_IF_ERROR(Build(*plan_.egress, Entry::kEgress, p_.egress, ReadAfter(none)));
      Solve(*plan_.egress);
      // A clone made after egress goes through egress again, with the headers as they are then.
      if (shares_state && p_.role(ir::Role::kCloneSession).valid()) {
        const BitSet again = ReadAfter(plan_.egress->live_in[plan_.egress->start]);
        plan_.egress.emplace();
        IPDK_RETURN_IF_ERROR(Build(*plan_.egress, Entry::kEgress, p_.egress, again));
        Solve(*plan_.egress);
      }
    }
    BitSet at_end(plan_.cells.size());
    if (plan_.egress && shares_state) at_end = plan_.egress->live_in[plan_.egress->start];
    at_end = ReadAfter(at_end);
    // It becomes Packet::parsed.
    at_end.Set(plan_.cursor);
    IPDK_RETURN_IF_ERROR(Build(plan_.ingress, Entry::kIngress, p_.ingress, at_end));
    Solve(plan_.ingress);
    if (p_.arch == ir::Arch::kV1Model && p_.role(ir::Role::kCloneSession).valid()) {
      plan_.parse_only.emplace();
      IPDK_RETURN_IF_ERROR(Build(*plan_.parse_only, Entry::kParseOnly, p_.ingress, at_end));
      Solve(*plan_.parse_only);
    }
    for (Graph* graph : Graphs()) {
      Longest(*graph);
      Cut(*graph);
      NumberSites(*graph);
      IPDK_RETURN_IF_ERROR(CheckEmits(*graph));
      FindSerialRegion(*graph);
    }
    FindCoupling();
    ParsePositions();
    Growth();
    IPDK_RETURN_IF_ERROR(LayFrame());
    return std::move(plan_);
  }

 private:
  void FindLearning() {
    plan_.learns.assign(s_.tables.size(), false);
    plan_.own_timers.assign(s_.tables.size(), false);
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts) {
        if (stmt.kind != StmtKind::kExtern) continue;
        const bool timer = stmt.op == ir::ExternOp::kSetExpireTime ||
                           stmt.op == ir::ExternOp::kRestartExpireTimer;
        if (!timer && stmt.op != ir::ExternOp::kAddEntry) continue;
        plan_.learns[stmt.object] = true;
        if (timer) plan_.own_timers[stmt.object] = true;
      }
  }

  std::vector<Graph*> Graphs() {
    std::vector<Graph*> all{&plan_.ingress};
    if (plan_.parse_only) all.push_back(&*plan_.parse_only);
    if (plan_.egress) all.push_back(&*plan_.egress);
    return all;
  }

  Status CheckSupported() const {
    if (!p_.ingress.valid())
      return InvalidArgument("the program has no ingress function: nothing to run on packets");
    for (const ir::Var& var : p_.vars)
      if (var.width > kMaxWidth)
        return Unimplemented(
            "variable '{}' has {} bits: values above {} bits are not yet supported by the cpu "
            "target",
            var.name, var.width, kMaxWidth);
    for (const Expr& expr : p_.exprs)
      if (expr.width > kMaxWidth)
        return Unimplemented(
            "an expression has {} bits: values above {} bits are not yet supported by the cpu "
            "target",
            expr.width, kMaxWidth);
    for (const ir::HeaderType& type : p_.header_types) {
      for (const ir::HeaderField& field : type.fields)
        if (field.width > kMaxWidth)
          return Unimplemented(
              "field '{}' of header type '{}' has {} bits: fields above {} bits are not yet "
              "supported by the cpu target",
              field.name, type.name, field.width, kMaxWidth);
    }
    return {};
  }

  CellId AddCell(CellKind kind, uint32_t index, uint32_t width) {
    Cell cell;
    cell.kind = kind;
    cell.index = index;
    cell.width = width;
    plan_.cells.push_back(cell);
    return static_cast<CellId>(plan_.cells.size() - 1);
  }

  void MakeCells() {
    for (uint32_t i = 0; i < p_.vars.size(); ++i)
      plan_.var_cell.push_back(AddCell(CellKind::kVar, i, p_.vars[ir::VarId(i)].width));
    for (size_t r = 0; r < p_.roles.size(); ++r) {
      if (!p_.roles[r].valid()) continue;
      Cell& cell = plan_.cells[plan_.var_cell[p_.roles[r].index]];
      cell.role = true;
      cell.input = cell.input || IsIngressInput(static_cast<ir::Role>(r));
      cell.home = Intrinsics::kSlots[r] * 8u;
    }
    for (uint32_t i = 0; i < p_.headers.size(); ++i) {
      HeaderPlan header;
      const ir::HeaderType& type = p_.header_types[p_.headers[HeaderId(i)].type];
      uint32_t at = 0, widest = 0;
      for (uint32_t f = 0; f < type.fields.size(); ++f) {
        header.offset.push_back(at);
        widest += type.fields[f].width;
        if (type.fields[f].varbit) {
          header.varbit = static_cast<int32_t>(f);
        } else {
          at += type.fields[f].width;
        }
      }
      header.bits = at;
      header.bytes = static_cast<uint32_t>(BytesFor(widest));
      plan_.zeros_bytes = std::max(plan_.zeros_bytes, header.bytes);
      header.base = AddCell(CellKind::kBase, i, 64);
      if (header.varbit >= 0) header.varbit_bits = AddCell(CellKind::kVarbitBits, i, 32);
      plan_.headers.push_back(std::move(header));
    }
    for (uint32_t i = 0; i < p_.functions.size(); ++i)
      plan_.return_cell.push_back(AddCell(CellKind::kReturn, i, 32));
    for (uint32_t i = 0; i < s_.tables.size(); ++i)
      plan_.direct_cell.push_back(AddCell(CellKind::kDirect, i, 32));
    plan_.cursor = AddCell(CellKind::kCursor, 0, 64);
    plan_.steps = AddCell(CellKind::kSteps, 0, 32);
    plan_.emit_start = AddCell(CellKind::kEmitStart, 0, 64);
    plan_.emit_end = AddCell(CellKind::kEmitEnd, 0, 64);
    plan_.emitted = AddCell(CellKind::kEmitted, 0, 64);
    plan_.bits = NeedsBits();
    if (plan_.bits) plan_.copy_emits = true;
    const bool returns =
        p_.role(ir::Role::kCloneSession).valid() || p_.role(ir::Role::kResubmitFields).valid();
    plan_.copy_headers = plan_.bits || (p_.arch == ir::Arch::kV1Model && returns);
  }

  // Whether a value is surely a multiple of 8.
  bool WholeBytes(ExprId id, int depth = 0) const {
    const Expr& e = p_.exprs[id];
    if (e.width < 3 || depth > 20) return false;
    switch (e.kind) {
      case ExprKind::kConst:
        return p_.constants[e.constant] % 8 == 0;
      case ExprKind::kZeroExtend:
      case ExprKind::kSignExtend:
      case ExprKind::kTruncate:
        return WholeBytes(e.a, depth + 1);
      case ExprKind::kConcat:
        return p_.exprs[e.b].width >= 3 && WholeBytes(e.b, depth + 1);
      case ExprKind::kSelect:
        return WholeBytes(e.b, depth + 1) && WholeBytes(e.c, depth + 1);
      case ExprKind::kFieldLength:
        return !assigns_varbits_ && WholeVarbit(e.header);
      case ExprKind::kBinary:
        switch (e.binary) {
          case ir::BinaryOp::kAdd:
          case ir::BinaryOp::kSub:
          case ir::BinaryOp::kAnd:
            if (e.binary == ir::BinaryOp::kAnd &&
                (WholeBytes(e.a, depth + 1) || WholeBytes(e.b, depth + 1)))
              return true;
            return WholeBytes(e.a, depth + 1) && WholeBytes(e.b, depth + 1);
          case ir::BinaryOp::kMul:
            return WholeBytes(e.a, depth + 1) || WholeBytes(e.b, depth + 1);
          case ir::BinaryOp::kShl: {
            const auto by = ConstantOf(e.b);
            return (by && *by >= 3) || WholeBytes(e.a, depth + 1);
          }
          default:
            return false;
        }
      default:
        return false;
    }
  }
  bool WholeVarbit(const HeaderRef& ref) const {
    bool whole = true;
    ForHeaders(ref, [&](uint32_t h) { whole = whole && plan_.headers[h].bits % 8 == 0; });
    return whole;
  }

  // Whether a header or the payload can start or end within a byte.
  bool NeedsBits() {
    bool bits = false;
    const auto odd = [&](const HeaderRef& ref) {
      ForHeaders(ref, [&](uint32_t h) {
        // Extracting one with a varbit checks its whole length.
        if (plan_.headers[h].bits % 8 != 0) bits = true;
      });
    };
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts)
        assigns_varbits_ = assigns_varbits_ || stmt.kind == StmtKind::kAssignVarbit;
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts) {
        if (stmt.kind == StmtKind::kExtract || stmt.kind == StmtKind::kEmit) odd(stmt.header);
        if ((stmt.kind == StmtKind::kAdvance || stmt.kind == StmtKind::kAssignVarbit) &&
            !WholeBytes(stmt.length))
          bits = true;
      }
    return bits;
  }

  // --- effects

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

  void UseHeader(Effects& e, const HeaderRef& ref) const {
    if (!ref.fixed()) UseExpr(e, ref.index);
    ForHeaders(ref, [&](uint32_t h) {
      e.Use(plan_.headers[h].base);
      if (plan_.headers[h].varbit >= 0) e.Use(plan_.headers[h].varbit_bits);
    });
  }
  void DefineHeader(Effects& e, const HeaderRef& ref, bool surely) const {
    if (!ref.fixed()) UseExpr(e, ref.index);
    ForHeaders(ref, [&](uint32_t h) {
      const HeaderPlan& header = plan_.headers[h];
      const bool kill = surely && ref.fixed();
      kill ? e.Kill(header.base) : e.Define(header.base);
      if (header.varbit >= 0) kill ? e.Kill(header.varbit_bits) : e.Define(header.varbit_bits);
    });
  }

  void UseExpr(Effects& e, ExprId id) const {
    if (!id.valid()) return;
    // Shared subtrees are walked once per use of the root.
    if (visited_.size() != p_.exprs.size()) visited_.assign(p_.exprs.size(), 0);
    ++visit_;
    std::vector<ExprId> work;
    const auto push = [&](ExprId operand) {
      if (!operand.valid() || visited_[operand.index] == visit_) return;
      visited_[operand.index] = visit_;
      work.push_back(operand);
    };
    push(id);
    while (!work.empty()) {
      const Expr& x = p_.exprs[work.back()];
      work.pop_back();
      switch (x.kind) {
        case ExprKind::kVar:
          e.Use(plan_.var_cell[x.var.index]);
          break;
        case ExprKind::kField:
        case ExprKind::kFieldLength:
        case ExprKind::kValid:
          ForHeaders(x.header, [&](uint32_t h) {
            e.Use(plan_.headers[h].base);
            if (plan_.headers[h].varbit >= 0) e.Use(plan_.headers[h].varbit_bits);
          });
          if (!x.header.fixed()) push(x.header.index);
          break;
        default:
          break;
      }
      for (ExprId operand : {x.a, x.b, x.c}) push(operand);
    }
  }

  void AddEffects(Effects& e, const Stmt& stmt) const {
    switch (stmt.kind) {
      case StmtKind::kAssign:
        UseExpr(e, stmt.value);
        e.Kill(plan_.var_cell[stmt.var.index]);
        break;
      case StmtKind::kAssignField:
        UseExpr(e, stmt.value);
        UseHeader(e, stmt.header);
        break;
      case StmtKind::kAssignVarbit:
        UseExpr(e, stmt.value);
        UseExpr(e, stmt.length);
        DefineHeader(e, stmt.header, false);
        break;
      case StmtKind::kSetValid:
      case StmtKind::kSetInvalid:
        DefineHeader(e, stmt.header, stmt.kind == StmtKind::kSetInvalid);
        break;
      case StmtKind::kCopyHeader:
        UseHeader(e, stmt.source);
        DefineHeader(e, stmt.header, false);
        break;
      case StmtKind::kPushFront:
      case StmtKind::kPopFront: {
        const ir::Stack& stack = p_.stacks[stmt.stack];
        for (uint32_t i = 0; i < stack.size; ++i) {
          const HeaderPlan& header = plan_.headers[stack.first.index + i];
          e.Define(header.base);
          if (header.varbit >= 0) e.Define(header.varbit_bits);
        }
        if (stack.next.valid()) e.Define(plan_.var_cell[stack.next.index]);
        break;
      }
      case StmtKind::kExtract:
      case StmtKind::kExtractVarbit:
        if (stmt.length.valid()) UseExpr(e, stmt.length);
        e.Define(plan_.cursor);
        // On error the header stays as it was.
        DefineHeader(e, stmt.header, false);
        DefineParserError(e);
        break;
      case StmtKind::kAdvance:
        UseExpr(e, stmt.length);
        e.Define(plan_.cursor);
        DefineParserError(e);
        break;
      case StmtKind::kLookahead:
        e.Use(plan_.cursor);
        e.Define(plan_.var_cell[stmt.var.index]);
        DefineParserError(e);
        break;
      case StmtKind::kEmit:
        UseHeader(e, stmt.header);
        e.Define(plan_.emit_start);
        e.Define(plan_.emit_end);
        e.Define(plan_.emitted);
        break;
      case StmtKind::kExtern:
        for (ExprId in : stmt.ins) UseExpr(e, in);
        if (stmt.op == ir::ExternOp::kHashPayload) e.Use(plan_.cursor);
        if (stmt.op == ir::ExternOp::kDirectMeterExecute)
          e.Use(plan_.direct_cell[s_.meters[schema::MeterId(stmt.object)].direct_of.index]);
        if (stmt.op == ir::ExternOp::kDirectCounterCount)
          e.Use(plan_.direct_cell[s_.counters[schema::CounterId(stmt.object)].direct_of.index]);
        for (ir::VarId out : stmt.outs) e.Kill(plan_.var_cell[out.index]);
        break;
    }
  }
  void DefineParserError(Effects& e) const {
    const ir::VarId var = p_.role(ir::Role::kParserError);
    if (var.valid()) e.Define(plan_.var_cell[var.index]);
  }

  Node MakeNode(BlockId block, bool after_lookup, Entry entry, const BitSet& at_end) const {
    Node node;
    node.block = block;
    node.after_lookup = after_lookup;
    // A cut hides the latency of a large table behind the rest of the burst; a small array has none
    // to hide.
    node.in_place = after_lookup && !plan_.learns[p_.blocks[block].term.table.index] &&
                    Table::CanLookUpInPlace(layout::Of(s_, s_.tables[p_.blocks[block].term.table]));
    const size_t n = plan_.cells.size();
    Effects e{BitSet(n), BitSet(n), BitSet(n)};
    const Block& b = p_.blocks[block];
    const ir::Terminator& t = b.term;
    if (entry == Entry::kParseOnly && !after_lookup && block == p_.parse_end) {
      UseAtEnd(e, at_end);
    } else if (after_lookup) {
      if (t.hit.valid()) e.Kill(plan_.var_cell[t.hit.index]);
      // Parameters are written on the way to their own action only: Solve takes them off that edge.
      for (const ir::ActionTarget& action : t.actions)
        for (ir::VarId param : action.params) e.defines.Set(plan_.var_cell[param.index]);
      const schema::Table& table = s_.tables[t.table];
      if (!table.direct_meters.empty() || !table.direct_counters.empty())
        e.Kill(plan_.direct_cell[t.table.index]);
    } else {
      for (const Stmt& stmt : b.stmts) AddEffects(e, stmt);
      UseExpr(e, t.condition);
      for (ExprId key : t.exprs) UseExpr(e, key);
      if (t.kind == TermKind::kCall) e.Kill(plan_.return_cell[t.function.index]);
      if (t.kind == TermKind::kReturn) e.Use(plan_.return_cell[b.function.index]);
      if (t.kind == TermKind::kEnd) {
        UseAtEnd(
            e, entry == Entry::kIngress && b.function == p_.egress ? plan_.egress->at_end : at_end);
        if (p_.functions[b.function].deparses) {
          e.Use(plan_.cursor);
          e.Use(plan_.emit_start);
          e.Use(plan_.emit_end);
          e.Use(plan_.emitted);
        }
      }
    }
    e.Define(plan_.steps);
    node.uses = std::move(e.uses);
    node.kills = std::move(e.kills);
    node.defines = std::move(e.defines);
    return node;
  }

  // Whether ingress goes on to egress by itself where nothing is asked of the target in between.
  bool GoesOn() const { return p_.arch == ir::Arch::kV1Model && plan_.egress.has_value(); }

  void UseAtEnd(Effects& e, const BitSet& at_end) const {
    at_end.ForEach([&](size_t cell) { e.Use(static_cast<CellId>(cell)); });
  }

  // What is read of a packet's state after a function: roles and field lists by the target, the
  // rest by egress.
  BitSet ReadAfter(const BitSet& by_egress) const {
    BitSet cells = by_egress;
    for (CellId cell = 0; cell < plan_.cells.size(); ++cell) {
      const CellKind kind = plan_.cells[cell].kind;
      if (kind != CellKind::kVar && kind != CellKind::kBase && kind != CellKind::kVarbitBits)
        cells.Clear(cell);
      if (plan_.cells[cell].role) cells.Set(cell);
    }
    for (const ir::FieldList& list : p_.field_lists)
      for (ir::VarId var : list.vars) cells.Set(plan_.var_cell[var.index]);
    return cells;
  }

  // --- the graph

  Status Build(Graph& graph, Entry entry, ir::FunctionId function, const BitSet& at_end) {
    graph.entry = entry;
    graph.at_end = at_end;
    std::vector<NodeId> plain(p_.blocks.size(), UINT32_MAX), after(p_.blocks.size(), UINT32_MAX);
    std::vector<NodeId> work;
    Status status;
    const auto get = [&](BlockId block, bool is_after) {
      NodeId& id = (is_after ? after : plain)[block.index];
      if (id == UINT32_MAX) {
        id = static_cast<NodeId>(graph.nodes.size());
        if (uint64_t{id} * plan_.cells.size() * 4 > kMaxSetBits && status) {
          status = ResourceExhausted(
              "the program has {} blocks and {} variables and headers: too many for the cpu target",
              p_.blocks.size(), plan_.cells.size());
        }
        graph.nodes.push_back(MakeNode(block, is_after, entry, at_end));
        work.push_back(id);
      }
      return id;
    };
    std::vector<std::vector<BlockId>> returns_to(p_.functions.size());
    std::vector<std::vector<NodeId>> returns(p_.functions.size());
    graph.start = get(p_.functions[function].entry, false);
    while (!work.empty() && status) {
      const NodeId id = work.back();
      work.pop_back();
      const BlockId block_id = graph.nodes[id].block;
      const Block& block = p_.blocks[block_id];
      const ir::Terminator& t = block.term;
      std::vector<NodeId> next;
      if (entry == Entry::kParseOnly && block_id == p_.parse_end && !graph.nodes[id].after_lookup)
        continue;
      if (graph.nodes[id].after_lookup) {
        for (const ir::ActionTarget& action : t.actions) next.push_back(get(action.block, false));
      } else {
        if (std::any_of(block.stmts.begin(), block.stmts.end(),
                        [](const Stmt& s) { return ReadsPacket(s.kind); }))
          next.push_back(get(block.on_error, false));
        switch (t.kind) {
          case TermKind::kJump:
            next.push_back(get(t.target, false));
            break;
          case TermKind::kBranch:
            next.push_back(get(t.target, false));
            next.push_back(get(t.otherwise, false));
            break;
          case TermKind::kSwitch:
            for (const ir::Case& c : t.cases) next.push_back(get(c.target, false));
            next.push_back(get(t.otherwise, false));
            break;
          case TermKind::kLookup:
            next.push_back(get(block_id, true));
            break;
          case TermKind::kCall: {
            next.push_back(get(p_.functions[t.function].entry, false));
            auto& targets = returns_to[t.function.index];
            if (std::find(targets.begin(), targets.end(), t.target) != targets.end()) break;
            targets.push_back(t.target);
            const NodeId to = get(t.target, false);
            for (NodeId from : returns[t.function.index]) graph.nodes[from].next.push_back(to);
            break;
          }
          case TermKind::kReturn:
            returns[block.function.index].push_back(id);
            for (BlockId target : returns_to[block.function.index])
              next.push_back(get(target, false));
            break;
          case TermKind::kEnd:
            if (entry != Entry::kIngress || !GoesOn() || block.function != p_.ingress) break;
            graph.onward = get(p_.functions[p_.egress].entry, false);
            next.push_back(graph.onward);
            break;
        }
      }
      auto& stored = graph.nodes[id].next;
      stored.insert(stored.end(), next.begin(), next.end());
    }
    if (!status) return status;
    for (Node& node : graph.nodes) {
      std::sort(node.next.begin(), node.next.end());
      node.next.erase(std::unique(node.next.begin(), node.next.end()), node.next.end());
    }
    graph.site_of_node.assign(graph.nodes.size(), kNoSite);
    return {};
  }

  // Liveness, backwards to a fixed point.
  void Solve(Graph& graph) const {
    const size_t n = graph.nodes.size();
    graph.live_in.assign(n, BitSet(plan_.cells.size()));
    std::vector<std::vector<NodeId>> before(n);
    for (NodeId i = 0; i < n; ++i)
      for (NodeId to : graph.nodes[i].next) before[to].push_back(i);
    std::vector<NodeId> node_of_block(p_.blocks.size());
    for (NodeId i = 0; i < n; ++i)
      if (!graph.nodes[i].after_lookup) node_of_block[graph.nodes[i].block.index] = i;
    std::vector<NodeId> work;
    std::vector<bool> queued(n, true);
    for (NodeId i = 0; i < n; ++i) work.push_back(i);
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      queued[id] = false;
      const Node& node = graph.nodes[id];
      BitSet live(plan_.cells.size());
      if (node.after_lookup) {
        for (const ir::ActionTarget& action : p_.blocks[node.block].term.actions) {
          BitSet own = graph.live_in[node_of_block[action.block.index]];
          for (ir::VarId param : action.params) own.Clear(plan_.var_cell[param.index]);
          live.Add(own);
        }
      } else {
        for (NodeId to : node.next) live.Add(graph.live_in[to]);
      }
      live.Remove(node.kills);
      live.Add(node.uses);
      if (!graph.live_in[id].Add(live)) continue;
      for (NodeId from : before[id]) {
        if (queued[from]) continue;
        queued[from] = true;
        work.push_back(from);
      }
    }
  }

  std::vector<NodeId> PostOrder(const Graph& graph) const {
    std::vector<NodeId> order;
    std::vector<uint8_t> state(graph.nodes.size(), 0);
    std::vector<std::pair<NodeId, size_t>> stack{{graph.start, 0}};
    state[graph.start] = 1;
    while (!stack.empty()) {
      auto& [id, at] = stack.back();
      if (at < graph.nodes[id].next.size()) {
        const NodeId to = graph.nodes[id].next[at++];
        if (state[to] == 0) {
          state[to] = 1;
          stack.push_back({to, 0});
        }
        continue;
      }
      order.push_back(id);
      stack.pop_back();
    }
    return order;
  }

  // Steps are counted only where a packet could run more blocks than allowed.
  void Longest(Graph& graph) {
    const std::vector<NodeId> order = PostOrder(graph);
    std::vector<uint32_t> position(graph.nodes.size()), length(graph.nodes.size(), 1);
    for (uint32_t i = 0; i < order.size(); ++i) position[order[i]] = i;
    uint32_t longest = 0;
    for (NodeId id : order) {
      for (NodeId to : graph.nodes[id].next) {
        if (position[to] >= position[id]) graph.cyclic = true;
        length[id] = std::max(length[id], length[to] + 1);
      }
      longest = std::max(longest, length[id]);
    }
    if (graph.cyclic || longest > p_.step_limit / 2) plan_.count_steps = true;
  }

  // --- stages

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

  uint64_t Weight(const Node& node) const {
    if (node.after_lookup) return 2;
    return 1 + p_.blocks[node.block].stmts.size() + p_.blocks[node.block].term.cases.size();
  }

  void AddSite(Graph& graph, NodeId head, schema::TableId table) const {
    graph.site_of_node[head] = static_cast<uint32_t>(graph.sites.size());
    Site site;
    site.head = head;
    site.block = graph.nodes[head].block;
    site.table = table;
    if (table.valid()) {
      site.key_bytes = layout::Of(s_, s_.tables[table]).key_bytes;
      site.learns = plan_.learns[table.index];
    }
    graph.sites.push_back(site);
  }

  // Every lookup is a cut, unless it is done in place. Where the code behind a meeting point of
  // several stages is large, that point is one too, so that code grows with the program and not
  // with its paths.
  void Cut(Graph& graph) const {
    for (NodeId id = 0; id < graph.nodes.size(); ++id)
      if (graph.nodes[id].after_lookup && !graph.nodes[id].in_place)
        AddSite(graph, id, p_.blocks[graph.nodes[id].block].term.table);
    // State that egress touches is to be touched in one place, however many ways lead there.
    if (graph.onward != UINT32_MAX && !IsHead(graph, graph.onward)) {
      bool stateful = false;
      for (const Node& node : plan_.egress->nodes)
        ForStateful(node, [&](uint64_t) { stateful = true; });
      if (stateful) AddSite(graph, graph.onward, {});
    }
    std::vector<bool> after_emit(graph.nodes.size());
    std::vector<NodeId> work;
    uint64_t once = 0;
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
      once += Weight(graph.nodes[id]);
      if (Emits(graph.nodes[id])) work.push_back(id);
    }
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      for (NodeId to : graph.nodes[id].next) {
        if (after_emit[to]) continue;
        after_emit[to] = true;
        work.push_back(to);
      }
    }
    for (int round = 0; round < 200; ++round) {
      std::vector<uint32_t> stages(graph.nodes.size());
      uint64_t total = 0;
      const auto count = [&](NodeId id) {
        ++stages[id];
        total += Weight(graph.nodes[id]);
      };
      if (!IsHead(graph, graph.start)) Region(graph, graph.start, count);
      for (const Site& site : graph.sites) Region(graph, site.head, count);
      if (total < 300 || total < once * 2) return;
      NodeId best = UINT32_MAX;
      uint64_t gain = 50;
      for (NodeId id = 0; id < graph.nodes.size(); ++id) {
        if (stages[id] < 2 || after_emit[id] || IsHead(graph, id)) continue;
        uint64_t below = 0;
        Region(graph, id, [&](NodeId inner) { below += Weight(graph.nodes[inner]); });
        if (below * (stages[id] - 1) <= gain) continue;
        gain = below * (stages[id] - 1);
        best = id;
      }
      if (best == UINT32_MAX) return;
      AddSite(graph, best, {});
    }
  }

  bool Emits(const Node& node) const {
    if (node.after_lookup) return false;
    const auto& stmts = p_.blocks[node.block].stmts;
    return std::any_of(stmts.begin(), stmts.end(),
                       [](const Stmt& s) { return s.kind == StmtKind::kEmit; });
  }

  // Stage 0 is the entry; stage i + 1 is sites[i].
  std::vector<std::vector<uint32_t>> StageEdges(const Graph& graph) const {
    std::vector<std::vector<uint32_t>> edges;
    const auto add = [&](NodeId head) {
      std::vector<uint32_t> to;
      Region(graph, head, [&](NodeId id) {
        for (NodeId next : graph.nodes[id].next)
          if (IsHead(graph, next)) to.push_back(graph.site_of_node[next] + 1);
      });
      std::sort(to.begin(), to.end());
      to.erase(std::unique(to.begin(), to.end()), to.end());
      edges.push_back(std::move(to));
    };
    add(graph.start);
    for (const Site& site : graph.sites) add(site.head);
    return edges;
  }

  void NumberSites(Graph& graph) const {
    const auto edges = StageEdges(graph);
    std::vector<uint32_t> order;
    std::vector<bool> seen(edges.size());
    std::vector<std::pair<uint32_t, size_t>> stack{{0, 0}};
    seen[0] = true;
    while (!stack.empty()) {
      auto& [stage, at] = stack.back();
      if (at < edges[stage].size()) {
        const uint32_t to = edges[stage][at++];
        if (!seen[to]) {
          seen[to] = true;
          stack.push_back({to, 0});
        }
        continue;
      }
      order.push_back(stage);
      stack.pop_back();
    }
    std::vector<Site> sites;
    for (size_t i = order.size(); i-- > 0;)
      if (order[i] > 0) sites.push_back(graph.sites[order[i] - 1]);
    graph.sites = std::move(sites);
    graph.site_of_node.assign(graph.nodes.size(), kNoSite);
    for (uint32_t i = 0; i < graph.sites.size(); ++i) graph.site_of_node[graph.sites[i].head] = i;
  }

  // Deparsing happens in one stage: its scratch is the worker's, not the packet's.
  Status CheckEmits(const Graph& graph) {
    std::vector<bool> after(graph.nodes.size());
    std::vector<NodeId> work;
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
      if (!Emits(graph.nodes[id])) continue;
      work.push_back(id);
      bool emitted = false;
      for (const Stmt& stmt : p_.blocks[graph.nodes[id].block].stmts) {
        if (emitted && ChangesHeaders(stmt.kind)) plan_.copy_emits = true;
        emitted = emitted || stmt.kind == StmtKind::kEmit;
      }
    }
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      for (NodeId to : graph.nodes[id].next) {
        if (after[to]) continue;
        after[to] = true;
        work.push_back(to);
        const Node& node = graph.nodes[to];
        if (IsHead(graph, to))
          return Unimplemented(
              "block '{}': a table that is applied after an emit is not yet supported by the cpu "
              "target",
              p_.blocks[node.block].name);
        for (const Stmt& stmt : p_.blocks[node.block].stmts)
          if (ChangesHeaders(stmt.kind)) plan_.copy_emits = true;
      }
    }
    return {};
  }

  // --- state that is touched more than once

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

  void FindSerialRegion(Graph& graph) const {
    const auto edges = StageEdges(graph);
    const size_t n = edges.size();
    std::vector<std::pair<uint64_t, uint32_t>> touches;
    const auto scan = [&](uint32_t stage, NodeId head) {
      Region(graph, head, [&](NodeId id) {
        ForStateful(graph.nodes[id], [&](uint64_t object) { touches.push_back({object, stage}); });
      });
    };
    scan(0, graph.start);
    for (uint32_t i = 0; i < graph.sites.size(); ++i) scan(i + 1, graph.sites[i].head);
    if (touches.empty()) return;
    std::sort(touches.begin(), touches.end());
    touches.erase(std::unique(touches.begin(), touches.end()), touches.end());

    std::vector<BitSet> reach(n, BitSet(n));  // by one edge or more
    for (bool grew = true; grew;) {
      grew = false;
      for (uint32_t i = static_cast<uint32_t>(n); i-- > 0;)
        for (uint32_t to : edges[i]) {
          if (!reach[i].Has(to)) {
            reach[i].Set(to);
            grew = true;
          }
          grew |= reach[i].Add(reach[to]);
        }
    }
    BitSet wanted(n);
    bool any = false;
    for (size_t i = 0; i < touches.size(); ++i) {
      const auto same = [&](size_t k) {
        return k < touches.size() && touches[k].first == touches[i].first;
      };
      // A table that learns is touched by its lookup and by what follows.
      if (touches[i].first >> 32 != kLearning && !same(i + 1) && !(i > 0 && same(i - 1)) &&
          !reach[touches[i].second].Has(touches[i].second))
        continue;
      wanted.Set(touches[i].second);
      any = true;
    }
    if (!any) return;

    // Dominators over the stage graph, as sets: it is small.
    std::vector<BitSet> dominators(n, BitSet(n));
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t d = 0; d < n; ++d)
        if (i != 0 || d == 0) dominators[i].Set(d);
    std::vector<std::vector<uint32_t>> before(n);
    for (uint32_t i = 0; i < n; ++i)
      for (uint32_t to : edges[i]) before[to].push_back(i);
    for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t i = 1; i < n; ++i) {
        for (uint32_t d = 0; d < n; ++d) {
          if (d == i || !dominators[i].Has(d)) continue;
          if (!std::all_of(before[i].begin(), before[i].end(),
                           [&](uint32_t b) { return dominators[b].Has(d); })) {
            dominators[i].Clear(d);
            changed = true;
          }
        }
      }
    }
    // The entry of the region: the last stage that dominates all touches and is in no loop.
    uint32_t region_entry = 0;
    uint32_t depth = 0;
    for (uint32_t candidate = 0; candidate < n; ++candidate) {
      bool dominates = !reach[candidate].Has(candidate);
      wanted.ForEach(
          [&](size_t stage) { dominates = dominates && dominators[stage].Has(candidate); });
      if (!dominates) continue;
      uint32_t own = 0;
      for (uint32_t d = 0; d < n; ++d) own += dominators[candidate].Has(d);
      if (own <= depth) continue;
      depth = own;
      region_entry = candidate;
    }
    for (uint32_t i = 0; i < n; ++i) {
      const bool inside = (i == region_entry || reach[region_entry].Has(i)) &&
                          (wanted.Has(i) || reach[i].Intersects(wanted));
      if (inside && i > 0) graph.sites[i - 1].serial = true;
    }
    graph.serial_from_start = region_entry == 0;
    if (region_entry > 0) graph.serial_site = region_entry - 1;
  }

  void FindCoupling() {
    if (!plan_.egress) return;
    // The graph of ingress may go on through egress: its own part is what its function calls.
    std::vector<bool> called(p_.functions.size());
    std::vector<ir::FunctionId> work{p_.ingress};
    called[p_.ingress.index] = true;
    while (!work.empty()) {
      const ir::FunctionId function = work.back();
      work.pop_back();
      for (const Block& block : p_.blocks) {
        if (block.function != function || block.term.kind != TermKind::kCall) continue;
        if (called[block.term.function.index]) continue;
        called[block.term.function.index] = true;
        work.push_back(block.term.function);
      }
    }
    std::vector<uint64_t> objects;
    for (const Node& node : plan_.ingress.nodes)
      if (called[p_.blocks[node.block].function.index])
        ForStateful(node, [&](uint64_t object) { objects.push_back(object); });
    std::sort(objects.begin(), objects.end());
    for (const Node& node : plan_.egress->nodes)
      ForStateful(node, [&](uint64_t object) {
        plan_.couples = plan_.couples || std::binary_search(objects.begin(), objects.end(), object);
      });
  }

  // --- what the parser can see

  struct Positions {
    std::vector<uint64_t> bits;  // sorted; empty and not unknown: not reached
    bool unknown = false;
    bool Join(const Positions& other) {
      if (unknown) return false;
      if (other.unknown) {
        unknown = true;
        return true;
      }
      const size_t was = bits.size();
      std::vector<uint64_t> all;
      std::set_union(bits.begin(), bits.end(), other.bits.begin(), other.bits.end(),
                     std::back_inserter(all));
      bits = std::move(all);
      if (bits.size() > kMaxOffsets) unknown = true;
      return unknown || bits.size() != was;
    }
  };

  std::optional<uint64_t> ConstantOf(ExprId id) const {
    const Expr& e = p_.exprs[id];
    if (e.kind != ExprKind::kConst || !FitsU64(p_.constants[e.constant])) return std::nullopt;
    return ToU64(p_.constants[e.constant]);
  }

  void ParsePositions() {
    std::vector<std::vector<bool>> used(p_.headers.size());
    for (size_t h = 0; h < p_.headers.size(); ++h)
      used[h].assign(plan_.headers[h].offset.size(), false);
    const auto use_all = [&](const HeaderRef& ref) {
      ForHeaders(ref, [&](uint32_t h) { used[h].assign(used[h].size(), true); });
    };
    for (const Expr& e : p_.exprs)
      if (e.kind == ExprKind::kField || e.kind == ExprKind::kFieldLength)
        ForHeaders(e.header, [&](uint32_t h) { used[h][e.field] = true; });
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts) {
        if (stmt.kind == StmtKind::kAssignField || stmt.kind == StmtKind::kAssignVarbit)
          ForHeaders(stmt.header, [&](uint32_t h) { used[h][stmt.field] = true; });
        if (stmt.kind == StmtKind::kCopyHeader) {
          use_all(stmt.header);
          use_all(stmt.source);
        }
        if (stmt.kind == StmtKind::kPushFront || stmt.kind == StmtKind::kPopFront) {
          HeaderRef all;
          all.stack = stmt.stack;
          use_all(all);
        }
        if (stmt.kind == StmtKind::kExtern && stmt.op == ir::ExternOp::kHashPayload)
          plan_.touch_unknown = true;
      }

    uint64_t end = 0;
    bool unbounded = false;
    const auto touch = [&](uint64_t from, uint64_t width) {
      if (width == 0) return;
      const uint64_t last = (from + width - 1) / 8;
      if (last >= 65536) return void(plan_.touch_unknown = true);
      if (plan_.touched.size() <= last) plan_.touched.resize(last + 1);
      for (uint64_t byte = from / 8; byte <= last; ++byte) plan_.touched[byte] = true;
    };
    // Where egress parses anew, it is held to the same bounds.
    std::vector<const Graph*> graphs{&plan_.ingress};
    if (plan_.egress && !GoesOn()) graphs.push_back(&*plan_.egress);
    std::vector<Positions> at;
    std::vector<NodeId> work;
    const Graph* graph = nullptr;
    const auto start = [&] {
      if (graphs.empty()) return false;
      graph = graphs.back();
      graphs.pop_back();
      at.assign(graph->nodes.size(), Positions());
      at[graph->start].bits = {0};
      work.push_back(graph->start);
      return true;
    };
    while (!work.empty() || start()) {
      const NodeId id = work.back();
      work.pop_back();
      Positions now = at[id];
      Positions failed;
      const Node& node = graph->nodes[id];
      const Block& block = p_.blocks[node.block];
      if (!node.after_lookup) {
        for (const Stmt& stmt : block.stmts) {
          if (!ReadsPacket(stmt.kind)) continue;
          failed.Join(now);
          uint64_t step = 0;
          bool known = true;
          const auto see = [&](uint64_t width) {
            if (now.unknown) unbounded = true;
            for (uint64_t position : now.bits) end = std::max(end, position + width);
          };
          switch (stmt.kind) {
            case StmtKind::kExtract:
            case StmtKind::kExtractVarbit: {
              uint32_t first = UINT32_MAX;
              ForHeaders(stmt.header, [&](uint32_t h) { first = std::min(first, h); });
              const HeaderPlan& header = plan_.headers[first];
              step = header.bits;
              if (header.varbit >= 0) {
                known = false;
                see(uint64_t{header.bytes} * 8);
              } else {
                see(step);
              }
              ForHeaders(stmt.header, [&](uint32_t h) {
                const ir::HeaderType& type = p_.header_types[p_.headers[HeaderId(h)].type];
                for (size_t f = 0; f < used[h].size(); ++f) {
                  if (!used[h][f]) continue;
                  const bool moves = header.varbit >= 0 && static_cast<int32_t>(f) >= header.varbit;
                  if (now.unknown || moves) plan_.touch_unknown = true;
                  for (uint64_t position : now.bits)
                    if (!moves) touch(position + header.offset[f], type.fields[f].width);
                }
              });
              break;
            }
            case StmtKind::kAdvance: {
              const auto constant = ConstantOf(stmt.length);
              known = constant.has_value();
              step = constant.value_or(0);
              break;
            }
            default:
              see(p_.vars[stmt.var].width);
              if (now.unknown) plan_.touch_unknown = true;
              for (uint64_t position : now.bits) touch(position, p_.vars[stmt.var].width);
              break;
          }
          if (!known) now.unknown = true;
          for (uint64_t& position : now.bits)
            position = std::min<uint64_t>(position + step, 1u << 24);
          now.bits.erase(std::unique(now.bits.begin(), now.bits.end()), now.bits.end());
        }
      }
      Positions both = now;
      both.Join(failed);
      for (NodeId to : node.next)
        if (at[to].Join(both)) work.push_back(to);
    }
    plan_.parse_bytes = unbounded || plan_.touch_unknown || plan_.bits
                            ? UINT32_MAX
                            : static_cast<uint32_t>((end + 7) / 8);
    if (unbounded) plan_.touch_unknown = true;
  }

  void Growth() {
    uint64_t bytes = 0;
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts)
        if (stmt.kind == StmtKind::kEmit) {
          uint64_t most = 0;
          ForHeaders(stmt.header,
                     [&](uint32_t h) { most = std::max<uint64_t>(most, plan_.headers[h].bytes); });
          if (MayBeNew(stmt.header)) bytes += most;
        }
    plan_.growth_bytes = static_cast<uint32_t>(std::min<uint64_t>(bytes, kDeparseLimit));
  }
  // Whether a header can be emitted that was not extracted.
  bool MayBeNew(const HeaderRef& ref) const {
    bool found = false;
    for (const Block& block : p_.blocks)
      for (const Stmt& stmt : block.stmts) {
        if (stmt.kind != StmtKind::kSetValid && stmt.kind != StmtKind::kCopyHeader &&
            stmt.kind != StmtKind::kAssignVarbit)
          continue;
        ForHeaders(stmt.header, [&](uint32_t changed) {
          ForHeaders(ref, [&](uint32_t h) {
            found = found || h == changed ||
                    (p_.headers[HeaderId(h)].stack.valid() &&
                     p_.headers[HeaderId(h)].stack == p_.headers[HeaderId(changed)].stack);
          });
        });
      }
    return found;
  }

  // --- the frame

  Status LayFrame() {
    BitSet homes(plan_.cells.size());
    for (const Graph* graph : Graphs())
      for (const Site& site : graph->sites) homes.Add(graph->live_in[site.head]);
    homes.Add(plan_.ingress.at_end);
    // The cursor's home is Packet::parsed.
    homes.Clear(plan_.cursor);
    // No cut lies behind an emit, so these are always as at the start.
    for (CellId cell : {plan_.emit_start, plan_.emit_end, plan_.emitted}) homes.Clear(cell);
    if (!plan_.count_steps) homes.Clear(plan_.steps);
    for (const ir::FieldList& list : p_.field_lists)
      for (ir::VarId var : list.vars) homes.Set(plan_.var_cell[var.index]);

    uint64_t at = sizeof(Intrinsics);
    const auto place = [&](uint32_t bytes, uint32_t align) {
      at = (at + align - 1) / align * align;
      const auto offset = static_cast<uint32_t>(std::min<uint64_t>(at, UINT32_MAX));
      at += bytes;
      return offset;
    };
    // Bookkeeping and header bases first, then Vars together, then the slots of headers, which few
    // packets touch.
    for (Cell& cell : plan_.cells)
      if (cell.kind != CellKind::kVar && homes.Has(static_cast<size_t>(&cell - plan_.cells.data())))
        cell.home = place(cell.width / 8, cell.width / 8);
    at = RoundUp(static_cast<uint32_t>(at), 8);
    plan_.vars_offset = static_cast<uint32_t>(at);
    for (Cell& cell : plan_.cells)
      if (cell.kind == CellKind::kVar && !cell.role &&
          homes.Has(static_cast<size_t>(&cell - plan_.cells.data())))
        cell.home = place(layout::ScalarBytes(cell.width), layout::ScalarAlign(cell.width));
    plan_.vars_bytes = static_cast<uint32_t>(at) - plan_.vars_offset;
    for (const ir::FieldList& list : p_.field_lists)
      for (ir::VarId var : list.vars) {
        Cell& cell = plan_.cells[plan_.var_cell[var.index]];
        if (cell.preserved == 0)
          cell.preserved = place(layout::ScalarBytes(cell.width), layout::ScalarAlign(cell.width));
      }
    for (HeaderPlan& header : plan_.headers) header.slot = place(std::max(header.bytes, 1u), 16);
    if (at > kMaxFrame)
      return ResourceExhausted(
          "a packet of this program needs {} bytes of state, the cpu target allows {}", at,
          kMaxFrame);
    // An odd number of cache lines: frames lie one behind the other, and at a power of two apart
    // their first lines would all compete for the same few sets of the cache.
    plan_.frame_bytes = RoundUp(static_cast<uint32_t>(at), 64);
    if (plan_.frame_bytes / 64 % 2 == 0) plan_.frame_bytes += 64;
    return {};
  }

  static constexpr uint64_t kDeparseLimit = 64 * 1024;

  const schema::Schema& s_;
  const ir::Program& p_;
  Plan plan_;
  bool assigns_varbits_ = false;
  mutable std::vector<uint32_t> visited_;
  mutable uint32_t visit_ = 0;
};

}  // namespace

bool IsIngressInput(ir::Role role) {
  switch (role) {
    case ir::Role::kIngressPort:
    case ir::Role::kInstanceType:
    case ir::Role::kPacketLength:
    case ir::Role::kIngressGlobalTimestamp:
    case ir::Role::kInputPort:
    case ir::Role::kPacketPath:
    case ir::Role::kIngressTimestamp:
    case ir::Role::kDirection:
    case ir::Role::kPass:
    case ir::Role::kLoopedBack:
      return true;
    default:
      return false;
  }
}

Result<Plan> MakePlan(const schema::Schema& schema, const ir::Program& program) {
  return Planner(schema, program).Run();
}

}  // namespace ipdk::cpu::codegen
