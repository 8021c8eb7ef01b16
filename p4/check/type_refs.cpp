// From types as written to types.

#include "p4/check/checker.h"

namespace ipdk::p4 {

TypeId Checker::Resolve(const TypeRef* ref) {
  TypeId& slot = program_.type_refs[ref->index];
  if (!slot.valid()) {
    bool was_too_deep = types_.too_deep();
    TypeId type = ResolveUnchecked(ref);
    if (types_.too_deep() && !was_too_deep) {
      Report(Kind::kTooComplex, ref->span, "the type is nested more than {} deep",
             TypeTable::kMaxDepth);
    }
    program_.type_refs[ref->index] = type;
    return type;
  }
  return slot;
}

std::optional<uint32_t> Checker::ResolveSize(const Expression* e, Kind kind, std::string_view what,
                                             uint32_t least, uint32_t most) {
  std::optional<Integer> value = ConstantInteger(e, what);
  if (!value) return std::nullopt;
  if (*value < least || *value > most) {
    Report(kind, e->span, "{} is {}, it must be {} to {}", what, value->get_str(), least, most);
    return std::nullopt;
  }
  return static_cast<uint32_t>(value->get_ui());
}

TypeId Checker::ResolveUnchecked(const TypeRef* ref) {
  constexpr uint32_t kMost = TypeTable::kMaxWidth;
  switch (ref->kind) {
    case TypeRefKind::kBit: {
      if (ref->width == nullptr) return types_.Bit(1);
      auto width = ResolveSize(ref->width, Kind::kBadWidth, "the width of bit<>", 0, kMost);
      return width ? types_.Bit(*width) : Poison();
    }
    case TypeRefKind::kInt: {
      if (ref->width == nullptr) return types_.integer();
      auto width = ResolveSize(ref->width, Kind::kBadWidth, "the width of int<>", 1, kMost);
      return width ? types_.Signed(*width) : Poison();
    }
    case TypeRefKind::kVarbit: {
      if (ref->width == nullptr) return Poison();
      auto width = ResolveSize(ref->width, Kind::kBadWidth, "the width of varbit<>", 0, kMost);
      return width ? types_.Varbit(*width) : Poison();
    }
    case TypeRefKind::kInteger:
      return types_.integer();
    case TypeRefKind::kBool:
      return types_.boolean();
    case TypeRefKind::kError:
      return types_.error();
    case TypeRefKind::kString:
      return types_.string();
    case TypeRefKind::kVoid:
      return types_.void_type();
    case TypeRefKind::kMatchKind:
      return types_.Simple(TypeKind::kMatchKind);
    case TypeRefKind::kDontCare:
      return types_.Simple(TypeKind::kDontCare);
    case TypeRefKind::kNamed:
      return ResolveNamed(ref);
    case TypeRefKind::kStack: {
      TypeId element = Resolve(ref->element);
      if (!IsPoison(element))
        RequireRole(element, Role::kStackElement, ref->element->span, "a stack's element");
      auto size = ResolveSize(ref->size, Kind::kBadSize, "the size of a stack", 0, 1u << 24);
      return size ? types_.Stack(element, *size) : Poison();
    }
    case TypeRefKind::kTuple: {
      std::vector<TypeId> elements;
      for (const TypeRef* argument : ref->arguments) {
        elements.push_back(Resolve(argument));
        RequireRole(elements.back(), Role::kTupleElement, argument->span, "a tuple's element");
      }
      return types_.Tuple(elements);
    }
    case TypeRefKind::kList: {
      if (ref->arguments.size() != 1) {
        Report(Kind::kTypeArguments, ref->span, "list<> takes one type argument, {} are given",
               ref->arguments.size());
        return Poison();
      }
      TypeId element = Resolve(ref->arguments[0]);
      RequireRole(element, Role::kListElement, ref->arguments[0]->span, "a list's element");
      return types_.List(element);
    }
  }
  return Poison();
}

TypeId Checker::DeclaredType(const Declaration* declaration) {
  switch (declaration->kind) {
    case DeclarationKind::kExternObject:
    case DeclarationKind::kParser:
    case DeclarationKind::kControl:
    case DeclarationKind::kParserType:
    case DeclarationKind::kControlType:
    case DeclarationKind::kPackageType:
    case DeclarationKind::kTypedef:
    case DeclarationKind::kNewType:
    case DeclarationKind::kEnum:
    case DeclarationKind::kHeader:
    case DeclarationKind::kHeaderUnion:
    case DeclarationKind::kStruct:
    case DeclarationKind::kTypeParameter:
      return Facts(declaration).type;
    default:
      return TypeId();
  }
}

TypeId Checker::ResolveNamed(const TypeRef* ref) {
  for (const TypeRef* argument : ref->arguments) Resolve(argument);
  const Scopes::Overloads* found = Lookup(ref->name, ref->absolute);
  if (found == nullptr) return Poison();
  const Declaration* declaration = found->back();
  TypeId type = DeclaredType(declaration);
  if (!type.valid()) {
    Report(Kind::kNotAType, ref->name.span, "'{}' is {}, not a type", ref->name.text,
           Describe(declaration));
    return Poison();
  }
  if (IsPoison(type)) return type;
  bool is_generic =
      declaration->kind != DeclarationKind::kTypedef && Facts(declaration).nominal != UINT32_MAX;
  size_t wanted = is_generic ? types_.NominalOf(Facts(declaration).nominal).parameters.size() : 0;
  if (ref->arguments.size() != wanted) {
    if (ref->arguments.empty()) {
      Report(Kind::kTypeArguments, ref->span,
             "'{}' is generic: it wants {} type argument{}, as in {}", ref->name.text, wanted,
             wanted == 1 ? "" : "s", Print(type));
    } else {
      Report(Kind::kTypeArguments, ref->span, "'{}' takes {} type argument{}, {} are given",
             ref->name.text, wanted, wanted == 1 ? "" : "s", ref->arguments.size());
    }
    return Poison();
  }
  if (wanted == 0) return type;
  std::vector<TypeId> arguments;
  for (const TypeRef* argument : ref->arguments) {
    TypeId one = Resolve(argument);
    TypeKind kind = KindOf(one);
    if (kind == TypeKind::kParser || kind == TypeKind::kControl || kind == TypeKind::kPackage) {
      Report(Kind::kTypeArguments, argument->span, "{} may not be a type argument", Print(one));
      one = Poison();
    }
    arguments.push_back(one);
  }
  if (ContainsNominal(arguments, Facts(declaration).nominal)) {
    Report(Kind::kTypeArguments, ref->span, "'{}' stands inside its own type arguments",
           ref->name.text);
    return Poison();
  }
  TypeId made = types_.NominalType(Facts(declaration).nominal, arguments);
  if (IsPoison(made)) {
    Report(Kind::kTooComplex, ref->span, "the type is nested too deeply");
    return made;
  }
  CheckInstantiatedType(made, ref->span);
  return made;
}

bool Checker::ContainsNominal(std::span<const TypeId> types, uint32_t nominal) const {
  std::vector<TypeId> work(types.begin(), types.end());
  std::unordered_set<uint32_t> seen;
  while (!work.empty()) {
    TypeId type = work.back();
    work.pop_back();
    const Type& t = types_[type];
    if (t.nominal == nominal) return true;
    if ((t.arguments.empty() && !t.element.valid()) || !seen.insert(type.index).second) continue;
    if (t.element.valid()) work.push_back(t.element);
    work.insert(work.end(), t.arguments.begin(), t.arguments.end());
  }
  return false;
}

bool Checker::MayBe(TypeId type, Role role) {
  TypeKind kind = KindOf(type);
  if (kind == TypeKind::kPoison || kind == TypeKind::kVariable || kind == TypeKind::kInference ||
      kind == TypeKind::kDontCare) {
    return true;
  }
  bool is_data = false;
  switch (kind) {
    case TypeKind::kBool:
    case TypeKind::kError:
    case TypeKind::kBit:
    case TypeKind::kSigned:
    case TypeKind::kVarbit:
    case TypeKind::kStack:
    case TypeKind::kTuple:
    case TypeKind::kEnum:
    case TypeKind::kSerEnum:
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion:
    case TypeKind::kNewType:
      is_data = true;
      break;
    default:
      break;
  }
  switch (role) {
    case Role::kStructField:
    case Role::kVariable:
      return is_data;
    case Role::kStackElement:
      return is_data && kind != TypeKind::kTuple;
    case Role::kTupleElement:
      return is_data || kind == TypeKind::kInteger || kind == TypeKind::kList ||
             kind == TypeKind::kMatchKind;
    case Role::kListElement:
      return is_data || kind == TypeKind::kInteger || kind == TypeKind::kList ||
             kind == TypeKind::kString || kind == TypeKind::kMatchKind;
    case Role::kReturn:
      // An extern function with constant arguments may make an object; a run-time value is none.
      return is_data || kind == TypeKind::kVoid || kind == TypeKind::kExtern;
    case Role::kUnionField:
      return kind == TypeKind::kHeader;
    case Role::kHeaderField:
      switch (kind) {
        case TypeKind::kBool:
        case TypeKind::kBit:
        case TypeKind::kSigned:
        case TypeKind::kVarbit:
        case TypeKind::kSerEnum:
          return true;
        case TypeKind::kNewType:
          return MayBe(types_.Underlying(type), role);
        case TypeKind::kStack:
          return MayBe(types_[type].element, role);
        case TypeKind::kStruct: {
          if (auto it = header_fields_.find(type.index); it != header_fields_.end())
            return it->second;
          bool good = true;
          // P4-16 7.2.11: a varbit only stands directly in the header.
          for (const Field& field : types_.Fields(type)) {
            good = good && !types_.Is(field.type, TypeKind::kVarbit) && MayBe(field.type, role);
          }
          return header_fields_[type.index] = good;
        }
        default:
          return false;
      }
    case Role::kParameter:
      return is_data || kind == TypeKind::kMatchKind;
    case Role::kConstant:
      return is_data || kind == TypeKind::kInteger || kind == TypeKind::kString ||
             kind == TypeKind::kList;
  }
  return false;
}

void Checker::RequireRole(TypeId type, Role role, Span span, std::string_view what) {
  if (MayBe(type, role)) return;
  Kind kind = Kind::kBadType;
  std::string_view allowed;
  switch (role) {
    case Role::kStructField:
      kind = Kind::kFieldType;
      break;
    case Role::kHeaderField:
      kind = Kind::kFieldType;
      allowed =
          "; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of "
          "them may";
      break;
    case Role::kUnionField:
      kind = Kind::kFieldType;
      allowed = "; only a header may";
      break;
    case Role::kReturn:
      kind = Kind::kReturnType;
      break;
    case Role::kParameter:
      kind = Kind::kParameterType;
      break;
    case Role::kVariable:
      kind = Kind::kVariableType;
      if (types_.IsObject(type)) allowed = "; write an instantiation: T(...) name;";
      if (types_.Is(type, TypeKind::kInteger)) allowed = "; give it a width, as in bit<32>";
      break;
    default:
      break;
  }
  Report(kind, span, "{} may not be of type {}{}", what, Print(type), allowed);
}

void Checker::CheckInstantiatedType(TypeId type, Span span) {
  const Type t = types_[type];
  if (t.arguments.empty() && !t.element.valid()) return;
  if (!checked_types_.insert(type.index).second) return;
  for (TypeId argument : t.arguments) CheckInstantiatedType(argument, span);
  if (t.element.valid()) {
    CheckInstantiatedType(t.element, span);
    if (t.kind == TypeKind::kStack)
      RequireRole(t.element, Role::kStackElement, span, "a stack's element");
  }
  if (t.kind == TypeKind::kTuple) {
    for (TypeId argument : t.arguments)
      RequireRole(argument, Role::kTupleElement, span, "a tuple's element");
  }
  if (!types_.IsStructLike(type)) return;
  Role role = t.kind == TypeKind::kHeader  ? Role::kHeaderField
              : t.kind == TypeKind::kUnion ? Role::kUnionField
                                           : Role::kStructField;
  for (const Field& field : types_.Fields(type)) {
    RequireRole(field.type, role, span, fmt::format("field '{}' of {}", field.name, Print(type)));
    CheckInstantiatedType(field.type, span);
  }
}

}  // namespace ipdk::p4
