// PNA, the Portable NIC Architecture (0.7, and 0.5 with its pre control as most programs write it):
// PNA_NIC(main parser, [pre control,] main control, main deparser).
//
// All of it is one function: parse, pre control, main control, deparse. The pre control sees what
// the main parser found, if it asks for headers of the same type. Forwarding calls set roles that
// the packet flow reads at the end: a packet that nothing sent is dropped; of send_to_port,
// recirculate and drop_packet the last drop and the last of the others decide. Each field of the
// pna_*_metadata_t structures is a role; what a target does not tell (class_of_service on input)
// is 0.
//
// There is no IPsec accelerator: from_ipsec() is false, and a packet for which enable() or the pre
// control's `decrypt` stands at the end is given up, because it must not leave as it is.
#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/arch/portable.h"

namespace ipdk::p4 {

namespace {

using ir::BlockId;
using ir::ExprId;
using ir::ExternOp;
using ir::Role;
using Kind = Operand::Kind;

constexpr uint32_t kProfileWidth = 8;
constexpr uint32_t kPortWidth = 32;
constexpr uint32_t kMirrorSlots = 4;
constexpr uint32_t kSessionWidth = 16;

struct NamedRole {
  std::string_view field;
  Role role;
};
constexpr NamedRole kInputs[] = {
    {"input_port", Role::kInputPort},
    {"direction", Role::kDirection},
    {"pass", Role::kPass},
    {"loopedback", Role::kLoopedBack},
    {"recirculated", Role::kPass},
    {"timestamp", Role::kIngressTimestamp},
    {"parser_error", Role::kParserError},
    {"packet_path", Role::kPacketPath},
};

class Pna : public Architecture {
 public:
  std::string_view name() const override { return "pna"; }
  ir::Arch arch() const override { return ir::Arch::kPna; }
  void MakeExtern(Lowerer& l, Instance* object, Span at) override;
  Operand CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                     const CallFacts& call) override;
  Operand CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) override;
  void TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                     const p4::TableProperty& property) override;
  bool KeepsOwnEntries(const Lowerer& l, const TableInstance& table) const override;
  void Pipeline(Lowerer& l, Instance& package, Span at) override;

 private:
  bool AddEntry(Lowerer& l, const CallExpr* e, const std::vector<CallArgument>& arguments,
                ExprId* done);
  void SetRole(Lowerer& l, Role role, uint64_t value);
  void Mirror(Lowerer& l, ExprId slot, ExprId session);
  Operand SelectByDirection(Lowerer& l, const CallExpr* e, const CallFacts& call);
  Loc Standard(Lowerer& l, TypeId type, const std::string& name, Span at);
  void GiveUpIf(Lowerer& l, ExprId condition, std::string why);

  PortableExterns externs_{"pna"};
  std::unordered_map<TypeId, Loc> standard_;
  // Values that the entry function works out of roles before anything else.
  std::vector<std::pair<ir::VarId, ExprId>> prologue_;
  Loc decrypt_;
  ir::VarId ipsec_;
  std::unordered_map<const TableInstance*, uint64_t> profile_of_;
  std::unordered_map<const TableInstance*, bool> ages_;
  std::string_view block_;  // whose code is being written; empty: the main control's
};

std::string_view StructName(Lowerer& l, TypeId type) {
  return l.types.Is(type, TypeKind::kStruct) && l.types.IsNominal(type)
             ? l.types.NominalOf(type).name
             : std::string_view();
}

bool IsStandard(Lowerer& l, TypeId type) { return StructName(l, type).starts_with("pna_"); }

void Pna::SetRole(Lowerer& l, Role role, uint64_t value) {
  l.b.Assign(l.RoleVar(role), l.b.Const(value, ir::RoleWidth(role)));
}

void Pna::MakeExtern(Lowerer& l, Instance* object, Span at) {
  if (object->declaration->name.text == "ipsec_accelerator") return;
  if (!externs_.MakeExtern(l, object, at))
    l.NotYet(at, "the extern object '{}'", object->declaration->name.text);
}

