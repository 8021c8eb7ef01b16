#include "p4/check/check.h"

#include "p4/check/checker.h"
#include "p4/check/lint.h"
#include "p4/check/uninitialized.h"

namespace ipdk::p4 {

CheckedProgram Checker::Run() {
  for (const Declaration* declaration : program_.tree->declarations) {
    if (diagnostics_.full()) break;
    CheckTop(declaration);
  }
  if (const Scopes::Overloads* found = scopes_.FindAtTop("NoAction")) {
    const auto* action = As<ActionDecl>(found->back());
    if (action != nullptr && action->parameters.empty()) {
      program_.no_action = action;
    } else {
      Report(Kind::kBadDeclaration, found->back()->name.span,
             "'NoAction' must be an action without parameters, as core.p4 declares it");
    }
  }
  if (const Scopes::Overloads* found = scopes_.FindAtTop("main");
      found != nullptr && program_.main == nullptr) {
    Report(Kind::kBadDeclaration, found->back()->name.span,
           "'main' is {}; it must be an instance of a package", Describe(found->back()));
  }
  // P4-16 8.6: bits are divided by constants only, which become shifts and multiplications.
  for (const auto& [divisor, name] : run_time_divisions_) {
    if (program_.main == nullptr) break;
    Report(Kind::kNotConstant, divisor->span,
           "{} needs a right operand that is known at compile time", name);
  }
  // Type arguments may also have made one where no type is written.
  if (types_.too_deep() && !diagnostics_.failed() && !program_.tree->declarations.empty()) {
    Report(Kind::kTooComplex, program_.tree->declarations.front()->span,
           "a type of this program is nested more than {} deep", TypeTable::kMaxDepth);
  }
  return std::move(program_);
}

CheckedProgram Check(const SyntaxTree& tree, const CheckOptions& options,
                     Diagnostics& diagnostics) {
  size_t errors = diagnostics.errors();
  SilenceAnnotated(tree, diagnostics);
  CheckedProgram program = Checker(tree, options, diagnostics).Run();
  if (diagnostics.errors() == errors) {
    if (options.warn_uninitialized) WarnUninitialized(program, diagnostics);
    WarnAboutValidity(program, diagnostics);
    WarnAboutCode(program, diagnostics);
  }
  return program;
}

}  // namespace ipdk::p4
