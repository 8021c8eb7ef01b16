#include <fmt/format.h>

#include "pipeline/ir/build.h"
#include "pipeline/ir/names.h"
#include "pipeline/random/random.h"
#include "pipeline/random/schema.h"

namespace ipdk::random {
namespace {

using ir::BlockId;
using ir::ExprId;
using ir::HeaderId;
using ir::Role;
using ir::StmtKind;
using ir::VarId;

constexpr uint32_t kBypass =
    16;  // header bits beyond which a header type gets no more fields, in bytes

class Maker {
 public:
  explicit Maker(const ProgramOptions& options) : o_(options), r_(options.seed), b_(p()) {}

  ir::Compiled Run() {
    MakeSchema(o_, r_, c_.schema);
    p().arch = ir::Arch::kV1Model;
    p().errors = {
        "NoError",       "PacketTooShort",       "NoMatch", "StackOutOfBounds", "HeaderTooShort",
        "ParserTimeout", "ParserInvalidArgument"};
    MakeState();
    p().ingress = p().functions.Add({"ingress", BlockId(), false});
    p().egress = p().functions.Add({"egress", BlockId(), true});
    if (o_.functions)
      for (int i = 0; i < 2; ++i) MakeCallee(i);
    MakeIngress();
    MakeEgress();
    return std::move(c_);
  }

 private:
  ir::Program& p() { return c_.program; }
  uint32_t Pick(size_t count) { return r_.Below(static_cast<uint32_t>(count)); }

  // ---- state

  uint32_t Width() {
    static constexpr uint32_t kCommon[] = {1, 3, 8, 9, 16, 24, 32, 48, 63, 64, 65, 128};
    const uint32_t width =
        r_.OneIn(4) ? 1 + r_.Below(o_.max_width) : kCommon[Pick(std::size(kCommon))];
    return std::min(width, o_.max_width);
  }

  void MakeState() {
    const uint32_t types = 3;
    for (uint32_t t = 0; t < types; ++t) {
      ir::HeaderType type;
      type.name = fmt::format("h{}_t", t);
      uint32_t bits = 0;
      const uint32_t fields = 2 + r_.Below(5);
      for (uint32_t f = 0; f < fields && bits < kBypass * 8; ++f) {
        const uint32_t width = f == 0 ? 8 : r_.OneIn(6) ? 1 + r_.Below(140) : 1 + r_.Below(32);
        type.fields.push_back({fmt::format("f{}", f), width, false});
        bits += width;
      }
      if (bits % 8 != 0) type.fields.push_back({"pad", 8 - bits % 8, false});
      if (t == 2 && o_.varbits) {
        type.fields.insert(type.fields.begin() + 1 + Pick(type.fields.size()),
                           ir::HeaderField{"v", 8 * (1 + r_.Below(6)), true});
        varbit_type_ = ir::HeaderTypeId(t);
      }
      p().header_types.Add(std::move(type));
    }
    for (uint32_t t = 0; t < types; ++t)
      for (uint32_t k = 0; k < 2; ++k)
        p().headers.Add({fmt::format("hdr.h{}{}", t, k == 0 ? "a" : "b"), ir::HeaderTypeId(t), {}});
    if (o_.stacks) {
      const VarId next = p().vars.Add({"hdr.s.next", 32});
      const ir::StackId stack = p().stacks.Add({"hdr.s", HeaderId(p().headers.size()), 3, next});
      for (uint32_t k = 0; k < 3; ++k)
        p().headers.Add({fmt::format("hdr.s[{}]", k), ir::HeaderTypeId(0), stack});
    }
    const uint32_t count = 8 + r_.Below(8);
    for (uint32_t i = 0; i < count; ++i)
      vars_.push_back(p().vars.Add({fmt::format("m.v{}", i), Width()}));
    loop_var_ = p().vars.Add({"m.loop", 8});
    auto role = [&](Role role) {
      const VarId var = p().vars.Add({fmt::format("sm.{}", Name(role)), ir::RoleWidth(role)});
      p().roles[static_cast<size_t>(role)] = var;
      return var;
    };
    for (Role in : {Role::kIngressPort, Role::kPacketLength, Role::kInstanceType,
                    Role::kParserError, Role::kEgressPort, Role::kEgressRid})
      readable_.push_back(role(in));
    role(Role::kEgressSpec);
    if (o_.replication) {
      for (Role out : {Role::kMcastGrp, Role::kCloneSession, Role::kCloneFields,
                       Role::kResubmitFields, Role::kRecirculateFields, Role::kTruncateLength})
        role(out);
      p().field_lists.push_back({1, {vars_[0], vars_[1]}});
    }
    // Where table actions put their parameters.
    for (const schema::Action& action : c_.schema.actions) {
      auto& params = params_.emplace_back();
      for (const schema::ActionParam& param : action.params) {
        params.push_back(p().vars.Add({action.preamble.name + "." + param.name, param.width}));
        vars_.push_back(params.back());
      }
    }
  }

