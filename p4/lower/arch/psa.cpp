// The Portable Switch Architecture 1.2: PSA_Switch(IngressPipeline(parser, control, deparser), pre,
// EgressPipeline(parser, control, deparser), bqe).
//
// Each pipeline is one function that parses, decides and deparses. Nothing lives on from one to the
// next but the packet's bytes, the target's roles, and the metadata that the program hands on
// through its deparsers' out parameters: those are the Program's field lists, by the numbers of
// ir::PsaFields. Each has one storage, which the deparser writes and the parser reads; a header in
// it is carried by Vars, because Headers do not survive a pass.
#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/arch/portable.h"

namespace ipdk::p4 {

namespace {

using ir::ExprId;
using ir::Role;
using Kind = Operand::Kind;

struct NamedRole {
  std::string_view field;
  Role role;
};
// Fields of all of psa.p4's psa_..._metadata_t; a name means the same in each.
constexpr NamedRole kRoles[] = {
    {"ingress_port", Role::kInputPort},
    {"egress_port", Role::kOutputPort},
    {"packet_path", Role::kPacketPath},
    {"ingress_timestamp", Role::kIngressTimestamp},
    {"egress_timestamp", Role::kEgressTimestamp},
    {"parser_error", Role::kParserError},
    {"class_of_service", Role::kClassOfService},
    {"clone", Role::kClone},
    {"clone_session_id", Role::kCloneSessionId},
    {"drop", Role::kDrop},
    {"resubmit", Role::kResubmit},
    {"multicast_group", Role::kMulticastGroup},
    {"instance", Role::kInstance},
};

constexpr uint64_t kPortRecirculate = 0xfffffffa;

// Headers inside bridged metadata, and the Vars that carry them from one pass to the next.
struct CarriedHeader {
  ir::HeaderRef header;
  ir::HeaderTypeId type;
  ir::VarId valid;
  std::vector<ir::VarId> fields;
  ir::VarId varbit_length;
};

struct Bridge {
  Loc loc;
  ir::FieldList list;
  std::vector<CarriedHeader> headers;
};

class Psa : public Architecture {
 public:
  std::string_view name() const override { return "psa"; }
  ir::Arch arch() const override { return ir::Arch::kPsa; }
  void MakeExtern(Lowerer& l, Instance* object, Span at) override;
  Operand CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                     const CallFacts& call) override;
  Operand CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) override;
  void TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                     const p4::TableProperty& property) override {
    externs_.TableProperty(l, instance, table, property);
  }
  void Enter(Lowerer& l, Instance& instance) override { externs_.Enter(l, instance); }
  void Pipeline(Lowerer& l, Instance& package, Span at) override;

 private:
  // One of the two pipelines: its parser, control and deparser.
  struct Part {
    Instance* stages[3] = {};
  };
  bool FindPart(Lowerer& l, const Operand& given, const size_t (&parameters)[3],
                std::string_view what, Span at, Part* out);
  TypeId ParameterType(Lowerer& l, Instance* stage, size_t i);
  Loc NewParameter(Lowerer& l, Instance* stage, size_t i);
  Loc Standard(Lowerer& l, Instance* stage, size_t i);
  void Init(Lowerer& l, Role role, uint64_t value);
  void AddToBridge(Lowerer& l, Bridge* bridge, const Loc& loc, const std::string& name);
  Bridge MakeBridge(Lowerer& l, ir::PsaFields index, Instance* writer, size_t written,
                    Instance* reader, size_t read);
  void Restore(Lowerer& l, const Bridge& bridge);
  void Keep(Lowerer& l, const Bridge& bridge);
  void DropUnusedRoles(Lowerer& l);

  PortableExterns externs_{"psa"};
};

void Psa::MakeExtern(Lowerer& l, Instance* object, Span at) {
  if (externs_.MakeExtern(l, object, at)) return;
  const std::string_view name = object->declaration->name.text;
  if (name == "PacketReplicationEngine" || name == "BufferingQueueingEngine") return;
  l.NotYet(at, "the extern object '{}'", name);
}

