// Calls of externs: counters, registers and checksums in place, the rest as calls into runtime.cpp.

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using ir::ExprKind;
using ir::ExternOp;
using llvm::Value;

void Emitter::EmitExtern(const ir::Stmt& stmt) {
  const auto count_of = [&](uint32_t object) {
    Value* table = LoadFixed(b_.getPtrTy(), At(context_, offsetof(Context, counters)));
    return LoadFixed(b_.getPtrTy(), At(table, uint64_t{object} * sizeof(void*)));
  };
  const auto branch_if = [&](Value* condition, const auto& body) {
    Block* yes = NewBlock("if");
    Block* done = NewBlock("fi");
    b_.CreateCondBr(condition, yes, done);
    b_.SetInsertPoint(yes);
    body();
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
  };
  // What counts, when it may be said behind `required` inputs.
  const auto bytes = [&](size_t required) {
    return stmt.ins.size() > required ? Expr(stmt.ins[required]) : PacketBytes();
  };
  switch (stmt.op) {
    case ExternOp::kCounterCount: {
      const schema::Counter& counter = s_.counters[schema::CounterId(stmt.object)];
      Value* index = Index(stmt.ins[0]);
      Value* by = bytes(1);
      branch_if(b_.CreateICmpULT(index, I64(counter.size)),
                [&] { CountAt(count_of(stmt.object), index, by); });
      return;
    }
    case ExternOp::kDirectCounterCount: {
      const schema::Counter& counter = s_.counters[schema::CounterId(stmt.object)];
      Value* index = Load(plan_.direct_cell[counter.direct_of.index]);
      Value* by = bytes(0);
      branch_if(b_.CreateICmpNE(index, I32(UINT32_MAX)),
                [&] { CountAt(count_of(stmt.object), Resize(index, 64), by); });
      return;
    }
    case ExternOp::kMeterExecute:
    case ExternOp::kDirectMeterExecute: {
      const bool direct = stmt.op == ExternOp::kDirectMeterExecute;
      const schema::Meter& meter = s_.meters[schema::MeterId(stmt.object)];
      // Beyond any size means green, also for a table that was not looked up.
      Value* index;
      if (direct) {
        Value* own = Load(plan_.direct_cell[meter.direct_of.index]);
        index = b_.CreateSelect(b_.CreateICmpEQ(own, I32(UINT32_MAX)), I64(UINT64_MAX),
                                Resize(own, 64));
      } else {
        index = Index(stmt.ins[0]);
      }
      Value* before = Index(stmt.ins[direct ? 0 : 1]);
      before = b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, before, I64(2));
      Value* color = Call("ipdk_meter", Bits(32),
                          {Address(objects_.meters[stmt.object]), index, packet_,
                           Resize(before, 32), bytes(direct ? 1 : 2)});
      Assign(stmt.outs[0], Resize(color, p_.vars[stmt.outs[0]].width));
      return;
    }
    case ExternOp::kRegisterRead:
      return RegisterRead(stmt);
    case ExternOp::kRegisterWrite:
      return RegisterWrite(stmt);
    case ExternOp::kHash:
    case ExternOp::kHashPayload:
      return Hash(stmt);
    case ExternOp::kRandom:
      return Random(stmt);
    case ExternOp::kDigest:
    case ExternOp::kLogMsg:
      return Request(stmt);
    case ExternOp::kAssert:
    case ExternOp::kAssume: {
      Block* bad = NewBlock("assert_failed");
      Block* good = NewBlock("asserted");
      b_.CreateCondBr(Expr(stmt.ins[0]), good, bad);
      b_.SetInsertPoint(bad);
      Finish(Verdict::kAssert);
      b_.SetInsertPoint(good);
      return;
    }
    case ExternOp::kAddEntry: {
      const schema::TableId table(stmt.object);
      const layout::TableLayout layout = layout::Of(s_, s_.tables[table]);
      const std::vector<layout::Argument>& places = layout.actions[stmt.attribute];
      Value* record = Buffer(layout.record_bytes);
      b_.CreateMemSet(record, b_.getInt8(0), layout.record_bytes, llvm::Align(8));
      b_.CreateAlignedStore(b_.getInt16(static_cast<uint16_t>(stmt.attribute)),
                            At(record, uint64_t{offsetof(layout::RecordHeader, action)}),
                            llvm::Align(2));
      b_.CreateAlignedStore(b_.getInt8(layout::RecordHeader::kHit),
                            At(record, uint64_t{offsetof(layout::RecordHeader, flags)}),
                            llvm::Align(1));
      for (size_t i = 0; i < places.size(); ++i)
        StoreScalar(At(record, uint64_t{places[i].offset}), places[i].width,
                    Expr(stmt.ins[i + 1]));
      Value* done = Call("ipdk_add_entry", Bits(32),
                         {context_, packet_, Address(objects_.learned[stmt.object]),
                          I32(stmt.object), record, Resize(Expr(stmt.ins[0]), 64)});
      Assign(stmt.outs[0], Resize(done, p_.vars[stmt.outs[0]].width));
      return;
    }
    case ExternOp::kRestartExpireTimer:
    case ExternOp::kSetExpireTime: {
      const bool sets = stmt.op == ExternOp::kSetExpireTime;
      Value* profile = sets ? Resize(Expr(stmt.ins[0]), 64) : I64(UINT64_MAX);
      Call("ipdk_expire", b_.getVoidTy(),
           {context_, packet_, Address(objects_.learned[stmt.object]), I32(stmt.object), profile});
      return;
    }
    case ExternOp::kAllocateFlowId: {
      Value* id = b_.CreateAtomicRMW(llvm::AtomicRMWInst::Add, Address(objects_.flow_ids), I32(1),
                                     llvm::Align(4), llvm::AtomicOrdering::Monotonic);
      id = b_.CreateAdd(id, I32(1));
      Assign(stmt.outs[0], Resize(id, p_.vars[stmt.outs[0]].width));
      return;
    }
    case ExternOp::kIsHostPort: {
      Value* host = Call("ipdk_is_host_port", Bits(32), {context_, Expr(stmt.ins[0])});
      Assign(stmt.outs[0], Resize(host, p_.vars[stmt.outs[0]].width));
      return;
    }
  }
}

