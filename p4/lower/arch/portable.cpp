#include "p4/lower/arch/portable.h"

#include <algorithm>

namespace ipdk::p4 {

using ir::ExprId;
using ir::ExternOp;
using ir::HashAlgorithm;
using Kind = Operand::Kind;

enum class PortableExterns::Extern : uint32_t {
  kUnknown,
  kCounter,
  kDirectCounter,
  kMeter,
  kDirectMeter,
  kRegister,
  kRandom,
  kHash,
  kChecksum,
  kInternetChecksum,
  kActionProfile,
  kActionSelector,
  kDigest,
};

namespace {

Annotations AnnotationsFrom(const Instance& object) {
  return object.made_by != nullptr ? object.made_by->annotations : Annotations();
}

std::string_view MemberName(Lowerer& l, const Operand& value) {
  if (!value.is(Kind::kScalar) || !l.b.IsConst(value.expr) ||
      !l.types.Is(value.type, TypeKind::kEnum))
    return "";
  const auto& members = l.types.NominalOf(value.type).members;
  const Integer& n = l.b.ConstOf(value.expr);
  return n < members.size() ? members[ToU64(n)] : std::string_view();
}

uint64_t SizeOf(Lowerer& l, const Instance& object, size_t i) {
  Integer n;
  if (i >= object.arguments.size()) return 0;
  const Operand& value = object.arguments[i];
  if (value.is(Kind::kInt)) n = value.number;
  if (value.is(Kind::kScalar) && l.b.IsConst(value.expr)) n = l.b.ConstOf(value.expr);
  return FitsU64(n) ? ToU64(n) : 0;
}

schema::CounterUnit CounterUnitOf(std::string_view name) {
  return name == "PACKETS" ? schema::CounterUnit::kPackets
         : name == "BYTES" ? schema::CounterUnit::kBytes
                           : schema::CounterUnit::kBoth;
}

schema::MeterUnit MeterUnitOf(std::string_view name) {
  return name == "BYTES" ? schema::MeterUnit::kBytes : schema::MeterUnit::kPackets;
}

TypeId TypeArgument(Lowerer& l, const Instance& object, size_t i) {
  const auto arguments = l.types[object.type].arguments;
  return i < arguments.size() ? arguments[i] : TypeId();
}

// The type and width of an index, which is the extern's type argument `i`.
void IndexType(Lowerer& l, const Instance& object, size_t i, uint32_t* width, std::string* name) {
  const TypeId type = TypeArgument(l, object, i);
  if (!type.valid()) return;
  bool text = false;
  const uint32_t bits = l.FieldTypeOf(type, nullptr, name, &text);
  if (bits != 0) *width = bits;
}

bool Algorithm(Lowerer& l, const Operand& value, Span at, HashAlgorithm* algorithm,
               uint32_t* bits) {
  static constexpr struct {
    std::string_view name;
    HashAlgorithm algorithm;
    uint32_t bits;
  } kAlgorithms[] = {
#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(Name, text, bits) {text, HashAlgorithm::k##Name, bits},
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
  };
  std::string name(MemberName(l, value));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& known : kAlgorithms) {
    if (known.name != name) continue;
    *algorithm = known.algorithm;
    *bits = known.bits;
    return true;
  }
  l.NotYet(at, "the hash algorithm '{}'", MemberName(l, value));
  return false;
}

bool IsSum(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::kCsum16 || algorithm == HashAlgorithm::kOnesComplement16;
}

ExprId HashOf(Lowerer& l, HashAlgorithm algorithm, uint32_t bits, std::vector<ExprId> ins) {
  if (bits == 0)
    for (const ExprId in : ins) bits += l.b.Width(in);
  const ir::VarId out = l.b.NewTemp(std::max(1u, bits));
  l.b.Extern(ExternOp::kHash, 0, static_cast<uint32_t>(algorithm), std::move(ins), {out});
  return l.b.Read(out);
}

// Receive side scaling's hash, with the key that its test vectors have; a longer input goes through
// the key again. Bit i of the input, if set, adds the 32 bits of the key from its bit i on.
ExprId Toeplitz(Lowerer& l, const std::vector<ExprId>& ins) {
  static constexpr uint8_t kKey[40] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
                                       0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                                       0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
                                       0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};
  constexpr uint32_t kBits = sizeof kKey * 8, kTermsInOne = 32;
  ExprId sum = l.b.Const(0, 32);
  uint32_t at = 0;
  for (const ExprId in : ins) {
    const ExprId value = l.b.Save(in);
    for (uint32_t bit = l.b.Width(value); bit-- > 0; ++at) {
      uint32_t window = 0;
      for (uint32_t i = 0; i < 32; ++i) {
        const uint32_t place = (at + i) % kBits;
        window = window << 1 | (kKey[place / 8] >> (7 - place % 8) & 1);
      }
      sum =
          l.b.Binary(ir::BinaryOp::kXor, sum,
                     l.b.Select(l.b.Slice(value, bit, 1), l.b.Const(window, 32), l.b.Const(0, 32)));
      if (at % kTermsInOne == kTermsInOne - 1) sum = l.b.Save(sum);
    }
  }
  return sum;
}

