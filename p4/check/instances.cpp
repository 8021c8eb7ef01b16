// Instances of externs, parsers, controls and packages, and the methods that an instance
// implements.

#include "p4/check/checker.h"

namespace ipdk::p4 {

void Checker::CheckInstancePlace(const InstantiationDecl* d, TypeId type) {
  TypeKind kind = KindOf(type);
  std::string_view wrong;
  if (context_.place == Place::kTop) {
    if (kind == TypeKind::kParser || kind == TypeKind::kControl)
      wrong = "a parser or control may not be instantiated at the top level; give it to a package";
  } else if (context_.place == Place::kControlApply) {
    wrong = "nothing may be instantiated in the apply block of a control; do it before 'apply'";
  } else if (context_.place == Place::kParserState) {
    wrong = "nothing may be instantiated in a parser state; do it before the first state";
  } else if (context_.place == Place::kFunction || context_.place == Place::kAction) {
    wrong = "nothing may be instantiated in a function or action";
  } else {
    if (kind == TypeKind::kPackage) wrong = "a package may only be instantiated at the top level";
    if (kind == TypeKind::kParser && context_.in_control)
      wrong = "a parser may not be instantiated in a control";
    if (kind == TypeKind::kControl && context_.in_parser)
      wrong = "a control may not be instantiated in a parser";
  }
  if (!wrong.empty()) Report(Kind::kMisplacedInstance, d->span, "'{}': {}", d->name.text, wrong);
}

void Checker::CheckInstantiation(const InstantiationDecl* d) {
  CheckAnnotations(d->annotations);
  InstanceFacts facts;
  const TypeRef* ref = d->type;
  if (ref->kind == TypeRefKind::kStack) {
    auto size = ResolveSize(ref->size, Kind::kBadSize, "the number of instances", 1, 1u << 16);
    facts.array_size = size.value_or(1);
    ref = ref->element;
  }
  TypeId type = Construct(ref, d->arguments, d->span, facts.constructor);
  if (!IsPoison(type)) CheckInstancePlace(d, type);
  if (facts.array_size != 0 && !IsPoison(type)) {
    type = types_.Stack(type, facts.array_size);
    program_.type_refs[d->type->index] = type;
  }
  facts.type = type;
  Facts(d).type = type;
  CheckObjectBody(d, facts);
  if (context_.place == Place::kTop && d->name.text == "main") {
    if (!IsPoison(type) && !types_.Is(type, TypeKind::kPackage)) {
      Report(Kind::kBadDeclaration, d->name.span,
             "'main' must be an instance of a package, this is {}", Print(type));
    }
    program_.main = d;
  }
  program_.instances[d->index] = std::move(facts);
  Declare(d);
}

const FunctionDecl* Checker::FindAbstract(const FunctionDecl* implementation,
                                          const ExternObjectDecl* object, TypeId type,
                                          std::vector<int>* places) {
  std::string_view name = implementation->name.text;
  const FunctionDecl* found = nullptr;
  for (const FunctionDecl* method : object->methods) {
    if (method->name.text != name || method->return_type == nullptr) continue;
    if (found == nullptr || method->parameters.size() == implementation->parameters.size())
      found = method;
  }
  if (found == nullptr || !found->is_abstract) {
    Report(Kind::kAbstract, implementation->name.span, "extern '{}' has no abstract method '{}'",
           object->name.text, name);
    return nullptr;
  }
  const std::vector<TypeId>& from = types_.NominalOf(type).parameters;
  std::span<const TypeId> to = types_[type].arguments;
  std::vector<TypeId> theirs = TypeParametersOf(found->type_parameters);
  std::vector<TypeId> ours = TypeParametersOf(implementation->type_parameters);
  auto wanted = [&](TypeId one) {
    if (!one.valid()) return Poison();
    return types_.Substitute(types_.Substitute(one, from, to), theirs, ours);
  };
  // An @optional parameter may be left out by the implementation.
  size_t given = implementation->parameters.size(), next = 0;
  for (size_t i = 0; i < found->parameters.size(); ++i) {
    const ParameterDecl* p = found->parameters[i];
    bool optional = FindAnnotation(p->annotations, "optional") != nullptr;
    bool spare = found->parameters.size() - i > given - next;
    bool left_out = next >= given || (optional && spare &&
                                      implementation->parameters[next]->name.text != p->name.text);
    if (left_out && !optional) next = given + 1;
    places->push_back(left_out ? -1 : static_cast<int>(next++));
    if (next > given) break;
  }
  if (theirs.size() != ours.size() || next != given) {
    Report(Kind::kAbstract, implementation->name.span,
           "'{}' takes {} parameters, the abstract method takes {}", name, given,
           found->parameters.size())
        .Note(found->name.span, "declared here");
    return found;
  }
  auto mismatch = [&](TypeId a, TypeId b) { return !IsPoison(a) && !IsPoison(b) && a != b; };
  TypeId result = wanted(Facts(found).type);
  if (Facts(implementation).type.valid() && mismatch(result, Facts(implementation).type)) {
    Report(Kind::kAbstract, implementation->name.span,
           "'{}' returns {}, the abstract method returns {}", name,
           Print(Facts(implementation).type), Print(result))
        .Note(found->name.span, "declared here");
  }
  for (size_t i = 0; i < found->parameters.size(); ++i) {
    if ((*places)[i] < 0) continue;
    const ParameterDecl* p = found->parameters[i];
    const ParameterDecl* q = implementation->parameters[static_cast<size_t>((*places)[i])];
    TypeId type_of_p = wanted(Facts(p).type);
    if (p->direction != q->direction) {
      Report(Kind::kAbstract, q->span,
             "parameter '{}' of '{}' must be '{}', as in the abstract method", q->name.text, name,
             p->direction == Direction::kNone ? "directionless" : DirectionText(p->direction))
          .Note(p->span, "declared here");
    } else if (mismatch(type_of_p, Facts(q).type)) {
      Report(Kind::kAbstract, q->span,
             "parameter '{}' of '{}' has type {}, in the abstract method it has type {}",
             q->name.text, name, Print(Facts(q).type), Print(type_of_p))
          .Note(p->span, "declared here");
    }
  }
  return found;
}

void Checker::CheckObjectBody(const InstantiationDecl* d, InstanceFacts& facts) {
  TypeId type = facts.type;
  const bool is_extern = types_.Is(type, TypeKind::kExtern);
  const ExternObjectDecl* object =
      is_extern ? As<ExternObjectDecl>(nominal_declarations_[types_[type].nominal]) : nullptr;
  bool has_abstract = false;
  if (object != nullptr) {
    for (const FunctionDecl* method : object->methods) has_abstract |= method->is_abstract;
  }
  if (d->has_body) {
    if (!IsPoison(type) && object == nullptr) {
      Report(Kind::kAbstract, d->span, "only an instance of an extern may have a body, '{}' is {}",
             d->name.text, Print(type));
    } else if (object != nullptr && !has_abstract) {
      Report(Kind::kAbstract, d->span, "extern '{}' has no abstract methods to implement",
             object->name.text);
    }
    ScopeGuard scope(scopes_);
    ContextGuard guard(context_);
    context_.place = Place::kObjectBody;
    context_.this_type = type;
    for (const Declaration* one : d->body) {
      const auto* f = As<FunctionDecl>(one);
      if (f == nullptr) {
        CheckLocal(one);
        continue;
      }
      {
        ScopeGuard inner(scopes_);
        CheckSignature(f, Owner::kFunction);
        std::vector<int> places;
        const FunctionDecl* method =
            object == nullptr ? nullptr : FindAbstract(f, object, type, &places);
        if (method != nullptr) {
          facts.abstract_methods.push_back(
              {.method = method, .implementation = f, .places = std::move(places)});
        }
        CheckFunctionBody(f, Place::kObjectBody);
      }
      Declare(f);
    }
  }
  if (object == nullptr) return;
  std::unordered_set<const FunctionDecl*> implemented;
  for (const AbstractImplementation& one : facts.abstract_methods) implemented.insert(one.method);
  for (const FunctionDecl* method : object->methods) {
    if (!method->is_abstract || FindAnnotation(method->annotations, "optional") != nullptr)
      continue;
    if (!implemented.contains(method)) {
      Report(Kind::kAbstract, d->name.span,
             "'{}' does not implement the abstract method '{}' of '{}'", d->name.text,
             method->name.text, object->name.text)
          .Note(method->name.span, "declared here");
    }
  }
}

}  // namespace ipdk::p4
