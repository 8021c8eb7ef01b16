// Statements.

#include <optional>

#include "p4/parse/parser.h"

namespace ipdk::p4 {
namespace {

// The operator of "op=", if the token is one. ">>=" is told by the parser.
std::optional<BinaryOp> CompoundOperator(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAssignPlus:
      return BinaryOp::kAdd;
    case TokenKind::kAssignPlusSat:
      return BinaryOp::kAddSaturating;
    case TokenKind::kAssignMinus:
      return BinaryOp::kSubtract;
    case TokenKind::kAssignMinusSat:
      return BinaryOp::kSubtractSaturating;
    case TokenKind::kAssignStar:
      return BinaryOp::kMultiply;
    case TokenKind::kAssignSlash:
      return BinaryOp::kDivide;
    case TokenKind::kAssignPercent:
      return BinaryOp::kModulo;
    case TokenKind::kAssignShiftLeft:
      return BinaryOp::kShiftLeft;
    case TokenKind::kAssignAmp:
      return BinaryOp::kBitAnd;
    case TokenKind::kAssignPipe:
      return BinaryOp::kBitOr;
    case TokenKind::kAssignCaret:
      return BinaryOp::kBitXor;
    default:
      return std::nullopt;
  }
}

}  // namespace

const BlockStmt* SyntaxParser::ParseBlock(Annotations annotations) {
  Nested nested(*this);
  Scope scope(*this);
  auto* block = tree_.New<BlockStmt>(Here());
  Span start = Here();
  block->annotations = annotations;
  std::vector<const Statement*> statements;
  Braced("", [&] {
    const Statement* one = ParseStatement();
    if (!panic_) statements.push_back(one);
  });
  block->statements = tree_.arena().Copy(statements);
  block->span = Since(start);
  return block;
}

const Statement* SyntaxParser::ParseStatement() {
  Nested nested(*this);
  Span start = Here();
  Annotations annotations = ParseAnnotations();
  auto finish = [&](Statement* statement) {
    Expect(TokenKind::kSemicolon);
    statement->span = Since(start);
    return statement;
  };
  if (in_state_) {
    switch (Kind()) {
      case TokenKind::kSwitch:
      case TokenKind::kFor:
      case TokenKind::kExit:
      case TokenKind::kReturn:
      case TokenKind::kBreak:
      case TokenKind::kContinue:
        Fail(DiagnosticKind::kMisplacedStatement, Here(),
             "'{}' cannot stand in a parser state; there are assignments, calls, 'if', blocks, "
             "declarations, and one 'transition' at the end",
             Peek().text);
        break;
      default:
        break;
    }
  }
  switch (Kind()) {
    case TokenKind::kLeftBrace:
      return ParseBlock(annotations);
    case TokenKind::kFor:
      return ParseFor(annotations);
    case TokenKind::kConst:
      return ParseDeclarationStatement(annotations);
    default:
      if (StartsVariableOrInstantiation()) return ParseDeclarationStatement(annotations);
  }
  if (!annotations.empty())
    Fail(DiagnosticKind::kMisplacedAnnotation, annotations[0].span,
         "an annotation can stand before a block, a 'for' or a declaration, not before this "
         "statement; put the statement into braces");
  switch (Kind()) {
    case TokenKind::kIf:
      return ParseIf();
    case TokenKind::kSwitch:
      return ParseSwitch();
    case TokenKind::kSemicolon:
      Advance();
      return tree_.New<EmptyStmt>(start);
    case TokenKind::kExit:
      Advance();
      return finish(tree_.New<ExitStmt>(start));
    case TokenKind::kBreak:
      Advance();
      return finish(tree_.New<BreakStmt>(start));
    case TokenKind::kContinue:
      Advance();
      return finish(tree_.New<ContinueStmt>(start));
    case TokenKind::kReturn: {
      Advance();
      auto* node = tree_.New<ReturnStmt>(start);
      if (Kind() != TokenKind::kSemicolon) node->value = ParseExpression();
      return finish(node);
    }
    case TokenKind::kAction:
    case TokenKind::kTable:
    case TokenKind::kState:
      if (IsName(Kind(1)) && Kind() != TokenKind::kState) {
        Fail(DiagnosticKind::kMisplacedDeclaration, Here(),
             "'{}' cannot be declared among statements; declare it before 'apply'", Peek().text);
      }
      break;
    case TokenKind::kElse:
      Fail(DiagnosticKind::kSyntax, Here(), "'else' without 'if'");
      break;
    default:
      break;
  }
  auto* statement = const_cast<Statement*>(ParseAssignmentOrCall());
  return finish(statement);
}

// The body of an if, else or for: a statement, and no declaration, which nothing could use.
const Statement* SyntaxParser::ParseBranch() {
  if (Kind() == TokenKind::kConst || StartsVariableOrInstantiation()) {
    // Understood all the same, so nothing that follows is in doubt.
    if (!panic_)
      diagnostics_.Report(DiagnosticKind::kMisplacedDeclaration, Here(),
                          "a declaration cannot stand alone as a branch or a loop's body; put it "
                          "into braces");
  }
  return ParseStatement();
}

