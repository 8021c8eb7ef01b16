// Calls of code written in P4: functions, actions, controls and parsers. P4-16 6.8 (calling
// convention: copy in, copy out).
//
// A parameter stands directly for its argument's place where nobody can tell the difference, else
// for a place of its own that is copied in and out:
//
//   void f(inout bit<8> x)  f(h.a)              x is h.a
//   void f(inout T x, inout T y)  f(m, m)       both are copies; out they go from left to right
//   action a(inout bit<8> x) { m.b = x; }  a(m.b)   the body sees m.b by itself: a copy
#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/lowerer.h"
#include "p4/lower/walk.h"

namespace ipdk::p4 {

using ir::BlockId;
using ir::ExprId;
using Kind = Operand::Kind;

namespace {

// Bodies of more statements than this are not written twice.
constexpr uint32_t kLargestInlined = 24;

bool IsOut(Direction d) { return d == Direction::kOut || d == Direction::kInout; }

// Saves everything that belongs to the code being written, for going elsewhere and coming back.
class Elsewhere {
 public:
  explicit Elsewhere(Lowerer* l)
      : l_(l),
        flow_(l->flow),
        scope_(l->scope),
        cursor_(l->b.cursor()),
        on_error_(l->b.on_error()),
        function_(l->b.function()),
        source_(l->b.source()),
        repeated_(l->repeated) {}
  ~Elsewhere() {
    l_->flow = flow_;
    l_->scope = scope_;
    l_->b.Start(cursor_);
    l_->b.SetOnError(on_error_);
    l_->b.EnterFunction(function_);
    l_->b.SetSource(source_);
    l_->repeated = repeated_;
  }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;

