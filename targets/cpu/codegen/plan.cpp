// The cells of a program, and the order in which a plan is made.

#include "targets/cpu/codegen/planner.h"
#include "targets/cpu/packet.h"

namespace ipdk::cpu::codegen {
namespace {

constexpr uint32_t kMaxWidth = 8192;  // of a value: LLVM's time grows with it

}  // namespace

Result<Plan> Planner::Run() {
  IPDK_RETURN_IF_ERROR(CheckSupported());
  FindLearning();
  MakeCells();
  const bool shares_state = p_.arch == ir::Arch::kV1Model;
  if (p_.egress.valid()) {
    BitSet none(plan_.cells.size());
    plan_.egress.emplace();
    IPDK_RETURN_IF_ERROR(Build(*plan_.egress, Entry::kEgress, p_.egress, ReadAfter(none)));
    Solve(*plan_.egress);
    // A clone made after egress goes through egress again, with the headers as they are then.
    if (shares_state && p_.role(ir::Role::kCloneSession).valid()) {
      const BitSet again = ReadAfter(plan_.egress->live_in[plan_.egress->start]);
      plan_.egress.emplace();
      IPDK_RETURN_IF_ERROR(Build(*plan_.egress, Entry::kEgress, p_.egress, again));
      Solve(*plan_.egress);
    }
  }
  BitSet at_end(plan_.cells.size());
  if (plan_.egress && shares_state) at_end = plan_.egress->live_in[plan_.egress->start];
  at_end = ReadAfter(at_end);
  // It becomes Packet::parsed.
  at_end.Set(plan_.cursor);
  IPDK_RETURN_IF_ERROR(Build(plan_.ingress, Entry::kIngress, p_.ingress, at_end));
  Solve(plan_.ingress);
  if (p_.arch == ir::Arch::kV1Model && p_.role(ir::Role::kCloneSession).valid()) {
    plan_.parse_only.emplace();
    IPDK_RETURN_IF_ERROR(Build(*plan_.parse_only, Entry::kParseOnly, p_.ingress, at_end));
    Solve(*plan_.parse_only);
  }
  for (Graph* graph : Graphs()) {
    Longest(*graph);
    Cut(*graph);
    NumberSites(*graph);
    IPDK_RETURN_IF_ERROR(CheckEmits(*graph));
    FindSerialRegion(*graph);
  }
  FindCoupling();
  ParsePositions();
  Growth();
  IPDK_RETURN_IF_ERROR(LayFrame());
  return std::move(plan_);
}

void Planner::FindLearning() {
  plan_.learns.assign(s_.tables.size(), false);
  plan_.own_timers.assign(s_.tables.size(), false);
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts) {
      if (stmt.kind != StmtKind::kExtern) continue;
      const bool timer =
          stmt.op == ir::ExternOp::kSetExpireTime || stmt.op == ir::ExternOp::kRestartExpireTimer;
      if (!timer && stmt.op != ir::ExternOp::kAddEntry) continue;
      plan_.learns[stmt.object] = true;
      if (timer) plan_.own_timers[stmt.object] = true;
    }
}

std::vector<Graph*> Planner::Graphs() {
  std::vector<Graph*> all{&plan_.ingress};
  if (plan_.parse_only) all.push_back(&*plan_.parse_only);
  if (plan_.egress) all.push_back(&*plan_.egress);
  return all;
}

Status Planner::CheckSupported() const {
  if (!p_.ingress.valid())
    return InvalidArgument("the program has no ingress function: nothing to run on packets");
  for (const ir::Var& var : p_.vars)
    if (var.width > kMaxWidth)
      return Unimplemented(
          "variable '{}' has {} bits: values above {} bits are not yet supported by the cpu "
          "target",
          var.name, var.width, kMaxWidth);
  for (const Expr& expr : p_.exprs)
    if (expr.width > kMaxWidth)
      return Unimplemented(
          "an expression has {} bits: values above {} bits are not yet supported by the cpu "
          "target",
          expr.width, kMaxWidth);
  for (const ir::HeaderType& type : p_.header_types) {
    for (const ir::HeaderField& field : type.fields)
      if (field.width > kMaxWidth)
        return Unimplemented(
            "field '{}' of header type '{}' has {} bits: fields above {} bits are not yet "
            "supported by the cpu target",
            field.name, type.name, field.width, kMaxWidth);
  }
  return {};
}

CellId Planner::AddCell(CellKind kind, uint32_t index, uint32_t width) {
  Cell cell;
  cell.kind = kind;
  cell.index = index;
  cell.width = width;
  plan_.cells.push_back(cell);
  return static_cast<CellId>(plan_.cells.size() - 1);
}

