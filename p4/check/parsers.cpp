// Parsers: their states, transitions, and the sets that select matches against.

#include "p4/check/checker.h"

namespace ipdk::p4 {

void Checker::CheckParser(const ParserDecl* d) {
  CheckAnnotations(d->annotations);
  {
    ScopeGuard scope(scopes_);
    being_declared_.emplace_back(d->name.text, scopes_.level() - 1);
    std::vector<TypeId> parameters = DeclareTypeParameters(d->type_parameters);
    CheckParameters(d->parameters, Owner::kBlock);
    CheckParameters(d->constructor_parameters, Owner::kParserConstructor);
    uint32_t nominal = NewNominal(d, TypeKind::kParser, parameters);
    types_.MutableNominal(nominal).apply = Describe(d->parameters);
    Facts(d).type = types_.NominalType(nominal, parameters);

    ContextGuard guard(context_);
    context_.in_parser = true;
    context_.place = Place::kBlockLocals;
    context_.return_type = TypeId();
    ScopeGuard locals(scopes_);
    for (const Declaration* local : d->locals) CheckLocal(local);

    // States may go to states that are declared later.
    std::unordered_map<std::string_view, const StateDecl*> outer_states;
    std::swap(outer_states, states_);
    for (const StateDecl* state : d->states) {
      if (state->name.text == "accept" || state->name.text == "reject") {
        Report(Kind::kBadState, state->name.span,
               "the state '{}' is built in, it may not be declared", state->name.text);
        continue;
      }
      Declare(state);
      states_.emplace(state->name.text, state);
    }
    if (!states_.contains("start")) {
      Report(Kind::kBadState, d->name.span, "parser '{}' has no state 'start'", d->name.text);
    }
    for (const StateDecl* state : d->states) CheckState(state);
    CheckReachability(d);
    std::swap(outer_states, states_);
    being_declared_.pop_back();
  }
  Declare(d);
}

void Checker::CheckReachability(const ParserDecl* d) {
  auto start = states_.find("start");
  if (start == states_.end()) return;
  std::unordered_set<const StateDecl*> reached{start->second};
  std::vector<const StateDecl*> work{start->second};
  bool ends = false;
  while (!work.empty()) {
    const StateDecl* state = work.back();
    work.pop_back();
    const StateFacts* facts = program_.State(state);
    if (facts == nullptr) continue;
    // A select that matches nothing rejects.
    ends |= state->transition == StateDecl::Transition::kSelect &&
            (state->cases.empty() || !IsAnyKeyset(state->cases.back().keyset));
    auto visit = [&](const SelectTarget& target) {
      ends |= target.state == nullptr;
      if (target.state != nullptr && reached.insert(target.state).second)
        work.push_back(target.state);
    };
    if (state->transition != StateDecl::Transition::kSelect) visit(facts->next);
    for (const SelectTarget& target : facts->targets) visit(target);
  }
  if (!ends) {
    Report(Kind::kBadState, d->name.span,
           "parser '{}' never reaches accept or reject, whatever the packet", d->name.text);
  }
  for (const StateDecl* state : d->states) {
    if (!reached.contains(state) && state->name.text != "accept" && state->name.text != "reject") {
      Report(Kind::kUnreachableState, state->name.span, "state '{}' cannot be reached",
             state->name.text);
    }
  }
}

SelectTarget Checker::ResolveState(const Identifier& name) {
  if (name.text == "accept") return {SelectTarget::Kind::kAccept, nullptr};
  if (name.text == "reject") return {SelectTarget::Kind::kReject, nullptr};
  auto it = states_.find(name.text);
  if (it != states_.end()) return {SelectTarget::Kind::kState, it->second};
  if (const Scopes::Overloads* found = scopes_.Find(name.text)) {
    Report(Kind::kBadState, name.span, "'{}' is {}, not a state", name.text,
           Describe(found->back()));
  } else {
    Report(Kind::kUnknownName, name.span, "there is no state '{}'", name.text);
  }
  return {};
}

bool Checker::IsAnyKeyset(const Expression* keyset) const {
  return keyset->kind == ExpressionKind::kDefault;
}

void Checker::CheckState(const StateDecl* d) {
  CheckAnnotations(d->annotations);
  ScopeGuard scope(scopes_);
  ContextGuard guard(context_);
  context_.place = Place::kParserState;
  context_.loops = 0;
  CheckStatements(d->statements);
  StateFacts facts;
  if (d->transition == StateDecl::Transition::kDirect) facts.next = ResolveState(d->next);
  if (d->transition == StateDecl::Transition::kSelect) {
    for (const Expression* key : d->select) {
      TypeId type = Infer(key);
      switch (KindOf(type)) {
        case TypeKind::kSequence: {
          TypeId tuple = Inference(types_).Resolve(type);
          bool complete = types_.Is(tuple, TypeKind::kTuple);
          for (TypeId part : types_[tuple].arguments) complete &= MayBe(part, Role::kVariable);
          if (!complete) {
            Report(Kind::kBadSelect, key->span,
                   "select cannot match {}: all its elements need a type", Print(type));
            tuple = Poison();
          } else {
            Convert(key, tuple);
          }
          type = tuple;
          break;
        }
        case TypeKind::kBit:
        case TypeKind::kSigned:
        case TypeKind::kBool:
        case TypeKind::kEnum:
        case TypeKind::kSerEnum:
        case TypeKind::kNewType:
        case TypeKind::kError:
        case TypeKind::kTuple:
        case TypeKind::kVariable:
        case TypeKind::kPoison:
          break;
        case TypeKind::kInteger:
          Report(Kind::kBadSelect, key->span,
                 "select cannot match a number without a width; give it one, as in 8w1");
          type = Poison();
          break;
        default:
          Report(Kind::kBadSelect, key->span, "select cannot match {}", Print(type));
          type = Poison();
      }
      facts.key_types.push_back(type);
    }
    bool complete = false;
    for (const SelectCase& one : d->cases) {
      if (complete) {
        Report(Kind::kUnreachableCase, one.span,
               "this case is never reached: a case before it matches everything");
      }
      context_.in_keyset = true;
      CheckSelectKeyset(one.keyset, facts.key_types);
      context_.in_keyset = false;
      if (IsAnyKeyset(one.keyset)) complete = true;
      facts.targets.push_back(ResolveState(one.state));
    }
    CheckSelectCoverage(d);
  }
  program_.states[d->index] = std::move(facts);
}

namespace {
constexpr size_t kMostLeaves = 1000;
}

// The parts of a struct or tuple, those of its parts included; cut short beyond any select's size.
void Checker::Leaves(TypeId type, std::vector<TypeId>* leaves) {
  if (leaves->size() > kMostLeaves) return;
  if (types_.Is(type, TypeKind::kTuple) && !types_[type].arguments.empty()) {
    for (TypeId part : types_[type].arguments) Leaves(part, leaves);
  } else if (types_.Is(type, TypeKind::kStruct) && !types_.Fields(type).empty()) {
    for (const Field& field : types_.Fields(type)) Leaves(field.type, leaves);
  } else {
    leaves->push_back(type);
  }
}

void Checker::CheckSelectKeyset(const Expression* keyset, std::span<const TypeId> types) {
  const auto* list = As<ListExpr>(keyset);
  auto note = [&](TypeId type) { Facts(keyset).type = Facts(keyset).target = type; };
  if (IsAnyKeyset(keyset)) {
    note(types_.Simple(TypeKind::kAny));
    return;
  }
  if (list != nullptr && list->is_tuple_keyset && types.size() != 1) {
    if (list->elements.size() != types.size()) {
      Report(Kind::kBadSelect, keyset->span, "select has {} keys, this case matches {}",
             types.size(), list->elements.size());
      for (const Expression* one : list->elements) {
        if (one->kind != ExpressionKind::kDefault) Infer(one);
      }
      note(Poison());
      return;
    }
    for (size_t i = 0; i < types.size(); ++i) CheckKeyset(list->elements[i], types[i], false);
    note(types_.Set(types_.Tuple(types)));
    return;
  }
  if (types.size() == 1) {
    CheckKeyset(keyset, types[0], false);
    return;
  }
  // Several keys against one thing: a value set of a tuple or struct, or a list.
  TypeId tuple = types_.Tuple(types);
  TypeId given = Infer(keyset);
  if (IsPoison(given)) return;
  if (types_.Is(given, TypeKind::kSet)) {
    TypeId element = types_[given].element;
    if (element == tuple) return;
    std::vector<TypeId> leaves;
    Leaves(element, &leaves);
    bool same = leaves.size() == types.size();
    for (size_t i = 0; same && i < leaves.size(); ++i) {
      same = leaves[i] == types[i] || IsPoison(types[i]) || IsPoison(leaves[i]);
    }
    if (same) return;
  } else if (types_.Is(given, TypeKind::kSequence)) {
    Coerce(keyset, tuple, "the case");
    return;
  }
  Report(Kind::kBadSelect, keyset->span, "select has {} keys, this case matches one {}",
         types.size(), Print(given));
}

void Checker::CheckKeyset(const Expression* keyset, TypeId type, bool constant) {
  auto note = [&](TypeId made) { Facts(keyset).type = Facts(keyset).target = made; };
  if (IsAnyKeyset(keyset)) {
    note(types_.Simple(TypeKind::kAny));
    return;
  }
  TypeId plain = types_.Is(type, TypeKind::kSerEnum) ? types_.Underlying(type) : type;
  if (const auto* binary = As<BinaryExpr>(keyset);
      binary != nullptr && (binary->op == BinaryOp::kMask || binary->op == BinaryOp::kRange)) {
    for (const Expression* side : {binary->left, binary->right}) Infer(side);
    if (!IsPoison(plain) && !types_.IsFixedWidth(plain) && !types_.Is(plain, TypeKind::kVariable)) {
      Report(Kind::kBadSelect, keyset->span,
             "'{}' matches bits and integers, this is matched against {}", BinaryText(binary->op),
             Print(type));
      note(Poison());
      return;
    }
    bool good =
        Coerce(binary->left, plain, fmt::format("the left of '{}'", BinaryText(binary->op)));
    good &= Coerce(binary->right, plain, fmt::format("the right of '{}'", BinaryText(binary->op)));
    note(good ? types_.Set(plain) : Poison());
    if (good && constant) {
      RequireConstant(binary->left, "a value of an entry");
      RequireConstant(binary->right, "a value of an entry");
    }
    const ValuePtr &low = Facts(binary->left).value, &high = Facts(binary->right).value;
    if (good && binary->op == BinaryOp::kRange && low != nullptr && high != nullptr &&
        low->kind == Value::Kind::kInteger && high->kind == Value::Kind::kInteger &&
        low->integer > high->integer) {
      Report(Kind::kEntryOrder, keyset->span, "the range {}..{} is empty", low->integer.get_str(),
             high->integer.get_str());
    }
    return;
  }
  const auto* list = As<ListExpr>(keyset);
  if (list != nullptr && list->is_tuple_keyset && list->elements.size() == 1 &&
      !types_.Is(type, TypeKind::kTuple)) {
    CheckKeyset(list->elements[0], type, constant);
    note(types_.Set(type));
    return;
  }
  if (list != nullptr && !Facts(keyset).type.valid()) {
    // A list may hold sets in the places of a tuple's or struct's parts.
    std::vector<TypeId> parts(types_[type].arguments.begin(), types_[type].arguments.end());
    bool is_tuple = types_.Is(type, TypeKind::kTuple),
         is_struct = types_.Is(type, TypeKind::kStruct);
    if (is_struct) {
      parts.clear();
      for (const Field& field : types_.Fields(type)) parts.push_back(field.type);
    }
    bool has_sets = false;
    for (const Expression* one : list->elements) {
      const auto* binary = As<BinaryExpr>(one);
      has_sets |=
          one->kind == ExpressionKind::kDefault ||
          (binary != nullptr && (binary->op == BinaryOp::kMask || binary->op == BinaryOp::kRange));
    }
    if (has_sets && (is_tuple || is_struct)) {
      if (parts.size() != list->elements.size()) {
        Report(Kind::kBadSelect, keyset->span, "{} has {} parts, {} are given", Print(type),
               parts.size(), list->elements.size());
        note(Poison());
        return;
      }
      for (size_t i = 0; i < parts.size(); ++i) CheckKeyset(list->elements[i], parts[i], constant);
      note(types_.Set(type));
      return;
    }
  }
  TypeId given = Infer(keyset);
  if (IsPoison(given)) return;
  if (types_.Is(given, TypeKind::kSet)) {
    TypeId element = types_[given].element;
    if (element != type && element != plain && !IsPoison(type) && !IsPoison(element)) {
      // A set of a struct of one field matches that field.
      std::span<const Field> fields = types_.Fields(element);
      if (!(fields.size() == 1 && fields[0].type == type)) {
        Report(Kind::kBadSelect, keyset->span, "a set of {} is matched against {}", Print(element),
               Print(type));
      }
    }
    return;
  }
  if (types_.Is(type, TypeKind::kSerEnum) && given != type) {
    Coerce(keyset, plain, "the value to match");
  } else {
    Coerce(keyset, type, "the value to match");
  }
  if (constant) RequireConstant(keyset, "a value of an entry");
}

}  // namespace ipdk::p4