 private:
  Lowerer* l_;
  Flow flow_;
  Scope* scope_;
  BlockId cursor_, on_error_;
  ir::FunctionId function_;
  ir::SourceId source_;
  bool repeated_;
};

}  // namespace

void Lowerer::CountUses() {
  for (const auto& [index, call] : checked.calls) {
    switch (call.kind) {
      case CalleeKind::kFunction:
      case CalleeKind::kAction:
      case CalleeKind::kTableApply:
        ++uses_[call.declaration];
        break;
      case CalleeKind::kParserApply:
      case CalleeKind::kControlApply:
        if (call.receiver != nullptr) ++uses_[checked[call.receiver].declaration];
        break;
      default:
        break;
    }
  }
  for (const Declaration* d : checked.tree->declarations) {
    if (const auto* control = As<ControlDecl>(d))
      for (const Declaration* local : control->locals) owner_[local] = control;
  }
}

uint32_t Lowerer::Weight(const Declaration* declaration) {
  const auto [at, fresh] = weights_.try_emplace(declaration, 0);
  if (!fresh) return at->second;
  const Statement* body = nullptr;
  if (const auto* function = As<FunctionDecl>(declaration)) body = function->body;
  if (const auto* action = As<ActionDecl>(declaration)) body = action->body;
  uint32_t weight = 0;
  std::vector<const Declaration*> callees;
  if (body != nullptr) {
    VisitStatements(
        body,
        [&](const Statement* s) {
          if (s->kind != StatementKind::kBlock) ++weight;
        },
        [&](const Expression* e) {
          const CallFacts* call = e->kind == ExpressionKind::kCall ? checked.Call(e) : nullptr;
          if (call != nullptr &&
              (call->kind == CalleeKind::kFunction || call->kind == CalleeKind::kAction))
            callees.push_back(call->declaration);
        });
  }
  for (const Declaration* callee : callees) weight += std::min(Weight(callee), kLargestInlined + 1);
  weight = std::min(weight, 1u << 20);
  weights_[declaration] = weight;
  return weight;
}

void Lowerer::CollectNames(const Declaration* callee, std::set<const Declaration*>* out) {
  const auto* action = As<ActionDecl>(callee);
  if (action == nullptr) return;
  std::vector<const Declaration*> called;
  VisitStatements(
      action->body, [](const Statement*) {},
      [&](const Expression* e) {
        if (e->kind == ExpressionKind::kName && checked[e].declaration != nullptr)
          out->insert(checked[e].declaration);
        const CallFacts* call = e->kind == ExpressionKind::kCall ? checked.Call(e) : nullptr;
        if (call != nullptr && call->kind == CalleeKind::kAction)
          called.push_back(call->declaration);
      });
  for (const Declaration* other : called)
    if (out->insert(other).second) CollectNames(other, out);
}

bool Lowerer::TouchesClosure(const Declaration* callee, Scope* closure, const Loc& loc) {
  if (callee->kind != DeclarationKind::kAction || closure == &global) return false;
  const auto [at, fresh] = names_.try_emplace(callee);
  if (fresh) CollectNames(callee, &at->second);
  for (const Declaration* name : names_[callee]) {
    const auto bound = closure->bindings.find(name);
    if (bound == closure->bindings.end()) continue;
    if (bound->second.loc != nullptr && Overlap(bound->second.loc, loc)) return true;
    if (bound->second.operand.is(Kind::kLocated) && Overlap(bound->second.operand.loc, loc))
      return true;
  }
  return false;
}

Scope* Lowerer::ScopeOf(const Declaration* declaration) {
  const auto at = owner_.find(declaration);
  if (at == owner_.end()) return &global;
  for (Scope* s = scope; s != nullptr; s = s->parent)
    if (s->instance != nullptr && s->instance->declaration == at->second)
      return &s->instance->scope;
  return &global;
}

std::string Lowerer::Qualified(std::string_view name) {
  for (Scope* s = scope; s != nullptr; s = s->parent)
    if (s->instance != nullptr) return Join(s->instance->path, name);
  return std::string(name);
}

std::vector<CallArgument> Lowerer::EvalArguments(const CallFacts& call) {
  const size_t count = call.arguments.size();
  std::vector<CallArgument> out(count);
  // In the order in which they are written.
  std::vector<size_t> order;
  for (size_t i = 0; i < count; ++i) {
    out[i].bound = &call.arguments[i];
    if (call.arguments[i].value != nullptr) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) {
    const BoundArgument &a = call.arguments[x], &c = call.arguments[y];
    if (a.is_default != c.is_default) return c.is_default;
    return !a.is_default && a.value->span.begin < c.value->span.begin;
  });
  size_t last_write = 0;
  for (size_t k = 0; k < order.size(); ++k)
    if (EffectsOf(call.arguments[order[k]].value) == Effects::kWrites) last_write = k;
  for (size_t k = 0; k < order.size(); ++k) {
    CallArgument& argument = out[order[k]];
    const BoundArgument& bound = *argument.bound;
    const TypeId type = Sub(bound.type);
    if (IsOut(bound.direction)) {
      argument.loc = bound.value->kind == ExpressionKind::kDefault ? Nowhere(type)
                                                                   : EvalFixedPlace(bound.value);
      continue;
    }
    Scope* const here = scope;
    if (bound.is_default) scope = &global;
    argument.value = Eval(bound.value);
    scope = here;
    if (!argument.value.is(Kind::kObject)) {
      argument.value = Cast(argument.value, type, bound.value->span);
      if (k < last_write) argument.value = Save(argument.value);
    }
  }
  for (CallArgument& argument : out)
    if (argument.bound->direction == Direction::kInout && argument.loc != nullptr)
      argument.value = Load(argument.loc);
  return out;
}

BlockId Lowerer::FlagBlock(ir::VarId* flag, const char* name) {
  if (!flag->valid()) *flag = b.NewVar(name, 1);
  const ir::BlockId here = b.cursor();
  const BlockId block = b.NewBlock();
  b.Start(block);
  b.Assign(*flag, b.Bool(true));
  b.Return();
  b.Start(here);
  return block;
}

