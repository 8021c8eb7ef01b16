// Operands as values: their leaves, validity, equality and conversions.
#include <algorithm>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using ir::ExprId;
using Kind = Location::Kind;

bool Lowerer::Leaves(const Operand& value, std::vector<ExprId>* out, bool* varbit, Span at) {
  switch (value.kind) {
    case Operand::Kind::kPoison:
      return false;
    case Operand::Kind::kScalar:
      out->push_back(value.expr);
      return true;
    case Operand::Kind::kVarbit:
      if (varbit == nullptr) {
        NotYet(at, "a varbit value here");
        return false;
      }
      *varbit = true;
      out->push_back(value.expr);
      return true;
    case Operand::Kind::kInt:
    case Operand::Kind::kString:
    case Operand::Kind::kObject:
    case Operand::Kind::kAny:
    case Operand::Kind::kVoid:
      NotYet(at, "a value of type '{}' here", types.Print(value.type));
      return false;
    default:
      break;
  }
  const size_t count = value.is(Operand::Kind::kSequence) || value.is(Operand::Kind::kHeader)
                           ? value.parts.size()
                           : PartCount(value.type);
  if (count > 65536 || out->size() > 65536) {
    NotYet(at, "a value of more than 65536 fields");
    return false;
  }
  for (size_t i = 0; i < count; ++i)
    if (!Leaves(Part(value, i), out, varbit, at)) return false;
  return true;
}

ExprId Lowerer::ValidOf(const Operand& value, Span at) {
  switch (value.kind) {
    case Operand::Kind::kInvalid:
    case Operand::Kind::kDefault:
    case Operand::Kind::kPoison:
      return b.Bool(false);
    case Operand::Kind::kHeader:
      return value.valid;
    case Operand::Kind::kLocated:
      if (value.loc->kind == Kind::kHeader) return b.Valid(value.loc->header);
      if (value.loc->kind == Kind::kUnion) {
        ExprId any = b.Bool(false);
        for (const Loc& part : value.loc->parts) any = b.Or(any, b.Valid(part->header));
        return any;
      }
      break;
    default:
      break;
  }
  NotYet(at, "the validity of a value of type '{}'", types.Print(value.type));
  return b.Bool(false);
}

ExprId Lowerer::Equal(const Operand& x, const Operand& y, Span at) {
  if (x.is(Operand::Kind::kPoison) || y.is(Operand::Kind::kPoison)) return b.Bool(false);
  if (x.is(Operand::Kind::kInt) && y.is(Operand::Kind::kInt)) return b.Bool(x.number == y.number);
  if (x.is(Operand::Kind::kString) && y.is(Operand::Kind::kString)) return b.Bool(x.text == y.text);
  if (x.is(Operand::Kind::kVarbit) && y.is(Operand::Kind::kVarbit)) {
    const uint32_t width = std::max(b.Width(x.expr), b.Width(y.expr));
    return b.And(b.Eq(b.Resize(x.expr, width, false), b.Resize(y.expr, width, false)),
                 b.Eq(x.length, y.length));
  }
  if (x.is(Operand::Kind::kScalar) || y.is(Operand::Kind::kScalar)) {
    Operand l = x, r = y;
    if (l.is(Operand::Kind::kInt)) l = Cast(l, r.type, at);
    if (r.is(Operand::Kind::kInt)) r = Cast(r, l.type, at);
    const ExprId a = Expr(l, at), c = Expr(r, at);
    if (b.Width(a) != b.Width(c)) return b.Bool(false);
    return b.Eq(a, c);
  }
  const bool typed = x.type.valid() && PartCount(x.type) != 0 && !x.is(Operand::Kind::kSequence);
  const TypeId type = typed ? x.type : y.type;
  const TypeKind kind = types.Kind(type);
  if (TooWide(type, at)) return b.Bool(false);
  if (kind == TypeKind::kHeader) {
    // Fields of an invalid header read as 0, so two invalid ones compare equal.
    ExprId all = b.Eq(ValidOf(x, at), ValidOf(y, at));
    for (size_t i = 0; i < PartCount(type); ++i)
      all = b.And(all, Equal(Part(x, i), Part(y, i), at));
    return all;
  }
  ExprId all = b.Bool(true);
  const size_t count = std::max({PartCount(type), x.parts.size(), y.parts.size()});
  if (count > 65536) {
    NotYet(at, "comparing values of more than 65536 parts");
    return all;
  }
  for (size_t i = 0; i < count; ++i) all = b.And(all, Equal(Part(x, i), Part(y, i), at));
  return all;
}

