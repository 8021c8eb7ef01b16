// A stage: one function, a loop over packets, the nodes that they can run until the next cut.

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using ir::TermKind;
using llvm::Value;

Emitter::Emitter(llvm::Module& module, const schema::Schema& schema, const ir::Program& program, const Plan& plan,
                 const Objects& objects, RequestSites& requests)
    : module_(module),
      c_(module.getContext()),
      b_(c_),
      s_(schema),
      p_(program),
      plan_(plan),
      objects_(objects),
      requests_(requests) {}

// --- small things --------------------------------------------------------------------------------------------------

llvm::Type* Emitter::TypeOf(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::kBase:
    case CellKind::kEmitStart:
    case CellKind::kEmitEnd: return b_.getPtrTy();
    default: return Bits(cell.width);
  }
}

Value* Emitter::Load(CellId cell) {
  llvm::AllocaInst*& home = cells_[cell];
  const Cell& c = plan_.cells[cell];
  if (home == nullptr) {
    llvm::IRBuilder<> top(allocas_, allocas_->begin());
    home = top.CreateAlloca(TypeOf(c));
  }
  return b_.CreateLoad(TypeOf(c), home);
}

void Emitter::Store(CellId cell, Value* value) {
  llvm::AllocaInst*& home = cells_[cell];
  if (home == nullptr) {
    llvm::IRBuilder<> top(allocas_, allocas_->begin());
    home = top.CreateAlloca(TypeOf(plan_.cells[cell]));
  }
  b_.CreateStore(value, home);
}

Value* Emitter::PacketField(size_t offset, llvm::Type* type) {
  const uint64_t bytes = type->isPointerTy() ? 8 : type->getIntegerBitWidth() / 8;
  return b_.CreateAlignedLoad(type, At(packet_, uint64_t{offset}), llvm::Align(bytes));
}

void Emitter::SetPacketField(size_t offset, Value* value) {
  const uint64_t bytes = value->getType()->isPointerTy() ? 8 : value->getType()->getIntegerBitWidth() / 8;
  b_.CreateAlignedStore(value, At(packet_, uint64_t{offset}), llvm::Align(bytes));
}

Value* Emitter::Call(const char* name, llvm::Type* result, std::vector<Value*> args) {
  std::vector<llvm::Type*> types;
  for (Value* arg : args) types.push_back(arg->getType());
  llvm::FunctionCallee callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
  if (auto* function = llvm::dyn_cast<llvm::Function>(callee.getCallee())) function->setDoesNotThrow();
  return b_.CreateCall(callee, args);
}

Emitter::Block* Emitter::NewBlock(const std::string& name) { return Block::Create(c_, name, function_); }

// --- stages --------------------------------------------------------------------------------------------------------

void Emitter::EmitGraph(const Graph& graph, const std::string& prefix) {
  node_of_block_.assign(p_.blocks.size(), UINT32_MAX);
  for (NodeId id = 0; id < graph.nodes.size(); ++id)
    if (!graph.nodes[id].after_lookup) node_of_block_[graph.nodes[id].block.index] = id;
  EmitStage(graph, kNoSite, prefix + "_entry");
  for (uint32_t i = 0; i < graph.sites.size(); ++i) EmitStage(graph, i, prefix + "_site" + std::to_string(i));
}