// The colours of a packet are RED, GREEN, YELLOW in a program, in any order.
uint32_t MemberIndex(Lowerer& l, TypeId type, std::string_view name) {
  if (!l.types.Is(type, TypeKind::kEnum)) return 0;
  const auto& members = l.types.NominalOf(type).members;
  const auto at = std::find(members.begin(), members.end(), name);
  return static_cast<uint32_t>(at - members.begin());
}

ExprId ColorIn(Lowerer& l, const Operand& value, Span at) {
  const ExprId e = l.Expr(value, at);
  const auto is = [&](std::string_view name) {
    return l.b.Eq(e, l.b.Const(MemberIndex(l, value.type, name), l.b.Width(e)));
  };
  return l.b.Select(is("GREEN"), l.b.Const(0, 2),
                    l.b.Select(is("YELLOW"), l.b.Const(1, 2), l.b.Const(2, 2)));
}

Operand ColorOut(Lowerer& l, TypeId type, ir::VarId color) {
  const uint32_t width = std::max(1u, l.ScalarWidth(type));
  const auto member = [&](std::string_view name) {
    return l.b.Const(MemberIndex(l, type, name), width);
  };
  const ExprId e = l.b.Read(color);
  return l.Scalar(
      type, l.b.Select(l.b.Eq(e, l.b.Const(0, 2)), member("GREEN"),
                       l.b.Select(l.b.Eq(e, l.b.Const(1, 2)), member("YELLOW"), member("RED"))));
}

// A value of `type` whose scalars are `outs`, in order.
Operand FromLeaves(Lowerer& l, TypeId type, const std::vector<ir::VarId>& outs, size_t* next) {
  if (l.ScalarWidth(type) != 0) {
    if (*next >= outs.size()) return l.DefaultOf(type);
    return l.Scalar(type, l.b.Read(outs[(*next)++]));
  }
  Operand o;
  o.type = type;
  o.kind = l.IsHeader(type) ? Kind::kHeader : Kind::kSequence;
  if (o.is(Kind::kHeader)) o.valid = l.b.Bool(true);
  for (size_t i = 0; i < l.PartCount(type); ++i)
    o.parts.push_back(FromLeaves(l, l.PartType(type, i), outs, next));
  return o;
}

// The bits of `ins` in two: the first `bits`, joined, and the rest.
ExprId TakeFirst(Lowerer& l, std::vector<ExprId>* ins, uint32_t bits) {
  ExprId first;
  uint32_t have = 0;
  size_t used = 0;
  for (; used < ins->size() && have < bits; ++used) {
    const ExprId in = (*ins)[used];
    const uint32_t width = l.b.Width(in), want = std::min(width, bits - have);
    const ExprId piece = want == width ? in : l.b.Slice(in, width - want, want);
    first = have == 0 ? piece : l.b.Concat(first, piece);
    have += want;
    if (want < width) {
      (*ins)[used] = l.b.Slice(in, 0, width - want);
      break;
    }
  }
  ins->erase(ins->begin(), ins->begin() + static_cast<ptrdiff_t>(used));
  return first;
}

ExprId SwapBytes(Lowerer& l, ExprId e) {
  const uint32_t width = l.b.Width(e);
  ExprId out = l.b.Slice(e, 0, 8);
  for (uint32_t low = 8; low < width; low += 8) out = l.b.Concat(out, l.b.Slice(e, low, 8));
  return out;
}

}  // namespace

Operand NoResult(Lowerer& l) {
  Operand none;
  none.kind = Kind::kVoid;
  none.type = l.types.void_type();
  return none;
}