Operand Lowerer::Cast(const Operand& value, TypeId to, Span at) {
  if (value.is(Operand::Kind::kPoison) || !to.valid() || value.type == to) return value;
  const TypeKind kind = types.Kind(to);
  if (kind == TypeKind::kPoison || kind == TypeKind::kAny || kind == TypeKind::kSet ||
      kind == TypeKind::kDontCare || kind == TypeKind::kVoid)
    return value;
  if (value.is(Operand::Kind::kDefault)) return DefaultOf(to);
  if (const uint32_t width = ScalarWidth(to); width != 0) {
    if (value.is(Operand::Kind::kInt)) return Scalar(to, b.Const(value.number, width));
    const ExprId e = Expr(value, at);
    return Scalar(to, b.Resize(e, width, value.type.valid() && IsSigned(value.type)));
  }
  Operand out = value;
  switch (kind) {
    case TypeKind::kInteger:
      if (value.is(Operand::Kind::kScalar) && b.IsConst(value.expr)) {
        const Integer& n = b.ConstOf(value.expr);
        return IntOperand(IsSigned(value.type) ? AsSigned(n, b.Width(value.expr)) : n);
      }
      return value;
    case TypeKind::kVarbit:
      if (value.is(Operand::Kind::kVarbit)) {
        out.type = to;
        out.expr = b.Resize(value.expr, std::max(1u, types[to].width), false);
      }
      return out;
    case TypeKind::kNewType: {
      out = Cast(value, types.Underlying(to), at);
      out.type = to;
      return out;
    }
    case TypeKind::kString:
      return value;
    case TypeKind::kUnion:
      if (value.is(Operand::Kind::kSequence)) break;
      out.type = to;
      return out;
    case TypeKind::kHeader:
    case TypeKind::kStruct:
    case TypeKind::kTuple:
    case TypeKind::kStack:
    case TypeKind::kList:
    case TypeKind::kSequence:
      break;
    default:
      out.type = to;
      return out;
  }
  if (value.is(Operand::Kind::kInvalid)) {
    out.type = to;
    return out;
  }
  if (TooWide(to, at)) return Poison(to);
  const Type from = types[value.type];
  if (kind == TypeKind::kHeader && from.kind == TypeKind::kHeader) {
    out.type = to;
    return out;
  }
  out = Operand();
  out.type = to;
  out.kind = kind == TypeKind::kHeader ? Operand::Kind::kHeader : Operand::Kind::kSequence;
  if (kind == TypeKind::kHeader) out.valid = b.Bool(true);
  const size_t given =
      value.is(Operand::Kind::kSequence) ? value.parts.size() : PartCount(value.type);
  const size_t wanted = kind == TypeKind::kList ? given : PartCount(to);
  if (wanted > 65536) {
    NotYet(at, "a value of more than 65536 parts");
    return Poison(to);
  }
  out.parts.resize(wanted);
  for (size_t i = 0; i < wanted; ++i) out.parts[i] = DefaultOf(PartType(to, i));
  for (size_t i = 0; i < given; ++i) {
    const Operand part = Part(value, i);
    if (part.is(Operand::Kind::kDefault) && from.kind != TypeKind::kStruct) continue;
    size_t place = i;
    if (from.kind == TypeKind::kRecord && kind != TypeKind::kTuple) {
      if (from.labels[i] == "...") continue;
      const int found = types.FieldIndex(to, from.labels[i]);
      if (found < 0) continue;
      place = static_cast<size_t>(found);
    }
    if (place < wanted) out.parts[place] = Cast(part, PartType(to, place), at);
  }
  return out;
}

}  // namespace ipdk::p4
