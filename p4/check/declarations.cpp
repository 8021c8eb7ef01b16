// Declarations of types, functions, constants and variables. Parsers, tables and instances have
// files of their own.

#include "p4/check/checker.h"

namespace ipdk::p4 {

namespace {

class Declaring {
 public:
  Declaring(std::vector<std::pair<std::string_view, uint32_t>>& list, const Declaration* d,
            uint32_t level)
      : list_(list) {
    list_.emplace_back(d->name.text, level);
  }
  ~Declaring() { list_.pop_back(); }
  Declaring(const Declaring&) = delete;

 private:
  std::vector<std::pair<std::string_view, uint32_t>>& list_;
};

bool IsConstructor(Checker::Owner owner) {
  return owner == Checker::Owner::kConstructor || owner == Checker::Owner::kParserConstructor ||
         owner == Checker::Owner::kControlConstructor;
}

}  // namespace

uint32_t Checker::NewNominal(const Declaration* d, TypeKind kind, std::vector<TypeId> parameters) {
  DeclarationFacts& facts = Facts(d);
  uint32_t nominal = types_.AddNominal({.kind = kind,
                                        .name = d->name.text,
                                        .declaration = d->index,
                                        .parameters = std::move(parameters)});
  facts.nominal = nominal;
  nominal_declarations_[nominal] = d;
  return nominal;
}

std::vector<TypeId> Checker::DeclareTypeParameters(TypeParameters parameters) {
  std::vector<TypeId> types;
  for (const TypeParameterDecl* p : parameters) {
    if (Facts(p).nominal == UINT32_MAX) NewNominal(p, TypeKind::kVariable, {});
    Facts(p).type = types_.NominalType(Facts(p).nominal, {});
    types.push_back(Facts(p).type);
    Declare(p);
  }
  return types;
}

bool Checker::HasDontCare(TypeId type) {
  const Type& t = types_[type];
  if (!t.has_variable) return false;
  if (t.kind == TypeKind::kDontCare) return true;
  if (auto it = dont_cares_.find(type.index); it != dont_cares_.end()) return it->second;
  bool found = t.element.valid() && HasDontCare(t.element);
  for (TypeId argument : t.arguments) found = found || HasDontCare(argument);
  return dont_cares_[type.index] = found;
}

void Checker::RequireComplete(TypeId type, Span span, std::string_view what) {
  if (HasDontCare(type))
    Report(Kind::kBadType, span, "the type of {} may not leave a part open with '_'", what);
}

void Checker::CheckParameter(const ParameterDecl* p, Owner owner) {
  CheckAnnotations(p->annotations);
  TypeId type = Resolve(p->type);
  Facts(p).type = type;
  TypeKind kind = KindOf(type);
  std::string_view name = p->name.text;
  bool directed = p->direction != Direction::kNone;
  if (kind == TypeKind::kVoid || kind == TypeKind::kDontCare) {
    Report(Kind::kParameterType, p->type->span, "parameter '{}' may not be of type {}", name,
           Print(type));
  } else if (directed && (IsConstructor(owner) || owner == Owner::kPackage)) {
    Report(Kind::kBadParameter, p->span, "parameter '{}' of a constructor may not have a direction",
           name);
  } else if (directed && !MayBe(type, Role::kParameter)) {
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' of type {} may not have a direction", name, Print(type));
  } else if ((kind == TypeKind::kParser || kind == TypeKind::kControl ||
              kind == TypeKind::kPackage) &&
             !IsConstructor(owner) && owner != Owner::kPackage) {
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' may not be of type {}; only constructors take such objects", name,
           Print(type));
  } else if (kind == TypeKind::kPackage && owner != Owner::kPackage) {
    Report(Kind::kParameterType, p->type->span, "parameter '{}' may not be a package", name);
  } else if ((kind == TypeKind::kParser && owner != Owner::kParserConstructor &&
              owner != Owner::kPackage) ||
             (kind == TypeKind::kControl && owner != Owner::kControlConstructor &&
              owner != Owner::kPackage)) {
    // P4-16, appendix F: parsers go to parsers and packages, controls to controls and packages.
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' may not be {}: {} cannot be called from here", name,
           kind == TypeKind::kParser ? "a parser" : "a control",
           kind == TypeKind::kParser ? "parsers" : "controls");
  } else if (kind == TypeKind::kExtern && owner == Owner::kFunction &&
             context_.place != Place::kObjectBody) {
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' of a function may not be an extern; parsers and controls take such",
           name);
  } else if (owner == Owner::kAction && !directed && !MayBe(type, Role::kParameter)) {
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' of an action may not be of type {}: the control plane cannot give one",
           name, Print(type));
  }
  if (IsConstructor(owner) && (kind == TypeKind::kParser || kind == TypeKind::kControl) &&
      As<BlockTypeDecl>(nominal_declarations_[types_[type].nominal]) == nullptr) {
    Report(Kind::kParameterType, p->type->span,
           "parameter '{}' may not be of type {}, which has a body; declare a {} type for it", name,
           Print(type), kind == TypeKind::kParser ? "parser" : "control");
  }
  if (owner != Owner::kPackage && !types_.IsObject(type))
    RequireComplete(type, p->type->span, fmt::format("parameter '{}'", name));
  if (IsConstructor(owner) || owner == Owner::kPackage ||
      (!directed && (owner == Owner::kFunction || owner == Owner::kExternFunction))) {
    constant_parameters_.insert(p);
  }
  bool optional = FindAnnotation(p->annotations, "optional") != nullptr;
  if (optional && (owner == Owner::kAction || owner == Owner::kFunction ||
                   owner == Owner::kParserConstructor || owner == Owner::kControlConstructor)) {
    Report(Kind::kBadParameter, p->span,
           "parameter '{}' may not be @optional: a body would not know whether it is there", name);
  }
  if (p->default_value == nullptr) return;
  if (p->direction == Direction::kOut || p->direction == Direction::kInout) {
    Report(Kind::kBadParameter, p->default_value->span,
           "parameter '{}' is '{}', so it may not have a default value", name,
           DirectionText(p->direction));
    Infer(p->default_value);
    return;
  }
  if (optional) {
    Report(Kind::kBadParameter, p->default_value->span,
           "parameter '{}' is @optional, so it may not have a default value", name);
  }
  TypeId given = Infer(p->default_value);
  if (types_.IsObject(type) && types_[type].has_variable) {
    // Control<H> c = nothing(): whether it fits is known once H is.
    if (!IsPoison(given) && KindOf(given) != kind) {
      Report(Kind::kTypeMismatch, p->default_value->span,
             "the default of '{}' must be of type {}, this is {}", name, Print(type), Print(given));
    }
  } else {
    Coerce(p->default_value, type, fmt::format("the default of '{}'", name));
  }
  RequireConstant(p->default_value, fmt::format("the default of '{}'", name));
}