  // ---- expressions

  ir::HeaderRef Ref(HeaderId id) { return ir::RefTo(id); }
  // A header, now and then an element of the stack by a computed index.
  ir::HeaderRef AnyHeader(ir::HeaderTypeId* type) {
    if (o_.stacks && r_.OneIn(5)) {
      *type = ir::HeaderTypeId(0);
      return ir::RefTo(ir::StackId(0), r_.OneIn(2) ? Expression(32, 1) : b_.Const(r_.Below(4), 32));
    }
    const HeaderId id(Pick(p().headers.size()));
    *type = p().headers[id].type;
    return Ref(id);
  }

  ExprId Leaf() {
    switch (r_.Below(8)) {
      case 0:
      case 1: {
        const uint32_t width = Width();
        return b_.Const(r_.Value(width), width);
      }
      case 2:
      case 3:
        return b_.Read(vars_[Pick(vars_.size())]);
      case 4:
        return b_.Read(readable_[Pick(readable_.size())]);
      case 5: {
        ir::HeaderTypeId type;
        return b_.Valid(AnyHeader(&type));
      }
      default: {
        ir::HeaderTypeId type;
        const ir::HeaderRef header = AnyHeader(&type);
        const uint32_t field = Pick(p().header_types[type].fields.size());
        if (p().header_types[type].fields[field].varbit && r_.OneIn(2))
          return b_.FieldLength(header, field);
        return b_.Field(header, field);
      }
    }
  }

  // The value made `width` bits wide, one way or another.
  ExprId Fit(ExprId e, uint32_t width) {
    const uint32_t have = b_.WidthOf(e);
    if (have == width) return e;
    if (have > width) {
      if (r_.OneIn(2)) return b_.Resize(ir::ExprKind::kTruncate, e, width);
      const uint32_t low = r_.Below(have - width + 1);
      return b_.Slice(e, low + width - 1, low);
    }
    if (r_.OneIn(3)) return b_.Concat(b_.Const(r_.Value(width - have), width - have), e);
    return b_.Resize(r_.OneIn(2) ? ir::ExprKind::kZeroExtend : ir::ExprKind::kSignExtend, e, width);
  }

  ExprId Expression(uint32_t width, uint32_t depth) {
    if (depth == 0 || r_.OneIn(5)) return Fit(Leaf(), width);
    switch (r_.Below(8)) {
      case 0:
        return b_.Unary(static_cast<ir::UnaryOp>(Pick(ir::UnaryOps())),
                        Expression(width, depth - 1));
      case 1:
        return b_.Select(Expression(1, depth - 1), Expression(width, depth - 1),
                         Expression(width, depth - 1));
      case 2: {
        if (width < 2) break;
        const uint32_t high = 1 + r_.Below(width - 1);
        return b_.Concat(Expression(high, depth - 1), Expression(width - high, depth - 1));
      }
      case 3: {
        const uint32_t wide = width + r_.Below(40);
        const uint32_t low = r_.Below(wide - width + 1);
        return b_.Slice(Expression(wide, depth - 1), low + width - 1, low);
      }
      default:
        break;
    }
    const auto op = static_cast<ir::BinaryOp>(Pick(ir::BinaryOps()));
    switch (ir::KindOf(op)) {
      case ir::BinaryKind::kSame: {
        const ExprId a = Expression(width, depth - 1);
        return b_.Binary(op, a, Expression(width, depth - 1));
      }
      case ir::BinaryKind::kCompare: {
        const uint32_t operand = Width();
        const ExprId a = Expression(operand, depth - 1);
        return Fit(b_.Binary(op, a, Expression(operand, depth - 1)), width);
      }
      case ir::BinaryKind::kShift: {
        const ExprId a = Expression(width, depth - 1);
        const ExprId amount = r_.OneIn(2) ? b_.Const(r_.Below(width + 3), 16)
                                          : Expression(1 + r_.Below(40), depth - 1);
        return b_.Binary(op, a, amount);
      }
    }
    return Fit(Leaf(), width);
  }
  ExprId Value(uint32_t width) { return Expression(width, 1 + r_.Below(o_.depth)); }
  // One of few values, so that tables, arrays and cases are met.
  ExprId Narrow(uint32_t width) {
    const uint32_t bits = std::min<uint32_t>(width, 1 + r_.Below(4));
    const ExprId small = Value(bits);
    return bits == width ? small : b_.Resize(ir::ExprKind::kZeroExtend, small, width);
  }

