#include "p4/simplify/simplify.h"

#include <algorithm>
#include <vector>

namespace ipdk::p4 {

namespace {

using namespace ir;  // NOLINT: all of this file is about the IR

template <typename Visit>
void ForEachTarget(Block& block, Visit visit) {
  Terminator& t = block.term;
  switch (t.kind) {
    case TermKind::kJump:
    case TermKind::kCall:
      visit(t.target);
      break;
    case TermKind::kBranch:
      visit(t.target);
      visit(t.otherwise);
      break;
    case TermKind::kSwitch:
      for (Case& c : t.cases) visit(c.target);
      visit(t.otherwise);
      break;
    case TermKind::kLookup:
      for (ActionTarget& action : t.actions) visit(action.block);
      break;
    case TermKind::kReturn:
    case TermKind::kEnd:
      break;
  }
  if (block.on_error.valid()) visit(block.on_error);
}

bool CanFail(const Stmt& s) {
  return s.kind == StmtKind::kExtract || s.kind == StmtKind::kExtractVarbit ||
         s.kind == StmtKind::kAdvance || s.kind == StmtKind::kLookahead;
}

class Simplifier {
 public:
  explicit Simplifier(Program* p) : p_(*p) {}

  void Run() {
    for (int round = 0; round < 4; ++round) {
      Thread();
      if (!Join()) break;
    }
    Thread();
    RemoveDeadAssignments();
    Renumber();
  }

 private:
  bool IsEmpty(const Block& block) const {
    return block.kind == Block::Kind::kPlain && block.name.empty() && block.stmts.empty();
  }

  BlockId Final(BlockId id) const {
    for (int steps = 0; steps < 1000; ++steps) {
      const Block& block = p_.blocks[id];
      if (!IsEmpty(block) || block.term.kind != TermKind::kJump || block.term.target == id)
        return id;
      id = block.term.target;
    }
    return id;
  }

  void Thread() {
    for (Block& block : p_.blocks) {
      ForEachTarget(block, [&](BlockId& to) { to = Final(to); });
      Terminator& t = block.term;
      if (t.kind == TermKind::kBranch && t.target == t.otherwise) {
        t.kind = TermKind::kJump;
        t.condition = {};
        t.otherwise = {};
      }
      if (t.kind == TermKind::kSwitch && t.cases.empty()) {
        t.kind = TermKind::kJump;
        t.target = t.otherwise;
        t.otherwise = {};
        t.exprs.clear();
      }
      // A jump to an empty block that ends, ends.
      if (t.kind == TermKind::kJump) {
        const Block& next = p_.blocks[t.target];
        if (IsEmpty(next) && t.target != p_.parse_end &&
            (next.term.kind == TermKind::kEnd || next.term.kind == TermKind::kReturn)) {
          const SourceId at = t.at;
          t = next.term;
          t.at = at;
        }
      }
    }
    for (Function& f : p_.functions) f.entry = Final(f.entry);
    if (p_.parse_end.valid()) p_.parse_end = Final(p_.parse_end);
  }

  std::vector<BlockId> Order() {
    std::vector<BlockId> order;
    std::vector<uint8_t> seen(p_.blocks.size(), 0);
    const auto visit = [&](BlockId root) {
      if (!root.valid() || seen[root.index]) return;
      std::vector<BlockId> post;
      // (block, successors still to visit)
      std::vector<std::pair<BlockId, std::vector<BlockId>>> stack;
      const auto push = [&](BlockId id) {
        seen[id.index] = 1;
        std::vector<BlockId> next;
        ForEachTarget(p_.blocks[id], [&](BlockId to) { next.push_back(to); });
        stack.emplace_back(id, std::move(next));
      };
      push(root);
      while (!stack.empty()) {
        auto& [id, next] = stack.back();
        if (next.empty()) {
          post.push_back(id);
          stack.pop_back();
          continue;
        }
        const BlockId to = next.back();
        next.pop_back();
        if (!seen[to.index]) push(to);
      }
      order.insert(order.end(), post.rbegin(), post.rend());
    };
    // Functions that something reaches, from the entries on.
    std::vector<uint8_t> wanted(p_.functions.size(), 0);
    std::vector<FunctionId> work;
    const auto want = [&](FunctionId f) {
      if (!f.valid() || wanted[f.index]) return;
      wanted[f.index] = 1;
      work.push_back(f);
    };
    want(p_.ingress);
    want(p_.egress);
    for (size_t i = 0; i < work.size(); ++i) {
      const size_t first = order.size();
      visit(p_.functions[work[i]].entry);
      for (size_t k = first; k < order.size(); ++k)
        if (p_.blocks[order[k]].term.kind == TermKind::kCall)
          want(p_.blocks[order[k]].term.function);
    }
    wanted_ = std::move(wanted);
    return order;
  }