void Emitter::EmitStage(const Graph& graph, uint32_t site, const std::string& name) {
  graph_ = &graph;
  site_ = site;
  const bool entry = site == kNoSite;
  const NodeId head = entry ? graph.start : graph.sites[site].head;
  const bool looked_up = !entry && graph.sites[site].table.valid();

  llvm::Type* pointer = b_.getPtrTy();
  auto* type = llvm::FunctionType::get(b_.getVoidTy(), {pointer, pointer, pointer, pointer, Bits(32)}, false);
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
  function_->setDoesNotThrow();
  for (unsigned i = 0; i < 4; ++i) {
    function_->addParamAttr(i, llvm::Attribute::NoAlias);
    function_->getArg(i)->setName(i == 0 ? "context" : i == 1 ? "burst" : i == 2 ? "index" : "records");
  }
  cells_.assign(plan_.cells.size(), nullptr);
  node_blocks_.assign(graph.nodes.size(), nullptr);
  pending_.clear();
  memo_.clear();

  // What the stage may have written when it ends; at the entry, initial values count as written.
  dirty_ = BitSet(plan_.cells.size());
  {
    std::vector<bool> seen(graph.nodes.size());
    std::vector<NodeId> work{head};
    seen[head] = true;
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      dirty_.Add(graph.nodes[id].defines);
      for (NodeId to : graph.nodes[id].next) {
        if (seen[to] || graph.site_of_node[to] != kNoSite) continue;
        seen[to] = true;
        work.push_back(to);
      }
    }
  }

  context_ = function_->getArg(0);
  Value* burst = function_->getArg(1);
  Value* index = function_->getArg(2);
  Value* records = function_->getArg(3);
  Value* count = function_->getArg(4);
  allocas_ = NewBlock("allocas");
  Block* start = NewBlock("start");
  Block* loop = NewBlock("packet");
  next_packet_ = NewBlock("next_packet");
  Block* done = NewBlock("done");

  b_.SetInsertPoint(start);
  b_.CreateCondBr(b_.CreateICmpEQ(count, I32(0)), done, loop);
  b_.SetInsertPoint(loop);
  llvm::PHINode* i = b_.CreatePHI(Bits(32), 2, "i");
  i->addIncoming(I32(0), start);
  Value* i64 = Resize(i, 64);
  arrival_ = b_.CreateAlignedLoad(Bits(32), b_.CreateInBoundsGEP(Bits(32), index, i64), llvm::Align(4));
  packet_ = b_.CreateAlignedLoad(pointer, b_.CreateInBoundsGEP(pointer, burst, Resize(arrival_, 64)), llvm::Align(8));
  frame_ = PacketField(offsetof(Packet, frame), pointer);
  data_ = PacketField(offsetof(Packet, data), pointer);
  data_bits_ = b_.CreateShl(Resize(PacketField(offsetof(Packet, length), Bits(32)), 64), 3);
  record_ = looked_up
                ? b_.CreateAlignedLoad(pointer, b_.CreateInBoundsGEP(pointer, records, i64), llvm::Align(8), "record")
                : nullptr;
  InitCells(graph, head, entry);

  // The head's own code, even though a jump to it from inside the stage is a cut.
  node_blocks_[head] = NewBlock("head");
  pending_.push_back(head);
  b_.CreateBr(node_blocks_[head]);
  while (!pending_.empty()) {
    const NodeId id = pending_.back();
    pending_.pop_back();
    b_.SetInsertPoint(node_blocks_[id]);
    EmitNode(graph, id);
  }

  b_.SetInsertPoint(next_packet_);
  Value* next = b_.CreateAdd(i, I32(1));
  i->addIncoming(next, next_packet_);
  b_.CreateCondBr(b_.CreateICmpEQ(next, count), done, loop);
  b_.SetInsertPoint(done);
  b_.CreateRetVoid();
  b_.SetInsertPoint(allocas_);
  b_.CreateBr(start);
}

