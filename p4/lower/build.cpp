#include "p4/lower/build.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/check.h"

namespace ipdk::p4 {

using ir::BinaryOp;
using ir::BlockId;
using ir::Expr;
using ir::ExprId;
using ir::ExprKind;
using ir::HeaderRef;
using ir::Stmt;
using ir::StmtKind;
using ir::TermKind;
using ir::UnaryOp;
using ir::VarId;

bool IsCompare(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq:
    case BinaryOp::kNe:
    case BinaryOp::kULt:
    case BinaryOp::kULe:
    case BinaryOp::kSLt:
    case BinaryOp::kSLe:
      return true;
    default:
      return false;
  }
}

bool IsShift(BinaryOp op) {
  return op == BinaryOp::kShl || op == BinaryOp::kLShr || op == BinaryOp::kAShr;
}

Integer FoldBinary(BinaryOp op, const Integer& a, uint32_t width, const Integer& b) {
  const auto saturate = [&](Integer value, bool is_signed) {
    const Integer low = is_signed ? Integer(-(Integer(1) << (width - 1))) : Integer(0);
    const Integer high = is_signed ? Integer((Integer(1) << (width - 1)) - 1) : Mask(width);
    return Truncate(value < low ? low : value > high ? high : value, width);
  };
  switch (op) {
    case BinaryOp::kAdd:
      return Truncate(a + b, width);
    case BinaryOp::kSub:
      return Truncate(a - b, width);
    case BinaryOp::kMul:
      return Truncate(a * b, width);
    case BinaryOp::kUDiv:
      return b == 0 ? Integer(0) : Integer(a / b);
    case BinaryOp::kUMod:
      return b == 0 ? Integer(0) : Integer(a % b);
    case BinaryOp::kAnd:
      return a & b;
    case BinaryOp::kOr:
      return a | b;
    case BinaryOp::kXor:
      return a ^ b;
    case BinaryOp::kUAddSat:
      return saturate(a + b, false);
    case BinaryOp::kSAddSat:
      return saturate(AsSigned(a, width) + AsSigned(b, width), true);
    case BinaryOp::kUSubSat:
      return saturate(a - b, false);
    case BinaryOp::kSSubSat:
      return saturate(AsSigned(a, width) - AsSigned(b, width), true);
    case BinaryOp::kShl:
      return b >= width ? Integer(0) : Truncate(a << ToU64(b), width);
    case BinaryOp::kLShr:
      return b >= width ? Integer(0) : Integer(a >> ToU64(b));
    case BinaryOp::kAShr: {
      const Integer value = AsSigned(a, width);
      Integer out;
      mpz_fdiv_q_2exp(out.get_mpz_t(), value.get_mpz_t(), b >= width ? width : ToU64(b));
      return Truncate(out, width);
    }
    case BinaryOp::kEq:
      return a == b ? 1 : 0;
    case BinaryOp::kNe:
      return a != b ? 1 : 0;
    case BinaryOp::kULt:
      return a < b ? 1 : 0;
    case BinaryOp::kULe:
      return a <= b ? 1 : 0;
    case BinaryOp::kSLt:
      return AsSigned(a, width) < AsSigned(b, width) ? 1 : 0;
    case BinaryOp::kSLe:
      return AsSigned(a, width) <= AsSigned(b, width) ? 1 : 0;
  }
  return 0;
}

VarId IrBuilder::NewVar(std::string name, uint32_t width) {
  IPDK_CHECK(width > 0);
  return p_.vars.Add({std::move(name), width});
}

VarId IrBuilder::NewTemp(uint32_t width) { return NewVar(fmt::format("tmp{}", temps_++), width); }

ir::HeaderId IrBuilder::NewHeader(std::string name, ir::HeaderTypeId type) {
  return p_.headers.Add({std::move(name), type, {}});
}

ir::StackId IrBuilder::NewStack(std::string name, ir::HeaderTypeId type, uint32_t count) {
  const VarId next = NewVar(name + ".next_index", 32);
  const ir::StackId stack = p_.stacks.Add({name, ir::HeaderId(p_.headers.size()), count, next});
  for (uint32_t i = 0; i < count; ++i)
    p_.headers.Add({fmt::format("{}[{}]", name, i), type, stack});
  return stack;
}

ExprId IrBuilder::Add(Expr expr, uint16_t depth) {
  depth_.push_back(depth);
  return p_.exprs.Add(std::move(expr));
}

ExprId IrBuilder::Shallow(ExprId e) {
  if (Depth(e) < kMaxDepth) return e;
  return Save(e);
}