  // ---- statements

  ir::Stmt Statement() {
    ir::Stmt s;
    ir::HeaderTypeId type;
    switch (r_.Below(12)) {
      case 0:
        s.kind = StmtKind::kSetValid;
        s.header = AnyHeader(&type);
        return s;
      case 1:
        s.kind = r_.OneIn(3) ? StmtKind::kSetInvalid : StmtKind::kSetValid;
        s.header = AnyHeader(&type);
        return s;
      case 2:
        if (o_.stacks && r_.OneIn(2)) {
          s.kind = r_.OneIn(2) ? StmtKind::kPushFront : StmtKind::kPopFront;
          s.stack = ir::StackId(0);
          s.count = 1 + r_.Below(3);
          return s;
        }
        s.kind = StmtKind::kCopyHeader;
        s.header = AnyHeader(&type);
        // Some other header of the same type.
        for (int tries = 0; tries < 100; ++tries) {
          ir::HeaderTypeId other;
          s.source = AnyHeader(&other);
          if (other == type) return s;
        }
        s.source = s.header;
        return s;
      case 3:
      case 4:
      case 5:
        if (ExternStatement(s)) return s;
        [[fallthrough]];
      case 6:
      case 7:
      case 8: {
        s = {};
        s.header = AnyHeader(&type);
        s.field = Pick(p().header_types[type].fields.size());
        const ir::HeaderField& field = p().header_types[type].fields[s.field];
        s.kind = field.varbit ? StmtKind::kAssignVarbit : StmtKind::kAssignField;
        if (field.varbit) s.length = b_.Const(8 * r_.Below(field.width / 8 + 1), 32);
        s.value = Value(field.width);
        return s;
      }
      default:
        s.kind = StmtKind::kAssign;
        s.var = vars_[Pick(vars_.size())];
        s.value = Value(p().vars[s.var].width);
        return s;
    }
  }

  // A variable of any width for a result.
  VarId Result() { return vars_[Pick(vars_.size())]; }
  // One of exactly this width, made if need be.
  VarId Result(uint32_t width) {
    for (VarId var : vars_)
      if (p().vars[var].width == width) return var;
    vars_.push_back(p().vars.Add({fmt::format("m.w{}", width), width}));
    return vars_.back();
  }