void Lowerer::AfterCall(bool may_exit, bool may_reject) {
  const auto leave = [&](ir::VarId flag, BlockId target) {
    const BlockId gone = b.NewBlock(), next = b.NewBlock();
    b.Branch(b.Read(flag), gone, next);
    b.Start(gone);
    b.Assign(flag, b.Bool(false));
    b.Jump(target);
    b.Start(next);
  };
  if (may_exit) {
    outline_exit_ = true;
    leave(exit_flag_, flow.exit);
  }
  if (may_reject) {
    outline_reject_ = true;
    leave(reject_flag_, flow.reject);
  }
}

bool Lowerer::CopyOut(const std::vector<std::pair<Loc, Loc>>& copies, Span at) {
  for (const auto& [from, to] : copies) Assign(to, Load(from), at);
  return !copies.empty();
}

void Lowerer::BindArguments(const Declaration* callee, Scope* closure, Parameters parameters,
                            const std::vector<CallArgument>& arguments, const std::string& path,
                            Scope* inner, std::vector<std::pair<Loc, Loc>>* copies, Span at) {
  const auto shared = [&](size_t self, const Loc& loc) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (i == self) continue;
      if (arguments[i].loc != nullptr && Overlap(arguments[i].loc, loc)) return true;
      if (arguments[self].loc != nullptr && arguments[i].value.is(Kind::kLocated) &&
          Overlap(arguments[i].value.loc, loc))
        return true;
    }
    return TouchesClosure(callee, closure, loc);
  };
  // First all that comes in, then what starts empty: an out argument may be read by another one.
  std::vector<Loc> empty;
  for (size_t i = 0; i < parameters.size() && i < arguments.size(); ++i) {
    const CallArgument& argument = arguments[i];
    const ParameterDecl* parameter = parameters[i];
    Binding& binding = inner->bindings[parameter];
    binding = Binding();
    const std::string name = Join(path, parameter->name.text);
    if (!IsOut(parameter->direction)) {
      Operand value = argument.value;
      const bool alias = value.is(Kind::kLocated) && !shared(i, value.loc) && !options.plain;
      if (!alias && !argument.own && !value.is(Kind::kObject)) value = SaveNamed(value, name);
      binding.operand = value;
      continue;
    }
    const bool whole = argument.loc != nullptr && argument.loc->kind != Location::Kind::kNone &&
                       argument.loc->kind != Location::Kind::kSlice;
    if (whole && !shared(i, argument.loc) && !options.plain) {
      binding.loc = argument.loc;
    } else {
      const TypeId type = argument.loc != nullptr ? argument.loc->type : Sub(argument.bound->type);
      binding.loc = NewStorage(type, name, at);
      if (parameter->direction == Direction::kInout) Assign(binding.loc, argument.value, at);
      if (argument.loc != nullptr) copies->emplace_back(binding.loc, argument.loc);
    }
    if (parameter->direction == Direction::kOut) empty.push_back(binding.loc);
  }
  for (const Loc& loc : empty) Clear(loc, at);
}

