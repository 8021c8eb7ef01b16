// v1model, as BMv2's simple_switch gives it meaning: V1Switch(parser, verify checksum, ingress,
// egress, compute checksum, deparser).
//
// The ingress function is parser, verify checksum and ingress; the egress function the rest. The
// user's headers and metadata live on from one to the other; each field of standard_metadata is a
// role. A direct counter counts by itself.
#include <algorithm>

#include "p4/lower/arch/architecture.h"

namespace ipdk::p4 {

namespace {

using ir::ExprId;
using ir::ExternOp;
using ir::Role;
using Kind = Operand::Kind;

enum class Extern : uint32_t {
  kUnknown,
  kCounter,
  kDirectCounter,
  kMeter,
  kDirectMeter,
  kRegister,
  kActionProfile,
  kActionSelector,
  kChecksum16,
};

struct NamedExtern {
  std::string_view name;
  Extern kind;
};
constexpr NamedExtern kExterns[] = {
    {"counter", Extern::kCounter},
    {"direct_counter", Extern::kDirectCounter},
    {"meter", Extern::kMeter},
    {"direct_meter", Extern::kDirectMeter},
    {"register", Extern::kRegister},
    {"action_profile", Extern::kActionProfile},
    {"action_selector", Extern::kActionSelector},
    {"Checksum16", Extern::kChecksum16},
};

struct NamedRole {
  std::string_view field;
  Role role;
};
constexpr NamedRole kRoles[] = {
    {"ingress_port", Role::kIngressPort},
    {"egress_spec", Role::kEgressSpec},
    {"egress_port", Role::kEgressPort},
    {"instance_type", Role::kInstanceType},
    {"packet_length", Role::kPacketLength},
    {"enq_timestamp", Role::kEnqTimestamp},
    {"enq_qdepth", Role::kEnqQdepth},
    {"deq_timedelta", Role::kDeqTimedelta},
    {"deq_qdepth", Role::kDeqQdepth},
    {"ingress_global_timestamp", Role::kIngressGlobalTimestamp},
    {"egress_global_timestamp", Role::kEgressGlobalTimestamp},
    {"mcast_grp", Role::kMcastGrp},
    {"egress_rid", Role::kEgressRid},
    {"checksum_error", Role::kChecksumError},
    {"parser_error", Role::kParserError},
    {"priority", Role::kPriority},
};

constexpr uint64_t kDropPort = 511;

class V1Model : public Architecture {
 public:
  std::string_view name() const override { return "v1model"; }
  ir::Arch arch() const override { return ir::Arch::kV1Model; }
  void MakeExtern(Lowerer& l, Instance* object, Span at) override;
  Operand CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                     const CallFacts& call) override;
  Operand CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) override;
  void TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                     const p4::TableProperty& property) override;
  void Pipeline(Lowerer& l, Instance& package, Span at) override;

 private:
  void AddFieldLists(Lowerer& l, const Loc& loc, const std::vector<uint32_t>& outer);
  void AddToList(Lowerer& l, uint32_t index, const Loc& loc);
  bool Algorithm(Lowerer& l, const Operand& value, Span at, uint32_t* algorithm, uint32_t* bits);
  Operand HashOf(Lowerer& l, uint32_t algorithm, uint32_t bits, const Operand& data, bool payload,
                 Span at);
  void Checksum(Lowerer& l, const CallExpr* e, const CallFacts& call, bool verify, bool payload);
  void Request(Lowerer& l, Role role, ExprId value);
  uint32_t ListOf(Lowerer& l, const Operand& data, Span at);

  uint32_t random_sites_ = 0;
  uint32_t unnamed_lists_ = 0;
  std::unordered_map<TypeId, uint32_t> digests_;
};

Operand Void(Lowerer& l) {
  Operand none;
  none.kind = Kind::kVoid;
  none.type = l.types.void_type();
  return none;
}