  bool ExternStatement(ir::Stmt& s) {
    s.kind = StmtKind::kExtern;
    const schema::Schema& schema = c_.schema;
    switch (r_.Below(6)) {
      case 0: {
        if (!o_.stateful) return false;
        s.op = ir::ExternOp::kCounterCount;
        do {
          s.object = Pick(schema.counters.size());
        } while (schema.counters[schema::CounterId(s.object)].direct_of.valid());
        s.ins = {Narrow(32)};
        return true;
      }
      case 1:
      case 2: {
        if (!o_.stateful) return false;
        s.object = Pick(schema.registers.size());
        const auto& widths = schema.registers[schema::RegisterId(s.object)].widths;
        s.ins = {Narrow(32)};
        const bool read = r_.OneIn(2);
        s.op = read ? ir::ExternOp::kRegisterRead : ir::ExternOp::kRegisterWrite;
        for (uint32_t width : widths) {
          // Two results must not share a variable.
          if (read)
            s.outs.push_back(p().vars.Add({fmt::format("m.read{}", p().vars.size()), width}));
          else
            s.ins.push_back(Value(width));
        }
        if (read) vars_.insert(vars_.end(), s.outs.begin(), s.outs.end());
        return true;
      }
      case 3: {
        if (!o_.stateful) return false;
        s.op = ir::ExternOp::kDigest;
        for (uint32_t width : schema.digests[schema::DigestId(0)].widths)
          s.ins.push_back(Value(width));
        return true;
      }
      case 4: {
        if (o_.meters && r_.OneIn(3)) {
          s.op = ir::ExternOp::kMeterExecute;
          s.ins = {Narrow(32), b_.Const(r_.Below(3), 32)};
          s.outs = {Result(32)};
          return true;
        }
        if (!o_.random) return false;
        s.op = ir::ExternOp::kRandom;
        const VarId out = Result();
        const uint32_t width = p().vars[out].width;
        s.attribute = sites_++;
        s.ins = {Value(width), Value(width)};
        s.outs = {out};
        return true;
      }
      default: {
        if (!o_.hashes) return false;
        s.op = r_.OneIn(4) ? ir::ExternOp::kHashPayload : ir::ExternOp::kHash;
        s.attribute = Pick(ir::HashAlgorithms());
        const uint32_t count = 1 + r_.Below(4);
        for (uint32_t i = 0; i < count; ++i) s.ins.push_back(r_.OneIn(2) ? Leaf() : Value(Width()));
        s.outs = {Result()};
        return true;
      }
    }
  }

  void AddStatements(ir::Block& block) {
    const uint32_t count = r_.Below(o_.statements + 1);
    for (uint32_t i = 0; i < count; ++i) block.stmts.push_back(Statement());
  }

  ir::Stmt Set(VarId var, ExprId value) {
    ir::Stmt s;
    s.var = var;
    s.value = value;
    return s;
  }

  // ---- control flow

  ir::Block NewBlock(ir::FunctionId function, ir::Block::Kind kind = ir::Block::Kind::kPlain) {
    ir::Block block;
    block.kind = kind;
    block.function = function;
    return block;
  }

  // Blocks first .. last of a control, each going to later ones only (and, in bounded loops, to
  // earlier ones); all end in `exit`.
  void FillControl(ir::FunctionId function, BlockId first, BlockId exit) {
    const bool callee = function != p().ingress && function != p().egress;
    for (uint32_t i = first.index; i < exit.index; ++i) {
      ir::Block& block = p().blocks[BlockId(i)];
      AddStatements(block);
      auto later = [&] { return BlockId(i + 1 + r_.Below(std::min<uint32_t>(exit.index - i, 4))); };
      ir::Terminator& t = block.term;
      switch (r_.Below(8)) {
        case 0:
          t.kind = ir::TermKind::kJump;
          t.target = later();
          break;
        case 1:
          if (o_.loops && !callee && i > first.index + 1) {
            // Back at most eight times in all.
            block.stmts.push_back(
                Set(loop_var_, b_.Binary(ir::BinaryOp::kAdd, b_.Read(loop_var_), b_.Const(1, 8))));
            t.kind = ir::TermKind::kBranch;
            t.condition = b_.Binary(ir::BinaryOp::kULt, b_.Read(loop_var_), b_.Const(8, 8));
            t.target = BlockId(first.index + 1 + r_.Below(i - first.index));
            t.otherwise = later();
            break;
          }
          [[fallthrough]];
        case 2:
          MakeSwitch(t, later);
          break;
        case 3:
          if (o_.functions && !callee) {
            t.kind = ir::TermKind::kCall;
            t.function = ir::FunctionId(2 + r_.Below(2));
            t.target = later();
            break;
          }
          [[fallthrough]];
        case 4:
        case 5:
          MakeLookup(t, later);
          break;
        default:
          t.kind = ir::TermKind::kBranch;
          t.condition = Value(1);
          t.target = later();
          t.otherwise = later();
      }
    }
  }

