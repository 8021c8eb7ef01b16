// Constructions: of externs, parsers, controls and packages.

#include "p4/check/checker.h"

namespace ipdk::p4 {

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
