#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "p4/check/lint.h"

namespace ipdk::p4 {

namespace {

using Kind = DiagnosticKind;

// What is known of one header at one place.
enum class Valid : uint8_t {
  kNo,       // on every way
  kYes,      // on every way
  kMaybe,    // on some ways, and not on others
  kUnknown,  // somebody else decided
};

Valid Join(Valid a, Valid b) {
  if (a == b) return a;
  return a == Valid::kUnknown || b == Valid::kUnknown ? Valid::kUnknown : Valid::kMaybe;
}

struct State {
  std::vector<Valid> headers;  // by number
  bool unreachable = false;
};

// Followed are headers in parameters and variables, and in structs in them; not those in stacks and
// unions, whose place is only known at run time.
class Flow {
 public:
  Flow(const CheckedProgram& program, Diagnostics& diagnostics)
      : program_(program), types_(*program.types), diagnostics_(diagnostics) {}

  void Parser(const ParserDecl* d);
  void Control(const ControlDecl* d);
  void Body(Parameters parameters, const BlockStmt* body);

 private:
  static constexpr size_t kMostHeaders = 512;
  static constexpr int kMostNested = 8;

  struct Node {
    TypeId type;
    int header = -1;          // its number in State, if it is one
    std::vector<int> fields;  // of a struct: nodes, -1 for what is not followed
    bool from_outside = false;
  };

  void Clear() {
    nodes_.clear();
    roots_.clear();

    told_.clear();
    state_ = State();
  }

  // --- places
  int Track(TypeId type, Valid initial, bool from_outside, int depth) {
    if (!type.valid() || depth > kMostNested || state_.headers.size() >= kMostHeaders) return -1;
    const TypeKind kind = types_.Kind(type);
    if (kind != TypeKind::kHeader && kind != TypeKind::kStruct) return -1;
    int number = static_cast<int>(nodes_.size());
    nodes_.push_back({.type = type, .fields = {}, .from_outside = from_outside});
    if (kind == TypeKind::kHeader) {
      nodes_.back().header = static_cast<int>(state_.headers.size());
      state_.headers.push_back(initial);
      return number;
    }
    std::vector<int> fields;
    for (const Field& field : types_.Fields(type))
      fields.push_back(Track(field.type, initial, from_outside, depth + 1));
    nodes_[static_cast<size_t>(number)].fields = std::move(fields);
    return number;
  }

  void Root(const Declaration* d, Valid initial, bool from_outside) {
    int node = Track(program_[d].type, initial, from_outside, 0);
    if (node >= 0) roots_[d] = node;
  }

  void DeclareParameters(Parameters parameters) {
    for (const ParameterDecl* p : parameters)
      Root(p, p->direction == Direction::kOut ? Valid::kNo : Valid::kUnknown,
           p->direction != Direction::kOut);
  }

  // The node that an expression names; -1 if it is none that is followed.
  int Place(const Expression* e) const {
    std::vector<uint32_t> path;
    while (const auto* member = As<MemberExpr>(e)) {
      if (program_[e].member != MemberKind::kField) return -1;
      path.push_back(program_[e].member_index);
      e = member->base;
    }
    if (e->kind != ExpressionKind::kName) return -1;
    auto it = roots_.find(program_[e].declaration);
    if (it == roots_.end()) return -1;
    int node = it->second;
    for (auto field = path.rbegin(); field != path.rend(); ++field) {
      const Node& n = nodes_[static_cast<size_t>(node)];
      if (*field >= n.fields.size()) return -1;
      node = n.fields[*field];
      if (node < 0) return -1;
    }
    return node;
  }

  void Set(int node, Valid to) {
    if (node < 0) return;
    const Node& n = nodes_[static_cast<size_t>(node)];
    if (n.header >= 0) state_.headers[static_cast<size_t>(n.header)] = to;
    for (int field : n.fields) Set(field, to);
  }