ExprId IrBuilder::Const(const Integer& value, uint32_t width) {
  IPDK_CHECK(width > 0);
  const Integer low = Truncate(value, width);
  const auto [at, fresh] = constants_.try_emplace({width, low});
  if (fresh) {
    p_.constants.push_back(low);
    Expr e;
    e.kind = ExprKind::kConst;
    e.width = width;
    e.constant = static_cast<uint32_t>(p_.constants.size() - 1);
    at->second = Add(e, 0);
  }
  return at->second;
}

ExprId IrBuilder::Read(VarId var) {
  if (reads_.size() <= var.index) reads_.resize(p_.vars.size());
  if (reads_.size() <= var.index) reads_.resize(var.index + 1);
  if (!reads_[var.index].valid()) {
    Expr e;
    e.kind = ExprKind::kVar;
    e.width = p_.vars[var].width;
    e.var = var;
    reads_[var.index] = Add(e, 0);
  }
  return reads_[var.index];
}

ExprId IrBuilder::Field(const HeaderRef& header, uint32_t field, uint32_t width) {
  Expr e;
  e.kind = ExprKind::kField;
  e.width = width;
  e.field = field;
  e.header = header;
  return Add(e, DepthOf(header) + 1);
}

ExprId IrBuilder::FieldLength(const HeaderRef& header, uint32_t field) {
  Expr e;
  e.kind = ExprKind::kFieldLength;
  e.width = 32;
  e.field = field;
  e.header = header;
  return Add(e, DepthOf(header) + 1);
}

ExprId IrBuilder::Valid(const HeaderRef& header) {
  Expr e;
  e.kind = ExprKind::kValid;
  e.width = 1;
  e.header = header;
  return Add(e, DepthOf(header) + 1);
}

ExprId IrBuilder::Unary(UnaryOp op, ExprId a) {
  const uint32_t width = Width(a);
  if (IsConst(a)) {
    const Integer& v = ConstOf(a);
    return Const(op == UnaryOp::kNot ? Integer(Mask(width) - v) : Integer(-v), width);
  }
  const Expr& inner = p_.exprs[a];
  if (inner.kind == ExprKind::kUnary && inner.unary == op) return inner.a;
  if (op == UnaryOp::kNot && inner.kind == ExprKind::kBinary &&
      (inner.binary == BinaryOp::kEq || inner.binary == BinaryOp::kNe)) {
    return Binary(inner.binary == BinaryOp::kEq ? BinaryOp::kNe : BinaryOp::kEq, inner.a, inner.b);
  }
  a = Shallow(a);
  Expr e;
  e.kind = ExprKind::kUnary;
  e.unary = op;
  e.width = width;
  e.a = a;
  return Add(e, Depth(a) + 1);
}

ExprId IrBuilder::Binary(BinaryOp op, ExprId a, ExprId b) {
  const uint32_t width = Width(a);
  IPDK_CHECK(IsShift(op) || Width(b) == width);
  const uint32_t result = IsCompare(op) ? 1 : width;
  if (IsConst(a) && IsConst(b)) {
    // A left shift by a huge amount is 0 before it is computed.
    return Const(FoldBinary(op, ConstOf(a), width, ConstOf(b)), result);
  }
  const auto is = [&](ExprId e, const Integer& v) { return IsConst(e) && ConstOf(e) == v; };
  const Integer zero = 0;
  switch (op) {
    case BinaryOp::kAnd:
      if (is(a, zero) || is(b, Mask(width))) return a;
      if (is(b, zero) || is(a, Mask(width))) return b;
      break;
    case BinaryOp::kOr:
      if (is(b, zero) || is(a, Mask(width))) return a;
      if (is(a, zero) || is(b, Mask(width))) return b;
      break;
    case BinaryOp::kAdd:
    case BinaryOp::kXor:
      if (is(a, zero)) return b;
      if (is(b, zero)) return a;
      break;
    case BinaryOp::kSub:
    case BinaryOp::kShl:
    case BinaryOp::kLShr:
    case BinaryOp::kAShr:
      if (is(b, zero)) return a;
      break;
    case BinaryOp::kEq:
      if (width == 1 && is(b, 1)) return a;
      if (width == 1 && is(a, 1)) return b;
      if (width == 1 && is(b, zero)) return Not(a);
      if (width == 1 && is(a, zero)) return Not(b);
      break;
    case BinaryOp::kNe:
      if (width == 1 && is(b, zero)) return a;
      if (width == 1 && is(a, zero)) return b;
      if (width == 1 && is(b, 1)) return Not(a);
      if (width == 1 && is(a, 1)) return Not(b);
      break;
    default:
      break;
  }
  a = Shallow(a);
  b = Shallow(b);
  Expr e;
  e.kind = ExprKind::kBinary;
  e.binary = op;
  e.width = result;
  e.a = a;
  e.b = b;
  return Add(e, std::max(Depth(a), Depth(b)) + 1);
}