Operand Lowerer::CallBody(const Callee& callee, std::vector<CallArgument> arguments, Span at) {
  const Depth depth(this);
  if (TooDeep(at) || TooLarge()) return Poison(callee.result);
  const bool plain = std::none_of(arguments.begin(), arguments.end(), [](const CallArgument& a) {
    return a.value.is(Kind::kObject) || a.value.is(Kind::kString) || a.value.is(Kind::kInt);
  });
  // An action that is about the entry of its table is written for that table.
  const bool own = in_table != nullptr && callee.block == ir::Block::Kind::kAction &&
                   architecture_->KeepsOwnEntries(*this, *in_table);
  const bool large = uses_[callee.declaration] > 1 && Weight(callee.declaration) > kLargestInlined;
  if (plain && !own && (large || options.plain)) return CallOutlined(callee, arguments, at);

  Scope inner;
  inner.parent = callee.closure;
  inner.instance = callee.closure->instance;
  inner.from = callee.from;
  inner.to = callee.to;
  std::vector<std::pair<Loc, Loc>> copies;
  const std::string path = Qualified(callee.name);
  BindArguments(callee.declaration, callee.closure, callee.parameters, arguments, path, &inner,
                &copies, at);
  Scope* const outer = scope;
  const Flow outer_flow = flow;
  const bool has_result = callee.result.valid() && !types.Is(callee.result, TypeKind::kVoid);
  if (copies.empty() && has_result && callee.body->statements.size() == 1) {
    const auto* only = As<ReturnStmt>(callee.body->statements[0]);
    if (only != nullptr && only->value != nullptr) {
      scope = &inner;
      const Operand value = EvalTo(only->value, callee.result);
      scope = outer;
      return value;
    }
  }
  const BlockId done = b.NewBlock();
  flow.ret = done;
  flow.brk = flow.cont = {};
  flow.result = nullptr;
  BlockId leave;
  if (!copies.empty()) {
    leave = b.NewBlock();
    flow.exit = leave;
  }
  if (has_result) flow.result = NewStorage(callee.result, path + ".result", at);
  if (callee.block != ir::Block::Kind::kPlain) {
    const BlockId body = b.NewBlock(callee.block, path);
    b.Jump(body);
    b.Start(body);
  }
  scope = &inner;
  RunBlock(callee.body);
  if (b.reachable()) b.Jump(done);
  scope = outer;
  const Loc result = flow.result;
  flow = outer_flow;
  if (leave.valid()) {
    b.Start(leave);
    CopyOut(copies, at);
    b.Jump(flow.exit);
  }
  b.Start(done);
  CopyOut(copies, at);
  if (!has_result) {
    Operand none;
    none.kind = Kind::kVoid;
    none.type = types.void_type();
    return none;
  }
  return Load(result);
}

Operand Lowerer::CallOutlined(const Callee& callee, std::vector<CallArgument>& arguments, Span at) {
  const auto key = std::make_tuple(callee.declaration, callee.closure, callee.to);
  const auto [found, fresh] = outlined_.try_emplace(key);
  Outlined& outlined = found->second;
  const bool has_result = callee.result.valid() && !types.Is(callee.result, TypeKind::kVoid);
  if (fresh) {
    const std::string path = Qualified(callee.name);
    outlined.function = b.NewFunction(path);
    const bool outer_exit = std::exchange(outline_exit_, false);
    const bool outer_reject = std::exchange(outline_reject_, false);
    {
      const Elsewhere guard(this);
      Scope& inner = scopes_.emplace_back();
      inner.parent = callee.closure;
      inner.instance = callee.closure->instance;
      inner.from = callee.from;
      inner.to = callee.to;
      scope = &inner;
      for (const ParameterDecl* parameter : callee.parameters) {
        const Loc loc =
            NewStorage(Sub(checked[parameter].type), Join(path, parameter->name.text), at);
        outlined.parameters.push_back(loc);
        inner.bindings[parameter].loc = loc;
      }
      b.EnterFunction(outlined.function);
      b.SetOnError({});
      flow = Flow();
      flow.exit = FlagBlock(&exit_flag_, "exit");
      flow.reject = FlagBlock(&reject_flag_, "reject");
      flow.ret = b.NewBlock();
      if (has_result)
        flow.result = outlined.result = NewStorage(callee.result, path + ".result", at);
      const BlockId entry = b.NewBlock(callee.block, path);
      ir.functions[outlined.function].entry = entry;
      b.Start(entry);
      repeated = true;
      RunBlock(callee.body);
      if (b.reachable()) b.Jump(flow.ret);
      b.Start(flow.ret);
      b.Return();
    }
    outlined.may_exit = std::exchange(outline_exit_, outer_exit);
    outlined.may_reject = std::exchange(outline_reject_, outer_reject);
  }
  for (size_t i = 0; i < arguments.size() && i < outlined.parameters.size(); ++i)
    if (callee.parameters[i]->direction != Direction::kOut)
      Assign(outlined.parameters[i], arguments[i].value, at);
  for (size_t i = 0; i < arguments.size() && i < outlined.parameters.size(); ++i)
    if (callee.parameters[i]->direction == Direction::kOut) Clear(outlined.parameters[i], at);
  b.Call(outlined.function);
  for (size_t i = 0; i < arguments.size() && i < outlined.parameters.size(); ++i)
    if (arguments[i].loc != nullptr) Assign(arguments[i].loc, Load(outlined.parameters[i]), at);
  const Loc result = outlined.result;
  AfterCall(outlined.may_exit, outlined.may_reject);
  if (!has_result) {
    Operand none;
    none.kind = Kind::kVoid;
    none.type = types.void_type();
    return none;
  }
  return Load(result);
}