Operand Psa::CallMethod(Lowerer& l, Instance& object, const CallExpr* e, const CallFacts& call) {
  if (auto result = externs_.CallMethod(l, object, e, call)) return *result;
  l.NotYet(e->span, "'{}.{}'", object.declaration->name.text, call.declaration->name.text);
  return l.Poison(l.Sub(l.checked[e].type));
}

Operand Psa::CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) {
  if (auto result = externs_.CallFunction(l, e, call)) return *result;
  const std::string_view name = call.declaration->name.text;
  const TypeId type = l.Sub(l.checked[e].type);
  const auto arguments = l.EvalArguments(call);
  const auto field = [&](size_t i, std::string_view of) {
    return l.Expr(FieldOf(l, arguments[i].value, of), e->span);
  };
  const auto flag = [&](size_t i, std::string_view of) {
    return l.b.Resize(field(i, of), 1, false);
  };
  if (arguments.size() == 1 && (name == "psa_clone_i2e" || name == "psa_clone_e2e"))
    return l.Scalar(type, flag(0, "clone"));
  if (arguments.size() == 1 && (name == "psa_resubmit" || name == "psa_normal")) {
    const ExprId resubmit = flag(0, "resubmit");
    return l.Scalar(type, l.b.And(l.b.Not(flag(0, "drop")),
                                  name == "psa_normal" ? l.b.Not(resubmit) : resubmit));
  }
  if (arguments.size() == 2 && name == "psa_recirculate") {
    const ExprId port = field(1, "egress_port");
    const uint32_t width = l.b.Width(port);
    return l.Scalar(
        type, l.b.And(l.b.Not(flag(0, "drop")),
                      l.b.Eq(port, l.b.Const(Truncate(FromU64(kPortRecirculate), width), width))));
  }
  l.NotYet(e->span, "the extern function '{}'", name);
  return l.Poison(type);
}

bool Psa::FindPart(Lowerer& l, const Operand& given, const size_t (&parameters)[3],
                   std::string_view what, Span at, Part* out) {
  const Instance* pipeline = given.is(Kind::kObject) ? given.object : nullptr;
  if (pipeline == nullptr || pipeline->kind != Instance::Kind::kPackage ||
      pipeline->arguments.size() != 3) {
    l.NotYet(at, "a PSA_Switch whose {} is no package of a parser, a control and a deparser", what);
    return false;
  }
  for (size_t i = 0; i < 3; ++i) {
    const Operand& stage = pipeline->arguments[i];
    const Instance::Kind want = i == 0 ? Instance::Kind::kParser : Instance::Kind::kControl;
    if (!stage.is(Kind::kObject) || stage.object->kind != want ||
        l.ParametersOf(*stage.object).size() != parameters[i]) {
      l.NotYet(at, "argument {} of {} with other parameters than PSA's, which has {}", i + 1, what,
               parameters[i]);
      return false;
    }
    // Where psa.p4 does not declare the package, its parameters may be anything.
    const TypeId packet = ParameterType(l, stage.object, 0);
    const std::string_view wanted = i == 0 ? "packet_in" : i == 2 ? "packet_out" : "";
    if (!wanted.empty() &&
        (!l.types.Is(packet, TypeKind::kExtern) || l.types.NominalOf(packet).name != wanted)) {
      l.NotYet(at, "argument {} of {} whose first parameter is no {}", i + 1, what, wanted);
      return false;
    }
    out->stages[i] = stage.object;
  }
  return true;
}

TypeId Psa::ParameterType(Lowerer& l, Instance* stage, size_t i) {
  l.scope = &stage->scope;
  const TypeId type = l.Sub(l.checked[l.ParametersOf(*stage)[i]].type);
  l.scope = &l.global;
  return type;
}

Loc Psa::NewParameter(Lowerer& l, Instance* stage, size_t i) {
  const ParameterDecl* declared = l.ParametersOf(*stage)[i];
  const TypeId type = ParameterType(l, stage, i);
  return l.NewStorage(type, std::string(declared->name.text), declared->span);
}