Operand FieldOf(Lowerer& l, const Operand& value, std::string_view name) {
  const int field = value.type.valid() ? l.types.FieldIndex(value.type, name) : -1;
  if (field < 0) return l.Poison();
  return l.Part(value, static_cast<size_t>(field));
}

PortableExterns::Extern PortableExterns::KindOf(const Instance& object) const {
  return static_cast<Extern>(object.kind_of_extern);
}

bool PortableExterns::MakeExtern(Lowerer& l, Instance* object, Span at) {
  static constexpr struct {
    std::string_view name;
    Extern kind;
  } kExterns[] = {
      {"Counter", Extern::kCounter},
      {"DirectCounter", Extern::kDirectCounter},
      {"Meter", Extern::kMeter},
      {"DirectMeter", Extern::kDirectMeter},
      {"Register", Extern::kRegister},
      {"Random", Extern::kRandom},
      {"Hash", Extern::kHash},
      {"Checksum", Extern::kChecksum},
      {"InternetChecksum", Extern::kInternetChecksum},
      {"ActionProfile", Extern::kActionProfile},
      {"ActionSelector", Extern::kActionSelector},
      {"Digest", Extern::kDigest},
  };
  Extern kind = Extern::kUnknown;
  for (const auto& named : kExterns)
    if (object->declaration->name.text == named.name) kind = named.kind;
  object->kind_of_extern = static_cast<uint32_t>(kind);
  const auto describe = [&](schema::Preamble* preamble) {
    l.Describe(preamble, object->path, AnnotationsFrom(*object), at);
  };
  const auto member = [&](size_t i) {
    return i < object->arguments.size() ? MemberName(l, object->arguments[i]) : std::string_view();
  };
  switch (kind) {
    case Extern::kUnknown:
      return false;
    case Extern::kCounter: {
      schema::Counter c;
      describe(&c.preamble);
      c.size = SizeOf(l, *object, 0);
      c.unit = CounterUnitOf(member(1));
      IndexType(l, *object, 1, &c.index_width, &c.index_type_name);
      object->object = l.schema.counters.Add(std::move(c)).index;
      return true;
    }
    case Extern::kMeter: {
      schema::Meter m;
      describe(&m.preamble);
      m.size = SizeOf(l, *object, 0);
      m.unit = MeterUnitOf(member(1));
      m.color_aware = true;
      IndexType(l, *object, 0, &m.index_width, &m.index_type_name);
      object->object = l.schema.meters.Add(std::move(m)).index;
      return true;
    }
    case Extern::kRegister: {
      schema::Register r;
      describe(&r.preamble);
      r.size = SizeOf(l, *object, 0);
      const TypeId element = TypeArgument(l, *object, 0);
      std::vector<ExprId> leaves;
      if (!element.valid() || !l.Leaves(l.DefaultOf(element), &leaves, nullptr, at)) return true;
      for (const ExprId leaf : leaves) r.widths.push_back(l.b.Width(leaf));
      r.type = l.DataTypeOf(element);
      IndexType(l, *object, 1, &r.index_width, &r.index_type_name);
      if (object->arguments.size() > 1 && !object->arguments[1].is(Kind::kPoison)) {
        std::vector<ExprId> initial;
        if (!l.Leaves(object->arguments[1], &initial, nullptr, at)) return true;
        for (const ExprId leaf : initial) {
          if (!l.b.IsConst(leaf) ||
              (leaf != initial[0] && l.b.ConstOf(leaf) != l.b.ConstOf(initial[0]))) {
            l.NotYet(at, "a register whose parts begin with different values");
            return true;
          }
          r.initial = l.b.ConstOf(leaf);
        }
      }
      object->object = l.schema.registers.Add(std::move(r)).index;
      return true;
    }
    case Extern::kActionProfile:
    case Extern::kActionSelector: {
      schema::ActionProfile p;
      describe(&p.preamble);
      p.with_selector = kind == Extern::kActionSelector;
      p.size = SizeOf(l, *object, p.with_selector ? 1 : 0);
      if (const Annotation* most =
              Lowerer::FindAnnotation(AnnotationsFrom(*object), "max_group_size")) {
        Integer n;
        if (l.AnnotationInteger(*most, &n) && n > 0)
          p.max_group_size = static_cast<uint32_t>(ToU64(n));
      }
      object->object = l.schema.action_profiles.Add(std::move(p)).index;
      return true;
    }
    case Extern::kDigest: {
      schema::Digest d;
      describe(&d.preamble);
      const TypeId type = TypeArgument(l, *object, 0);
      std::vector<ExprId> leaves;
      if (!type.valid() || !l.Leaves(l.DefaultOf(type), &leaves, nullptr, at)) return true;
      d.type = l.DataTypeOf(type);
      for (const ExprId leaf : leaves) d.widths.push_back(l.b.Width(leaf));
      object->object = l.schema.digests.Add(std::move(d)).index;
      return true;
    }
    // Noted when a table names them.
    case Extern::kDirectCounter:
    case Extern::kDirectMeter:
    // Nobody but the program sees them.
    case Extern::kRandom:
    case Extern::kHash:
    case Extern::kChecksum:
    case Extern::kInternetChecksum:
      return true;
  }
  return true;
}