Operand Pna::CallMethod(Lowerer& l, Instance& object, const CallExpr* e, const CallFacts& call) {
  const std::string_view method = call.declaration->name.text;
  if (object.declaration->name.text != "ipsec_accelerator") {
    if (auto done = externs_.CallMethod(l, object, e, call)) return *done;
    l.NotYet(e->span, "'{}.{}'", object.declaration->name.text, method);
    return l.Poison(l.Sub(l.checked[e].type));
  }
  const auto arguments = l.EvalArguments(call);
  if (method == "enable" || method == "disable") {
    if (!ipsec_.valid()) ipsec_ = l.b.NewVar("ipsec", 1);
    l.b.Assign(ipsec_, l.b.Bool(method == "enable"));
    return NoResult(l);
  }
  if (method == "set_sa_index" || method == "set_ip_header_offset") return NoResult(l);
  if (method == "from_ipsec") {
    for (const CallArgument& argument : arguments)
      if (argument.loc != nullptr) l.Clear(argument.loc, e->span);
    return l.Scalar(l.types.boolean(), l.b.Bool(false));
  }
  l.NotYet(e->span, "'{}.{}'", object.declaration->name.text, method);
  return l.Poison(l.Sub(l.checked[e].type));
}

// Puts the entry of the lookup that missed into its table: (name, parameters, profile).
bool Pna::AddEntry(Lowerer& l, const CallExpr* e, const std::vector<CallArgument>& arguments,
                   ExprId* done) {
  const TableInstance* table = l.in_table;
  const TableFacts* facts = table != nullptr ? l.checked.Table(table->declaration) : nullptr;
  const auto wrong = [&](const std::string& text) {
    l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span, "{}", text);
    return false;
  };
  if (facts == nullptr)
    return wrong(
        "add_entry is called outside a table's action; it adds to the table whose default action "
        "calls it");
  const schema::Table& schema = l.schema.tables[table->id];
  if (!schema.add_on_miss)
    return wrong(
        fmt::format("add_entry is called in an action of table '{}', which does not say "
                    "'add_on_miss = true'",
                    table->path));
  for (const schema::MatchField& key : schema.keys)
    if (key.kind != schema::MatchKind::kExact)
      return wrong(
          fmt::format("table '{}' has add_on_miss, so all its keys must be exact; '{}' is {}",
                      table->path, key.name, schema::MatchKindName(key.kind)));
  const auto named = [&](std::string_view name) -> const CallArgument* {
    for (const CallArgument& argument : arguments)
      if (argument.bound->parameter != nullptr && argument.bound->parameter->name.text == name)
        return &argument;
    return nullptr;
  };
  const CallArgument* const action_name = named("action_name");
  const CallArgument* const params = named("action_params");
  const CallArgument* const profile = named("expire_time_profile_id");
  if (action_name == nullptr || params == nullptr || !action_name->value.is(Kind::kString)) {
    l.NotYet(e->span, "add_entry without the name of the action and its parameters");
    return false;
  }
  const std::string_view wanted = action_name->value.text;
  size_t position = schema.actions.size();
  for (size_t i = 0; i < facts->actions.size() && i < schema.actions.size(); ++i) {
    const std::string& full = l.schema.actions[schema.actions[i].action].preamble.name;
    if (facts->actions[i].action->name.text == wanted || full == wanted) position = i;
  }
  if (position == schema.actions.size())
    return wrong(fmt::format("table '{}' has no action '{}' that add_entry could name", table->path,
                             wanted));
  if (schema.actions[position].scope == schema::ActionScope::kDefaultOnly)
    return wrong(fmt::format("action '{}' of table '{}' is @defaultonly: no entry may have it",
                             wanted, table->path));
  const auto& declared = l.schema.actions[schema.actions[position].action].params;
  std::vector<ExprId> ins;
  ins.push_back(profile != nullptr
                    ? l.b.Resize(l.Expr(profile->value, e->span), kProfileWidth, false)
                    : l.b.Const(profile_of_[table], kProfileWidth));
  std::vector<ExprId> leaves;
  if (!l.Leaves(params->value, &leaves, nullptr, e->span)) return false;
  // An empty structure may stand for no parameters; an int has the width of its one parameter.
  if (leaves.size() != declared.size())
    return wrong(fmt::format("action '{}' takes {} parameters from an entry, add_entry gives {}",
                             wanted, declared.size(), leaves.size()));
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (l.b.Width(leaves[i]) != declared[i].width)
      return wrong(fmt::format("parameter '{}' of action '{}' has {} bits, add_entry gives {}",
                               declared[i].name, wanted, declared[i].width, l.b.Width(leaves[i])));
    ins.push_back(leaves[i]);
  }
  const ir::VarId out = l.b.NewTemp(1);
  l.b.Extern(ExternOp::kAddEntry, table->id.index, static_cast<uint32_t>(position), ins, {out});
  *done = l.b.Read(out);
  return true;
}

