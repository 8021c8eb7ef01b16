// Expressions. Each case is a function of its own, so that the recursion over deep expressions
// keeps small frames.

#include "pipeline/eval/interpreter.h"

namespace ipdk::eval {
namespace {

using ir::BinaryOp;

// The value clamped to what `width` bits can hold, signed; as an unsigned number.
Integer SaturateSigned(const Integer& value, uint32_t width) {
  const Integer high = Mask(width - 1), low = -high - 1;
  return Truncate(value > high ? high : value < low ? low : value, width);
}

Integer Shift(BinaryOp op, const Integer& a, const Integer& amount, uint32_t width) {
  if (op == BinaryOp::kAShr) {
    const Integer value = AsSigned(a, width);
    if (amount >= width) return value < 0 ? Mask(width) : Integer(0);
    return Truncate(value >> amount.get_ui(), width);
  }
  if (amount >= width) return 0;
  if (op == BinaryOp::kShl) return Truncate(a << amount.get_ui(), width);
  return a >> amount.get_ui();
}

Integer Apply(BinaryOp op, const Integer& a, const Integer& b, uint32_t width) {
  switch (op) {
    case BinaryOp::kAdd:
      return Truncate(a + b, width);
    case BinaryOp::kSub:
      return Truncate(a - b, width);
    case BinaryOp::kMul:
      return Truncate(a * b, width);
    case BinaryOp::kUDiv:
      return b == 0 ? Integer(0) : Integer(a / b);
    case BinaryOp::kUMod:
      return b == 0 ? Integer(0) : Integer(a % b);
    case BinaryOp::kAnd:
      return a & b;
    case BinaryOp::kOr:
      return a | b;
    case BinaryOp::kXor:
      return a ^ b;
    case BinaryOp::kUAddSat:
      return a + b > Mask(width) ? Mask(width) : Integer(a + b);
    case BinaryOp::kUSubSat:
      return a < b ? Integer(0) : Integer(a - b);
    case BinaryOp::kSAddSat:
      return SaturateSigned(AsSigned(a, width) + AsSigned(b, width), width);
    case BinaryOp::kSSubSat:
      return SaturateSigned(AsSigned(a, width) - AsSigned(b, width), width);
    case BinaryOp::kShl:
    case BinaryOp::kLShr:
    case BinaryOp::kAShr:
      return Shift(op, a, b, width);
    case BinaryOp::kEq:
      return a == b ? 1 : 0;
    case BinaryOp::kNe:
      return a != b ? 1 : 0;
    case BinaryOp::kULt:
      return a < b ? 1 : 0;
    case BinaryOp::kULe:
      return a <= b ? 1 : 0;
    case BinaryOp::kSLt:
    case BinaryOp::kSLe:
      break;
  }
  return 0;
}

Integer CompareSigned(BinaryOp op, const Integer& a, const Integer& b, uint32_t width) {
  const Integer x = AsSigned(a, width), y = AsSigned(b, width);
  return op == BinaryOp::kSLt ? x < y : x <= y;
}

Integer Inverted(ir::UnaryOp op, const Integer& a, uint32_t width) {
  return op == ir::UnaryOp::kNot ? Integer(Mask(width) ^ a) : Truncate(-a, width);
}

}  // namespace

Integer Interpreter::Field(const ir::Expr& e, const PacketState& state) const {
  const ir::HeaderId id = Resolve(e.header, state);
  if (!id.valid()) return 0;
  const HeaderValue& header = state.headers[id.index];
  if (e.kind == ir::ExprKind::kValid) return header.valid;
  if (!header.valid) return 0;
  if (e.kind == ir::ExprKind::kFieldLength) return header.varbit_length;
  return header.fields[e.field];
}

Integer Interpreter::Binary(const ir::Expr& e, const PacketState& state) const {
  const Integer a = Eval(e.a, state), b = Eval(e.b, state);
  if (e.binary == ir::BinaryOp::kSLt || e.binary == ir::BinaryOp::kSLe)
    return CompareSigned(e.binary, a, b, p_.exprs[e.a].width);
  return Apply(e.binary, a, b, e.width);
}

Integer Interpreter::Eval(ir::ExprId id, const PacketState& state) const {
  const ir::Expr& e = p_.exprs[id];
  switch (e.kind) {
    case ir::ExprKind::kConst:
      return p_.constants[e.constant];
    case ir::ExprKind::kVar:
      return state.vars[e.var.index];
    case ir::ExprKind::kField:
    case ir::ExprKind::kFieldLength:
    case ir::ExprKind::kValid:
      return Field(e, state);
    case ir::ExprKind::kUnary:
      return Inverted(e.unary, Eval(e.a, state), e.width);
    case ir::ExprKind::kBinary:
      return Binary(e, state);
    case ir::ExprKind::kSlice:
      return Truncate(Eval(e.a, state) >> e.low, e.width);
    case ir::ExprKind::kConcat:
      return (Eval(e.a, state) << p_.exprs[e.b].width) + Eval(e.b, state);
    case ir::ExprKind::kZeroExtend:
      return Eval(e.a, state);
    case ir::ExprKind::kSignExtend:
      return Truncate(AsSigned(Eval(e.a, state), p_.exprs[e.a].width), e.width);
    case ir::ExprKind::kTruncate:
      return Truncate(Eval(e.a, state), e.width);
    case ir::ExprKind::kSelect:
      return Eval(e.a, state) != 0 ? Eval(e.b, state) : Eval(e.c, state);
  }
  return 0;
}

}  // namespace ipdk::eval