std::optional<Operand> PortableExterns::CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                                                   const CallFacts& call) {
  const Extern kind = KindOf(object);
  if (kind == Extern::kUnknown) return std::nullopt;
  const std::string_view method = call.declaration->name.text;
  auto arguments = l.EvalArguments(call);
  // @optional ones that are left out.
  std::erase_if(arguments, [](const CallArgument& a) { return a.bound->value == nullptr; });
  std::optional<Operand> result;
  switch (kind) {
    case Extern::kCounter:
    case Extern::kDirectCounter:
      if (method == "count") result = CallCounter(l, object, e, arguments);
      break;
    case Extern::kMeter:
    case Extern::kDirectMeter:
      if (method == "execute" || method == "dpdk_execute")
        result = CallMeter(l, object, e, arguments);
      break;
    case Extern::kRegister:
      result = CallRegister(l, object, e, method, arguments);
      break;
    case Extern::kRandom: {
      if (method != "read" || object.arguments.size() != 2) break;
      const TypeId type = TypeArgument(l, object, 0);
      if (!type.valid()) break;
      const ExprId low = l.Expr(l.Cast(object.arguments[0], type, e->span), e->span);
      const ExprId high = l.Expr(l.Cast(object.arguments[1], type, e->span), e->span);
      const ir::VarId out = l.b.NewTemp(l.b.Width(low));
      l.b.Extern(ExternOp::kRandom, 0, random_sites_++, {low, high}, {out});
      result = l.Scalar(type, l.b.Read(out));
      break;
    }
    case Extern::kHash:
      if (method == "get_hash" && (arguments.size() == 1 || arguments.size() == 3))
        result = CallHash(l, object, e, arguments);
      break;
    case Extern::kChecksum:
      result = CallChecksum(l, object, e, method, arguments);
      break;
    case Extern::kInternetChecksum:
      result = CallInternetChecksum(l, object, e, method, arguments);
      break;
    case Extern::kDigest: {
      if (method != "pack" || arguments.size() != 1 || object.object == UINT32_MAX) break;
      std::vector<ExprId> ins;
      result = NoResult(l);
      if (l.Leaves(arguments[0].value, &ins, nullptr, e->span))
        l.b.Extern(ExternOp::kDigest, object.object, 0, ins, {});
      break;
    }
    default:
      break;
  }
  if (result) return result;
  l.NotYet(e->span, "'{}.{}'", object.declaration->name.text, method);
  return l.Poison(l.Sub(l.checked[e].type));
}

// count(index), count(index, bytes), count(), count(bytes)
// PSA 1.2, "Direct counters" and "Direct meters": their methods are for actions of the table that
// owns them, because they are about the entry that the packet matched there.
void PortableExterns::CheckOwner(Lowerer& l, const Instance& object, schema::TableId owner,
                                 Span at) {
  if (l.in_table != nullptr && l.in_table->id == owner) return;
  l.diagnostics.Report(DiagnosticKind::kNotLowered, at,
                       "'{}' belongs to table '{}' and may only be used in actions of that table",
                       object.path, l.schema.tables[owner].preamble.name);
}

