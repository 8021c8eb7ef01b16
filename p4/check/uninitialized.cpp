#include "p4/check/uninitialized.h"

#include <unordered_map>
#include <unordered_set>

namespace ipdk::p4 {

namespace {

// Which of the tracked variables surely have a value; everything, where the code cannot be reached.
struct State {
  std::vector<bool> assigned;
  bool unreachable = false;
};

class Flow {
 public:
  Flow(const CheckedProgram& program, Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics) {}

  void Body(Parameters parameters, List<const Statement*> statements) {
    state_ = State();
    numbers_.clear();
    for (const ParameterDecl* p : parameters) {
      if (p->direction == Direction::kOut) Track(p, program_[p].type);
    }
    Statements(statements);
  }

  void Statements(List<const Statement*> statements) {
    for (const Statement* one : statements) Walk(one);
  }

  // Reads of a state's select.
  void Read(const Expression* e) { Walk(e); }

 private:
  bool IsPlain(TypeId type, int depth) {
    const TypeTable& types = *program_.types;
    switch (types.Kind(type)) {
      case TypeKind::kBit:
      case TypeKind::kSigned:
      case TypeKind::kVarbit:
      case TypeKind::kBool:
      case TypeKind::kError:
      case TypeKind::kEnum:
      case TypeKind::kSerEnum:
      case TypeKind::kNewType:
        return true;
      case TypeKind::kStruct:
        if (depth > 2) return false;
        for (const Field& field : program_.types->Fields(type)) {
          if (!IsPlain(field.type, depth + 1)) return false;
        }
        return !program_.types->Fields(type).empty();
      default:
        return false;
    }
  }

  void Track(const Declaration* d, TypeId type) {
    if (!type.valid() || !IsPlain(type, 0)) return;
    numbers_[d] = state_.assigned.size();
    state_.assigned.push_back(false);
  }

  // After both: what both have given a value.
  void Join(State& into, const State& other) {
    if (other.unreachable) return;
    if (into.unreachable) {
      into = other;
      return;
    }
    for (size_t i = 0; i < into.assigned.size() && i < other.assigned.size(); ++i) {
      into.assigned[i] = into.assigned[i] && other.assigned[i];
    }
  }

  void Restore(State state) {
    // Variables of inner blocks are gone; their numbers stay taken.
    state.assigned.resize(state_.assigned.size(), true);
    state_ = std::move(state);
  }

  void ReadVariable(const Declaration* d, Span span) {
    auto it = numbers_.find(d);
    if (it == numbers_.end() || state_.unreachable || state_.assigned[it->second]) return;
    state_.assigned[it->second] = true;  // said once
    if (!told_.insert(d).second) return;
    diagnostics_.Report(DiagnosticKind::kUninitialized, span,
                        "'{}' may be read before it is given a value", d->name.text);
    diagnostics_.Note(d->name.span, "declared here");
  }

  void Assign(const Expression* target) {
    while (target != nullptr) {
      if (const auto* member = As<MemberExpr>(target)) {
        target = member->base;
      } else if (const auto* index = As<IndexExpr>(target)) {
        Walk(index->at);
        target = index->base;
      } else if (const auto* slice = As<SliceExpr>(target)) {
        if (slice->by_width) Walk(slice->low);
        target = slice->base;
      } else {
        break;
      }
    }
    if (target == nullptr || target->kind != ExpressionKind::kName) return;
    auto it = numbers_.find(program_[target].declaration);
    if (it != numbers_.end()) state_.assigned[it->second] = true;
  }

  void Walk(const Expression* e) {
    if (e == nullptr) return;
    // Long chains of operators go to the left.
    std::vector<const Expression*> rights;
    while (const auto* binary = As<BinaryExpr>(e)) {
      rights.push_back(binary->right);
      e = binary->left;
    }
    WalkOne(e);
    for (auto it = rights.rbegin(); it != rights.rend(); ++it) Walk(*it);
  }

  void WalkOne(const Expression* e) {
    switch (e->kind) {
      case ExpressionKind::kName:
        ReadVariable(program_[e].declaration, e->span);
        break;
      case ExpressionKind::kList:
        for (const Expression* one : As<ListExpr>(e)->elements) Walk(one);
        break;
      case ExpressionKind::kStruct:
        for (const NamedValue& one : As<StructExpr>(e)->fields) Walk(one.value);
        break;
      case ExpressionKind::kUnary:
        Walk(As<UnaryExpr>(e)->operand);
        break;
      case ExpressionKind::kConditional:
        Walk(As<ConditionalExpr>(e)->condition);
        Walk(As<ConditionalExpr>(e)->if_true);
        Walk(As<ConditionalExpr>(e)->if_false);
        break;
      case ExpressionKind::kCast:
        Walk(As<CastExpr>(e)->operand);
        break;
      case ExpressionKind::kMember:
        Walk(As<MemberExpr>(e)->base);
        break;
      case ExpressionKind::kIndex:
        Walk(As<IndexExpr>(e)->base);
        Walk(As<IndexExpr>(e)->at);
        break;
      case ExpressionKind::kSlice:
        Walk(As<SliceExpr>(e)->base);
        if (As<SliceExpr>(e)->by_width) Walk(As<SliceExpr>(e)->low);
        break;
      case ExpressionKind::kCall:
        WalkCall(e);
        break;
      default:
        break;
    }
  }