// A parameter whose fields are the target's: each is the Var of its role.
Loc Psa::Standard(Lowerer& l, Instance* stage, size_t i) {
  const ParameterDecl* declared = l.ParametersOf(*stage)[i];
  Location out;
  out.kind = Location::Kind::kStruct;
  out.type = ParameterType(l, stage, i);
  if (!l.types.Is(out.type, TypeKind::kStruct)) {
    l.NotYet(declared->span, "'{}' of type '{}', which is no struct", declared->name.text,
             l.types.Print(out.type));
    return l.Nowhere(out.type);
  }
  for (const Field& field : l.types.Fields(out.type)) {
    const std::string name = fmt::format("{}.{}", declared->name.text, field.name);
    const auto* known = std::find_if(std::begin(kRoles), std::end(kRoles),
                                     [&](const NamedRole& r) { return r.field == field.name; });
    const uint32_t width = l.ScalarWidth(field.type);
    if (known == std::end(kRoles) || width == 0) {
      out.parts.push_back(l.NewStorage(field.type, name, declared->span));
      continue;
    }
    ir::VarId& var = l.ir.roles[static_cast<size_t>(known->role)];
    if (!var.valid()) var = l.b.NewVar(name, width);
    if (l.ir.vars[var].width != width || width > 64) {
      l.NotYet(declared->span, "'{}' of {} bits", name, width);
      out.parts.push_back(l.NewStorage(field.type, name, declared->span));
      continue;
    }
    out.parts.push_back(l.VarLoc(field.type, var));
  }
  return std::make_shared<const Location>(std::move(out));
}

void Psa::Init(Lowerer& l, Role role, uint64_t value) {
  const ir::VarId var = l.ir.role(role);
  if (var.valid()) l.b.Assign(var, l.b.Const(value, l.ir.vars[var].width));
}

void Psa::AddToBridge(Lowerer& l, Bridge* bridge, const Loc& loc, const std::string& name) {
  const auto carry = [&](const ir::HeaderRef& ref) {
    CarriedHeader carried;
    carried.header = ref;
    carried.type = l.ir.headers[ref.header].type;
    const std::string base = l.ir.headers[ref.header].name;
    const auto var = [&](const std::string& part, uint32_t width) {
      const ir::VarId made = l.b.NewVar(base + part, width);
      bridge->list.vars.push_back(made);
      return made;
    };
    carried.valid = var(".$valid$", 1);
    for (const ir::HeaderField& field : l.ir.header_types[carried.type].fields) {
      carried.fields.push_back(var(".$" + field.name, field.width));
      if (field.varbit) carried.varbit_length = var(".$" + field.name + ".length", 32);
    }
    bridge->headers.push_back(std::move(carried));
  };
  switch (loc->kind) {
    case Location::Kind::kVar:
      bridge->list.vars.push_back(loc->var);
      return;
    case Location::Kind::kVarbit:
      bridge->list.vars.push_back(loc->var);
      bridge->list.vars.push_back(loc->length);
      return;
    case Location::Kind::kHeader:
      carry(loc->header);
      return;
    case Location::Kind::kStack:
      for (size_t i = 0; i < loc->stacks.size(); ++i) {
        const ir::Stack stack = l.ir.stacks[loc->stacks[i]];
        if (i == 0 && stack.next.valid()) bridge->list.vars.push_back(stack.next);
        for (uint32_t k = 0; k < stack.size; ++k) {
          ir::HeaderRef element;
          element.header = ir::HeaderId(stack.first.index + k);
          carry(element);
        }
      }
      return;
    case Location::Kind::kStruct:
    case Location::Kind::kUnion:
      for (const Loc& part : loc->parts) AddToBridge(l, bridge, part, name);
      return;
    default:
      return;
  }
}

Bridge Psa::MakeBridge(Lowerer& l, ir::PsaFields index, Instance* writer, size_t written,
                       Instance* reader, size_t read) {
  Bridge bridge;
  bridge.loc = NewParameter(l, writer, written);
  bridge.list.index = static_cast<uint32_t>(index);
  const ParameterDecl* declared = l.ParametersOf(*reader)[read];
  if (ParameterType(l, reader, read) != bridge.loc->type)
    l.NotYet(declared->span, "'{}' of another type than the deparser's '{}'", declared->name.text,
             l.ParametersOf(*writer)[written]->name.text);
  AddToBridge(l, &bridge, bridge.loc, std::string(declared->name.text));
  return bridge;
}