Operand PortableExterns::CallCounter(Lowerer& l, Instance& object, const CallExpr* e,
                                     const std::vector<CallArgument>& arguments) {
  const bool direct = KindOf(object) == Extern::kDirectCounter;
  // A direct counter that no table has counts nothing.
  if (direct && object.object == UINT32_MAX) {
    if (l.in_table == nullptr)
      l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span,
                           "'{}' may only be used in actions of the table that owns it",
                           object.path);
    return NoResult(l);
  }
  if (direct)
    CheckOwner(l, object, l.schema.counters[schema::CounterId(object.object)].direct_of, e->span);
  std::vector<ExprId> ins;
  for (const CallArgument& argument : arguments) {
    const ExprId in = l.Expr(argument.value, e->span);
    const bool bytes = direct || !ins.empty();
    ins.push_back(bytes ? l.b.Resize(in, 32, false) : in);
  }
  l.b.Extern(direct ? ExternOp::kDirectCounterCount : ExternOp::kCounterCount, object.object, 0,
             std::move(ins), {});
  return NoResult(l);
}

// execute([index], [color]), dpdk_execute([index], [color], bytes)
Operand PortableExterns::CallMeter(Lowerer& l, Instance& object, const CallExpr* e,
                                   const std::vector<CallArgument>& arguments) {
  const bool direct = KindOf(object) == Extern::kDirectMeter;
  const TypeId type = l.Sub(l.checked[e].type);
  if (object.object == UINT32_MAX) {
    l.NotYet(e->span, "reading the direct meter '{}', which no applied table has", object.path);
    return l.Poison(type);
  }
  if (direct)
    CheckOwner(l, object, l.schema.meters[schema::MeterId(object.object)].direct_of, e->span);
  std::vector<ExprId> ins;
  size_t next = 0;
  if (!direct && next < arguments.size()) ins.push_back(l.Expr(arguments[next++].value, e->span));
  const bool has_color =
      next < arguments.size() && l.types.Is(arguments[next].value.type, TypeKind::kEnum);
  ins.push_back(has_color ? ColorIn(l, arguments[next++].value, e->span) : l.b.Const(0, 2));
  if (next < arguments.size())
    ins.push_back(l.b.Resize(l.Expr(arguments[next].value, e->span), 32, false));
  const ir::VarId color = l.b.NewTemp(2);
  l.b.Extern(direct ? ExternOp::kDirectMeterExecute : ExternOp::kMeterExecute, object.object, 0,
             std::move(ins), {color});
  return ColorOut(l, type, color);
}

std::optional<Operand> PortableExterns::CallRegister(Lowerer& l, Instance& object,
                                                     const CallExpr* e, std::string_view method,
                                                     const std::vector<CallArgument>& arguments) {
  if (object.object == UINT32_MAX || arguments.empty()) return std::nullopt;
  const std::vector<uint32_t> widths = l.schema.registers[schema::RegisterId(object.object)].widths;
  std::vector<ExprId> ins = {l.Expr(arguments[0].value, e->span)};
  if (method == "read" && arguments.size() == 1) {
    std::vector<ir::VarId> outs;
    for (const uint32_t width : widths) outs.push_back(l.b.NewTemp(width));
    l.b.Extern(ExternOp::kRegisterRead, object.object, 0, ins, outs);
    size_t next = 0;
    const TypeId element = TypeArgument(l, object, 0);
    return element.valid() ? FromLeaves(l, element, outs, &next) : l.Poison();
  }
  if (method == "write" && arguments.size() == 2) {
    if (l.Leaves(arguments[1].value, &ins, nullptr, e->span) && ins.size() == widths.size() + 1)
      l.b.Extern(ExternOp::kRegisterWrite, object.object, 0, ins, {});
    return NoResult(l);
  }
  return std::nullopt;
}

