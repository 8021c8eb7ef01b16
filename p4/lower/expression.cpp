// Expressions: to operands, with what has effects put into statements in the specification's order
// (P4-16 8.1 and 6.8).
#include <algorithm>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using ir::ExprId;
using Kind = Operand::Kind;

namespace {

bool IsLogic(BinaryOp op) { return op == BinaryOp::kAnd || op == BinaryOp::kOr; }

}  // namespace

Effects Lowerer::EffectsOf(const Expression* e) {
  if (e == nullptr) return Effects::kNone;
  if (effects_.size() <= e->index) effects_.resize(checked.expressions.size(), -1);
  if (effects_[e->index] < 0) effects_[e->index] = static_cast<int8_t>(ComputeEffects(e));
  return static_cast<Effects>(effects_[e->index]);
}

Effects Lowerer::ComputeEffects(const Expression* e) {
  if (checked[e].value != nullptr) return Effects::kNone;
  Effects all = Effects::kNone;
  const auto add = [&](const Expression* part) { all = std::max(all, EffectsOf(part)); };
  switch (e->kind) {
    case ExpressionKind::kList:
      for (const Expression* part : As<ListExpr>(e)->elements) add(part);
      return all;
    case ExpressionKind::kStruct:
      for (const NamedValue& field : As<StructExpr>(e)->fields) add(field.value);
      return all;
    case ExpressionKind::kUnary:
      add(As<UnaryExpr>(e)->operand);
      return all;
    case ExpressionKind::kBinary:
      // The chain of left operands can be as long as the text.
      for (;;) {
        const auto* binary = As<BinaryExpr>(e);
        add(binary->right);
        if (all == Effects::kWrites) return all;
        if (As<BinaryExpr>(binary->left) == nullptr) {
          add(binary->left);
          return all;
        }
        e = binary->left;
      }
    case ExpressionKind::kConditional: {
      const auto* c = As<ConditionalExpr>(e);
      add(c->condition);
      add(c->if_true);
      add(c->if_false);
      return all;
    }
    case ExpressionKind::kCast:
      add(As<CastExpr>(e)->operand);
      return all;
    case ExpressionKind::kMember: {
      add(As<MemberExpr>(e)->base);
      const MemberKind member = checked[e].member;
      if (member == MemberKind::kNext || member == MemberKind::kLast)
        all = std::max(all, Effects::kEmits);
      return all;
    }
    case ExpressionKind::kIndex:
      add(As<IndexExpr>(e)->base);
      add(As<IndexExpr>(e)->at);
      return all;
    case ExpressionKind::kSlice:
      add(As<SliceExpr>(e)->base);
      if (As<SliceExpr>(e)->by_width) add(As<SliceExpr>(e)->low);
      return all;
    case ExpressionKind::kCall: {
      const CallFacts* call = checked.Call(e);
      if (call == nullptr) return Effects::kWrites;
      switch (call->kind) {
        case CalleeKind::kIsValid:
          add(call->receiver);
          return all;
        case CalleeKind::kMinSizeInBits:
        case CalleeKind::kMinSizeInBytes:
        case CalleeKind::kMaxSizeInBits:
        case CalleeKind::kMaxSizeInBytes:
        case CalleeKind::kConstructor:
          return Effects::kNone;
        case CalleeKind::kMethod:
          if (call->declaration != nullptr && call->declaration->name.text == "lookahead")
            return Effects::kEmits;
          return Effects::kWrites;
        default:
          return Effects::kWrites;
      }
    }
    default:
      return Effects::kNone;
  }
}

Operand Lowerer::Eval(const Expression* e) {
  const Depth depth(this);
  if (TooDeep(e->span)) return Poison();
  const ExpressionFacts& facts = checked[e];
  const TypeId target = Sub(facts.target);
  if (facts.value != nullptr) {
    Operand constant = Constant(*facts.value, target);
    if (!constant.is(Kind::kPoison)) return constant;
  }
  const Operand value = EvalRaw(e);
  if (value.is(Kind::kObject) || value.is(Kind::kAny) || value.is(Kind::kVoid)) return value;
  return Cast(value, target, e->span);
}

Operand Lowerer::EvalTo(const Expression* e, TypeId type) { return Cast(Eval(e), type, e->span); }