std::string_view MemberName(Lowerer& l, const Operand& value) {
  if (!value.is(Kind::kScalar) || !l.b.IsConst(value.expr) ||
      !l.types.Is(value.type, TypeKind::kEnum))
    return "";
  const auto& members = l.types.NominalOf(value.type).members;
  const Integer& n = l.b.ConstOf(value.expr);
  return n < members.size() ? members[ToU64(n)] : std::string_view();
}

uint64_t SizeOf(Lowerer& l, const Operand& value) {
  Integer n;
  if (value.is(Kind::kInt)) n = value.number;
  if (value.is(Kind::kScalar) && l.b.IsConst(value.expr)) n = l.b.ConstOf(value.expr);
  return FitsU64(n) ? ToU64(n) : 0;
}

schema::CounterUnit CounterUnitOf(std::string_view name) {
  return name == "packets" ? schema::CounterUnit::kPackets
         : name == "bytes" ? schema::CounterUnit::kBytes
                           : schema::CounterUnit::kBoth;
}

schema::MeterUnit MeterUnitOf(std::string_view name) {
  return name == "bytes" ? schema::MeterUnit::kBytes : schema::MeterUnit::kPackets;
}

Annotations AnnotationsFrom(const Instance& object) {
  return object.made_by != nullptr ? object.made_by->annotations : Annotations();
}

// The type and width of an index: argument `i` of the extern's type, if it has one.
void IndexType(Lowerer& l, const Instance& object, size_t i, uint32_t* width, std::string* name) {
  const auto arguments = l.types[object.type].arguments;
  if (i >= arguments.size()) return;
  bool text = false;
  const uint32_t bits = l.FieldTypeOf(arguments[i], nullptr, name, &text);
  if (bits != 0) *width = bits;
}

void V1Model::MakeExtern(Lowerer& l, Instance* object, Span at) {
  Extern kind = Extern::kUnknown;
  for (const NamedExtern& named : kExterns)
    if (object->declaration->name.text == named.name) kind = named.kind;
  object->kind_of_extern = static_cast<uint32_t>(kind);
  const auto& arguments = object->arguments;
  const auto argument = [&](size_t i) { return i < arguments.size() ? arguments[i] : Operand(); };
  switch (kind) {
    case Extern::kCounter: {
      schema::Counter c;
      l.Describe(&c.preamble, object->path, AnnotationsFrom(*object), at);
      c.size = SizeOf(l, argument(0));
      c.unit = CounterUnitOf(MemberName(l, argument(1)));
      IndexType(l, *object, 0, &c.index_width, &c.index_type_name);
      object->object = l.schema.counters.Add(std::move(c)).index;
      return;
    }
    case Extern::kMeter: {
      schema::Meter m;
      l.Describe(&m.preamble, object->path, AnnotationsFrom(*object), at);
      m.size = SizeOf(l, argument(0));
      m.unit = MeterUnitOf(MemberName(l, argument(1)));
      IndexType(l, *object, 0, &m.index_width, &m.index_type_name);
      object->object = l.schema.meters.Add(std::move(m)).index;
      return;
    }
    case Extern::kRegister: {
      schema::Register r;
      l.Describe(&r.preamble, object->path, AnnotationsFrom(*object), at);
      r.size = SizeOf(l, argument(0));
      const auto types = l.types[object->type].arguments;
      if (types.empty()) return;
      std::vector<ExprId> leaves;
      if (!l.Leaves(l.DefaultOf(types[0]), &leaves, nullptr, at)) return;
      for (const ExprId leaf : leaves) r.widths.push_back(l.b.Width(leaf));
      r.type = l.DataTypeOf(types[0]);
      IndexType(l, *object, 1, &r.index_width, &r.index_type_name);
      object->object = l.schema.registers.Add(std::move(r)).index;
      return;
    }
    case Extern::kActionProfile:
    case Extern::kActionSelector: {
      schema::ActionProfile p;
      l.Describe(&p.preamble, object->path, AnnotationsFrom(*object), at);
      p.with_selector = kind == Extern::kActionSelector;
      p.size = SizeOf(l, argument(p.with_selector ? 1 : 0));
      if (const Annotation* most =
              Lowerer::FindAnnotation(AnnotationsFrom(*object), "max_group_size")) {
        Integer n;
        if (l.AnnotationInteger(*most, &n) && n > 0)
          p.max_group_size = static_cast<uint32_t>(ToU64(n));
      }
      object->object = l.schema.action_profiles.Add(std::move(p)).index;
      return;
    }
    // Noted when a table names them.
    case Extern::kDirectCounter:
    case Extern::kDirectMeter:
      return;
    case Extern::kChecksum16:
      return;  // has no state
    case Extern::kUnknown:
      l.NotYet(at, "the extern object '{}'", object->declaration->name.text);
      return;
  }
}

