// Expressions other than operators and calls: their types, values and implicit casts.

#include "p4/check/checker.h"

namespace ipdk::p4 {

TypeId Checker::Infer(const Expression* e) {
  if (Facts(e).type.valid()) return Facts(e).type;
  TypeId type = InferUncached(e);
  ExpressionFacts& facts = Facts(e);
  facts.type = type;
  facts.target = type;
  return type;
}

TypeId Checker::InferUncached(const Expression* e) {
  switch (e->kind) {
    case ExpressionKind::kInteger:
      return InferInteger(As<IntegerExpr>(e));
    case ExpressionKind::kBool:
      Facts(e).value = BoolValue(As<BoolExpr>(e)->value);
      Facts(e).is_constant = true;
      return types_.boolean();
    case ExpressionKind::kString:
      Facts(e).value = TextValue(Value::Kind::kString, Keep(As<StringExpr>(e)->value));
      Facts(e).is_constant = true;
      return types_.string();
    case ExpressionKind::kName:
      return InferName(As<NameExpr>(e));
    case ExpressionKind::kThis:
      if (!context_.this_type.valid()) {
        Report(Kind::kMisplacedExpression, e->span,
               "'this' stands only in the methods that an instance implements");
        return Poison();
      }
      Facts(e).is_constant = true;
      return context_.this_type;
    case ExpressionKind::kList:
      return InferList(As<ListExpr>(e));
    case ExpressionKind::kStruct:
      return InferStruct(As<StructExpr>(e));
    case ExpressionKind::kInvalid:
      Facts(e).value = InvalidValue();
      Facts(e).is_constant = true;
      return types_.Simple(TypeKind::kInvalid);
    case ExpressionKind::kDots:
      Facts(e).value = InvalidValue();  // a placeholder until its place tells the type
      Facts(e).is_constant = true;
      return types_.Simple(TypeKind::kDefault);
    case ExpressionKind::kDefault:
      Report(Kind::kMisplacedExpression, e->span,
             "'{}' stands only for an unwanted result and in sets to match against",
             As<DefaultExpr>(e)->is_underscore ? "_" : "default");
      return Poison();
    case ExpressionKind::kUnary:
      return InferUnary(As<UnaryExpr>(e));
    case ExpressionKind::kBinary:
      return InferBinary(As<BinaryExpr>(e));
    case ExpressionKind::kConditional:
      return InferConditional(As<ConditionalExpr>(e));
    case ExpressionKind::kCast:
      return InferCast(As<CastExpr>(e));
    case ExpressionKind::kMember:
      return InferMember(As<MemberExpr>(e));
    case ExpressionKind::kTypeMember:
      return InferTypeMember(As<TypeMemberExpr>(e));
    case ExpressionKind::kIndex:
      return InferIndex(As<IndexExpr>(e));
    case ExpressionKind::kSlice:
      return InferSlice(As<SliceExpr>(e));
    case ExpressionKind::kCall:
      return InferCall(As<CallExpr>(e));
    case ExpressionKind::kConstruct:
      return InferConstruct(As<ConstructExpr>(e));
  }
  return Poison();
}

TypeId Checker::InferInteger(const IntegerExpr* e) {
  ExpressionFacts& facts = Facts(e);
  facts.is_constant = true;
  if (!e->has_width) {
    facts.value = IntegerValue(*e->value);
    return types_.integer();
  }
  if (e->width > TypeTable::kMaxWidth || (e->is_signed && e->width == 0)) {
    Report(Kind::kBadWidth, e->span, "the width of this number is {}, it must be {} to {}",
           e->width, e->is_signed ? 1 : 0, TypeTable::kMaxWidth);
    return Poison();
  }
  TypeId type = e->is_signed ? types_.Signed(e->width) : types_.Bit(e->width);
  Integer value = Fit(types_, *e->value, type);
  if (value != *e->value) {
    Report(Kind::kOverflow, e->span, "{} does not fit {}, it becomes {}", e->value->get_str(),
           Print(type), value.get_str());
  }
  facts.value = IntegerValue(std::move(value));
  return type;
}

TypeId Checker::FunctionType(const Declaration* declaration, TypeKind kind) {
  DeclarationFacts& facts = Facts(declaration);
  if (facts.nominal == UINT32_MAX) NewNominal(declaration, kind, {});
  return types_.NominalType(facts.nominal, {});
}

TypeId Checker::InferName(const NameExpr* e) {
  if (!e->absolute && scopes_.Find(e->name.text) == nullptr) {
    if (auto it = match_kinds_by_name_.find(e->name.text); it != match_kinds_by_name_.end()) {
      ExpressionFacts& facts = Facts(e);
      facts.declaration = it->second;
      facts.member = MemberKind::kEnumMember;
      facts.is_constant = true;
      facts.value = TextValue(Value::Kind::kMatchKind, it->second->name.text);
      return types_.Simple(TypeKind::kMatchKind);
    }
  }
  const Scopes::Overloads* found = Lookup(e->name, e->absolute);
  if (found == nullptr) return Poison();
  const Declaration* d = found->back();
  ExpressionFacts& facts = Facts(e);
  facts.declaration = d;
  TypeId type = Facts(d).type;
  switch (d->kind) {
    case DeclarationKind::kConstant:
      facts.value = Facts(d).value;
      facts.is_constant = true;
      break;
    case DeclarationKind::kVariable:
      facts.is_lvalue = true;
      break;
    case DeclarationKind::kParameter: {
      Direction direction = As<ParameterDecl>(d)->direction;
      facts.is_lvalue = direction == Direction::kOut || direction == Direction::kInout;
      facts.is_constant =
          constant_parameters_.contains(d) || (type.valid() && types_.IsObject(type));
      break;
    }
    case DeclarationKind::kInstantiation:
      facts.is_constant = true;
      break;
    case DeclarationKind::kValueSet:
      if (type.valid() && !IsPoison(type)) type = types_.Set(type);
      break;
    case DeclarationKind::kTable:
      break;
    case DeclarationKind::kAction:
      return FunctionType(d, TypeKind::kAction);
    case DeclarationKind::kFunction:
    case DeclarationKind::kExternFunction:
    case DeclarationKind::kMethod:
      return FunctionType(d, TypeKind::kFunction);
    default:
      Report(Kind::kNotAValue, e->span, "'{}' is {}, not a value", e->name.text, Describe(d));
      return Poison();
  }
  return type.valid() ? type : Poison();
}

TypeId Checker::InferList(const ListExpr* e) {
  std::vector<TypeId> elements;
  std::vector<ValuePtr> values;
  bool constant = true, known = true;
  for (size_t i = 0; i < e->elements.size(); ++i) {
    const Expression* element = e->elements[i];
    TypeId type = Infer(element);
    if (element->kind == ExpressionKind::kDots && i + 1 != e->elements.size()) {
      Report(Kind::kBadInitializer, element->span, "'...' must be the last element");
    }
    if (types_.Is(type, TypeKind::kVoid)) {
      Report(Kind::kBadInitializer, element->span, "an element may not be of type void");
      type = Poison();
    }
    elements.push_back(type);
    constant &= Facts(element).is_constant;
    known &= Facts(element).value != nullptr;
    values.push_back(Facts(element).value);
  }
  Facts(e).is_constant = constant;
  if (known) Facts(e).value = SequenceValue(std::move(values));
  TypeId type = types_.Sequence(elements);
  if (IsPoison(type)) Report(Kind::kTooComplex, e->span, "the list is nested too deeply");
  return type;
}

TypeId Checker::InferStruct(const StructExpr* e) {
  std::vector<TypeId> elements;
  std::vector<std::string_view> labels;
  std::vector<ValuePtr> values;
  std::unordered_set<std::string_view> seen;
  bool constant = true, known = true;
  for (const NamedValue& field : e->fields) {
    TypeId type = Infer(field.value);
    if (!seen.insert(field.name.text).second) {
      Report(Kind::kBadInitializer, field.name.span, "field '{}' is given twice", field.name.text);
      continue;
    }
    if (types_.Is(type, TypeKind::kVoid)) {
      Report(Kind::kBadInitializer, field.value->span, "field '{}' may not be of type void",
             field.name.text);
      type = Poison();
    }
    elements.push_back(type);
    labels.push_back(field.name.text);
    constant &= Facts(field.value).is_constant;
    known &= Facts(field.value).value != nullptr;
    values.push_back(Facts(field.value).value);
  }
  if (e->has_dots) {
    elements.push_back(types_.Simple(TypeKind::kDefault));
    labels.push_back("...");
    values.push_back(InvalidValue());
  }
  Facts(e).is_constant = constant;
  if (known) Facts(e).value = SequenceValue(std::move(values));
  TypeId type = types_.Record(elements, labels);
  if (IsPoison(type)) Report(Kind::kTooComplex, e->span, "the initializer is nested too deeply");
  return type;
}

bool Checker::Coerce(const Expression* e, TypeId target, std::string_view what) {
  TypeId type = Infer(e);
  if (type == target) return true;
  if (IsPoison(type) || IsPoison(target)) {
    Facts(e).target = target;
    return true;
  }
  Inference inference(types_);
  if (!inference.Accept(target, type)) {
    std::string why = inference.reason().empty() ? "" : " (" + inference.reason() + ")";
    Report(Kind::kTypeMismatch, e->span, "{} must be of type {}, this is {}{}", what, Print(target),
           Print(type), why);
    Facts(e).target = Poison();
    Facts(e).value = nullptr;
    return false;
  }
  Convert(e, target);
  return true;
}

void Checker::WarnIfTruncated(const Expression* e, TypeId target) {
  const ExpressionFacts& facts = Facts(e);
  if (facts.value == nullptr || facts.value->kind != Value::Kind::kInteger ||
      !types_.IsFixedWidth(target))
    return;
  Integer fitted = Fit(types_, facts.value->integer, target);
  if (fitted != facts.value->integer) {
    Report(Kind::kOverflow, e->span, "{} does not fit {}, it becomes {}",
           facts.value->integer.get_str(), Print(target), fitted.get_str());
  }
}

void Checker::Convert(const Expression* e, TypeId target) {
  TypeId type = Facts(e).type;
  if (Facts(e).target == target) return;
  const Type t = types_[target];
  if (const auto* list = As<ListExpr>(e)) {
    std::span<const Field> fields = types_.Fields(target);
    for (size_t i = 0; i < list->elements.size(); ++i) {
      const Expression* element = list->elements[i];
      if (element->kind == ExpressionKind::kDots &&
          types_.Is(Facts(element).type, TypeKind::kDefault)) {
        if (t.kind == TypeKind::kStack || i + 1 == list->elements.size()) continue;
      }
      if (t.kind == TypeKind::kStack || t.kind == TypeKind::kList) {
        Convert(element, t.element);
      } else if (i < fields.size()) {
        Convert(element, fields[i].type);
      } else if (i < t.arguments.size()) {
        Convert(element, t.arguments[i]);
      }
    }
  } else if (const auto* record = As<StructExpr>(e)) {
    for (const NamedValue& field : record->fields) {
      int index = types_.FieldIndex(target, field.name.text);
      if (index >= 0) Convert(field.value, types_.Fields(target)[static_cast<size_t>(index)].type);
    }
  } else if (const auto* conditional = As<ConditionalExpr>(e)) {
    Convert(conditional->if_true, target);
    Convert(conditional->if_false, target);
  }
  if (types_.Is(type, TypeKind::kInteger)) WarnIfTruncated(e, target);
  ExpressionFacts& facts = Facts(e);
  if (facts.value != nullptr) facts.value = CastValue(types_, facts.value, facts.target, target);
  facts.target = target;
}

bool Checker::RequireLvalue(const Expression* e, std::string_view what) {
  if (IsPoison(Facts(e).type) || Facts(e).is_lvalue) return true;
  const Declaration* d = Facts(e).declaration;
  if (const auto* parameter = As<ParameterDecl>(d);
      parameter != nullptr && e->kind == ExpressionKind::kName) {
    Report(Kind::kNotAssignable, e->span,
           "{} must be something that can be written; '{}' is {} parameter", what,
           parameter->name.text,
           parameter->direction == Direction::kIn ? "an 'in'" : "a directionless")
        .Note(parameter->span, "declared here");
  } else {
    Report(Kind::kNotAssignable, e->span,
           "{} must be something that can be written: a variable, or an out or inout "
           "parameter, or a part of one",
           what);
  }
  return false;
}

bool Checker::RequireConstant(const Expression* e, std::string_view what) {
  if (IsPoison(Facts(e).type) || Facts(e).is_constant) return true;
  Report(Kind::kNotConstant, e->span, "{} must be known at compile time", what);
  return false;
}

std::optional<Integer> Checker::ConstantInteger(const Expression* e, std::string_view what) {
  TypeId type = Infer(e);
  if (IsPoison(type)) return std::nullopt;
  TypeKind kind = KindOf(type);
  if (kind != TypeKind::kInteger && kind != TypeKind::kSerEnum && !types_.IsFixedWidth(type)) {
    Report(Kind::kTypeMismatch, e->span, "{} must be an integer, this is {}", what, Print(type));
    return std::nullopt;
  }
  const ValuePtr& value = Facts(e).value;
  if (value == nullptr || value->kind != Value::Kind::kInteger) {
    Report(Kind::kNotConstant, e->span, "{} must be a compile-time constant", what);
    return std::nullopt;
  }
  return value->integer;
}

TypeId Checker::InferConditional(const ConditionalExpr* e) {
  Coerce(e->condition, types_.boolean(), "the condition of '?:'");
  Infer(e->if_true);
  Infer(e->if_false);
  TypeId type = Unite(e->if_true, e->if_false);
  if (!type.valid()) {
    Report(Kind::kOperandType, e->span,
           "the two results of '?:' must have one type, these are {} and {}",
           Print(Facts(e->if_true).type), Print(Facts(e->if_false).type));
    return Poison();
  }
  if (IsPoison(type)) return type;
  TypeKind kind = KindOf(type);
  if (kind == TypeKind::kVoid || kind == TypeKind::kFunction || kind == TypeKind::kAction ||
      kind == TypeKind::kTable) {
    Report(Kind::kOperandType, e->span, "a result of '?:' may not be of type {}", Print(type));
    return Poison();
  }
  ExpressionFacts& facts = Facts(e);
  facts.is_constant = Facts(e->condition).is_constant && Facts(e->if_true).is_constant &&
                      Facts(e->if_false).is_constant;
  if (kind == TypeKind::kInteger && !facts.is_constant) {
    Report(Kind::kOperandType, e->span,
           "at least one result of '?:' must have a width, these are both int");
    return Poison();
  }
  if (const ValuePtr& condition = Facts(e->condition).value; condition != nullptr) {
    facts.value = Facts(condition->boolean ? e->if_true : e->if_false).value;
  }
  return type;
}

bool Checker::CanCast(TypeId from, TypeId to, const Value* value) const {
  if (from == to) return true;
  TypeKind f = KindOf(from), t = KindOf(to);
  if (t == TypeKind::kNewType || t == TypeKind::kSerEnum)
    return CanCast(from, types_.Underlying(to), value) &&
           (t == TypeKind::kNewType || f != TypeKind::kBit || types_.Underlying(to) == from);
  if (f == TypeKind::kNewType || f == TypeKind::kSerEnum)
    return CanCast(types_.Underlying(from), to, value);
  switch (t) {
    case TypeKind::kBit:
      if (f == TypeKind::kSigned) return types_[from].width == types_[to].width;
      if (f == TypeKind::kBool) return types_[to].width == 1;
      return f == TypeKind::kBit || f == TypeKind::kInteger;
    case TypeKind::kSigned:
      if (f == TypeKind::kBit) return types_[from].width == types_[to].width;
      return f == TypeKind::kSigned || f == TypeKind::kInteger;
    case TypeKind::kInteger:
      return f == TypeKind::kBit || f == TypeKind::kSigned;
    case TypeKind::kBool:
      if (f == TypeKind::kInteger) {
        return value != nullptr && value->kind == Value::Kind::kInteger &&
               (value->integer == 0 || value->integer == 1);
      }
      return f == TypeKind::kBit && types_[from].width == 1;
    default:
      return false;
  }
}

TypeId Checker::InferCast(const CastExpr* e) {
  TypeId to = Resolve(e->type);
  TypeId from = Infer(e->operand);
  if (types_[to].has_variable && types_.Is(to, TypeKind::kList) &&
      types_.Is(types_[to].element, TypeKind::kDontCare)) {
    Report(Kind::kBadCast, e->type->span, "a cast may not leave a type open with '_'");
    return Poison();
  }
  if (IsPoison(to) || IsPoison(from)) return to;
  ExpressionFacts& facts = Facts(e);
  facts.is_constant = Facts(e->operand).is_constant;
  Inference inference(types_);
  bool initializer = KindOf(from) == TypeKind::kSequence || KindOf(from) == TypeKind::kRecord ||
                     KindOf(from) == TypeKind::kInvalid || KindOf(from) == TypeKind::kDefault;
  if (initializer && inference.Accept(to, from)) {
    Convert(e->operand, to);
    facts.value = Facts(e->operand).value;
    return to;
  }
  const ValuePtr& value = Facts(e->operand).value;
  if (initializer || !CanCast(from, to, value.get())) {
    std::string why = inference.reason().empty() ? "" : " (" + inference.reason() + ")";
    Report(Kind::kBadCast, e->span, "{} cannot be cast to {}{}", Print(from), Print(to), why);
    return to;
  }
  if (value != nullptr) facts.value = CastValue(types_, value, from, to);
  return to;
}

TypeId Checker::InferMember(const MemberExpr* e) {
  TypeId base = Infer(e->base);
  if (IsPoison(base)) return base;
  ExpressionFacts& facts = Facts(e);
  const ExpressionFacts& base_facts = Facts(e->base);
  std::string_view name = e->member.text;
  const Type t = types_[base];
  switch (t.kind) {
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion: {
      int index = types_.FieldIndex(base, name);
      if (index < 0) break;
      const Field& field = types_.Fields(base)[static_cast<size_t>(index)];
      facts.member = MemberKind::kField;
      facts.member_index = static_cast<uint32_t>(index);
      facts.is_lvalue = base_facts.is_lvalue;
      facts.is_constant = base_facts.is_constant;
      if (base_facts.value != nullptr && base_facts.value->kind == Value::Kind::kSequence &&
          static_cast<size_t>(index) < base_facts.value->elements.size()) {
        facts.value = base_facts.value->elements[static_cast<size_t>(index)];
      }
      return field.type;
    }
    case TypeKind::kStack: {
      bool is_next = name == "next", is_last = name == "last";
      if (name == "size") {
        facts.member = MemberKind::kSize;
        facts.is_constant = true;
        facts.value = IntegerValue(Integer(t.width));
        return types_.Bit(32);
      }
      if (!is_next && !is_last && name != "lastIndex") break;
      TypeKind element = KindOf(t.element);
      if (element != TypeKind::kHeader && element != TypeKind::kUnion &&
          element != TypeKind::kVariable && element != TypeKind::kPoison) {
        Report(Kind::kUnknownMember, e->member.span,
               "'{}' belongs to stacks of headers, this is {}", name, Print(base));
        return Poison();
      }
      if (!context_.in_parser) {
        Report(Kind::kMisplacedExpression, e->member.span,
               "'{}' of a stack may only be used in a parser", name);
        return Poison();
      }
      facts.member = is_next   ? MemberKind::kNext
                     : is_last ? MemberKind::kLast
                               : MemberKind::kLastIndex;
      if (!is_next && !is_last) return types_.Bit(32);
      facts.is_lvalue = base_facts.is_lvalue;
      return t.element;
    }
    case TypeKind::kTableResult:
      if (name == "hit" || name == "miss") {
        facts.member = name == "hit" ? MemberKind::kHit : MemberKind::kMiss;
        return types_.boolean();
      }
      if (name == "action_run") {
        facts.member = MemberKind::kActionRun;
        uint32_t nominal = types_.AddNominal({.kind = TypeKind::kActionRun,
                                              .name = types_.NominalOf(base).name,
                                              .declaration = types_.NominalOf(base).declaration});
        return types_.NominalType(nominal, {});
      }
      break;
    case TypeKind::kExtern:
    case TypeKind::kParser:
    case TypeKind::kControl:
    case TypeKind::kTable:
      Report(Kind::kNotAValue, e->member.span, "'{}' of {} can only be called", name, Print(base));
      return Poison();
    default:
      Report(Kind::kUnknownMember, e->member.span, "{} has no members, so no '{}'", Print(base),
             name);
      return Poison();
  }
  Report(Kind::kUnknownMember, e->member.span, "{} has no '{}'", Print(base), name);
  return Poison();
}

TypeId Checker::InferTypeMember(const TypeMemberExpr* e) {
  TypeId type = Resolve(e->type);
  if (IsPoison(type)) return type;
  ExpressionFacts& facts = Facts(e);
  std::string_view name = e->member.text;
  auto member = [&](const MemberDecl* d) {
    facts.declaration = d;
    facts.member = MemberKind::kEnumMember;
    facts.is_constant = true;
  };
  switch (KindOf(type)) {
    case TypeKind::kError:
      if (auto it = errors_by_name_.find(name); it != errors_by_name_.end()) {
        member(it->second);
        facts.value = TextValue(Value::Kind::kError, Keep(name));
        return type;
      }
      break;
    case TypeKind::kMatchKind:
      if (auto it = match_kinds_by_name_.find(name); it != match_kinds_by_name_.end()) {
        member(it->second);
        facts.value = TextValue(Value::Kind::kMatchKind, Keep(name));
        return type;
      }
      break;
    case TypeKind::kEnum:
    case TypeKind::kSerEnum: {
      const auto* d = As<EnumDecl>(nominal_declarations_[types_[type].nominal]);
      if (d == nullptr) return Poison();
      auto [members, fresh] = enum_members_.try_emplace(d);
      if (fresh) {
        for (const MemberDecl* one : d->members) members->second.emplace(one->name.text, one);
      }
      if (auto it = members->second.find(name); it != members->second.end()) {
        const MemberDecl* one = it->second;
        member(one);
        facts.value = types_.Is(type, TypeKind::kEnum) ? TextValue(Value::Kind::kMember, Keep(name))
                                                       : Facts(one).value;
        return type;
      }
      break;
    }
    default:
      break;
  }
  Report(Kind::kUnknownMember, e->member.span, "the type {} has no '{}'", Print(type), name);
  return Poison();
}

TypeId Checker::InferIndex(const IndexExpr* e) {
  TypeId base = Infer(e->base);
  TypeId at = Infer(e->at);
  if (IsPoison(base) || IsPoison(at)) return Poison();
  if (types_.Is(base, TypeKind::kSequence)) {
    base = Inference(types_).Resolve(base);
    if (types_.Is(base, TypeKind::kTuple)) Convert(e->base, base);
  }
  const Type t = types_[base];
  if (types_.Is(at, TypeKind::kSerEnum)) {
    Convert(e->at, types_.Underlying(at));
    at = types_.Underlying(at);
  }
  if (!types_.Is(at, TypeKind::kInteger) && !types_.IsFixedWidth(at)) {
    Report(Kind::kBadIndex, e->at->span, "an index must be an integer, this is {}", Print(at));
    return Poison();
  }
  if (t.kind != TypeKind::kStack && t.kind != TypeKind::kTuple) {
    Report(Kind::kBadIndex, e->base->span, "{} cannot be indexed; stacks and tuples can",
           Print(base));
    return Poison();
  }
  size_t size = t.kind == TypeKind::kStack ? t.width : t.arguments.size();
  const ValuePtr& value = Facts(e->at).value;
  bool known = value != nullptr && value->kind == Value::Kind::kInteger;
  if (t.kind == TypeKind::kTuple && !known) {
    Report(Kind::kNotConstant, e->at->span, "the index of a tuple must be a compile-time constant");
    return Poison();
  }
  if (types_.Is(at, TypeKind::kInteger) && !known && !Facts(e->at).is_constant) {
    Report(Kind::kNotConstant, e->at->span, "an index of type int must be a compile-time constant");
    return Poison();
  }
  if (known && context_.unevaluated && t.kind == TypeKind::kStack) return t.element;
  if (known &&
      (value->integer < 0 || value->integer >= Integer(static_cast<unsigned long>(size)))) {
    Report(Kind::kBadIndex, e->at->span, "index {} is outside {}, which has {} elements",
           value->integer.get_str(), Print(base), size);
    return Poison();
  }
  ExpressionFacts& facts = Facts(e);
  const ExpressionFacts& base_facts = Facts(e->base);
  facts.is_lvalue = base_facts.is_lvalue;
  facts.is_constant = base_facts.is_constant && Facts(e->at).is_constant;
  if (known) {
    size_t index = value->integer.get_ui();
    facts.member_index = static_cast<uint32_t>(index);
    if (base_facts.value != nullptr && base_facts.value->kind == Value::Kind::kSequence &&
        index < base_facts.value->elements.size()) {
      facts.value = base_facts.value->elements[index];
    }
    if (t.kind == TypeKind::kTuple) return t.arguments[index];
  }
  return t.element;
}

std::optional<Integer> Checker::SliceBound(const Expression* e, std::string_view what,
                                           uint32_t width) {
  std::optional<Integer> value = ConstantInteger(e, what);
  if (!value) return std::nullopt;
  if (*value < 0 || *value >= width) {
    Report(Kind::kBadSlice, e->span, "{} is {}, it must be 0 to {}", what, value->get_str(),
           width == 0 ? 0 : width - 1);
    return std::nullopt;
  }
  return value;
}

TypeId Checker::InferSlice(const SliceExpr* e) {
  TypeId base = Infer(e->base);
  TypeId high_type = Infer(e->high), low_type = Infer(e->low);
  if (IsPoison(base) || IsPoison(high_type) || IsPoison(low_type)) return Poison();
  if (types_.Is(base, TypeKind::kSerEnum)) base = types_.Underlying(base);
  if (!types_.IsFixedWidth(base) && !types_.Is(base, TypeKind::kInteger)) {
    Report(Kind::kBadSlice, e->base->span,
           "bits of {} cannot be taken; those of bit<> and int<> can", Print(base));
    return Poison();
  }
  bool unbounded = types_.Is(base, TypeKind::kInteger);
  uint32_t width = unbounded ? TypeTable::kMaxWidth : types_[base].width;
  ExpressionFacts& facts = Facts(e);
  facts.is_lvalue = Facts(e->base).is_lvalue;
  if (e->by_width) {
    std::optional<Integer> count = ConstantInteger(e->high, "the width of a slice");
    if (!count) return Poison();
    if (*count < 1 || *count > width) {
      Report(Kind::kBadSlice, e->high->span, "the width of the slice is {}, it must be 1 to {}",
             count->get_str(), width);
      return Poison();
    }
    if (!types_.IsFixedWidth(low_type) && !types_.Is(low_type, TypeKind::kInteger)) {
      Report(Kind::kBadSlice, e->low->span, "the low bit of a slice must be an integer, this is {}",
             Print(low_type));
      return Poison();
    }
    if (const ValuePtr& low = Facts(e->low).value;
        low != nullptr && (low->integer < 0 || low->integer + *count > width)) {
      Report(Kind::kBadSlice, e->span, "bits {} to {} are outside {}", low->integer.get_str(),
             Integer(low->integer + *count - 1).get_str(), Print(base));
      return Poison();
    }
    const ValuePtr& whole = Facts(e->base).value;
    const ValuePtr& low = Facts(e->low).value;
    facts.is_constant = Facts(e->base).is_constant && Facts(e->low).is_constant;
    if (whole != nullptr && low != nullptr) {
      facts.value =
          IntegerValue(Truncate(whole->integer >> low->integer.get_ui(), count->get_ui()));
    }
    return types_.Bit(static_cast<uint32_t>(count->get_ui()));
  }
  std::optional<Integer> high = SliceBound(e->high, "the high bit of a slice", width);
  std::optional<Integer> low = SliceBound(e->low, "the low bit of a slice", width);
  if (!high || !low) return Poison();
  if (*high < *low) {
    Report(Kind::kBadSlice, e->span, "the high bit {} is below the low bit {}", high->get_str(),
           low->get_str());
    return Poison();
  }
  uint32_t result = static_cast<uint32_t>(Integer(*high - *low + 1).get_ui());
  facts.is_constant = Facts(e->base).is_constant;
  if (const ValuePtr& value = Facts(e->base).value;
      value != nullptr && value->kind == Value::Kind::kInteger) {
    facts.value = IntegerValue(Truncate(value->integer >> low->get_ui(), result));
  }
  return types_.Bit(result);
}

}  // namespace ipdk::p4