std::vector<Operand> Lowerer::EvalAll(const std::vector<const Expression*>& list) {
  std::vector<Operand> out(list.size());
  size_t last_write = 0;
  for (size_t i = 0; i < list.size(); ++i)
    if (EffectsOf(list[i]) == Effects::kWrites) last_write = i;
  for (size_t i = 0; i < list.size(); ++i) {
    out[i] = Eval(list[i]);
    if (i < last_write) out[i] = Save(out[i]);
  }
  return out;
}

ExprId Lowerer::Condition(const Expression* e) {
  const ExprId value = Expr(Eval(e), e->span);
  return b.Width(value) == 1 ? value : b.Bool(false);
}

bool Lowerer::ConstantInt(const Expression* e, Integer* value) {
  const Operand o = Eval(e);
  if (o.is(Kind::kInt)) {
    *value = o.number;
    return true;
  }
  if (o.is(Kind::kScalar) && b.IsConst(o.expr)) {
    *value = b.ConstOf(o.expr);
    if (IsSigned(o.type)) *value = AsSigned(*value, b.Width(o.expr));
    return true;
  }
  return false;
}

Binding* Lowerer::Find(const Declaration* declaration) {
  for (Scope* s = scope; s != nullptr; s = s->parent) {
    const auto at = s->bindings.find(declaration);
    if (at != s->bindings.end()) return &at->second;
  }
  return declaration != nullptr ? MakeGlobal(declaration) : nullptr;
}

Operand Lowerer::EvalRaw(const Expression* e) {
  switch (e->kind) {
    case ExpressionKind::kInteger: {
      const auto* i = As<IntegerExpr>(e);
      if (!i->has_width) return IntOperand(*i->value);
      return Scalar(Sub(checked[e].type), b.Const(*i->value, std::max(1u, i->width)));
    }
    case ExpressionKind::kBool:
      return Scalar(types.boolean(), b.Bool(As<BoolExpr>(e)->value));
    case ExpressionKind::kString: {
      Operand o;
      o.kind = Kind::kString;
      o.type = types.string();
      o.text = As<StringExpr>(e)->value;
      return o;
    }
    case ExpressionKind::kName:
      return EvalName(As<NameExpr>(e));
    case ExpressionKind::kThis: {
      Operand o;
      o.kind = Kind::kObject;
      o.object = ObjectOf(e);
      return o;
    }
    case ExpressionKind::kList: {
      Operand o;
      o.kind = Kind::kSequence;
      o.type = Sub(checked[e].type);
      const auto elements = As<ListExpr>(e)->elements;
      o.parts = EvalAll({elements.begin(), elements.end()});
      return o;
    }
    case ExpressionKind::kStruct: {
      Operand o;
      o.kind = Kind::kSequence;
      o.type = Sub(checked[e].type);
      std::vector<const Expression*> values;
      for (const NamedValue& field : As<StructExpr>(e)->fields) values.push_back(field.value);
      o.parts = EvalAll(values);
      if (As<StructExpr>(e)->has_dots) {
        Operand rest;
        rest.kind = Kind::kDefault;
        rest.type = types.poison();
        o.parts.push_back(rest);
      }
      return o;
    }
    case ExpressionKind::kInvalid: {
      Operand o;
      o.kind = Kind::kInvalid;
      o.type = Sub(checked[e].target);
      return o;
    }
    case ExpressionKind::kDots: {
      Operand o;
      o.kind = Kind::kDefault;
      o.type = types.poison();
      return o;
    }
    case ExpressionKind::kDefault: {
      Operand o;
      o.kind = Kind::kAny;
      return o;
    }
    case ExpressionKind::kUnary: {
      const auto* u = As<UnaryExpr>(e);
      const Operand a = Eval(u->operand);
      if (a.is(Kind::kInt)) {
        switch (u->op) {
          case UnaryOp::kMinus:
            return IntOperand(-a.number);
          case UnaryOp::kComplement:
            return IntOperand(~a.number);
          default:
            return a;
        }
      }
      if (u->op == UnaryOp::kPlus) return a;
      return Scalar(a.type,
                    b.Unary(u->op == UnaryOp::kMinus ? ir::UnaryOp::kNeg : ir::UnaryOp::kNot,
                            Expr(a, e->span)));
    }
    case ExpressionKind::kBinary:
      return EvalBinary(As<BinaryExpr>(e));
    case ExpressionKind::kConditional:
      return EvalConditional(As<ConditionalExpr>(e));
    case ExpressionKind::kCast: {
      const auto* c = As<CastExpr>(e);
      return Cast(Eval(c->operand), Sub(checked[e].type), e->span);
    }
    case ExpressionKind::kMember:
      return EvalMember(As<MemberExpr>(e));
    case ExpressionKind::kTypeMember:
      break;
    case ExpressionKind::kIndex:
      return EvalIndex(As<IndexExpr>(e));
    case ExpressionKind::kSlice:
      return EvalSlice(As<SliceExpr>(e));
    case ExpressionKind::kCall:
      return EvalCall(As<CallExpr>(e));
    case ExpressionKind::kConstruct: {
      // An object made in place, as an argument of a constructor.
      const CallFacts* call = checked.Call(e);
      if (call == nullptr) break;
      auto made = Make(*call, Sub(call->result), Qualified(""), "", nullptr, e->span);
      if (made == nullptr) return Poison();
      Operand o;
      o.kind = Kind::kObject;
      o.type = made->type;
      o.object = made.get();
      instances_.push_back(std::move(made));
      return o;
    }
  }
  NotYet(e->span, "this expression here");
  return Poison(Sub(checked[e].type));
}

