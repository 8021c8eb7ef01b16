#pragma once
// Statements, in actions, functions, control bodies and parser states.

#include "p4/syntax/expression.h"
#include "p4/syntax/node.h"

namespace ipdk::p4 {

enum class StatementKind : uint8_t {
  kBlock,
  kAssign,
  kCall,
  kEmpty,
  kIf,
  kSwitch,
  kExit,
  kReturn,
  kBreak,
  kContinue,
  kFor,
  kForIn,
  kDeclaration,
};

struct Statement {
  StatementKind kind;
  uint32_t index = 0;
  Span span;
};

#define IPDK_STATEMENT(Name)                                     \
  static constexpr StatementKind kKind = StatementKind::k##Name; \
  static constexpr bool Is(StatementKind kind) { return kind == kKind; }

struct BlockStmt : Statement {
  IPDK_STATEMENT(Block)
  Annotations annotations;  // @atomic
  List<const Statement*> statements;
};

// target = value; target op= value.
struct AssignStmt : Statement {
  IPDK_STATEMENT(Assign)
  const Expression* target;
  const Expression* value;
  bool compound = false;
  BinaryOp op = BinaryOp::kAdd;  // if compound
  Span op_span;
};

// f(x); t.apply(); T.apply(x); `call` is a CallExpr or a ConstructExpr (which no rule allows as a
// statement).
struct CallStmt : Statement {
  IPDK_STATEMENT(Call)
  const Expression* call;
};

struct EmptyStmt : Statement {
  IPDK_STATEMENT(Empty)
};

struct IfStmt : Statement {
  IPDK_STATEMENT(If)
  const Expression* condition;
  const Statement* then_branch;
  const Statement* else_branch = nullptr;  // an IfStmt for "else if": up to kMaxElseIf deep
};

struct SwitchCase {
  Span span;
  const Expression* label;          // a DefaultExpr for "default"
  const BlockStmt* body = nullptr;  // null: falls through to the next case
};

struct SwitchStmt : Statement {
  IPDK_STATEMENT(Switch)
  const Expression* subject;
  List<SwitchCase> cases;
};

struct ExitStmt : Statement {
  IPDK_STATEMENT(Exit)
};

struct ReturnStmt : Statement {
  IPDK_STATEMENT(Return)
  const Expression* value = nullptr;
};

struct BreakStmt : Statement {
  IPDK_STATEMENT(Break)
};

struct ContinueStmt : Statement {
  IPDK_STATEMENT(Continue)
};

// for (init; condition; update) body
struct ForStmt : Statement {
  IPDK_STATEMENT(For)
  Annotations annotations;
  List<const Statement*> init;  // DeclarationStmt, AssignStmt, CallStmt
  const Expression* condition;
  List<const Statement*> update;  // AssignStmt, CallStmt
  const Statement* body;
};

// for (T x in collection) body; the collection is an expression or a range, a BinaryExpr with
// kRange.
struct ForInStmt : Statement {
  IPDK_STATEMENT(ForIn)
  Annotations annotations;
  const Declaration* variable;  // a VariableDecl without initializer
  const Expression* collection;
  const Statement* body;
};

// A VariableDecl, ConstantDecl or InstantiationDecl among statements.
struct DeclarationStmt : Statement {
  IPDK_STATEMENT(Declaration)
  const Declaration* declaration;
};

#undef IPDK_STATEMENT

}  // namespace ipdk::p4
