#include "pipeline/ir/verify.h"

#include <algorithm>

#include "pipeline/ir/build.h"
#include "pipeline/ir/names.h"
#include "pipeline/schema/verify.h"

namespace ipdk::ir {
namespace {

// Expire time profiles are numbered by a byte (PNA: ExpireTimeProfileId_t).
constexpr uint32_t kProfileWidth = 8;

class Verifier {
 public:
  explicit Verifier(const Compiled& compiled) : p_(compiled.program), s_(compiled.schema) {}

  Status Run() {
    IPDK_RETURN_IF_ERROR(schema::Verify(s_));
    IPDK_RETURN_IF_ERROR(Sizes());
    IPDK_RETURN_IF_ERROR(State());
    IPDK_RETURN_IF_ERROR(Exprs());
    IPDK_RETURN_IF_ERROR(Functions());
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      block_ = BlockId(i);
      if (auto status = CheckBlock(p_.blocks[block_]); !status) {
        const std::string& name = p_.blocks[block_].name;
        return std::unexpected(std::move(status).error().Within(
            name.empty() ? fmt::format("block {}", i) : fmt::format("block '{}'", name)));
      }
    }
    return CallGraph();
  }

 private:
  template <typename IdType, typename T>
  Status Has(const char* what, IdType id, const IdVector<IdType, T>& in) const {
    if (in.Contains(id)) return {};
    if (!id.valid()) return InvalidArgument("a {} is missing", what);
    return InvalidArgument("{} {} does not exist, there are {}", what, id.index, in.size());
  }

  Status Sizes() {
    const std::pair<const char*, size_t> counts[] = {
        {"variables", p_.vars.size()},      {"header types", p_.header_types.size()},
        {"headers", p_.headers.size()},     {"stacks", p_.stacks.size()},
        {"constants", p_.constants.size()}, {"blocks", p_.blocks.size()},
        {"functions", p_.functions.size()}, {"field lists", p_.field_lists.size()}};
    for (const auto& [what, count] : counts)
      if (count > Limits::kObjects)
        return InvalidArgument("a program may have {} {}, this has {}", Limits::kObjects, what,
                               count);
    if (p_.exprs.size() > Limits::kExprs)
      return InvalidArgument("a program may have {} expressions, this has {}", Limits::kExprs,
                             p_.exprs.size());
    if (p_.step_limit == 0 || p_.step_limit > Limits::kSteps)
      return InvalidArgument("the step limit must be 1 to {}, is {}", Limits::kSteps,
                             p_.step_limit);
    if (p_.arch > Arch::kPna)
      return InvalidArgument("architecture {} is not known", static_cast<int>(p_.arch));
    return {};
  }

