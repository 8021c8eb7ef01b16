#pragma once
// Visits every expression or statement below a node, without recursion: chains of operators are as
// long as the text.

#include <vector>

#include "p4/syntax/tree.h"

namespace ipdk::p4 {

template <typename Visit>
void VisitExpressions(const Expression* root, Visit visit) {
  std::vector<const Expression*> stack;
  const auto push = [&](const Expression* e) {
    if (e != nullptr) stack.push_back(e);
  };
  push(root);
  while (!stack.empty()) {
    const Expression* e = stack.back();
    stack.pop_back();
    visit(e);
    switch (e->kind) {
      case ExpressionKind::kList:
        for (const Expression* part : As<ListExpr>(e)->elements) push(part);
        break;
      case ExpressionKind::kStruct:
        for (const NamedValue& field : As<StructExpr>(e)->fields) push(field.value);
        break;
      case ExpressionKind::kUnary:
        push(As<UnaryExpr>(e)->operand);
        break;
      case ExpressionKind::kBinary:
        push(As<BinaryExpr>(e)->left);
        push(As<BinaryExpr>(e)->right);
        break;
      case ExpressionKind::kConditional:
        push(As<ConditionalExpr>(e)->condition);
        push(As<ConditionalExpr>(e)->if_true);
        push(As<ConditionalExpr>(e)->if_false);
        break;
      case ExpressionKind::kCast:
        push(As<CastExpr>(e)->operand);
        break;
      case ExpressionKind::kMember:
        push(As<MemberExpr>(e)->base);
        break;
      case ExpressionKind::kIndex:
        push(As<IndexExpr>(e)->base);
        push(As<IndexExpr>(e)->at);
        break;
      case ExpressionKind::kSlice:
        push(As<SliceExpr>(e)->base);
        push(As<SliceExpr>(e)->high);
        push(As<SliceExpr>(e)->low);
        break;
      case ExpressionKind::kCall:
        push(As<CallExpr>(e)->callee);
        for (const Argument& argument : As<CallExpr>(e)->arguments) push(argument.value);
        break;
      case ExpressionKind::kConstruct:
        for (const Argument& argument : As<ConstructExpr>(e)->arguments) push(argument.value);
        break;
      default:
        break;
    }
  }
}

// visit_statement(s) for each statement, visit_expression(e) for each expression in them.
template <typename VisitStatement, typename VisitExpression>
void VisitStatements(const Statement* root, VisitStatement visit_statement,
                     VisitExpression visit_expression) {
  std::vector<const Statement*> stack;
  const auto push = [&](const Statement* s) {
    if (s != nullptr) stack.push_back(s);
  };
  const auto expression = [&](const Expression* e) { VisitExpressions(e, visit_expression); };
  push(root);
  while (!stack.empty()) {
    const Statement* s = stack.back();
    stack.pop_back();
    visit_statement(s);
    switch (s->kind) {
      case StatementKind::kBlock:
        for (const Statement* inner : As<BlockStmt>(s)->statements) push(inner);
        break;
      case StatementKind::kAssign:
        expression(As<AssignStmt>(s)->target);
        expression(As<AssignStmt>(s)->value);
        break;
      case StatementKind::kCall:
        expression(As<CallStmt>(s)->call);
        break;
      case StatementKind::kIf:
        expression(As<IfStmt>(s)->condition);
        push(As<IfStmt>(s)->then_branch);
        push(As<IfStmt>(s)->else_branch);
        break;
      case StatementKind::kSwitch:
        expression(As<SwitchStmt>(s)->subject);
        for (const SwitchCase& c : As<SwitchStmt>(s)->cases) push(c.body);
        break;
      case StatementKind::kReturn:
        expression(As<ReturnStmt>(s)->value);
        break;
      case StatementKind::kFor:
        for (const Statement* inner : As<ForStmt>(s)->init) push(inner);
        expression(As<ForStmt>(s)->condition);
        for (const Statement* inner : As<ForStmt>(s)->update) push(inner);
        push(As<ForStmt>(s)->body);
        break;
      case StatementKind::kForIn:
        expression(As<ForInStmt>(s)->collection);
        push(As<ForInStmt>(s)->body);
        break;
      case StatementKind::kDeclaration: {
        const Declaration* d = As<DeclarationStmt>(s)->declaration;
        if (const auto* variable = As<VariableDecl>(d)) expression(variable->value);
        if (const auto* constant = As<ConstantDecl>(d)) expression(constant->value);
        break;
      }
      default:
        break;
    }
  }
}

}  // namespace ipdk::p4
