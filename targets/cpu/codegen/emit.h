#pragma once
// Writes LLVM IR for the stages of a plan. Internal to codegen: the only header of ours that
// includes LLVM's.
//
// A stage is one function with a loop over its packets. Inside, every cell of the plan is an alloca
// that LLVM's SROA turns into SSA values; what lives across a cut is loaded from the frame at the
// top and stored at the bottom.
//
// How a header is held: its base cell points to its bytes in wire order, in the packet or in its
// slot of the frame. An invalid header points to `zeros`, memory that is never written: so a field
// of an invalid header reads as 0 without a check, and validity is one comparison, which LLVM folds
// wherever the header's origin is in sight.

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"
#include "targets/cpu/codegen/abi.h"
#include "targets/cpu/codegen/emit_objects.h"
#include "targets/cpu/codegen/plan.h"

namespace ipdk::cpu::codegen {

class Emitter {
 public:
  Emitter(llvm::Module& module, const schema::Schema& schema, const ir::Program& program,
          const Plan& plan, const Objects& objects, RequestSites& requests);

  // One function per stage: "<prefix>_entry", then "<prefix>_site<i>".
  void EmitGraph(const Graph& graph, const std::string& prefix);

 private:
  using Value = llvm::Value;
  using Block = llvm::BasicBlock;

  // --- stage.cpp
  void EmitStage(const Graph& graph, uint32_t site, const std::string& name);
  void EmitNode(const Graph& graph, NodeId node);
  void EmitAfterLookup(const Graph& graph, NodeId node);
  void LookUpInPlace(const Graph& graph, NodeId node, NodeId after);
  // The key of a lookup as one number, padding included.
  Value* KeyOf(const ir::Terminator& t, const layout::TableLayout& table);
  void EmitTerminator(const Graph& graph, NodeId node);
  void EmitSwitch(const Graph& graph, NodeId node);
  void EmitCut(const Graph& graph, NodeId from, NodeId head);
  void EmitEnd(const Graph& graph, NodeId id);
  void EmitOnward(const Graph& graph, NodeId id);
  Value* IsDropPort(Value* port);
  void EmitDeparse();
  void CountStep();
  void StoreCells(const BitSet& live);
  void InitCells(const Graph& graph, NodeId head, bool entry);
  // The basic block to jump to for a node: its own code or a cut to it.
  Block* Goto(const Graph& graph, NodeId from, ir::BlockId target);
  void Jump(const Graph& graph, NodeId from, ir::BlockId target);
  void Finish(Verdict verdict);

  // --- statement.cpp
  // False: the statement ended the basic block for good.
  void EmitStmt(const ir::Stmt& stmt, Block* on_error);
  void Assign(ir::VarId var, Value* value);
  void AssignField(const ir::Stmt& stmt);
  void AssignVarbit(const ir::Stmt& stmt);
  void SetValid(uint32_t header);
  void SetInvalid(uint32_t header);
  void CopyHeader(uint32_t header, Value* base, Value* varbit_bits);
  void PushPop(const ir::Stmt& stmt);
  void Extract(const ir::Stmt& stmt, Block* on_error);
  void Advance(const ir::Stmt& stmt, Block* on_error);
  void Lookahead(const ir::Stmt& stmt, Block* on_error);
  void EmitHeader(const ir::HeaderRef& ref);
  void AppendEmitted(Value* from, Value* bytes);
  void ParserError(uint32_t error, Block* on_error);
  // Goes on in a new basic block unless `failed`.
  void FailIf(Value* failed, uint32_t error, Block* on_error);
  // Runs `body` for the element that the reference means, or not at all.
  template <typename F>
  void WithElement(const ir::HeaderRef& ref, F body);
  template <typename F>
  void If(Value* condition, F body);

  // --- extern.cpp
  void EmitExtern(const ir::Stmt& stmt);
  Value* PacketBytes();
  void CountAt(Value* counters, Value* index, Value* bytes);
  void RegisterRead(const ir::Stmt& stmt);
  void RegisterWrite(const ir::Stmt& stmt);
  void Hash(const ir::Stmt& stmt);
  bool WrittenHere(const ir::Expr& e) const {
    return written_.contains(uint64_t{e.header.header.index} << 32 | e.field);
  }
  Value* Csum16(const std::vector<ir::ExprId>& ins);
  void Random(const ir::Stmt& stmt);
  void Request(const ir::Stmt& stmt);
  struct Joined {
    Value* bytes;
    Value* bits;  // i64
  };
  Joined JoinBits(const std::vector<ir::ExprId>& ins);
  bool HasVarbit(const std::vector<ir::ExprId>& ins) const;

