// Places and operands: making, reading, writing, comparing them.
#include "p4/lower/storage.h"

#include <algorithm>

#include "base/check.h"
#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using ir::ExprId;
using ir::HeaderRef;
using Kind = Location::Kind;

namespace {

Loc MakeLoc(Location location) { return std::make_shared<const Location>(std::move(location)); }

HeaderRef Fixed(ir::HeaderId id) {
  HeaderRef h;
  h.header = id;
  return h;
}

HeaderRef At(ir::StackId stack, ExprId index) {
  HeaderRef h;
  h.stack = stack;
  h.index = index;
  return h;
}

Loc HeaderLoc(TypeId type, HeaderRef header, std::vector<HeaderRef> others = {}) {
  Location l;
  l.kind = Kind::kHeader;
  l.type = type;
  l.header = header;
  l.others = std::move(others);
  return MakeLoc(std::move(l));
}

// A union whose member i is members[i].
Loc UnionLoc(TypeTable& types, TypeId type, const std::vector<HeaderRef>& members) {
  Location l;
  l.kind = Kind::kUnion;
  l.type = type;
  const auto fields = types.Fields(type);
  for (size_t i = 0; i < members.size(); ++i) {
    std::vector<HeaderRef> others;
    for (size_t j = 0; j < members.size(); ++j)
      if (j != i) others.push_back(members[j]);
    l.parts.push_back(HeaderLoc(fields[i].type, members[i], std::move(others)));
  }
  return MakeLoc(std::move(l));
}

}  // namespace

Loc Lowerer::VarLoc(TypeId type, ir::VarId var) {
  Location l;
  l.kind = Kind::kVar;
  l.type = type;
  l.var = var;
  return MakeLoc(std::move(l));
}

Loc Lowerer::Nowhere(TypeId type) {
  Location l;
  l.type = type;
  return MakeLoc(std::move(l));
}

Loc Lowerer::NewStorage(TypeId type, const std::string& name, Span at) {
  if (const uint32_t width = ScalarWidth(type); width != 0)
    return VarLoc(type, b.NewVar(name, width));
  if (TooWide(type, at)) return Nowhere(type);
  const Type t = types[type];
  Location l;
  l.type = type;
  switch (t.kind) {
    case TypeKind::kVarbit:
      if (t.width == 0) break;
      l.kind = Kind::kVarbit;
      l.var = b.NewVar(name, t.width);
      l.length = b.NewVar(name + ".length", 32);
      return MakeLoc(std::move(l));
    case TypeKind::kHeader:
      return HeaderLoc(type, Fixed(b.NewHeader(name, HeaderTypeOf(type))));
    case TypeKind::kUnion: {
      std::vector<HeaderRef> members;
      for (const Field& field : types.Fields(type))
        members.push_back(
            Fixed(b.NewHeader(name + "." + std::string(field.name), HeaderTypeOf(field.type))));
      return UnionLoc(types, type, members);
    }
    case TypeKind::kStack:
      if (types.Is(t.element, TypeKind::kHeader)) {
        if (TooLarge() || t.width > 4096) {
          NotYet(at, "a header stack of {} elements (at most 4096)", t.width);
          return Nowhere(type);
        }
        l.kind = Kind::kStack;
        l.size = t.width;
        l.stacks.push_back(b.NewStack(name, HeaderTypeOf(t.element), t.width));
        return MakeLoc(std::move(l));
      }
      if (types.Is(t.element, TypeKind::kUnion)) {
        if (TooLarge() || t.width > 4096) {
          NotYet(at, "a header stack of {} elements (at most 4096)", t.width);
          return Nowhere(type);
        }
        l.kind = Kind::kStack;
        l.size = t.width;
        for (const Field& field : types.Fields(t.element)) {
          const ir::StackId stack = b.NewStack(name, HeaderTypeOf(field.type), t.width);
          for (uint32_t i = 0; i < t.width; ++i)
            ir.headers[ir::HeaderId(ir.stacks[stack].first.index + i)].name =
                fmt::format("{}[{}].{}", name, i, field.name);
          // One next index serves all members.
          if (!l.stacks.empty()) ir.stacks[stack].next = ir.stacks[l.stacks[0]].next;
          l.stacks.push_back(stack);
        }
        return MakeLoc(std::move(l));
      }
      l.kind = Kind::kStruct;
      for (uint32_t i = 0; i < t.width && !TooLarge(); ++i)
        l.parts.push_back(NewStorage(t.element, fmt::format("{}[{}]", name, i), at));
      return MakeLoc(std::move(l));
    case TypeKind::kStruct:
    case TypeKind::kTuple: {
      if (TooLarge()) return Nowhere(type);
      l.kind = Kind::kStruct;
      const auto fields = types.Fields(type);
      for (size_t i = 0; i < PartCount(type); ++i) {
        const std::string part =
            i < fields.size() ? std::string(fields[i].name) : std::to_string(i);
        l.parts.push_back(NewStorage(PartType(type, i), name + "." + part, at));
      }
      return MakeLoc(std::move(l));
    }
    case TypeKind::kPoison:
      return Nowhere(type);
    default:
      break;
  }
  NotYet(at, "a variable of type '{}'", types.Print(type));
  return Nowhere(type);
}