void Emitter::InitCells(const Graph& graph, NodeId head, bool entry) {
  const BitSet& live = graph.live_in[head];
  const bool continues = graph.entry == Entry::kEgress && p_.arch == ir::Arch::kV1Model;
  Value* preserved = nullptr;
  if (entry) {
    SetPacketField(offsetof(Packet, verdict), b_.getInt8(0));
    if (graph.entry != Entry::kEgress && !p_.field_lists.empty())
      preserved = b_.CreateICmpNE(PacketField(offsetof(Packet, preserved), Bits(8)), b_.getInt8(0));
  }
  for (CellId id = 0; id < plan_.cells.size(); ++id) {
    if (!live.Has(id)) continue;
    const Cell& cell = plan_.cells[id];
    llvm::Type* type = TypeOf(cell);
    const auto from_home = [&]() -> Value* {
      Value* home = At(frame_, cell.home);
      if (cell.role) return b_.CreateTrunc(b_.CreateAlignedLoad(Bits(64), home, llvm::Align(8)), type);
      if (cell.kind == CellKind::kVar) return LoadScalar(home, cell.width);
      return b_.CreateAlignedLoad(type, home, llvm::Align(cell.width / 8));
    };
    const bool fresh = cell.kind == CellKind::kEmitStart || cell.kind == CellKind::kEmitEnd ||
                       cell.kind == CellKind::kEmitted || (cell.kind == CellKind::kSteps && !plan_.count_steps);
    if (!entry && !fresh) {
      Store(id, from_home());
      continue;
    }
    switch (cell.kind) {
      case CellKind::kVar: {
        const bool loads = graph.entry == Entry::kEgress ? continues || cell.role : cell.role && cell.input;
        if (loads) {
          Store(id, from_home());
          break;
        }
        dirty_.Set(id);
        Value* value = llvm::ConstantInt::get(type, 0);
        if (preserved != nullptr && cell.preserved != 0)
          value = b_.CreateSelect(preserved, LoadScalar(At(frame_, cell.preserved), cell.width), value);
        Store(id, value);
        break;
      }
      case CellKind::kBase:
        if (!continues) dirty_.Set(id);
        Store(id, continues ? from_home() : Address(objects_.zeros));
        break;
      case CellKind::kVarbitBits:
        if (!continues) dirty_.Set(id);
        Store(id, continues ? from_home() : I32(0));
        break;
      case CellKind::kDirect:
        dirty_.Set(id);
        Store(id, I32(UINT32_MAX));
        break;
      case CellKind::kCursor:
        dirty_.Set(id);
        if (continues) {
          Value* cursor = b_.CreateShl(Resize(PacketField(offsetof(Packet, parsed), Bits(32)), 64), 3);
          if (plan_.bits)
            cursor = b_.CreateOr(cursor, Resize(PacketField(offsetof(Packet, parsed_bits), Bits(8)), 64));
          Store(id, cursor);
        } else {
          Store(id, I64(0));
        }
        break;
      case CellKind::kEmitStart:
      case CellKind::kEmitEnd:
        Store(id, llvm::ConstantPointerNull::get(b_.getPtrTy()));
        break;
      case CellKind::kReturn:
      case CellKind::kSteps:
      case CellKind::kEmitted:
        dirty_.Set(id);
        Store(id, llvm::ConstantInt::get(type, 0));
        break;
    }
  }
}

void Emitter::StoreCells(const BitSet& live) {
  live.ForEach([&](size_t id) {
    if (!dirty_.Has(id)) return;
    const Cell& cell = plan_.cells[id];
    if (cell.home == 0 && !cell.role) return;  // of no use to anyone behind the cut
    Value* value = Load(static_cast<CellId>(id));
    Value* home = At(frame_, cell.home);
    if (cell.role) {
      b_.CreateAlignedStore(Resize(value, 64), home, llvm::Align(8));
    } else if (cell.kind == CellKind::kVar) {
      StoreScalar(home, cell.width, value);
    } else {
      b_.CreateAlignedStore(value, home, llvm::Align(cell.width / 8));
    }
  });
}

void Emitter::Finish(Verdict verdict) {
  SetPacketField(offsetof(Packet, verdict), b_.getInt8(static_cast<uint8_t>(verdict)));
  b_.CreateBr(next_packet_);
}

Emitter::Block* Emitter::Goto(const Graph& graph, NodeId from, ir::BlockId target) {
  const NodeId to = node_of_block_[target.index];
  if (graph.site_of_node[to] != kNoSite) {
    // A cut of its own for each jump: cheap, and it keeps the stores where they are needed.
    Block* cut = NewBlock("cut");
    const auto here = b_.saveIP();
    b_.SetInsertPoint(cut);
    EmitCut(graph, from, to);
    b_.restoreIP(here);
    return cut;
  }
  if (node_blocks_[to] == nullptr) {
    node_blocks_[to] = NewBlock(p_.blocks[target].name.empty() ? "block" : p_.blocks[target].name);
    pending_.push_back(to);
  }
  return node_blocks_[to];
}

