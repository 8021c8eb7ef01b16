#include "p4/check/lint.h"

#include <unordered_set>

#include "p4/check/visit.h"

namespace ipdk::p4 {

namespace {

using Kind = DiagnosticKind;

const Annotation* Find(Annotations annotations, std::string_view name) {
  for (const Annotation& one : annotations)
    if (one.name.text == name) return &one;
  return nullptr;
}

// The text of @name("text"); "" if it has none.
std::string_view TextOf(const Annotation& annotation) {
  if (annotation.form == Annotation::Form::kExpressions) {
    const auto* text =
        annotation.expressions.empty() ? nullptr : As<StringExpr>(annotation.expressions[0]);
    return text == nullptr ? std::string_view() : text->value;
  }
  if (annotation.form != Annotation::Form::kTokens || annotation.tokens.empty() ||
      annotation.tokens[0].kind != TokenKind::kString) {
    return {};
  }
  std::string_view text = annotation.tokens[0].text;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  return text;
}

class Silencer : public Visitor {
 public:
  explicit Silencer(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

 private:
  void Silence(Annotations annotations, Span span) {
    for (const Annotation& one : annotations) {
      if (one.name.text == "noWarn") diagnostics_.Suppress(Cover(one.span, span), TextOf(one));
    }
  }
  void At(const Declaration* d) override { Silence(d->annotations, d->span); }
  void At(const Statement* s) override {
    if (const auto* block = As<BlockStmt>(s)) Silence(block->annotations, s->span);
    if (const auto* loop = As<ForStmt>(s)) Silence(loop->annotations, s->span);
    if (const auto* loop = As<ForInStmt>(s)) Silence(loop->annotations, s->span);
  }
  void At(const TableProperty& property) override { Silence(property.annotations, property.span); }

  Diagnostics& diagnostics_;
};

// The same variable or part of one; false where it is not sure.
bool SamePlace(const CheckedProgram& program, const Expression* a, const Expression* b) {
  while (a->kind == b->kind) {
    if (const auto* member = As<MemberExpr>(a)) {
      const auto* other = As<MemberExpr>(b);
      if (program[a].member != MemberKind::kField || member->member.text != other->member.text)
        return false;
      a = member->base;
      b = other->base;
      continue;
    }
    if (const auto* index = As<IndexExpr>(a)) {
      const auto* other = As<IndexExpr>(b);
      const ValuePtr &x = program[index->at].value, &y = program[other->at].value;
      if (x == nullptr || y == nullptr || !SameValue(*x, *y)) return false;
      a = index->base;
      b = other->base;
      continue;
    }
    return a->kind == ExpressionKind::kName && program[a].declaration != nullptr &&
           program[a].declaration == program[b].declaration;
  }
  return false;
}

// Whether what stands behind the statement is never reached.
bool Leaves(const Statement* s) {
  switch (s->kind) {
    case StatementKind::kReturn:
    case StatementKind::kExit:
    case StatementKind::kBreak:
    case StatementKind::kContinue:
      return true;
    case StatementKind::kBlock:
      for (const Statement* one : As<BlockStmt>(s)->statements)
        if (Leaves(one)) return true;
      return false;
    case StatementKind::kIf: {
      for (const Statement* rest = s;;) {
        const auto* one = As<IfStmt>(rest);
        if (one == nullptr) return Leaves(rest);
        if (one->else_branch == nullptr || !Leaves(one->then_branch)) return false;
        rest = one->else_branch;
      }
    }
    default:
      return false;
  }
}

class Linter : public Visitor {
 public:
  Linter(const CheckedProgram& program, Diagnostics& diagnostics)
      : program_(program),
        types_(*program.types),
        diagnostics_(diagnostics),
        declarations_(program.tree->declaration_count()) {}

  void Run() {
    for (const Declaration* d : program_.tree->declarations) Visit(d);
    Unused();
    Deprecated();
  }

 private:
  bool InMainFile(const Declaration* d) const {
    if (!d->span.valid()) return false;
    const SourceMap& sources = diagnostics_.sources();
    return !sources.IncludedFrom(sources.FileAt(d->span.begin)).valid();
  }

  // --- what is noted on the way
  void At(const Declaration* d) override {
    declarations_[d->index] = d;
    if (const auto* state = As<StateDecl>(d);
        state != nullptr && state->transition == StateDecl::Transition::kNone) {
      diagnostics_.Report(Kind::kImplicitReject, state->name.span,
                          "state '{}' has no transition, so it rejects the packet",
                          state->name.text);
    }
    if (const auto* control = As<ControlDecl>(d)) {
      for (const Declaration* local : control->locals) locals_.push_back(local);
    } else if (const auto* parser = As<ParserDecl>(d)) {
      for (const Declaration* local : parser->locals) locals_.push_back(local);
    } else if (const auto* action = As<ActionDecl>(d)) {
      Body(action->parameters, action->body);
    } else if (const auto* function = As<FunctionDecl>(d);
               function != nullptr && function->kind == DeclarationKind::kFunction) {
      functions_.push_back(function);
    } else if (const auto* instance = As<InstantiationDecl>(d)) {
      // What an instance implements has the extern's parameters.
      for (const Declaration* one : instance->body) implementations_.insert(one);
    }
  }