Operand Lowerer::EvalName(const NameExpr* e) {
  const Declaration* declaration = checked[e].declaration;
  if (declaration == nullptr) return Poison();
  if (Binding* binding = Find(declaration)) {
    if (binding->loc != nullptr) return Load(binding->loc);
    return binding->operand;
  }
  if (const auto* constant = As<ConstantDecl>(declaration)) {
    const DeclarationFacts& facts = checked[declaration];
    if (facts.value != nullptr) {
      Operand value = Constant(*facts.value, Sub(facts.type));
      if (!value.is(Kind::kPoison)) return value;
    }
    return EvalTo(constant->value, Sub(facts.type));
  }
  NotYet(e->span, "'{}' as a value here", e->name.text);
  return Poison(Sub(checked[e].type));
}

Instance* Lowerer::ObjectOf(const Expression* e) {
  if (e == nullptr) return nullptr;
  if (As<ThisExpr>(e) != nullptr) {
    for (Scope* s = scope; s != nullptr; s = s->parent)
      if (s->instance != nullptr && s->instance->kind == Instance::Kind::kExtern)
        return s->instance;
    return nullptr;
  }
  if (const auto* name = As<NameExpr>(e)) {
    const Declaration* declaration = checked[e].declaration;
    if (Binding* binding = Find(declaration))
      return binding->operand.is(Kind::kObject) ? binding->operand.object : nullptr;
    (void)name;
    return nullptr;
  }
  if (As<ConstructExpr>(e) != nullptr) {
    const Operand made = Eval(e);
    return made.is(Kind::kObject) ? made.object : nullptr;
  }
  return nullptr;
}

namespace {

Integer FoldInts(BinaryOp op, const Integer& x, const Integer& y, bool* is_bool, bool* good) {
  *is_bool = false;
  *good = true;
  switch (op) {
    case BinaryOp::kAdd:
    case BinaryOp::kAddSaturating:
      return x + y;
    case BinaryOp::kSubtract:
    case BinaryOp::kSubtractSaturating:
      return x - y;
    case BinaryOp::kMultiply:
      if (BitLength(abs(x)) + BitLength(abs(y)) > (1u << 20)) break;
      return x * y;
    case BinaryOp::kDivide:
      if (y == 0) break;
      return x / y;
    case BinaryOp::kModulo:
      if (y == 0) break;
      return x % y;
    case BinaryOp::kBitAnd:
      return x & y;
    case BinaryOp::kBitOr:
      return x | y;
    case BinaryOp::kBitXor:
      return x ^ y;
    case BinaryOp::kShiftLeft:
      if (y < 0 || y > (1u << 20)) break;
      return x << ToU64(y);
    case BinaryOp::kShiftRight: {
      if (y < 0) break;
      Integer out;
      mpz_fdiv_q_2exp(out.get_mpz_t(), x.get_mpz_t(), FitsU64(y) ? ToU64(y) : UINT64_MAX);
      return out;
    }
    default:
      break;
  }
  *is_bool = true;
  switch (op) {
    case BinaryOp::kLess:
      return x < y ? 1 : 0;
    case BinaryOp::kLessEqual:
      return x <= y ? 1 : 0;
    case BinaryOp::kGreater:
      return x > y ? 1 : 0;
    case BinaryOp::kGreaterEqual:
      return x >= y ? 1 : 0;
    case BinaryOp::kEqual:
      return x == y ? 1 : 0;
    case BinaryOp::kNotEqual:
      return x != y ? 1 : 0;
    default:
      *good = false;
      return 0;
  }
}

}  // namespace