// Each slot has its last caller's session; a slot beyond the last one has none.
void Pna::Mirror(Lowerer& l, ExprId slot, ExprId session) {
  const uint32_t all = ir::RoleWidth(Role::kMirrorSessions);
  const ir::VarId slots = l.RoleVar(Role::kMirrorSlots);
  const ir::VarId sessions = l.RoleVar(Role::kMirrorSessions);
  slot = l.b.Save(l.b.Resize(slot, 32, false));
  const ExprId shift = l.b.Binary(ir::BinaryOp::kMul, slot, l.b.Const(kSessionWidth, 32));
  const auto moved = [&](ExprId value) {
    return l.b.Binary(ir::BinaryOp::kShl, l.b.Resize(value, all, false), shift);
  };
  const ExprId others =
      l.b.And(l.b.Read(sessions), l.b.Not(moved(l.b.Const(Mask(kSessionWidth), kSessionWidth))));
  l.b.Assign(sessions, l.b.Or(others, moved(l.b.Resize(session, kSessionWidth, false))));
  l.b.Assign(slots, l.b.Or(l.b.Read(slots),
                           l.b.Binary(ir::BinaryOp::kShl, l.b.Const(1, kMirrorSlots), slot)));
}

// (direction or "is a network port", value for what comes from the network, the other).
Operand Pna::SelectByDirection(Lowerer& l, const CallExpr* e, const CallFacts& call) {
  const auto arguments = l.EvalArguments(call);
  const TypeId type = l.Sub(l.checked[e].type);
  const ExprId way = l.Expr(arguments[0].value, e->span);
  const bool is_port = l.b.Width(way) == 1;
  const ExprId from_net = is_port ? way : l.b.Eq(way, l.b.Const(0, l.b.Width(way)));
  if (l.ScalarWidth(type) != 0)
    return l.Scalar(type, l.b.Select(from_net, l.Expr(arguments[1].value, e->span),
                                     l.Expr(arguments[2].value, e->span)));
  const Loc result = l.NewStorage(type, "SelectByDirection", e->span);
  const BlockId net = l.b.NewBlock(), host = l.b.NewBlock(), done = l.b.NewBlock();
  l.b.Branch(from_net, net, host);
  l.b.Start(net);
  l.Assign(result, arguments[1].value, e->span);
  l.b.Jump(done);
  l.b.Start(host);
  l.Assign(result, arguments[2].value, e->span);
  l.b.Jump(done);
  l.b.Start(done);
  return l.Load(result);
}