  void Body(Parameters parameters, const BlockStmt* body) {
    // An empty body is a stub, or an action that only carries its data.
    if (body == nullptr || body->statements.empty()) return;
    for (const ParameterDecl* p : parameters) parameters_.push_back(p);
  }

  void At(const TypeRef* t) override {
    TypeId type = program_[t];
    if (type.valid() && types_.IsNominal(type)) Use(types_.NominalOf(type).declaration, t->span);
  }

  void Use(uint32_t declaration, Span span) {
    if (declaration == UINT32_MAX) return;
    used_.insert(declaration);
    uses_.emplace_back(declaration, span);
  }

  void At(const Expression* e) override {
    const ExpressionFacts& facts = program_[e];
    if (facts.declaration != nullptr) Use(facts.declaration->index, e->span);
    if (const auto* call = As<CallExpr>(e)) {
      if (const CallFacts* found = program_.Call(e);
          found != nullptr && found->declaration != nullptr)
        Use(found->declaration->index, call->callee->span);
    }
    if (const auto* binary = As<BinaryExpr>(e)) Binary(binary);
  }

  void At(const Statement* s) override {
    if (const auto* block = As<BlockStmt>(s)) {
      const Statement* left = nullptr;
      for (const Statement* one : block->statements) {
        if (left != nullptr && one->kind != StatementKind::kEmpty) {
          diagnostics_.Report(Kind::kUnreachableCode, one->span, "this is never reached")
              .Note(left->span, "nothing goes on behind this");
          break;
        }
        if (left == nullptr && Leaves(one)) left = one;
      }
    } else if (const auto* assign = As<AssignStmt>(s)) {
      Assign(assign);
    } else if (const auto* one = As<SwitchStmt>(s)) {
      Switch(one);
    } else if (const auto* declared = As<DeclarationStmt>(s)) {
      locals_.push_back(declared->declaration);
    }
  }

  // --- expressions
  void Binary(const BinaryExpr* e) {
    if (e->op == BinaryOp::kShiftLeft || e->op == BinaryOp::kShiftRight) {
      Shift(e->left, e->right);
      return;
    }
    const bool equality = e->op == BinaryOp::kEqual || e->op == BinaryOp::kNotEqual;
    const bool order = e->op == BinaryOp::kLess || e->op == BinaryOp::kLessEqual ||
                       e->op == BinaryOp::kGreater || e->op == BinaryOp::kGreaterEqual;
    if (!equality && !order) return;
    const ValuePtr &left = program_[e->left].value, &right = program_[e->right].value;
    if (left == nullptr && right == nullptr && SamePlace(program_, e->left, e->right)) {
      bool is = e->op == BinaryOp::kEqual || e->op == BinaryOp::kLessEqual ||
                e->op == BinaryOp::kGreaterEqual;
      diagnostics_.Report(Kind::kConstantComparison, e->span,
                          "a value compared with itself: '{}' is always {}", BinaryText(e->op), is);
      return;
    }
    if (!order || (left == nullptr) == (right == nullptr)) return;
    // number op x is x op' number.
    BinaryOp op = e->op;
    const Expression* number = e->right;
    if (right == nullptr) {
      number = e->left;
      op = op == BinaryOp::kLess        ? BinaryOp::kGreater
           : op == BinaryOp::kLessEqual ? BinaryOp::kGreaterEqual
           : op == BinaryOp::kGreater   ? BinaryOp::kLess
                                        : BinaryOp::kLessEqual;
    }
    // A named bound may be another one in the next build.
    if (number->kind != ExpressionKind::kInteger) return;
    TypeId type = program_[number].target;
    if (!types_.IsFixedWidth(type) || types_[type].width == 0) return;
    const Integer& value = program_[number].value->integer;
    Integer least = 0, most = (Integer(1) << types_[type].width) - 1;
    if (types_.Is(type, TypeKind::kSigned)) {
      most = (Integer(1) << (types_[type].width - 1)) - 1;
      least = -most - 1;
    }
    const bool at_least = value == least, at_most = value == most;
    bool always =
        (op == BinaryOp::kGreaterEqual && at_least) || (op == BinaryOp::kLessEqual && at_most);
    bool never = (op == BinaryOp::kLess && at_least) || (op == BinaryOp::kGreater && at_most);
    if (!always && !never) return;
    diagnostics_.Report(
        Kind::kConstantComparison, e->span, "this is always {}: a value of type {} is {} {}",
        always, types_.Print(type), at_least ? "never below" : "never above", value.get_str());
  }

  void Shift(const Expression* left, const Expression* right) {
    const ValuePtr& by = program_[right].value;
    TypeId type = program_[left].target;
    if (by == nullptr || by->kind != Value::Kind::kInteger || !type.valid() ||
        program_[left].value != nullptr || !types_.IsFixedWidth(type) || types_[type].width == 0 ||
        by->integer < types_[type].width) {
      return;
    }
    diagnostics_.Report(Kind::kShiftTooFar, right->span, "a shift by {} leaves nothing of {}",
                        by->integer.get_str(), types_.Print(type));
  }