Value* Emitter::PacketBytes() { return PacketField(offsetof(Packet, received_length), Bits(32)); }

// Relaxed: each worker has counters of its own, and a reader wants any recent value.
void Emitter::CountAt(Value* counters, Value* index, Value* bytes) {
  Value* at = At(counters, b_.CreateMul(index, I64(sizeof(CounterValue))));
  const auto add = [&](Value* where, Value* by) {
    Value* old = b_.CreateAlignedLoad(Bits(64), where, llvm::Align(8));
    b_.CreateAlignedStore(b_.CreateAdd(old, by), where, llvm::Align(8));
  };
  add(At(at, offsetof(CounterValue, packets)), I64(1));
  add(At(at, offsetof(CounterValue, bytes)), Resize(bytes, 64));
}

void Emitter::RegisterRead(const ir::Stmt& stmt) {
  const RegisterArray& reg = *objects_.registers[stmt.object];
  Value* index = Index(stmt.ins[0]);
  Value* inside = b_.CreateICmpULT(index, I64(reg.size()));
  // Beyond the size one reads the zeros (which are as long as the longest element).
  Value* element = At(Address(reg.data()), b_.CreateMul(index, I64(reg.stride())));
  element = b_.CreateSelect(inside, element, Address(objects_.zeros));
  for (size_t i = 0; i < stmt.outs.size(); ++i)
    Assign(stmt.outs[i], LoadScalar(At(element, uint64_t{reg.offset(i)}), reg.widths()[i]));
}