Operand V1Model::CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                            const CallFacts& call) {
  const std::string_view method = call.declaration->name.text;
  const auto arguments = l.EvalArguments(call);
  const auto in = [&](size_t i) { return l.Expr(arguments[i].value, e->span); };
  const Extern kind = static_cast<Extern>(object.kind_of_extern);
  const bool made = object.object != UINT32_MAX;
  switch (kind) {
    case Extern::kCounter:
      if (method != "count" || arguments.size() != 1 || !made) break;
      l.b.Extern(ExternOp::kCounterCount, object.object, 0, {in(0)}, {});
      return Void(l);
    case Extern::kDirectCounter:
      if (method == "count") return Void(l);
      break;
    case Extern::kMeter: {
      if (method != "execute_meter" || arguments.size() != 2 || !made) break;
      const ir::VarId colour = l.b.NewTemp(2);
      l.b.Extern(ExternOp::kMeterExecute, object.object, 0, {in(0), l.b.Const(0, 2)}, {colour});
      l.Assign(arguments[1].loc,
               l.Cast(l.Scalar(l.types.Bit(2), l.b.Read(colour)), arguments[1].loc->type, e->span),
               e->span);
      return Void(l);
    }
    case Extern::kDirectMeter: {
      if (method != "read" || arguments.size() != 1) break;
      if (!made) {
        l.NotYet(e->span, "reading the direct meter '{}', which no applied table has", object.path);
        return Void(l);
      }
      const ir::VarId colour = l.b.NewTemp(2);
      l.b.Extern(ExternOp::kDirectMeterExecute, object.object, 0, {l.b.Const(0, 2)}, {colour});
      l.Assign(arguments[0].loc,
               l.Cast(l.Scalar(l.types.Bit(2), l.b.Read(colour)), arguments[0].loc->type, e->span),
               e->span);
      return Void(l);
    }
    case Extern::kRegister: {
      if (!made || arguments.size() != 2) break;
      const auto types = l.types[object.type].arguments;
      const std::vector<uint32_t> widths =
          l.schema.registers[schema::RegisterId(object.object)].widths;
      if (method == "read") {
        std::vector<ir::VarId> outs;
        for (const uint32_t width : widths) outs.push_back(l.b.NewTemp(width));
        l.b.Extern(ExternOp::kRegisterRead, object.object, 0, {in(1)}, outs);
        size_t next = 0;
        const std::function<Operand(TypeId)> build = [&](TypeId type) -> Operand {
          if (l.ScalarWidth(type) != 0) return l.Scalar(type, l.b.Read(outs[next++]));
          Operand o;
          o.type = type;
          o.kind = l.IsHeader(type) ? Kind::kHeader : Kind::kSequence;
          if (o.is(Kind::kHeader)) o.valid = l.b.Bool(true);
          for (size_t i = 0; i < l.PartCount(type); ++i)
            o.parts.push_back(build(l.PartType(type, i)));
          return o;
        };
        l.Assign(arguments[0].loc, build(types[0]), e->span);
        return Void(l);
      }
      if (method == "write") {
        std::vector<ExprId> ins = {in(0)};
        l.Leaves(arguments[1].value, &ins, nullptr, e->span);
        if (ins.size() != widths.size() + 1) return Void(l);
        l.b.Extern(ExternOp::kRegisterWrite, object.object, 0, ins, {});
        return Void(l);
      }
      break;
    }
    case Extern::kChecksum16:
      if (method != "get" || arguments.size() != 1) break;
      return HashOf(l, static_cast<uint32_t>(ir::HashAlgorithm::kCsum16), 16, arguments[0].value,
                    false, e->span);
    default:
      break;
  }
  l.NotYet(e->span, "'{}.{}'", object.declaration->name.text, method);
  return l.Poison(l.Sub(l.checked[e].type));
}