  void Copy(int to, int from) {
    if (to < 0) return;
    if (from < 0) return Set(to, Valid::kUnknown);
    const Node &t = nodes_[static_cast<size_t>(to)], &f = nodes_[static_cast<size_t>(from)];
    if (t.header >= 0 && f.header >= 0) {
      state_.headers[static_cast<size_t>(t.header)] = state_.headers[static_cast<size_t>(f.header)];
      return;
    }
    for (size_t i = 0; i < t.fields.size(); ++i)
      Copy(t.fields[i], i < f.fields.size() ? f.fields[i] : -1);
  }

  // After code that is not followed: what was not valid may be so now. What was valid mostly still
  // is, and to doubt that would only make noise.
  void Forget() {
    for (Valid& one : state_.headers)
      if (one != Valid::kYes) one = Valid::kUnknown;
  }
  void Forget(int node) {
    if (node < 0) return;
    const Node& n = nodes_[static_cast<size_t>(node)];
    if (n.header >= 0) {
      Valid& one = state_.headers[static_cast<size_t>(n.header)];
      if (one != Valid::kYes) one = Valid::kUnknown;
    }
    for (int field : n.fields) Forget(field);
  }

  void JoinInto(State& into, const State& other) {
    if (other.unreachable) return;
    if (into.unreachable) {
      into = other;
      return;
    }
    // A variable of one branch is of no use behind it.
    size_t both = std::min(into.headers.size(), other.headers.size());
    for (size_t i = 0; i < both; ++i) into.headers[i] = Join(into.headers[i], other.headers[i]);
    for (size_t i = both; i < other.headers.size(); ++i) into.headers.push_back(other.headers[i]);
  }

  // Variables that were met since stay counted.
  void Restore(State state) {
    for (size_t i = state.headers.size(); i < state_.headers.size(); ++i)
      state.headers.push_back(state_.headers[i]);
    state_ = std::move(state);
  }

  // --- uses
  void UseField(const MemberExpr* e, bool written) {
    if (quiet_ || state_.unreachable ||
        program_[static_cast<const Expression*>(e)].member != MemberKind::kField)
      return;
    int place = Place(e->base);
    if (place < 0) return;
    const Node& node = nodes_[static_cast<size_t>(place)];
    if (node.header < 0) return;
    Valid valid = state_.headers[static_cast<size_t>(node.header)];
    std::string name = Text(e->base);
    auto tell = [&](Kind kind) {
      return diagnostics_.Wanted(kind) &&
             told_.insert(static_cast<uint64_t>(place) << 8 | static_cast<uint8_t>(kind)).second;
    };
    if (valid == Valid::kNo && tell(Kind::kInvalidHeader)) {
      diagnostics_.Report(
          Kind::kInvalidHeader, e->span, "header '{}' is not valid here, so {}", name,
          written ? "writing a field of it does nothing" : "its fields have no defined value");
    } else if (valid == Valid::kMaybe && !written && tell(Kind::kMaybeInvalidHeader)) {
      diagnostics_.Report(Kind::kMaybeInvalidHeader, e->span,
                          "header '{}' is valid on some ways to this place, and not on others",
                          name);
    } else if (valid == Valid::kUnknown && !written && in_apply_ && node.from_outside &&
               tell(Kind::kUncheckedHeader)) {
      diagnostics_.Report(Kind::kUncheckedHeader, e->span,
                          "nothing before this place tests that header '{}' is valid", name);
    }
  }

  std::string Text(const Expression* e) const {
    std::string text;
    while (const auto* member = As<MemberExpr>(e)) {
      text = "." + std::string(member->member.text) + text;
      e = member->base;
    }
    const auto* name = As<NameExpr>(e);
    return name == nullptr ? text : std::string(name->name.text) + text;
  }

  // --- expressions
  void Operands(const BinaryExpr* e, BinaryOp op, std::vector<const Expression*>* out) {
    const Expression* rest = e;
    while (const auto* binary = As<BinaryExpr>(rest)) {
      if (binary->op != op) break;
      out->push_back(binary->right);
      rest = binary->left;
    }
    out->push_back(rest);
    std::reverse(out->begin(), out->end());
  }

