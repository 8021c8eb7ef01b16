#pragma once
// Writes an ir::Program piece by piece: expressions that are folded as they are made, blocks,
// statements and terminators appended at a cursor. It knows widths and control flow, nothing of P4.
//
// Invariants it keeps for its user: every block gets exactly one terminator (what is appended after
// one lands in a block that nothing reaches and that p4/simplify removes); a block has one
// on_error; no expression gets deeper than kMaxDepth, because a deeper one is put into a Var at the
// cursor first. An expression means its value at the cursor's place when it was made: a user that
// then appends a statement which changes an operand saves the value first (Save).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/integer.h"
#include "pipeline/ir/ir.h"

namespace ipdk::p4 {

class IrBuilder {
 public:
  static constexpr uint16_t kMaxDepth = 64;

  explicit IrBuilder(ir::Program* program) : p_(*program) {}
  IrBuilder(const IrBuilder&) = delete;
  IrBuilder& operator=(const IrBuilder&) = delete;

  ir::Program& program() { return p_; }

  // Storage. Names may repeat; they are for people.
  ir::VarId NewVar(std::string name, uint32_t width);
  ir::VarId NewTemp(uint32_t width);
  // `count` headers in a row, with their stack; `next` is made too.
  ir::StackId NewStack(std::string name, ir::HeaderTypeId type, uint32_t count);
  ir::HeaderId NewHeader(std::string name, ir::HeaderTypeId type);

  // Expressions. Widths of operands must fit as ops.def says.
  ir::ExprId Const(const Integer& value, uint32_t width);
  ir::ExprId Const(uint64_t value, uint32_t width) { return Const(FromU64(value), width); }
  ir::ExprId Bool(bool value) { return Const(value ? 1 : 0, 1); }
  ir::ExprId Read(ir::VarId var);
  ir::ExprId Field(const ir::HeaderRef& header, uint32_t field, uint32_t width);
  ir::ExprId FieldLength(const ir::HeaderRef& header, uint32_t field);
  ir::ExprId Valid(const ir::HeaderRef& header);
  ir::ExprId Unary(ir::UnaryOp op, ir::ExprId a);
  ir::ExprId Binary(ir::BinaryOp op, ir::ExprId a, ir::ExprId b);
  ir::ExprId Slice(ir::ExprId a, uint32_t low, uint32_t width);
  ir::ExprId Concat(ir::ExprId high, ir::ExprId low);
  ir::ExprId Resize(ir::ExprId a, uint32_t width, bool sign_extend);
  ir::ExprId Select(ir::ExprId condition, ir::ExprId yes, ir::ExprId no);

  ir::ExprId Not(ir::ExprId a) { return Unary(ir::UnaryOp::kNot, a); }
  ir::ExprId And(ir::ExprId a, ir::ExprId b) { return Binary(ir::BinaryOp::kAnd, a, b); }
  ir::ExprId Or(ir::ExprId a, ir::ExprId b) { return Binary(ir::BinaryOp::kOr, a, b); }
  ir::ExprId Eq(ir::ExprId a, ir::ExprId b) { return Binary(ir::BinaryOp::kEq, a, b); }

  uint32_t Width(ir::ExprId e) const { return p_.exprs[e].width; }
  bool IsConst(ir::ExprId e) const { return p_.exprs[e].kind == ir::ExprKind::kConst; }
  const Integer& ConstOf(ir::ExprId e) const { return p_.constants[p_.exprs[e].constant]; }
  // Constants, and reads that cost no more than a Var.
  bool IsCheap(ir::ExprId e) const;
  // Whether the expression reads the Var, or the header (its fields or validity; an element chosen
  // at run time counts as all of its stack).
  bool Reads(ir::ExprId e, ir::VarId var) const;
  bool Reads(ir::ExprId e, const ir::HeaderRef& header) const;
  // The value in a fresh Var that nothing else writes; constants stay as they are.
  ir::ExprId Save(ir::ExprId e);

  // Blocks. Start moves the cursor to an empty block.
  ir::BlockId NewBlock(ir::Block::Kind kind = ir::Block::Kind::kPlain, std::string name = {});
  void Start(ir::BlockId block);
  ir::BlockId cursor() const { return cursor_; }
  bool reachable() const { return cursor_.valid(); }
  ir::FunctionId NewFunction(std::string name);
  void EnterFunction(ir::FunctionId function) { function_ = function; }
  ir::FunctionId function() const { return function_; }

  // Where failing packet reads go from now on (invalid: nowhere).
  void SetOnError(ir::BlockId block) { on_error_ = block; }
  ir::BlockId on_error() const { return on_error_; }
  void SetSource(ir::SourceId at) { at_ = at; }
  ir::SourceId source() const { return at_; }

  // Statements.
  void Append(ir::Stmt stmt);
  void Assign(ir::VarId var, ir::ExprId value);
  void AssignField(const ir::HeaderRef& header, uint32_t field, ir::ExprId value);
  void AssignVarbit(const ir::HeaderRef& header, uint32_t field, ir::ExprId value,
                    ir::ExprId length);
  void SetValid(const ir::HeaderRef& header);
  void SetInvalid(const ir::HeaderRef& header);
  void CopyHeader(const ir::HeaderRef& header, const ir::HeaderRef& source);
  void Extern(ir::ExternOp op, uint32_t object, uint32_t attribute, std::vector<ir::ExprId> ins,
              std::vector<ir::VarId> outs, std::string text = {});

  // Terminators. After one the cursor is nowhere until Start.
  void Jump(ir::BlockId target);
  void Branch(ir::ExprId condition, ir::BlockId target, ir::BlockId otherwise);
  void Call(ir::FunctionId function);  // goes on behind the call
  void Return();
  void End();
  void Finish(ir::Terminator term);

 private:
  ir::ExprId Add(ir::Expr expr, uint16_t depth);
  uint16_t Depth(ir::ExprId e) const { return e.valid() ? depth_[e.index] : 0; }
  uint16_t DepthOf(const ir::HeaderRef& h) const { return h.fixed() ? 0 : Depth(h.index); }
  ir::ExprId Shallow(ir::ExprId e);
  ir::Block& Cursor();

  ir::Program& p_;
  std::vector<uint16_t> depth_;
  std::vector<ir::ExprId> reads_;  // by Var
  std::map<std::pair<uint32_t, Integer>, ir::ExprId> constants_;
  ir::BlockId cursor_, on_error_;
  ir::FunctionId function_;
  ir::SourceId at_;
  uint32_t temps_ = 0;
};

// What an operator comes to on constants: operands and result in 0 .. 2^W-1. The meaning is
// ops.def's.
Integer FoldBinary(ir::BinaryOp op, const Integer& a, uint32_t a_width, const Integer& b);
bool IsCompare(ir::BinaryOp op);
bool IsShift(ir::BinaryOp op);

}  // namespace ipdk::p4