bool V1Model::Algorithm(Lowerer& l, const Operand& value, Span at, uint32_t* algorithm,
                        uint32_t* bits) {
  const std::string_view name = MemberName(l, value);
  static constexpr struct {
    std::string_view name;
    ir::HashAlgorithm algorithm;
    uint32_t bits;
  } kAlgorithms[] = {
#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(Name, text, bits) {text, ir::HashAlgorithm::k##Name, bits},
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
  };
  for (const auto& known : kAlgorithms) {
    if (known.name != name) continue;
    *algorithm = static_cast<uint32_t>(known.algorithm);
    *bits = known.bits;
    return true;
  }
  l.NotYet(at,
           "a hash algorithm that is not one of HashAlgorithm's members, known at compile time");
  return false;
}

Operand V1Model::HashOf(Lowerer& l, uint32_t algorithm, uint32_t bits, const Operand& data,
                        bool payload, Span at) {
  std::vector<ExprId> ins;
  bool varbit = false;
  if (!l.Leaves(data, &ins, &varbit, at)) return l.Poison();
  const auto kind = static_cast<ir::HashAlgorithm>(algorithm);
  // A varbit comes with zeros before its bits; sums of 16-bit words do not notice.
  if (varbit && kind != ir::HashAlgorithm::kCsum16 && kind != ir::HashAlgorithm::kXor16 &&
      kind != ir::HashAlgorithm::kOnesComplement16) {
    l.NotYet(at, "{} over a varbit", ir::Name(kind));
    return l.Poison();
  }
  if (bits == 0)
    for (const ExprId in : ins) bits += l.b.Width(in);
  const ir::VarId out = l.b.NewTemp(std::max(1u, bits));
  l.b.Extern(payload ? ExternOp::kHashPayload : ExternOp::kHash, 0, algorithm, ins, {out});
  return l.Scalar(l.types.Bit(std::max(1u, bits)), l.b.Read(out));
}

// (condition, data, checksum, algorithm)
void V1Model::Checksum(Lowerer& l, const CallExpr* e, const CallFacts& call, bool verify,
                       bool payload) {
  const auto arguments = l.EvalArguments(call);
  uint32_t algorithm = 0, bits = 0;
  if (arguments.size() != 4 || !Algorithm(l, arguments[3].value, e->span, &algorithm, &bits))
    return;
  const ir::BlockId yes = l.b.NewBlock(), done = l.b.NewBlock();
  l.b.Branch(l.Expr(arguments[0].value, e->span), yes, done);
  l.b.Start(yes);
  const Operand sum = HashOf(l, algorithm, bits, arguments[1].value, payload, e->span);
  if (!sum.is(Kind::kPoison)) {
    if (verify) {
      const ExprId want = l.Expr(arguments[2].value, e->span);
      const ExprId found = l.b.Resize(sum.expr, l.b.Width(want), false);
      const ir::BlockId bad = l.b.NewBlock();
      l.b.Branch(l.b.Eq(found, want), done, bad);
      l.b.Start(bad);
      l.b.Assign(l.RoleVar(Role::kChecksumError), l.b.Const(1, 1));
    } else {
      l.Assign(arguments[2].loc, l.Cast(sum, arguments[2].loc->type, e->span), e->span);
    }
  }
  l.b.Jump(done);
  l.b.Start(done);
}

void V1Model::Request(Lowerer& l, Role role, ExprId value) {
  const ir::VarId var = l.RoleVar(role);
  l.b.Assign(var, l.b.Binary(ir::BinaryOp::kAdd, l.b.Resize(value, ir::RoleWidth(role), false),
                             l.b.Const(1, ir::RoleWidth(role))));
}

