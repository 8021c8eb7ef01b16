// Golden tests of the checker: diagnostics, and with --dump what was found out.

#include <fmt/core.h>

#include "p4/check/check.h"
#include "p4/parse/parse.h"
#include "p4/testing/file_test.h"

namespace ipdk::p4 {
namespace {

class Dumper {
 public:
  Dumper(const CheckedProgram& program, const SourceMap& sources)
      : program_(program), sources_(sources) {}

  std::string Run() {
    for (const Declaration* d : program_.tree->declarations) Dump(d);
    return std::move(out_);
  }

 private:
  std::string Type(TypeId type) { return type.valid() ? program_.types->Print(type) : "?"; }

  void Dump(const Declaration* d) {
    // What other files declare is theirs to test.
    if (!main_file_.empty() && sources_.Resolve(d->span.begin).file != main_file_) return;
    const DeclarationFacts& facts = program_[d];
    switch (d->kind) {
      case DeclarationKind::kConstant:
        out_ += fmt::format("const {} {} = {}\n", Type(facts.type), d->name.text,
                            facts.value == nullptr ? "?" : PrintValue(*facts.value));
        break;
      case DeclarationKind::kVariable:
        out_ += fmt::format("variable {} {}\n", Type(facts.type), d->name.text);
        if (As<VariableDecl>(d)->value != nullptr) Walk(As<VariableDecl>(d)->value);
        break;
      case DeclarationKind::kInstantiation:
        out_ += fmt::format("instance {} {}\n", Type(facts.type), d->name.text);
        break;
      case DeclarationKind::kControl:
        out_ += fmt::format("control {}\n", d->name.text);
        for (const Declaration* local : As<ControlDecl>(d)->locals) Dump(local);
        Walk(As<ControlDecl>(d)->apply);
        break;
      default:
        break;
    }
  }

  void Walk(const Statement* s) {
    if (s == nullptr) return;
    if (const auto* block = As<BlockStmt>(s)) {
      for (const Statement* one : block->statements) Walk(one);
    } else if (const auto* assign = As<AssignStmt>(s)) {
      Walk(assign->value);
    } else if (const auto* call = As<CallStmt>(s)) {
      Walk(call->call);
    } else if (const auto* declaration = As<DeclarationStmt>(s)) {
      Dump(declaration->declaration);
    }
  }

  void Walk(const Expression* e) {
    const ExpressionFacts& facts = program_[e];
    if (const CallFacts* call = program_.Call(e)) {
      out_ += fmt::format("  call {}",
                          call->declaration == nullptr ? "built-in" : call->declaration->name.text);
      if (!call->type_arguments.empty()) {
        out_ += "<";
        for (size_t i = 0; i < call->type_arguments.size(); ++i)
          out_ += (i == 0 ? "" : ", ") + Type(call->type_arguments[i]);
        out_ += ">";
      }
      out_ += "(";
      for (size_t i = 0; i < call->arguments.size(); ++i) {
        const BoundArgument& argument = call->arguments[i];
        out_ += i == 0 ? "" : ", ";
        if (argument.parameter != nullptr)
          out_ += fmt::format("{}: ", argument.parameter->name.text);
        out_ += Type(argument.type);
        if (argument.value == nullptr) out_ += " omitted";
        if (argument.is_default) out_ += " by default";
      }
      out_ += fmt::format(") -> {}\n", Type(facts.type));
      return;
    }
    out_ += fmt::format("  {}", Type(facts.type));
    if (facts.target != facts.type) out_ += fmt::format(" as {}", Type(facts.target));
    if (facts.value != nullptr) out_ += " = " + PrintValue(*facts.value);
    out_ += "\n";
  }

  const CheckedProgram& program_;
  const SourceMap& sources_;
  std::string out_;

 public:
  std::string main_file_;
};

std::string Phase(const testing::Input& input) {
  std::optional<SyntaxTree> tree =
      Parse(input.options, input.path, input.sources, input.diagnostics);
  if (!tree) return "";
  CheckedProgram program = Check(*tree, CheckOptions(), input.diagnostics);
  if (!input.Has("--dump")) return "";
  Dumper dumper(program, input.sources);
  dumper.main_file_ = input.path;
  return dumper.Run();
}

}  // namespace
}  // namespace ipdk::p4

int main(int argc, char** argv) {
  return ipdk::p4::testing::RunFileTests(argc, argv, "p4/check/testdata", ipdk::p4::Phase);
}