void Checker::CheckParameters(Parameters parameters, Owner owner) {
  const ParameterDecl* data = nullptr;
  for (const ParameterDecl* p : parameters) {
    CheckParameter(p, owner);
    if (owner == Owner::kAction) {
      if (p->direction == Direction::kNone) {
        data = p;
      } else if (data != nullptr) {
        Report(Kind::kBadParameter, p->span,
               "parameter '{}' has a direction and stands after '{}', which has none", p->name.text,
               data->name.text);
      }
    }
  }
  for (const ParameterDecl* p : parameters) Declare(p);
}

std::vector<Parameter> Checker::Describe(Parameters parameters) {
  std::vector<Parameter> out;
  for (const ParameterDecl* p : parameters) {
    out.push_back({.name = p->name.text,
                   .type = Facts(p).type.valid() ? Facts(p).type : Poison(),
                   .direction = p->direction,
                   .optional = FindAnnotation(p->annotations, "optional") != nullptr,
                   .has_default = p->default_value != nullptr,
                   .declaration = p->index});
  }
  return out;
}

void Checker::CheckConstant(const ConstantDecl* d) {
  CheckAnnotations(d->annotations);
  TypeId type = Resolve(d->type);
  {
    Declaring declaring(being_declared_, d, scopes_.level());
    RequireRole(type, Role::kConstant, d->type->span, "a constant");
    RequireComplete(type, d->type->span, "a constant");
    Coerce(d->value, type, fmt::format("the value of '{}'", d->name.text));
    RequireConstant(d->value, fmt::format("the value of '{}'", d->name.text));
  }
  Facts(d).type = type;
  Facts(d).value = Facts(d->value).value;
  Declare(d);
}

