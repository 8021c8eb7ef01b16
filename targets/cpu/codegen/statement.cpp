// Statements: assignments, headers, the parse cursor and the deparser's list of pieces.

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using ir::StmtKind;
using llvm::Value;

template <typename F>
void Emitter::If(Value* condition, F body) {
  if (auto* constant = llvm::dyn_cast<llvm::ConstantInt>(condition)) {
    if (constant->isOne()) body();
    return;
  }
  Block* yes = NewBlock("if");
  Block* done = NewBlock("fi");
  b_.CreateCondBr(condition, yes, done);
  b_.SetInsertPoint(yes);
  body();
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

template <typename F>
void Emitter::WithElement(const ir::HeaderRef& ref, F body) {
  if (ref.fixed()) return body(ref.header.index);
  const ir::Stack& stack = p_.stacks[ref.stack];
  Value* index = Index(ref.index);
  Block* done = NewBlock("element_done");
  llvm::SwitchInst* choice = b_.CreateSwitch(index, done, stack.size);
  for (uint32_t i = 0; i < stack.size; ++i) {
    Block* at = NewBlock("element");
    choice->addCase(llvm::ConstantInt::get(b_.getInt64Ty(), i), at);
    b_.SetInsertPoint(at);
    body(stack.first.index + i);
    b_.CreateBr(done);
  }
  b_.SetInsertPoint(done);
}

void Emitter::Assign(ir::VarId var, Value* value) { Store(plan_.var_cell[var.index], value); }

void Emitter::EmitStmt(const ir::Stmt& stmt, Block* on_error) {
  memo_.clear();
  switch (stmt.kind) {
    case StmtKind::kAssign:
      Assign(stmt.var, Expr(stmt.value));
      break;
    case StmtKind::kAssignField:
      AssignField(stmt);
      break;
    case StmtKind::kAssignVarbit:
      AssignVarbit(stmt);
      break;
    case StmtKind::kSetValid:
      WithElement(stmt.header, [&](uint32_t h) { SetValid(h); });
      break;
    case StmtKind::kSetInvalid:
      WithElement(stmt.header, [&](uint32_t h) { SetInvalid(h); });
      break;
    case StmtKind::kCopyHeader: {
      const Element source = Resolve(stmt.source);
      WithElement(stmt.header, [&](uint32_t h) { CopyHeader(h, source.base, source.varbit_bits); });
      break;
    }
    case StmtKind::kPushFront:
    case StmtKind::kPopFront:
      PushPop(stmt);
      break;
    case StmtKind::kExtract:
    case StmtKind::kExtractVarbit:
      Extract(stmt, on_error);
      break;
    case StmtKind::kAdvance:
      Advance(stmt, on_error);
      break;
    case StmtKind::kLookahead:
      Lookahead(stmt, on_error);
      break;
    case StmtKind::kEmit:
      EmitHeader(stmt.header);
      break;
    case StmtKind::kExtern:
      EmitExtern(stmt);
      break;
  }
  memo_.clear();
}

void Emitter::AssignField(const ir::Stmt& stmt) {
  Value* value = Expr(stmt.value);
  const Element element = Resolve(stmt.header);
  const HeaderPlan& plan = *element.plan;
  const uint32_t width = element.type->fields[stmt.field].width;
  If(IsValid(element.base), [&] {
    if (plan.varbit < 0 || stmt.field < static_cast<uint32_t>(plan.varbit)) {
      StoreBits(element.base, plan.offset[stmt.field], width, value);
    } else {
      Value* offset = b_.CreateAdd(I64(plan.offset[stmt.field]), Resize(element.varbit_bits, 64));
      StoreBitsAt(element.base, offset, width, value);
    }
  });
}

void Emitter::AssignVarbit(const ir::Stmt& stmt) {
  Value* value = Expr(stmt.value);
  Value* length = Index(stmt.length);
  const uint32_t width = value->getType()->getIntegerBitWidth();
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* buffer = Buffer(bytes);
  b_.CreateAlignedStore(Resize(value, bytes * 8), buffer, llvm::Align(8));
  WithElement(stmt.header, [&](uint32_t h) {
    const HeaderPlan& plan = PlanOf(h);
    Value* base = Load(plan.base);
    // Beyond the maximum: nothing, like any write out of range.
    Value* applies = b_.CreateAnd(IsValid(base), b_.CreateICmpULE(length, I64(width)));
    If(applies, [&] {
      const uint32_t before = plan.offset[stmt.field];
      Value* slot = At(frame_, plan.slot);
      Call("ipdk_assign_varbit", b_.getVoidTy(),
           {slot, base, I64(plan.bytes), I64(before), I64(plan.bits - before),
            Resize(Load(plan.varbit_bits), 64), buffer, length});
      Store(plan.base, slot);
      Store(plan.varbit_bits, Resize(length, 32));
    });
  });
}

void Emitter::SetValid(uint32_t header) {
  const HeaderPlan& plan = PlanOf(header);
  If(b_.CreateNot(IsValid(Load(plan.base))), [&] {
    Value* slot = At(frame_, plan.slot);
    b_.CreateMemSet(slot, b_.getInt8(0), plan.bytes, llvm::Align(16));
    Store(plan.base, slot);
    if (plan.varbit >= 0) Store(plan.varbit_bits, I32(0));
  });
}

void Emitter::SetInvalid(uint32_t header) {
  const HeaderPlan& plan = PlanOf(header);
  Store(plan.base, Address(objects_.zeros));
  if (plan.varbit >= 0) Store(plan.varbit_bits, I32(0));
}

// A valid target keeps its place, so that a packet whose headers only exchange contents keeps its
// shape; with a varbit, whose length may change, it moves to its slot.
void Emitter::CopyHeader(uint32_t header, Value* base, Value* varbit_bits) {
  const HeaderPlan& plan = PlanOf(header);
  Value* slot = At(frame_, plan.slot);
  Value* old = Load(plan.base);
  Block* copy = NewBlock("copy");
  Block* clear = NewBlock("clear");
  Block* done = NewBlock("copied");
  b_.CreateCondBr(IsValid(base), copy, clear);
  b_.SetInsertPoint(clear);
  SetInvalid(header);
  b_.CreateBr(done);
  b_.SetInsertPoint(copy);
  Value* to = plan.varbit >= 0 ? slot : b_.CreateSelect(IsValid(old), old, slot);
  Value* bytes = I64(plan.bytes);
  if (plan.varbit >= 0) {
    bytes = b_.CreateLShr(b_.CreateAdd(I64(plan.bits + 7), Resize(varbit_bits, 64)), 3);
    Store(plan.varbit_bits, varbit_bits);
  }
  b_.CreateMemMove(to, llvm::Align(1), base, llvm::Align(1), bytes);
  Store(plan.base, to);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

// An element in the packet moves by moving its pointer; one in its slot is copied to the other's
// slot, so that each slot belongs to one element for ever.
void Emitter::PushPop(const ir::Stmt& stmt) {
  const ir::Stack& stack = p_.stacks[stmt.stack];
  const bool push = stmt.kind == StmtKind::kPushFront;
  const uint32_t count = std::min(stmt.count, stack.size);
  const auto move = [&](uint32_t from_index, uint32_t to_index) {
    const HeaderPlan& from = PlanOf(stack.first.index + from_index);
    const HeaderPlan& to = PlanOf(stack.first.index + to_index);
    Value* base = Load(from.base);
    Value* from_slot = At(frame_, from.slot);
    Value* to_slot = At(frame_, to.slot);
    Store(to.base, base);
    if (from.varbit >= 0) Store(to.varbit_bits, Load(from.varbit_bits));
    If(b_.CreateICmpEQ(base, from_slot), [&] {
      b_.CreateMemCpy(to_slot, llvm::Align(16), from_slot, llvm::Align(16), from.bytes);
      Store(to.base, to_slot);
    });
  };
  if (push) {
    for (uint32_t i = stack.size; i-- > count;) move(i - count, i);
    for (uint32_t i = 0; i < count; ++i) SetInvalid(stack.first.index + i);
  } else {
    for (uint32_t i = count; i < stack.size; ++i) move(i, i - count);
    for (uint32_t i = stack.size - count; i < stack.size; ++i) SetInvalid(stack.first.index + i);
  }
  if (!stack.next.valid()) return;
  Value* next = Resize(Load(plan_.var_cell[stack.next.index]), 64);
  if (push) {
    next = b_.CreateAdd(next, I64(stmt.count));
    next = b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, next, I64(stack.size));
  } else {
    next = b_.CreateBinaryIntrinsic(llvm::Intrinsic::usub_sat, next, I64(stmt.count));
  }
  Assign(stack.next, Resize(next, 32));
}

void Emitter::ParserError(uint32_t error, Block* on_error) {
  const ir::VarId var = p_.role(ir::Role::kParserError);
  if (var.valid())
    Assign(var, llvm::ConstantInt::get(TypeOf(plan_.cells[plan_.var_cell[var.index]]), error));
  b_.CreateBr(on_error);
}

void Emitter::FailIf(Value* failed, uint32_t error, Block* on_error) {
  Block* bad = NewBlock("error");
  Block* good = NewBlock("parsed");
  b_.CreateCondBr(failed, bad, good);
  b_.SetInsertPoint(bad);
  ParserError(error, on_error);
  b_.SetInsertPoint(good);
}

void Emitter::Extract(const ir::Stmt& stmt, Block* on_error) {
  const uint32_t any =
      stmt.header.fixed() ? stmt.header.header.index : p_.stacks[stmt.header.stack].first.index;
  const HeaderPlan& kin = PlanOf(any);
  Value* cursor = Load(plan_.cursor);
  Value* bits = I64(kin.bits);
  Value* varbit_bits = nullptr;
  if (stmt.kind == StmtKind::kExtractVarbit) {
    Value* length = Expr(stmt.length);
    const uint32_t width = length->getType()->getIntegerBitWidth();
    Value* low = Resize(length, 64);
    if (width > 40) {
      // Far more than any packet has, but with the same remainder by 8.
      Value* huge = b_.CreateICmpUGT(length, Constant(Integer(1) << 40, width));
      low = b_.CreateSelect(huge, b_.CreateOr(b_.CreateAnd(low, 7), I64(uint64_t{1} << 40)), low);
    }
    bits = b_.CreateAdd(bits, low);
    const uint32_t maximum = HeaderTypeOf(any).fields[static_cast<size_t>(kin.varbit)].width;
    FailIf(b_.CreateICmpNE(b_.CreateAnd(bits, 7), I64(0)), ir::kErrorParserInvalidArgument,
           on_error);
    FailIf(b_.CreateICmpUGT(b_.CreateAdd(cursor, bits), data_bits_), ir::kErrorPacketTooShort,
           on_error);
    FailIf(b_.CreateICmpUGT(low, I64(maximum)), ir::kErrorHeaderTooShort, on_error);
    varbit_bits = Resize(low, 32);
  } else {
    FailIf(b_.CreateICmpUGT(b_.CreateAdd(cursor, bits), data_bits_), ir::kErrorPacketTooShort,
           on_error);
  }
  Value* from = At(data_, b_.CreateLShr(cursor, 3));
  WithElement(stmt.header, [&](uint32_t h) {
    const HeaderPlan& plan = PlanOf(h);
    Value* slot = At(frame_, plan.slot);
    if (plan_.bits) {
      // Headers that may start or end within a byte are held apart from the packet, from the top
      // bit of their slot.
      Call("ipdk_copy_bits", b_.getVoidTy(), {slot, data_, cursor, bits});
      Store(plan.base, slot);
    } else if (plan_.copy_headers) {
      b_.CreateMemCpy(slot, llvm::Align(16), from, llvm::Align(1), b_.CreateLShr(bits, 3));
      Store(plan.base, slot);
    } else {
      Store(plan.base, from);
    }
    if (varbit_bits != nullptr) Store(plan.varbit_bits, varbit_bits);
  });
  Store(plan_.cursor, b_.CreateAdd(cursor, bits));
}

void Emitter::Advance(const ir::Stmt& stmt, Block* on_error) {
  Value* length = Expr(stmt.length);
  const uint32_t width = length->getType()->getIntegerBitWidth();
  Value* by = Resize(length, 64);
  if (width > 40) {
    Value* huge = b_.CreateICmpUGT(length, Constant(Integer(1) << 40, width));
    by = b_.CreateSelect(huge, I64(uint64_t{1} << 40), by);
  }
  Value* to = b_.CreateAdd(Load(plan_.cursor), by);
  FailIf(b_.CreateICmpUGT(to, data_bits_), ir::kErrorPacketTooShort, on_error);
  Store(plan_.cursor, to);
}

void Emitter::Lookahead(const ir::Stmt& stmt, Block* on_error) {
  const uint32_t width = p_.vars[stmt.var].width;
  Value* cursor = Load(plan_.cursor);
  FailIf(b_.CreateICmpUGT(b_.CreateAdd(cursor, I64(width)), data_bits_), ir::kErrorPacketTooShort,
         on_error);
  if (plan_.bits) return Assign(stmt.var, LoadBitsAt(data_, cursor, width));
  Assign(stmt.var, LoadBits(At(data_, b_.CreateLShr(cursor, 3)), 0, width, 0));
}

// Pieces that lie one behind the other in the packet are one piece; where that ends, what was
// joined so far goes to scratch.
void Emitter::EmitHeader(const ir::HeaderRef& ref) {
  const Element element = Resolve(ref);
  If(IsValid(element.base), [&] {
    if (plan_.bits) {
      Value* bits = HeaderBits(element);
      Value* done = Load(plan_.emitted);
      Store(plan_.emitted, Call("ipdk_emit_bits", Bits(64), {context_, done, element.base, bits}));
      return;
    }
    Value* bytes = b_.CreateLShr(HeaderBits(element), 3);
    if (plan_.copy_emits) return AppendEmitted(element.base, bytes);
    Value* end = Load(plan_.emit_end);
    Block* follows = NewBlock("follows");
    Block* apart = NewBlock("apart");
    Block* done = NewBlock("emitted");
    b_.CreateCondBr(b_.CreateICmpEQ(end, element.base), follows, apart);
    b_.SetInsertPoint(apart);
    Value* start = Load(plan_.emit_start);
    If(b_.CreateIsNotNull(start), [&] {
      AppendEmitted(start, b_.CreateSub(b_.CreatePtrToInt(end, Bits(64)),
                                        b_.CreatePtrToInt(start, Bits(64))));
    });
    Store(plan_.emit_start, element.base);
    b_.CreateBr(follows);
    b_.SetInsertPoint(follows);
    Store(plan_.emit_end, At(element.base, bytes));
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
  });
}

void Emitter::AppendEmitted(Value* from, Value* bytes) {
  Value* done = Load(plan_.emitted);
  Store(plan_.emitted, Call("ipdk_emit", Bits(64), {context_, done, from, bytes}));
}

}  // namespace ipdk::cpu::codegen