namespace {

bool HasParts(Lowerer& l, TypeId type) {
  return l.types.Is(type, TypeKind::kStruct) || l.types.Is(type, TypeKind::kTuple) ||
         l.types.Is(type, TypeKind::kStack);
}

// How many fields of the IR's header a field of this type makes.
uint32_t FlatCount(Lowerer& l, TypeId type) {
  if (l.ScalarWidth(type) != 0) return 1;
  if (!HasParts(l, type)) return 1;
  uint32_t n = 0;
  for (size_t i = 0; i < l.PartCount(type); ++i) n += FlatCount(l, l.PartType(type, i));
  return n;
}

Loc HeaderPart(Lowerer& l, const HeaderRef& header, TypeId type, uint32_t* next) {
  Location out;
  out.type = type;
  out.header = header;
  if (HasParts(l, type)) {
    out.kind = Kind::kStruct;
    for (size_t i = 0; i < l.PartCount(type); ++i)
      out.parts.push_back(HeaderPart(l, header, l.PartType(type, i), next));
    return MakeLoc(std::move(out));
  }
  out.kind = l.types.Is(type, TypeKind::kVarbit) ? Kind::kVarbitField : Kind::kField;
  out.field = (*next)++;
  return MakeLoc(std::move(out));
}

}  // namespace

Loc Lowerer::PartLoc(const Loc& loc, size_t i) {
  switch (loc->kind) {
    case Kind::kStruct:
    case Kind::kUnion:
      if (i < loc->parts.size()) return loc->parts[i];
      break;
    case Kind::kHeader: {
      const auto fields = types.Fields(loc->type);
      if (i >= fields.size()) break;
      uint32_t first = 0;
      for (size_t k = 0; k < i; ++k) first += FlatCount(*this, fields[k].type);
      return HeaderPart(*this, loc->header, fields[i].type, &first);
    }
    case Kind::kStack:
      return ElementLoc(loc, b.Const(i, 32), {});
    default:
      break;
  }
  return Nowhere(PartType(loc->type, i));
}

Loc Lowerer::ElementLoc(const Loc& stack, ExprId index, Span at) {
  const TypeId element = types[stack->type].element;
  if (stack->kind != Kind::kStack) return Nowhere(element.valid() ? element : types.poison());
  std::vector<HeaderRef> refs;
  for (const ir::StackId id : stack->stacks) {
    if (b.IsConst(index) && b.ConstOf(index) < stack->size) {
      refs.push_back(Fixed(ir::HeaderId(ir.stacks[id].first.index + ToU64(b.ConstOf(index)))));
    } else {
      refs.push_back(At(id, index));
    }
  }
  if (types.Is(element, TypeKind::kHeader)) return HeaderLoc(element, refs[0]);
  return UnionLoc(types, element, refs);
}