  template <typename Later>
  void MakeSwitch(ir::Terminator& t, Later later) {
    t.kind = ir::TermKind::kSwitch;
    const uint32_t keys = 1 + r_.Below(3), cases = r_.Below(5);
    for (uint32_t k = 0; k < keys; ++k)
      t.exprs.push_back(r_.OneIn(2) ? Narrow(Width()) : Value(Width()));
    for (uint32_t i = 0; i < cases; ++i) {
      ir::Case c;
      for (ExprId key : t.exprs) {
        ir::Pattern pattern;
        const uint32_t width = b_.WidthOf(key);
        pattern.kind = static_cast<ir::Pattern::Kind>(r_.Below(4));
        if (pattern.kind != ir::Pattern::Kind::kAny) pattern.value = r_.Value(width);
        if (pattern.kind == ir::Pattern::Kind::kMasked) pattern.mask = r_.Value(width);
        if (pattern.kind == ir::Pattern::Kind::kRange) pattern.high = r_.Value(width);
        c.patterns.push_back(std::move(pattern));
      }
      c.target = later();
      t.cases.push_back(std::move(c));
    }
    t.otherwise = later();
  }

  template <typename Later>
  void MakeLookup(ir::Terminator& t, Later later) {
    t.kind = ir::TermKind::kLookup;
    t.table = schema::TableId(Pick(c_.schema.tables.size()));
    const schema::Table& table = c_.schema.tables[t.table];
    for (const schema::MatchField& key : table.keys)
      t.exprs.push_back(r_.OneIn(3) ? Value(key.width) : Narrow(key.width));
    if (r_.OneIn(2)) t.hit = Result(1);
    for (const schema::ActionRef& ref : table.actions)
      t.actions.push_back({later(), params_[ref.action.index]});
  }

  void MakeCallee(int number) {
    const ir::FunctionId function =
        p().functions.Add({fmt::format("f{}", number), BlockId(p().blocks.size()), false});
    const uint32_t count = 2 + r_.Below(3);
    const BlockId first(p().blocks.size());
    for (uint32_t i = 0; i < count; ++i) p().blocks.Add(NewBlock(function));
    ir::Block exit = NewBlock(function);
    exit.term.kind = ir::TermKind::kReturn;
    const BlockId last = p().blocks.Add(std::move(exit));
    FillControl(function, first, last);
  }

  ir::Stmt ExtractInto(uint32_t state) {
    ir::Stmt s;
    s.kind = StmtKind::kExtract;
    if (o_.stacks && state % 3 == 2) {
      s.header = ir::RefTo(ir::StackId(0), b_.Read(p().stacks[ir::StackId(0)].next));
      return s;
    }
    s.header = Ref(HeaderId(state % 6));
    if (p().headers[s.header.header].type == varbit_type_) {
      s.kind = StmtKind::kExtractVarbit;
      const ExprId units = Narrow(29);
      s.length = r_.OneIn(4) ? b_.Const(8 * r_.Below(8), 32) : b_.Concat(units, b_.Const(0, 3));
    }
    return s;
  }

  void MakeIngress() {
    const uint32_t states = 4 + r_.Below(4);
    const BlockId first(p().blocks.size()), control(first.index + states),
        exit(control.index + o_.blocks);
    p().functions[p().ingress].entry = first;
    p().parse_end = control;
    for (uint32_t i = 0; i < states; ++i) {
      ir::Block block = NewBlock(p().ingress, ir::Block::Kind::kState);
      block.name = fmt::format("parser.s{}", i);
      block.on_error = control;
      // A step is counted, so that loops among states end.
      if (r_.OneIn(4)) {
        ir::Stmt s;
        s.kind = StmtKind::kLookahead;
        s.var = Result();
        block.stmts.push_back(std::move(s));
      }
      block.stmts.push_back(ExtractInto(i));
      const VarId next = o_.stacks ? p().stacks[ir::StackId(0)].next : VarId();
      if (o_.stacks && i % 3 == 2)
        block.stmts.push_back(
            Set(next, b_.Binary(ir::BinaryOp::kAdd, b_.Read(next), b_.Const(1, 32))));
      if (r_.OneIn(5)) {
        ir::Stmt s;
        s.kind = StmtKind::kAdvance;
        s.length = b_.Concat(Narrow(13), b_.Const(0, 3));
        block.stmts.push_back(std::move(s));
      }
      auto later = [&] {
        if (o_.stacks && i % 3 == 2 && r_.OneIn(3))
          return BlockId(first.index + i);  // the stack once more
        return BlockId(first.index + i + 1 + r_.Below(std::min<uint32_t>(states - i, 3)));
      };
      MakeSwitch(block.term, later);
      block.term.otherwise = BlockId(first.index + i + 1);  // so that some packets get far
      p().blocks.Add(std::move(block));
    }
    for (uint32_t i = 0; i < o_.blocks; ++i) {
      ir::Block block =
          NewBlock(p().ingress, i == 0 ? ir::Block::Kind::kControl : ir::Block::Kind::kPlain);
      if (i == 0) block.name = "ingress";
      p().blocks.Add(std::move(block));
    }
    ir::Block last = NewBlock(p().ingress);
    const VarId spec = p().role(Role::kEgressSpec);
    const ExprId port = b_.Resize(ir::ExprKind::kZeroExtend, Value(3), 9);
    const ExprId drop = b_.Binary(ir::BinaryOp::kEq, Value(4), b_.Const(r_.Below(16), 4));
    last.stmts.push_back(Set(spec, b_.Select(drop, b_.Const(511, 9), port)));
    if (o_.replication) {
      Ask(last, Role::kMcastGrp, 6, 1 + r_.Below(3));
      if (Ask(last, Role::kCloneSession, 4, 1 + r_.Below(3))) Ask(last, Role::kCloneFields, 2, 2);
      Ask(last, Role::kResubmitFields, 6, 2, true);
      Ask(last, Role::kTruncateLength, 8, 1 + r_.Below(60));
    }
    p().blocks.Add(std::move(last));
    FillControl(p().ingress, control, exit);
  }

