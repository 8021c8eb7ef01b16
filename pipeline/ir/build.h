#pragma once
// Makes expressions of a Program, for tests and generators that have no front end: each helper
// appends one node with the width that follows from its operands. It folds nothing and checks
// nothing; the verifier does.

#include <utility>

#include "pipeline/ir/ir.h"

namespace ipdk::ir {

class ExprBuilder {
 public:
  explicit ExprBuilder(Program& program) : p_(program) {}

  ExprId Const(const Integer& value, uint32_t width) {
    Expr e = Make(ExprKind::kConst, width);
    e.constant = static_cast<uint32_t>(p_.constants.size());
    p_.constants.push_back(Truncate(value, width));
    return Add(e);
  }
  ExprId Read(VarId var) {
    Expr e = Make(ExprKind::kVar, p_.vars[var].width);
    e.var = var;
    return Add(e);
  }
  ExprId Field(HeaderRef header, uint32_t field) {
    Expr e = Make(ExprKind::kField, p_.header_types[TypeOf(header)].fields[field].width);
    e.header = header;
    e.field = field;
    return Add(e);
  }
  ExprId FieldLength(HeaderRef header, uint32_t field) {
    Expr e = Make(ExprKind::kFieldLength, 32);
    e.header = header;
    e.field = field;
    return Add(e);
  }
  ExprId Valid(HeaderRef header) {
    Expr e = Make(ExprKind::kValid, 1);
    e.header = header;
    return Add(e);
  }
  ExprId Unary(UnaryOp op, ExprId a) {
    Expr e = Make(ExprKind::kUnary, WidthOf(a));
    e.unary = op;
    e.a = a;
    return Add(e);
  }
  ExprId Binary(BinaryOp op, ExprId a, ExprId b);
  ExprId Slice(ExprId a, uint32_t high, uint32_t low) {
    Expr e = Make(ExprKind::kSlice, high - low + 1);
    e.low = low;
    e.a = a;
    return Add(e);
  }
  ExprId Concat(ExprId a, ExprId b) {
    Expr e = Make(ExprKind::kConcat, WidthOf(a) + WidthOf(b));
    e.a = a;
    e.b = b;
    return Add(e);
  }
  // kind: kZeroExtend, kSignExtend or kTruncate.
  ExprId Resize(ExprKind kind, ExprId a, uint32_t width) {
    Expr e = Make(kind, width);
    e.a = a;
    return Add(e);
  }
  ExprId Select(ExprId condition, ExprId yes, ExprId no) {
    Expr e = Make(ExprKind::kSelect, WidthOf(yes));
    e.a = condition;
    e.b = yes;
    e.c = no;
    return Add(e);
  }

  uint32_t WidthOf(ExprId id) const { return p_.exprs[id].width; }
  HeaderTypeId TypeOf(HeaderRef ref) const {
    return p_.headers[ref.fixed() ? ref.header : p_.stacks[ref.stack].first].type;
  }

 private:
  static Expr Make(ExprKind kind, uint32_t width) {
    Expr e;
    e.kind = kind;
    e.width = width;
    return e;
  }
  ExprId Add(Expr e) { return p_.exprs.Add(std::move(e)); }

  Program& p_;
};

// Whether the result of `op` is 1 bit whatever its operands are.
bool IsCompare(BinaryOp op);

inline ExprId ExprBuilder::Binary(BinaryOp op, ExprId a, ExprId b) {
  Expr e = Make(ExprKind::kBinary, IsCompare(op) ? 1 : WidthOf(a));
  e.binary = op;
  e.a = a;
  e.b = b;
  return Add(e);
}

inline HeaderRef RefTo(HeaderId id) {
  HeaderRef ref;
  ref.header = id;
  return ref;
}
inline HeaderRef RefTo(StackId stack, ExprId index) {
  HeaderRef ref;
  ref.stack = stack;
  ref.index = index;
  return ref;
}

}  // namespace ipdk::ir