// Before the parser that may read it.
void Psa::Restore(Lowerer& l, const Bridge& bridge) {
  for (const CarriedHeader& carried : bridge.headers) {
    const ir::BlockId yes = l.b.NewBlock(), done = l.b.NewBlock();
    l.b.Branch(l.b.Read(carried.valid), yes, done);
    l.b.Start(yes);
    l.b.SetValid(carried.header);
    const std::vector<ir::HeaderField> fields = l.ir.header_types[carried.type].fields;
    for (uint32_t i = 0; i < fields.size(); ++i) {
      if (fields[i].varbit) {
        l.b.AssignVarbit(carried.header, i, l.b.Read(carried.fields[i]),
                         l.b.Read(carried.varbit_length));
      } else {
        l.b.AssignField(carried.header, i, l.b.Read(carried.fields[i]));
      }
    }
    l.b.Jump(done);
    l.b.Start(done);
  }
}

// Behind the deparser that wrote it.
void Psa::Keep(Lowerer& l, const Bridge& bridge) {
  for (const CarriedHeader& carried : bridge.headers) {
    l.b.Assign(carried.valid, l.b.Valid(carried.header));
    const std::vector<ir::HeaderField> fields = l.ir.header_types[carried.type].fields;
    for (uint32_t i = 0; i < fields.size(); ++i) {
      l.b.Assign(carried.fields[i], l.b.Field(carried.header, i, fields[i].width));
      if (fields[i].varbit) l.b.Assign(carried.varbit_length, l.b.FieldLength(carried.header, i));
    }
  }
}

// A request that no statement makes needs no role: a target that sees none saves its preparations.
void Psa::DropUnusedRoles(Lowerer& l) {
  std::vector<uint8_t> asks(l.ir.vars.size(), 0);
  for (const ir::Block& block : l.ir.blocks) {
    for (const ir::Stmt& s : block.stmts) {
      if (s.kind == ir::StmtKind::kAssign && !(l.b.IsConst(s.value) && l.b.ConstOf(s.value) == 0))
        asks[s.var.index] = 1;
      if (s.kind == ir::StmtKind::kLookahead) asks[s.var.index] = 1;
      for (const ir::VarId out : s.outs) asks[out.index] = 1;
    }
    if (block.term.hit.valid()) asks[block.term.hit.index] = 1;
    for (const ir::ActionTarget& action : block.term.actions)
      for (const ir::VarId param : action.params) asks[param.index] = 1;
  }
  for (const Role role : {Role::kClone, Role::kResubmit, Role::kMulticastGroup}) {
    ir::VarId& var = l.ir.roles[static_cast<size_t>(role)];
    if (var.valid() && !asks[var.index]) var = {};
  }
  if (!l.ir.role(Role::kClone).valid()) l.ir.roles[static_cast<size_t>(Role::kCloneSessionId)] = {};
}