  // Variables, headers, stacks, roles and field lists.
  Status State() {
    uint64_t bits = 0;
    for (const Var& var : p_.vars) {
      if (var.width == 0 || var.width > Limits::kWidth)
        return InvalidArgument("variable '{}': width must be 1 to {} bits, is {}", var.name,
                               Limits::kWidth, var.width);
      bits += var.width;
    }
    std::vector<uint64_t> type_bits;
    for (const HeaderType& type : p_.header_types) {
      uint64_t total = 0;
      int varbits = 0;
      for (const HeaderField& field : type.fields) {
        if (field.width == 0 || field.width > Limits::kWidth)
          return InvalidArgument("header type '{}': field '{}': width must be 1 to {} bits, is {}",
                                 type.name, field.name, Limits::kWidth, field.width);
        total += field.width;
        varbits += field.varbit;
      }
      if (total > Limits::kWidth)
        return InvalidArgument("header type '{}' has {} bits, allowed are {}", type.name, total,
                               Limits::kWidth);
      if (varbits > 1)
        return InvalidArgument("header type '{}' has {} varbit fields, allowed is one", type.name,
                               varbits);
      type_bits.push_back(total);
    }
    for (const Header& header : p_.headers) {
      IPDK_RETURN_IF_ERROR(Has("header type", header.type, p_.header_types));
      if (header.stack.valid()) IPDK_RETURN_IF_ERROR(Has("stack", header.stack, p_.stacks));
      bits += type_bits[header.type.index];
    }
    if (bits > Limits::kStateBits)
      return InvalidArgument("a packet's state may have {} bits, this has {}", Limits::kStateBits,
                             bits);
    for (size_t i = 0; i < p_.stacks.size(); ++i) {
      const Stack& stack = p_.stacks[StackId(i)];
      if (stack.size == 0 || !p_.headers.Contains(stack.first) ||
          uint64_t{stack.first.index} + stack.size > p_.headers.size())
        return InvalidArgument("stack '{}': headers {} to {} do not exist, there are {}",
                               stack.name, stack.first.index,
                               uint64_t{stack.first.index} + stack.size, p_.headers.size());
      for (uint32_t k = 0; k < stack.size; ++k) {
        const Header& element = p_.headers[HeaderId(stack.first.index + k)];
        if (element.stack != StackId(i) || element.type != p_.headers[stack.first].type)
          return InvalidArgument("stack '{}': header '{}' is not one of its elements", stack.name,
                                 element.name);
      }
      if (stack.next.valid()) {
        IPDK_RETURN_IF_ERROR(Has("variable", stack.next, p_.vars));
        if (p_.vars[stack.next].width != 32)
          return InvalidArgument("stack '{}': its next index must have 32 bits", stack.name);
      }
    }
    for (size_t i = 0; i < p_.roles.size(); ++i) {
      const VarId var = p_.roles[i];
      if (!var.valid()) continue;
      IPDK_RETURN_IF_ERROR(Has("variable", var, p_.vars));
      const uint32_t width = p_.vars[var].width, want = RoleWidth(static_cast<Role>(i));
      if (p_.arch == Arch::kV1Model ? width != want : width > 64)
        return InvalidArgument("role {}: variable '{}' has {} bits, wanted are {}",
                               Name(static_cast<Role>(i)), p_.vars[var].name, width,
                               p_.arch == Arch::kV1Model ? want : 64);
    }
    for (const FieldList& list : p_.field_lists)
      for (VarId var : list.vars) IPDK_RETURN_IF_ERROR(Has("variable", var, p_.vars));
    return {};
  }

  Status CheckRef(const HeaderRef& ref, uint32_t below) const {
    if (ref.fixed()) return Has("header", ref.header, p_.headers);
    IPDK_RETURN_IF_ERROR(Has("header or stack", ref.stack, p_.stacks));
    if (!p_.exprs.Contains(ref.index) || ref.index.index >= below)
      return InvalidArgument("the index of a stack is missing or not defined before its use");
    return {};
  }
  // REQUIRES: CheckRef passed.
  const HeaderType& TypeOf(const HeaderRef& ref) const {
    return p_.header_types[p_.headers[ref.fixed() ? ref.header : p_.stacks[ref.stack].first].type];
  }
  Status CheckField(const HeaderRef& ref, uint32_t field, uint32_t below) const {
    IPDK_RETURN_IF_ERROR(CheckRef(ref, below));
    const HeaderType& type = TypeOf(ref);
    if (field >= type.fields.size())
      return InvalidArgument("header type '{}' has {} fields, position {} is wanted", type.name,
                             type.fields.size(), field);
    return {};
  }

  Status Exprs() {
    std::vector<uint32_t> depth(p_.exprs.size(), 1), nodes(p_.exprs.size(), 1);
    for (size_t i = 0; i < p_.exprs.size(); ++i) {
      const Expr& e = p_.exprs[ExprId(i)];
      if (auto status = CheckExpr(e, static_cast<uint32_t>(i)); !status)
        return std::unexpected(std::move(status).error().Within(fmt::format("expression {}", i)));
      for (ExprId operand : {e.a, e.b, e.c, e.header.index}) {
        if (operand.index >= i) continue;
        depth[i] = std::max(depth[i], depth[operand.index] + 1);
        nodes[i] = std::min<uint64_t>(uint64_t{nodes[i]} + nodes[operand.index], UINT32_MAX);
      }
      if (depth[i] > Limits::kExprDepth)
        return InvalidArgument("expression {} is nested {} deep, allowed are {}", i, depth[i],
                               Limits::kExprDepth);
      if (nodes[i] > Limits::kExprNodes)
        return InvalidArgument("expression {} has more than {} operators", i, Limits::kExprNodes);
    }
    return {};
  }

