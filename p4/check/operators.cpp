// Unary and binary operators: which types they take, what they give, and their values on constants.

#include "p4/check/checker.h"

namespace ipdk::p4 {

namespace {

// Integers of infinite precision are kept below this many bits, so that no program text can ask for
// gigabytes.
constexpr size_t kMostBits = 1u << 20;
// Folding numbers longer than this counts against a budget, so that a program of many huge ones
// ends in time.
constexpr size_t kLongNumber = 4096;
constexpr size_t kFoldBudget = 1u << 28;

}  // namespace

bool Checker::WithinFoldBudget(Span span, size_t bits) {
  if (bits <= kLongNumber) return true;
  fold_work_ += bits;
  if (fold_work_ <= kFoldBudget) return true;
  Report(Kind::kTooComplex, span, "too many constant expressions on numbers of more than {} bits",
         kLongNumber);
  return false;
}

TypeId Checker::InferUnary(const UnaryExpr* e) {
  TypeId type = Infer(e->operand);
  if (IsPoison(type)) return type;
  if (types_.Is(type, TypeKind::kSerEnum) && e->op != UnaryOp::kNot) {
    type = types_.Underlying(type);
    Convert(e->operand, type);
  }
  bool fits = false;
  switch (e->op) {
    case UnaryOp::kNot:
      fits = types_.Is(type, TypeKind::kBool);
      break;
    case UnaryOp::kComplement:
      fits = types_.IsFixedWidth(type);
      break;
    case UnaryOp::kMinus:
    case UnaryOp::kPlus:
      fits = types_.IsFixedWidth(type) || types_.Is(type, TypeKind::kInteger);
      break;
  }
  if (!fits) {
    std::string_view wants = e->op == UnaryOp::kNot          ? "bool"
                             : e->op == UnaryOp::kComplement ? "bit<> or int<>, with a width"
                                                             : "an integer";
    Report(Kind::kOperandType, e->span, "'{}' wants {}, this is {}", UnaryText(e->op), wants,
           Print(type));
    return Poison();
  }
  ExpressionFacts& facts = Facts(e);
  const ExpressionFacts& operand = Facts(e->operand);
  facts.is_constant = operand.is_constant;
  if (operand.value == nullptr) return type;
  const Value& value = *operand.value;
  switch (e->op) {
    case UnaryOp::kNot:
      facts.value = BoolValue(!value.boolean);
      break;
    case UnaryOp::kComplement:
      facts.value = IntegerValue(Fit(types_, Integer(~value.integer), type));
      break;
    case UnaryOp::kMinus:
      facts.value = IntegerValue(Fit(types_, Integer(-value.integer), type));
      break;
    case UnaryOp::kPlus:
      facts.value = operand.value;
      break;
  }
  return type;
}

TypeId Checker::InferBinary(const BinaryExpr* e) {
  std::vector<const BinaryExpr*> chain{e};
  while (const auto* left = As<BinaryExpr>(chain.back()->left)) {
    if (Facts(left).type.valid()) break;
    chain.push_back(left);
  }
  TypeId type;
  while (!chain.empty()) {
    const BinaryExpr* one = chain.back();
    chain.pop_back();
    type = CheckBinary(one);
    Facts(one).type = type;
    Facts(one).target = type;
  }
  return type;
}

TypeId Checker::Unite(const Expression* left, const Expression* right) {
  TypeId l = Facts(left).type, r = Facts(right).type;
  if (l == r) return l;
  if (IsPoison(l) || IsPoison(r)) return Poison();
  if (types_.Is(l, TypeKind::kSerEnum)) {
    l = types_.Underlying(l);
    Convert(left, l);
  }
  if (types_.Is(r, TypeKind::kSerEnum)) {
    r = types_.Underlying(r);
    Convert(right, r);
  }
  if (l == r) return l;
  bool number = types_.Is(l, TypeKind::kInteger);
  Inference forward(types_);
  if (!number && forward.Accept(l, r)) {
    Convert(right, l);
    return l;
  }
  Inference backward(types_);
  if (backward.Accept(r, l)) {
    Convert(left, r);
    return r;
  }
  return TypeId();
}

bool Checker::CanCompare(TypeId type) {
  switch (KindOf(type)) {
    case TypeKind::kPoison:
    case TypeKind::kBool:
    case TypeKind::kInteger:
    case TypeKind::kString:
    case TypeKind::kError:
    case TypeKind::kBit:
    case TypeKind::kSigned:
    case TypeKind::kVarbit:
    case TypeKind::kEnum:
    case TypeKind::kSerEnum:
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion:
    case TypeKind::kNewType:
      return true;
    case TypeKind::kStack:
      return CanCompare(types_[type].element);
    case TypeKind::kTuple: {
      if (auto it = comparable_.find(type.index); it != comparable_.end()) return it->second;
      bool good = true;
      for (TypeId part : types_[type].arguments) good = good && CanCompare(part);
      return comparable_[type.index] = good;
    }
    default:
      return false;
  }
}

TypeId Checker::CheckEquality(const BinaryExpr* e) {
  TypeId type = Unite(e->left, e->right);
  if (!type.valid() || (!IsPoison(type) && !CanCompare(type))) {
    Report(Kind::kOperandType, e->span, "'{}' cannot compare {} and {}", BinaryText(e->op),
           Print(Facts(e->left).type), Print(Facts(e->right).type));
    return types_.boolean();
  }
  const ValuePtr &l = Facts(e->left).value, &r = Facts(e->right).value;
  if (l != nullptr && r != nullptr && !IsPoison(type)) {
    Facts(e).value = BoolValue(SameValue(*l, *r) == (e->op == BinaryOp::kEqual));
  }
  return types_.boolean();
}

TypeId Checker::CheckConcat(const BinaryExpr* e) {
  TypeId l = Facts(e->left).type, r = Facts(e->right).type;
  const ValuePtr &left = Facts(e->left).value, &right = Facts(e->right).value;
  if (types_.Is(l, TypeKind::kString) && types_.Is(r, TypeKind::kString)) {
    if (left != nullptr && right != nullptr) {
      if (left->text.size() + right->text.size() > kMostBits) {
        Report(Kind::kTooComplex, e->span, "the string would be longer than {} bytes", kMostBits);
        return Poison();
      }
      Facts(e).value =
          TextValue(Value::Kind::kString, Keep(std::string(left->text) + std::string(right->text)));
    }
    return l;
  }
  for (const Expression* side : {e->left, e->right}) {
    TypeId type = Facts(side).type;
    if (types_.Is(type, TypeKind::kSerEnum)) Convert(side, types_.Underlying(type));
    if (!types_.IsFixedWidth(Facts(side).target)) {
      Report(Kind::kOperandType, side->span, "'++' wants bit<>, int<> or two strings, this is {}{}",
             Print(type),
             types_.Is(type, TypeKind::kInteger) ? "; give the number a width, as in 8w1" : "");
      return Poison();
    }
  }
  l = Facts(e->left).target;
  r = Facts(e->right).target;
  uint32_t width = types_[l].width + types_[r].width;
  if (width > TypeTable::kMaxWidth) {
    Report(Kind::kBadWidth, e->span, "the result would have {} bits, more than {}", width,
           TypeTable::kMaxWidth);
    return Poison();
  }
  TypeId type = types_.Is(l, TypeKind::kSigned) ? types_.Signed(width) : types_.Bit(width);
  if (left != nullptr && right != nullptr) {
    Integer value = (left->integer << types_[r].width) + Truncate(right->integer, types_[r].width);
    Facts(e).value = IntegerValue(Fit(types_, value, type));
  }
  return type;
}

TypeId Checker::CheckShift(const BinaryExpr* e) {
  for (const Expression* side : {e->left, e->right}) {
    if (types_.Is(Facts(side).type, TypeKind::kSerEnum))
      Convert(side, types_.Underlying(Facts(side).type));
  }
  TypeId l = Facts(e->left).target, r = Facts(e->right).target;
  if (!types_.IsFixedWidth(l) && !types_.Is(l, TypeKind::kInteger)) {
    Report(Kind::kOperandType, e->left->span, "'{}' shifts integers, this is {}", BinaryText(e->op),
           Print(l));
    return Poison();
  }
  if (!types_.IsFixedWidth(r) && !types_.Is(r, TypeKind::kInteger)) {
    Report(Kind::kOperandType, e->right->span,
           "the number of bits to shift by must be an integer, this is {}", Print(r));
    return Poison();
  }
  const ValuePtr &left = Facts(e->left).value, &right = Facts(e->right).value;
  if (right == nullptr) {
    if (!types_.Is(r, TypeKind::kBit) && !Facts(e->right).is_constant) {
      Report(Kind::kBadShift, e->right->span,
             "the number of bits to shift by must be unsigned or a constant, this is {}", Print(r));
      return Poison();
    }
    if (types_.Is(l, TypeKind::kInteger) && !Facts(e->right).is_constant) {
      Report(Kind::kBadShift, e->span,
             "a number without a width can only be shifted by a constant; give it a width");
      return Poison();
    }
    return l;
  }
  if (right->integer < 0) {
    Report(Kind::kBadShift, e->right->span, "cannot shift by a negative number ({})",
           right->integer.get_str());
    return Poison();
  }
  if (left == nullptr) return l;
  if (!WithinFoldBudget(e->span, BitLength(abs(left->integer)))) return Poison();
  const bool is_left = e->op == BinaryOp::kShiftLeft;
  const Integer& by = right->integer;
  if (types_.Is(l, TypeKind::kInteger) && is_left && left->integer != 0 &&
      (by > kMostBits || BitLength(abs(left->integer)) + by.get_ui() > kMostBits)) {
    Report(Kind::kTooComplex, e->span, "the number would have more than {} bits", kMostBits);
    return Poison();
  }
  Integer value;
  if (by > kMostBits) {
    value = is_left || left->integer >= 0 ? 0 : -1;
  } else if (is_left) {
    value = left->integer << by.get_ui();
  } else {
    mpz_fdiv_q_2exp(value.get_mpz_t(), left->integer.get_mpz_t(), by.get_ui());
  }
  Facts(e).value = IntegerValue(Fit(types_, value, l));
  return l;
}

TypeId Checker::CheckSetOperator(const BinaryExpr* e) {
  TypeId type = Unite(e->left, e->right);
  if (type.valid() && types_.Is(type, TypeKind::kSerEnum)) {
    type = types_.Underlying(type);
    Convert(e->left, type);
    Convert(e->right, type);
  }
  if (type.valid() && IsPoison(type)) return type;
  if (!type.valid() || (!types_.IsFixedWidth(type) && !types_.Is(type, TypeKind::kInteger))) {
    Report(Kind::kOperandType, e->span, "'{}' wants two integers of one type, these are {} and {}",
           BinaryText(e->op), Print(Facts(e->left).type), Print(Facts(e->right).type));
    return Poison();
  }
  return types_.Set(type);
}

bool Checker::CheckDivision(Span span, BinaryOp op, const Expression* right, TypeId type) {
  std::string_view name = op == BinaryOp::kDivide ? "division" : "modulo";
  if (types_.Is(type, TypeKind::kSigned)) {
    Report(Kind::kOperandType, span, "{} is not defined on signed integers, this is {}", name,
           Print(type));
    return false;
  }
  // Only what a package runs must be computable; a library may leave it open.
  if (!Facts(right).is_constant && !IsPoison(Facts(right).type))
    run_time_divisions_.push_back({right, name});
  const ValuePtr& value = Facts(right).value;
  if (value == nullptr || value->kind != Value::Kind::kInteger) {
    return true;
  }
  if (value->integer == 0) {
    Report(Kind::kDivisionByZero, right->span, "{} by zero", name);
    return false;
  }
  if (value->integer < 0) {
    Report(Kind::kOperandType, right->span, "{} is not defined for negative numbers", name);
    return false;
  }
  return true;
}

TypeId Checker::CheckBinary(const BinaryExpr* e) {
  TypeId l = Infer(e->left), r = Infer(e->right);
  if (IsPoison(l) || IsPoison(r)) return Poison();
  ExpressionFacts& facts = Facts(e);
  facts.is_constant = Facts(e->left).is_constant && Facts(e->right).is_constant;
  switch (e->op) {
    case BinaryOp::kConcat:
      return CheckConcat(e);
    case BinaryOp::kShiftLeft:
    case BinaryOp::kShiftRight:
      return CheckShift(e);
    case BinaryOp::kEqual:
    case BinaryOp::kNotEqual:
      return CheckEquality(e);
    case BinaryOp::kMask:
    case BinaryOp::kRange:
      return CheckSetOperator(e);
    case BinaryOp::kAnd:
    case BinaryOp::kOr: {
      for (const Expression* side : {e->left, e->right}) {
        if (types_.Is(Facts(side).type, TypeKind::kBool)) continue;
        Report(Kind::kOperandType, side->span, "'{}' wants bool, this is {}", BinaryText(e->op),
               Print(Facts(side).type));
        return types_.boolean();
      }
      const ValuePtr &left = Facts(e->left).value, &right = Facts(e->right).value;
      if (left != nullptr && left->boolean == (e->op == BinaryOp::kOr)) {
        facts.value = left;
      } else if (left != nullptr && right != nullptr) {
        facts.value = right;
      }
      return types_.boolean();
    }
    default:
      break;
  }

  bool compares = e->op == BinaryOp::kLess || e->op == BinaryOp::kLessEqual ||
                  e->op == BinaryOp::kGreater || e->op == BinaryOp::kGreaterEqual;
  TypeId type = Unite(e->left, e->right);
  if (type.valid() && types_.Is(type, TypeKind::kSerEnum)) {
    type = types_.Underlying(type);
    Convert(e->left, type);
    Convert(e->right, type);
  }
  if (type.valid() && IsPoison(type)) return type;
  bool is_integer = type.valid() && types_.Is(type, TypeKind::kInteger);
  bool needs_width = e->op == BinaryOp::kBitAnd || e->op == BinaryOp::kBitOr ||
                     e->op == BinaryOp::kBitXor || e->op == BinaryOp::kAddSaturating ||
                     e->op == BinaryOp::kSubtractSaturating;
  if (!type.valid() || (!types_.IsFixedWidth(type) && !is_integer)) {
    Report(Kind::kOperandType, e->span, "'{}' wants two integers of one type, these are {} and {}",
           BinaryText(e->op), Print(l), Print(r));
    return compares ? types_.boolean() : Poison();
  }
  bool is_bitwise =
      e->op == BinaryOp::kBitAnd || e->op == BinaryOp::kBitOr || e->op == BinaryOp::kBitXor;
  if (needs_width && is_integer && !(is_bitwise && facts.is_constant)) {
    Report(Kind::kOperandType, e->span, "'{}' wants numbers with a width, as in 8w1",
           BinaryText(e->op));
    return Poison();
  }
  if ((e->op == BinaryOp::kDivide || e->op == BinaryOp::kModulo) &&
      !CheckDivision(e->span, e->op, e->right, type)) {
    return Poison();
  }
  const ValuePtr &left = Facts(e->left).value, &right = Facts(e->right).value;
  if (left != nullptr && right != nullptr) facts.value = FoldBinary(e, e->op, type, *left, *right);
  return compares ? types_.boolean() : type;
}

ValuePtr Checker::FoldBinary(const BinaryExpr* e, BinaryOp op, TypeId type, const Value& left,
                             const Value& right) {
  if (left.kind != Value::Kind::kInteger || right.kind != Value::Kind::kInteger) return nullptr;
  const Integer &a = left.integer, &b = right.integer;
  if (!WithinFoldBudget(e->span, BitLength(abs(a)) + BitLength(abs(b)))) return nullptr;
  auto saturate = [&](const Integer& value) {
    uint32_t width = types_[type].width;
    Integer least = 0, most = Mask(width);
    if (types_.Is(type, TypeKind::kSigned)) {
      most = Mask(width - 1);
      least = -most - 1;
    }
    return value < least ? least : value > most ? most : value;
  };
  Integer value;
  switch (op) {
    case BinaryOp::kMultiply:
      if (BitLength(abs(a)) + BitLength(abs(b)) > 2 * kMostBits) {
        Report(Kind::kTooComplex, e->span, "the number would have more than {} bits", kMostBits);
        return nullptr;
      }
      value = a * b;
      break;
    case BinaryOp::kDivide:
      if (a < 0) {
        Report(Kind::kOperandType, e->left->span, "division is not defined for negative numbers");
        return nullptr;
      }
      value = a / b;
      break;
    case BinaryOp::kModulo:
      if (a < 0) {
        Report(Kind::kOperandType, e->left->span, "modulo is not defined for negative numbers");
        return nullptr;
      }
      value = a % b;
      break;
    case BinaryOp::kAdd:
      value = a + b;
      break;
    case BinaryOp::kSubtract:
      value = a - b;
      break;
    case BinaryOp::kAddSaturating:
      value = saturate(Integer(a + b));
      break;
    case BinaryOp::kSubtractSaturating:
      value = saturate(Integer(a - b));
      break;
    case BinaryOp::kBitAnd:
      value = a & b;
      break;
    case BinaryOp::kBitXor:
      value = a ^ b;
      break;
    case BinaryOp::kBitOr:
      value = a | b;
      break;
    case BinaryOp::kLess:
      return BoolValue(a < b);
    case BinaryOp::kLessEqual:
      return BoolValue(a <= b);
    case BinaryOp::kGreater:
      return BoolValue(a > b);
    case BinaryOp::kGreaterEqual:
      return BoolValue(a >= b);
    default:
      return nullptr;
  }
  value = Fit(types_, value, type);
  if (BitLength(abs(value)) > kMostBits) {
    Report(Kind::kTooComplex, e->span, "the number would have more than {} bits", kMostBits);
    return nullptr;
  }
  return IntegerValue(std::move(value));
}

// target op= value means target = target op value.
bool Checker::CheckCompound(const AssignStmt* s, TypeId target) {
  TypeId operand = types_.Is(target, TypeKind::kSerEnum) ? types_.Underlying(target) : target;
  TypeId value = Infer(s->value);
  if (IsPoison(operand) || IsPoison(value)) return false;
  if (operand != target) {
    Report(Kind::kTypeMismatch, s->span, "'{}=' gives {}, which is not {}", BinaryText(s->op),
           Print(operand), Print(target));
    return false;
  }
  switch (s->op) {
    case BinaryOp::kConcat:
      Report(Kind::kOperandType, s->op_span, "'++=' would change the width of {}", Print(target));
      return false;
    case BinaryOp::kAnd:
    case BinaryOp::kOr:
      return Coerce(s->value, types_.boolean(), "the operand");
    default:
      break;
  }
  if (!types_.IsFixedWidth(operand)) {
    Report(Kind::kOperandType, s->target->span, "'{}=' wants an integer with a width, this is {}",
           BinaryText(s->op), Print(target));
    return false;
  }
  if (s->op == BinaryOp::kShiftLeft || s->op == BinaryOp::kShiftRight) {
    if (types_.Is(value, TypeKind::kSerEnum)) {
      value = types_.Underlying(value);
      Convert(s->value, value);
    }
    const ValuePtr& by = Facts(s->value).value;
    if (!types_.IsFixedWidth(value) && !types_.Is(value, TypeKind::kInteger)) {
      Report(Kind::kOperandType, s->value->span,
             "the number of bits to shift by must be an integer, this is {}", Print(value));
      return false;
    }
    if (by != nullptr ? by->integer < 0 : !types_.Is(value, TypeKind::kBit)) {
      Report(Kind::kBadShift, s->value->span,
             "the number of bits to shift by must be unsigned or a constant");
      return false;
    }
    return true;
  }
  if (!Coerce(s->value, operand, "the operand")) return false;
  if (s->op == BinaryOp::kDivide || s->op == BinaryOp::kModulo)
    return CheckDivision(s->span, s->op, s->value, operand);
  return true;
}

}  // namespace ipdk::p4