void Emitter::RegisterWrite(const ir::Stmt& stmt) {
  const RegisterArray& reg = *objects_.registers[stmt.object];
  Value* index = Index(stmt.ins[0]);
  std::vector<Value*> values;
  for (size_t i = 1; i < stmt.ins.size(); ++i) values.push_back(Expr(stmt.ins[i]));
  Block* yes = NewBlock("write");
  Block* done = NewBlock("written");
  b_.CreateCondBr(b_.CreateICmpULT(index, I64(reg.size())), yes, done);
  b_.SetInsertPoint(yes);
  Value* element = At(Address(reg.data()), b_.CreateMul(index, I64(reg.stride())));
  for (size_t i = 0; i < values.size(); ++i)
    StoreScalar(At(element, uint64_t{reg.offset(i)}), reg.widths()[i], values[i]);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

bool Emitter::HasVarbit(const std::vector<ir::ExprId>& ins) const {
  for (ir::ExprId in : ins) {
    const ir::Expr& e = p_.exprs[in];
    if (e.kind != ExprKind::kField) continue;
    const uint32_t h =
        e.header.fixed() ? e.header.header.index : p_.stacks[e.header.stack].first.index;
    if (HeaderTypeOf(h).fields[e.field].varbit) return true;
  }
  return false;
}

// The inputs joined into bytes, the last one filled with zero bits. A varbit counts with its own
// length, so what follows it is placed at run time.
Emitter::Joined Emitter::JoinBits(const std::vector<ir::ExprId>& ins) {
  uint64_t total = 0;
  for (ir::ExprId in : ins) total += p_.exprs[in].width;
  Value* buffer = Buffer((total + 7) / 8 + 8);
  if (HasVarbit(ins)) {
    b_.CreateMemSet(buffer, b_.getInt8(0), (total + 7) / 8, llvm::Align(8));
    Value* at = I64(0);
    for (ir::ExprId in : ins) {
      const ir::Expr& e = p_.exprs[in];
      Value* value = Expr(in);
      Value* width = I64(e.width);
      if (e.kind == ExprKind::kField) {
        const Element element = Resolve(e.header);
        if (element.type->fields[e.field].varbit) width = Resize(element.varbit_bits, 64);
      }
      const uint32_t bytes = (e.width + 63) / 64 * 8;
      Value* scalar = Buffer(bytes);
      b_.CreateAlignedStore(Resize(value, bytes * 8), scalar, llvm::Align(8));
      Call("ipdk_write_bits", b_.getVoidTy(), {buffer, at, width, scalar});
      at = b_.CreateAdd(at, width);
    }
    return {buffer, at};
  }
  uint64_t at = 0;        // bytes written
  Value* open = nullptr;  // bits behind them that do not fill a byte yet, with what came after
  uint32_t open_bits = 0;
  for (ir::ExprId in : ins) {
    Value* value = Expr(in);
    const uint32_t width = p_.exprs[in].width;
    if (open != nullptr) {
      const uint32_t both = open_bits + width;
      value = b_.CreateOr(b_.CreateShl(b_.CreateZExt(open, Bits(both)), width),
                          b_.CreateZExt(value, Bits(both)));
      open_bits = both;
    } else {
      open_bits = width;
    }
    const uint32_t whole = open_bits / 8, rest = open_bits % 8;
    if (whole > 0) {
      StoreBig(At(buffer, at), whole, b_.CreateLShr(value, rest));
      at += whole;
    }
    open_bits = rest;
    open = rest > 0 ? b_.CreateTrunc(value, Bits(rest)) : nullptr;
  }
  if (open != nullptr)
    StoreBig(At(buffer, at), 1, b_.CreateShl(b_.CreateZExt(open, Bits(8)), 8 - open_bits));
  return {buffer, I64(total)};
}

void Emitter::Hash(const ir::Stmt& stmt) {
  const ir::VarId out = stmt.outs[0];
  const uint32_t width = p_.vars[out].width;
  const auto algorithm = static_cast<ir::HashAlgorithm>(stmt.attribute);
  const bool payload = stmt.op == ExternOp::kHashPayload;
  const bool varbit = HasVarbit(stmt.ins);
  if (!payload && !varbit && algorithm == ir::HashAlgorithm::kIdentity) {
    // The low bits of the joined inputs: from the last one backwards until the result is full.
    Value* value = llvm::ConstantInt::get(Bits(width), 0);
    uint32_t at = 0;
    for (size_t i = stmt.ins.size(); i-- > 0 && at < width;) {
      value = b_.CreateOr(value, b_.CreateShl(Resize(Expr(stmt.ins[i]), width), at));
      at += p_.exprs[stmt.ins[i]].width;
    }
    return Assign(out, value);
  }
  if (!payload && !varbit &&
      (algorithm == ir::HashAlgorithm::kCsum16 ||
       algorithm == ir::HashAlgorithm::kOnesComplement16))
    return Assign(out, Resize(Csum16(stmt.ins), width));
  const Joined joined = JoinBits(stmt.ins);
  if (!payload && algorithm != ir::HashAlgorithm::kIdentity) {
    Value* bytes = b_.CreateLShr(b_.CreateAdd(joined.bits, I64(7)), 3);
    Value* result = Call("ipdk_hash", Bits(32), {I32(stmt.attribute), joined.bytes, bytes});
    return Assign(out, Resize(result, width));
  }
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* result = Buffer(bytes);
  Value* cursor = payload ? Load(plan_.cursor) : I64(UINT64_MAX);
  Call("ipdk_hash_payload", b_.getVoidTy(),
       {I32(stmt.attribute), joined.bytes, joined.bits, packet_, cursor, result, I64(bytes)});
  Assign(out, b_.CreateTrunc(b_.CreateAlignedLoad(Bits(bytes * 8), result, llvm::Align(8)),
                             Bits(width)));
}

// RFC 1071. Fields that lie one behind the other in a header are summed as they lie in memory,
// little-endian, and that sum's bytes are swapped at the end (section 2, byte order independence);
// others are added as values.
Value* Emitter::Csum16(const std::vector<ir::ExprId>& ins) {
  Value* as_values = I64(0);
  Value* as_bytes = I64(0);
  uint64_t at = 0;  // bits joined so far
  const auto add_value = [&](Value* value, uint64_t end) {
    // Its last bit is bit `end` of the string: move it to the end of its 16-bit word, then add the
    // words.
    const uint32_t width = value->getType()->getIntegerBitWidth();
    const uint32_t shift = static_cast<uint32_t>((16 - end % 16) % 16);
    const uint32_t all = (width + shift + 31) / 32 * 32;
    value = b_.CreateShl(b_.CreateZExt(value, Bits(all)), shift);
    for (uint32_t low = 0; low < all; low += 32) {
      Value* word = b_.CreateTrunc(b_.CreateLShr(value, low), Bits(32));
      as_values = b_.CreateAdd(as_values, b_.CreateZExt(word, Bits(64)));
    }
  };
  for (size_t i = 0; i < ins.size();) {
    const ir::Expr& first = p_.exprs[ins[i]];
    size_t end = i;
    uint64_t run = 0;
    if (first.kind == ExprKind::kField && first.header.fixed()) {
      const HeaderPlan& plan = PlanOf(first.header.header.index);
      while (end < ins.size()) {
        const ir::Expr& e = p_.exprs[ins[end]];
        if (e.kind != ExprKind::kField || !e.header.fixed() ||
            e.header.header != first.header.header || e.field != first.field + (end - i) ||
            (plan.varbit >= 0 && e.field >= static_cast<uint32_t>(plan.varbit)))
          break;
        // A field that was written is read as it was written: a wider load would have to wait until
        // the store has left the processor's store buffer.
        const bool written = WrittenHere(e);
        if (written && (end > i || e.width % 16 != 0)) break;
        run += e.width;
        ++end;
        if (written) break;
      }
      if (at % 16 == 0 && plan.offset[first.field] % 8 == 0) {
        // Whole 16-bit words only: give back fields from the end.
        while (run % 16 != 0) run -= p_.exprs[ins[--end]].width;
      } else {
        run = 0;
      }
      if (run > 0) {
        Value* base = At(Load(plan.base), uint64_t{plan.offset[first.field] / 8});
        for (uint64_t byte = 0; byte < run / 8;) {
          const uint32_t piece = run / 8 - byte >= 4 ? 4 : 2;
          Value* word = b_.CreateAlignedLoad(Bits(piece * 8), At(base, byte), llvm::Align(1));
          as_bytes = b_.CreateAdd(as_bytes, b_.CreateZExt(word, Bits(64)));
          byte += piece;
        }
        at += run;
        i = end;
        continue;
      }
    }
    // A byte by itself, beside one that was written: LLVM must not join the two loads again.
    if (first.kind == ExprKind::kField && first.header.fixed() && first.width == 8 && at % 8 == 0) {
      const HeaderPlan& plan = PlanOf(first.header.header.index);
      const uint32_t offset = plan.offset[first.field];
      if (offset % 8 == 0 &&
          (plan.varbit < 0 || first.field < static_cast<uint32_t>(plan.varbit))) {
        llvm::LoadInst* byte = b_.CreateAlignedLoad(
            Bits(8), At(Load(plan.base), uint64_t{offset / 8}), llvm::Align(1));
        byte->setAtomic(llvm::AtomicOrdering::Unordered);
        as_bytes = b_.CreateAdd(as_bytes, b_.CreateShl(b_.CreateZExt(byte, Bits(64)), at % 16));
        at += 8;
        ++i;
        continue;
      }
    }
    // Join what follows until a 16-bit border, so that narrow fields are added together.
    Value* value = Expr(ins[i]);
    uint32_t width = first.width;
    at += first.width;
    ++i;
    while (at % 16 != 0 && i < ins.size() && width + p_.exprs[ins[i]].width <= 128) {
      const uint32_t next = p_.exprs[ins[i]].width;
      Value* low = Expr(ins[i]);
      value = b_.CreateOr(b_.CreateShl(b_.CreateZExt(value, Bits(width + next)), next),
                          b_.CreateZExt(low, Bits(width + next)));
      width += next;
      at += next;
      ++i;
    }
    add_value(value, at);
  }
  // To 32 and then to 16 bits, with the carry brought round: a number plus itself with the halves
  // exchanged has the sum of its halves and their carry in the upper half. It is 0 only for 0, as
  // folding by additions is.
  const auto fold = [&](Value* sum) {
    sum = b_.CreateLShr(b_.CreateAdd(sum, b_.CreateIntrinsic(llvm::Intrinsic::fshl, {Bits(64)},
                                                             {sum, sum, I64(32)})),
                        32);
    Value* half = b_.CreateTrunc(sum, Bits(32));
    Value* other = b_.CreateIntrinsic(llvm::Intrinsic::fshl, {Bits(32)}, {half, half, I32(16)});
    return b_.CreateZExt(b_.CreateLShr(b_.CreateAdd(half, other), 16), Bits(64));
  };
  Value* swapped =
      b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, b_.CreateTrunc(fold(as_bytes), Bits(16)));
  Value* sum = fold(b_.CreateAdd(fold(as_values), b_.CreateZExt(swapped, Bits(64))));
  return b_.CreateNot(b_.CreateTrunc(sum, Bits(16)));
}