  void WalkCall(const Expression* e) {
    const CallFacts* call = program_.Call(e);
    if (call == nullptr) return;
    if (call->kind >= CalleeKind::kMinSizeInBits) return;
    for (const BoundArgument& argument : call->arguments) {
      if (argument.value == nullptr || argument.is_default) continue;
      if (argument.direction != Direction::kOut) Walk(argument.value);
    }
    for (const BoundArgument& argument : call->arguments) {
      if (argument.value == nullptr || argument.is_default) continue;
      if (argument.direction == Direction::kOut || argument.direction == Direction::kInout)
        Assign(argument.value);
    }
  }

  void Walk(const Statement* s) {
    if (s == nullptr) return;
    switch (s->kind) {
      case StatementKind::kBlock:
        Statements(As<BlockStmt>(s)->statements);
        break;
      case StatementKind::kAssign: {
        const auto* assign = As<AssignStmt>(s);
        if (assign->compound) Walk(assign->target);
        Walk(assign->value);
        Assign(assign->target);
        break;
      }
      case StatementKind::kCall:
        Walk(As<CallStmt>(s)->call);
        break;
      case StatementKind::kEmpty:
        break;
      case StatementKind::kIf:
        WalkIf(As<IfStmt>(s));
        break;
      case StatementKind::kSwitch:
        WalkSwitch(As<SwitchStmt>(s));
        break;
      case StatementKind::kReturn:
        Walk(As<ReturnStmt>(s)->value);
        [[fallthrough]];
      case StatementKind::kExit:
      case StatementKind::kBreak:
      case StatementKind::kContinue:
        state_.unreachable = true;
        break;
      case StatementKind::kFor: {
        const auto* loop = As<ForStmt>(s);
        Statements(loop->init);
        Walk(loop->condition);
        State before = state_;
        Walk(loop->body);
        Statements(loop->update);
        Restore(std::move(before));
        break;
      }
      case StatementKind::kForIn: {
        const auto* loop = As<ForInStmt>(s);
        Walk(loop->collection);
        State before = state_;
        Walk(loop->body);
        Restore(std::move(before));
        break;
      }
      case StatementKind::kDeclaration: {
        const auto* variable = As<VariableDecl>(As<DeclarationStmt>(s)->declaration);
        if (variable == nullptr) break;
        Walk(variable->value);
        if (variable->value == nullptr) Track(variable, program_[variable].type);
        break;
      }
    }
  }

  void WalkIf(const IfStmt* s) {
    // A chain of `else if` is taken in a loop: the states after each branch are joined as they
    // come.
    State after;
    after.unreachable = true;
    const Statement* rest = s;
    while (const auto* one = As<IfStmt>(rest)) {
      Walk(one->condition);
      State before = state_;
      Walk(one->then_branch);
      Join(after, state_);
      Restore(std::move(before));
      rest = one->else_branch;
    }
    Walk(rest);
    after.assigned.resize(state_.assigned.size(), true);
    Join(after, state_);
    state_ = std::move(after);
  }

  void WalkSwitch(const SwitchStmt* s) {
    Walk(s->subject);
    State before = state_, after;
    after.unreachable = true;
    bool has_default = false;
    for (const SwitchCase& one : s->cases) {
      has_default |= one.label->kind == ExpressionKind::kDefault;
      if (one.body == nullptr) continue;
      Restore(before);
      Walk(one.body);
      after.assigned.resize(state_.assigned.size(), true);
      Join(after, state_);
    }
    Restore(std::move(before));
    after.assigned.resize(state_.assigned.size(), true);
    if (!has_default) Join(after, state_);
    state_ = std::move(after);
  }

  const CheckedProgram& program_;
  Diagnostics& diagnostics_;
  State state_;
  std::unordered_map<const Declaration*, size_t> numbers_;
  std::unordered_set<const Declaration*> told_;
};

void WalkDeclaration(const Declaration* d, Flow& flow) {
  if (const auto* function = As<FunctionDecl>(d);
      function != nullptr && function->body != nullptr) {
    flow.Body(function->parameters, function->body->statements);
  } else if (const auto* action = As<ActionDecl>(d)) {
    flow.Body(action->parameters, action->body->statements);
  } else if (const auto* instance = As<InstantiationDecl>(d)) {
    for (const Declaration* one : instance->body) WalkDeclaration(one, flow);
  } else if (const auto* control = As<ControlDecl>(d)) {
    for (const Declaration* one : control->locals) WalkDeclaration(one, flow);
    if (control->apply != nullptr) flow.Body({}, control->apply->statements);
  } else if (const auto* parser = As<ParserDecl>(d)) {
    for (const Declaration* one : parser->locals) WalkDeclaration(one, flow);
    for (const StateDecl* state : parser->states) {
      flow.Body({}, state->statements);
      for (const Expression* key : state->select) flow.Read(key);
    }
  }
}

}  // namespace

void WarnUninitialized(const CheckedProgram& program, Diagnostics& diagnostics) {
  Flow flow(program, diagnostics);
  for (const Declaration* d : program.tree->declarations) WalkDeclaration(d, flow);
}

}  // namespace ipdk::p4