void Psa::Pipeline(Lowerer& l, Instance& package, Span at) {
  Part in, out;
  const auto given = [&](size_t i) {
    return i < package.arguments.size() ? package.arguments[i] : Operand();
  };
  if (!FindPart(l, given(0), {6, 4, 7}, "IngressPipeline", at, &in) ||
      !FindPart(l, given(2), {7, 4, 7}, "EgressPipeline", at, &out))
    return;
  const auto* declared = As<BlockTypeDecl>(package.declaration);
  const auto name_pipe = [&](const Part& part, size_t i) {
    const Instance& pipeline = *given(i).object;
    std::string name = pipeline.name;
    if (name.empty() && declared != nullptr) name = std::string(declared->parameters[i]->name.text);
    for (const Instance* stage : part.stages) l.schema.pipes.push_back({stage->path, name});
  };
  name_pipe(in, 0);
  name_pipe(out, 2);
  const auto bound = [](Loc loc) {
    Binding binding;
    binding.loc = std::move(loc);
    return binding;
  };
  Instance packet_in, packet_out;
  packet_in.kind = Instance::Kind::kPacketIn;
  packet_out.kind = Instance::Kind::kPacketOut;
  const auto object = [](Instance* instance) {
    Binding binding;
    binding.operand.kind = Kind::kObject;
    binding.operand.object = instance;
    return binding;
  };
  const auto& [parse_in, control_in, deparse_in] = in.stages;
  const auto& [parse_out, control_out, deparse_out] = out.stages;
  using ir::PsaFields;
  const Bridge normal = MakeBridge(l, PsaFields::kNormal, deparse_in, 3, parse_out, 4);
  const Bridge resubmit = MakeBridge(l, PsaFields::kResubmit, deparse_in, 2, parse_in, 4);
  const Bridge recirculate = MakeBridge(l, PsaFields::kRecirculate, deparse_out, 2, parse_in, 5);
  const Bridge clone_in = MakeBridge(l, PsaFields::kCloneI2E, deparse_in, 1, parse_out, 5);
  const Bridge clone_out = MakeBridge(l, PsaFields::kCloneE2E, deparse_out, 1, parse_out, 6);
  if (l.diagnostics.failed()) return;
  for (const Bridge* bridge : {&normal, &resubmit, &recirculate, &clone_in, &clone_out})
    if (!bridge->list.vars.empty()) l.ir.field_lists.push_back(bridge->list);

  const auto begin = [&](const char* name) {
    const ir::FunctionId function = l.b.NewFunction(name);
    l.b.EnterFunction(function);
    l.b.Start(l.ir.functions[function].entry = l.b.NewBlock());
    l.ir.functions[function].deparses = true;
    return function;
  };

  {
    l.ir.ingress = begin("ingress");
    const Binding hdr = bound(NewParameter(l, control_in, 0));
    const Binding meta = bound(NewParameter(l, control_in, 1));
    const Binding parser_standard = bound(Standard(l, parse_in, 3));
    const Binding standard = bound(Standard(l, control_in, 2));
    const Binding decisions = bound(Standard(l, control_in, 3));
    if (l.diagnostics.failed()) return;
    Init(l, Role::kDrop, 1);
    Restore(l, resubmit);
    Restore(l, recirculate);
    l.ApplyTopLevel(parse_in, {object(&packet_in), hdr, meta, parser_standard, bound(resubmit.loc),
                               bound(recirculate.loc)});
    l.ApplyTopLevel(control_in, {hdr, meta, standard, decisions});
    for (const Bridge* bridge : {&clone_in, &resubmit, &normal}) l.Clear(bridge->loc, at);
    l.ApplyTopLevel(deparse_in, {object(&packet_out), bound(clone_in.loc), bound(resubmit.loc),
                                 bound(normal.loc), hdr, meta, decisions});
    for (const Bridge* bridge : {&clone_in, &resubmit, &normal}) Keep(l, *bridge);
    l.b.End();
  }
  {
    l.ir.egress = begin("egress");
    const Binding hdr = bound(NewParameter(l, control_out, 0));
    const Binding meta = bound(NewParameter(l, control_out, 1));
    const Binding parser_standard = bound(Standard(l, parse_out, 3));
    const Binding standard = bound(Standard(l, control_out, 2));
    const Binding decisions = bound(Standard(l, control_out, 3));
    const Binding port = bound(Standard(l, deparse_out, 6));
    if (l.diagnostics.failed()) return;
    for (const Role role : {Role::kParserError, Role::kClone, Role::kCloneSessionId, Role::kDrop})
      Init(l, role, 0);
    Restore(l, normal);
    Restore(l, clone_in);
    Restore(l, clone_out);
    l.ApplyTopLevel(parse_out, {object(&packet_in), hdr, meta, parser_standard, bound(normal.loc),
                                bound(clone_in.loc), bound(clone_out.loc)});
    l.ApplyTopLevel(control_out, {hdr, meta, standard, decisions});
    for (const Bridge* bridge : {&clone_out, &recirculate}) l.Clear(bridge->loc, at);
    l.ApplyTopLevel(deparse_out, {object(&packet_out), bound(clone_out.loc), bound(recirculate.loc),
                                  hdr, meta, decisions, port});
    for (const Bridge* bridge : {&clone_out, &recirculate}) Keep(l, *bridge);
    l.b.End();
  }
  DropUnusedRoles(l);
}

}  // namespace

std::unique_ptr<Architecture> FindPsa(const BlockTypeDecl& package) {
  if (package.name.text != "PSA_Switch" || package.parameters.size() != 4) return nullptr;
  return std::make_unique<Psa>();
}

}  // namespace ipdk::p4