void Emitter::Random(const ir::Stmt& stmt) {
  const uint32_t width = p_.exprs[stmt.ins[0]].width;
  Value* low = Expr(stmt.ins[0]);
  Value* high = Expr(stmt.ins[1]);
  const ir::VarId out = stmt.outs[0];
  if (width <= 64) {
    Value* value = Call("ipdk_random", Bits(64),
                        {packet_, Resize(low, 64), Resize(high, 64), I64(objects_.seed),
                         I32(stmt.attribute), I32(width)});
    return Assign(out, Resize(value, p_.vars[out].width));
  }
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* buffers[3] = {Buffer(bytes), Buffer(bytes), Buffer(bytes)};
  b_.CreateAlignedStore(Resize(low, bytes * 8), buffers[0], llvm::Align(8));
  b_.CreateAlignedStore(Resize(high, bytes * 8), buffers[1], llvm::Align(8));
  Call("ipdk_random_wide", b_.getVoidTy(),
       {packet_, buffers[0], buffers[1], buffers[2], I32(width), I64(objects_.seed),
        I32(stmt.attribute)});
  Assign(out, Resize(b_.CreateAlignedLoad(Bits(bytes * 8), buffers[2], llvm::Align(8)),
                     p_.vars[out].width));
}

void Emitter::Request(const ir::Stmt& stmt) {
  const auto [it, fresh] =
      request_site_.try_emplace(&stmt, static_cast<uint32_t>(requests_.sites.size()));
  uint64_t bytes = 0;
  RequestSite site;
  for (ir::ExprId in : stmt.ins) {
    site.widths.push_back(p_.exprs[in].width);
    bytes += BytesFor(p_.exprs[in].width);
  }
  if (fresh) {
    site.kind = stmt.op == ExternOp::kDigest ? RequestSite::Kind::kDigest : RequestSite::Kind::kLog;
    if (stmt.op == ExternOp::kDigest) site.digest = schema::DigestId(stmt.object);
    site.text = stmt.text;
    site.at = stmt.at;
    requests_.sites.push_back(std::move(site));
  }
  std::vector<Value*> values;
  for (ir::ExprId in : stmt.ins) values.push_back(Expr(in));
  Value* to =
      Call("ipdk_request", b_.getPtrTy(),
           {context_, packet_, arrival_, I32(it->second), I32(static_cast<uint32_t>(bytes))});
  Block* yes = NewBlock("request");
  Block* done = NewBlock("requested");
  b_.CreateCondBr(b_.CreateIsNotNull(to), yes, done);
  b_.SetInsertPoint(yes);
  uint64_t at = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto size = static_cast<uint32_t>(BytesFor(p_.exprs[stmt.ins[i]].width));
    StoreBig(At(to, at), size, values[i]);
    at += size;
  }
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

}  // namespace ipdk::cpu::codegen
