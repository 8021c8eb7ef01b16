// Names: declaring them, finding what they mean, and the annotations that stand beside them.

#include <algorithm>
#include <utility>

#include "p4/check/checker.h"

namespace ipdk::p4 {

std::string_view Checker::Describe(const Declaration* declaration) {
  switch (declaration->kind) {
    case DeclarationKind::kConstant:
      return "a constant";
    case DeclarationKind::kVariable:
      return "a variable";
    case DeclarationKind::kInstantiation:
      return "an instance";
    case DeclarationKind::kValueSet:
      return "a value set";
    case DeclarationKind::kFunction:
    case DeclarationKind::kExternFunction:
      return "a function";
    case DeclarationKind::kMethod:
      return "a method";
    case DeclarationKind::kExternObject:
      return "an extern";
    case DeclarationKind::kAction:
      return "an action";
    case DeclarationKind::kTable:
      return "a table";
    case DeclarationKind::kParser:
      return "a parser";
    case DeclarationKind::kState:
      return "a state";
    case DeclarationKind::kControl:
      return "a control";
    case DeclarationKind::kParserType:
      return "a parser type";
    case DeclarationKind::kControlType:
      return "a control type";
    case DeclarationKind::kPackageType:
      return "a package";
    case DeclarationKind::kError:
      return "an error";
    case DeclarationKind::kMatchKind:
      return "a match_kind";
    case DeclarationKind::kTypedef:
      return "a typedef";
    case DeclarationKind::kNewType:
      return "a type";
    case DeclarationKind::kEnum:
      return "an enum";
    case DeclarationKind::kHeader:
      return "a header";
    case DeclarationKind::kHeaderUnion:
      return "a header_union";
    case DeclarationKind::kStruct:
      return "a struct";
    case DeclarationKind::kParameter:
      return "a parameter";
    case DeclarationKind::kTypeParameter:
      return "a type parameter";
    case DeclarationKind::kField:
      return "a field";
    case DeclarationKind::kMember:
      return "a member";
  }
  return "a declaration";
}

namespace {

bool SameParameterNames(const FunctionDecl* a, const FunctionDecl* b) {
  if (a->parameters.size() != b->parameters.size()) return false;
  for (const ParameterDecl* p : a->parameters) {
    bool found = std::ranges::any_of(
        b->parameters, [&](const ParameterDecl* q) { return q->name.text == p->name.text; });
    if (!found) return false;
  }
  return true;
}

}  // namespace

void Checker::Declare(const Declaration* declaration) {
  if (const Scopes::Overloads* there = scopes_.Here(declaration->name.text)) {
    const auto* function = As<FunctionDecl>(declaration);
    const Declaration* clash = nullptr;
    bool told = false;
    for (const Declaration* other : *there) {
      const auto* other_function = As<FunctionDecl>(other);
      if (function == nullptr || other_function == nullptr ||
          SameParameterNames(function, other_function)) {
        if (function != nullptr && other_function != nullptr &&
            function->kind == DeclarationKind::kFunction &&
            other_function->kind == function->kind && clash == nullptr) {
          // Only a call that cannot tell them apart is wrong.
          if (std::exchange(told, true)) continue;
          Report(Kind::kDuplicateFunction, declaration->name.span,
                 "function '{}' has the parameters of an earlier one", declaration->name.text)
              .Note(other->name.span, "declared here");
          continue;
        }
        const auto* forward = As<ExternObjectDecl>(other);
        if (forward != nullptr && forward->is_forward &&
            As<ExternObjectDecl>(declaration) != nullptr) {
          continue;
        }
        const auto *package = As<BlockTypeDecl>(declaration), *earlier = As<BlockTypeDecl>(other);
        if (package != nullptr && earlier != nullptr &&
            package->kind == DeclarationKind::kPackageType && earlier->kind == package->kind &&
            package->parameters.size() != earlier->parameters.size()) {
          continue;
        }
        clash = other;
      }
    }
    if (clash != nullptr) {
      Report(Kind::kDuplicateName, declaration->name.span, "'{}' is already {}",
             declaration->name.text, Describe(clash))
          .Note(clash->name.span, "declared here");
      // A second meaning would only make the uses ambiguous.
      return;
    }
  }
  WarnIfHiding(declaration);
  scopes_.Add(declaration);
}

// What a block declares may hide what the blocks around it declare; that is rarely meant. The names
// of the top level are everybody's, and hiding those is not worth a word.
void Checker::WarnIfHiding(const Declaration* declaration) {
  auto is_value = [](const Declaration* d) {
    return d->kind == DeclarationKind::kVariable || d->kind == DeclarationKind::kConstant ||
           d->kind == DeclarationKind::kParameter || d->kind == DeclarationKind::kInstantiation;
  };
  if (scopes_.level() == 0 || !is_value(declaration)) return;
  uint32_t level = 0;
  const Scopes::Overloads* found = scopes_.Find(declaration->name.text, &level);
  if (found == nullptr || level == 0 || level == scopes_.level() || !is_value(found->front()))
    return;
  if (declaration->kind == DeclarationKind::kVariable &&
      found->front()->kind == DeclarationKind::kParameter &&
      context_.place != Place::kBlockLocals) {
    return;  // an error that is reported where the variable is checked
  }
  Report(Kind::kShadowOuter, declaration->name.span, "'{}' hides {} of that name",
         declaration->name.text, Describe(found->front()))
      .Note(found->front()->span, "declared here");
}

void Checker::ReportUnknown(const Identifier& name) {
  std::string_view similar = scopes_.Similar(name.text);
  if (similar.empty()) {
    Report(Kind::kUnknownName, name.span, "'{}' is not declared", name.text);
  } else {
    Report(Kind::kUnknownName, name.span, "'{}' is not declared; did you mean '{}'?", name.text,
           similar);
  }
}

const Scopes::Overloads* Checker::Lookup(const Identifier& name, bool absolute) {
  uint32_t level = 0;
  const Scopes::Overloads* found =
      absolute ? scopes_.FindAtTop(name.text) : scopes_.Find(name.text, &level);
  for (auto it = being_declared_.rbegin(); it != being_declared_.rend(); ++it) {
    if (it->first != name.text || (found != nullptr && it->second < level) ||
        (absolute && it->second != 0)) {
      continue;
    }
    // A function may call an earlier one of its name.
    if (found != nullptr && As<FunctionDecl>(found->front()) != nullptr) break;
    Report(Kind::kUsedInItself, name.span, "'{}' is used inside its own declaration", name.text);
    return nullptr;
  }
  if (found == nullptr) {
    ReportUnknown(name);
    return nullptr;
  }
  return found;
}

const Annotation* Checker::FindAnnotation(Annotations annotations, std::string_view name) {
  for (const Annotation& annotation : annotations) {
    if (annotation.name.text == name) return &annotation;
  }
  return nullptr;
}

// Structured annotations hold compile-time values; the tokens of the others are free, except of
// those that the specification gives a form.
void Checker::CheckAnnotations(Annotations annotations) {
  const Annotation* structured = nullptr;
  for (const Annotation& annotation : annotations) {
    bool is_structured = annotation.form == Annotation::Form::kExpressions ||
                         annotation.form == Annotation::Form::kNamedValues;
    // Reported where the second one stands.
    for (const Annotation& other : annotations) {
      if (&other == &annotation || structured != nullptr) break;
      if (other.name.text != annotation.name.text) continue;
      bool other_structured = other.form == Annotation::Form::kExpressions ||
                              other.form == Annotation::Form::kNamedValues;
      if (!is_structured && !other_structured) continue;
      Report(Kind::kBadAnnotation, annotation.span,
             "the structured annotation '@{}' stands more than once", annotation.name.text)
          .Note(other.span, "first here");
      structured = &annotation;
    }
    auto check_value = [&](const Expression* value) {
      TypeId type = Infer(value);
      TypeKind kind = KindOf(type);
      if (kind == TypeKind::kPoison) return;
      if ((kind != TypeKind::kInteger && kind != TypeKind::kBool && kind != TypeKind::kString &&
           !types_.IsFixedWidth(type)) ||
          Facts(value).value == nullptr) {
        Report(
            Kind::kBadAnnotation, value->span,
            "a structured annotation holds compile-time integers, booleans and strings, this is {}",
            Print(type));
      }
    };
    for (const Expression* value : annotation.expressions) check_value(value);
    std::unordered_set<std::string_view> names;
    for (const NamedValue& value : annotation.values) {
      if (!names.insert(value.name.text).second) {
        Report(Kind::kBadAnnotation, value.name.span, "'@{}' has '{}' twice", annotation.name.text,
               value.name.text);
      }
      check_value(value.value);
    }
    CheckAnnotationForm(annotation);
    bool has_tokens = annotation.form == Annotation::Form::kTokens;
    if (annotation.name.text == "match" && has_tokens &&
        (annotation.tokens.size() != 1 ||
         !match_kinds_by_name_.contains(annotation.tokens[0].text))) {
      Report(Kind::kBadAnnotation, annotation.span, "'@match' wants a match_kind: @match(ternary)");
    }
  }
}

// P4-16 20.3: the annotations that the specification gives a form.
void Checker::CheckAnnotationForm(const Annotation& annotation) {
  const std::string_view name = annotation.name.text;
  const bool has_tokens = annotation.form == Annotation::Form::kTokens;
  if (name == "name" || name == "deprecated" || name == "noWarn") {
    const bool structured = annotation.form == Annotation::Form::kExpressions ||
                            annotation.form == Annotation::Form::kNamedValues;
    if (!structured && (!has_tokens || annotation.tokens.empty() ||
                        annotation.tokens[0].kind != TokenKind::kString)) {
      Report(Kind::kBadAnnotation, annotation.span, "'@{}' wants a string: @{}(\"...\")", name,
             name);
    }
  } else if (name == "tableonly" || name == "defaultonly" || name == "hidden" ||
             name == "optional" || name == "pure" || name == "noSideEffects" || name == "atomic") {
    if (has_tokens && !annotation.tokens.empty())
      Report(Kind::kBadAnnotation, annotation.span, "'@{}' stands alone, it has no body", name);
  } else if (name == "pkginfo" && annotation.form == Annotation::Form::kBare) {
    Report(Kind::kBadAnnotation, annotation.span,
           "'@pkginfo' wants keys with values: @pkginfo[name = \"...\"]");
  }
}

// A local variable that hides a parameter is nearly always a mistake; one that hides another is
// fine.
void Checker::RequireNoShadowing(const Declaration* declaration) {
  const Scopes::Overloads* found = scopes_.Find(declaration->name.text);
  if (found == nullptr || found->front()->kind != DeclarationKind::kParameter ||
      context_.place == Place::kBlockLocals) {
    return;
  }
  Report(Kind::kShadows, declaration->name.span, "'{}' hides a parameter of that name",
         declaration->name.text)
      .Note(found->front()->span, "declared here");
}

}  // namespace ipdk::p4