Loc Lowerer::ChosenLoc(const std::vector<Loc>& elements, ExprId index, Span at) {
  const TypeId type = elements.empty() ? types.poison() : elements[0]->type;
  if (b.IsConst(index)) {
    const Integer& n = b.ConstOf(index);
    return n < elements.size() ? elements[ToU64(n)] : Nowhere(type);
  }
  Location l;
  l.type = type;
  if (!elements.empty() && elements[0]->kind == Kind::kStruct) {
    l.kind = Kind::kStruct;
    for (size_t p = 0; p < elements[0]->parts.size(); ++p) {
      std::vector<Loc> parts;
      for (const Loc& element : elements) parts.push_back(element->parts[p]);
      l.parts.push_back(ChosenLoc(parts, index, at));
    }
    return MakeLoc(std::move(l));
  }
  if (ScalarWidth(type) == 0) {
    NotYet(at, "an index that is not known at compile time into an array of '{}'",
           types.Print(type));
    return Nowhere(type);
  }
  l.kind = Kind::kElement;
  l.index = index;
  l.parts = elements;
  return MakeLoc(std::move(l));
}

bool Lowerer::HasRunTimeIndex(const Loc& loc) {
  switch (loc->kind) {
    case Kind::kElement:
      return true;
    case Kind::kField:
    case Kind::kVarbitField:
    case Kind::kHeader:
      return !loc->header.fixed() && !b.IsConst(loc->header.index);
    case Kind::kUnion:
    case Kind::kSlice:
    case Kind::kStruct:
      return std::any_of(loc->parts.begin(), loc->parts.end(),
                         [&](const Loc& part) { return HasRunTimeIndex(part); });
    default:
      return false;
  }
}

namespace {

// Every Var and header that a place is made of; a run-time element counts as its whole stack.
struct Roots {
  std::vector<ir::VarId> vars;
  std::vector<HeaderRef> headers;
};

void Collect(const ir::Program& p, const Loc& loc, Roots* out) {
  switch (loc->kind) {
    case Kind::kNone:
      return;
    case Kind::kVar:
      out->vars.push_back(loc->var);
      return;
    case Kind::kVarbit:
      out->vars.push_back(loc->var);
      out->vars.push_back(loc->length);
      return;
    case Kind::kField:
    case Kind::kVarbitField:
      out->headers.push_back(loc->header);
      return;
    case Kind::kHeader:
      out->headers.push_back(loc->header);
      for (const HeaderRef& h : loc->others) out->headers.push_back(h);
      return;
    case Kind::kStack:
      for (const ir::StackId id : loc->stacks) {
        out->vars.push_back(p.stacks[id].next);
        HeaderRef whole;
        whole.stack = id;
        out->headers.push_back(whole);
      }
      return;
    case Kind::kUnion:
    case Kind::kStruct:
    case Kind::kElement:
    case Kind::kSlice:
      for (const Loc& part : loc->parts) Collect(p, part, out);
      return;
  }
}

bool SameHeader(const ir::Program& p, const HeaderRef& a, const HeaderRef& b) {
  if (a.fixed() && b.fixed()) return a.header == b.header;
  const auto stack = [&](const HeaderRef& h) {
    return h.fixed() ? p.headers[h.header].stack : h.stack;
  };
  return stack(a).valid() && stack(a) == stack(b);
}

}  // namespace

bool Lowerer::Overlap(const Loc& a, const Loc& b2) {
  // Two fields of one header are apart.
  if (a->kind == Kind::kField && b2->kind == Kind::kField && a->field != b2->field &&
      a->header.fixed() && b2->header.fixed()) {
    return false;
  }
  Roots x, y;
  Collect(ir, a, &x);
  Collect(ir, b2, &y);
  for (const ir::VarId var : x.vars)
    if (std::find(y.vars.begin(), y.vars.end(), var) != y.vars.end()) return true;
  for (const HeaderRef& h : x.headers)
    for (const HeaderRef& other : y.headers)
      if (SameHeader(ir, h, other)) return true;
  return false;
}

