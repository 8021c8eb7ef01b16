// Arguments: pairing them with parameters, choosing among overloads, inferring type arguments.

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

}  // namespace ipdk::p4