// A field list of what an older call names by value. Its index is beyond what @field_list can give.
uint32_t V1Model::ListOf(Lowerer& l, const Operand& data, Span at) {
  std::vector<ExprId> leaves;
  const uint32_t index = 256 + unnamed_lists_++;
  ir::FieldList list;
  list.index = index;
  if (l.Leaves(data, &leaves, nullptr, at)) {
    for (const ExprId leaf : leaves) {
      const ir::Expr& e = l.ir.exprs[leaf];
      if (e.kind == ir::ExprKind::kConst) continue;
      if (e.kind != ir::ExprKind::kVar) {
        l.NotYet(at, "preserving what is not metadata");
        break;
      }
      if (e.var == l.ir.role(Role::kInstanceType) || e.var == l.ir.role(Role::kPacketLength))
        continue;
      list.vars.push_back(e.var);
    }
  }
  l.ir.field_lists.push_back(std::move(list));
  return index;
}

Operand V1Model::CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) {
  const std::string_view name = call.declaration->name.text;
  if (name == "verify_checksum" || name == "verify_checksum_with_payload") {
    Checksum(l, e, call, true, name != "verify_checksum");
    return Void(l);
  }
  if (name == "update_checksum" || name == "update_checksum_with_payload") {
    Checksum(l, e, call, false, name != "update_checksum");
    return Void(l);
  }
  const auto arguments = l.EvalArguments(call);
  const auto in = [&](size_t i) { return l.Expr(arguments[i].value, e->span); };
  const auto constant = [&](uint64_t n) { return l.b.Const(n, 32); };
  if (name == "mark_to_drop") {
    if (arguments.empty() || arguments[0].loc == nullptr) {
      l.b.Assign(l.RoleVar(Role::kEgressSpec), l.b.Const(kDropPort, 9));
      l.b.Assign(l.RoleVar(Role::kMcastGrp), l.b.Const(0, 16));
      return Void(l);
    }
    const Loc& metadata = arguments[0].loc;
    const int spec = l.types.FieldIndex(metadata->type, "egress_spec");
    const int group = l.types.FieldIndex(metadata->type, "mcast_grp");
    if (spec >= 0) l.Store(l.PartLoc(metadata, spec), l.b.Const(kDropPort, 9), e->span);
    if (group >= 0) l.Store(l.PartLoc(metadata, group), l.b.Const(0, 16), e->span);
    return Void(l);
  }
  if (name == "hash" && arguments.size() == 5) {
    // result = base + hash mod max; max = 0: base.
    uint32_t algorithm = 0, bits = 0;
    if (!Algorithm(l, arguments[1].value, e->span, &algorithm, &bits)) return Void(l);
    const Operand sum = HashOf(l, algorithm, bits, arguments[3].value, false, e->span);
    if (sum.is(Kind::kPoison)) return Void(l);
    const ExprId base = in(2), most = in(4);
    const uint32_t width = std::max({l.b.Width(sum.expr), l.b.Width(base), l.b.Width(most), 1u});
    const ExprId rest = l.b.Binary(ir::BinaryOp::kUMod, l.b.Resize(sum.expr, width, false),
                                   l.b.Resize(most, width, false));
    const ExprId result = l.b.Binary(ir::BinaryOp::kAdd, l.b.Resize(base, width, false), rest);
    l.Assign(arguments[0].loc,
             l.Cast(l.Scalar(l.types.Bit(width), result), arguments[0].loc->type, e->span),
             e->span);
    return Void(l);
  }
  if (name == "random" && arguments.size() == 3) {
    const ir::VarId out = l.b.NewTemp(l.b.Width(in(1)));
    l.b.Extern(ExternOp::kRandom, 0, random_sites_++, {in(1), in(2)}, {out});
    l.Assign(arguments[0].loc, l.Scalar(arguments[0].loc->type, l.b.Read(out)), e->span);
    return Void(l);
  }
  if (name == "digest" && arguments.size() == 2) {
    const Operand& data = arguments[1].value;
    std::vector<ExprId> ins;
    if (!l.Leaves(data, &ins, nullptr, e->span)) return Void(l);
    const TypeId type = call.type_arguments.empty() ? data.type : l.Sub(call.type_arguments[0]);
    const auto [at, fresh] = digests_.try_emplace(type);
    if (fresh) {
      schema::Digest digest;
      std::string name_of = l.TypeNameOf(type);
      if (name_of.empty()) name_of = fmt::format("digest_{}", l.schema.digests.size());
      l.Describe(&digest.preamble, name_of, {}, e->span);
      digest.type = l.DataTypeOf(type);
      for (const ExprId leaf : ins) digest.widths.push_back(l.b.Width(leaf));
      at->second = l.schema.digests.Add(std::move(digest)).index;
    }
    l.b.Extern(ExternOp::kDigest, at->second, 0, ins, {});
    return Void(l);
  }
  if (name == "log_msg" && !arguments.empty()) {
    std::vector<ExprId> ins;
    if (arguments.size() > 1 && !l.Leaves(arguments[1].value, &ins, nullptr, e->span))
      return Void(l);
    l.b.Extern(ExternOp::kLogMsg, 0, 0, ins, {}, std::string(arguments[0].value.text));
    return Void(l);
  }
  if ((name == "assert" || name == "assume") && arguments.size() == 1) {
    l.b.Extern(name == "assert" ? ExternOp::kAssert : ExternOp::kAssume, 0, 0, {in(0)}, {},
               l.TextAt(call.arguments[0].value->span));
    return Void(l);
  }
  if (name == "truncate" && arguments.size() == 1) {
    Request(l, Role::kTruncateLength, in(0));
    return Void(l);
  }
  if (name == "clone" && arguments.size() == 2) {
    Request(l, Role::kCloneSession, in(1));
    l.b.Assign(l.RoleVar(Role::kCloneFields), constant(0));
    return Void(l);
  }
  if (name == "clone_preserving_field_list" && arguments.size() == 3) {
    Request(l, Role::kCloneSession, in(1));
    Request(l, Role::kCloneFields, in(2));
    return Void(l);
  }
  if (name == "clone3" && arguments.size() == 3) {
    Request(l, Role::kCloneSession, in(1));
    Request(l, Role::kCloneFields, constant(ListOf(l, arguments[2].value, e->span)));
    return Void(l);
  }
  if (name == "resubmit_preserving_field_list" && arguments.size() == 1) {
    Request(l, Role::kResubmitFields, in(0));
    return Void(l);
  }
  if (name == "recirculate_preserving_field_list" && arguments.size() == 1) {
    Request(l, Role::kRecirculateFields, in(0));
    return Void(l);
  }
  if ((name == "resubmit" || name == "recirculate") && arguments.size() == 1) {
    Request(l, name == "resubmit" ? Role::kResubmitFields : Role::kRecirculateFields,
            constant(ListOf(l, arguments[0].value, e->span)));
    return Void(l);
  }
  l.NotYet(e->span, "the extern function '{}'", name);
  return l.Poison(l.Sub(l.checked[e].type));
}