  Status CheckExpr(const Expr& e, uint32_t own) const {
    if (e.width == 0 || e.width > Limits::kWidth)
      return InvalidArgument("its width must be 1 to {} bits, is {}", Limits::kWidth, e.width);
    auto operand = [&](ExprId id) -> Status {
      if (id.index >= own)
        return InvalidArgument("an operand is missing or not defined before its use");
      return {};
    };
    auto width = [&](ExprId id) { return p_.exprs[id].width; };
    auto want = [&](const char* what, uint64_t wanted, uint64_t found) -> Status {
      if (wanted == found) return {};
      return InvalidArgument("{} wants {} bits, has {}", what, wanted, found);
    };
    switch (e.kind) {
      case ExprKind::kConst:
        if (e.constant >= p_.constants.size())
          return InvalidArgument("constant {} does not exist, there are {}", e.constant,
                                 p_.constants.size());
        if (p_.constants[e.constant] < 0 || BitLength(p_.constants[e.constant]) > e.width)
          return InvalidArgument("the constant does not fit {} bits", e.width);
        return {};
      case ExprKind::kVar:
        IPDK_RETURN_IF_ERROR(Has("variable", e.var, p_.vars));
        return want("a variable", p_.vars[e.var].width, e.width);
      case ExprKind::kField:
        IPDK_RETURN_IF_ERROR(CheckField(e.header, e.field, own));
        return want("a field", TypeOf(e.header).fields[e.field].width, e.width);
      case ExprKind::kFieldLength:
        IPDK_RETURN_IF_ERROR(CheckField(e.header, e.field, own));
        if (!TypeOf(e.header).fields[e.field].varbit)
          return InvalidArgument("only a varbit field has a length");
        return want("a length", 32, e.width);
      case ExprKind::kValid:
        IPDK_RETURN_IF_ERROR(CheckRef(e.header, own));
        return want("valid", 1, e.width);
      case ExprKind::kUnary:
        if (static_cast<size_t>(e.unary) >= UnaryOps())
          return InvalidArgument("the operator is not known");
        IPDK_RETURN_IF_ERROR(operand(e.a));
        return want("the operand", e.width, width(e.a));
      case ExprKind::kBinary:
        if (static_cast<size_t>(e.binary) >= BinaryOps())
          return InvalidArgument("the operator is not known");
        IPDK_RETURN_IF_ERROR(operand(e.a));
        IPDK_RETURN_IF_ERROR(operand(e.b));
        switch (KindOf(e.binary)) {
          case BinaryKind::kSame:
            IPDK_RETURN_IF_ERROR(want("the left operand", e.width, width(e.a)));
            return want("the right operand", e.width, width(e.b));
          case BinaryKind::kCompare:
            IPDK_RETURN_IF_ERROR(want("the result of a comparison", 1, e.width));
            return want("the right operand", width(e.a), width(e.b));
          case BinaryKind::kShift:
            return want("the left operand", e.width, width(e.a));
        }
        return {};
      case ExprKind::kSlice:
        IPDK_RETURN_IF_ERROR(operand(e.a));
        if (uint64_t{e.low} + e.width > width(e.a))
          return InvalidArgument("a slice of bits {} to {} is taken of {} bits", e.low,
                                 uint64_t{e.low} + e.width - 1, width(e.a));
        return {};
      case ExprKind::kConcat:
        IPDK_RETURN_IF_ERROR(operand(e.a));
        IPDK_RETURN_IF_ERROR(operand(e.b));
        return want("a concatenation", uint64_t{width(e.a)} + width(e.b), e.width);
      case ExprKind::kZeroExtend:
      case ExprKind::kSignExtend:
        IPDK_RETURN_IF_ERROR(operand(e.a));
        if (width(e.a) > e.width)
          return InvalidArgument("{} bits cannot be extended to {}", width(e.a), e.width);
        return {};
      case ExprKind::kTruncate:
        IPDK_RETURN_IF_ERROR(operand(e.a));
        if (width(e.a) < e.width)
          return InvalidArgument("{} bits cannot be truncated to {}", width(e.a), e.width);
        return {};
      case ExprKind::kSelect:
        for (ExprId id : {e.a, e.b, e.c}) IPDK_RETURN_IF_ERROR(operand(id));
        IPDK_RETURN_IF_ERROR(want("the condition", 1, width(e.a)));
        IPDK_RETURN_IF_ERROR(want("the second operand", e.width, width(e.b)));
        return want("the third operand", e.width, width(e.c));
    }
    return InvalidArgument("kind {} is not known", static_cast<int>(e.kind));
  }