void Checker::CheckVariable(const VariableDecl* d) {
  CheckAnnotations(d->annotations);
  TypeId type = Resolve(d->type);
  {
    Declaring declaring(being_declared_, d, scopes_.level());
    RequireRole(type, Role::kVariable, d->type->span, fmt::format("variable '{}'", d->name.text));
    RequireComplete(type, d->type->span, fmt::format("variable '{}'", d->name.text));
  }
  // The variable is not yet there in its own initializer; what it hides still is.
  if (d->value != nullptr) Coerce(d->value, type, fmt::format("the value of '{}'", d->name.text));
  Facts(d).type = type;
  RequireNoShadowing(d);
  Declare(d);
}

void Checker::CheckValueSet(const ValueSetDecl* d) {
  CheckAnnotations(d->annotations);
  TypeId type = Resolve(d->type);
  RequireRole(type, Role::kVariable, d->type->span, "the element of a value_set");
  RequireComplete(type, d->type->span, "a value_set");
  TypeKind element = KindOf(type);
  if (element == TypeKind::kHeader || element == TypeKind::kUnion || element == TypeKind::kStack ||
      element == TypeKind::kVarbit) {
    Report(Kind::kBadType, d->type->span,
           "the element of a value_set may not be of type {}: select cannot match it", Print(type));
  }
  TypeId size = Infer(d->size);
  if (!IsPoison(size)) {
    if (!types_.Is(size, TypeKind::kInteger) && !types_.IsFixedWidth(size)) {
      Report(Kind::kBadSize, d->size->span,
             "the size of a value_set must be an integer, this is {}", Print(size));
    } else {
      RequireConstant(d->size, "the size of a value_set");
      const ValuePtr& value = Facts(d->size).value;
      if (value != nullptr && value->integer < 0) {
        Report(Kind::kBadSize, d->size->span,
               "the size of a value_set is {}, it may not be negative", value->integer.get_str());
      }
    }
  }
  Facts(d).type = type;
  Declare(d);
}

void Checker::CheckSignature(const FunctionDecl* d, Owner owner) {
  CheckAnnotations(d->annotations);
  DeclareTypeParameters(d->type_parameters);
  if (d->return_type != nullptr) {
    TypeId type = Resolve(d->return_type);
    RequireRole(type, Role::kReturn, d->return_type->span,
                fmt::format("the result of '{}'", d->name.text));
    RequireComplete(type, d->return_type->span, fmt::format("the result of '{}'", d->name.text));
    if (owner == Owner::kFunction && types_.Is(type, TypeKind::kExtern)) {
      Report(Kind::kReturnType, d->return_type->span, "the result of '{}' may not be of type {}",
             d->name.text, Print(type));
    }
    Facts(d).type = type;
  }
  CheckParameters(d->parameters, owner);
}