bool Lowerer::Reads(const Operand& value, const Loc& loc) {
  const auto expr = [&](ExprId e) {
    if (!e.valid() || b.IsConst(e)) return false;
    Roots roots;
    Collect(ir, loc, &roots);
    for (const ir::VarId var : roots.vars)
      if (b.Reads(e, var)) return true;
    for (const HeaderRef& h : roots.headers)
      if (b.Reads(e, h)) return true;
    return false;
  };
  if (value.is(Operand::Kind::kLocated)) return Overlap(value.loc, loc);
  if (expr(value.expr) || expr(value.length) || expr(value.valid)) return true;
  return std::any_of(value.parts.begin(), value.parts.end(),
                     [&](const Operand& part) { return Reads(part, loc); });
}

Operand Lowerer::Scalar(TypeId type, ExprId e) {
  Operand o;
  o.kind = Operand::Kind::kScalar;
  o.type = type;
  o.expr = e;
  return o;
}

Operand Lowerer::IntOperand(Integer value) {
  Operand o;
  o.kind = Operand::Kind::kInt;
  o.type = types.integer();
  o.number = std::move(value);
  return o;
}

Operand Lowerer::Poison(TypeId type) {
  Operand o;
  o.type = type.valid() ? type : types.poison();
  return o;
}

Operand Lowerer::Load(const Loc& loc) {
  switch (loc->kind) {
    case Kind::kNone:
      return DefaultOf(loc->type);
    case Kind::kVar:
      return Scalar(loc->type, b.Read(loc->var));
    case Kind::kVarbit: {
      Operand o = Scalar(loc->type, b.Read(loc->var));
      o.kind = Operand::Kind::kVarbit;
      o.length = b.Read(loc->length);
      return o;
    }
    case Kind::kField:
      return Scalar(loc->type, b.Field(loc->header, loc->field, ScalarWidth(loc->type)));
    case Kind::kVarbitField: {
      Operand o = Scalar(loc->type, b.Field(loc->header, loc->field, types[loc->type].width));
      o.kind = Operand::Kind::kVarbit;
      o.length = b.FieldLength(loc->header, loc->field);
      return o;
    }
    case Kind::kElement: {
      const uint32_t width = ScalarWidth(loc->type);
      ExprId value = b.Const(0, width);
      for (size_t i = loc->parts.size(); i-- > 0;)
        value = b.Select(b.Eq(loc->index, b.Const(i, b.Width(loc->index))),
                         Expr(Load(loc->parts[i]), {}), value);
      return Scalar(loc->type, value);
    }
    case Kind::kSlice: {
      const Operand base = Load(loc->parts[0]);
      return Scalar(loc->type, b.Slice(Expr(base, {}), loc->low, loc->width));
    }
    default:
      break;
  }
  Operand o;
  o.kind = Operand::Kind::kLocated;
  o.type = loc->type;
  o.loc = loc;
  return o;
}

Operand Lowerer::Part(const Operand& value, size_t i) {
  switch (value.kind) {
    case Operand::Kind::kLocated:
      return Load(PartLoc(value.loc, i));
    case Operand::Kind::kHeader:
    case Operand::Kind::kSequence:
      if (i < value.parts.size()) return value.parts[i];
      break;
    case Operand::Kind::kInvalid:
    case Operand::Kind::kDefault:
      return DefaultOf(PartType(value.type, i));
    default:
      break;
  }
  return Poison(PartType(value.type, i));
}

Operand Lowerer::DefaultOf(TypeId type) {
  if (const uint32_t width = ScalarWidth(type); width != 0) return Scalar(type, b.Const(0, width));
  if (TooWide(type, {})) return Poison(type);
  Operand o;
  o.type = type;
  switch (types.Kind(type)) {
    case TypeKind::kInteger:
      return IntOperand(0);
    case TypeKind::kVarbit:
      o.kind = Operand::Kind::kVarbit;
      o.expr = b.Const(0, std::max(1u, types[type].width));
      o.length = b.Const(0, 32);
      return o;
    case TypeKind::kHeader:
    case TypeKind::kUnion:
      o.kind = Operand::Kind::kInvalid;
      return o;
    case TypeKind::kStruct:
    case TypeKind::kTuple:
      o.kind = Operand::Kind::kSequence;
      for (size_t i = 0; i < PartCount(type); ++i) o.parts.push_back(DefaultOf(PartType(type, i)));
      return o;
    case TypeKind::kStack:
      o.kind = Operand::Kind::kDefault;
      return o;
    case TypeKind::kString:
      o.kind = Operand::Kind::kString;
      return o;
    default:
      return Poison(type);
  }
}

