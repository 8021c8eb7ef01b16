#include "p4/lower/lower.h"

#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/lowerer.h"
#include "p4/simplify/simplify.h"
#include "pipeline/ir/verify.h"

namespace ipdk::p4 {

namespace {

// A step of lowering may recurse this deep: nested syntax and nested calls together.
constexpr int kDeepest = 700;
// Past these no target takes a program.
constexpr size_t kMostBlocks = 500'000;
constexpr size_t kMostExprs = 4'000'000;
constexpr size_t kMostObjects = 500'000;

}  // namespace

Lowerer::Lowerer(const CheckedProgram& checked, const LowerOptions& options,
                 Diagnostics& diagnostics)
    : checked(checked),
      options(options),
      diagnostics(diagnostics),
      types(*checked.types),
      b(&ir),
      scope(&global) {}

Lowerer::~Lowerer() = default;

ir::SourceId Lowerer::SourceAt(Span span) {
  if (!span.valid()) return {};
  const auto [at, fresh] = sources_.try_emplace(span.begin);
  if (fresh) {
    const Position position = diagnostics.sources().Resolve(span.begin);
    at->second = ir.sources.Add({std::string(position.file), position.line, position.column});
  }
  return at->second;
}

std::string Lowerer::TextAt(Span span) const {
  const SourceMap& sources = diagnostics.sources();
  if (!span.valid() || span.end <= span.begin) return "";
  const FileId file = sources.FileAt(span.begin);
  if (sources.FileAt(span.end - 1) != file) return "";
  const uint32_t begin = sources.Begin(file);
  const std::string_view text = sources.Text(file);
  if (span.end - begin > text.size()) return "";
  std::string out;
  for (const char c : text.substr(span.begin - begin, span.end - span.begin)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) out.push_back(c);
    if (space && !out.empty() && out.back() != ' ') out.push_back(' ');
  }
  return out;
}

bool Lowerer::TooLarge() {
  if (too_large_) return true;
  if (ir.blocks.size() < kMostBlocks && ir.exprs.size() < kMostExprs &&
      ir.vars.size() < kMostObjects && ir.headers.size() < kMostObjects)
    return false;
  too_large_ = true;
  NotYet(scope_span, "a program that comes to more than {} blocks or {} variables", kMostBlocks,
         kMostObjects);
  return true;
}

bool Lowerer::TooDeep(Span at) {
  if (depth_ <= kDeepest) return false;
  if (!said_deep_) NotYet(at, "code nested more than {} deep, calls included", kDeepest);
  said_deep_ = true;
  return true;
}

std::optional<ir::Compiled> Lowerer::Run() {
  if (checked.main == nullptr) {
    const auto declarations = checked.tree->declarations;
    diagnostics.Report(DiagnosticKind::kNoMain,
                       declarations.empty() ? Span{} : declarations.back()->span,
                       "the program has no package 'main', so there is nothing to run; declare one "
                       "of an architecture (V1Switch(...) main;) or use `ipdk check`");
    return std::nullopt;
  }
  for (const Declaration* d : checked.tree->declarations) {
    top_level_[d->index] = d;
    if (const auto* typedef_ = As<TypedefDecl>(d); typedef_ != nullptr && typedef_->declared)
      top_level_[typedef_->declared->index] = typedef_->declared;
  }
  CountUses();
  ir.errors = {
      "NoError",       "PacketTooShort",       "NoMatch", "StackOutOfBounds", "HeaderTooShort",
      "ParserTimeout", "ParserInvalidArgument"};
  for (const MemberDecl* error : checked.errors)
    if (std::find(ir.errors.begin(), ir.errors.end(), error->name.text) == ir.errors.end())
      ir.errors.emplace_back(error->name.text);
  for (size_t i = 0; i < ir.errors.size(); ++i)
    error_numbers_[ir.errors[i]] = static_cast<uint32_t>(i);

  const InstantiationDecl* main = checked.main;
  const InstanceFacts* facts = checked.Instance(main);
  const auto* package =
      facts != nullptr ? As<BlockTypeDecl>(facts->constructor.declaration) : nullptr;
  if (package == nullptr) {
    NotYet(main->span, "this main");
    return std::nullopt;
  }
  architecture_ = FindArchitecture(*package);
  if (architecture_ == nullptr) {
    const std::string_view planned = PlannedArchitecture(*package);
    if (!planned.empty()) {
      NotYet(main->span, "the architecture {} (package '{}')", planned, package->name.text);
    } else {
      diagnostics.Report(
          DiagnosticKind::kUnknownArchitecture, main->span,
          "package '{}' belongs to no known architecture; known is V1Switch with six "
          "arguments (v1model)",
          package->name.text);
    }
    return std::nullopt;
  }
  if (!options.architecture.empty() && options.architecture != architecture_->name()) {
    diagnostics.Report(DiagnosticKind::kUnknownArchitecture, main->span,
                       "the program is for {}, not for {} as asked", architecture_->name(),
                       options.architecture);
    return std::nullopt;
  }
  schema.program = options.program;
  schema.architecture = std::string(architecture_->name());
  schema.package_annotations = AnnotationsOf(main->annotations);
  schema.package_doc = DocOf(main->annotations);
  ir.arch = architecture_->arch();
  Binding* made = MakeGlobal(main);
  if (made == nullptr || !made->operand.is(Operand::Kind::kObject)) {
    if (!diagnostics.failed()) NotYet(main->span, "this main");
    return std::nullopt;
  }
  architecture_->Pipeline(*this, *made->operand.object, main->span);
  if (diagnostics.failed()) return std::nullopt;
  DescribeControllerHeaders();
  FinishSchema();
  if (diagnostics.failed()) return std::nullopt;
  if (!options.plain) Simplify(&ir);
  ir::Compiled compiled{std::move(schema), std::move(ir)};
  if (const Status good = ir::Verify(compiled); !good) {
    // Beyond what a target takes; or a fault of ours, which is told and not run.
    diagnostics.Report(DiagnosticKind::kNotLowered, main->span,
                       "the compiled program is not valid: {}", good.error().message());
    return std::nullopt;
  }
  return compiled;
}

std::optional<ir::Compiled> Lower(const CheckedProgram& checked, const LowerOptions& options,
                                  Diagnostics& diagnostics) {
  return Lowerer(checked, options, diagnostics).Run();
}

}  // namespace ipdk::p4