// lvalue = value, lvalue op= value, or a call; without ';'.
const Statement* SyntaxParser::ParseAssignmentOrCall() {
  Span start = Here();
  const Expression* target = ParsePostfix();
  bool shift_right =
      Kind() == TokenKind::kGreater && Kind(1) == TokenKind::kGreaterEqual && Touching(0);
  std::optional<BinaryOp> op = CompoundOperator(Kind());
  if (shift_right) op = BinaryOp::kShiftRight;
  if (op || Kind() == TokenKind::kAssign) {
    auto* node = tree_.New<AssignStmt>(start);
    node->target = target;
    node->compound = op.has_value();
    if (op) node->op = *op;
    Span op_start = Advance().span;
    if (shift_right) Advance();
    node->op_span = Since(op_start);
    node->value = ParseExpression();
    node->span = Since(start);
    return node;
  }
  auto* node = tree_.New<CallStmt>(start);
  node->call = target;
  node->span = Since(start);
  bool call = CallExpr::Is(target->kind) || ConstructExpr::Is(target->kind);
  if (!call && !panic_) {
    if (Kind() == TokenKind::kSemicolon) {
      Fail(DiagnosticKind::kSyntax, target->span,
           "this expression alone is no statement; expected an assignment or a call");
    } else {
      Unexpected("an assignment or a call");
    }
  }
  return node;
}

const Statement* SyntaxParser::ParseDeclarationStatement(Annotations annotations) {
  Span start = Here();
  auto* node = tree_.New<DeclarationStmt>(start);
  node->declaration = Kind() == TokenKind::kConst ? ParseConstant(annotations)
                                                  : ParseVariableOrInstantiation(annotations);
  node->span = Since(start);
  return node;
}

const Statement* SyntaxParser::ParseIf() {
  Span start = Here();
  IfStmt* first = nullptr;
  IfStmt* last = nullptr;
  std::vector<IfStmt*> chain;
  for (;;) {
    auto* node = tree_.New<IfStmt>(Here());
    chain.push_back(node);
    if (first == nullptr) first = node;
    if (last != nullptr) last->else_branch = node;
    last = node;
    Expect(TokenKind::kIf);
    Span open = Here();
    Expect(TokenKind::kLeftParen, "after 'if'");
    node->condition = ParseExpression();
    ExpectClose(TokenKind::kRightParen, open);
    node->then_branch = ParseBranch();
    if (!Take(TokenKind::kElse)) break;
    if (Kind() == TokenKind::kIf && chain.size() < static_cast<size_t>(kMaxElseIf)) continue;
    if (Kind() == TokenKind::kIf)
      Fail(DiagnosticKind::kTooDeep, Here(), "more than {} 'else if' in a row: use a table",
           kMaxElseIf);
    node->else_branch = ParseBranch();
    break;
  }
  for (IfStmt* node : chain) node->span = Since(node->span);
  first->span = Since(start);
  return first;
}

const Statement* SyntaxParser::ParseSwitch() {
  Span start = Advance().span;
  auto* node = tree_.New<SwitchStmt>(start);
  Span open = Here();
  Expect(TokenKind::kLeftParen, "after 'switch'");
  node->subject = ParseExpression();
  ExpectClose(TokenKind::kRightParen, open);
  std::vector<SwitchCase> cases;
  Braced("after 'switch (...)'", [&] {
    SwitchCase one;
    Span case_start = Here();
    if (Take(TokenKind::kDefault)) {
      one.label = tree_.New<DefaultExpr>(case_start);
    } else {
      one.label = ParseExpression();
    }
    Expect(TokenKind::kColon, "after the label");
    if (Kind() == TokenKind::kLeftBrace || Kind() == TokenKind::kAt)
      one.body = ParseBlock(ParseAnnotations());
    one.span = Since(case_start);
    if (!panic_) cases.push_back(one);
  });
  node->cases = tree_.arena().Copy(cases);
  node->span = Since(start);
  return node;
}

const Statement* SyntaxParser::ParseForInit() {
  Span start = Here();
  Annotations annotations = ParseAnnotations();
  if (!StartsVariableOrInstantiation()) return ParseAssignmentOrCall();
  auto* node = tree_.New<DeclarationStmt>(start);
  node->declaration = ParseVariableOrInstantiation(annotations, /*semicolon=*/false);
  node->span = Since(start);
  return node;
}

const Statement* SyntaxParser::ParseFor(Annotations annotations) {
  Scope scope(*this);
  Span start = Advance().span;
  Span open = Here();
  Expect(TokenKind::kLeftParen, "after 'for'");
  std::vector<const Statement*> init;
  if (Kind() != TokenKind::kSemicolon) {
    do {
      init.push_back(ParseForInit());
      const auto* declared = As<DeclarationStmt>(init.back());
      if (init.size() == 1 && declared != nullptr && Take(TokenKind::kIn)) {
        auto* node = tree_.New<ForInStmt>(start);
        node->annotations = annotations;
        node->variable = declared->declaration;
        if (const auto* variable = As<VariableDecl>(node->variable);
            variable == nullptr || variable->value != nullptr)
          Fail(DiagnosticKind::kSyntax, init.back()->span,
               "the variable of 'for (... in ...)' has no initial value");
        node->collection = ParseCollection();
        ExpectClose(TokenKind::kRightParen, open);
        node->body = ParseBranch();
        node->span = Since(start);
        return node;
      }
    } while (Take(TokenKind::kComma));
  }
  auto* node = tree_.New<ForStmt>(start);
  node->annotations = annotations;
  node->init = tree_.arena().Copy(init);
  Expect(TokenKind::kSemicolon, "after the first part of 'for'");
  node->condition = ParseExpression();
  Expect(TokenKind::kSemicolon, "after the condition of 'for'");
  std::vector<const Statement*> update;
  if (Kind() != TokenKind::kRightParen) {
    do {
      update.push_back(ParseAssignmentOrCall());
    } while (Take(TokenKind::kComma));
  }
  node->update = tree_.arena().Copy(update);
  ExpectClose(TokenKind::kRightParen, open);
  node->body = ParseBranch();
  node->span = Since(start);
  return node;
}

}  // namespace ipdk::p4