  bool IsEntry(FunctionId id) const { return id == p_.ingress || id == p_.egress; }

  Status Functions() {
    if (p_.ingress.valid()) IPDK_RETURN_IF_ERROR(Has("ingress function", p_.ingress, p_.functions));
    if (p_.egress.valid()) IPDK_RETURN_IF_ERROR(Has("egress function", p_.egress, p_.functions));
    const bool wants_egress = p_.arch == Arch::kV1Model || p_.arch == Arch::kPsa;
    if (p_.arch != Arch::kNone && !p_.ingress.valid())
      return InvalidArgument("a {} program needs an ingress function", Name(p_.arch));
    if (wants_egress && !p_.egress.valid())
      return InvalidArgument("a {} program needs an egress function", Name(p_.arch));
    if (p_.ingress.valid() && p_.ingress == p_.egress)
      return InvalidArgument("ingress and egress must be two functions");
    for (size_t i = 0; i < p_.functions.size(); ++i) {
      const Function& function = p_.functions[FunctionId(i)];
      if (!p_.blocks.Contains(function.entry) ||
          p_.blocks[function.entry].function != FunctionId(i))
        return InvalidArgument("function '{}': its entry is not a block of it", function.name);
    }
    if (p_.parse_end.valid()) {
      IPDK_RETURN_IF_ERROR(Has("block", p_.parse_end, p_.blocks));
      if (p_.blocks[p_.parse_end].function != p_.ingress)
        return InvalidArgument("the block at which parsing ends must be in the ingress function");
    }
    return {};
  }

  // ---- blocks

  Status Jump(BlockId to) const {
    IPDK_RETURN_IF_ERROR(Has("target block", to, p_.blocks));
    if (p_.blocks[to].function != p_.blocks[block_].function)
      return InvalidArgument("block '{}' is in another function", p_.blocks[to].name);
    return {};
  }

  Status CheckValue(const char* what, ExprId id, uint32_t width = 0) const {
    IPDK_RETURN_IF_ERROR(Has("expression", id, p_.exprs));
    if (width != 0 && p_.exprs[id].width != width)
      return InvalidArgument("{} wants {} bits, has {}", what, width, p_.exprs[id].width);
    return {};
  }

  Status CheckVar(const char* what, VarId id, uint32_t width = 0) const {
    IPDK_RETURN_IF_ERROR(Has("variable", id, p_.vars));
    if (width != 0 && p_.vars[id].width != width)
      return InvalidArgument("{} wants {} bits, variable '{}' has {}", what, width,
                             p_.vars[id].name, p_.vars[id].width);
    return {};
  }

  Status CheckBlock(const Block& block) {
    IPDK_RETURN_IF_ERROR(Has("function", block.function, p_.functions));
    if (block.on_error.valid()) IPDK_RETURN_IF_ERROR(Jump(block.on_error));
    if (block.kind > Block::Kind::kTable) return InvalidArgument("its kind is not known");
    for (size_t i = 0; i < block.stmts.size(); ++i)
      if (auto status = CheckStmt(block, block.stmts[i]); !status)
        return std::unexpected(std::move(status).error().Within(
            fmt::format("statement {} ({})", i,
                        block.stmts[i].kind == StmtKind::kExtern &&
                                static_cast<size_t>(block.stmts[i].op) < ExternOps()
                            ? Name(block.stmts[i].op)
                            : Name(block.stmts[i].kind))));
    if (auto status = CheckTerm(block.term); !status)
      return std::unexpected(std::move(status).error().Within("terminator"));
    return {};
  }