void Emitter::Jump(const Graph& graph, NodeId from, ir::BlockId target) { b_.CreateBr(Goto(graph, from, target)); }

// Puts the packet into the queue of a site. The keys have been built by the caller for lookups.
void Emitter::EmitCut(const Graph& graph, NodeId from, NodeId head) {
  const uint32_t site = graph.site_of_node[head];
  const Site& s = graph.sites[site];
  StoreCells(graph.live_in[head]);
  Value* sites = b_.CreateAlignedLoad(b_.getPtrTy(), At(context_, offsetof(Context, sites)), llvm::Align(8));
  Value* queue = At(sites, uint64_t{site} * sizeof(SiteQueue));
  Value* count_at = At(queue, uint64_t{offsetof(SiteQueue, count)});
  Value* count = b_.CreateAlignedLoad(Bits(32), count_at, llvm::Align(4));
  Value* count64 = Resize(count, 64);
  b_.CreateAlignedStore(
      arrival_, b_.CreateInBoundsGEP(Bits(32), At(queue, uint64_t{offsetof(SiteQueue, index)}), count64),
      llvm::Align(4));
  if (s.table.valid()) {
    const ir::Terminator& t = p_.blocks[graph.nodes[from].block].term;
    const layout::TableLayout table = layout::Of(s_, s_.tables[s.table]);
    Value* keys = b_.CreateAlignedLoad(b_.getPtrTy(), At(queue, uint64_t{offsetof(SiteQueue, keys)}), llvm::Align(8));
    Value* key = At(keys, b_.CreateMul(count64, I64(table.key_bytes)));
    memo_.clear();
    for (size_t f = 0; f < table.fields.size(); ++f)
      StoreBig(At(key, uint64_t{table.fields[f].offset}), table.fields[f].bytes, Expr(t.exprs[f]));
    memo_.clear();
    // The padding takes part in hashing and comparing. It is written each time only because keys of several sites may
    // share memory in the future; the stores are to a line that is written anyway.
    if (const uint32_t rest = table.key_bytes - table.used_key_bytes; rest > 0)
      b_.CreateMemSet(At(key, uint64_t{table.used_key_bytes}), b_.getInt8(0), rest, llvm::Align(1));
  }
  b_.CreateAlignedStore(b_.CreateAdd(count, I32(1)), count_at, llvm::Align(4));
  b_.CreateBr(next_packet_);
}

void Emitter::CountStep() {
  if (!plan_.count_steps) return;
  Value* steps = Load(plan_.steps);
  Block* over = NewBlock("step_limit");
  Block* good = NewBlock("step");
  b_.CreateCondBr(b_.CreateICmpUGE(steps, I32(p_.step_limit)), over, good);
  b_.SetInsertPoint(over);
  Finish(Verdict::kStepLimit);
  b_.SetInsertPoint(good);
  Store(plan_.steps, b_.CreateAdd(steps, I32(1)));
}

void Emitter::EmitNode(const Graph& graph, NodeId id) {
  const Node& node = graph.nodes[id];
  if (node.after_lookup) return EmitAfterLookup(graph, id);
  const ir::Block& block = p_.blocks[node.block];
  if (graph.entry == Entry::kParseOnly && node.block == p_.parse_end) return EmitEnd(graph, block);
  CountStep();
  Block* on_error = nullptr;
  for (const ir::Stmt& stmt : block.stmts) {
    const bool reads = stmt.kind == ir::StmtKind::kExtract || stmt.kind == ir::StmtKind::kExtractVarbit ||
                       stmt.kind == ir::StmtKind::kAdvance || stmt.kind == ir::StmtKind::kLookahead;
    if (reads && on_error == nullptr) on_error = Goto(graph, id, block.on_error);
    EmitStmt(stmt, on_error);
  }
  EmitTerminator(graph, id);
}