void Lowerer::Outline(ir::FunctionId function, const std::function<void()>& body, bool* may_exit) {
  const bool outer_exit = std::exchange(outline_exit_, false);
  const bool outer_reject = std::exchange(outline_reject_, false);
  {
    const Elsewhere guard(this);
    b.EnterFunction(function);
    b.SetOnError({});
    flow = Flow();
    flow.exit = FlagBlock(&exit_flag_, "exit");
    flow.ret = b.NewBlock();
    const BlockId entry = b.NewBlock();
    ir.functions[function].entry = entry;
    b.Start(entry);
    repeated = true;
    body();
    if (b.reachable()) b.Jump(flow.ret);
    b.Start(flow.ret);
    b.Return();
  }
  *may_exit = std::exchange(outline_exit_, outer_exit);
  outline_reject_ = outer_reject;
}

void Lowerer::CallAction(const ActionDecl* action, Scope* closure, const CallFacts* call,
                         const std::vector<Operand>& data) {
  std::vector<CallArgument> arguments;
  if (call != nullptr) arguments = EvalArguments(*call);
  // What the control plane gives stands for the parameters that are not bound.
  std::vector<BoundArgument> bound(action->parameters.size());
  if (arguments.size() != action->parameters.size()) arguments.resize(action->parameters.size());
  size_t next = 0;
  for (size_t i = 0; i < action->parameters.size(); ++i) {
    const bool given =
        call != nullptr && i < call->arguments.size() && call->arguments[i].value != nullptr;
    if (arguments[i].bound == nullptr) {
      bound[i].parameter = action->parameters[i];
      bound[i].type = checked[action->parameters[i]].type;
      arguments[i].bound = &bound[i];
    }
    if (!given && next < data.size()) {
      arguments[i].value = data[next++];
      arguments[i].own = true;
    }
  }
  Callee callee;
  callee.declaration = action;
  callee.parameters = action->parameters;
  callee.body = action->body;
  callee.closure = closure;
  callee.from = closure->from;
  callee.to = closure->to;
  callee.name = std::string(action->name.text);
  callee.result = types.void_type();
  callee.block = ir::Block::Kind::kAction;
  const bool outer = std::exchange(in_action_, true);
  CallBody(callee, std::move(arguments), action->span);
  in_action_ = outer;
}

void Lowerer::RunInstance(Instance* instance) {
  scope = &instance->scope;
  architecture_->Enter(*this, *instance);
  const bool is_parser = instance->kind == Instance::Kind::kParser;
  const auto& locals = is_parser ? As<ParserDecl>(instance->declaration)->locals
                                 : As<ControlDecl>(instance->declaration)->locals;
  for (const Declaration* local : locals)
    if (As<VariableDecl>(local) != nullptr || As<ConstantDecl>(local) != nullptr)
      Declare(local, repeated);
  if (is_parser) {
    RunParser(As<ParserDecl>(instance->declaration), flow.ret);
  } else {
    RunBlock(As<ControlDecl>(instance->declaration)->apply);
    if (b.reachable()) b.Jump(flow.ret);
  }
}

