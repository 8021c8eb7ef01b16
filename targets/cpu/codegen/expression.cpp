// Expressions to LLVM values of exactly their width. Nothing here branches, so a value that was
// written once can be used anywhere later in the same statement.

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using ir::BinaryOp;
using ir::ExprKind;
using llvm::Value;

namespace {

constexpr uint32_t kInlineMultiply = 512;  // bits; LLVM's time for wider ones grows with the square
constexpr uint32_t kInlineDivide = 128;

}  // namespace

Value* Emitter::Expr(ir::ExprId id) {
  const auto it = memo_.find(id.index);
  if (it != memo_.end()) return it->second;
  Value* value = MakeExpr(p_.exprs[id]);
  memo_.emplace(id.index, value);
  return value;
}

Value* Emitter::MakeExpr(const ir::Expr& e) {
  switch (e.kind) {
    case ExprKind::kConst:
      return Constant(p_.constants[e.constant], e.width);
    case ExprKind::kVar:
      return Load(plan_.var_cell[e.var.index]);
    case ExprKind::kField:
      return Field(e);
    case ExprKind::kFieldLength:
      return Resolve(e.header).varbit_bits;
    case ExprKind::kValid:
      return IsValid(Resolve(e.header).base);
    case ExprKind::kUnary: {
      Value* a = Expr(e.a);
      return e.unary == ir::UnaryOp::kNot ? b_.CreateNot(a) : b_.CreateNeg(a);
    }
    case ExprKind::kBinary:
      return Binary(e);
    case ExprKind::kSlice: {
      Value* a = Expr(e.a);
      return b_.CreateTrunc(e.low > 0 ? b_.CreateLShr(a, e.low) : a, Bits(e.width));
    }
    case ExprKind::kConcat: {
      Value* high = b_.CreateZExt(Expr(e.a), Bits(e.width));
      Value* low = b_.CreateZExt(Expr(e.b), Bits(e.width));
      return b_.CreateOr(b_.CreateShl(high, p_.exprs[e.b].width), low);
    }
    case ExprKind::kZeroExtend:
      return b_.CreateZExt(Expr(e.a), Bits(e.width));
    case ExprKind::kSignExtend:
      return b_.CreateSExt(Expr(e.a), Bits(e.width));
    case ExprKind::kTruncate:
      return b_.CreateTrunc(Expr(e.a), Bits(e.width));
    case ExprKind::kSelect: {
      Value* condition = Expr(e.a);
      Value* yes = Expr(e.b);
      return b_.CreateSelect(condition, yes, Expr(e.c));
    }
  }
  return nullptr;
}

Value* Emitter::Wide(const char* helper, Value* a, Value* b) {
  const uint32_t width = a->getType()->getIntegerBitWidth();
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* left = Buffer(bytes);
  Value* right = Buffer(bytes);
  Value* result = Buffer(bytes);
  b_.CreateAlignedStore(Resize(a, bytes * 8), left, llvm::Align(8));
  b_.CreateAlignedStore(Resize(b, bytes * 8), right, llvm::Align(8));
  Call(helper, b_.getVoidTy(), {result, left, right, I64(bytes / 8)});
  return b_.CreateTrunc(b_.CreateAlignedLoad(Bits(bytes * 8), result, llvm::Align(8)), Bits(width));
}

Value* Emitter::Shift(const ir::Expr& e, Value* a, Value* amount) {
  const uint32_t width = e.width;
  const uint32_t amount_width = amount->getType()->getIntegerBitWidth();
  // By the width or more: nothing is left, or the sign.
  Value* all = e.binary == BinaryOp::kAShr ? b_.CreateAShr(a, width - 1)
                                           : llvm::ConstantInt::get(a->getType(), 0);
  Value* beyond = b_.getFalse();
  if (amount_width >= 32 || (uint64_t{1} << amount_width) > width) {
    beyond = b_.CreateICmpUGE(amount, Constant(Integer(width), amount_width));
  }
  // The amount in the operand's type; where that is too narrow to hold it, `beyond` is true.
  Value* by = Resize(amount, width);
  Value* zero = llvm::ConstantInt::get(a->getType(), 0);
  by = b_.CreateSelect(beyond, zero, by);
  Value* shifted = e.binary == BinaryOp::kShl    ? b_.CreateShl(a, by)
                   : e.binary == BinaryOp::kLShr ? b_.CreateLShr(a, by)
                                                 : b_.CreateAShr(a, by);
  return b_.CreateSelect(beyond, all, shifted);
}