void Emitter::EmitTerminator(const Graph& graph, NodeId id) {
  const ir::Block& block = p_.blocks[graph.nodes[id].block];
  const ir::Terminator& t = block.term;
  memo_.clear();
  switch (t.kind) {
    case TermKind::kJump: return Jump(graph, id, t.target);
    case TermKind::kBranch: {
      Value* condition = Expr(t.condition);
      Block* yes = Goto(graph, id, t.target);
      b_.CreateCondBr(condition, yes, Goto(graph, id, t.otherwise));
      return;
    }
    case TermKind::kSwitch: return EmitSwitch(graph, id);
    case TermKind::kLookup: return EmitCut(graph, id, graph.nodes[id].next[0]);
    case TermKind::kCall: {
      // Where to go on is a number: the target block's.
      Store(plan_.return_cell[t.function.index], I32(t.target.index));
      return Jump(graph, id, p_.functions[t.function].entry);
    }
    case TermKind::kReturn: {
      Value* target = Load(plan_.return_cell[block.function.index]);
      Block* never = NewBlock("no_caller");
      llvm::SwitchInst* choice = b_.CreateSwitch(target, never, static_cast<unsigned>(graph.nodes[id].next.size()));
      for (NodeId to : graph.nodes[id].next) {
        const ir::BlockId caller = graph.nodes[to].block;
        choice->addCase(b_.getInt32(caller.index), Goto(graph, id, caller));
      }
      b_.SetInsertPoint(never);
      b_.CreateUnreachable();
      return;
    }
    case TermKind::kEnd: return EmitEnd(graph, block);
  }
}

void Emitter::EmitSwitch(const Graph& graph, NodeId id) {
  const ir::Terminator& t = p_.blocks[graph.nodes[id].block].term;
  std::vector<Value*> keys;
  for (ir::ExprId key : t.exprs) keys.push_back(Expr(key));
  for (const ir::Case& c : t.cases) {
    Value* match = b_.getTrue();
    if (c.value_set.valid()) {
      const schema::ValueSet& set = s_.value_sets[c.value_set];
      const layout::TableLayout table = layout::Of(set);
      Value* key = Buffer(table.key_bytes);
      b_.CreateMemSet(key, b_.getInt8(0), table.key_bytes, llvm::Align(8));
      for (size_t f = 0; f < table.fields.size(); ++f)
        StoreBig(At(key, uint64_t{table.fields[f].offset}), table.fields[f].bytes, keys[f]);
      match = Call("ipdk_is_member", Bits(1), {Address(objects_.value_sets[c.value_set.index]), key});
    } else {
      for (size_t k = 0; k < keys.size(); ++k) {
        const ir::Pattern& pattern = c.patterns[k];
        const uint32_t width = keys[k]->getType()->getIntegerBitWidth();
        switch (pattern.kind) {
          case ir::Pattern::Kind::kAny: break;
          case ir::Pattern::Kind::kValue:
            match = b_.CreateAnd(match, b_.CreateICmpEQ(keys[k], Constant(pattern.value, width)));
            break;
          case ir::Pattern::Kind::kMasked: {
            const Integer wanted = pattern.value & pattern.mask;
            Value* masked = b_.CreateAnd(keys[k], Constant(pattern.mask, width));
            match = b_.CreateAnd(match, b_.CreateICmpEQ(masked, Constant(wanted, width)));
            break;
          }
          case ir::Pattern::Kind::kRange:
            match = b_.CreateAnd(match, b_.CreateICmpUGE(keys[k], Constant(pattern.value, width)));
            match = b_.CreateAnd(match, b_.CreateICmpULE(keys[k], Constant(pattern.high, width)));
            break;
        }
      }
    }
    Block* other = NewBlock("case");
    b_.CreateCondBr(match, Goto(graph, id, c.target), other);
    b_.SetInsertPoint(other);
  }
  Jump(graph, id, t.otherwise);
}