  Status CheckSource(SourceId at) const {
    if (at.valid()) return Has("source position", at, p_.sources);
    return {};
  }

  Status CheckStmt(const Block& block, const Stmt& s) const {
    constexpr uint32_t kAny = UINT32_MAX;
    IPDK_RETURN_IF_ERROR(CheckSource(s.at));
    auto fallible = [&]() -> Status {
      if (!block.on_error.valid()) return InvalidArgument("the block has no on_error");
      return {};
    };
    switch (s.kind) {
      case StmtKind::kAssign:
        IPDK_RETURN_IF_ERROR(CheckVar("the target", s.var));
        return CheckValue("the value", s.value, p_.vars[s.var].width);
      case StmtKind::kAssignField:
      case StmtKind::kAssignVarbit: {
        IPDK_RETURN_IF_ERROR(CheckField(s.header, s.field, kAny));
        const HeaderField& field = TypeOf(s.header).fields[s.field];
        if (field.varbit != (s.kind == StmtKind::kAssignVarbit))
          return InvalidArgument("field '{}' is {}a varbit", field.name,
                                 field.varbit ? "" : "not ");
        if (field.varbit) IPDK_RETURN_IF_ERROR(CheckValue("the length", s.length));
        return CheckValue("the value", s.value, field.width);
      }
      case StmtKind::kSetValid:
      case StmtKind::kSetInvalid:
      case StmtKind::kEmit:
        return CheckRef(s.header, kAny);
      case StmtKind::kCopyHeader:
        IPDK_RETURN_IF_ERROR(CheckRef(s.header, kAny));
        IPDK_RETURN_IF_ERROR(CheckRef(s.source, kAny));
        if (&TypeOf(s.header) != &TypeOf(s.source))
          return InvalidArgument("the headers have types '{}' and '{}'", TypeOf(s.header).name,
                                 TypeOf(s.source).name);
        return {};
      case StmtKind::kPushFront:
      case StmtKind::kPopFront:
        return Has("stack", s.stack, p_.stacks);
      case StmtKind::kExtract:
      case StmtKind::kExtractVarbit: {
        IPDK_RETURN_IF_ERROR(fallible());
        IPDK_RETURN_IF_ERROR(CheckRef(s.header, kAny));
        const auto& fields = TypeOf(s.header).fields;
        const bool varbit = std::any_of(fields.begin(), fields.end(),
                                        [](const HeaderField& f) { return f.varbit; });
        if (varbit != (s.kind == StmtKind::kExtractVarbit))
          return InvalidArgument("header type '{}' has {} varbit field", TypeOf(s.header).name,
                                 varbit ? "a" : "no");
        return varbit ? CheckValue("the length", s.length) : Status();
      }
      case StmtKind::kAdvance:
        IPDK_RETURN_IF_ERROR(fallible());
        return CheckValue("the length", s.length);
      case StmtKind::kLookahead:
        IPDK_RETURN_IF_ERROR(fallible());
        return CheckVar("the target", s.var);
      case StmtKind::kExtern:
        return CheckExtern(s);
    }
    return InvalidArgument("kind {} is not known", static_cast<int>(s.kind));
  }

  // `required` inputs, and perhaps the bytes that count instead of the packet's.
  Status Optional(const Stmt& s, size_t required) const {
    if (s.ins.size() == required) return {};
    if (s.ins.size() != required + 1)
      return InvalidArgument("{} inputs, wanted are {} or {}", s.ins.size(), required,
                             required + 1);
    return CheckValue("the number of bytes", s.ins[required], 32);
  }

