// Statements: to blocks and jumps.
#include <algorithm>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using ir::BlockId;
using ir::ExprId;
using Kind = Operand::Kind;

namespace {

template <typename T>
class Restore {
 public:
  explicit Restore(T* place) : place_(place), old_(*place) {}
  ~Restore() { *place_ = old_; }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

 private:
  T* place_;
  T old_;
};

}  // namespace

void Lowerer::RunBlock(const BlockStmt* block) {
  if (block == nullptr) return;
  for (const Statement* s : block->statements) {
    if (!b.reachable() || too_large_) return;
    Run(s);
  }
}

void Lowerer::Run(const Statement* s) {
  if (s == nullptr) return;
  const Depth depth(this);
  if (TooDeep(s->span) || TooLarge()) return;
  b.SetSource(SourceAt(s->span));
  scope_span = s->span;
  switch (s->kind) {
    case StatementKind::kBlock:
      return RunBlock(As<BlockStmt>(s));
    case StatementKind::kAssign:
      return RunAssign(As<AssignStmt>(s));
    case StatementKind::kCall:
      Eval(As<CallStmt>(s)->call);
      return;
    case StatementKind::kEmpty:
      return;
    case StatementKind::kIf:
      return RunIf(As<IfStmt>(s));
    case StatementKind::kSwitch:
      return RunSwitch(As<SwitchStmt>(s));
    case StatementKind::kExit:
      outline_exit_ = true;
      return b.Jump(flow.exit);
    case StatementKind::kReturn:
      return RunReturn(As<ReturnStmt>(s));
    case StatementKind::kBreak:
      return b.Jump(flow.brk);
    case StatementKind::kContinue:
      return b.Jump(flow.cont);
    case StatementKind::kFor:
      return RunFor(As<ForStmt>(s));
    case StatementKind::kForIn:
      return RunForIn(As<ForInStmt>(s));
    case StatementKind::kDeclaration:
      return Declare(As<DeclarationStmt>(s)->declaration, repeated);
  }
}

void Lowerer::Declare(const Declaration* declaration, bool again) {
  b.SetSource(SourceAt(declaration->span));
  scope_span = declaration->span;
  if (const auto* variable = As<VariableDecl>(declaration)) {
    const TypeId type = Sub(checked[declaration].type);
    Operand value;
    if (variable->value != nullptr) value = EvalTo(variable->value, type);
    const Loc loc = NewStorage(type, Qualified(declaration->name.text), declaration->span);
    if (variable->value != nullptr) {
      Assign(loc, value, declaration->span);
    } else if (again || HoldsHeader(type)) {
      // Headers start invalid each time, also where an egress clone comes by a second time.
      Clear(loc, declaration->span);
    }
    scope->bindings[declaration].loc = loc;
    return;
  }
  if (const auto* constant = As<ConstantDecl>(declaration)) {
    const DeclarationFacts& facts = checked[declaration];
    Operand value;
    if (facts.value != nullptr) value = Constant(*facts.value, Sub(facts.type));
    if (value.is(Kind::kPoison)) value = EvalTo(constant->value, Sub(facts.type));
    scope->bindings[declaration].operand = value;
    return;
  }
  if (As<InstantiationDecl>(declaration) != nullptr) {
    const InstanceFacts* facts = checked.Instance(declaration);
    if (facts == nullptr) return;
    Instance* owner = scope->instance;
    const std::string path = owner != nullptr ? owner->path : "";
    const std::string local = LocalName(declaration->annotations, declaration->name.text);
    auto made = Make(facts->constructor, Sub(facts->type), Join(path, local), local, declaration,
                     declaration->span);
    if (made == nullptr) return;
    Operand object;
    object.kind = Kind::kObject;
    object.type = made->type;
    object.object = made.get();
    scope->bindings[declaration].operand = object;
    instances_.push_back(std::move(made));
  }
}

void Lowerer::RunAssign(const AssignStmt* s) {
  const bool writes = EffectsOf(s->value) == Effects::kWrites;
  // What is written field by field must not move its own index.
  const bool whole = ScalarWidth(TypeOf(s->target)) == 0;
  const Loc place = writes || whole ? EvalFixedPlace(s->target) : EvalPlace(s->target);
  if (s->compound) {
    Operand old = Load(place);
    if (writes) old = Save(old);
    const Operand value = Combine(s->op, place->type, old, Eval(s->value), s->span);
    Assign(place, Cast(value, place->type, s->span), s->span);
    return;
  }
  Assign(place, EvalTo(s->value, place->type), s->span);
}