Operand Pna::CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) {
  const std::string_view name = call.declaration->name.text;
  const TypeId type = l.Sub(l.checked[e].type);
  const auto none = [&] { return NoResult(l); };
  if (name == "add_entry" || name == "add_entry_if") {
    // 0.5 returns true if it was done, 0.7 an error status: 0.
    const auto answer = [&](ExprId done) {
      if (l.types.Is(type, TypeKind::kVoid)) return none();
      if (l.types.Is(type, TypeKind::kBool)) return l.Scalar(type, done);
      return l.Scalar(type, l.b.Resize(l.b.Not(done), std::max(1u, l.ScalarWidth(type)), false));
    };
    const auto arguments = l.EvalArguments(call);
    ExprId done;
    if (name == "add_entry")
      return AddEntry(l, e, arguments, &done) ? answer(done) : l.Poison(type);
    const ir::VarId result = l.b.NewTemp(1);
    l.b.Assign(result, l.b.Bool(false));
    const BlockId yes = l.b.NewBlock(), after = l.b.NewBlock();
    l.b.Branch(l.Expr(arguments[0].value, e->span), yes, after);
    l.b.Start(yes);
    const bool good = AddEntry(l, e, arguments, &done);
    if (good) l.b.Assign(result, done);
    l.b.Jump(after);
    l.b.Start(after);
    return good ? answer(l.b.Read(result)) : l.Poison(type);
  }
  if (auto done = externs_.CallFunction(l, e, call)) return *done;
  if (name == "SelectByDirection" && call.arguments.size() == 3)
    return SelectByDirection(l, e, call);
  const auto arguments = l.EvalArguments(call);
  const auto in = [&](size_t i) { return l.Expr(arguments[i].value, e->span); };
  if (!block_.empty() &&
      (name == "send_to_port" || name == "drop_packet" || name == "mirror_packet"))
    l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span,
                         "{} is called in the {}; PNA has it in the main control only", name,
                         block_);
  if (name == "send_to_port" && arguments.size() == 1) {
    l.b.Assign(l.RoleVar(Role::kOutputPort), l.b.Resize(in(0), kPortWidth, false));
    SetRole(l, Role::kDrop, 0);
    return none();
  }
  if (name == "drop_packet" && arguments.empty()) {
    SetRole(l, Role::kDrop, 1);
    if (l.ir.role(Role::kRecirculate).valid()) SetRole(l, Role::kRecirculate, 0);
    return none();
  }
  if (name == "recirculate" && arguments.empty()) {
    SetRole(l, Role::kRecirculate, 1);
    SetRole(l, Role::kDrop, 0);
    return none();
  }
  if (name == "mirror_packet" && arguments.size() == 2) {
    const ExprId slot = in(0), session = in(1);
    if (l.b.IsConst(session) && l.b.ConstOf(session) == 0)
      l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span,
                           "mirror session 0 belongs to the architecture; use 1 to {}",
                           (1u << kSessionWidth) - 1);
    if (l.b.IsConst(slot) && l.b.ConstOf(slot) >= kMirrorSlots)
      l.NotYet(e->span, "mirror slot {}; there are slots 0 to {}", l.b.ConstOf(slot).get_str(),
               kMirrorSlots - 1);
    else
      Mirror(l, slot, session);
    return none();
  }
  if (name == "allocate_flow_id" && arguments.empty()) {
    const ir::VarId out = l.b.NewTemp(32);
    l.b.Extern(ExternOp::kAllocateFlowId, 0, 0, {}, {out});
    return l.Scalar(type, l.b.Resize(l.b.Read(out), l.ScalarWidth(type), false));
  }
  if ((name == "is_host_port" || name == "is_net_port") && arguments.size() == 1) {
    const ir::VarId out = l.b.NewTemp(1);
    l.b.Extern(ExternOp::kIsHostPort, 0, 0, {l.b.Resize(in(0), kPortWidth, false)}, {out});
    return l.Scalar(type, name == "is_host_port" ? l.b.Read(out) : l.b.Not(l.b.Read(out)));
  }
  const auto table = [&]() -> const TableInstance* {
    if (const TableInstance* const of = l.in_table; of != nullptr) {
      const auto ages = ages_.find(of);
      if (ages != ages_.end() && ages->second) return of;
      l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span,
                           "{} is called in an action of table '{}', whose entries do not age; "
                           "give it pna_idle_timeout",
                           name, of->path);
      return nullptr;
    }
    l.diagnostics.Report(DiagnosticKind::kNotLowered, e->span,
                         "{} is called outside a table's action; it is about the entry that the "
                         "packet matched",
                         name);
    return nullptr;
  };
  const auto set = [&](const TableInstance* of, ExprId profile) {
    l.b.Extern(ExternOp::kSetExpireTime, of->id.index, 0,
               {l.b.Resize(profile, kProfileWidth, false)}, {});
  };
  const auto when = [&](ExprId condition, const auto& body) {
    const BlockId yes = l.b.NewBlock(), done = l.b.NewBlock();
    l.b.Branch(condition, yes, done);
    l.b.Start(yes);
    body();
    l.b.Jump(done);
    l.b.Start(done);
  };
  if (name == "set_entry_expire_time" && arguments.size() == 1) {
    if (const TableInstance* of = table()) set(of, in(0));
    return none();
  }
  if (name == "restart_expire_timer" && arguments.empty()) {
    if (const TableInstance* of = table())
      l.b.Extern(ExternOp::kRestartExpireTimer, of->id.index, 0, {}, {});
    return none();
  }
  if (name == "set_entry_expire_time_if" && arguments.size() == 2) {
    if (const TableInstance* of = table()) when(in(0), [&] { set(of, in(1)); });
    return none();
  }
  if (name == "update_expire_info" && arguments.size() == 3) {
    const TableInstance* of = table();
    if (of == nullptr) return none();
    const ExprId change = in(1), profile = in(2);
    when(in(0), [&] {
      const BlockId yes = l.b.NewBlock(), no = l.b.NewBlock(), done = l.b.NewBlock();
      l.b.Branch(change, yes, no);
      l.b.Start(yes);
      set(of, profile);
      l.b.Jump(done);
      l.b.Start(no);
      l.b.Extern(ExternOp::kRestartExpireTimer, of->id.index, 0, {}, {});
      l.b.Jump(done);
      l.b.Start(done);
    });
    return none();
  }
  l.NotYet(e->span, "the extern function '{}'", name);
  return l.Poison(type);
}