  Status CheckExtern(const Stmt& s) const {
    if (static_cast<size_t>(s.op) >= ExternOps()) return InvalidArgument("the extern is not known");
    const ExternShape shape = ShapeOf(s.op);
    auto count = [](const char* what, int want, size_t found) -> Status {
      if (want >= 0 && static_cast<size_t>(want) != found)
        return InvalidArgument("wants {} {}, has {}", want, what, found);
      return {};
    };
    IPDK_RETURN_IF_ERROR(count("inputs", shape.ins, s.ins.size()));
    IPDK_RETURN_IF_ERROR(count("outputs", shape.outs, s.outs.size()));
    for (ExprId in : s.ins) IPDK_RETURN_IF_ERROR(CheckValue("an input", in));
    for (VarId out : s.outs) IPDK_RETURN_IF_ERROR(CheckVar("an output", out));
    size_t objects = 0;
    using enum ExternShape::Object;
    switch (shape.object) {
      case kNone:
        break;
      case kCounter:
        objects = s_.counters.size();
        break;
      case kMeter:
        objects = s_.meters.size();
        break;
      case kRegister:
        objects = s_.registers.size();
        break;
      case kDigest:
        objects = s_.digests.size();
        break;
      case kTable:
        objects = s_.tables.size();
        break;
    }
    if (shape.object != kNone && s.object >= objects)
      return InvalidArgument("object {} does not exist, there are {}", s.object, objects);
    auto width = [&](ExprId id) { return p_.exprs[id].width; };
    switch (s.op) {
      case ExternOp::kDirectCounterCount:
        IPDK_RETURN_IF_ERROR(Optional(s, 0));
        if (!s_.counters[schema::CounterId(s.object)].direct_of.valid())
          return InvalidArgument("the counter belongs to no table");
        return {};
      case ExternOp::kDirectMeterExecute:
        IPDK_RETURN_IF_ERROR(Optional(s, 1));
        if (!s_.meters[schema::MeterId(s.object)].direct_of.valid())
          return InvalidArgument("the meter belongs to no table");
        return {};
      case ExternOp::kCounterCount:
        IPDK_RETURN_IF_ERROR(Optional(s, 1));
        if (s_.counters[schema::CounterId(s.object)].direct_of.valid())
          return InvalidArgument("the counter belongs to a table and has no index");
        return {};
      case ExternOp::kMeterExecute:
        IPDK_RETURN_IF_ERROR(Optional(s, 2));
        if (s_.meters[schema::MeterId(s.object)].direct_of.valid())
          return InvalidArgument("the meter belongs to a table and has no index");
        return {};
      case ExternOp::kRegisterRead: {
        const auto& widths = s_.registers[schema::RegisterId(s.object)].widths;
        IPDK_RETURN_IF_ERROR(count("outputs", static_cast<int>(widths.size()), s.outs.size()));
        for (size_t i = 0; i < widths.size(); ++i)
          IPDK_RETURN_IF_ERROR(CheckVar("an output", s.outs[i], widths[i]));
        return {};
      }
      case ExternOp::kRegisterWrite: {
        const auto& widths = s_.registers[schema::RegisterId(s.object)].widths;
        IPDK_RETURN_IF_ERROR(count("inputs", static_cast<int>(widths.size() + 1), s.ins.size()));
        for (size_t i = 0; i < widths.size(); ++i)
          IPDK_RETURN_IF_ERROR(CheckValue("an input", s.ins[i + 1], widths[i]));
        return {};
      }
      case ExternOp::kDigest: {
        const auto& widths = s_.digests[schema::DigestId(s.object)].widths;
        IPDK_RETURN_IF_ERROR(count("inputs", static_cast<int>(widths.size()), s.ins.size()));
        for (size_t i = 0; i < widths.size(); ++i)
          IPDK_RETURN_IF_ERROR(CheckValue("an input", s.ins[i], widths[i]));
        return {};
      }
      case ExternOp::kHash:
      case ExternOp::kHashPayload:
        if (s.attribute >= HashAlgorithms())
          return InvalidArgument("hash algorithm {} is not known", s.attribute);
        return {};
      case ExternOp::kRandom:
        if (width(s.ins[0]) != width(s.ins[1]) || width(s.ins[0]) != p_.vars[s.outs[0]].width)
          return InvalidArgument("the bounds and the result must have one width");
        return {};
      case ExternOp::kAssert:
      case ExternOp::kAssume:
        return CheckValue("the condition", s.ins[0], 1);
      case ExternOp::kAddEntry: {
        const schema::Table& table = s_.tables[schema::TableId(s.object)];
        if (!table.add_on_miss)
          return InvalidArgument("table '{}' is not add_on_miss", table.preamble.name);
        if (s.attribute >= table.actions.size())
          return InvalidArgument("table '{}' has no action {}", table.preamble.name, s.attribute);
        const auto& params = s_.actions[table.actions[s.attribute].action].params;
        IPDK_RETURN_IF_ERROR(count("inputs", static_cast<int>(params.size() + 1), s.ins.size()));
        IPDK_RETURN_IF_ERROR(CheckValue("the expire time profile", s.ins[0], kProfileWidth));
        for (size_t i = 0; i < params.size(); ++i)
          IPDK_RETURN_IF_ERROR(CheckValue("an input", s.ins[i + 1], params[i].width));
        return CheckVar("the output", s.outs[0], 1);
      }
      case ExternOp::kSetExpireTime:
        return CheckValue("the expire time profile", s.ins[0], kProfileWidth);
      case ExternOp::kRestartExpireTimer:
        return {};
      case ExternOp::kAllocateFlowId:
        return CheckVar("the output", s.outs[0], 32);
      case ExternOp::kIsHostPort:
        IPDK_RETURN_IF_ERROR(CheckValue("the port", s.ins[0], 32));
        return CheckVar("the output", s.outs[0], 1);
      case ExternOp::kLogMsg:
        return {};
    }
    return {};
  }