void Planner::MakeCells() {
  for (uint32_t i = 0; i < p_.vars.size(); ++i)
    plan_.var_cell.push_back(AddCell(CellKind::kVar, i, p_.vars[ir::VarId(i)].width));
  for (size_t r = 0; r < p_.roles.size(); ++r) {
    if (!p_.roles[r].valid()) continue;
    Cell& cell = plan_.cells[plan_.var_cell[p_.roles[r].index]];
    cell.role = true;
    cell.input = cell.input || IsIngressInput(static_cast<ir::Role>(r));
    cell.home = Intrinsics::kSlots[r] * 8u;
  }
  for (uint32_t i = 0; i < p_.headers.size(); ++i) {
    HeaderPlan header;
    const ir::HeaderType& type = p_.header_types[p_.headers[HeaderId(i)].type];
    uint32_t at = 0, widest = 0;
    for (uint32_t f = 0; f < type.fields.size(); ++f) {
      header.offset.push_back(at);
      widest += type.fields[f].width;
      if (type.fields[f].varbit) {
        header.varbit = static_cast<int32_t>(f);
      } else {
        at += type.fields[f].width;
      }
    }
    header.bits = at;
    header.bytes = static_cast<uint32_t>(BytesFor(widest));
    plan_.zeros_bytes = std::max(plan_.zeros_bytes, header.bytes);
    header.base = AddCell(CellKind::kBase, i, 64);
    if (header.varbit >= 0) header.varbit_bits = AddCell(CellKind::kVarbitBits, i, 32);
    plan_.headers.push_back(std::move(header));
  }
  for (uint32_t i = 0; i < p_.functions.size(); ++i)
    plan_.return_cell.push_back(AddCell(CellKind::kReturn, i, 32));
  for (uint32_t i = 0; i < s_.tables.size(); ++i)
    plan_.direct_cell.push_back(AddCell(CellKind::kDirect, i, 32));
  plan_.cursor = AddCell(CellKind::kCursor, 0, 64);
  plan_.steps = AddCell(CellKind::kSteps, 0, 32);
  plan_.emit_start = AddCell(CellKind::kEmitStart, 0, 64);
  plan_.emit_end = AddCell(CellKind::kEmitEnd, 0, 64);
  plan_.emitted = AddCell(CellKind::kEmitted, 0, 64);
  plan_.bits = NeedsBits();
  if (plan_.bits) plan_.copy_emits = true;
  const bool returns =
      p_.role(ir::Role::kCloneSession).valid() || p_.role(ir::Role::kResubmitFields).valid();
  plan_.copy_headers = plan_.bits || (p_.arch == ir::Arch::kV1Model && returns);
}

// Whether a value is surely a multiple of 8.
bool Planner::WholeBytes(ExprId id, int depth) const {
  const Expr& e = p_.exprs[id];
  if (e.width < 3 || depth > 20) return false;
  switch (e.kind) {
    case ExprKind::kConst:
      return p_.constants[e.constant] % 8 == 0;
    case ExprKind::kZeroExtend:
    case ExprKind::kSignExtend:
    case ExprKind::kTruncate:
      return WholeBytes(e.a, depth + 1);
    case ExprKind::kConcat:
      return p_.exprs[e.b].width >= 3 && WholeBytes(e.b, depth + 1);
    case ExprKind::kSelect:
      return WholeBytes(e.b, depth + 1) && WholeBytes(e.c, depth + 1);
    case ExprKind::kFieldLength:
      return !assigns_varbits_ && WholeVarbit(e.header);
    case ExprKind::kBinary:
      switch (e.binary) {
        case ir::BinaryOp::kAdd:
        case ir::BinaryOp::kSub:
        case ir::BinaryOp::kAnd:
          if (e.binary == ir::BinaryOp::kAnd &&
              (WholeBytes(e.a, depth + 1) || WholeBytes(e.b, depth + 1)))
            return true;
          return WholeBytes(e.a, depth + 1) && WholeBytes(e.b, depth + 1);
        case ir::BinaryOp::kMul:
          return WholeBytes(e.a, depth + 1) || WholeBytes(e.b, depth + 1);
        case ir::BinaryOp::kShl: {
          const auto by = ConstantOf(e.b);
          return (by && *by >= 3) || WholeBytes(e.a, depth + 1);
        }
        default:
          return false;
      }
    default:
      return false;
  }
}

bool Planner::WholeVarbit(const HeaderRef& ref) const {
  bool whole = true;
  ForHeaders(ref, [&](uint32_t h) { whole = whole && plan_.headers[h].bits % 8 == 0; });
  return whole;
}

// Whether a header or the payload can start or end within a byte.
bool Planner::NeedsBits() {
  bool bits = false;
  const auto odd = [&](const HeaderRef& ref) {
    ForHeaders(ref, [&](uint32_t h) {
      // Extracting one with a varbit checks its whole length.
      if (plan_.headers[h].bits % 8 != 0) bits = true;
    });
  };
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts)
      assigns_varbits_ = assigns_varbits_ || stmt.kind == StmtKind::kAssignVarbit;
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts) {
      if (stmt.kind == StmtKind::kExtract || stmt.kind == StmtKind::kEmit) odd(stmt.header);
      if ((stmt.kind == StmtKind::kAdvance || stmt.kind == StmtKind::kAssignVarbit) &&
          !WholeBytes(stmt.length))
        bits = true;
    }
  return bits;
}

bool IsIngressInput(ir::Role role) {
  switch (role) {
    case ir::Role::kIngressPort:
    case ir::Role::kInstanceType:
    case ir::Role::kPacketLength:
    case ir::Role::kIngressGlobalTimestamp:
    case ir::Role::kInputPort:
    case ir::Role::kPacketPath:
    case ir::Role::kIngressTimestamp:
    case ir::Role::kDirection:
    case ir::Role::kPass:
    case ir::Role::kLoopedBack:
      return true;
    default:
      return false;
  }
}

Result<Plan> MakePlan(const schema::Schema& schema, const ir::Program& program) {
  return Planner(schema, program).Run();
}

}  // namespace ipdk::cpu::codegen