Operand Lowerer::EvalBinary(const BinaryExpr* e) {
  std::vector<const BinaryExpr*> chain;
  const Expression* first = e;
  while (const auto* binary = As<BinaryExpr>(first)) {
    // A part whose value is known need not be taken apart.
    if (binary != e && checked[first].value != nullptr) break;
    chain.push_back(binary);
    first = binary->left;
  }
  Operand value = Eval(first);
  for (size_t i = chain.size(); i-- > 0;) {
    const BinaryExpr* op = chain[i];
    if (IsLogic(op->op)) {
      value = ShortCircuit(op, value);
    } else {
      if (EffectsOf(op->right) == Effects::kWrites) value = Save(value);
      value = Combine(op->op, Sub(checked[op].type), value, Eval(op->right), op->span);
    }
    if (i > 0) value = Cast(value, Sub(checked[op].target), op->span);
  }
  return value;
}

Operand Lowerer::ShortCircuit(const BinaryExpr* e, const Operand& left) {
  const bool is_and = e->op == BinaryOp::kAnd;
  const ExprId a = Expr(left, e->span);
  if (b.Width(a) != 1) return Poison(types.boolean());
  if (b.IsConst(a)) {
    if ((b.ConstOf(a) != 0) != is_and) return left;
    return Eval(e->right);
  }
  if (EffectsOf(e->right) == Effects::kNone) {
    const ExprId c = Condition(e->right);
    return Scalar(types.boolean(), is_and ? b.And(a, c) : b.Or(a, c));
  }
  const ir::VarId result = b.NewTemp(1);
  b.Assign(result, a);
  const ir::BlockId right = b.NewBlock(), done = b.NewBlock();
  if (is_and) {
    b.Branch(b.Read(result), right, done);
  } else {
    b.Branch(b.Read(result), done, right);
  }
  b.Start(right);
  b.Assign(result, Condition(e->right));
  b.Jump(done);
  b.Start(done);
  return Scalar(types.boolean(), b.Read(result));
}