  // What a condition tells when it is `truth`.
  void Refine(const Expression* e, bool truth) {
    while (const auto* unary = As<UnaryExpr>(e)) {
      if (unary->op != UnaryOp::kNot) return;
      truth = !truth;
      e = unary->operand;
    }
    if (const auto* binary = As<BinaryExpr>(e)) {
      if (binary->op == (truth ? BinaryOp::kAnd : BinaryOp::kOr)) {
        std::vector<const Expression*> operands;
        Operands(binary, binary->op, &operands);
        for (const Expression* one : operands) Refine(one, truth);
      }
      return;
    }
    const CallFacts* call = e->kind == ExpressionKind::kCall ? program_.Call(e) : nullptr;
    if (call == nullptr || call->kind != CalleeKind::kIsValid || call->receiver == nullptr) return;
    int place = Place(call->receiver);
    if (place >= 0 && nodes_[static_cast<size_t>(place)].header >= 0)
      Set(place, truth ? Valid::kYes : Valid::kNo);
  }

  void Walk(const Expression* e) {
    if (e == nullptr) return;
    std::vector<const Expression*> rights;
    while (const auto* binary = As<BinaryExpr>(e)) {
      if (binary->op == BinaryOp::kAnd || binary->op == BinaryOp::kOr) {
        ShortCircuit(binary);
        e = nullptr;
        break;
      }
      rights.push_back(binary->right);
      e = binary->left;
    }
    if (e != nullptr) WalkOne(e);
    for (auto it = rights.rbegin(); it != rights.rend(); ++it) Walk(*it);
  }

  void ShortCircuit(const BinaryExpr* e) {
    std::vector<const Expression*> operands;
    Operands(e, e->op, &operands);
    State after;
    after.unreachable = true;
    for (const Expression* one : operands) {
      Walk(one);
      JoinInto(after, state_);
      Refine(one, e->op == BinaryOp::kAnd);
    }
    Restore(std::move(after));
  }

  void WalkOne(const Expression* e) {
    switch (e->kind) {
      case ExpressionKind::kList:
        for (const Expression* one : As<ListExpr>(e)->elements) Walk(one);
        break;
      case ExpressionKind::kStruct:
        for (const NamedValue& one : As<StructExpr>(e)->fields) Walk(one.value);
        break;
      case ExpressionKind::kUnary:
        Walk(As<UnaryExpr>(e)->operand);
        break;
      case ExpressionKind::kConditional: {
        const auto* conditional = As<ConditionalExpr>(e);
        Walk(conditional->condition);
        State before = state_;
        Refine(conditional->condition, true);
        Walk(conditional->if_true);
        State after = state_;
        Restore(std::move(before));
        Refine(conditional->condition, false);
        Walk(conditional->if_false);
        JoinInto(after, state_);
        Restore(std::move(after));
        break;
      }
      case ExpressionKind::kCast:
        Walk(As<CastExpr>(e)->operand);
        break;
      case ExpressionKind::kMember:
        UseField(As<MemberExpr>(e), false);
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
        Call(As<CallExpr>(e));
        break;
      default:
        break;
    }
  }

  void Call(const CallExpr* e) {
    const CallFacts* call = program_.Call(e);
    if (call == nullptr) return;
    for (const BoundArgument& argument : call->arguments) {
      if (argument.value == nullptr || argument.is_default) continue;
      if (argument.direction != Direction::kOut) Walk(argument.value);
    }
    switch (call->kind) {
      case CalleeKind::kSetValid:
      case CalleeKind::kSetInvalid:
        Set(Place(call->receiver), call->kind == CalleeKind::kSetValid ? Valid::kYes : Valid::kNo);
        return;
      case CalleeKind::kTableApply:
      case CalleeKind::kAction:
        Forget();
        break;
      default:
        break;
    }
    const auto* function = As<FunctionDecl>(call->declaration);
    bool extract = call->kind == CalleeKind::kMethod && function != nullptr &&
                   function->name.text == "extract";
    for (const BoundArgument& argument : call->arguments) {
      if (argument.value == nullptr || argument.is_default) continue;
      if (argument.direction == Direction::kOut && extract) {
        Set(Place(argument.value), Valid::kYes);
      } else if (argument.direction == Direction::kOut) {
        Set(Place(argument.value), Valid::kUnknown);
      } else if (argument.direction == Direction::kInout) {
        Forget(Place(argument.value));
      }
    }
  }