Operand Lowerer::Constant(const Value& value, TypeId type) {
  const TypeKind kind = types.Kind(type);
  if (kind == TypeKind::kNewType || kind == TypeKind::kSerEnum) {
    Operand o = Constant(value, types.Underlying(type));
    o.type = type;
    return o;
  }
  switch (value.kind) {
    case Value::Kind::kInteger:
      if (const uint32_t width = ScalarWidth(type); width != 0)
        return Scalar(type, b.Const(value.integer, width));
      return IntOperand(value.integer);
    case Value::Kind::kBool:
      return Scalar(type, b.Bool(value.boolean));
    case Value::Kind::kError:
      return Scalar(type, b.Const(ErrorNumber(value.text), 16));
    case Value::Kind::kMember: {
      if (!types.IsNominal(type)) return Poison(type);
      const auto& members = types.NominalOf(type).members;
      const auto at = std::find(members.begin(), members.end(), value.text);
      return Scalar(type, b.Const(static_cast<uint64_t>(at - members.begin()), 32));
    }
    case Value::Kind::kString:
    case Value::Kind::kMatchKind: {
      Operand o;
      o.kind = Operand::Kind::kString;
      o.type = type;
      o.text = value.text;
      return o;
    }
    case Value::Kind::kInvalid: {
      Operand o;
      o.kind = Operand::Kind::kInvalid;
      o.type = type;
      return o;
    }
    case Value::Kind::kSequence: {
      Operand o;
      o.kind = kind == TypeKind::kHeader ? Operand::Kind::kHeader : Operand::Kind::kSequence;
      o.type = type;
      if (kind == TypeKind::kHeader) o.valid = b.Bool(true);
      for (size_t i = 0; i < value.elements.size(); ++i) {
        const TypeId part = PartType(type, i);
        o.parts.push_back(value.elements[i] != nullptr ? Constant(*value.elements[i], part)
                                                       : DefaultOf(part));
      }
      return o;
    }
  }
  return Poison(type);
}

Operand Lowerer::Save(const Operand& value) { return SaveNamed(value, {}); }

Operand Lowerer::SaveNamed(const Operand& value, const std::string& name) {
  const auto save = [&](ExprId e, const char* suffix) {
    if (!e.valid() || b.IsConst(e)) return e;
    const ir::VarId var =
        name.empty() ? b.NewTemp(b.Width(e)) : b.NewVar(name + suffix, b.Width(e));
    b.Assign(var, e);
    return b.Read(var);
  };
  Operand out = value;
  if (value.is(Operand::Kind::kLocated)) {
    const Loc copy = NewStorage(value.type, name.empty() ? "copy" : name, scope_span);
    Assign(copy, value, scope_span);
    return Load(copy);
  }
  out.expr = save(value.expr, "");
  out.length = save(value.length, ".length");
  out.valid = save(value.valid, ".valid");
  for (Operand& part : out.parts) part = Save(part);
  return out;
}

ExprId Lowerer::Expr(const Operand& value, Span at) {
  switch (value.kind) {
    case Operand::Kind::kScalar:
      return value.expr;
    case Operand::Kind::kVarbit:
      return value.expr;
    case Operand::Kind::kPoison:
    case Operand::Kind::kDefault:
      return b.Const(0, std::max(1u, value.type.valid() ? ScalarWidth(value.type) : 1u));
    default:
      break;
  }
  NotYet(at, "a value of type '{}' here",
         types.Print(value.type.valid() ? value.type : types.poison()));
  return b.Const(0, 1);
}

