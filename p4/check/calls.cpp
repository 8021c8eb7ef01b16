// Calls and constructions: which function, method, action, table or block is meant, which argument
// goes to which parameter, and what the type arguments are.

#include <algorithm>

#include "p4/check/checker.h"

namespace ipdk::p4 {

namespace {

bool IsUnderscore(const Expression* e) {
  const auto* d = As<DefaultExpr>(e);
  return d != nullptr && d->is_underscore;
}

std::string SignatureText(const FunctionDecl* f) {
  std::string out = std::string(f->name.text) + "(";
  for (size_t i = 0; i < f->parameters.size(); ++i) {
    if (i != 0) out += ", ";
    out += f->parameters[i]->name.text;
  }
  return out + ")";
}

}  // namespace

std::vector<TypeId> Checker::TypeParametersOf(TypeParameters parameters) {
  std::vector<TypeId> out;
  for (const TypeParameterDecl* p : parameters)
    out.push_back(Facts(p).type.valid() ? Facts(p).type : Poison());
  return out;
}

// After an error: the arguments are still checked by themselves.
void Checker::InferArguments(List<Argument> arguments) {
  for (const Argument& argument : arguments) {
    if (argument.value != nullptr && argument.value->kind != ExpressionKind::kDefault)
      Infer(argument.value);
  }
}

std::optional<Binding> Checker::Bind(Parameters parameters, List<Argument> arguments, bool partial,
                                     std::string* why) {
  // Most overloads are refused here, so reasons are only put into words when asked for.
  auto refuse = [&](auto text) -> std::optional<Binding> {
    if (why != nullptr) *why = text();
    return std::nullopt;
  };
  bool named = !arguments.empty() && !arguments[0].name.text.empty();
  for (const Argument& argument : arguments) {
    if (argument.name.text.empty() == named) {
      return refuse([] { return std::string("either all arguments are named or none"); });
    }
  }
  if (!named && arguments.size() > parameters.size()) {
    return refuse([&] {
      return fmt::format("it takes {} argument{}, {} are given", parameters.size(),
                         parameters.size() == 1 ? "" : "s", arguments.size());
    });
  }
  Binding binding;
  constexpr size_t kFew = 8;
  std::unordered_map<std::string_view, size_t> places;
  if (named && parameters.size() > kFew) {
    for (size_t i = 0; i < parameters.size(); ++i) places.emplace(parameters[i]->name.text, i);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    size_t place = i;
    std::string_view name = arguments[i].name.text;
    if (named && parameters.size() > kFew) {
      auto it = places.find(name);
      place = it == places.end() ? parameters.size() : it->second;
    } else if (named) {
      place = 0;
      while (place < parameters.size() && parameters[place]->name.text != name) ++place;
    }
    if (place == parameters.size()) {
      return refuse([&] { return fmt::format("it has no parameter '{}'", name); });
    }
    if (binding.arguments.empty()) binding.arguments.assign(parameters.size(), nullptr);
    if (binding.arguments[place] != nullptr) {
      return refuse([&] { return fmt::format("the argument '{}' is given twice", name); });
    }
    binding.arguments[place] = &arguments[i];
  }
  binding.arguments.resize(parameters.size(), nullptr);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const ParameterDecl* p = parameters[i];
    if (binding.arguments[i] != nullptr || p->default_value != nullptr ||
        FindAnnotation(p->annotations, "optional") != nullptr ||
        (partial && p->direction == Direction::kNone)) {
      continue;
    }
    return refuse(
        [&] { return fmt::format("no argument is given for parameter '{}'", p->name.text); });
  }
  return binding;
}