void V1Model::TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                            const p4::TableProperty& property) {
  const std::string_view name = property.name.text;
  if (name == "support_timeout") {
    const Operand value = l.Eval(property.value);
    table->idle_timeout =
        value.is(Kind::kScalar) && l.b.IsConst(value.expr) && l.b.ConstOf(value.expr) != 0;
    return;
  }
  if (name != "counters" && name != "meters" && name != "implementation") return;
  Instance* object = l.ObjectOf(property.value);
  if (object == nullptr || object->kind != Instance::Kind::kExtern) {
    l.NotYet(property.span, "this value of '{}'", name);
    return;
  }
  const Operand unit = object->arguments.empty() ? Operand() : object->arguments.back();
  // An object made in place is called by the property's @name, else like the table.
  std::string path = object->path;
  if (object->made_by == nullptr) {
    const Annotation* given = Lowerer::FindAnnotation(property.annotations, "name");
    path = given != nullptr ? l.Join("", l.AnnotationText(*given)) : instance->path;
  }
  switch (static_cast<Extern>(object->kind_of_extern)) {
    case Extern::kDirectCounter: {
      if (name != "counters") break;
      if (object->object == UINT32_MAX) {
        schema::Counter c;
        l.Describe(&c.preamble, path, AnnotationsFrom(*object), property.span);
        c.unit = CounterUnitOf(MemberName(l, unit));
        c.direct_of = instance->id;
        object->object = l.schema.counters.Add(std::move(c)).index;
      }
      table->direct_counters.push_back(schema::CounterId(object->object));
      return;
    }
    case Extern::kDirectMeter: {
      if (name != "meters") break;
      if (object->object == UINT32_MAX) {
        schema::Meter m;
        l.Describe(&m.preamble, path, AnnotationsFrom(*object), property.span);
        m.unit = MeterUnitOf(MemberName(l, unit));
        m.direct_of = instance->id;
        object->object = l.schema.meters.Add(std::move(m)).index;
      }
      table->direct_meters.push_back(schema::MeterId(object->object));
      return;
    }
    case Extern::kActionProfile:
    case Extern::kActionSelector: {
      if (name != "implementation" || object->object == UINT32_MAX) break;
      const schema::ActionProfileId id(object->object);
      if (object->made_by == nullptr) l.schema.action_profiles[id].preamble.name = path;
      table->implementation = id;
      l.schema.action_profiles[id].tables.push_back(instance->id);
      return;
    }
    default:
      break;
  }
  l.NotYet(property.span, "'{}' for '{}'", object->declaration->name.text, name);
}