void Lowerer::Store(const Loc& loc, ExprId value, Span at) {
  switch (loc->kind) {
    case Kind::kVar:
      b.Assign(loc->var, b.Resize(value, ir.vars[loc->var].width, false));
      return;
    case Kind::kField:
      b.AssignField(loc->header, loc->field, b.Resize(value, ScalarWidth(loc->type), false));
      return;
    case Kind::kElement: {
      // What is written may be read from the array, and the index too.
      const ExprId saved = b.Save(b.Resize(value, ScalarWidth(loc->type), false));
      const ExprId index = b.Save(loc->index);
      for (size_t i = 0; i < loc->parts.size(); ++i)
        Store(
            loc->parts[i],
            b.Select(b.Eq(index, b.Const(i, b.Width(index))), saved, Expr(Load(loc->parts[i]), at)),
            at);
      return;
    }
    case Kind::kSlice: {
      const Loc& base = loc->parts[0];
      const ExprId old = Expr(Load(base), at);
      const uint32_t width = b.Width(old);
      ExprId out = b.Resize(value, loc->width, false);
      if (loc->low > 0) out = b.Concat(out, b.Slice(old, 0, loc->low));
      const uint32_t high = loc->low + loc->width;
      if (high < width) out = b.Concat(b.Slice(old, high, width - high), out);
      Store(base, out, at);
      return;
    }
    default:
      return;
  }
}

void Lowerer::SetHeaderValid(const Loc& loc, bool valid) {
  if (loc->kind == Kind::kUnion) {
    for (const Loc& part : loc->parts) b.SetInvalid(part->header);
    return;
  }
  if (loc->kind == Kind::kStack) {
    for (uint32_t i = 0; i < loc->size; ++i) SetHeaderValid(PartLoc(loc, i), valid);
    return;
  }
  if (loc->kind != Kind::kHeader) return;
  if (valid) {
    b.SetValid(loc->header);
  } else {
    b.SetInvalid(loc->header);
  }
  for (const HeaderRef& other : loc->others) b.SetInvalid(other);
}

void Lowerer::Clear(const Loc& loc, Span at) {
  switch (loc->kind) {
    case Kind::kNone:
      return;
    case Kind::kVar:
    case Kind::kField:
    case Kind::kElement:
      Store(loc, b.Const(0, ScalarWidth(loc->type)), at);
      return;
    case Kind::kSlice:
      Store(loc, b.Const(0, loc->width), at);
      return;
    case Kind::kVarbit:
      b.Assign(loc->var, b.Const(0, ir.vars[loc->var].width));
      b.Assign(loc->length, b.Const(0, 32));
      return;
    case Kind::kVarbitField:
      b.AssignVarbit(loc->header, loc->field, b.Const(0, types[loc->type].width), b.Const(0, 32));
      return;
    case Kind::kHeader:
      b.SetInvalid(loc->header);
      return;
    case Kind::kUnion:
      SetHeaderValid(loc, false);
      return;
    case Kind::kStack:
      SetHeaderValid(loc, false);
      for (const ir::StackId id : loc->stacks) b.Assign(ir.stacks[id].next, b.Const(0, 32));
      return;
    case Kind::kStruct:
      for (const Loc& part : loc->parts) Clear(part, at);
      return;
  }
}