  // Joins a block to its only predecessor. True if it did.
  bool Join() {
    const std::vector<BlockId> order = Order();
    std::vector<uint32_t> entered(p_.blocks.size(), 0);
    for (const BlockId id : order)
      ForEachTarget(p_.blocks[id], [&](BlockId to) { ++entered[to.index]; });
    for (const Function& f : p_.functions) ++entered[f.entry.index];
    bool any = false;
    for (const BlockId id : order) {
      for (;;) {
        Block& block = p_.blocks[id];
        if (block.term.kind != TermKind::kJump) break;
        const BlockId next_id = block.term.target;
        if (next_id == id || entered[next_id.index] != 1 || next_id == p_.parse_end) break;
        Block& next = p_.blocks[next_id];
        if (next.kind != Block::Kind::kPlain || !next.name.empty() ||
            next.function != block.function)
          break;
        if (block.on_error.valid() && next.on_error.valid() && block.on_error != next.on_error)
          break;
        for (Stmt& s : next.stmts) block.stmts.push_back(std::move(s));
        if (!block.on_error.valid()) {
          block.on_error = next.on_error;
        } else if (next.on_error.valid()) {
          --entered[next.on_error.index];
        }
        block.term = std::move(next.term);
        next = Block();
        next.function = block.function;
        next.term.kind = TermKind::kReturn;
        entered[next_id.index] = 0;
        any = true;
      }
    }
    return any;
  }

  // ---- what is used

  void UseExpr(ExprId root) {
    if (!root.valid()) return;
    std::vector<ExprId> stack = {root};
    while (!stack.empty()) {
      const ExprId id = stack.back();
      stack.pop_back();
      if (exprs_[id.index]) continue;
      exprs_[id.index] = 1;
      const Expr& e = p_.exprs[id];
      if (e.kind == ExprKind::kConst) constants_[e.constant] = 1;
      if (e.var.valid()) read_[e.var.index] = 1;
      if (e.kind == ExprKind::kField || e.kind == ExprKind::kFieldLength ||
          e.kind == ExprKind::kValid) {
        UseHeader(e.header);
        if (!e.header.fixed()) stack.push_back(e.header.index);
      }
      for (const ExprId part : {e.a, e.b, e.c})
        if (part.valid()) stack.push_back(part);
    }
  }

  void UseHeader(const HeaderRef& h) {
    if (h.fixed()) {
      headers_[h.header.index] = 1;
      if (p_.headers[h.header].stack.valid()) UseStack(p_.headers[h.header].stack);
    } else if (h.stack.valid()) {
      UseStack(h.stack);
    }
  }

  void UseStack(StackId id) {
    if (stacks_[id.index]) return;
    stacks_[id.index] = 1;
    const Stack& stack = p_.stacks[id];
    for (uint32_t i = 0; i < stack.size; ++i) headers_[stack.first.index + i] = 1;
    if (stack.next.valid()) written_[stack.next.index] = 1;
  }