  // --- statements
  void Assign(const AssignStmt* s) {
    if (s->compound) {
      if (s->op == BinaryOp::kShiftLeft || s->op == BinaryOp::kShiftRight)
        Shift(s->target, s->value);
    } else if (SamePlace(program_, s->target, s->value)) {
      diagnostics_.Report(Kind::kSelfAssignment, s->span, "a value is assigned to itself");
    }
  }

  void Switch(const SwitchStmt* s) {
    TypeId type = program_[s->subject].type;
    if (!type.valid() ||
        (!types_.Is(type, TypeKind::kEnum) && !types_.Is(type, TypeKind::kSerEnum)))
      return;
    uint32_t index = types_.NominalOf(type).declaration;
    const auto* d = index < declarations_.size() ? As<EnumDecl>(declarations_[index]) : nullptr;
    if (d == nullptr) return;
    std::unordered_set<std::string> labels;
    for (const SwitchCase& one : s->cases) {
      if (one.label->kind == ExpressionKind::kDefault) return;
      if (const ValuePtr& value = program_[one.label].value) labels.insert(PrintValue(*value));
    }
    for (const MemberDecl* member : d->members) {
      const ValuePtr& value = program_[static_cast<const Declaration*>(member)].value;
      if (value == nullptr || labels.contains(PrintValue(*value))) continue;
      diagnostics_.Report(Kind::kMissingCase, s->subject->span,
                          "the switch has neither a label for '{}' nor a 'default'",
                          member->name.text);
      return;
    }
  }

  // --- afterwards
  void Unused() {
    auto unused = [&](const Declaration* d) {
      return !used_.contains(d->index) && !d->name.text.empty() && d->name.text[0] != '_' &&
             Find(d->annotations, "used") == nullptr;
    };
    auto report = [&](Kind kind, const Declaration* d, std::string_view what,
                      std::string_view verb) {
      diagnostics_.Report(kind, d->name.span, "{} '{}' is never {}", what, d->name.text, verb);
    };
    for (const Declaration* d : locals_) {
      if (!unused(d)) continue;
      if (d->kind == DeclarationKind::kTable) report(Kind::kUnusedTable, d, "table", "applied");
      if (d->kind == DeclarationKind::kAction) report(Kind::kUnusedAction, d, "action", "used");
      if (d->kind == DeclarationKind::kVariable)
        report(Kind::kUnusedVariable, d, "variable", "used");
      if (d->kind == DeclarationKind::kConstant)
        report(Kind::kUnusedVariable, d, "constant", "used");
    }
    for (const FunctionDecl* f : functions_)
      if (!implementations_.contains(f)) Body(f->parameters, f->body);
    for (const Declaration* p : parameters_)
      if (unused(p)) report(Kind::kUnusedParameter, p, "parameter", "used");
    // A file without a package is a library, or a test of one.
    if (program_.main == nullptr) return;
    for (const Declaration* d : program_.tree->declarations) {
      if (!unused(d) || !InMainFile(d)) continue;
      if (d->kind == DeclarationKind::kAction) report(Kind::kUnusedAction, d, "action", "used");
      if (d->kind == DeclarationKind::kFunction)
        report(Kind::kUnusedFunction, d, "function", "called");
      if (d->kind == DeclarationKind::kParser)
        report(Kind::kUnusedBlock, d, "parser", "instantiated");
      if (d->kind == DeclarationKind::kControl)
        report(Kind::kUnusedBlock, d, "control", "instantiated");
    }
  }

  void Deprecated() {
    Span last;
    for (const auto& [index, span] : uses_) {
      const Declaration* d = index < declarations_.size() ? declarations_[index] : nullptr;
      if (d == nullptr || d->annotations.empty() || span == last) continue;
      const Annotation* annotation = Find(d->annotations, "deprecated");
      if (annotation == nullptr) continue;
      std::string_view text = TextOf(*annotation);
      diagnostics_
          .Report(Kind::kDeprecated, span, "'{}' is deprecated{}{}", d->name.text,
                  text.empty() ? "" : ": ", text)
          .Note(d->name.span, "declared here");
      last = span;
    }
  }

  const CheckedProgram& program_;
  TypeTable& types_;
  Diagnostics& diagnostics_;
  std::vector<const Declaration*> declarations_;  // by index
  std::unordered_set<uint32_t> used_;             // by index
  std::vector<std::pair<uint32_t, Span>> uses_;
  std::vector<const Declaration*> locals_, parameters_;
  std::vector<const FunctionDecl*> functions_;
  std::unordered_set<const Declaration*> implementations_;
};

}  // namespace

void SilenceAnnotated(const SyntaxTree& tree, Diagnostics& diagnostics) {
  Silencer silencer(diagnostics);
  for (const Declaration* d : tree.declarations) silencer.Visit(d);
}

void WarnAboutCode(const CheckedProgram& program, Diagnostics& diagnostics) {
  Linter(program, diagnostics).Run();
}

}  // namespace ipdk::p4