const FunctionDecl* Checker::Choose(const std::vector<const FunctionDecl*>& candidates,
                                    List<Argument> arguments, Span span, std::string_view name,
                                    Binding* binding) {
  const FunctionDecl* chosen = nullptr;
  std::string why;
  for (const FunctionDecl* candidate : candidates) {
    std::optional<Binding> bound =
        Bind(candidate->parameters, arguments, false, candidates.size() == 1 ? &why : nullptr);
    if (!bound) continue;
    if (chosen != nullptr) {
      Report(Kind::kNoSuchOverload, span, "this call of '{}' fits more than one declaration", name)
          .Note(chosen->name.span, "{}", SignatureText(chosen))
          .Note(candidate->name.span, "{}", SignatureText(candidate));
      return nullptr;
    }
    chosen = candidate;
    *binding = *std::move(bound);
  }
  if (chosen != nullptr) return chosen;
  if (candidates.size() == 1) {
    Report(Kind::kArguments, span, "'{}': {}", name, why)
        .Note(candidates[0]->name.span, "declared here");
  } else {
    Diagnostics& report = Report(Kind::kNoSuchOverload, span, "no '{}' takes these {} arguments",
                                 name, arguments.size());
    for (size_t i = 0; i < candidates.size() && i < 8; ++i) {
      report.Note(candidates[i]->name.span, "there is {}", SignatureText(candidates[i]));
    }
  }
  return nullptr;
}

bool Checker::CheckArguments(const CallTarget& target, const Binding& binding,
                             List<Argument> arguments, Span span, CallFacts& facts) {
  Inference inference(types_);
  const std::vector<TypeId>& own = target.type_parameters;
  std::vector<TypeId> bound;
  std::vector<bool> open(own.size(), true);
  if (target.explicit_types != nullptr && target.explicit_types->size() != own.size()) {
    Report(Kind::kTypeArguments, span, "'{}' takes {} type argument{}, {} are given", target.name,
           own.size(), own.size() == 1 ? "" : "s", target.explicit_types->size());
    InferArguments(arguments);
    return false;
  }
  for (size_t i = 0; i < own.size(); ++i) {
    TypeId given = target.explicit_types == nullptr ? TypeId() : (*target.explicit_types)[i];
    open[i] = !given.valid() || types_.Is(given, TypeKind::kDontCare);
    bound.push_back(open[i] ? inference.Fresh() : given);
  }
  auto formal = [&](const ParameterDecl* p) {
    TypeId type = Facts(p).type;
    if (!type.valid()) return Poison();
    type = types_.Substitute(type, target.outer_from, target.outer_to);
    return types_.Substitute(type, own, bound);
  };

  bool good = true, optional_types_omitted = false;
  for (size_t i = 0; i < target.parameters.size(); ++i) {
    const ParameterDecl* p = target.parameters[i];
    TypeId wanted = formal(p);
    if (binding.arguments[i] == nullptr) {
      if (p->default_value != nullptr && Facts(p->default_value).type.valid() &&
          types_[wanted].has_inference) {
        inference.Accept(wanted, types_.Substitute(Facts(p->default_value).type, own, bound));
      }
      optional_types_omitted |= p->default_value == nullptr;
      continue;
    }
    if (types_.Is(wanted, TypeKind::kDontCare)) {
      Report(Kind::kCannotInfer, binding.arguments[i]->span,
             "the type of parameter '{}' of '{}' was left open with '_'", p->name.text,
             target.name);
      good = false;
    }
    const Expression* value = binding.arguments[i]->value;
    if (IsUnderscore(value)) {
      if (p->direction != Direction::kOut) {
        Report(Kind::kArguments, value->span, "'_' stands only for an 'out' parameter, '{}' is {}",
               p->name.text,
               p->direction == Direction::kNone ? "directionless" : DirectionText(p->direction));
        good = false;
      }
      continue;
    }
    TypeId given = Infer(value);
    bool written = p->direction == Direction::kOut || p->direction == Direction::kInout;
    if (written && !RequireLvalue(value, fmt::format("the argument for '{} {}'",
                                                     DirectionText(p->direction), p->name.text))) {
      good = false;
      continue;
    }
    bool fits = written ? inference.Equal(wanted, given) : inference.Accept(wanted, given);
    if (!fits) {
      std::string why = inference.reason().empty() ? "" : " (" + inference.reason() + ")";
      Report(Kind::kTypeMismatch, value->span, "parameter '{}' of '{}' wants {}, this is {}{}",
             p->name.text, target.name, Print(inference.Resolve(wanted)), Print(given), why)
          .Note(p->span, "declared here");
      good = false;
    }
    if (target.constants && p->direction == Direction::kNone) {
      good &= RequireConstant(
          value, fmt::format("the argument for '{}' of '{}', which has no direction,", p->name.text,
                             target.name));
    }
  }

  for (size_t i = 0; i < own.size(); ++i) {
    TypeId type = inference.Resolve(bound[i]);
    const Type t = types_[type];
    if (open[i] &&
        (t.has_inference || t.kind == TypeKind::kInteger || t.kind == TypeKind::kRecord)) {
      bool dont_care = (target.explicit_types != nullptr || optional_types_omitted) &&
                       t.kind == TypeKind::kInference;
      if (good && !dont_care) {
        if (t.kind == TypeKind::kInteger) {
          Report(Kind::kCannotInfer, span,
                 "the type argument '{}' of '{}' would be int; give the number a width, as in 8w1",
                 Print(own[i]), target.name);
        } else {
          Report(Kind::kCannotInfer, span,
                 "the type argument '{}' of '{}' cannot be told from the arguments; write it: "
                 "{}<...>(...)",
                 Print(own[i]), target.name, target.name);
        }
        good = false;
      }
      type = dont_care ? types_.Simple(TypeKind::kDontCare) : Poison();
    }
    bound[i] = type;
  }

  facts.type_parameters = {};
  if (!own.empty()) {
    program_.type_parameter_lists.push_back(own);
    facts.type_parameters = program_.type_parameter_lists.back();
  }
  facts.type_arguments = bound;
  for (size_t i = 0; i < target.parameters.size(); ++i) {
    const ParameterDecl* p = target.parameters[i];
    BoundArgument argument{.parameter = p, .type = formal(p), .direction = p->direction};
    if (p->direction != Direction::kNone && good && !MayBe(argument.type, Role::kParameter)) {
      Report(Kind::kParameterType, span,
             "parameter '{}' of '{}' would be of type {}, which may not be passed '{}'",
             p->name.text, target.name, Print(argument.type), DirectionText(p->direction));
      good = false;
    }
    if (good &&
        types_[argument.type].arguments.size() + types_[argument.type].element.valid() != 0 &&
        !own.empty()) {
      CheckInstantiatedType(argument.type, span);
    }
    if (binding.arguments[i] != nullptr) {
      argument.value = binding.arguments[i]->value;
      if (IsUnderscore(argument.value)) {
        Facts(argument.value).type = argument.type;
        Facts(argument.value).target = argument.type;
      } else if (good && p->direction != Direction::kOut && p->direction != Direction::kInout &&
                 !IsPoison(Facts(argument.value).type) && !types_.IsObject(argument.type)) {
        Convert(argument.value, argument.type);
      }
    } else if (p->default_value != nullptr && !target.in_table) {
      argument.value = p->default_value;
      argument.is_default = true;
    }
    facts.arguments.push_back(argument);
  }
  if (target.result.valid()) {
    facts.result = types_.Substitute(
        types_.Substitute(target.result, target.outer_from, target.outer_to), own, bound);
  }
  return good;
}

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