  // Marks everything that the reachable code names. Vars that are only assigned are not `read_`.
  void Mark(const std::vector<BlockId>& order) {
    read_.assign(p_.vars.size(), 0);
    written_.assign(p_.vars.size(), 0);
    exprs_.assign(p_.exprs.size(), 0);
    constants_.assign(p_.constants.size(), 0);
    headers_.assign(p_.headers.size(), 0);
    stacks_.assign(p_.stacks.size(), 0);
    const auto header = [&](const HeaderRef& h) {
      UseHeader(h);
      if (!h.fixed() && h.stack.valid()) UseExpr(h.index);
    };
    for (const BlockId id : order) {
      const Block& block = p_.blocks[id];
      for (const Stmt& s : block.stmts) {
        if (s.var.valid()) written_[s.var.index] = 1;
        if (s.header.fixed() || s.header.stack.valid()) header(s.header);
        if (s.source.fixed() || s.source.stack.valid()) header(s.source);
        if (s.stack.valid()) UseStack(s.stack);
        UseExpr(s.value);
        UseExpr(s.length);
        for (const ExprId in : s.ins) UseExpr(in);
        for (const VarId out : s.outs) written_[out.index] = 1;
      }
      const Terminator& t = block.term;
      UseExpr(t.condition);
      for (const ExprId e : t.exprs) UseExpr(e);
      if (t.hit.valid()) written_[t.hit.index] = 1;
      for (const ActionTarget& action : t.actions)
        for (const VarId param : action.params) written_[param.index] = 1;
    }
    // The next index of a stack is read by pushes and pops too.
    for (size_t i = 0; i < p_.stacks.size(); ++i)
      if (stacks_[i] && p_.stacks[StackId(i)].next.valid())
        kept_[p_.stacks[StackId(i)].next.index] = 1;
  }

  void RemoveDeadAssignments() {
    const std::vector<BlockId> order = Order();
    kept_.assign(p_.vars.size(), 0);
    for (const VarId var : p_.roles)
      if (var.valid()) kept_[var.index] = 1;
    for (const FieldList& list : p_.field_lists)
      for (const VarId var : list.vars) kept_[var.index] = 1;
    for (int round = 0; round < 8; ++round) {
      Mark(order);
      bool any = false;
      for (const BlockId id : order) {
        Block& block = p_.blocks[id];
        const auto dead = [&](const Stmt& s) {
          return s.kind == StmtKind::kAssign && !read_[s.var.index] && !kept_[s.var.index];
        };
        const size_t before = block.stmts.size();
        std::erase_if(block.stmts, dead);
        any |= block.stmts.size() != before;
        VarId& hit = block.term.hit;
        if (hit.valid() && !read_[hit.index] && !kept_[hit.index]) hit = {};
        if (block.on_error.valid() && std::none_of(block.stmts.begin(), block.stmts.end(), CanFail))
          block.on_error = {};
      }
      if (!any) break;
    }
    Thread();
  }

  // ---- new numbers

  template <typename IdType, typename T>
  static std::vector<uint32_t> Keep(IdVector<IdType, T>& all, const std::vector<uint8_t>& used) {
    std::vector<uint32_t> to(all.size(), UINT32_MAX);
    std::vector<T> kept;
    for (size_t i = 0; i < all.size(); ++i) {
      if (!used[i]) continue;
      to[i] = static_cast<uint32_t>(kept.size());
      kept.push_back(std::move(all.items()[i]));
    }
    all.items() = std::move(kept);
    return to;
  }

  template <typename IdType>
  static void Map(IdType& id, const std::vector<uint32_t>& to) {
    if (id.valid()) id.index = to[id.index];
  }