void Checker::CheckFunctionBody(const FunctionDecl* d, Place place) {
  if (d->body == nullptr) return;
  ContextGuard guard(context_);
  context_.place = place;
  context_.function = d;
  context_.return_type = Facts(d).type.valid() ? Facts(d).type : types_.void_type();
  context_.loops = 0;
  CheckBlock(d->body);
  TypeKind kind = KindOf(context_.return_type);
  if (kind != TypeKind::kVoid && kind != TypeKind::kPoison && !AlwaysLeaves(d->body)) {
    Report(Kind::kMissingReturn, d->name.span,
           "function '{}' returns {}, but its end can be reached without a return", d->name.text,
           Print(context_.return_type));
  }
}

void Checker::CheckFunction(const FunctionDecl* d) {
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    CheckSignature(
        d, d->kind == DeclarationKind::kFunction ? Owner::kFunction : Owner::kExternFunction);
    CheckFunctionBody(d, Place::kFunction);
  }
  Declare(d);
}

void Checker::CheckExternObject(const ExternObjectDecl* d) {
  CheckAnnotations(d->annotations);
  const ExternObjectDecl* forward = nullptr;
  if (const Scopes::Overloads* there = scopes_.Here(d->name.text)) {
    for (const Declaration* other : *there) {
      const auto* object = As<ExternObjectDecl>(other);
      if (object != nullptr && object->is_forward) forward = object;
    }
  }
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    std::vector<TypeId> parameters = DeclareTypeParameters(d->type_parameters);
    if (forward != nullptr && Facts(forward).nominal != UINT32_MAX) {
      Facts(d).nominal = Facts(forward).nominal;
      types_.MutableNominal(Facts(d).nominal).parameters = parameters;
      nominal_declarations_[Facts(d).nominal] = d;
    } else {
      NewNominal(d, TypeKind::kExtern, parameters);
    }
    Facts(d).type = types_.NominalType(Facts(d).nominal, parameters);
    for (size_t i = 0; i < d->methods.size(); ++i) {
      const FunctionDecl* method = d->methods[i];
      bool is_constructor = method->return_type == nullptr;
      bool same_name = method->name.text == d->name.text;
      if (is_constructor && !same_name) {
        Report(Kind::kBadDeclaration, method->name.span,
               "'{}' has no return type, so it must be the constructor '{}'", method->name.text,
               d->name.text);
      } else if (!is_constructor && same_name) {
        Report(Kind::kBadDeclaration, method->name.span,
               "a method may not have the name of its extern; a constructor has no return type");
      }
      if (is_constructor && !method->type_parameters.empty()) {
        Report(Kind::kBadDeclaration, method->name.span,
               "a constructor has no type parameters of its own");
      }
      {
        ScopeGuard method_scope(scopes_);
        CheckSignature(method, is_constructor ? Owner::kConstructor : Owner::kExternFunction);
      }
      for (size_t j = 0; method->is_abstract && j < i; ++j) {
        const FunctionDecl* other = d->methods[j];
        if (!other->is_abstract || other->name.text != method->name.text) continue;
        Report(Kind::kDuplicateName, method->name.span,
               "abstract methods may not be overloaded: '{}' is already one", method->name.text)
            .Note(other->name.span, "declared here");
        break;
      }
      // Overloads are told apart by the number and the names of their parameters.
      Declare(method);
    }
  }
  Declare(d);
}

void Checker::CheckAction(const ActionDecl* d) {
  CheckAnnotations(d->annotations);
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    CheckParameters(d->parameters, Owner::kAction);
    ContextGuard guard(context_);
    context_.place = Place::kAction;
    context_.function = d;
    context_.return_type = types_.void_type();
    context_.loops = 0;
    CheckBlock(d->body);
  }
  Declare(d);
}

void Checker::CheckBlockType(const BlockTypeDecl* d) {
  CheckAnnotations(d->annotations);
  TypeKind kind = d->kind == DeclarationKind::kParserType    ? TypeKind::kParser
                  : d->kind == DeclarationKind::kControlType ? TypeKind::kControl
                                                             : TypeKind::kPackage;
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    std::vector<TypeId> parameters = DeclareTypeParameters(d->type_parameters);
    CheckParameters(d->parameters, kind == TypeKind::kPackage ? Owner::kPackage : Owner::kBlock);
    uint32_t nominal = NewNominal(d, kind, parameters);
    types_.MutableNominal(nominal).apply = Describe(d->parameters);
    Facts(d).type = types_.NominalType(nominal, parameters);
  }
  Declare(d);
}