void Lowerer::Assign(const Loc& loc, const Operand& given, Span at) {
  if (loc->kind == Kind::kNone || given.is(Operand::Kind::kPoison)) return;
  if (given.is(Operand::Kind::kDefault)) return Clear(loc, at);
  Operand value = given;
  // Several writes from one operand: what a later one reads is saved from the earlier ones.
  const bool many = loc->kind != Kind::kVar && loc->kind != Kind::kField &&
                    loc->kind != Kind::kSlice && loc->kind != Kind::kElement;
  if (many && !value.is(Operand::Kind::kLocated) && Reads(value, loc)) value = Save(value);
  switch (loc->kind) {
    case Kind::kVar:
    case Kind::kField:
    case Kind::kElement:
    case Kind::kSlice: {
      if (value.is(Operand::Kind::kInt)) value = Cast(value, loc->type, at);
      Store(loc, Expr(value, at), at);
      return;
    }
    case Kind::kVarbit: {
      if (!value.is(Operand::Kind::kVarbit)) break;
      b.Assign(loc->var, b.Resize(value.expr, ir.vars[loc->var].width, false));
      b.Assign(loc->length, value.length);
      return;
    }
    case Kind::kVarbitField:
      if (!value.is(Operand::Kind::kVarbit)) break;
      b.AssignVarbit(loc->header, loc->field, b.Resize(value.expr, types[loc->type].width, false),
                     value.length);
      return;
    case Kind::kHeader: {
      if (value.is(Operand::Kind::kInvalid)) {
        b.SetInvalid(loc->header);
        for (const HeaderRef& other : loc->others) b.SetInvalid(other);
        return;
      }
      if (value.is(Operand::Kind::kLocated) && value.loc->kind == Kind::kHeader) {
        b.CopyHeader(loc->header, value.loc->header);
      } else if (value.is(Operand::Kind::kHeader) || value.is(Operand::Kind::kSequence)) {
        b.SetValid(loc->header);
        for (size_t i = 0; i < value.parts.size(); ++i) Assign(PartLoc(loc, i), value.parts[i], at);
        if (value.valid.valid() && !b.IsConst(value.valid)) {
          const ir::BlockId off = b.NewBlock(), on = b.NewBlock();
          b.Branch(value.valid, on, off);
          b.Start(off);
          b.SetInvalid(loc->header);
          b.Jump(on);
          b.Start(on);
        }
      } else {
        break;
      }
      for (const HeaderRef& other : loc->others) b.SetInvalid(other);
      return;
    }
    case Kind::kUnion: {
      if (value.is(Operand::Kind::kInvalid)) return SetHeaderValid(loc, false);
      if (value.is(Operand::Kind::kLocated) && value.loc->kind == Kind::kUnion) {
        for (size_t i = 0; i < loc->parts.size(); ++i)
          b.CopyHeader(loc->parts[i]->header, value.loc->parts[i]->header);
        return;
      }
      if (!value.is(Operand::Kind::kSequence)) break;
      for (size_t i = 0; i < loc->parts.size() && i < value.parts.size(); ++i) {
        Location member = *loc->parts[i];
        member.others.clear();
        Assign(MakeLoc(std::move(member)), value.parts[i], at);
      }
      return;
    }
    case Kind::kStack: {
      if (value.is(Operand::Kind::kInvalid)) return Clear(loc, at);
      if (value.is(Operand::Kind::kLocated) && value.loc->kind == Kind::kStack &&
          value.loc->stacks.size() == loc->stacks.size()) {
        if (value.loc->stacks == loc->stacks) return;
        for (size_t k = 0; k < loc->stacks.size(); ++k) {
          const ir::Stack to = ir.stacks[loc->stacks[k]], from = ir.stacks[value.loc->stacks[k]];
          for (uint32_t i = 0; i < to.size; ++i)
            b.CopyHeader(Fixed(ir::HeaderId(to.first.index + i)),
                         Fixed(ir::HeaderId(from.first.index + i)));
          b.Assign(to.next, b.Read(from.next));
        }
        return;
      }
      if (!value.is(Operand::Kind::kSequence)) break;
      for (uint32_t i = 0; i < loc->size; ++i) {
        if (i < value.parts.size()) {
          Assign(PartLoc(loc, i), value.parts[i], at);
        } else {
          Clear(PartLoc(loc, i), at);
        }
      }
      return;
    }
    case Kind::kStruct:
      for (size_t i = 0; i < loc->parts.size(); ++i) Assign(loc->parts[i], Part(value, i), at);
      return;
    case Kind::kNone:
      return;
  }
  NotYet(at, "assigning a value of type '{}' to '{}'", types.Print(value.type),
         types.Print(loc->type));
}

}  // namespace ipdk::p4