void V1Model::AddToList(Lowerer& l, uint32_t index, const Loc& loc) {
  if (loc->kind == Location::Kind::kStruct) {
    for (const Loc& part : loc->parts) AddToList(l, index, part);
    return;
  }
  if (loc->kind != Location::Kind::kVar && loc->kind != Location::Kind::kVarbit) return;
  auto& lists = l.ir.field_lists;
  auto at = std::find_if(lists.begin(), lists.end(),
                         [&](const ir::FieldList& list) { return list.index == index; });
  if (at == lists.end()) at = lists.insert(lists.end(), {index, {}});
  at->vars.push_back(loc->var);
  if (loc->kind == Location::Kind::kVarbit) at->vars.push_back(loc->length);
}

// Fields of the user's metadata that carry @field_list(n, ...).
void V1Model::AddFieldLists(Lowerer& l, const Loc& loc, const std::vector<uint32_t>& outer) {
  if (loc->kind != Location::Kind::kStruct || !l.types.IsNominal(loc->type)) {
    for (const uint32_t index : outer) AddToList(l, index, loc);
    return;
  }
  const auto* declaration = As<StructDecl>(l.TopLevel(l.types.NominalOf(loc->type).declaration));
  for (size_t i = 0; i < loc->parts.size(); ++i) {
    std::vector<uint32_t> lists = outer;
    if (declaration != nullptr && i < declaration->fields.size()) {
      for (const Annotation& annotation : declaration->fields[i]->annotations)
        if (annotation.name.text == "field_list")
          for (const Integer& n : l.AnnotationIntegers(annotation))
            if (n >= 0 && n < 256) lists.push_back(static_cast<uint32_t>(ToU64(n)));
    }
    AddFieldLists(l, loc->parts[i], lists);
  }
}