ExprId IrBuilder::Slice(ExprId a, uint32_t low, uint32_t width) {
  IPDK_CHECK(width > 0 && low + width <= Width(a));
  if (low == 0 && width == Width(a)) return a;
  if (IsConst(a)) return Const(ConstOf(a) >> low, width);
  const Expr& inner = p_.exprs[a];
  if (inner.kind == ExprKind::kSlice) return Slice(inner.a, inner.low + low, width);
  if (inner.kind == ExprKind::kConcat) {
    const uint32_t split = Width(inner.b);
    if (low >= split) return Slice(inner.a, low - split, width);
    if (low + width <= split) return Slice(inner.b, low, width);
  }
  a = Shallow(a);
  Expr e;
  e.kind = low == 0 ? ExprKind::kTruncate : ExprKind::kSlice;
  e.width = width;
  e.low = low;
  e.a = a;
  return Add(e, Depth(a) + 1);
}

ExprId IrBuilder::Concat(ExprId high, ExprId low) {
  const uint32_t width = Width(high) + Width(low);
  if (IsConst(high) && IsConst(low))
    return Const((ConstOf(high) << Width(low)) | ConstOf(low), width);
  high = Shallow(high);
  low = Shallow(low);
  Expr e;
  e.kind = ExprKind::kConcat;
  e.width = width;
  e.a = high;
  e.b = low;
  return Add(e, std::max(Depth(high), Depth(low)) + 1);
}

ExprId IrBuilder::Resize(ExprId a, uint32_t width, bool sign_extend) {
  const uint32_t from = Width(a);
  if (from == width) return a;
  if (width < from) return Slice(a, 0, width);
  if (IsConst(a)) return Const(sign_extend ? AsSigned(ConstOf(a), from) : ConstOf(a), width);
  a = Shallow(a);
  Expr e;
  e.kind = sign_extend ? ExprKind::kSignExtend : ExprKind::kZeroExtend;
  e.width = width;
  e.a = a;
  return Add(e, Depth(a) + 1);
}

ExprId IrBuilder::Select(ExprId condition, ExprId yes, ExprId no) {
  IPDK_CHECK(Width(yes) == Width(no) && Width(condition) == 1);
  if (IsConst(condition)) return ConstOf(condition) != 0 ? yes : no;
  if (yes == no) return yes;
  if (Width(yes) == 1 && IsConst(yes) && IsConst(no))
    return ConstOf(yes) != 0 ? condition : Not(condition);
  condition = Shallow(condition);
  yes = Shallow(yes);
  no = Shallow(no);
  Expr e;
  e.kind = ExprKind::kSelect;
  e.width = Width(yes);
  e.a = condition;
  e.b = yes;
  e.c = no;
  return Add(e, std::max({Depth(condition), Depth(yes), Depth(no)}) + 1);
}

bool IrBuilder::IsCheap(ExprId e) const {
  const Expr& x = p_.exprs[e];
  return x.kind == ExprKind::kConst || x.kind == ExprKind::kVar;
}

namespace {

// Calls visit on each node of the tree until it answers true. Depth is bounded by the builder.
template <typename Visit>
bool AnyOf(const ir::Program& p, ExprId e, Visit visit) {
  if (!e.valid()) return false;
  const Expr& x = p.exprs[e];
  if (visit(x)) return true;
  if (!x.header.fixed() && AnyOf(p, x.header.index, visit)) return true;
  return AnyOf(p, x.a, visit) || AnyOf(p, x.b, visit) || AnyOf(p, x.c, visit);
}

bool ReadsHeader(const Expr& x) {
  return x.kind == ExprKind::kField || x.kind == ExprKind::kFieldLength ||
         x.kind == ExprKind::kValid;
}

}  // namespace

bool IrBuilder::Reads(ExprId e, VarId var) const {
  return AnyOf(p_, e, [&](const Expr& x) { return x.kind == ExprKind::kVar && x.var == var; });
}

bool IrBuilder::Reads(ExprId e, const HeaderRef& header) const {
  return AnyOf(p_, e, [&](const Expr& x) {
    if (!ReadsHeader(x)) return false;
    if (x.header.fixed() && header.fixed()) return x.header.header == header.header;
    const auto stack = [&](const HeaderRef& h) {
      return h.fixed() ? p_.headers[h.header].stack : h.stack;
    };
    return stack(x.header).valid() && stack(x.header) == stack(header);
  });
}

ExprId IrBuilder::Save(ExprId e) {
  if (IsConst(e)) return e;
  const VarId temp = NewTemp(Width(e));
  Assign(temp, e);
  return Read(temp);
}