  void Assign(const Expression* target, const Expression* value) {
    for (const Expression* e = target; e != nullptr;) {
      if (const auto* member = As<MemberExpr>(e)) {
        UseField(member, true);
        e = member->base;
      } else if (const auto* index = As<IndexExpr>(e)) {
        Walk(index->at);
        e = index->base;
      } else if (const auto* slice = As<SliceExpr>(e)) {
        e = slice->base;
      } else {
        break;
      }
    }
    Give(Place(target), value);
  }

  void Give(int place, const Expression* value) {
    if (place < 0) return;
    while (const auto* cast = As<CastExpr>(value)) value = cast->operand;
    switch (value->kind) {
      case ExpressionKind::kInvalid:
      case ExpressionKind::kDots:
        Set(place, Valid::kNo);
        break;
      case ExpressionKind::kList:
      case ExpressionKind::kStruct:
        Set(place, nodes_[static_cast<size_t>(place)].header >= 0 ? Valid::kYes : Valid::kUnknown);
        break;
      case ExpressionKind::kName:
      case ExpressionKind::kMember:
        Copy(place, Place(value));
        break;
      default:
        Set(place, Valid::kUnknown);
    }
  }

  // --- statements
  void Statements(List<const Statement*> statements) {
    for (const Statement* one : statements) Walk(one);
  }

  void Declare(const Declaration* d) {
    const auto* variable = As<VariableDecl>(d);
    if (variable == nullptr) return;
    Walk(variable->value);
    // A loop or a second round through the states comes by again.
    if (!roots_.contains(d)) Root(d, Valid::kNo, false);
    auto it = roots_.find(d);
    if (it == roots_.end()) return;
    if (variable->value != nullptr) {
      Give(it->second, variable->value);
    } else {
      Set(it->second, Valid::kNo);
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
        Assign(assign->target, assign->value);
        break;
      }
      case StatementKind::kCall:
        Walk(As<CallStmt>(s)->call);
        break;
      case StatementKind::kIf:
        If(As<IfStmt>(s));
        break;
      case StatementKind::kSwitch:
        Switch(As<SwitchStmt>(s));
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
        Loop([&] {
          Walk(loop->condition);
          Walk(loop->body);
          Statements(loop->update);
        });
        break;
      }
      case StatementKind::kForIn:
        Walk(As<ForInStmt>(s)->collection);
        Loop([&] { Walk(As<ForInStmt>(s)->body); });
        break;
      case StatementKind::kDeclaration:
        Declare(As<DeclarationStmt>(s)->declaration);
        break;
      case StatementKind::kEmpty:
        break;
    }
  }

  template <typename Function>
  void Loop(Function body) {
    for (Valid& one : state_.headers) one = Valid::kUnknown;
    bool unreachable = state_.unreachable;
    body();
    for (Valid& one : state_.headers) one = Valid::kUnknown;
    state_.unreachable = unreachable;
  }

  void If(const IfStmt* s) {
    State after;
    after.unreachable = true;
    const Statement* rest = s;
    while (const auto* one = As<IfStmt>(rest)) {
      Walk(one->condition);
      State before = state_;
      Refine(one->condition, true);
      Walk(one->then_branch);
      JoinInto(after, state_);
      Restore(std::move(before));
      Refine(one->condition, false);
      rest = one->else_branch;
    }
    Walk(rest);
    JoinInto(after, state_);
    Restore(std::move(after));
  }

  void Switch(const SwitchStmt* s) {
    Walk(s->subject);
    State before = state_, after;
    after.unreachable = true;
    bool has_default = false;
    for (const SwitchCase& one : s->cases) {
      has_default |= one.label->kind == ExpressionKind::kDefault;
      if (one.body == nullptr) continue;
      Restore(before);
      Walk(one.body);
      JoinInto(after, state_);
    }
    if (!has_default) JoinInto(after, before);
    Restore(std::move(after));
  }

