// Tables: keys, actions, default actions, entries and the other properties.

#include "p4/check/checker.h"

namespace ipdk::p4 {

void Checker::CheckTable(const TableDecl* d) {
  CheckAnnotations(d->annotations);
  TableFacts facts;
  {
    ContextGuard guard(context_);
    context_.place = Place::kTable;
    being_declared_.emplace_back(d->name.text, scopes_.level());
    std::unordered_map<std::string_view, const TableProperty*> seen;
    for (const TableProperty& property : d->properties) {
      auto [it, fresh] = seen.emplace(property.name.text, &property);
      if (!fresh) {
        Report(Kind::kBadTable, property.span, "table '{}' has the property '{}' twice",
               d->name.text, property.name.text)
            .Note(it->second->span, "first given here");
      }
      CheckAnnotations(property.annotations);
    }
    // Entries and the default action need the keys and the actions, in whatever order they are
    // written.
    for (const TableProperty& property : d->properties) {
      if (property.kind == TableProperty::Kind::kKey && seen[property.name.text] == &property)
        CheckKey(property, facts);
    }
    // P4-16 14.2.1.3, 14.2.1.4: what names actions stands behind their list, and entries behind the
    // key.
    auto after = [&](std::string_view later, std::string_view earlier) {
      auto a = seen.find(earlier), b = seen.find(later);
      if (a == seen.end() || b == seen.end() || b->second > a->second) return;
      Report(Kind::kBadTable, b->second->name.span, "'{}' must stand behind '{}'", later, earlier)
          .Note(a->second->name.span, "'{}' stands here", earlier);
    };
    after("default_action", "actions");
    after("entries", "actions");
    after("entries", "key");
    bool has_actions = false;
    for (const TableProperty& property : d->properties) {
      if (property.kind != TableProperty::Kind::kActions || seen[property.name.text] != &property)
        continue;
      CheckActionList(property, facts);
      has_actions = true;
    }
    if (!has_actions)
      Report(Kind::kBadTable, d->name.span, "table '{}' has no property 'actions'", d->name.text);
    for (const TableProperty& property : d->properties) {
      if (seen[property.name.text] != &property) continue;
      if (property.kind == TableProperty::Kind::kEntries) {
        CheckEntries(property, d, facts);
      } else if (property.kind == TableProperty::Kind::kOther && property.value != nullptr) {
        if (property.name.text == "default_action") {
          CheckDefaultAction(property, facts);
        } else {
          CheckOtherProperty(property, facts);
        }
      }
    }
    being_declared_.pop_back();
    if (const TableProperty* entries = d->Find("entries");
        entries != nullptr && facts.size != nullptr &&
        facts.size->integer < static_cast<unsigned long>(facts.entries.size())) {
      Report(Kind::kTooManyEntries, entries->name.span, "table '{}' has size {} and {} entries",
             d->name.text, facts.size->integer.get_str(), facts.entries.size());
    }
  }
  program_.tables[d->index] = std::move(facts);
  Facts(d).type = FunctionType(d, TypeKind::kTable);
  Declare(d);
}

namespace {

// P4-16 18.3.1.1: the expressions that the control plane can name by themselves.
bool HasKeyName(const Expression* e) {
  switch (e->kind) {
    case ExpressionKind::kName:
    case ExpressionKind::kInteger:
    case ExpressionKind::kBool:
    case ExpressionKind::kTypeMember:
      return true;
    case ExpressionKind::kMember:
      return HasKeyName(As<MemberExpr>(e)->base);
    case ExpressionKind::kIndex:
      return HasKeyName(As<IndexExpr>(e)->base);
    case ExpressionKind::kSlice:
      return HasKeyName(As<SliceExpr>(e)->base);
    case ExpressionKind::kCast:
      return HasKeyName(As<CastExpr>(e)->operand);
    case ExpressionKind::kBinary: {
      const auto* binary = As<BinaryExpr>(e);
      return binary->op == BinaryOp::kBitAnd && binary->left->kind != ExpressionKind::kBinary &&
             HasKeyName(binary->left) && HasKeyName(binary->right);
    }
    case ExpressionKind::kCall: {
      const auto* callee = As<MemberExpr>(As<CallExpr>(e)->callee);
      return callee != nullptr && callee->member.text == "isValid" && HasKeyName(callee->base);
    }
    default:
      return false;
  }
}

}  // namespace

void Checker::CheckKey(const TableProperty& property, TableFacts& facts) {
  for (const KeyElement& element : property.key) {
    CheckAnnotations(element.annotations);
    TypeId type = Infer(element.expression);
    std::string_view match = element.match_kind.text;
    bool known = match_kinds_by_name_.contains(match);
    if (!known) {
      Report(Kind::kBadKey, element.match_kind.span,
             "'{}' is not a match_kind; is an architecture file missing?", match);
    }
    TypeId plain = type;
    while (types_.Is(plain, TypeKind::kNewType) || types_.Is(plain, TypeKind::kSerEnum))
      plain = types_.Underlying(plain);
    switch (KindOf(plain)) {
      case TypeKind::kBit:
      case TypeKind::kSigned:
      case TypeKind::kBool:
      case TypeKind::kEnum:
      case TypeKind::kError:
      case TypeKind::kVariable:
      case TypeKind::kPoison:
        break;
      default:
        Report(Kind::kBadKey, element.expression->span,
               "a key may not be of type {}; bits, integers, booleans, enums and errors may",
               Print(type));
        type = plain = Poison();
    }
    if (FindAnnotation(element.annotations, "name") == nullptr && !HasKeyName(element.expression)) {
      Report(Kind::kBadKey, element.expression->span,
             "a key that is more than a field needs a name for the control plane: @name(\"...\")");
    }
    bool is_number =
        types_.IsFixedWidth(plain) || IsPoison(plain) || types_.Is(plain, TypeKind::kVariable);
    if (!is_number && (match == "lpm" || match == "range")) {
      Report(Kind::kBadKey, element.expression->span,
             "'{}' matches bits and integers, this key is {}", match, Print(type));
    }
    facts.keys.push_back({.element = &element, .type = type, .match_kind = match});
  }
}

const CallFacts* Checker::BindAction(const Expression* reference, bool all_bound,
                                     const ActionDecl** action) {
  const auto* call = As<CallExpr>(reference);
  const auto* name = As<NameExpr>(call != nullptr ? call->callee : reference);
  List<Argument> arguments = call != nullptr ? call->arguments : List<Argument>();
  Facts(reference).type = Facts(reference).target = types_.void_type();
  auto fail = [&]() -> const CallFacts* {
    InferArguments(arguments);
    return nullptr;
  };
  if (name == nullptr) {
    Report(Kind::kBadAction, reference->span, "an action's name is wanted here");
    return fail();
  }
  const Scopes::Overloads* found = Lookup(name->name, name->absolute);
  Facts(name).type = Facts(name).target = types_.void_type();
  if (found == nullptr) return fail();
  const auto* decl = As<ActionDecl>(found->back());
  if (decl == nullptr) {
    Report(Kind::kBadAction, name->span, "'{}' is {}, not an action", name->name.text,
           Describe(found->back()));
    return fail();
  }
  Facts(name).declaration = decl;
  *action = decl;
  if (call != nullptr && call->has_type_arguments) {
    Report(Kind::kTypeArguments, call->span, "an action takes no type arguments");
  }
  std::string why;
  std::optional<Binding> binding = Bind(decl->parameters, arguments, !all_bound, &why);
  if (!binding) {
    Report(Kind::kBadAction, reference->span, "action '{}': {}", decl->name.text, why)
        .Note(decl->name.span, "declared here");
    return fail();
  }
  CallFacts facts{.kind = CalleeKind::kAction, .declaration = decl, .result = types_.void_type()};
  for (size_t i = 0; i < decl->parameters.size(); ++i) {
    const ParameterDecl* p = decl->parameters[i];
    const Argument* given = binding->arguments[i];
    if (!all_bound && given != nullptr && p->direction == Direction::kNone) {
      Report(Kind::kBadAction, given->span,
             "parameter '{}' of action '{}' has no direction: the control plane gives it, not the "
             "list",
             p->name.text, decl->name.text);
    }
  }
  bool good = CheckArguments(
      {.name = decl->name.text, .parameters = decl->parameters, .in_table = !all_bound}, *binding,
      arguments, reference->span, facts);
  if (good && all_bound) {
    for (const BoundArgument& one : facts.arguments) {
      if (one.direction == Direction::kNone && one.value != nullptr) {
        RequireConstant(one.value, fmt::format("the argument for '{}'", one.parameter->name.text));
      }
    }
  }
  CallFacts& kept = program_.calls[reference->index];
  kept = std::move(facts);
  return &kept;
}

void Checker::CheckActionList(const TableProperty& property, TableFacts& facts) {
  // P4-16 14.2.1.2: arguments here are known without applying a table.
  ContextGuard guard(context_);
  context_.place = Place::kAction;
  std::unordered_map<const ActionDecl*, const ActionRef*> seen;
  std::unordered_map<std::string_view, const ActionRef*> names;
  for (const ActionRef& reference : property.actions) {
    CheckAnnotations(reference.annotations);
    TableActionFacts one{.reference = &reference};
    const CallFacts* call = BindAction(reference.expression, false, &one.action);
    if (call == nullptr || one.action == nullptr) continue;
    auto [it, fresh] = seen.emplace(one.action, &reference);
    if (!fresh) {
      Report(Kind::kBadAction, reference.span, "action '{}' is listed twice", one.action->name.text)
          .Note(it->second->span, "first listed here");
      continue;
    }
    auto [same, first] = names.emplace(one.action->name.text, &reference);
    if (!first && FindAnnotation(one.action->annotations, "name") == nullptr) {
      Report(Kind::kBadAction, reference.span,
             "two actions of the table are named '{}'; rename one, or give it another @name",
             one.action->name.text)
          .Note(same->second->span, "first listed here");
    }
    one.call = call;
    one.table_only = FindAnnotation(reference.annotations, "tableonly") != nullptr;
    one.default_only = FindAnnotation(reference.annotations, "defaultonly") != nullptr;
    facts.actions.push_back(one);
  }
}

const CallFacts* Checker::BindListedAction(const Expression* reference, const TableFacts& facts,
                                           Kind kind, uint32_t* index) {
  const ActionDecl* action = nullptr;
  const CallFacts* call = BindAction(reference, true, &action);
  if (call == nullptr || action == nullptr) return nullptr;
  for (size_t i = 0; i < facts.actions.size(); ++i) {
    if (facts.actions[i].action != action) continue;
    *index = static_cast<uint32_t>(i);
    return call;
  }
  Report(kind, reference->span, "action '{}' is not in the table's list of actions",
         action->name.text);
  return nullptr;
}

bool Checker::SameExpression(const Expression* a, const Expression* b) {
  if (a->kind != b->kind) return false;
  auto same_list = [](auto left, auto right, auto same) {
    if (left.size() != right.size()) return false;
    for (size_t i = 0; i < left.size(); ++i) {
      if (!same(left[i], right[i])) return false;
    }
    return true;
  };
  switch (a->kind) {
    case ExpressionKind::kInteger:
      return *As<IntegerExpr>(a)->value == *As<IntegerExpr>(b)->value;
    case ExpressionKind::kBool:
      return As<BoolExpr>(a)->value == As<BoolExpr>(b)->value;
    case ExpressionKind::kString:
      return As<StringExpr>(a)->value == As<StringExpr>(b)->value;
    case ExpressionKind::kName:
      return As<NameExpr>(a)->name.text == As<NameExpr>(b)->name.text;
    case ExpressionKind::kUnary:
      return As<UnaryExpr>(a)->op == As<UnaryExpr>(b)->op &&
             SameExpression(As<UnaryExpr>(a)->operand, As<UnaryExpr>(b)->operand);
    case ExpressionKind::kBinary: {
      const auto *x = As<BinaryExpr>(a), *y = As<BinaryExpr>(b);
      while (true) {
        if (x->op != y->op || !SameExpression(x->right, y->right)) return false;
        const auto *next_x = As<BinaryExpr>(x->left), *next_y = As<BinaryExpr>(y->left);
        if (next_x == nullptr || next_y == nullptr) return SameExpression(x->left, y->left);
        x = next_x;
        y = next_y;
      }
    }
    case ExpressionKind::kConditional: {
      const auto *x = As<ConditionalExpr>(a), *y = As<ConditionalExpr>(b);
      return SameExpression(x->condition, y->condition) && SameExpression(x->if_true, y->if_true) &&
             SameExpression(x->if_false, y->if_false);
    }
    case ExpressionKind::kCast:
      return SameExpression(As<CastExpr>(a)->operand, As<CastExpr>(b)->operand);
    case ExpressionKind::kMember:
      return As<MemberExpr>(a)->member.text == As<MemberExpr>(b)->member.text &&
             SameExpression(As<MemberExpr>(a)->base, As<MemberExpr>(b)->base);
    case ExpressionKind::kTypeMember:
      return As<TypeMemberExpr>(a)->member.text == As<TypeMemberExpr>(b)->member.text;
    case ExpressionKind::kIndex:
      return SameExpression(As<IndexExpr>(a)->base, As<IndexExpr>(b)->base) &&
             SameExpression(As<IndexExpr>(a)->at, As<IndexExpr>(b)->at);
    case ExpressionKind::kSlice: {
      const auto *x = As<SliceExpr>(a), *y = As<SliceExpr>(b);
      return SameExpression(x->base, y->base) && SameExpression(x->high, y->high) &&
             SameExpression(x->low, y->low);
    }
    case ExpressionKind::kList:
      return same_list(As<ListExpr>(a)->elements, As<ListExpr>(b)->elements, SameExpression);
    case ExpressionKind::kStruct:
      return same_list(As<StructExpr>(a)->fields, As<StructExpr>(b)->fields,
                       [](const NamedValue& x, const NamedValue& y) {
                         return x.name.text == y.name.text && SameExpression(x.value, y.value);
                       });
    case ExpressionKind::kCall:
      return SameExpression(As<CallExpr>(a)->callee, As<CallExpr>(b)->callee) &&
             same_list(As<CallExpr>(a)->arguments, As<CallExpr>(b)->arguments,
                       [](const Argument& x, const Argument& y) {
                         return SameExpression(x.value, y.value);
                       });
    default:
      return true;
  }
}

void Checker::CheckDefaultAction(const TableProperty& property, TableFacts& facts) {
  ContextGuard guard(context_);
  context_.place = Place::kAction;
  uint32_t index = UINT32_MAX;
  const CallFacts* call = BindListedAction(property.value, facts, Kind::kBadDefaultAction, &index);
  facts.default_is_const = property.is_const;
  if (call == nullptr) return;
  if (facts.actions[index].table_only) {
    Report(Kind::kBadDefaultAction, property.value->span,
           "action '{}' is marked @tableonly, so it may not be the default",
           facts.actions[index].action->name.text);
  }
  // P4-16 14.2.1.3: what the list binds, the default action must bind to the same.
  const CallFacts* listed = facts.actions[index].call;
  for (size_t i = 0; i < call->arguments.size() && i < listed->arguments.size(); ++i) {
    const Expression *ours = call->arguments[i].value, *theirs = listed->arguments[i].value;
    if (theirs == nullptr || ours == nullptr || listed->arguments[i].direction == Direction::kNone)
      continue;
    if (!SameExpression(ours, theirs)) {
      Report(Kind::kBadDefaultAction, ours->span,
             "the argument for '{}' differs from the one in the list of actions",
             call->arguments[i].parameter->name.text)
          .Note(theirs->span, "listed here");
    }
  }
  facts.default_action = index;
  facts.default_call = call;
}

void Checker::CheckEntryKey(const Expression* keyset, const TableKeyFacts& key) {
  const Expression* one = keyset;
  while (const auto* list = As<ListExpr>(one)) {
    if (!list->is_tuple_keyset || list->elements.size() != 1) break;
    one = list->elements[0];
  }
  const auto* binary = As<BinaryExpr>(one);
  bool is_mask = binary != nullptr && binary->op == BinaryOp::kMask;
  bool is_range = binary != nullptr && binary->op == BinaryOp::kRange;
  bool is_any = IsAnyKeyset(one);
  std::string_view match = key.match_kind;
  std::string_view given = is_mask ? "a mask" : is_range ? "a range" : "'_'";
  // Without the core library's match kinds, a kind of that name means what its architecture says.
  bool wrong = match_kinds_by_name_.contains("lpm") && match_kinds_by_name_.contains("ternary") &&
               ((match == "exact" && (is_mask || is_range || is_any)) ||
                (match == "lpm" && is_range) || (match == "ternary" && is_range) ||
                (match == "range" && is_mask) || (match == "optional" && (is_mask || is_range)));
  if (wrong) {
    Report(Kind::kBadEntry, one->span, "{} cannot be matched by a key of kind '{}'", given, match);
    if (!is_any) Infer(one);
    return;
  }
  context_.in_keyset = true;
  CheckKeyset(one, key.type, true);
  context_.in_keyset = false;
  if (match != "lpm" || !is_mask) return;
  const ValuePtr& mask = Facts(binary->right).value;
  TypeId type = Facts(binary->right).target;
  if (mask == nullptr || mask->kind != Value::Kind::kInteger || !types_.IsFixedWidth(type)) return;
  uint32_t width = types_[type].width;
  // A prefix: ones, then zeros.
  Integer inverted = Mask(width) - Truncate(mask->integer, width);
  if (Integer(inverted & (inverted + 1)) != 0) {
    Report(Kind::kBadEntry, binary->right->span,
           "the mask of a key of kind 'lpm' must be a prefix: ones, then zeros");
  }
}

void Checker::CheckEntries(const TableProperty& property, const TableDecl* d, TableFacts& facts) {
  facts.entries_are_const = property.is_const;
  if (facts.keys.empty() && !property.entries.empty()) {
    Report(Kind::kBadEntry, property.span, "table '{}' has no key, so it may not have entries",
           d->name.text);
  }
  bool prioritized = false;
  for (const TableKeyFacts& key : facts.keys) {
    prioritized |= key.match_kind != "exact" && key.match_kind != "lpm";
  }
  for (const TableEntry& entry : property.entries) {
    CheckAnnotations(entry.annotations);
    TableEntryFacts one{.entry = &entry};
    if (entry.priority != nullptr) {
      std::optional<Integer> priority = ConstantInteger(entry.priority, "the priority of an entry");
      if (priority && *priority < 0) {
        Report(Kind::kBadEntry, entry.priority->span,
               "the priority of an entry is {}, it may not be negative", priority->get_str());
      }
      if (property.is_const) {
        Report(Kind::kBadEntry, entry.priority->span,
               "const entries take their priority from their order, so none may be written");
      } else if (!prioritized) {
        Report(Kind::kBadEntry, entry.priority->span,
               "the kinds of match of table '{}' have no priorities", d->name.text);
      }
      if (priority) one.priority = IntegerValue(*priority);
    }
    // A keyset in parentheses reads as a list of one.
    if (const auto* list = As<ListExpr>(entry.keyset);
        list != nullptr && (facts.keys.size() != 1 || list->elements.size() == 1)) {
      one.keys.assign(list->elements.begin(), list->elements.end());
      Facts(entry.keyset).type = Facts(entry.keyset).target = types_.void_type();
    } else if (IsAnyKeyset(entry.keyset)) {
      // One `default` stands for all keys.
      one.keys.assign(facts.keys.size(), entry.keyset);
    } else {
      one.keys.push_back(entry.keyset);
    }
    if (one.keys.size() != facts.keys.size()) {
      if (!facts.keys.empty()) {
        Report(Kind::kBadEntry, entry.keyset->span, "table '{}' has {} keys, this entry gives {}",
               d->name.text, facts.keys.size(), one.keys.size());
      }
    } else {
      for (size_t i = 0; i < one.keys.size(); ++i) CheckEntryKey(one.keys[i], facts.keys[i]);
    }
    one.call = BindListedAction(entry.action, facts, Kind::kBadEntry, &one.action);
    if (one.call == nullptr) continue;
    if (facts.actions[one.action].default_only) {
      Report(Kind::kBadEntry, entry.action->span,
             "action '{}' is marked @defaultonly, so it may not be in an entry",
             facts.actions[one.action].action->name.text);
    }
    facts.entries.push_back(std::move(one));
  }
  CheckEntryCoverage(property, d, facts);
  if (prioritized && !property.is_const) CheckEntryPriorities(property, d, facts);
}

void Checker::CheckOtherProperty(const TableProperty& property, TableFacts& facts) {
  std::string_view name = property.name.text;
  TypeId type = Infer(property.value);
  if (IsPoison(type)) return;
  if (name == "size" && property.is_const) {
    Report(Kind::kBadTable, property.span,
           "the property 'size' may not be 'const': nothing changes it anyway");
  }
  if (name == "size" || name == "priority_delta") {
    if (!types_.Is(type, TypeKind::kInteger) && !types_.IsFixedWidth(type)) {
      Report(Kind::kBadTable, property.value->span,
             "the property '{}' must be an integer, this is {}", name, Print(type));
      return;
    }
    if (!RequireConstant(property.value, fmt::format("the property '{}'", name))) return;
    const ValuePtr& value = Facts(property.value).value;
    if (value == nullptr) return;
    if (value->integer < 0 || (name == "priority_delta" && value->integer == 0)) {
      Report(Kind::kBadTable, property.value->span, "the property '{}' is {}, it must be positive",
             name, value->integer.get_str());
    }
    if (name == "size") facts.size = value;
  } else if (name == "largest_priority_wins") {
    if (!types_.Is(type, TypeKind::kBool)) {
      Report(Kind::kBadTable, property.value->span, "the property '{}' must be a bool, this is {}",
             name, Print(type));
    } else {
      RequireConstant(property.value, fmt::format("the property '{}'", name));
    }
  }
}

}  // namespace ipdk::p4