  Status CheckTerm(const Terminator& t) const {
    IPDK_RETURN_IF_ERROR(CheckSource(t.at));
    const bool entry = IsEntry(p_.blocks[block_].function);
    switch (t.kind) {
      case TermKind::kJump:
        return Jump(t.target);
      case TermKind::kBranch:
        IPDK_RETURN_IF_ERROR(Jump(t.target));
        IPDK_RETURN_IF_ERROR(Jump(t.otherwise));
        return CheckValue("the condition", t.condition, 1);
      case TermKind::kSwitch:
        return CheckSwitch(t);
      case TermKind::kLookup:
        return CheckLookup(t);
      case TermKind::kCall:
        IPDK_RETURN_IF_ERROR(Has("function", t.function, p_.functions));
        if (IsEntry(t.function)) return InvalidArgument("an entry function cannot be called");
        return Jump(t.target);
      case TermKind::kReturn:
        if (entry) return InvalidArgument("an entry function is left by `end`");
        return {};
      case TermKind::kEnd:
        if (!entry) return InvalidArgument("a called function is left by `return`");
        return {};
    }
    return InvalidArgument("kind {} is not known", static_cast<int>(t.kind));
  }

  Status CheckSwitch(const Terminator& t) const {
    IPDK_RETURN_IF_ERROR(Jump(t.otherwise));
    for (ExprId e : t.exprs) IPDK_RETURN_IF_ERROR(CheckValue("a key", e));
    for (size_t i = 0; i < t.cases.size(); ++i)
      if (auto status = CheckCase(t, t.cases[i]); !status)
        return std::unexpected(std::move(status).error().Within(fmt::format("case {}", i)));
    return {};
  }