void Checker::CheckMemberSet(const MemberSetDecl* d) {
  CheckAnnotations(d->annotations);
  bool is_error = d->kind == DeclarationKind::kError;
  auto& names = is_error ? errors_by_name_ : match_kinds_by_name_;
  for (const MemberDecl* member : d->members) {
    CheckAnnotations(member->annotations);
    auto [it, fresh] = names.emplace(member->name.text, member);
    if (!fresh) {
      Report(Kind::kDuplicateName, member->name.span, "{} '{}' is already declared",
             is_error ? "error" : "match_kind", member->name.text)
          .Note(it->second->name.span, "declared here");
      continue;
    }
    Facts(member).type = types_.Simple(is_error ? TypeKind::kError : TypeKind::kMatchKind);
    Facts(member).value = TextValue(is_error ? Value::Kind::kError : Value::Kind::kMatchKind,
                                    Keep(member->name.text));
    (is_error ? program_.errors : program_.match_kinds).push_back(member);
  }
}

void Checker::CheckEnum(const EnumDecl* d) {
  CheckAnnotations(d->annotations);
  TypeId underlying;
  if (d->underlying != nullptr) {
    Declaring declaring(being_declared_, d, scopes_.level());
    underlying = Resolve(d->underlying);
    if (!IsPoison(underlying) && !types_.IsFixedWidth(underlying)) {
      Report(Kind::kBadType, d->underlying->span,
             "the type under an enum must be bit<> or int<> with a width, this is {}",
             Print(underlying));
      underlying = Poison();
    }
  }
  uint32_t nominal =
      NewNominal(d, d->underlying != nullptr ? TypeKind::kSerEnum : TypeKind::kEnum, {});
  types_.MutableNominal(nominal).underlying = underlying;
  TypeId type = types_.NominalType(nominal, {});
  Facts(d).type = type;
  std::unordered_map<std::string_view, const MemberDecl*> names;
  std::unordered_map<std::string, const MemberDecl*> values;
  for (const MemberDecl* member : d->members) {
    CheckAnnotations(member->annotations);
    Facts(member).type = type;
    auto [it, fresh] = names.emplace(member->name.text, member);
    if (!fresh) {
      Report(Kind::kDuplicateName, member->name.span, "enum '{}' has '{}' twice", d->name.text,
             member->name.text)
          .Note(it->second->name.span, "declared here");
      continue;
    }
    types_.MutableNominal(nominal).members.push_back(Keep(member->name.text));
    if (d->underlying == nullptr) {
      Facts(member).value = TextValue(Value::Kind::kMember, Keep(member->name.text));
      continue;
    }
    if (member->value == nullptr) continue;
    TypeId given = Infer(member->value);
    if (const ValuePtr& number = Facts(member->value).value;
        number != nullptr && types_.Is(given, TypeKind::kInteger) && !IsPoison(underlying) &&
        Fit(types_, number->integer, underlying) != number->integer) {
      Report(Kind::kEnumValueRange, member->value->span,
             "the value of '{}' is {}, which {} cannot hold", member->name.text,
             number->integer.get_str(), Print(underlying));
      continue;
    }
    if (!Coerce(member->value, underlying, fmt::format("the value of '{}'", member->name.text)))
      continue;
    const ValuePtr& value = Facts(member->value).value;
    if (IsPoison(Facts(member->value).type) || IsPoison(underlying)) continue;
    if (value == nullptr || value->kind != Value::Kind::kInteger) {
      Report(Kind::kNotConstant, member->value->span,
             "the value of '{}' must be a compile-time constant", member->name.text);
      continue;
    }
    Facts(member).value = value;
    auto [same, first] = values.emplace(value->integer.get_str(62), member);
    if (!first) {
      Report(Kind::kEnumValueShared, member->span, "'{}' and '{}' have one value, {}",
             same->second->name.text, member->name.text, value->integer.get_str());
    }
  }
  Declare(d);
}