Operand Lowerer::Combine(BinaryOp op, TypeId result, const Operand& left, const Operand& right,
                         Span at) {
  Operand x = left, y = right;
  if (x.is(Kind::kPoison) || y.is(Kind::kPoison)) return Poison(result);
  if (x.is(Kind::kInt) && y.is(Kind::kInt)) {
    bool is_bool = false, good = false;
    const Integer n = FoldInts(op, x.number, y.number, &is_bool, &good);
    if (!good) {
      NotYet(at, "this operation on values of type int");
      return Poison(result);
    }
    return is_bool ? Scalar(types.boolean(), b.Bool(n != 0)) : IntOperand(n);
  }
  if (op == BinaryOp::kEqual || op == BinaryOp::kNotEqual) {
    const ExprId equal = Equal(x, y, at);
    return Scalar(types.boolean(), op == BinaryOp::kEqual ? equal : b.Not(equal));
  }
  if (op == BinaryOp::kShiftLeft || op == BinaryOp::kShiftRight) {
    if (y.is(Kind::kInt)) {
      const uint32_t width = std::max<uint32_t>(32, static_cast<uint32_t>(BitLength(y.number)));
      y = Scalar(types.Bit(width), b.Const(y.number, width));
    }
    const ExprId a = Expr(x, at), amount = Expr(y, at);
    const ir::BinaryOp shift = op == BinaryOp::kShiftLeft ? ir::BinaryOp::kShl
                               : IsSigned(x.type)         ? ir::BinaryOp::kAShr
                                                          : ir::BinaryOp::kLShr;
    return Scalar(x.type, b.Binary(shift, a, amount));
  }
  if (op == BinaryOp::kConcat) {
    if (x.is(Kind::kString) && y.is(Kind::kString)) {
      x.text = types.Intern(std::string(x.text) + std::string(y.text));
      return x;
    }
    return Scalar(result, b.Concat(Expr(x, at), Expr(y, at)));
  }
  if (x.is(Kind::kInt)) x = Cast(x, y.type, at);
  if (y.is(Kind::kInt)) y = Cast(y, x.type, at);
  const ExprId a = Expr(x, at), c = Expr(y, at);
  if (b.Width(a) != b.Width(c)) {
    NotYet(at, "'{}' of operands of {} and {} bits", BinaryText(op), b.Width(a), b.Width(c));
    return Poison(result);
  }
  const bool is_signed = IsSigned(x.type);
  using Op = ir::BinaryOp;
  const auto same = [&](Op o) { return Scalar(x.type, b.Binary(o, a, c)); };
  const auto less = [&](ExprId l, ExprId r, bool or_equal) {
    const Op o = is_signed ? (or_equal ? Op::kSLe : Op::kSLt) : (or_equal ? Op::kULe : Op::kULt);
    return Scalar(types.boolean(), b.Binary(o, l, r));
  };
  switch (op) {
    case BinaryOp::kMultiply:
      return same(Op::kMul);
    case BinaryOp::kDivide:
      return same(Op::kUDiv);
    case BinaryOp::kModulo:
      return same(Op::kUMod);
    case BinaryOp::kAdd:
      return same(Op::kAdd);
    case BinaryOp::kSubtract:
      return same(Op::kSub);
    case BinaryOp::kAddSaturating:
      return same(is_signed ? Op::kSAddSat : Op::kUAddSat);
    case BinaryOp::kSubtractSaturating:
      return same(is_signed ? Op::kSSubSat : Op::kUSubSat);
    case BinaryOp::kBitAnd:
      return same(Op::kAnd);
    case BinaryOp::kBitOr:
      return same(Op::kOr);
    case BinaryOp::kBitXor:
      return same(Op::kXor);
    case BinaryOp::kLess:
      return less(a, c, false);
    case BinaryOp::kLessEqual:
      return less(a, c, true);
    case BinaryOp::kGreater:
      return less(c, a, false);
    case BinaryOp::kGreaterEqual:
      return less(c, a, true);
    default:
      break;
  }
  NotYet(at, "'{}' here", BinaryText(op));
  return Poison(result);
}

Operand Lowerer::EvalConditional(const ConditionalExpr* e) {
  const ExprId condition = Condition(e->condition);
  const TypeId type = Sub(checked[e].type);
  if (b.IsConst(condition)) return Eval(b.ConstOf(condition) != 0 ? e->if_true : e->if_false);
  const TypeId target = TypeOf(e);
  const TypeId stored = ScalarWidth(target) != 0 || !ScalarWidth(type) ? target : type;
  if (ScalarWidth(stored) != 0 && EffectsOf(e->if_true) == Effects::kNone &&
      EffectsOf(e->if_false) == Effects::kNone) {
    const ExprId yes = Expr(EvalTo(e->if_true, stored), e->span);
    const ExprId no = Expr(EvalTo(e->if_false, stored), e->span);
    return Scalar(stored, b.Select(condition, yes, no));
  }
  const Loc result = NewStorage(stored, "choice", e->span);
  const ir::BlockId yes = b.NewBlock(), no = b.NewBlock(), done = b.NewBlock();
  b.Branch(condition, yes, no);
  b.Start(yes);
  Assign(result, EvalTo(e->if_true, stored), e->span);
  b.Jump(done);
  b.Start(no);
  Assign(result, EvalTo(e->if_false, stored), e->span);
  b.Jump(done);
  b.Start(done);
  return Load(result);
}

Operand Lowerer::EvalMember(const MemberExpr* e) {
  const ExpressionFacts& facts = checked[e];
  switch (facts.member) {
    case MemberKind::kField:
      return Part(Eval(e->base), facts.member_index);
    case MemberKind::kNext:
    case MemberKind::kLast:
      return Load(EvalPlace(e));
    case MemberKind::kLastIndex: {
      const Operand stack = Eval(e->base);
      if (!stack.is(Kind::kLocated) || stack.loc->stacks.empty()) break;
      return Scalar(Sub(facts.type),
                    b.Binary(ir::BinaryOp::kSub, b.Read(ir.stacks[stack.loc->stacks[0]].next),
                             b.Const(1, 32)));
    }
    case MemberKind::kSize:
      return Scalar(Sub(facts.type), b.Const(types[TypeOf(e->base)].width, 32));
    case MemberKind::kHit:
    case MemberKind::kMiss: {
      const CallFacts* call = checked.Call(e->base);
      if (call == nullptr || call->kind != CalleeKind::kTableApply) break;
      const TableResult result = ApplyTable(call->receiver, *call, true, false, e->span);
      if (!result.hit.valid()) return Poison(types.boolean());
      // The Var is written again by the next application; what this one gave is kept.
      const ExprId hit = b.Read(result.hit);
      return Scalar(types.boolean(), facts.member == MemberKind::kHit ? hit : b.Not(hit));
    }
    default:
      break;
  }
  NotYet(e->span, "'.{}' here", e->member.text);
  return Poison(Sub(facts.type));
}