bool Pna::KeepsOwnEntries(const Lowerer& l, const TableInstance& table) const {
  const auto ages = ages_.find(&table);
  return l.schema.tables[table.id].add_on_miss || (ages != ages_.end() && ages->second);
}

void Pna::TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                        const p4::TableProperty& property) {
  const std::string_view name = property.name.text;
  const auto is_true = [&] {
    const Operand value = l.Eval(property.value);
    return value.is(Kind::kScalar) && l.b.IsConst(value.expr) && l.b.ConstOf(value.expr) != 0;
  };
  if (name == "add_on_miss") {
    table->add_on_miss = is_true();
  } else if (name == "pna_idle_timeout") {
    // A controller cannot give its own entries a time-out: only those that packets add age.
    const Operand value = l.Eval(property.value);
    std::string_view member;
    if (value.is(Kind::kScalar) && l.b.IsConst(value.expr) &&
        l.types.Is(value.type, TypeKind::kEnum)) {
      const auto& members = l.types.NominalOf(value.type).members;
      const Integer& n = l.b.ConstOf(value.expr);
      if (n < members.size()) member = members[ToU64(n)];
    }
    table->auto_delete = member == "AUTO_DELETE";
    ages_[instance] = member != "NO_TIMEOUT";
  } else if (name == "idle_timeout_with_auto_delete") {
    table->auto_delete = is_true();
    ages_[instance] = table->auto_delete;
  } else if (name == "idle_timeout") {
    ages_[instance] = is_true();
  } else if (name == "default_idle_timeout_for_data_plane_added_entries") {
    Integer profile;
    if (l.ConstantInt(property.value, &profile) && profile >= 0 && profile < 256)
      profile_of_[instance] = ToU64(profile);
  } else {
    externs_.TableProperty(l, instance, table, property);
  }
}