void Lowerer::RunIf(const IfStmt* s) {
  const BlockId done = b.NewBlock();
  for (;;) {
    const ExprId condition = Condition(s->condition);
    const Statement* rest = s->else_branch;
    if (b.IsConst(condition) && b.ConstOf(condition) != 0) {
      Run(s->then_branch);
      break;
    }
    if (!b.IsConst(condition)) {
      const BlockId yes = b.NewBlock();
      const BlockId no = rest != nullptr ? b.NewBlock() : done;
      b.Branch(condition, yes, no);
      b.Start(yes);
      Run(s->then_branch);
      if (b.reachable()) b.Jump(done);
      if (rest == nullptr) {
        b.Start(done);
        return;
      }
      b.Start(no);
    }
    const auto* next = As<IfStmt>(rest);
    if (next == nullptr) {
      Run(rest);
      break;
    }
    s = next;
    b.SetSource(SourceAt(s->span));
  }
  if (b.reachable()) b.Jump(done);
  b.Start(done);
}

void Lowerer::RunReturn(const ReturnStmt* s) {
  if (s->value != nullptr && flow.result != nullptr)
    Assign(flow.result, EvalTo(s->value, flow.result->type), s->span);
  b.Jump(flow.ret);
}

void Lowerer::RunSwitch(const SwitchStmt* s) {
  const SwitchFacts* facts = checked.Switch(s);
  ir::Terminator term;
  term.kind = ir::TermKind::kSwitch;
  const TableFacts* table = nullptr;
  TypeId subject_type = types.poison();
  if (facts != nullptr && facts->table != nullptr) {
    const auto* member = As<MemberExpr>(s->subject);
    const CallFacts* call = member != nullptr ? checked.Call(member->base) : nullptr;
    if (call == nullptr) return NotYet(s->span, "a switch over this expression");
    const TableResult result = ApplyTable(call->receiver, *call, false, true, s->span);
    if (!result.action_run.valid()) return;
    table = checked.Table(facts->table);
    term.exprs.push_back(b.Read(result.action_run));
  } else {
    const Operand subject = Eval(s->subject);
    subject_type = subject.type;
    if (!subject.is(Kind::kScalar))
      return NotYet(s->span, "a switch over a value of type '{}'", types.Print(subject.type));
    term.exprs.push_back(subject.expr);
  }
  const BlockId after = b.NewBlock();
  // A case without a body runs the next one that has one.
  std::vector<BlockId> targets(s->cases.size(), after);
  BlockId next = after;
  for (size_t i = s->cases.size(); i-- > 0;) {
    if (s->cases[i].body != nullptr) next = b.NewBlock();
    targets[i] = next;
  }
  term.otherwise = after;
  for (size_t i = 0; i < s->cases.size(); ++i) {
    const SwitchCase& c = s->cases[i];
    if (As<DefaultExpr>(c.label) != nullptr) {
      term.otherwise = targets[i];
      continue;
    }
    const auto add = [&](Integer value) {
      ir::Case out;
      ir::Pattern pattern;
      pattern.kind = ir::Pattern::Kind::kValue;
      pattern.value = std::move(value);
      out.patterns.push_back(std::move(pattern));
      out.target = targets[i];
      term.cases.push_back(std::move(out));
    };
    if (table != nullptr) {
      for (size_t k = 0; k < table->actions.size(); ++k)
        if (i < facts->actions.size() && table->actions[k].action == facts->actions[i])
          add(FromU64(k));
      continue;
    }
    const Operand label = EvalTo(c.label, subject_type);
    if (!label.is(Kind::kScalar) || !b.IsConst(label.expr) ||
        b.Width(label.expr) != b.Width(term.exprs[0])) {
      NotYet(c.span, "a switch label that is not a constant of the subject's type");
      continue;
    }
    add(b.ConstOf(label.expr));
  }
  b.Finish(std::move(term));
  for (size_t i = 0; i < s->cases.size(); ++i) {
    if (s->cases[i].body == nullptr) continue;
    b.Start(targets[i]);
    RunBlock(s->cases[i].body);
    if (b.reachable()) b.Jump(after);
  }
  b.Start(after);
}