// get_hash(data), get_hash(base, data, max): base + hash mod max, where mod 0 is 0.
Operand PortableExterns::CallHash(Lowerer& l, Instance& object, const CallExpr* e,
                                  const std::vector<CallArgument>& arguments) {
  const TypeId type = l.Sub(l.checked[e].type);
  HashAlgorithm algorithm = HashAlgorithm::kTargetDefault;
  uint32_t bits = 0;
  const bool toeplitz =
      !object.arguments.empty() && MemberName(l, object.arguments[0]) == "TOEPLITZ";
  if (!toeplitz &&
      (object.arguments.empty() || !Algorithm(l, object.arguments[0], e->span, &algorithm, &bits)))
    return l.Poison(type);
  std::vector<ExprId> ins;
  bool varbit = false;
  if (!l.Leaves(arguments[arguments.size() / 2].value, &ins, &varbit, e->span))
    return l.Poison(type);
  if (varbit && !IsSum(algorithm)) {
    l.NotYet(e->span, "{} over a varbit", toeplitz ? "toeplitz" : ir::Name(algorithm));
    return l.Poison(type);
  }
  // What is no whole number of bytes is a number in as many bytes as it takes, as BMv2's psa_switch
  // has it.
  uint64_t total = 0;
  for (const ExprId in : ins) total += l.b.Width(in);
  if (const auto rest = static_cast<uint32_t>(total % 8); rest != 0 && !varbit)
    ins.insert(ins.begin(), l.b.Const(0, 8 - rest));
  ExprId result = toeplitz ? Toeplitz(l, ins) : HashOf(l, algorithm, bits, std::move(ins));
  const uint32_t wanted = std::max(1u, l.ScalarWidth(type));
  if (arguments.size() == 3) {
    const ExprId base = l.Expr(arguments[0].value, e->span);
    const ExprId most = l.Expr(arguments[2].value, e->span);
    const uint32_t width = std::max({l.b.Width(result), l.b.Width(base), l.b.Width(most), wanted});
    result = l.b.Binary(ir::BinaryOp::kUMod, l.b.Resize(result, width, false),
                        l.b.Resize(most, width, false));
    result = l.b.Binary(ir::BinaryOp::kAdd, l.b.Resize(base, width, false), result);
  }
  return l.Scalar(type, l.b.Resize(result, wanted, false));
}

ir::VarId PortableExterns::StateOf(Lowerer& l, const Instance& object) {
  const auto [at, fresh] = states_.try_emplace(&object);
  if (!fresh) return at->second;
  uint32_t bits = 16;
  if (KindOf(object) == Extern::kChecksum) {
    HashAlgorithm algorithm = HashAlgorithm::kCrc32;
    const Operand none;
    Algorithm(l, object.arguments.empty() ? none : object.arguments[0], l.scope_span, &algorithm,
              &bits);
    const TypeId wide = TypeArgument(l, object, 0);
    if (bits == 0) bits = wide.valid() ? std::max(1u, l.ScalarWidth(wide)) : 32;
  }
  return at->second = l.b.NewVar(object.path, bits);
}

void PortableExterns::Enter(Lowerer& l, Instance& instance) {
  for (const auto& [declaration, child] : instance.children) {
    const Extern kind = KindOf(*child);
    if (child->kind != Instance::Kind::kExtern) continue;
    if (kind != Extern::kChecksum && kind != Extern::kInternetChecksum) continue;
    const ir::VarId state = StateOf(l, *child);
    l.b.Assign(state, l.b.Const(0, l.ir.vars[state].width));
  }
}