  // --- expression.cpp
  Value* Expr(ir::ExprId id);
  Value* MakeExpr(const ir::Expr& e);
  Value* Binary(const ir::Expr& e);
  Value* Shift(const ir::Expr& e, Value* a, Value* amount);
  Value* Wide(const char* helper, Value* a, Value* b);
  Value* Field(const ir::Expr& e);
  // An index as i64; values that do not fit become the largest.
  Value* Index(ir::ExprId id);
  struct Element {
    Value* base;         // pointer to the bytes, or to zeros
    Value* varbit_bits;  // i32, null without a varbit
    const HeaderPlan* plan;
    const ir::HeaderType* type;
  };
  Element Resolve(const ir::HeaderRef& ref);
  Value* IsValid(Value* base);
  Value* HeaderBits(const Element& element);  // i64

  // --- memory.cpp: values in memory
  // `width` bits from bit `offset` after base; `room`: bytes that may be read there, from base.
  Value* LoadBits(Value* base, uint64_t offset, uint32_t width, uint64_t room);
  void StoreBits(Value* base, uint64_t offset, uint32_t width, Value* value);
  Value* LoadBitsAt(Value* base, Value* offset, uint32_t width);
  void StoreBitsAt(Value* base, Value* offset, uint32_t width, Value* value);
  // Big-endian whole bytes.
  Value* LoadBig(Value* at, uint32_t bytes);
  void StoreBig(Value* at, uint32_t bytes, Value* value);
  // Little-endian scalars of records, registers and frames.
  Value* LoadScalar(Value* at, uint32_t width);
  void StoreScalar(Value* at, uint32_t width, Value* value);
  Value* Buffer(uint64_t bytes, uint32_t align = 8);

  // --- small
  Value* At(Value* base, uint64_t offset);
  Value* At(Value* base, Value* offset);
  Value* I64(uint64_t value);
  Value* I32(uint32_t value);
  Value* Constant(const Integer& value, uint32_t width);
  Value* Address(const void* address);
  llvm::Type* Bits(uint64_t width);
  Value* Resize(Value* value, uint32_t width);
  Value* Load(CellId cell);
  void Store(CellId cell, Value* value);
  llvm::Type* TypeOf(const Cell& cell);
  // A load of what does not change while a burst runs.
  Value* LoadFixed(llvm::Type* type, Value* at);
  void LoadCursor();
  void StoreCursor();
  Value* PacketField(size_t offset, llvm::Type* type);
  void SetPacketField(size_t offset, Value* value);
  Value* Call(const char* name, llvm::Type* result, std::vector<Value*> args);
  Block* NewBlock(const std::string& name);
  const HeaderPlan& PlanOf(uint32_t header) const { return plan_.headers[header]; }
  const ir::HeaderType& HeaderTypeOf(uint32_t header) const {
    return p_.header_types[p_.headers[ir::HeaderId(header)].type];
  }

  llvm::Module& module_;
  llvm::LLVMContext& c_;
  llvm::IRBuilder<> b_;
  const schema::Schema& s_;
  const ir::Program& p_;
  const Plan& plan_;
  const Objects& objects_;
  RequestSites& requests_;
  std::unordered_map<const ir::Stmt*, uint32_t> request_site_;

  // Of the stage being written.
  const Graph* graph_ = nullptr;
  uint32_t site_ = kNoSite;
  llvm::Function* function_ = nullptr;
  Block* allocas_ = nullptr;
  Block* next_packet_ = nullptr;
  std::vector<llvm::AllocaInst*> cells_;
  std::vector<Block*> node_blocks_;
  std::vector<NodeId> node_of_block_;
  std::vector<NodeId> pending_;
  BitSet dirty_;
  std::unordered_set<uint64_t> written_;  // header << 32 | field: assigned somewhere in this stage
  bool loading_ = false;                  // a cell gets the value that its home has
  Value* context_ = nullptr;
  Value* packet_ = nullptr;
  Value* frame_ = nullptr;
  Value* data_ = nullptr;
  Value* data_bits_ = nullptr;
  std::unordered_map<NodeId, Value*> records_;  // what the lookup before a node found
  Value* arrival_ = nullptr;
  // Expressions that were written since the state last changed.
  std::unordered_map<uint32_t, Value*> memo_;
};

}  // namespace ipdk::cpu::codegen