void Emitter::EmitAfterLookup(const Graph& graph, NodeId id) {
  const ir::Terminator& t = p_.blocks[graph.nodes[id].block].term;
  const schema::Table& table = s_.tables[t.table];
  const layout::TableLayout layout = layout::Of(s_, table);
  const auto field = [&](size_t offset, uint32_t width) {
    return b_.CreateAlignedLoad(Bits(width), At(record_, uint64_t{offset}), llvm::Align(width / 8));
  };
  if (t.hit.valid()) {
    Value* flags = field(offsetof(layout::RecordHeader, flags), 8);
    Assign(t.hit, b_.CreateTrunc(flags, Bits(1)));
  }
  if (!table.direct_counters.empty() || !table.direct_meters.empty()) {
    Value* index = field(offsetof(layout::RecordHeader, direct_index), 32);
    Store(plan_.direct_cell[t.table.index], index);
    // v1model counts by itself; in PSA and PNA the action says count().
    if (p_.arch == ir::Arch::kV1Model) {
      Value* all = b_.CreateAlignedLoad(b_.getPtrTy(), At(context_, offsetof(Context, counters)), llvm::Align(8));
      for (schema::CounterId counter : table.direct_counters) {
        Value* own = b_.CreateAlignedLoad(b_.getPtrTy(), At(all, uint64_t{counter.index} * sizeof(void*)), llvm::Align(8));
        CountAt(own, Resize(index, 64));
      }
    }
  }
  Value* action = field(offsetof(layout::RecordHeader, action), 16);
  Block* never = NewBlock("no_action");
  llvm::SwitchInst* choice = b_.CreateSwitch(action, never, static_cast<unsigned>(t.actions.size()));
  for (size_t a = 0; a < t.actions.size(); ++a) {
    Block* chosen = NewBlock("action");
    choice->addCase(b_.getInt16(static_cast<uint16_t>(a)), chosen);
    b_.SetInsertPoint(chosen);
    for (size_t k = 0; k < t.actions[a].params.size(); ++k)
      Assign(t.actions[a].params[k],
             LoadScalar(At(record_, uint64_t{layout.actions[a][k].offset}), layout.actions[a][k].width));
    Jump(graph, id, t.actions[a].block);
  }
  b_.SetInsertPoint(never);
  b_.CreateUnreachable();
}

void Emitter::EmitEnd(const Graph& graph, const ir::Block& block) {
  const bool deparses = graph.entry != Entry::kParseOnly && p_.functions[block.function].deparses;
  StoreCells(graph.at_end);
  if (deparses) return EmitDeparse();
  if (graph.entry != Entry::kEgress || p_.arch != ir::Arch::kV1Model) {
    Value* cursor = Load(plan_.cursor);
    SetPacketField(offsetof(Packet, parsed), Resize(b_.CreateLShr(cursor, 3), 32));
    if (plan_.bits) SetPacketField(offsetof(Packet, parsed_bits), Resize(b_.CreateAnd(cursor, 7), 8));
  }
  b_.CreateBr(next_packet_);
}

void Emitter::EmitDeparse() {
  Value* cursor = Load(plan_.cursor);
  if (plan_.bits) {
    Call("ipdk_deparse_bits", b_.getVoidTy(), {context_, packet_, Load(plan_.emitted), cursor});
    b_.CreateBr(next_packet_);
    return;
  }
  Value* start = Load(plan_.emit_start);
  Value* end = Load(plan_.emit_end);
  Value* emitted = Load(plan_.emitted);
  Value* parsed = b_.CreateLShr(cursor, 3);
  Value* payload = At(data_, parsed);
  // The headers stand where they stood, or there are none and there were none: nothing to move.
  Value* same = b_.CreateAnd(b_.CreateICmpEQ(start, data_), b_.CreateICmpEQ(end, payload));
  same = b_.CreateAnd(same, b_.CreateICmpEQ(emitted, I64(0)));
  Block* kept = NewBlock("kept");
  Block* moved = NewBlock("moved");
  b_.CreateCondBr(same, kept, moved);
  b_.SetInsertPoint(kept);
  SetPacketField(offsetof(Packet, parsed), Resize(parsed, 32));
  b_.CreateBr(next_packet_);
  b_.SetInsertPoint(moved);
  Call("ipdk_deparse", b_.getVoidTy(), {context_, packet_, start, end, emitted, payload});
  b_.CreateBr(next_packet_);
}

}  // namespace ipdk::cpu::codegen