Value* Emitter::Binary(const ir::Expr& e) {
  Value* a = Expr(e.a);
  Value* b = Expr(e.b);
  const auto divide = [&](bool modulo) {
    Value* zero = llvm::ConstantInt::get(b->getType(), 0);
    if (e.width > kInlineDivide) return Wide(modulo ? "ipdk_wide_mod" : "ipdk_wide_div", a, b);
    Value* by_zero = b_.CreateICmpEQ(b, zero);
    Value* divisor = b_.CreateSelect(by_zero, llvm::ConstantInt::get(b->getType(), 1), b);
    Value* result = modulo ? b_.CreateURem(a, divisor) : b_.CreateUDiv(a, divisor);
    return b_.CreateSelect(by_zero, zero, result);
  };
  switch (e.binary) {
    case BinaryOp::kAdd:
      return b_.CreateAdd(a, b);
    case BinaryOp::kSub:
      return b_.CreateSub(a, b);
    case BinaryOp::kMul:
      return e.width > kInlineMultiply ? Wide("ipdk_wide_mul", a, b) : b_.CreateMul(a, b);
    case BinaryOp::kUDiv:
      return divide(false);
    case BinaryOp::kUMod:
      return divide(true);
    case BinaryOp::kAnd:
      return b_.CreateAnd(a, b);
    case BinaryOp::kOr:
      return b_.CreateOr(a, b);
    case BinaryOp::kXor:
      return b_.CreateXor(a, b);
    case BinaryOp::kUAddSat:
      return b_.CreateBinaryIntrinsic(llvm::Intrinsic::uadd_sat, a, b);
    case BinaryOp::kSAddSat:
      return b_.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_sat, a, b);
    case BinaryOp::kUSubSat:
      return b_.CreateBinaryIntrinsic(llvm::Intrinsic::usub_sat, a, b);
    case BinaryOp::kSSubSat:
      return b_.CreateBinaryIntrinsic(llvm::Intrinsic::ssub_sat, a, b);
    case BinaryOp::kShl:
    case BinaryOp::kLShr:
    case BinaryOp::kAShr:
      return Shift(e, a, b);
    case BinaryOp::kEq:
      return b_.CreateICmpEQ(a, b);
    case BinaryOp::kNe:
      return b_.CreateICmpNE(a, b);
    case BinaryOp::kULt:
      return b_.CreateICmpULT(a, b);
    case BinaryOp::kULe:
      return b_.CreateICmpULE(a, b);
    case BinaryOp::kSLt:
      return b_.CreateICmpSLT(a, b);
    case BinaryOp::kSLe:
      return b_.CreateICmpSLE(a, b);
  }
  return nullptr;
}

Value* Emitter::Index(ir::ExprId id) {
  Value* value = Expr(id);
  const uint32_t width = value->getType()->getIntegerBitWidth();
  if (width <= 64) return Resize(value, 64);
  Value* fits = b_.CreateICmpULE(value, b_.CreateZExt(I64(UINT64_MAX), Bits(width)));
  return b_.CreateSelect(fits, Resize(value, 64), I64(UINT64_MAX));
}

Value* Emitter::IsValid(Value* base) { return b_.CreateICmpNE(base, Address(objects_.zeros)); }

Emitter::Element Emitter::Resolve(const ir::HeaderRef& ref) {
  if (ref.fixed()) {
    const HeaderPlan& plan = PlanOf(ref.header.index);
    return {Load(plan.base), plan.varbit >= 0 ? Load(plan.varbit_bits) : nullptr, &plan,
            &HeaderTypeOf(ref.header.index)};
  }
  const ir::Stack& stack = p_.stacks[ref.stack];
  const HeaderPlan& first = PlanOf(stack.first.index);
  Element element{Address(objects_.zeros), first.varbit >= 0 ? I32(0) : nullptr, &first,
                  &HeaderTypeOf(stack.first.index)};
  Value* index = Index(ref.index);
  for (uint32_t i = 0; i < stack.size; ++i) {
    const HeaderPlan& plan = PlanOf(stack.first.index + i);
    Value* is = b_.CreateICmpEQ(index, I64(i));
    element.base = b_.CreateSelect(is, Load(plan.base), element.base);
    if (plan.varbit >= 0)
      element.varbit_bits = b_.CreateSelect(is, Load(plan.varbit_bits), element.varbit_bits);
  }
  return element;
}

Value* Emitter::HeaderBits(const Element& element) {
  Value* bits = I64(element.plan->bits);
  return element.varbit_bits != nullptr ? b_.CreateAdd(bits, Resize(element.varbit_bits, 64))
                                        : bits;
}

Value* Emitter::Field(const ir::Expr& e) {
  const Element element = Resolve(e.header);
  const HeaderPlan& plan = *element.plan;
  const auto varbit = static_cast<uint32_t>(plan.varbit);
  if (plan.varbit < 0 || e.field < varbit)
    return LoadBits(element.base, plan.offset[e.field], e.width,
                    plan.varbit < 0 ? plan.bytes : (plan.bits + 7) / 8);
  if (e.field > varbit) {
    Value* offset = b_.CreateAdd(I64(plan.offset[e.field]), Resize(element.varbit_bits, 64));
    return LoadBitsAt(element.base, offset, e.width);
  }
  const uint32_t bytes = (e.width + 63) / 64 * 8;
  Value* buffer = Buffer(bytes);
  Call("ipdk_read_bits", b_.getVoidTy(),
       {element.base, I64(plan.offset[e.field]), Resize(element.varbit_bits, 64), buffer,
        I64(bytes)});
  return b_.CreateTrunc(b_.CreateAlignedLoad(Bits(bytes * 8), buffer, llvm::Align(8)),
                        Bits(e.width));
}

}  // namespace ipdk::cpu::codegen