  // In one program of `rarity`: the role gets this value when some condition on the packet holds.
  // `once`: only in the first pass.
  bool Ask(ir::Block& block, Role role, uint32_t rarity, uint32_t value, bool once = false) {
    if (!r_.OneIn(rarity)) return false;
    const VarId var = p().role(role);
    const uint32_t width = p().vars[var].width;
    ExprId condition = Value(1);
    if (once) {
      const VarId instance = p().role(Role::kInstanceType);
      condition = b_.Binary(ir::BinaryOp::kAnd, condition,
                            b_.Binary(ir::BinaryOp::kEq, b_.Read(instance), b_.Const(0, 32)));
    }
    block.stmts.push_back(
        Set(var, b_.Select(condition, b_.Const(value, width), b_.Const(0, width))));
    return true;
  }

  void MakeEgress() {
    const uint32_t count = o_.blocks / 2 + 1;
    const BlockId first(p().blocks.size()), exit(first.index + count);
    p().functions[p().egress].entry = first;
    for (uint32_t i = 0; i < count; ++i) {
      ir::Block block =
          NewBlock(p().egress, i == 0 ? ir::Block::Kind::kControl : ir::Block::Kind::kPlain);
      if (i == 0) block.name = "egress";
      p().blocks.Add(std::move(block));
    }
    ir::Block last = NewBlock(p().egress);
    if (r_.OneIn(3)) {
      const VarId spec = p().role(Role::kEgressSpec);
      const ExprId drop = b_.Binary(ir::BinaryOp::kEq, Value(4), b_.Const(3, 4));
      last.stmts.push_back(Set(spec, b_.Select(drop, b_.Const(511, 9), b_.Const(0, 9))));
    }
    if (o_.replication) {
      if (Ask(last, Role::kCloneSession, 5, 1 + r_.Below(3), true))
        Ask(last, Role::kCloneFields, 2, 2);
      Ask(last, Role::kRecirculateFields, 6, 2, true);
    }
    // Any order, some headers twice or never.
    const uint32_t emits = 4 + r_.Below(8);
    for (uint32_t i = 0; i < emits; ++i) {
      ir::Stmt s;
      s.kind = StmtKind::kEmit;
      s.header =
          Ref(r_.OneIn(3) ? HeaderId(Pick(p().headers.size())) : HeaderId(i % p().headers.size()));
      last.stmts.push_back(std::move(s));
    }
    p().blocks.Add(std::move(last));
    FillControl(p().egress, first, exit);
  }

  const ProgramOptions o_;
  Source r_;
  ir::Compiled c_;
  ir::ExprBuilder b_;
  std::vector<VarId> vars_;      // that statements may write
  std::vector<VarId> readable_;  // roles that the target sets
  std::vector<std::vector<VarId>> params_;
  VarId loop_var_;
  ir::HeaderTypeId varbit_type_;
  uint32_t sites_ = 0;
};

}  // namespace

ir::Compiled MakeProgram(const ProgramOptions& options) { return Maker(options).Run(); }

}  // namespace ipdk::random