// core.p4: what packet_in can extract.
void Checker::CheckPacketMethod(const CallExpr* e, const CallFacts& facts,
                                const ExternObjectDecl* object) {
  if (object->name.text != "packet_in" || facts.arguments.empty()) return;
  const BoundArgument& header = facts.arguments[0];
  if (As<FunctionDecl>(facts.declaration)->name.text != "extract" || header.value == nullptr)
    return;
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

TypeId Checker::InferConstruct(const ConstructExpr* e) {
  CallFacts facts;
  TypeId type = Construct(e->type, e->arguments, e->span, facts);
  Facts(e).is_constant = true;
  if (facts.kind != CalleeKind::kNone) program_.calls[e->index] = std::move(facts);
  return type;
}

TypeId Checker::Construct(const TypeRef* ref, List<Argument> arguments, Span span,
                          CallFacts& facts) {
  auto fail = [&] {
    if (!program_.type_refs[ref->index].valid()) program_.type_refs[ref->index] = Poison();
    InferArguments(arguments);
    return Poison();
  };
  if (ref->kind != TypeRefKind::kNamed) {
    TypeId type = Resolve(ref);
    if (!IsPoison(type))
      Report(Kind::kNotCallable, ref->span, "{} has no constructor", Print(type));
    return fail();
  }
  const Scopes::Overloads* found = Lookup(ref->name, ref->absolute);
  if (found == nullptr) return fail();
  const Declaration* d = found->back();
  if (d->kind == DeclarationKind::kPackageType && found->size() > 1) {
    // Packages of one name are told apart by their parameters.
    std::string why;
    for (const Declaration* other : *found) {
      const auto* package = As<BlockTypeDecl>(other);
      if (package != nullptr && Bind(package->parameters, arguments, false, &why)) d = other;
    }
  }
  std::vector<TypeId> explicit_types;
  bool has_explicit = ref->has_arguments;
  if (d->kind == DeclarationKind::kTypedef) {
    TypeId type = Resolve(ref);
    if (IsPoison(type)) return fail();
    const Type t = types_[type];
    if (!types_.IsObject(type)) {
      Report(Kind::kNotCallable, ref->span, "'{}' means {}, which has no constructor",
             ref->name.text, Print(type));
      return fail();
    }
    d = nominal_declarations_[t.nominal];
    explicit_types.assign(t.arguments.begin(), t.arguments.end());
    has_explicit = true;
  } else {
    for (const TypeRef* argument : ref->arguments) {
      TypeId type = Resolve(argument);
      TypeKind kind = KindOf(type);
      if (kind == TypeKind::kParser || kind == TypeKind::kControl || kind == TypeKind::kPackage) {
        Report(Kind::kTypeArguments, argument->span, "{} may not be a type argument", Print(type));
        return fail();
      }
      explicit_types.push_back(type);
    }
  }

  std::vector<const FunctionDecl*> constructors;
  CallTarget target{.name = d->name.text, .constants = true};
  switch (d->kind) {
    case DeclarationKind::kExternObject:
      for (const FunctionDecl* method : As<ExternObjectDecl>(d)->methods) {
        if (method->return_type == nullptr) constructors.push_back(method);
      }
      if (constructors.empty()) {
        Report(Kind::kNotCallable, ref->span,
               "extern '{}' declares no constructor, so it cannot be instantiated", d->name.text);
        return fail();
      }
      break;
    case DeclarationKind::kParser:
      target.parameters = As<ParserDecl>(d)->constructor_parameters;
      break;
    case DeclarationKind::kControl:
      target.parameters = As<ControlDecl>(d)->constructor_parameters;
      break;
    case DeclarationKind::kPackageType:
      target.parameters = As<BlockTypeDecl>(d)->parameters;
      break;
    case DeclarationKind::kParserType:
    case DeclarationKind::kControlType:
      Report(Kind::kNotCallable, ref->span,
             "'{}' is {}: only a {} declaration with a body can be instantiated", d->name.text,
             Describe(d), d->kind == DeclarationKind::kParserType ? "parser" : "control");
      return fail();
    default:
      Report(Kind::kNotCallable, ref->span, "'{}' is {}, it has no constructor", d->name.text,
             Describe(d));
      return fail();
  }
  uint32_t nominal = Facts(d).nominal;
  if (nominal == UINT32_MAX) return fail();

  Binding binding;
  const Declaration* callee = d;
  if (!constructors.empty()) {
    const FunctionDecl* f = Choose(constructors, arguments, span, d->name.text, &binding);
    if (f == nullptr) return fail();
    target.parameters = f->parameters;
    callee = f;
  } else {
    std::string why;
    std::optional<Binding> bound = Bind(target.parameters, arguments, false, &why);
    if (!bound) {
      Report(Kind::kArguments, span, "constructor of '{}': {}", d->name.text, why)
          .Note(d->name.span, "declared here");
      return fail();
    }
    binding = *std::move(bound);
  }
  if (ContainsNominal(explicit_types, nominal)) {
    Report(Kind::kTypeArguments, ref->span, "'{}' stands inside its own type arguments",
           d->name.text);
    return fail();
  }
  target.type_parameters = types_.NominalOf(nominal).parameters;
  target.explicit_types = has_explicit ? &explicit_types : nullptr;
  facts.kind = CalleeKind::kConstructor;
  facts.declaration = callee;
  if (!CheckArguments(target, binding, arguments, span, facts)) return fail();
  TypeId type = types_.NominalType(nominal, facts.type_arguments);
  facts.receiver_type = type;
  facts.result = type;
  program_.type_refs[ref->index] = type;
  CheckInstantiatedType(type, span);
  return type;
}

}  // namespace ipdk::p4