void Lowerer::RunFor(const ForStmt* s) {
  const Restore<Flow> flow_guard(&flow);
  const Restore<bool> repeated_guard(&repeated);
  for (const Statement* init : s->init) Run(init);
  repeated = true;
  const BlockId head = b.NewBlock(), body = b.NewBlock(), step = b.NewBlock(), after = b.NewBlock();
  b.Jump(head);
  b.Start(head);
  b.SetSource(SourceAt(s->span));
  b.Branch(Condition(s->condition), body, after);
  flow.brk = after;
  flow.cont = step;
  b.Start(body);
  Run(s->body);
  if (b.reachable()) b.Jump(step);
  b.Start(step);
  for (const Statement* update : s->update) Run(update);
  b.Jump(head);
  b.Start(after);
}

void Lowerer::RunForIn(const ForInStmt* s) {
  const Restore<Flow> flow_guard(&flow);
  const Restore<bool> repeated_guard(&repeated);
  const TypeId type = Sub(checked[s->variable].type);
  const auto* range = As<BinaryExpr>(s->collection);
  if (range != nullptr && range->op == BinaryOp::kRange) {
    const auto bounds = EvalAll({range->left, range->right});
    const uint32_t width = ScalarWidth(type);
    if (width == 0) return NotYet(s->span, "a range of type '{}'", types.Print(type));
    const ExprId low = Expr(Cast(bounds[0], type, s->span), s->span);
    const ExprId high = b.Save(Expr(Cast(bounds[1], type, s->span), s->span));
    repeated = true;
    const std::string name = Qualified(s->variable->name.text);
    const Loc variable = NewStorage(type, name, s->span);
    scope->bindings[s->variable].loc = variable;
    const ir::VarId at = b.NewVar(name + ".at", width);
    b.Assign(at, low);
    const BlockId body = b.NewBlock(), step = b.NewBlock(), next = b.NewBlock(),
                  after = b.NewBlock();
    const bool is_signed = IsSigned(type);
    b.Branch(b.Binary(is_signed ? ir::BinaryOp::kSLe : ir::BinaryOp::kULe, b.Read(at), high), body,
             after);
    flow.brk = after;
    flow.cont = step;
    b.Start(body);
    Assign(variable, Scalar(type, b.Read(at)), s->span);
    Run(s->body);
    if (b.reachable()) b.Jump(step);
    b.Start(step);
    // The last value is left before counting on, which might wrap.
    b.Branch(b.Eq(b.Read(at), high), after, next);
    b.Start(next);
    b.Assign(at, b.Binary(ir::BinaryOp::kAdd, b.Read(at), b.Const(1, width)));
    b.Jump(body);
    b.Start(after);
    return;
  }
  Operand all = Eval(s->collection);
  repeated = true;
  const Loc variable = NewStorage(type, Qualified(s->variable->name.text), s->span);
  scope->bindings[s->variable].loc = variable;
  const BlockId after = b.NewBlock();
  flow.brk = after;
  if (all.is(Kind::kLocated) && all.loc->kind == Location::Kind::kStack) {
    const ir::VarId at = b.NewTemp(32);
    b.Assign(at, b.Const(0, 32));
    const BlockId head = b.NewBlock(), body = b.NewBlock(), step = b.NewBlock();
    b.Jump(head);
    b.Start(head);
    b.Branch(b.Binary(ir::BinaryOp::kULt, b.Read(at), b.Const(all.loc->size, 32)), body, after);
    flow.cont = step;
    b.Start(body);
    Assign(variable, Load(ElementLoc(all.loc, b.Read(at), s->span)), s->span);
    Run(s->body);
    if (b.reachable()) b.Jump(step);
    b.Start(step);
    b.Assign(at, b.Binary(ir::BinaryOp::kAdd, b.Read(at), b.Const(1, 32)));
    b.Jump(head);
    b.Start(after);
    return;
  }
  all = Save(all);
  const size_t count = all.is(Kind::kSequence) ? all.parts.size() : PartCount(all.type);
  if (count > 1024) return NotYet(s->span, "a loop over a list of more than 1024 values");
  for (size_t i = 0; i < count && !TooLarge(); ++i) {
    const BlockId step = b.NewBlock();
    flow.cont = step;
    Assign(variable, Cast(Part(all, i), type, s->span), s->span);
    Run(s->body);
    if (b.reachable()) b.Jump(step);
    b.Start(step);
  }
  b.Jump(after);
  b.Start(after);
}

}  // namespace ipdk::p4