// One of the architecture's structures. Fields of equal name mean the same in all of them, but for
// class_of_service: an input is what the target says, an output what the program does.
Loc Pna::Standard(Lowerer& l, TypeId type, const std::string& name, Span at) {
  Loc& made = standard_[type];
  if (made != nullptr) return made;
  const bool output = StructName(l, type).find("output") != std::string_view::npos;
  Location standard;
  standard.kind = Location::Kind::kStruct;
  standard.type = type;
  for (const Field& field : l.types.Fields(type)) {
    const std::string full = fmt::format("{}.{}", name, field.name);
    const uint32_t width = l.ScalarWidth(field.type);
    Role role = Role::kCount;
    if (output && field.name == "class_of_service") role = Role::kClassOfService;
    for (const NamedRole& named : kInputs)
      if (!output && named.field == field.name) role = named.role;
    if (role == Role::kCount || width == 0) {
      standard.parts.push_back(l.NewStorage(field.type, full, at));
      if (output && field.name == "decrypt") decrypt_ = standard.parts.back();
      continue;
    }
    const ir::VarId var = l.RoleVar(role);
    const bool again = field.name == "recirculated";
    if (width == ir::RoleWidth(role) && !again) {
      l.ir.vars[var].name = full;
      standard.parts.push_back(l.VarLoc(field.type, var));
      continue;
    }
    if (output) {
      l.NotYet(at, "'{}' of {} bits; it has {}", full, width, ir::RoleWidth(role));
      return nullptr;
    }
    // The parser may not have set the error yet when the function begins, but it has that width.
    const ExprId value =
        again ? l.b.Not(l.b.Eq(l.b.Read(var), l.b.Const(0, l.b.Width(l.b.Read(var)))))
              : l.b.Resize(l.b.Read(var), width, false);
    const ir::VarId own = l.b.NewVar(full, width);
    prologue_.emplace_back(own, value);
    standard.parts.push_back(l.VarLoc(field.type, own));
  }
  return made = std::make_shared<const Location>(std::move(standard));
}

void Pna::GiveUpIf(Lowerer& l, ExprId condition, std::string why) {
  const BlockId bad = l.b.NewBlock(), good = l.b.NewBlock();
  l.b.Branch(condition, bad, good);
  l.b.Start(bad);
  l.b.Extern(ExternOp::kAssert, 0, 0, {l.b.Bool(false)}, {}, std::move(why));
  l.b.Jump(good);
  l.b.Start(good);
}