void V1Model::Pipeline(Lowerer& l, Instance& package, Span at) {
  static constexpr size_t kParameters[] = {4, 2, 3, 3, 2, 2};
  Instance* parts[6] = {};
  for (size_t i = 0; i < 6; ++i) {
    const Operand given = i < package.arguments.size() ? package.arguments[i] : Operand();
    Instance* part = given.is(Kind::kObject) ? given.object : nullptr;
    const Instance::Kind want = i == 0 ? Instance::Kind::kParser : Instance::Kind::kControl;
    if (part == nullptr || part->kind != want || l.ParametersOf(*part).size() != kParameters[i]) {
      l.NotYet(at, "argument {} of V1Switch with other parameters than v1model's", i + 1);
      return;
    }
    parts[i] = part;
  }
  Instance* const ingress = parts[2];
  const auto declared = l.ParametersOf(*ingress);
  const auto storage = [&](size_t i) {
    l.scope = &ingress->scope;
    const Loc loc = l.NewStorage(l.Sub(l.checked[declared[i]].type),
                                 std::string(declared[i]->name.text), declared[i]->span);
    l.scope = &l.global;
    return loc;
  };
  const Loc headers = storage(0);
  const Loc metadata = storage(1);
  AddFieldLists(l, metadata, {});
  Location standard;
  standard.kind = Location::Kind::kStruct;
  l.scope = &ingress->scope;
  standard.type = l.Sub(l.checked[declared[2]].type);
  l.scope = &l.global;
  for (const Field& field : l.types.Fields(standard.type)) {
    Role role = Role::kCount;
    for (const NamedRole& named : kRoles)
      if (named.field == field.name) role = named.role;
    if (role == Role::kCount) {
      standard.parts.push_back(
          l.NewStorage(field.type, fmt::format("{}.{}", declared[2]->name.text, field.name), at));
      continue;
    }
    if (l.ScalarWidth(field.type) != ir::RoleWidth(role)) {
      l.NotYet(at, "standard metadata '{}' of {} bits; it has {}", field.name,
               l.ScalarWidth(field.type), ir::RoleWidth(role));
      return;
    }
    const ir::VarId var = l.RoleVar(role);
    l.ir.vars[var].name = fmt::format("{}.{}", declared[2]->name.text, field.name);
    standard.parts.push_back(l.VarLoc(field.type, var));
  }
  const auto bound = [](Loc loc) {
    Binding binding;
    binding.loc = std::move(loc);
    return binding;
  };
  const Binding hdr = bound(headers), meta = bound(metadata),
                std_meta = bound(std::make_shared<const Location>(std::move(standard)));
  Instance packet_in, packet_out;
  packet_in.kind = Instance::Kind::kPacketIn;
  packet_out.kind = Instance::Kind::kPacketOut;
  const auto object = [](Instance* instance) {
    Binding binding;
    binding.operand.kind = Kind::kObject;
    binding.operand.object = instance;
    return binding;
  };

  const ir::FunctionId in = l.b.NewFunction("ingress");
  l.b.EnterFunction(in);
  l.b.Start(l.ir.functions[in].entry = l.b.NewBlock());
  l.ir.ingress = in;
  l.ApplyTopLevel(parts[0], {object(&packet_in), hdr, meta, std_meta});
  l.ApplyTopLevel(parts[1], {hdr, meta});
  const ir::BlockId parse_end = l.b.NewBlock();
  l.b.Jump(parse_end);
  l.b.Start(parse_end);
  l.ir.parse_end = parse_end;
  l.ApplyTopLevel(ingress, {hdr, meta, std_meta});
  l.b.End();

  const ir::FunctionId out = l.b.NewFunction("egress");
  l.b.EnterFunction(out);
  l.b.Start(l.ir.functions[out].entry = l.b.NewBlock());
  l.ir.functions[out].deparses = true;
  l.ir.egress = out;
  l.ApplyTopLevel(parts[3], {hdr, meta, std_meta});
  l.ApplyTopLevel(parts[4], {hdr, meta});
  l.ApplyTopLevel(parts[5], {object(&packet_out), hdr});
  l.b.End();
}

}  // namespace

std::unique_ptr<Architecture> FindV1Model(const BlockTypeDecl& package) {
  if (package.name.text != "V1Switch" || package.parameters.size() != 6) return nullptr;
  return std::make_unique<V1Model>();
}

}  // namespace ipdk::p4