Operand Lowerer::ApplyInstance(Instance* instance, const std::vector<CallArgument>& arguments,
                               Span at) {
  const Depth depth(this);
  Operand none;
  none.kind = Kind::kVoid;
  none.type = types.void_type();
  if (TooDeep(at) || TooLarge()) return none;
  const Parameters parameters = ParametersOf(*instance);
  if (instance->made_by != nullptr && (uses_[instance->made_by] > 1 || options.plain))
    return ApplyOutlined(instance, arguments, at);
  std::vector<std::pair<Loc, Loc>> copies;
  Scope* const outer = scope;
  const Flow outer_flow = flow;
  BindArguments(instance->declaration, &global, parameters, arguments, instance->path,
                &instance->scope, &copies, at);
  const BlockId done = b.NewBlock();
  const bool is_parser = instance->kind == Instance::Kind::kParser;
  flow = Flow();
  flow.exit = outer_flow.exit;
  flow.reject = outer_flow.reject;
  flow.ret = done;
  BlockId leave;
  if (!copies.empty() && !is_parser) flow.exit = leave = b.NewBlock();
  const BlockId body =
      b.NewBlock(is_parser ? ir::Block::Kind::kPlain : ir::Block::Kind::kControl, instance->path);
  b.Jump(body);
  b.Start(body);
  RunInstance(instance);
  scope = outer;
  flow = outer_flow;
  if (leave.valid()) {
    b.Start(leave);
    CopyOut(copies, at);
    b.Jump(flow.exit);
  }
  b.Start(done);
  CopyOut(copies, at);
  return none;
}

Operand Lowerer::ApplyOutlined(Instance* instance, const std::vector<CallArgument>& arguments,
                               Span at) {
  const Parameters parameters = ParametersOf(*instance);
  const bool is_parser = instance->kind == Instance::Kind::kParser;
  Operand none;
  none.kind = Kind::kVoid;
  none.type = types.void_type();
  if (!instance->function.valid()) {
    instance->function = b.NewFunction(instance->path);
    const bool outer_exit = std::exchange(outline_exit_, false);
    const bool outer_reject = std::exchange(outline_reject_, false);
    {
      const Elsewhere guard(this);
      for (size_t i = 0; i < parameters.size() && i < arguments.size(); ++i) {
        Binding& binding = instance->scope.bindings[parameters[i]];
        Loc loc;
        if (arguments[i].value.is(Kind::kObject)) {
          binding.operand = arguments[i].value;
        } else {
          scope = &instance->scope;
          loc = NewStorage(Sub(checked[parameters[i]].type),
                           Join(instance->path, parameters[i]->name.text), at);
          binding.loc = loc;
        }
        instance->parameters.push_back(loc);
      }
      b.EnterFunction(instance->function);
      flow = Flow();
      flow.exit = FlagBlock(&exit_flag_, "exit");
      flow.reject = FlagBlock(&reject_flag_, "reject");
      flow.ret = b.NewBlock();
      b.SetOnError(is_parser ? flow.reject : BlockId());
      const BlockId entry = b.NewBlock(
          is_parser ? ir::Block::Kind::kPlain : ir::Block::Kind::kControl, instance->path);
      ir.functions[instance->function].entry = entry;
      b.Start(entry);
      repeated = true;
      RunInstance(instance);
      b.Start(flow.ret);
      b.Return();
    }
    instance->may_exit = std::exchange(outline_exit_, outer_exit);
    outline_reject_ = outer_reject;
  }
  for (size_t i = 0; i < instance->parameters.size() && i < arguments.size(); ++i) {
    if (instance->parameters[i] == nullptr) continue;
    if (parameters[i]->direction != Direction::kOut)
      Assign(instance->parameters[i], arguments[i].value, at);
  }
  for (size_t i = 0; i < instance->parameters.size() && i < arguments.size(); ++i)
    if (instance->parameters[i] != nullptr && parameters[i]->direction == Direction::kOut)
      Clear(instance->parameters[i], at);
  b.Call(instance->function);
  for (size_t i = 0; i < instance->parameters.size() && i < arguments.size(); ++i)
    if (instance->parameters[i] != nullptr && arguments[i].loc != nullptr)
      Assign(arguments[i].loc, Load(instance->parameters[i]), at);
  AfterCall(instance->may_exit, is_parser);
  return none;
}