void Checker::CheckStruct(const StructDecl* d) {
  CheckAnnotations(d->annotations);
  TypeKind kind = d->kind == DeclarationKind::kStruct   ? TypeKind::kStruct
                  : d->kind == DeclarationKind::kHeader ? TypeKind::kHeader
                                                        : TypeKind::kUnion;
  Role role = d->kind == DeclarationKind::kStruct   ? Role::kStructField
              : d->kind == DeclarationKind::kHeader ? Role::kHeaderField
                                                    : Role::kUnionField;
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    std::vector<TypeId> parameters = DeclareTypeParameters(d->type_parameters);
    std::vector<Field> fields;
    std::unordered_map<std::string_view, const FieldDecl*> names;
    for (const FieldDecl* field : d->fields) {
      CheckAnnotations(field->annotations);
      TypeId type = Resolve(field->type);
      RequireRole(type, role, field->type->span,
                  fmt::format("field '{}' of {} '{}'", field->name.text, Describe(d).substr(2),
                              d->name.text));
      RequireComplete(type, field->type->span, fmt::format("field '{}'", field->name.text));
      Facts(field).type = type;
      auto [it, fresh] = names.emplace(field->name.text, field);
      if (!fresh) {
        Report(Kind::kDuplicateName, field->name.span, "'{}' has field '{}' twice", d->name.text,
               field->name.text)
            .Note(it->second->name.span, "declared here");
        continue;
      }
      fields.push_back({.name = field->name.text, .type = type, .declaration = field->index});
    }
    uint32_t nominal = NewNominal(d, kind, parameters);
    types_.MutableNominal(nominal).fields = std::move(fields);
    Facts(d).type = types_.NominalType(nominal, parameters);
    // A struct of structs of structs... beyond any use.
    if (IsPoison(Facts(d).type))
      Report(Kind::kTooComplex, d->name.span, "the type is nested too deeply");
  }
  Declare(d);
}

void Checker::CheckTypedef(const TypedefDecl* d) {
  CheckAnnotations(d->annotations);
  TypeId type = Poison();
  {
    Declaring declaring(being_declared_, d, scopes_.level());
    if (d->declared != nullptr) {
      CheckTop(d->declared);
      type = Facts(d->declared).type;
    } else if (d->type != nullptr) {
      type = Resolve(d->type);
    }
  }
  if (d->kind == DeclarationKind::kTypedef) {
    if (types_.Is(type, TypeKind::kVoid) || types_.Is(type, TypeKind::kDontCare) ||
        types_.Is(type, TypeKind::kString) || types_.Is(type, TypeKind::kMatchKind)) {
      Report(Kind::kBadType, d->span, "a typedef may not be of {}", Print(type));
      type = Poison();
    }
    Facts(d).type = type;
    Declare(d);
    return;
  }
  TypeKind kind = KindOf(type);
  if (kind != TypeKind::kBit && kind != TypeKind::kSigned && kind != TypeKind::kBool &&
      kind != TypeKind::kNewType && kind != TypeKind::kVariable && kind != TypeKind::kPoison) {
    Report(Kind::kBadType, d->span,
           "'type' makes a new type of bits, integers of fixed width, booleans and such new types; "
           "not of {}",
           Print(type));
    type = Poison();
  }
  uint32_t nominal = NewNominal(d, TypeKind::kNewType, {});
  types_.MutableNominal(nominal).underlying = type;
  Facts(d).type = IsPoison(type) ? type : types_.NominalType(nominal, {});
  Declare(d);
}