Operand Lowerer::EvalIndex(const IndexExpr* e) {
  Operand base = Eval(e->base);
  if (EffectsOf(e->at) == Effects::kWrites) base = Save(base);
  Operand at = Eval(e->at);
  if (at.is(Kind::kInt)) {
    if (at.number < 0 || BitLength(at.number) > 31) return DefaultOf(Sub(checked[e].type));
    at = Scalar(types.Bit(32), b.Const(at.number, 32));
  }
  const ExprId index = Expr(at, e->span);
  if (b.IsConst(index)) {
    const Integer& n = b.ConstOf(index);
    if (n < 65536 && !(base.is(Kind::kLocated) && base.loc->kind == Location::Kind::kStack))
      return Part(base, ToU64(n));
  }
  if (base.is(Kind::kSequence) || base.is(Kind::kDefault)) {
    // A stack that is only a value: put it somewhere.
    const Loc copy = NewStorage(TypeOf(e->base), "copy", e->span);
    Assign(copy, base, e->span);
    base = Load(copy);
  }
  if (base.is(Kind::kLocated) && base.loc->kind == Location::Kind::kStack)
    return Load(ElementLoc(base.loc, index, e->span));
  if (base.is(Kind::kLocated) && types.Is(base.loc->type, TypeKind::kStack))
    return Load(ChosenLoc(base.loc->parts, index, e->span));
  if (base.is(Kind::kPoison)) return Poison();
  NotYet(e->span, "an index that is not known at compile time into '{}'", types.Print(base.type));
  return Poison(Sub(checked[e].type));
}

bool Lowerer::SliceBounds(const SliceExpr* e, uint32_t* low, uint32_t* width) {
  Integer first, second;
  if (!ConstantInt(e->high, &first) || !ConstantInt(e->low, &second)) return false;
  if (e->by_width) {
    if (first <= 0 || second < 0 || first > 1u << 20 || second > 1u << 20) return false;
    *low = static_cast<uint32_t>(ToU64(second));
    *width = static_cast<uint32_t>(ToU64(first));
    return true;
  }
  if (second < 0 || first < second || first > 1u << 20) return false;
  *low = static_cast<uint32_t>(ToU64(second));
  *width = static_cast<uint32_t>(ToU64(first)) - *low + 1;
  return true;
}

Operand Lowerer::EvalSlice(const SliceExpr* e) {
  const TypeId type = Sub(checked[e].type);
  Operand base = Eval(e->base);
  if (e->by_width && EffectsOf(e->low) == Effects::kWrites) base = Save(base);
  if (base.is(Kind::kPoison)) return Poison(type);
  uint32_t low = 0, width = 0;
  if (base.is(Kind::kInt)) {
    if (!SliceBounds(e, &low, &width)) return Poison(type);
    Integer shifted;
    mpz_fdiv_q_2exp(shifted.get_mpz_t(), base.number.get_mpz_t(), low);
    return Scalar(types.Bit(width), b.Const(shifted, width));
  }
  const ExprId value = Expr(base, e->span);
  if (e->by_width) {
    Operand at = Eval(e->low);
    Integer wide;
    if (!at.is(Kind::kInt) && at.is(Kind::kScalar) && !b.IsConst(at.expr) &&
        ConstantInt(e->high, &wide) && wide > 0 && wide <= b.Width(value)) {
      return Scalar(type, b.Slice(b.Binary(ir::BinaryOp::kLShr, value, at.expr), 0,
                                  static_cast<uint32_t>(ToU64(wide))));
    }
  }
  if (!SliceBounds(e, &low, &width) || low + width > b.Width(value)) {
    NotYet(e->span, "a slice with these bounds");
    return Poison(type);
  }
  return Scalar(type, b.Slice(value, low, width));
}