  const CheckedProgram& program_;
  TypeTable& types_;
  Diagnostics& diagnostics_;
  std::vector<Node> nodes_;
  std::unordered_map<const Declaration*, int> roots_;
  std::unordered_set<uint64_t> told_;
  State state_;
  bool quiet_ = false;     // looking for a fixed point, not for mistakes
  bool in_apply_ = false;  // of a control
};

void Flow::Body(Parameters parameters, const BlockStmt* body) {
  if (body == nullptr) return;
  Clear();
  DeclareParameters(parameters);
  Statements(body->statements);
}

void Flow::Control(const ControlDecl* d) {
  for (const Declaration* local : d->locals) {
    if (const auto* action = As<ActionDecl>(local)) Body(action->parameters, action->body);
  }
  if (d->apply == nullptr) return;
  Clear();
  DeclareParameters(d->parameters);
  for (const Declaration* local : d->locals) Declare(local);
  in_apply_ = true;
  Statements(d->apply->statements);
  in_apply_ = false;
}

void Flow::Parser(const ParserDecl* d) {
  Clear();
  DeclareParameters(d->parameters);
  for (const Declaration* local : d->locals) Declare(local);
  std::unordered_map<const StateDecl*, State> entry;
  std::vector<const StateDecl*> work;
  for (const StateDecl* state : d->states) {
    if (state->name.text != "start") continue;
    entry[state] = state_;
    work.push_back(state);
    break;
  }
  auto leave = [&](const StateDecl* state, auto visit) {
    const StateFacts* facts = program_.State(state);
    if (facts == nullptr) return;
    for (const Expression* key : state->select) Walk(key);
    if (state->transition == StateDecl::Transition::kDirect && facts->next.state != nullptr)
      visit(facts->next.state);
    for (const SelectTarget& target : facts->targets)
      if (target.state != nullptr) visit(target.state);
  };
  // Each header's knowledge changes at most three times, so this ends; a hostile parser is given
  // up.
  size_t budget = 1000 + 20 * d->states.size();
  quiet_ = true;
  while (!work.empty() && budget-- != 0) {
    const StateDecl* state = work.back();
    work.pop_back();
    state_ = entry[state];
    Statements(state->statements);
    leave(state, [&](const StateDecl* next) {
      auto [it, fresh] = entry.emplace(next, state_);
      if (fresh) {
        work.push_back(next);
        return;
      }
      State joined = it->second;
      JoinInto(joined, state_);
      if (joined.headers == it->second.headers && joined.unreachable == it->second.unreachable)
        return;
      it->second = std::move(joined);
      work.push_back(next);
    });
  }
  quiet_ = false;
  if (!work.empty()) return;
  for (const StateDecl* state : d->states) {
    auto it = entry.find(state);
    if (it == entry.end()) continue;
    state_ = it->second;
    Statements(state->statements);
    leave(state, [](const StateDecl*) {});
  }
}

void WalkDeclaration(const Declaration* d, Flow& flow) {
  if (const auto* function = As<FunctionDecl>(d)) {
    flow.Body(function->parameters, function->body);
  } else if (const auto* action = As<ActionDecl>(d)) {
    flow.Body(action->parameters, action->body);
  } else if (const auto* instance = As<InstantiationDecl>(d)) {
    for (const Declaration* one : instance->body) WalkDeclaration(one, flow);
  } else if (const auto* control = As<ControlDecl>(d)) {
    for (const Declaration* one : control->locals)
      if (As<InstantiationDecl>(one) != nullptr) WalkDeclaration(one, flow);
    flow.Control(control);
  } else if (const auto* parser = As<ParserDecl>(d)) {
    flow.Parser(parser);
  }
}

}  // namespace

void WarnAboutValidity(const CheckedProgram& program, Diagnostics& diagnostics) {
  Flow flow(program, diagnostics);
  for (const Declaration* d : program.tree->declarations) WalkDeclaration(d, flow);
}

}  // namespace ipdk::p4