  void Renumber() {
    const std::vector<BlockId> order = Order();
    Mark(order);
    std::vector<uint8_t> vars(p_.vars.size(), 0);
    for (size_t i = 0; i < vars.size(); ++i) vars[i] = read_[i] | written_[i];
    for (const FieldList& list : p_.field_lists)
      for (const VarId var : list.vars) vars[var.index] = 1;
    for (VarId& var : p_.roles)
      if (var.valid() && !vars[var.index]) var = {};

    // Blocks in their order.
    std::vector<uint32_t> blocks(p_.blocks.size(), UINT32_MAX);
    std::vector<Block> ordered;
    for (const BlockId id : order) {
      blocks[id.index] = static_cast<uint32_t>(ordered.size());
      ordered.push_back(std::move(p_.blocks[id]));
    }
    p_.blocks.items() = std::move(ordered);
    const auto functions = Keep(p_.functions, wanted_);
    std::vector<uint8_t> types(p_.header_types.size(), 0);
    for (size_t i = 0; i < p_.headers.size(); ++i)
      if (headers_[i]) types[p_.headers[HeaderId(i)].type.index] = 1;
    const auto var_to = Keep(p_.vars, vars);
    const auto type_to = Keep(p_.header_types, types);
    const auto header_to = Keep(p_.headers, headers_);
    const auto stack_to = Keep(p_.stacks, stacks_);
    const auto expr_to = Keep(p_.exprs, exprs_);
    std::vector<uint32_t> constant_to(p_.constants.size(), UINT32_MAX);
    std::vector<Integer> constants;
    for (size_t i = 0; i < constant_to.size(); ++i) {
      if (!constants_[i]) continue;
      constant_to[i] = static_cast<uint32_t>(constants.size());
      constants.push_back(std::move(p_.constants[i]));
    }
    p_.constants = std::move(constants);

    const auto header = [&](HeaderRef& h) {
      Map(h.header, header_to);
      Map(h.stack, stack_to);
      Map(h.index, expr_to);
    };
    for (Header& h : p_.headers) {
      Map(h.type, type_to);
      Map(h.stack, stack_to);
    }
    for (Stack& s : p_.stacks) {
      Map(s.first, header_to);
      Map(s.next, var_to);
    }
    for (Expr& e : p_.exprs) {
      if (e.kind == ExprKind::kConst) e.constant = constant_to[e.constant];
      Map(e.var, var_to);
      header(e.header);
      Map(e.a, expr_to);
      Map(e.b, expr_to);
      Map(e.c, expr_to);
    }
    std::vector<uint8_t> sources(p_.sources.size(), 0);
    for (const Block& block : p_.blocks) {
      for (const Stmt& s : block.stmts)
        if (s.at.valid()) sources[s.at.index] = 1;
      if (block.term.at.valid()) sources[block.term.at.index] = 1;
    }
    const auto source_to = Keep(p_.sources, sources);
    for (Block& block : p_.blocks) {
      Map(block.function, functions);
      ForEachTarget(block, [&](BlockId& to) { Map(to, blocks); });
      for (Stmt& s : block.stmts) {
        Map(s.var, var_to);
        header(s.header);
        header(s.source);
        Map(s.stack, stack_to);
        Map(s.value, expr_to);
        Map(s.length, expr_to);
        for (ExprId& in : s.ins) Map(in, expr_to);
        for (VarId& out : s.outs) Map(out, var_to);
        Map(s.at, source_to);
      }
      Terminator& t = block.term;
      Map(t.condition, expr_to);
      for (ExprId& e : t.exprs) Map(e, expr_to);
      Map(t.hit, var_to);
      Map(t.function, functions);
      for (ActionTarget& action : t.actions)
        for (VarId& param : action.params) Map(param, var_to);
      Map(t.at, source_to);
    }
    for (Function& f : p_.functions) Map(f.entry, blocks);
    Map(p_.ingress, functions);
    Map(p_.egress, functions);
    if (p_.parse_end.valid()) p_.parse_end.index = blocks[p_.parse_end.index];
    for (VarId& var : p_.roles) Map(var, var_to);
    for (FieldList& list : p_.field_lists)
      for (VarId& var : list.vars) Map(var, var_to);
  }

  Program& p_;
  std::vector<uint8_t> read_, written_, kept_, exprs_, constants_, headers_, stacks_, wanted_;
};

}  // namespace

void Simplify(Program* program) { Simplifier(program).Run(); }

}  // namespace ipdk::p4