void Lowerer::ApplyTopLevel(Instance* instance, const std::vector<Binding>& parameters) {
  if (instance == nullptr) return;
  const Parameters declared = ParametersOf(*instance);
  for (size_t i = 0; i < declared.size() && i < parameters.size(); ++i)
    instance->scope.bindings[declared[i]] = parameters[i];
  const bool is_parser = instance->kind == Instance::Kind::kParser;
  const BlockId done = b.NewBlock();
  const BlockId body =
      b.NewBlock(is_parser ? ir::Block::Kind::kPlain : ir::Block::Kind::kControl, instance->path);
  flow = Flow();
  flow.exit = flow.ret = flow.reject = done;
  b.SetOnError(is_parser ? done : BlockId());
  b.SetSource(SourceAt(instance->declaration->span));
  b.Jump(body);
  b.Start(body);
  RunInstance(instance);
  scope = &global;
  flow = Flow();
  b.SetOnError({});
  b.Start(done);
}

Operand Lowerer::EvalCall(const CallExpr* e) {
  const CallFacts* found = checked.Call(e);
  const TypeId type = Sub(checked[e].type);
  if (found == nullptr) return Poison(type);
  const CallFacts& call = *found;
  const ir::SourceId here = b.source();
  Operand none;
  none.kind = Kind::kVoid;
  none.type = types.void_type();
  switch (call.kind) {
    case CalleeKind::kFunction: {
      const auto* function = As<FunctionDecl>(call.declaration);
      if (function == nullptr || function->body == nullptr) break;
      Callee callee;
      callee.declaration = function;
      callee.parameters = function->parameters;
      callee.body = function->body;
      callee.closure = &global;
      callee.from.assign(call.type_parameters.begin(), call.type_parameters.end());
      for (const TypeId argument : call.type_arguments) callee.to.push_back(Sub(argument));
      callee.name = std::string(function->name.text);
      callee.result = type;
      const Operand result = CallBody(callee, EvalArguments(call), e->span);
      b.SetSource(here);
      return result;
    }
    case CalleeKind::kAction:
      // A control's own call shows the action to a controller, though no table runs it.
      if (!in_action_) ActionOf(As<ActionDecl>(call.declaration), ScopeOf(call.declaration), false);
      CallAction(As<ActionDecl>(call.declaration), ScopeOf(call.declaration), &call, {});
      b.SetSource(here);
      return none;
    case CalleeKind::kTableApply: {
      ApplyTable(call.receiver, call, false, false, e->span);
      return none;
    }
    case CalleeKind::kParserApply:
    case CalleeKind::kControlApply: {
      const auto arguments = EvalArguments(call);
      Instance* instance = nullptr;
      if (call.receiver != nullptr) {
        instance = ObjectOf(call.receiver);
      } else {
        // T.apply(): an instance of its own, called like its type.
        CallFacts constructor;
        constructor.kind = CalleeKind::kConstructor;
        constructor.declaration = call.declaration;
        const std::string local = LocalName({}, call.declaration->name.text);
        auto made =
            Make(constructor, Sub(call.receiver_type), Qualified(local), local, nullptr, e->span);
        instance = made.get();
        if (made != nullptr) instances_.push_back(std::move(made));
      }
      if (instance == nullptr || ParametersOf(*instance).size() != arguments.size()) {
        NotYet(e->span, "applying this object");
        return none;
      }
      ApplyInstance(instance, arguments, e->span);
      b.SetSource(here);
      return none;
    }
    case CalleeKind::kExternFunction:
    case CalleeKind::kMethod: {
      if (call.kind == CalleeKind::kMethod) {
        Instance* object = ObjectOf(call.receiver);
        if (object != nullptr && object->kind == Instance::Kind::kPacketIn)
          return PacketIn(e, call);
        if (object != nullptr && object->kind == Instance::Kind::kPacketOut)
          return PacketOut(e, call);
        if (object == nullptr) break;
        return architecture_->CallMethod(*this, *object, e, call);
      }
      const std::string_view name = call.declaration->name.text;
      if (name == "verify" && call.arguments.size() == 2) {
        const auto arguments = EvalArguments(call);
        if (!flow.reject.valid()) {
          NotYet(e->span, "verify outside a parser");
          return none;
        }
        const ExprId error = Expr(arguments[1].value, e->span);
        const BlockId bad = b.NewBlock(), good = b.NewBlock();
        b.Branch(Expr(arguments[0].value, e->span), good, bad);
        b.Start(bad);
        b.Assign(ErrorVar(), b.Resize(error, 16, false));
        outline_reject_ = true;
        b.Jump(flow.reject);
        b.Start(good);
        return none;
      }
      if (name == "static_assert") {
        const Operand check = Eval(call.arguments[0].value);
        return Scalar(types.boolean(), Expr(check, e->span));
      }
      return architecture_->CallFunction(*this, e, call);
    }
    case CalleeKind::kConstructor: {
      auto made = Make(call, Sub(call.result), Qualified(""), "", nullptr, e->span);
      if (made == nullptr) return Poison();
      Operand o;
      o.kind = Kind::kObject;
      o.type = made->type;
      o.object = made.get();
      instances_.push_back(std::move(made));
      return o;
    }
    case CalleeKind::kIsValid:
      return Scalar(types.boolean(), ValidOf(Eval(call.receiver), e->span));
    case CalleeKind::kSetValid:
    case CalleeKind::kSetInvalid: {
      const Loc loc = EvalPlace(call.receiver);
      SetHeaderValid(loc, call.kind == CalleeKind::kSetValid);
      return none;
    }
    case CalleeKind::kPushFront:
    case CalleeKind::kPopFront: {
      const Loc loc = EvalPlace(call.receiver);
      Integer count;
      if (loc->kind != Location::Kind::kStack || call.arguments.empty() ||
          !ConstantInt(call.arguments[0].value, &count) || count < 0)
        break;
      ir::Stmt s;
      s.kind =
          call.kind == CalleeKind::kPushFront ? ir::StmtKind::kPushFront : ir::StmtKind::kPopFront;
      s.count = static_cast<uint32_t>(count > loc->size ? loc->size : ToU64(count));
      if (s.count == 0) return none;
      ExprId next;
      for (const ir::StackId stack : loc->stacks) {
        s.stack = stack;
        b.Append(s);
        // The members of a union share one next index: the first stack's move counts.
        if (!next.valid() && loc->stacks.size() > 1) next = b.Save(b.Read(ir.stacks[stack].next));
      }
      if (next.valid()) b.Assign(ir.stacks[loc->stacks[0]].next, next);
      return none;
    }
    case CalleeKind::kMinSizeInBits:
    case CalleeKind::kMinSizeInBytes:
    case CalleeKind::kMaxSizeInBits:
    case CalleeKind::kMaxSizeInBytes: {
      uint64_t bits = 0;
      const bool maximum =
          call.kind == CalleeKind::kMaxSizeInBits || call.kind == CalleeKind::kMaxSizeInBytes;
      const bool bytes =
          call.kind == CalleeKind::kMinSizeInBytes || call.kind == CalleeKind::kMaxSizeInBytes;
      if (!types.SizeInBits(Sub(call.receiver_type), maximum, &bits)) break;
      return IntOperand(FromU64(bytes ? (bits + 7) / 8 : bits));
    }
    case CalleeKind::kNone:
      break;
  }
  NotYet(e->span, "this call");
  return Poison(type);
}

}  // namespace ipdk::p4