std::optional<Operand> PortableExterns::CallChecksum(Lowerer& l, Instance& object,
                                                     const CallExpr* e, std::string_view method,
                                                     const std::vector<CallArgument>& arguments) {
  HashAlgorithm algorithm;
  uint32_t bits = 0;
  if (object.arguments.empty() || !Algorithm(l, object.arguments[0], e->span, &algorithm, &bits))
    return l.Poison(l.Sub(l.checked[e].type));
  const ir::VarId state = StateOf(l, object);
  const uint32_t width = l.ir.vars[state].width;
  if (method == "clear") {
    l.b.Assign(state, l.b.Const(0, width));
    return NoResult(l);
  }
  if (method == "get") {
    const TypeId type = l.Sub(l.checked[e].type);
    ExprId sum = l.b.Read(state);
    if (IsSum(algorithm)) sum = l.b.Not(sum);
    return l.Scalar(type, l.b.Resize(l.b.Save(sum), std::max(1u, l.ScalarWidth(type)), false));
  }
  if (method != "update" || arguments.size() != 1) return std::nullopt;
  std::vector<ExprId> ins;
  bool varbit = false;
  if (!l.Leaves(arguments[0].value, &ins, &varbit, e->span)) return NoResult(l);
  uint64_t total = 0;
  for (const ExprId in : ins) total += l.b.Width(in);
  if (total == 0) return NoResult(l);
  ExprId next;
  switch (algorithm) {
    case HashAlgorithm::kCsum16:
    case HashAlgorithm::kOnesComplement16:
      ins.insert(ins.begin(), l.b.Read(state));
      next = l.b.Not(HashOf(l, algorithm, bits, std::move(ins)));
      break;
    case HashAlgorithm::kXor16:
      ins.insert(ins.begin(), l.b.Read(state));
      next = HashOf(l, algorithm, bits, std::move(ins));
      break;
    case HashAlgorithm::kCrc32:
    case HashAlgorithm::kCrc32Custom:
    case HashAlgorithm::kTargetDefault:
    case HashAlgorithm::kCrc16:
    case HashAlgorithm::kCrc16Custom: {
      if (varbit || total % 8 != 0) {
        l.NotYet(e->span, "{} over {}", ir::Name(algorithm),
                 varbit ? "a varbit" : "what is no whole number of bytes, part by part");
        return NoResult(l);
      }
      // Reflected: the register's lowest byte meets the first byte that comes. What of the register
      // the new bytes do not reach is moved down and remains.
      const auto reach = static_cast<uint32_t>(std::min<uint64_t>(total, bits));
      ExprId before = l.b.Read(state);
      if (ins.size() > 64) before = l.b.Save(before);
      const ExprId first = TakeFirst(l, &ins, reach);
      const ExprId mixed = l.b.Binary(ir::BinaryOp::kXor, first,
                                      l.b.Slice(SwapBytes(l, before), bits - reach, reach));
      ins.insert(ins.begin(), mixed);
      next = HashOf(l, algorithm, bits, std::move(ins));
      if (reach < bits)
        next = l.b.Binary(ir::BinaryOp::kXor, next,
                          l.b.Resize(l.b.Slice(before, reach, bits - reach), bits, false));
      break;
    }
    case HashAlgorithm::kIdentity: {
      if (varbit) {
        l.NotYet(e->span, "{} over a varbit", ir::Name(algorithm));
        return NoResult(l);
      }
      ins.insert(ins.begin(), l.b.Read(state));
      next = HashOf(l, algorithm, width, std::move(ins));
      break;
    }
    default:
      l.NotYet(e->span, "a checksum by the algorithm {}", ir::Name(algorithm));
      return NoResult(l);
  }
  l.b.Assign(state, next);
  return NoResult(l);
}

// PSA 1.2, appendix "Implementation of the InternetChecksum extern": the state is the sum, its
// complement the checksum.
std::optional<Operand> PortableExterns::CallInternetChecksum(
    Lowerer& l, Instance& object, const CallExpr* e, std::string_view method,
    const std::vector<CallArgument>& arguments) {
  const ir::VarId state = StateOf(l, object);
  const TypeId type = l.Sub(l.checked[e].type);
  if (method == "clear") {
    l.b.Assign(state, l.b.Const(0, 16));
    return NoResult(l);
  }
  if (method == "get" || method == "get_state") {
    const ExprId sum = l.b.Read(state);
    return l.Scalar(type, l.b.Save(method == "get" ? l.b.Not(sum) : sum));
  }
  if (arguments.size() != 1) return std::nullopt;
  if (method == "set_state") {
    l.b.Assign(state, l.b.Resize(l.Expr(arguments[0].value, e->span), 16, false));
    return NoResult(l);
  }
  if (method != "add" && method != "subtract") return std::nullopt;
  std::vector<ExprId> ins;
  bool varbit = false;
  if (!l.Leaves(arguments[0].value, &ins, &varbit, e->span)) return NoResult(l);
  if (ins.empty()) return NoResult(l);
  const HashAlgorithm sum = HashAlgorithm::kOnesComplement16;
  if (method == "subtract") {
    // The negative of a word is its complement. Of a varbit, whose bits are counted at run time,
    // the complement of all its words' sum is taken.
    if (varbit) {
      ins = {HashOf(l, sum, 16, std::move(ins))};
    } else {
      uint64_t total = 0;
      for (ExprId& in : ins) {
        total += l.b.Width(in);
        in = l.b.Not(in);
      }
      if (total % 16 != 0) {
        const auto rest = static_cast<uint32_t>(16 - total % 16);
        ins.push_back(l.b.Const(Mask(rest), rest));
      }
    }
  }
  ins.insert(ins.begin(), l.b.Read(state));
  const ExprId next = l.b.Not(HashOf(l, sum, 16, std::move(ins)));
  l.b.Assign(state, next);
  return NoResult(l);
}