void Checker::CheckControl(const ControlDecl* d) {
  CheckAnnotations(d->annotations);
  {
    ScopeGuard scope(scopes_);
    Declaring declaring(being_declared_, d, scopes_.level() - 1);
    std::vector<TypeId> parameters = DeclareTypeParameters(d->type_parameters);
    CheckParameters(d->parameters, Owner::kBlock);
    CheckParameters(d->constructor_parameters, Owner::kControlConstructor);
    uint32_t nominal = NewNominal(d, TypeKind::kControl, parameters);
    types_.MutableNominal(nominal).apply = Describe(d->parameters);
    Facts(d).type = types_.NominalType(nominal, parameters);

    ContextGuard guard(context_);
    context_.in_control = true;
    context_.place = Place::kBlockLocals;
    context_.return_type = TypeId();
    ScopeGuard locals(scopes_);
    for (const Declaration* local : d->locals) CheckLocal(local);
    context_.place = Place::kControlApply;
    context_.return_type = types_.void_type();
    if (d->apply != nullptr) CheckBlock(d->apply);
  }
  Declare(d);
}

void Checker::CheckLocal(const Declaration* d) {
  switch (d->kind) {
    case DeclarationKind::kConstant:
      CheckConstant(As<ConstantDecl>(d));
      break;
    case DeclarationKind::kVariable:
      CheckVariable(As<VariableDecl>(d));
      break;
    case DeclarationKind::kInstantiation:
      CheckInstantiation(As<InstantiationDecl>(d));
      break;
    case DeclarationKind::kValueSet:
      CheckValueSet(As<ValueSetDecl>(d));
      break;
    case DeclarationKind::kAction:
      CheckAction(As<ActionDecl>(d));
      break;
    case DeclarationKind::kTable:
      CheckTable(As<TableDecl>(d));
      break;
    default:
      Report(Kind::kBadDeclaration, d->span, "{} may not be declared here", Describe(d));
      break;
  }
}

void Checker::CheckTop(const Declaration* d) {
  switch (d->kind) {
    case DeclarationKind::kConstant:
      CheckConstant(As<ConstantDecl>(d));
      break;
    case DeclarationKind::kInstantiation:
      CheckInstantiation(As<InstantiationDecl>(d));
      break;
    case DeclarationKind::kValueSet:
      CheckValueSet(As<ValueSetDecl>(d));
      break;
    case DeclarationKind::kFunction:
    case DeclarationKind::kExternFunction:
      CheckFunction(As<FunctionDecl>(d));
      break;
    case DeclarationKind::kExternObject:
      CheckExternObject(As<ExternObjectDecl>(d));
      break;
    case DeclarationKind::kAction:
      CheckAction(As<ActionDecl>(d));
      break;
    case DeclarationKind::kParser:
      CheckParser(As<ParserDecl>(d));
      break;
    case DeclarationKind::kControl:
      CheckControl(As<ControlDecl>(d));
      break;
    case DeclarationKind::kParserType:
    case DeclarationKind::kControlType:
    case DeclarationKind::kPackageType:
      CheckBlockType(As<BlockTypeDecl>(d));
      break;
    case DeclarationKind::kError:
    case DeclarationKind::kMatchKind:
      CheckMemberSet(As<MemberSetDecl>(d));
      break;
    case DeclarationKind::kTypedef:
    case DeclarationKind::kNewType:
      CheckTypedef(As<TypedefDecl>(d));
      break;
    case DeclarationKind::kEnum:
      CheckEnum(As<EnumDecl>(d));
      break;
    case DeclarationKind::kHeader:
    case DeclarationKind::kHeaderUnion:
    case DeclarationKind::kStruct:
      CheckStruct(As<StructDecl>(d));
      break;
    default:
      Report(Kind::kBadDeclaration, d->span, "{} may not be declared at the top level",
             Describe(d));
      break;
  }
}

}  // namespace ipdk::p4