Loc Lowerer::EvalPlace(const Expression* e) {
  const Depth depth(this);
  if (TooDeep(e->span)) return Nowhere(types.poison());
  switch (e->kind) {
    case ExpressionKind::kName: {
      const Binding* binding = Find(checked[e].declaration);
      if (binding != nullptr && binding->loc != nullptr) return binding->loc;
      if (binding != nullptr && binding->operand.is(Kind::kLocated)) return binding->operand.loc;
      break;
    }
    case ExpressionKind::kMember: {
      const auto* m = As<MemberExpr>(e);
      const ExpressionFacts& facts = checked[e];
      const Loc base = EvalPlace(m->base);
      if (facts.member == MemberKind::kField) return PartLoc(base, facts.member_index);
      if (base->kind != Location::Kind::kStack) break;
      const ir::Stack stack = ir.stacks[base->stacks[0]];
      if (facts.member == MemberKind::kNext) {
        RejectUnless(b.Binary(ir::BinaryOp::kULt, b.Read(stack.next), b.Const(stack.size, 32)),
                     ir::kErrorStackOutOfBounds);
        return ElementLoc(base, b.Read(stack.next), e->span);
      }
      if (facts.member == MemberKind::kLast) {
        RejectUnless(b.Binary(ir::BinaryOp::kNe, b.Read(stack.next), b.Const(0, 32)),
                     ir::kErrorStackOutOfBounds);
        return ElementLoc(base, b.Binary(ir::BinaryOp::kSub, b.Read(stack.next), b.Const(1, 32)),
                          e->span);
      }
      break;
    }
    case ExpressionKind::kIndex: {
      const auto* i = As<IndexExpr>(e);
      const Loc base = EvalPlace(i->base);
      Operand at = Eval(i->at);
      if (at.is(Kind::kInt)) {
        if (at.number < 0 || BitLength(at.number) > 31) return Nowhere(TypeOf(e));
        at = Scalar(types.Bit(32), b.Const(at.number, 32));
      }
      const ExprId index = Expr(at, e->span);
      if (base->kind == Location::Kind::kStack) return ElementLoc(base, index, e->span);
      if (base->kind == Location::Kind::kStruct && types.Is(base->type, TypeKind::kStack))
        return ChosenLoc(base->parts, index, e->span);
      if (b.IsConst(index) && b.ConstOf(index) < 65536)
        return PartLoc(base, ToU64(b.ConstOf(index)));
      break;
    }
    case ExpressionKind::kSlice: {
      const auto* s = As<SliceExpr>(e);
      Location l;
      l.kind = Location::Kind::kSlice;
      l.type = Sub(checked[e].type);
      const Loc base = EvalPlace(s->base);
      l.parts.push_back(base);
      if (base->kind == Location::Kind::kNone) return base;
      if (SliceBounds(s, &l.low, &l.width) && ScalarWidth(base->type) >= l.low + l.width)
        return std::make_shared<const Location>(std::move(l));
      break;
    }
    case ExpressionKind::kDefault:
      return Nowhere(TypeOf(e));
    default:
      break;
  }
  NotYet(e->span, "writing to this expression");
  return Nowhere(TypeOf(e));
}

Loc Lowerer::EvalFixedPlace(const Expression* e) {
  const Loc loc = EvalPlace(e);
  if (!HasRunTimeIndex(loc)) return loc;
  // All parts of one place share their index.
  std::unordered_map<ExprId, ExprId> saved;
  const auto index = [&](ir::ExprId i) {
    if (!i.valid() || b.IsConst(i)) return i;
    const auto [at, fresh] = saved.try_emplace(i);
    if (fresh) at->second = b.Save(i);
    return at->second;
  };
  const auto save = [&](ir::HeaderRef h) {
    if (!h.fixed()) h.index = index(h.index);
    return h;
  };
  const std::function<Loc(const Loc&)> fix = [&](const Loc& from) -> Loc {
    Location copy = *from;
    copy.header = save(copy.header);
    copy.index = index(copy.index);
    for (ir::HeaderRef& h : copy.others) h = save(h);
    for (Loc& part : copy.parts) part = fix(part);
    return std::make_shared<const Location>(std::move(copy));
  };
  return fix(loc);
}

}  // namespace ipdk::p4