std::optional<Operand> PortableExterns::CallFunction(Lowerer& l, const CallExpr* e,
                                                     const CallFacts& call) {
  const std::string_view name = call.declaration->name.text;
  if ((name != "assert" && name != "assume") || call.arguments.size() != 1) return std::nullopt;
  const auto arguments = l.EvalArguments(call);
  l.b.Extern(name == "assert" ? ExternOp::kAssert : ExternOp::kAssume, 0, 0,
             {l.Expr(arguments[0].value, e->span)}, {}, l.TextAt(call.arguments[0].value->span));
  return NoResult(l);
}

bool PortableExterns::Attach(Lowerer& l, TableInstance* instance, schema::Table* table,
                             const p4::TableProperty& property, const Expression* value) {
  const std::string_view name = property.name.text.substr(prefix_.size() + 1);
  Instance* object = l.ObjectOf(value);
  if (object == nullptr || object->kind != Instance::Kind::kExtern) return false;
  const std::string_view unit =
      object->arguments.empty() ? "" : MemberName(l, object->arguments.back());
  // An object made in place is called by the property's @name, else like the table.
  std::string path = object->path;
  if (object->made_by == nullptr) {
    const Annotation* given = Lowerer::FindAnnotation(property.annotations, "name");
    path = given != nullptr ? l.Join("", l.AnnotationText(*given)) : instance->path;
  }
  switch (KindOf(*object)) {
    case Extern::kDirectCounter:
      if (name != "direct_counter") return false;
      if (object->object == UINT32_MAX) {
        schema::Counter c;
        l.Describe(&c.preamble, path, AnnotationsFrom(*object), property.span);
        c.unit = CounterUnitOf(unit);
        c.direct_of = instance->id;
        object->object = l.schema.counters.Add(std::move(c)).index;
      } else if (l.schema.counters[schema::CounterId(object->object)].direct_of != instance->id) {
        l.NotYet(property.span, "the direct counter '{}' for more than one table", object->path);
      }
      table->direct_counters.push_back(schema::CounterId(object->object));
      return true;
    case Extern::kDirectMeter:
      if (name != "direct_meter") return false;
      if (object->object == UINT32_MAX) {
        schema::Meter m;
        l.Describe(&m.preamble, path, AnnotationsFrom(*object), property.span);
        m.unit = MeterUnitOf(unit);
        m.color_aware = true;
        m.direct_of = instance->id;
        object->object = l.schema.meters.Add(std::move(m)).index;
      } else if (l.schema.meters[schema::MeterId(object->object)].direct_of != instance->id) {
        l.NotYet(property.span, "the direct meter '{}' for more than one table", object->path);
      }
      table->direct_meters.push_back(schema::MeterId(object->object));
      return true;
    case Extern::kActionProfile:
    case Extern::kActionSelector: {
      if (name != "implementation" || object->object == UINT32_MAX) return false;
      const schema::ActionProfileId id(object->object);
      if (object->made_by == nullptr) l.schema.action_profiles[id].preamble.name = path;
      table->implementation = id;
      l.schema.action_profiles[id].tables.push_back(instance->id);
      return true;
    }
    default:
      return false;
  }
}

bool PortableExterns::TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                                    const p4::TableProperty& property) {
  const std::string_view full = property.name.text;
  if (full.size() <= prefix_.size() || !full.starts_with(prefix_) || full[prefix_.size()] != '_')
    return false;
  const std::string_view name = full.substr(prefix_.size() + 1);
  if (name == "idle_timeout") {
    const std::string_view member = MemberName(l, l.Eval(property.value));
    table->idle_timeout = !member.empty() && member != "NO_TIMEOUT";
    return true;
  }
  if (name == "empty_group_action") {
    // Without it an empty group runs NoAction (PSA 1.2, 7.12).
    const auto* call = As<CallExpr>(property.value);
    const auto* named = As<NameExpr>(call != nullptr ? call->callee : property.value);
    if (named == nullptr || l.checked[named].declaration != l.checked.no_action)
      l.NotYet(property.span, "'{}' other than NoAction", full);
    return true;
  }
  if (name != "direct_counter" && name != "direct_meter" && name != "implementation") return false;
  std::vector<const Expression*> values = {property.value};
  if (const auto* list = As<ListExpr>(property.value))
    values.assign(list->elements.begin(), list->elements.end());
  for (const Expression* value : values)
    if (!Attach(l, instance, table, property, value))
      l.NotYet(property.span, "this value of '{}'", full);
  return true;
}

}  // namespace ipdk::p4