BlockId IrBuilder::NewBlock(ir::Block::Kind kind, std::string name) {
  ir::Block block;
  block.kind = kind;
  block.name = std::move(name);
  block.function = function_;
  return p_.blocks.Add(std::move(block));
}

void IrBuilder::Start(BlockId block) { cursor_ = block; }

ir::FunctionId IrBuilder::NewFunction(std::string name) {
  ir::Function f;
  f.name = std::move(name);
  return p_.functions.Add(std::move(f));
}

ir::Block& IrBuilder::Cursor() {
  if (!cursor_.valid()) cursor_ = NewBlock();
  return p_.blocks[cursor_];
}

void IrBuilder::Append(Stmt stmt) {
  const bool can_fail = stmt.kind == StmtKind::kExtract || stmt.kind == StmtKind::kExtractVarbit ||
                        stmt.kind == StmtKind::kAdvance || stmt.kind == StmtKind::kLookahead;
  if (can_fail) {
    ir::Block& block = Cursor();
    if (block.on_error.valid() && block.on_error != on_error_) {
      const BlockId next = NewBlock();
      Jump(next);
      Start(next);
    }
    Cursor().on_error = on_error_;
  }
  stmt.at = at_;
  Cursor().stmts.push_back(std::move(stmt));
}

void IrBuilder::Assign(VarId var, ExprId value) {
  IPDK_CHECK(p_.vars[var].width == Width(value));
  const Expr& x = p_.exprs[value];
  if (x.kind == ExprKind::kVar && x.var == var) return;
  Stmt s;
  s.kind = StmtKind::kAssign;
  s.var = var;
  s.value = value;
  Append(std::move(s));
}

void IrBuilder::AssignField(const HeaderRef& header, uint32_t field, ExprId value) {
  Stmt s;
  s.kind = StmtKind::kAssignField;
  s.header = header;
  s.field = field;
  s.value = value;
  Append(std::move(s));
}

void IrBuilder::AssignVarbit(const HeaderRef& header, uint32_t field, ExprId value, ExprId length) {
  Stmt s;
  s.kind = StmtKind::kAssignVarbit;
  s.header = header;
  s.field = field;
  s.value = value;
  s.length = length;
  Append(std::move(s));
}

void IrBuilder::SetValid(const HeaderRef& header) {
  Stmt s;
  s.kind = StmtKind::kSetValid;
  s.header = header;
  Append(std::move(s));
}

void IrBuilder::SetInvalid(const HeaderRef& header) {
  Stmt s;
  s.kind = StmtKind::kSetInvalid;
  s.header = header;
  Append(std::move(s));
}

void IrBuilder::CopyHeader(const HeaderRef& header, const HeaderRef& source) {
  if (header.fixed() && source.fixed() && header.header == source.header) return;
  Stmt s;
  s.kind = StmtKind::kCopyHeader;
  s.header = header;
  s.source = source;
  Append(std::move(s));
}

void IrBuilder::Extern(ir::ExternOp op, uint32_t object, uint32_t attribute,
                       std::vector<ExprId> ins, std::vector<VarId> outs, std::string text) {
  Stmt s;
  s.kind = StmtKind::kExtern;
  s.op = op;
  s.object = object;
  s.attribute = attribute;
  s.ins = std::move(ins);
  s.outs = std::move(outs);
  s.text = std::move(text);
  Append(std::move(s));
}

void IrBuilder::Finish(ir::Terminator term) {
  term.at = at_;
  Cursor().term = std::move(term);
  cursor_ = {};
}

void IrBuilder::Jump(BlockId target) {
  ir::Terminator t;
  t.kind = TermKind::kJump;
  t.target = target;
  Finish(std::move(t));
}

void IrBuilder::Branch(ExprId condition, BlockId target, BlockId otherwise) {
  if (IsConst(condition)) return Jump(ConstOf(condition) != 0 ? target : otherwise);
  const Expr& x = p_.exprs[condition];
  if (x.kind == ExprKind::kUnary && x.unary == UnaryOp::kNot) return Branch(x.a, otherwise, target);
  ir::Terminator t;
  t.kind = TermKind::kBranch;
  t.condition = condition;
  t.target = target;
  t.otherwise = otherwise;
  Finish(std::move(t));
}

void IrBuilder::Call(ir::FunctionId function) {
  const BlockId next = NewBlock();
  ir::Terminator t;
  t.kind = TermKind::kCall;
  t.function = function;
  t.target = next;
  Finish(std::move(t));
  Start(next);
}

void IrBuilder::Return() {
  ir::Terminator t;
  t.kind = TermKind::kReturn;
  Finish(std::move(t));
}

void IrBuilder::End() {
  ir::Terminator t;
  t.kind = TermKind::kEnd;
  Finish(std::move(t));
}

}  // namespace ipdk::p4