void Pna::Pipeline(Lowerer& l, Instance& package, Span at) {
  struct Part {
    Instance* instance = nullptr;
    std::vector<Binding> bindings;
  };
  std::vector<Part> parts;
  Instance packet_in, packet_out;
  packet_in.kind = Instance::Kind::kPacketIn;
  packet_out.kind = Instance::Kind::kPacketOut;
  const auto object = [](Instance* instance) {
    Binding binding;
    binding.operand.kind = Kind::kObject;
    binding.operand.object = instance;
    return binding;
  };
  const auto is_packet_out = [&](TypeId type) {
    return l.types.IsNominal(type) && l.types.NominalOf(type).name == "packet_out";
  };
  const auto is_packet_in = [&](TypeId type) {
    return l.types.IsNominal(type) && l.types.NominalOf(type).name == "packet_in";
  };
  // Parser, controls, deparser: in this order wherever the package has them.
  for (const Operand& given : package.arguments) {
    Instance* const part = given.is(Kind::kObject) ? given.object : nullptr;
    if (part == nullptr ||
        (part->kind != Instance::Kind::kParser && part->kind != Instance::Kind::kControl)) {
      l.NotYet(at, "a PNA_NIC made of anything but parsers and controls");
      return;
    }
    parts.push_back({part, {}});
  }
  const auto type_of = [&](const Part& part, size_t i) {
    l.scope = &part.instance->scope;
    const TypeId type = l.Sub(l.checked[l.ParametersOf(*part.instance)[i]].type);
    l.scope = &l.global;
    return type;
  };
  const auto deparses = [&](const Part& part) {
    const size_t count = l.ParametersOf(*part.instance).size();
    for (size_t i = 0; i < count; ++i)
      if (is_packet_out(type_of(part, i))) return true;
    return false;
  };
  std::stable_sort(parts.begin(), parts.end(), [&](const Part& a, const Part& c) {
    const auto rank = [&](const Part& part) {
      return part.instance->kind == Instance::Kind::kParser ? 0 : deparses(part) ? 2 : 1;
    };
    return rank(a) < rank(c);
  });
  const size_t count = parts.size();
  if (count < 3 || count > 4 || parts[0].instance->kind != Instance::Kind::kParser ||
      parts[1].instance->kind != Instance::Kind::kControl || !deparses(parts[count - 1]) ||
      deparses(parts[count - 2])) {
    l.NotYet(at,
             "a PNA_NIC that is not a main parser, perhaps a pre control, a main control and a "
             "main deparser");
    return;
  }

  // The main control's headers and metadata are everyone's; the pre control may have its own.
  std::map<std::pair<bool, TypeId>, Loc> users;
  const auto bind = [&](Part& part) {
    const auto declared = l.ParametersOf(*part.instance);
    size_t position = 0, theirs = 0;
    for (size_t i = 0; i < declared.size(); ++i) {
      const TypeId type = type_of(part, i);
      theirs += !is_packet_in(type) && !is_packet_out(type) && !IsStandard(l, type);
    }
    for (size_t i = 0; i < declared.size(); ++i) {
      const TypeId type = type_of(part, i);
      if (is_packet_in(type) || is_packet_out(type)) {
        part.bindings.push_back(object(is_packet_in(type) ? &packet_in : &packet_out));
        continue;
      }
      Binding binding;
      const std::string name(declared[i]->name.text);
      if (IsStandard(l, type)) {
        binding.loc = Standard(l, type, name, declared[i]->span);
        if (binding.loc == nullptr) return false;
      } else {
        if (theirs > 3) {
          l.NotYet(declared[i]->span, "a block of PNA_NIC with this parameter");
          return false;
        }
        // Headers, metadata; older programs see the pre control's metadata before these.
        Loc& place = users[{position++ != std::max<size_t>(theirs, 2) - 2, type}];
        if (place == nullptr) {
          l.scope = &part.instance->scope;
          place = l.NewStorage(type, name, declared[i]->span);
          l.scope = &l.global;
        }
        binding.loc = place;
      }
      part.bindings.push_back(std::move(binding));
    }
    return true;
  };
  // The main control first: its names are the ones that a reader of the code knows.
  for (const size_t i : {count - 2, size_t{0}, count - 1, size_t{1}})
    if (parts[i].bindings.empty() && !bind(parts[i])) return;

  const ir::FunctionId main = l.b.NewFunction("main");
  l.b.EnterFunction(main);
  l.b.Start(l.ir.functions[main].entry = l.b.NewBlock());
  l.ir.functions[main].deparses = true;
  l.ir.ingress = main;
  SetRole(l, Role::kDrop, 1);
  for (const auto& [var, value] : prologue_) l.b.Assign(var, value);
  for (size_t i = 0; i < count; ++i) {
    block_ = i == 0           ? "main parser"
             : i + 1 == count ? "main deparser"
             : i + 2 == count ? ""
                              : "pre control";
    externs_.Enter(l, *parts[i].instance);
    l.ApplyTopLevel(parts[i].instance, parts[i].bindings);
    if (count == 4 && i == 1 && decrypt_ != nullptr)
      GiveUpIf(l, l.Expr(l.Load(decrypt_), at),
               "the pre control asked for decryption, which is not yet supported");
  }
  if (ipsec_.valid())
    GiveUpIf(l, l.b.Read(ipsec_), "the program enabled IPsec, which is not yet supported");
  l.b.End();
}

}  // namespace

std::unique_ptr<Architecture> FindPna(const BlockTypeDecl& package) {
  if (package.name.text != "PNA_NIC") return nullptr;
  return std::make_unique<Pna>();
}

}  // namespace ipdk::p4