  Status CheckCase(const Terminator& t, const Case& c) const {
    IPDK_RETURN_IF_ERROR(Jump(c.target));
    if (c.value_set.valid()) {
      IPDK_RETURN_IF_ERROR(Has("value set", c.value_set, s_.value_sets));
      const auto& keys = s_.value_sets[c.value_set].keys;
      if (keys.size() != t.exprs.size())
        return InvalidArgument("the value set has {} keys, the switch {}", keys.size(),
                               t.exprs.size());
      for (size_t k = 0; k < keys.size(); ++k)
        IPDK_RETURN_IF_ERROR(CheckValue("a key", t.exprs[k], keys[k].width));
      return {};
    }
    if (c.patterns.size() != t.exprs.size())
      return InvalidArgument("it has {} patterns, the switch {} keys", c.patterns.size(),
                             t.exprs.size());
    for (size_t k = 0; k < c.patterns.size(); ++k) {
      const Pattern& pattern = c.patterns[k];
      if (pattern.kind > Pattern::Kind::kRange)
        return InvalidArgument("a pattern's kind is not known");
      for (const Integer* value : {&pattern.value, &pattern.mask, &pattern.high})
        if (*value < 0 || BitLength(*value) > p_.exprs[t.exprs[k]].width)
          return InvalidArgument("0x{} does not fit the key's {} bits", value->get_str(16),
                                 p_.exprs[t.exprs[k]].width);
    }
    return {};
  }

  Status CheckLookup(const Terminator& t) const {
    IPDK_RETURN_IF_ERROR(Has("table", t.table, s_.tables));
    const schema::Table& table = s_.tables[t.table];
    const size_t keys = table.keys.size();
    if (t.exprs.size() != keys + table.selector_widths.size())
      return InvalidArgument("table '{}' wants {} keys, has {}", table.preamble.name,
                             keys + table.selector_widths.size(), t.exprs.size());
    for (size_t i = 0; i < t.exprs.size(); ++i)
      IPDK_RETURN_IF_ERROR(CheckValue(
          "a key", t.exprs[i], i < keys ? table.keys[i].width : table.selector_widths[i - keys]));
    if (t.hit.valid()) IPDK_RETURN_IF_ERROR(CheckVar("the hit bit", t.hit, 1));
    if (t.actions.size() != table.actions.size())
      return InvalidArgument("table '{}' has {} actions, the lookup {}", table.preamble.name,
                             table.actions.size(), t.actions.size());
    for (size_t i = 0; i < t.actions.size(); ++i) {
      const schema::Action& action = s_.actions[table.actions[i].action];
      IPDK_RETURN_IF_ERROR(Jump(t.actions[i].block));
      if (t.actions[i].params.size() != action.params.size())
        return InvalidArgument("action '{}' has {} parameters, the lookup {}", action.preamble.name,
                               action.params.size(), t.actions[i].params.size());
      for (size_t k = 0; k < action.params.size(); ++k)
        IPDK_RETURN_IF_ERROR(
            CheckVar("a parameter", t.actions[i].params[k], action.params[k].width));
    }
    return {};
  }

  // No function reaches itself: functions are taken away as long as one calls nobody who is left.
  Status CallGraph() const {
    const size_t n = p_.functions.size();
    std::vector<std::vector<uint32_t>> callers(n);
    std::vector<uint32_t> open(n, 0);
    for (const Block& block : p_.blocks)
      if (block.term.kind == TermKind::kCall) {
        callers[block.term.function.index].push_back(block.function.index);
        ++open[block.function.index];
      }
    std::vector<uint32_t> ready;
    for (uint32_t i = 0; i < n; ++i)
      if (open[i] == 0) ready.push_back(i);
    size_t done = 0;
    while (!ready.empty()) {
      const uint32_t function = ready.back();
      ready.pop_back();
      ++done;
      for (uint32_t caller : callers[function])
        if (--open[caller] == 0) ready.push_back(caller);
    }
    if (done == n) return {};
    for (uint32_t i = 0; i < n; ++i)
      if (open[i] != 0)
        return InvalidArgument(
            "function '{}' calls itself, directly or through others, or calls one that does",
            p_.functions[FunctionId(i)].name);
    return {};
  }

  const Program& p_;
  const schema::Schema& s_;
  BlockId block_;
};

}  // namespace

Status Verify(const Compiled& compiled) { return Verifier(compiled).Run(); }

}  // namespace ipdk::ir
