// Calls: which function, method, action, table or block is meant, and whether it may be called
// here.

#include "p4/check/checker.h"

namespace ipdk::p4 {

bool Checker::ResolveTypeArguments(const CallExpr* e, std::vector<TypeId>* types) {
  for (const TypeRef* ref : e->type_arguments) {
    TypeId type = Resolve(ref);
    if (IsPoison(type)) return false;
    TypeKind kind = KindOf(type);
    if (kind == TypeKind::kParser || kind == TypeKind::kControl || kind == TypeKind::kPackage) {
      Report(Kind::kTypeArguments, ref->span, "{} may not be a type argument", Print(type));
      return false;
    }
    types->push_back(type);
  }
  return true;
}

bool Checker::RequireNoArguments(const CallExpr* e, std::string_view name) {
  if (e->arguments.empty()) return true;
  Report(Kind::kArguments, e->span, "'{}' takes no arguments, {} are given", name,
         e->arguments.size());
  InferArguments(e->arguments);
  return false;
}

TypeId Checker::InferCall(const CallExpr* e) {
  CallFacts facts;
  TypeId type;
  if (const auto* name = As<NameExpr>(e->callee)) {
    type = CallName(e, name, facts);
  } else if (const auto* member = As<MemberExpr>(e->callee)) {
    bool was_unevaluated = context_.unevaluated;
    context_.unevaluated |= member->member.text.starts_with("minSizeIn") ||
                            member->member.text.starts_with("maxSizeIn");
    TypeId base = Infer(member->base);
    context_.unevaluated = was_unevaluated;
    Facts(member).member = MemberKind::kMethod;
    facts.receiver = member->base;
    facts.receiver_type = base;
    const Type t = types_[base];
    if (t.kind == TypeKind::kPoison) {
      InferArguments(e->arguments);
      type = Poison();
    } else if (t.kind == TypeKind::kExtern) {
      type = CallMethod(e, member, base, facts);
    } else if ((t.kind == TypeKind::kParser || t.kind == TypeKind::kControl) &&
               member->member.text == "apply") {
      type = CallApply(e, base, facts);
    } else if (t.kind == TypeKind::kTable && member->member.text == "apply") {
      facts.kind = CalleeKind::kTableApply;
      facts.declaration = Facts(member->base).declaration;
      RequireNoArguments(e, "apply");
      uint32_t nominal = types_.AddNominal({.kind = TypeKind::kTableResult,
                                            .name = types_.NominalOf(base).name,
                                            .declaration = types_.NominalOf(base).declaration});
      type = types_.NominalType(nominal, {});
      RequirePlace(e, facts, "apply");
    } else if (CallSizeOf(e, member->member, base, facts, &type)) {
    } else {
      type = CallHeaderOrStack(e, member, base, facts);
    }
    Facts(member).type = Facts(member).target = types_.Simple(TypeKind::kVoid);
    Facts(member).declaration = facts.declaration;
  } else if (const auto* type_member = As<TypeMemberExpr>(e->callee)) {
    TypeId base = Resolve(type_member->type);
    Facts(type_member).member = MemberKind::kMethod;
    Facts(type_member).type = Facts(type_member).target = types_.Simple(TypeKind::kVoid);
    facts.receiver_type = base;
    const Type t = types_[base];
    if (t.kind == TypeKind::kPoison) {
      InferArguments(e->arguments);
      type = Poison();
    } else if ((t.kind == TypeKind::kParser || t.kind == TypeKind::kControl) &&
               type_member->member.text == "apply") {
      const Declaration* d = nominal_declarations_[t.nominal];
      Parameters made =
          d->kind == DeclarationKind::kParser    ? As<ParserDecl>(d)->constructor_parameters
          : d->kind == DeclarationKind::kControl ? As<ControlDecl>(d)->constructor_parameters
                                                 : Parameters();
      if (As<BlockTypeDecl>(d) != nullptr) {
        Report(Kind::kNotCallable, e->callee->span,
               "{} is a type without a body, it cannot be applied", Print(base));
      } else if (!made.empty()) {
        Report(Kind::kArguments, e->callee->span,
               "{} has constructor parameters, so it must be instantiated first", Print(base));
      }
      type = CallApply(e, base, facts);
      Facts(type_member).declaration = facts.declaration;
    } else if (!CallSizeOf(e, type_member->member, base, facts, &type)) {
      Report(Kind::kUnknownMember, type_member->member.span, "the type {} has no '{}' to call",
             Print(base), type_member->member.text);
      InferArguments(e->arguments);
      type = Poison();
    }
  } else {
    Infer(e->callee);
    Report(Kind::kNotCallable, e->callee->span, "this cannot be called");
    InferArguments(e->arguments);
    type = Poison();
  }
  facts.result = type;
  if (facts.kind != CalleeKind::kNone) program_.calls[e->index] = std::move(facts);
  return type;
}

bool Checker::CallSizeOf(const CallExpr* e, const Identifier& method, TypeId of, CallFacts& facts,
                         TypeId* result) {
  std::string_view name = method.text;
  bool maximum = name.starts_with("max"), bytes = name.ends_with("Bytes");
  if (name == "minSizeInBits") {
    facts.kind = CalleeKind::kMinSizeInBits;
  } else if (name == "minSizeInBytes") {
    facts.kind = CalleeKind::kMinSizeInBytes;
  } else if (name == "maxSizeInBits") {
    facts.kind = CalleeKind::kMaxSizeInBits;
  } else if (name == "maxSizeInBytes") {
    facts.kind = CalleeKind::kMaxSizeInBytes;
  } else {
    return false;
  }
  *result = types_.integer();
  RequireNoArguments(e, name);
  Facts(e).is_constant = true;
  uint64_t bits = 0;
  if (types_.SizeInBits(of, maximum, &bits)) {
    Facts(e).value = IntegerValue(FromU64(bytes ? bits / 8 + (bits % 8 != 0) : bits));
  } else if (!types_[of].has_variable) {
    Report(Kind::kUnknownMember, method.span, "{} has no size", Print(of));
    *result = Poison();
  }
  return true;
}

TypeId Checker::CallHeaderOrStack(const CallExpr* e, const MemberExpr* callee, TypeId base,
                                  CallFacts& facts) {
  std::string_view name = callee->member.text;
  TypeKind kind = KindOf(base);
  bool is_header = kind == TypeKind::kHeader;
  if (name == "isValid" && (is_header || kind == TypeKind::kUnion)) {
    facts.kind = CalleeKind::kIsValid;
    RequireNoArguments(e, name);
    return types_.boolean();
  }
  if (is_header && (name == "setValid" || name == "setInvalid")) {
    facts.kind = name == "setValid" ? CalleeKind::kSetValid : CalleeKind::kSetInvalid;
    RequireNoArguments(e, name);
    RequireLvalue(callee->base, fmt::format("the header of '{}'", name));
    return types_.void_type();
  }
  if (kind == TypeKind::kStack && (name == "push_front" || name == "pop_front")) {
    facts.kind = name == "push_front" ? CalleeKind::kPushFront : CalleeKind::kPopFront;
    RequireLvalue(callee->base, fmt::format("the stack of '{}'", name));
    if (e->arguments.size() != 1) {
      Report(Kind::kArguments, e->span, "'{}' takes one argument, {} are given", name,
             e->arguments.size());
      InferArguments(e->arguments);
      return types_.void_type();
    }
    const Expression* count = e->arguments[0].value;
    std::optional<Integer> value =
        ConstantInteger(count, fmt::format("the argument of '{}'", name));
    if (value && *value < 0) {
      Report(Kind::kArguments, count->span, "the argument of '{}' is {}, it may not be negative",
             name, value->get_str());
    }
    facts.arguments.push_back(
        {.type = types_.integer(), .direction = Direction::kIn, .value = count});
    return types_.void_type();
  }
  Report(Kind::kUnknownMember, callee->member.span, "{} has no '{}' to call", Print(base), name);
  InferArguments(e->arguments);
  return Poison();
}

TypeId Checker::CallApply(const CallExpr* e, TypeId type, CallFacts& facts) {
  const Type t = types_[type];
  const Declaration* d = nominal_declarations_[t.nominal];
  facts.kind = t.kind == TypeKind::kParser ? CalleeKind::kParserApply : CalleeKind::kControlApply;
  facts.declaration = d;
  CallTarget target{.name = "apply", .result = types_.void_type()};
  if (const auto* parser = As<ParserDecl>(d)) target.parameters = parser->parameters;
  if (const auto* control = As<ControlDecl>(d)) target.parameters = control->parameters;
  if (const auto* block = As<BlockTypeDecl>(d)) target.parameters = block->parameters;
  target.outer_from = types_.NominalOf(type).parameters;
  target.outer_to = t.arguments;
  if (e->has_type_arguments) {
    Report(Kind::kTypeArguments, e->span, "'apply' takes no type arguments");
  }
  std::string why;
  std::optional<Binding> binding = Bind(target.parameters, e->arguments, false, &why);
  if (!binding) {
    Report(Kind::kArguments, e->span, "'apply' of {}: {}", Print(type), why)
        .Note(d->name.span, "declared here");
    InferArguments(e->arguments);
    return types_.void_type();
  }
  CheckArguments(target, *binding, e->arguments, e->span, facts);
  RequirePlace(e, facts, "apply");
  return types_.void_type();
}

TypeId Checker::CallMethod(const CallExpr* e, const MemberExpr* callee, TypeId base,
                           CallFacts& facts) {
  const Type t = types_[base];
  const auto* object = As<ExternObjectDecl>(nominal_declarations_[t.nominal]);
  std::string_view name = callee->member.text;
  auto [methods, fresh] = methods_.try_emplace(object);
  if (fresh && object != nullptr) {
    for (const FunctionDecl* method : object->methods) {
      if (method->return_type != nullptr) methods->second[method->name.text].push_back(method);
    }
  }
  const std::vector<const FunctionDecl*>& candidates = methods->second[name];
  if (candidates.empty()) {
    Report(Kind::kUnknownMember, callee->member.span, "{} has no method '{}'", Print(base), name);
    InferArguments(e->arguments);
    return Poison();
  }
  Binding binding;
  const FunctionDecl* method = Choose(candidates, e->arguments, e->span, name, &binding);
  if (method == nullptr) {
    InferArguments(e->arguments);
    return Poison();
  }
  facts.kind = CalleeKind::kMethod;
  facts.declaration = method;
  std::vector<TypeId> explicit_types;
  if (e->has_type_arguments && !ResolveTypeArguments(e, &explicit_types)) {
    InferArguments(e->arguments);
    return Poison();
  }
  CallTarget target{.name = name,
                    .parameters = method->parameters,
                    .type_parameters = TypeParametersOf(method->type_parameters),
                    .explicit_types = e->has_type_arguments ? &explicit_types : nullptr,
                    .outer_from = types_.NominalOf(base).parameters,
                    .outer_to = t.arguments,
                    .result = Facts(method).type};
  bool good = CheckArguments(target, binding, e->arguments, e->span, facts);
  if (good) CheckPacketMethod(e, facts, object);
  RequirePlace(e, facts, name);
  return good && facts.result.valid() ? facts.result : Poison();
}

TypeId Checker::CallName(const CallExpr* e, const NameExpr* callee, CallFacts& facts) {
  const Scopes::Overloads* found = Lookup(callee->name, callee->absolute);
  Facts(callee).type = Facts(callee).target = types_.Simple(TypeKind::kVoid);
  if (found == nullptr) {
    InferArguments(e->arguments);
    return Poison();
  }
  const Declaration* d = found->back();
  std::string_view name = callee->name.text;
  Facts(callee).declaration = d;
  if (const auto* action = As<ActionDecl>(d)) {
    facts.kind = CalleeKind::kAction;
    facts.declaration = d;
    if (e->has_type_arguments) {
      Report(Kind::kTypeArguments, e->span, "an action takes no type arguments");
    }
    std::string why;
    std::optional<Binding> binding = Bind(action->parameters, e->arguments, false, &why);
    if (!binding) {
      Report(Kind::kArguments, e->span, "action '{}': {}", name, why)
          .Note(d->name.span, "declared here");
      InferArguments(e->arguments);
      return types_.void_type();
    }
    CheckArguments({.name = name, .parameters = action->parameters, .result = types_.void_type()},
                   *binding, e->arguments, e->span, facts);
    RequirePlace(e, facts, name);
    return types_.void_type();
  }
  std::vector<const FunctionDecl*> candidates;
  for (const Declaration* one : *found) {
    if (const auto* f = As<FunctionDecl>(one)) candidates.push_back(f);
  }
  if (candidates.empty()) {
    Report(Kind::kNotCallable, callee->span, "'{}' is {}, it cannot be called", name, Describe(d));
    InferArguments(e->arguments);
    return Poison();
  }
  Binding binding;
  const FunctionDecl* f = Choose(candidates, e->arguments, e->span, name, &binding);
  if (f == nullptr) {
    InferArguments(e->arguments);
    return Poison();
  }
  Facts(callee).declaration = f;
  facts.kind =
      f->kind == DeclarationKind::kFunction ? CalleeKind::kFunction : CalleeKind::kExternFunction;
  facts.declaration = f;
  std::vector<TypeId> explicit_types;
  if (e->has_type_arguments && !ResolveTypeArguments(e, &explicit_types)) {
    InferArguments(e->arguments);
    return Poison();
  }
  CallTarget target{.name = name,
                    .parameters = f->parameters,
                    .type_parameters = TypeParametersOf(f->type_parameters),
                    .explicit_types = e->has_type_arguments ? &explicit_types : nullptr,
                    .result = Facts(f).type};
  bool good = CheckArguments(target, binding, e->arguments, e->span, facts);
  RequirePlace(e, facts, name);
  if (good && name == "static_assert" && facts.kind == CalleeKind::kExternFunction)
    CheckStaticAssert(e, facts);
  return good && facts.result.valid() ? facts.result : Poison();
}

bool Checker::MayBeEmitted(TypeId type, int depth) {
  const Type t = types_[type];
  if (auto it = emitted_.find(type.index); it != emitted_.end()) return it->second;
  bool good = true;
  switch (t.kind) {
    case TypeKind::kHeader:
    case TypeKind::kUnion:
    case TypeKind::kVariable:
    case TypeKind::kPoison:
      return true;
    case TypeKind::kStack:
      return MayBeEmitted(t.element, depth + 1);
    case TypeKind::kStruct:
      for (const Field& field : types_.Fields(type))
        good = good && MayBeEmitted(field.type, depth + 1);
      break;
    case TypeKind::kTuple:
    case TypeKind::kSequence:
    case TypeKind::kRecord:
      for (TypeId part : t.arguments) good = good && MayBeEmitted(part, depth + 1);
      break;
    default:
      return false;
  }
  emitted_[type.index] = good;
  return good;
}

// P4-16 16.1: what can be emitted.
void Checker::CheckEmit(const BoundArgument& argument) {
  if (argument.value == nullptr || MayBeEmitted(argument.type, 0)) return;
  Report(Kind::kBadEmit, argument.value->span,
         "'emit' takes headers, stacks, unions, and structs and lists of them; this is {}",
         Print(argument.type));
}

// core.p4: what packet_in can extract, and packet_out emit.
void Checker::CheckPacketMethod(const CallExpr* e, const CallFacts& facts,
                                const ExternObjectDecl* object) {
  std::string_view method = As<FunctionDecl>(facts.declaration)->name.text;
  if (object->name.text == "packet_out" && method == "emit" && !facts.arguments.empty())
    CheckEmit(facts.arguments[0]);
  if (object->name.text != "packet_in") return;
  if (method == "lookahead" && facts.type_arguments.size() == 1) {
    TypeId type = facts.type_arguments[0];
    uint64_t least = 0, most = 0;
    if (IsPoison(type) || types_[type].has_variable) return;
    if (!types_.SizeInBits(type, false, &least) || !types_.SizeInBits(type, true, &most) ||
        least != most) {
      Report(Kind::kTypeArguments, e->span, "'lookahead' wants a type of fixed width, {} has none",
             Print(type));
    }
    return;
  }
  if (method != "extract" || facts.arguments.empty()) return;
  const BoundArgument& header = facts.arguments[0];
  if (header.value == nullptr) return;
  TypeKind kind = KindOf(header.type);
  if (kind == TypeKind::kVariable || kind == TypeKind::kPoison) return;
  if (kind != TypeKind::kHeader) {
    Report(Kind::kArguments, header.value->span, "'extract' wants a header, this is {}",
           Print(header.type));
    return;
  }
  size_t varbits = 0;
  for (const Field& field : types_.Fields(header.type)) {
    varbits += types_.Is(field.type, TypeKind::kVarbit);
  }
  bool sized = facts.arguments.size() == 2;
  if (sized && varbits == 0) {
    Report(Kind::kArguments, header.value->span,
           "{} has no varbit field, so 'extract' takes no size for it", Print(header.type));
  } else if (varbits > 1 || (!sized && varbits == 1)) {
    Report(Kind::kArguments, header.value->span, "{}",
           varbits > 1
               ? "a header with more than one varbit field cannot be extracted"
               : "the header has a varbit field: 'extract' needs its size as second argument");
  }
}

// core.p4: an assertion about constants, decided here.
void Checker::CheckStaticAssert(const CallExpr* e, const CallFacts& facts) {
  if (facts.arguments.empty() || facts.arguments[0].value == nullptr) return;
  const ValuePtr& condition = Facts(facts.arguments[0].value).value;
  Facts(e).is_constant = true;
  Facts(e).value = BoolValue(true);
  if (condition == nullptr || condition->kind != Value::Kind::kBool) {
    Report(Kind::kNotConstant, e->span,
           "the condition of static_assert must be a compile-time constant");
  } else if (!condition->boolean) {
    std::string text;
    if (facts.arguments.size() > 1 && facts.arguments[1].value != nullptr) {
      const ValuePtr& message = Facts(facts.arguments[1].value).value;
      if (message != nullptr && message->kind == Value::Kind::kString)
        text = ": " + std::string(message->text);
    }
    Report(Kind::kStaticAssert, e->span, "static_assert failed{}", text);
  }
}

void Checker::RequirePlace(const CallExpr* e, const CallFacts& facts, std::string_view name) {
  const Context& c = context_;
  std::string_view wrong;
  switch (facts.kind) {
    case CalleeKind::kTableApply:
      if (c.place != Place::kControlApply && c.place != Place::kTable)
        wrong = "a table may only be applied in the apply block of a control";
      break;
    case CalleeKind::kControlApply:
      if (c.place != Place::kControlApply)
        wrong = "a control may only be applied in the apply block of a control";
      break;
    case CalleeKind::kParserApply:
      if (c.place != Place::kParserState)
        wrong = "a parser may only be applied in a state of a parser";
      break;
    case CalleeKind::kAction:
      if (c.place != Place::kControlApply && c.place != Place::kAction) {
        wrong = "an action may only be called from another action or the apply block of a control";
      }
      break;
    case CalleeKind::kMethod:
    case CalleeKind::kExternFunction:
      if (c.place == Place::kTop) {
        if (name != "static_assert")
          wrong = "an extern may not be called outside of a parser, control, action or function";
      } else if (name == "verify" && facts.kind == CalleeKind::kExternFunction && !c.in_parser &&
                 c.in_control) {
        wrong = "'verify' may only be called in a parser";
      }
      break;
    case CalleeKind::kFunction:
      break;
    default:
      break;
  }
  if (c.in_keyset) wrong = "nothing may be called in a value to match against";
  if (!wrong.empty()) Report(Kind::kMisplacedCall, e->span, "{}", wrong);
}

}  // namespace ipdk::p4
