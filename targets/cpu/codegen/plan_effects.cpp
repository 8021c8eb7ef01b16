// What each block reads and writes of a packet's state.

#include "targets/cpu/codegen/planner.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu::codegen {

void Planner::UseHeader(Effects& e, const HeaderRef& ref) const {
  if (!ref.fixed()) UseExpr(e, ref.index);
  ForHeaders(ref, [&](uint32_t h) {
    e.Use(plan_.headers[h].base);
    if (plan_.headers[h].varbit >= 0) e.Use(plan_.headers[h].varbit_bits);
  });
}

void Planner::DefineHeader(Effects& e, const HeaderRef& ref, bool surely) const {
  if (!ref.fixed()) UseExpr(e, ref.index);
  ForHeaders(ref, [&](uint32_t h) {
    const HeaderPlan& header = plan_.headers[h];
    const bool kill = surely && ref.fixed();
    kill ? e.Kill(header.base) : e.Define(header.base);
    if (header.varbit >= 0) kill ? e.Kill(header.varbit_bits) : e.Define(header.varbit_bits);
  });
}

void Planner::UseExpr(Effects& e, ExprId id) const {
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

void Planner::AddEffects(Effects& e, const Stmt& stmt) const {
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

void Planner::DefineParserError(Effects& e) const {
  const ir::VarId var = p_.role(ir::Role::kParserError);
  if (var.valid()) e.Define(plan_.var_cell[var.index]);
}

Node Planner::MakeNode(BlockId block, bool after_lookup, Entry entry, const BitSet& at_end) const {
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
      UseAtEnd(e,
               entry == Entry::kIngress && b.function == p_.egress ? plan_.egress->at_end : at_end);
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

void Planner::UseAtEnd(Effects& e, const BitSet& at_end) const {
  at_end.ForEach([&](size_t cell) { e.Use(static_cast<CellId>(cell)); });
}

// What is read of a packet's state after a function: roles and field lists by the target, the
// rest by egress.
BitSet Planner::ReadAfter(const BitSet& by_egress) const {
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

}  // namespace ipdk::cpu::codegen
