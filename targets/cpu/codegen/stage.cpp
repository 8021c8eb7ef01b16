// A stage: one function, a loop over packets, the nodes that they can run until the next cut.

#include "pipeline/externs/selector.h"
#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using ir::TermKind;
using llvm::Value;

Emitter::Emitter(llvm::Module& module, const schema::Schema& schema, const ir::Program& program,
                 const Plan& plan, const Objects& objects, RequestSites& requests)
    : module_(module),
      c_(module.getContext()),
      b_(c_),
      s_(schema),
      p_(program),
      plan_(plan),
      objects_(objects),
      requests_(requests) {}

// --- small things

llvm::Type* Emitter::TypeOf(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::kBase:
    case CellKind::kEmitStart:
    case CellKind::kEmitEnd:
      return b_.getPtrTy();
    default:
      return Bits(cell.width);
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
  // Whatever happens next, the target reads a role in the end: it is written at once, and no cut
  // has to.
  if (plan_.cells[cell].role && !loading_)
    b_.CreateAlignedStore(Resize(value, 64), At(frame_, plan_.cells[cell].home), llvm::Align(8));
}

Value* Emitter::LoadFixed(llvm::Type* type, Value* at) {
  const uint64_t bytes = type->isPointerTy() ? 8 : type->getIntegerBitWidth() / 8;
  llvm::LoadInst* load = b_.CreateAlignedLoad(type, at, llvm::Align(bytes));
  load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(c_, {}));
  return load;
}

void Emitter::LoadCursor() {
  Value* cursor = b_.CreateShl(Resize(PacketField(offsetof(Packet, parsed), Bits(32)), 64), 3);
  if (plan_.bits)
    cursor = b_.CreateOr(cursor, Resize(PacketField(offsetof(Packet, parsed_bits), Bits(8)), 64));
  Store(plan_.cursor, cursor);
}

void Emitter::StoreCursor() {
  Value* cursor = Load(plan_.cursor);
  SetPacketField(offsetof(Packet, parsed), Resize(b_.CreateLShr(cursor, 3), 32));
  if (plan_.bits) SetPacketField(offsetof(Packet, parsed_bits), Resize(b_.CreateAnd(cursor, 7), 8));
}

Value* Emitter::PacketField(size_t offset, llvm::Type* type) {
  const uint64_t bytes = type->isPointerTy() ? 8 : type->getIntegerBitWidth() / 8;
  return b_.CreateAlignedLoad(type, At(packet_, uint64_t{offset}), llvm::Align(bytes));
}

void Emitter::SetPacketField(size_t offset, Value* value) {
  const uint64_t bytes =
      value->getType()->isPointerTy() ? 8 : value->getType()->getIntegerBitWidth() / 8;
  b_.CreateAlignedStore(value, At(packet_, uint64_t{offset}), llvm::Align(bytes));
}

Value* Emitter::Call(const char* name, llvm::Type* result, std::vector<Value*> args) {
  std::vector<llvm::Type*> types;
  for (Value* arg : args) types.push_back(arg->getType());
  llvm::FunctionCallee callee =
      module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
  if (auto* function = llvm::dyn_cast<llvm::Function>(callee.getCallee()))
    function->setDoesNotThrow();
  return b_.CreateCall(callee, args);
}

Emitter::Block* Emitter::NewBlock(const std::string& name) {
  return Block::Create(c_, name, function_);
}

// --- stages

void Emitter::EmitGraph(const Graph& graph, const std::string& prefix) {
  node_of_block_.assign(p_.blocks.size(), UINT32_MAX);
  for (NodeId id = 0; id < graph.nodes.size(); ++id)
    if (!graph.nodes[id].after_lookup) node_of_block_[graph.nodes[id].block.index] = id;
  EmitStage(graph, kNoSite, prefix + "_entry");
  for (uint32_t i = 0; i < graph.sites.size(); ++i)
    EmitStage(graph, i, prefix + "_site" + std::to_string(i));
}

void Emitter::EmitStage(const Graph& graph, uint32_t site, const std::string& name) {
  graph_ = &graph;
  site_ = site;
  const bool entry = site == kNoSite;
  const NodeId head = entry ? graph.start : graph.sites[site].head;
  const bool looked_up = !entry && graph.sites[site].table.valid();

  llvm::Type* pointer = b_.getPtrTy();
  auto* type = llvm::FunctionType::get(b_.getVoidTy(),
                                       {pointer, pointer, pointer, pointer, Bits(32)}, false);
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
  function_->setDoesNotThrow();
  for (unsigned i = 0; i < 4; ++i) {
    function_->addParamAttr(i, llvm::Attribute::NoAlias);
    function_->getArg(i)->setName(i == 0   ? "context"
                                  : i == 1 ? "burst"
                                  : i == 2 ? "index"
                                           : "records");
  }
  cells_.assign(plan_.cells.size(), nullptr);
  node_blocks_.assign(graph.nodes.size(), nullptr);
  pending_.clear();
  memo_.clear();

  // What the stage may have written when it ends; at the entry, initial values count as written.
  dirty_ = BitSet(plan_.cells.size());
  written_.clear();
  {
    std::vector<bool> seen(graph.nodes.size());
    std::vector<NodeId> work{head};
    seen[head] = true;
    while (!work.empty()) {
      const NodeId id = work.back();
      work.pop_back();
      dirty_.Add(graph.nodes[id].defines);
      if (!graph.nodes[id].after_lookup)
        for (const ir::Stmt& stmt : p_.blocks[graph.nodes[id].block].stmts)
          if (stmt.kind == ir::StmtKind::kAssignField && stmt.header.fixed())
            written_.insert(uint64_t{stmt.header.header.index} << 32 | stmt.field);
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
  arrival_ =
      b_.CreateAlignedLoad(Bits(32), b_.CreateInBoundsGEP(Bits(32), index, i64), llvm::Align(4));
  packet_ = b_.CreateAlignedLoad(
      pointer, b_.CreateInBoundsGEP(pointer, burst, Resize(arrival_, 64)), llvm::Align(8));
  frame_ = PacketField(offsetof(Packet, frame), pointer);
  data_ = PacketField(offsetof(Packet, data), pointer);
  data_bits_ = b_.CreateShl(Resize(PacketField(offsetof(Packet, length), Bits(32)), 64), 3);
  records_.clear();
  if (looked_up)
    records_[head] = b_.CreateAlignedLoad(pointer, b_.CreateInBoundsGEP(pointer, records, i64),
                                          llvm::Align(8), "record");
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
    if (!continues && !p_.field_lists.empty())
      preserved = b_.CreateICmpNE(PacketField(offsetof(Packet, preserved), Bits(8)), b_.getInt8(0));
  }
  for (CellId id = 0; id < plan_.cells.size(); ++id) {
    if (!live.Has(id)) continue;
    const Cell& cell = plan_.cells[id];
    llvm::Type* type = TypeOf(cell);
    const auto from_home = [&]() -> Value* {
      Value* home = At(frame_, cell.home);
      if (cell.role)
        return b_.CreateTrunc(b_.CreateAlignedLoad(Bits(64), home, llvm::Align(8)), type);
      if (cell.kind == CellKind::kVar) return LoadScalar(home, cell.width);
      return b_.CreateAlignedLoad(type, home, llvm::Align(cell.width / 8));
    };
    const bool fresh = cell.kind == CellKind::kEmitStart || cell.kind == CellKind::kEmitEnd ||
                       cell.kind == CellKind::kEmitted ||
                       (cell.kind == CellKind::kSteps && !plan_.count_steps);
    if (!entry && !fresh) {
      if (cell.kind == CellKind::kCursor) {
        LoadCursor();
        continue;
      }
      loading_ = true;
      Store(id, from_home());
      loading_ = false;
      continue;
    }
    switch (cell.kind) {
      case CellKind::kVar: {
        const bool loads =
            graph.entry == Entry::kEgress ? continues || cell.role : cell.role && cell.input;
        if (loads) {
          loading_ = true;
          Store(id, from_home());
          loading_ = false;
          break;
        }
        dirty_.Set(id);
        Value* value = llvm::ConstantInt::get(type, 0);
        if (preserved != nullptr && cell.preserved != 0)
          value =
              b_.CreateSelect(preserved, LoadScalar(At(frame_, cell.preserved), cell.width), value);
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
        if (!continues) dirty_.Set(id);
        if (continues) {
          LoadCursor();
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
    if (id == plan_.cursor) return StoreCursor();
    if (cell.home == 0 || cell.role)
      return;  // of no use to anyone behind the cut, or written already
    Value* value = Load(static_cast<CellId>(id));
    Value* home = At(frame_, cell.home);
    if (cell.kind == CellKind::kVar) {
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

void Emitter::Jump(const Graph& graph, NodeId from, ir::BlockId target) {
  b_.CreateBr(Goto(graph, from, target));
}

// Puts the packet into the queue of a site. The keys have been built by the caller for lookups.
void Emitter::EmitCut(const Graph& graph, NodeId from, NodeId head) {
  const uint32_t site = graph.site_of_node[head];
  const Site& s = graph.sites[site];
  StoreCells(graph.live_in[head]);
  Value* sites = LoadFixed(b_.getPtrTy(), At(context_, offsetof(Context, sites)));
  Value* queue = At(sites, uint64_t{site} * sizeof(SiteQueue));
  Value* count_at = At(queue, uint64_t{offsetof(SiteQueue, count)});
  Value* count = b_.CreateAlignedLoad(Bits(32), count_at, llvm::Align(4));
  Value* count64 = Resize(count, 64);
  b_.CreateAlignedStore(
      arrival_,
      b_.CreateInBoundsGEP(Bits(32), At(queue, uint64_t{offsetof(SiteQueue, index)}), count64),
      llvm::Align(4));
  if (s.table.valid()) {
    const ir::Terminator& t = p_.blocks[graph.nodes[from].block].term;
    const layout::TableLayout table = layout::Of(s_, s_.tables[s.table]);
    Value* keys = LoadFixed(b_.getPtrTy(), At(queue, uint64_t{offsetof(SiteQueue, keys)}));
    Value* key = At(keys, b_.CreateMul(count64, I64(table.key_bytes)));
    if (table.key_bytes <= 16) {
      StoreBig(key, table.key_bytes, KeyOf(t, table));
    } else {
      memo_.clear();
      for (size_t f = 0; f < table.fields.size(); ++f)
        StoreBig(At(key, uint64_t{table.fields[f].offset}), table.fields[f].bytes,
                 Expr(t.exprs[f]));
      memo_.clear();
      if (const uint32_t rest = table.key_bytes - table.used_key_bytes; rest > 0)
        b_.CreateMemSet(At(key, uint64_t{table.used_key_bytes}), b_.getInt8(0), rest,
                        llvm::Align(1));
    }
    if (table.selects) {
      memo_.clear();
      const Joined joined =
          JoinBits({t.exprs.begin() + static_cast<ptrdiff_t>(table.fields.size()), t.exprs.end()});
      Value* bytes = b_.CreateLShr(b_.CreateAdd(joined.bits, I64(7)), 3);
      Value* hash = Call("ipdk_hash", Bits(32),
                         {I32(static_cast<uint32_t>(externs::kSelectorHash)), joined.bytes, bytes});
      Value* hashes = At(queue, uint64_t{offsetof(SiteQueue, hashes)});
      b_.CreateAlignedStore(hash, b_.CreateInBoundsGEP(Bits(32), hashes, count64), llvm::Align(4));
      memo_.clear();
    }
  }
  b_.CreateAlignedStore(b_.CreateAdd(count, I32(1)), count_at, llvm::Align(4));
  b_.CreateBr(next_packet_);
}

Value* Emitter::KeyOf(const ir::Terminator& t, const layout::TableLayout& table) {
  memo_.clear();
  const uint32_t all = table.key_bytes * 8;
  Value* key = llvm::ConstantInt::get(Bits(all), 0);
  for (size_t f = 0; f < table.fields.size(); ++f) {
    const layout::KeyField& field = table.fields[f];
    Value* value = b_.CreateZExt(Expr(t.exprs[f]), Bits(all));
    key = b_.CreateOr(key, b_.CreateShl(value, uint64_t{all - (field.offset + field.bytes) * 8}));
  }
  memo_.clear();
  return key;
}

// An acquire load is a plain load on this machine; what an id names was written before the id.
void Emitter::LookUpInPlace(const Graph& graph, NodeId id, NodeId after) {
  const ir::Terminator& t = p_.blocks[graph.nodes[id].block].term;
  const Table::InPlace& at = objects_.tables[t.table.index];
  const layout::TableLayout table = layout::Of(s_, s_.tables[t.table]);
  const auto load = [&](llvm::Type* type, Value* from, uint64_t align) {
    llvm::LoadInst* loaded = b_.CreateAlignedLoad(type, from, llvm::Align(align));
    loaded->setAtomic(llvm::AtomicOrdering::Acquire);
    return loaded;
  };
  Value* record = load(b_.getPtrTy(), Address(at.miss), 8);
  if (at.ids != nullptr) {
    Value* key =
        b_.CreateLShr(KeyOf(t, table), uint64_t{(table.key_bytes - table.used_key_bytes) * 8});
    Value* entry =
        load(Bits(32), b_.CreateInBoundsGEP(Bits(32), Address(at.ids), Resize(key, 64)), 4);
    Value* found = At(Address(at.records), b_.CreateMul(Resize(entry, 64), I64(at.stride)));
    record = b_.CreateSelect(b_.CreateICmpNE(entry, I32(0)), found, record);
  }
  records_[after] = record;
  node_blocks_[after] = NewBlock("found");
  pending_.push_back(after);
  b_.CreateBr(node_blocks_[after]);
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
  if (graph.entry == Entry::kParseOnly && node.block == p_.parse_end) return EmitEnd(graph, id);
  CountStep();
  Block* on_error = nullptr;
  for (const ir::Stmt& stmt : block.stmts) {
    const bool reads = stmt.kind == ir::StmtKind::kExtract ||
                       stmt.kind == ir::StmtKind::kExtractVarbit ||
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
    case TermKind::kJump:
      return Jump(graph, id, t.target);
    case TermKind::kBranch: {
      Value* condition = Expr(t.condition);
      Block* yes = Goto(graph, id, t.target);
      b_.CreateCondBr(condition, yes, Goto(graph, id, t.otherwise));
      return;
    }
    case TermKind::kSwitch:
      return EmitSwitch(graph, id);
    case TermKind::kLookup: {
      // The node after the lookup stands behind on_error in `next` if the block has both.
      NodeId after = UINT32_MAX;
      for (NodeId next : graph.nodes[id].next)
        if (graph.nodes[next].after_lookup && graph.nodes[next].block == graph.nodes[id].block)
          after = next;
      return graph.nodes[after].in_place ? LookUpInPlace(graph, id, after)
                                         : EmitCut(graph, id, after);
    }
    case TermKind::kCall: {
      // Where to go on is a number: the target block's.
      Store(plan_.return_cell[t.function.index], I32(t.target.index));
      return Jump(graph, id, p_.functions[t.function].entry);
    }
    case TermKind::kReturn: {
      Value* target = Load(plan_.return_cell[block.function.index]);
      Block* never = NewBlock("no_caller");
      llvm::SwitchInst* choice =
          b_.CreateSwitch(target, never, static_cast<unsigned>(graph.nodes[id].next.size()));
      for (NodeId to : graph.nodes[id].next) {
        const ir::BlockId caller = graph.nodes[to].block;
        choice->addCase(b_.getInt32(caller.index), Goto(graph, id, caller));
      }
      b_.SetInsertPoint(never);
      b_.CreateUnreachable();
      return;
    }
    case TermKind::kEnd:
      return EmitEnd(graph, id);
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
      match =
          Call("ipdk_is_member", Bits(1), {Address(objects_.value_sets[c.value_set.index]), key});
    } else {
      for (size_t k = 0; k < keys.size(); ++k) {
        const ir::Pattern& pattern = c.patterns[k];
        const uint32_t width = keys[k]->getType()->getIntegerBitWidth();
        switch (pattern.kind) {
          case ir::Pattern::Kind::kAny:
            break;
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
  Value* const record = records_[id];
  const auto field = [&](size_t offset, uint32_t width) {
    return b_.CreateAlignedLoad(Bits(width), At(record, uint64_t{offset}), llvm::Align(width / 8));
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
      Value* all = LoadFixed(b_.getPtrTy(), At(context_, offsetof(Context, counters)));
      for (schema::CounterId counter : table.direct_counters) {
        Value* own = LoadFixed(b_.getPtrTy(), At(all, uint64_t{counter.index} * sizeof(void*)));
        CountAt(own, Resize(index, 64), PacketBytes());
      }
    }
  }
  Value* action = field(offsetof(layout::RecordHeader, action), 16);
  Block* never = NewBlock("no_action");
  llvm::SwitchInst* choice =
      b_.CreateSwitch(action, never, static_cast<unsigned>(t.actions.size()));
  for (size_t a = 0; a < t.actions.size(); ++a) {
    Block* chosen = NewBlock("action");
    choice->addCase(b_.getInt16(static_cast<uint16_t>(a)), chosen);
    b_.SetInsertPoint(chosen);
    for (size_t k = 0; k < t.actions[a].params.size(); ++k)
      Assign(t.actions[a].params[k], LoadScalar(At(record, uint64_t{layout.actions[a][k].offset}),
                                                layout.actions[a][k].width));
    Jump(graph, id, t.actions[a].block);
  }
  b_.SetInsertPoint(never);
  b_.CreateUnreachable();
}

void Emitter::EmitEnd(const Graph& graph, NodeId id) {
  const ir::Block& block = p_.blocks[graph.nodes[id].block];
  const bool deparses = graph.entry != Entry::kParseOnly && p_.functions[block.function].deparses;
  const bool onward = graph.onward != UINT32_MAX;
  if (onward && block.function == p_.ingress) return EmitOnward(graph, id);
  StoreCells(onward ? plan_.egress->at_end : graph.at_end);
  if (onward) {
    Value* verdict = b_.getInt8(static_cast<uint8_t>(Verdict::kSent));
    if (const ir::VarId spec = p_.role(ir::Role::kEgressSpec); spec.valid())
      verdict = b_.CreateSelect(IsDropPort(Load(plan_.var_cell[spec.index])),
                                b_.getInt8(static_cast<uint8_t>(Verdict::kDropped)), verdict);
    SetPacketField(offsetof(Packet, verdict), verdict);
  }
  if (deparses) return EmitDeparse();
  b_.CreateBr(next_packet_);
}

Value* Emitter::IsDropPort(Value* port) {
  Value* drop = LoadFixed(Bits(64), At(context_, offsetof(Context, drop_port)));
  return b_.CreateICmpEQ(Resize(port, 64), drop);
}

// What the traffic manager does between ingress and egress for a packet that asks for nothing but
// one port: see targets/cpu/traffic/v1model.cpp, whose long way this must equal.
void Emitter::EmitOnward(const Graph& graph, NodeId id) {
  const auto role = [&](ir::Role r) -> std::optional<CellId> {
    const ir::VarId var = p_.role(r);
    if (!var.valid()) return std::nullopt;
    return plan_.var_cell[var.index];
  };
  Value* through = LoadFixed(Bits(32), At(context_, offsetof(Context, through)));
  Value* stops = b_.CreateICmpEQ(through, I32(0));
  for (ir::Role asked : {ir::Role::kCloneSession, ir::Role::kResubmitFields, ir::Role::kMcastGrp}) {
    const auto cell = role(asked);
    if (!cell) continue;
    Value* value = Load(*cell);
    stops = b_.CreateOr(stops, b_.CreateICmpNE(value, llvm::ConstantInt::get(value->getType(), 0)));
  }
  Block* stop = NewBlock("stop");
  Block* go = NewBlock("onward");
  b_.CreateCondBr(stops, stop, go);
  b_.SetInsertPoint(stop);
  StoreCells(graph.at_end);
  b_.CreateBr(next_packet_);

  b_.SetInsertPoint(go);
  Value* port = I64(0);
  if (const auto spec = role(ir::Role::kEgressSpec)) {
    port = Resize(Load(*spec), 64);
    Block* dropped = NewBlock("dropped");
    Block* sent = NewBlock("sent");
    b_.CreateCondBr(IsDropPort(port), dropped, sent);
    b_.SetInsertPoint(dropped);
    Finish(Verdict::kDropped);
    b_.SetInsertPoint(sent);
  }
  SetPacketField(offsetof(Packet, out_port), Resize(port, 32));
  const auto set = [&](ir::Role r, Value* value) {
    if (const auto cell = role(r)) Store(*cell, Resize(value, plan_.cells[*cell].width));
  };
  for (ir::Role zero : {ir::Role::kEgressSpec, ir::Role::kEgressRid, ir::Role::kInstanceType,
                        ir::Role::kEnqQdepth, ir::Role::kDeqTimedelta, ir::Role::kDeqQdepth,
                        ir::Role::kCloneFields, ir::Role::kRecirculateFields})
    set(zero, I64(0));
  set(ir::Role::kEgressPort, port);
  set(ir::Role::kPacketLength, PacketField(offsetof(Packet, received_length), Bits(32)));
  if (role(ir::Role::kEnqTimestamp) || role(ir::Role::kEgressGlobalTimestamp)) {
    Value* now = b_.CreateUDiv(PacketField(offsetof(Packet, receive_ns), Bits(64)), I64(1000));
    set(ir::Role::kEnqTimestamp, now);
    set(ir::Role::kEgressGlobalTimestamp, now);
  }
  const BitSet& live = graph.live_in[graph.onward];
  for (CellId cell = 0; cell < plan_.cells.size(); ++cell) {
    if (!live.Has(cell)) continue;
    if (plan_.cells[cell].kind == CellKind::kDirect) Store(cell, I32(UINT32_MAX));
    if (plan_.cells[cell].kind == CellKind::kSteps) Store(cell, I32(0));
  }
  Jump(graph, id, graph.nodes[graph.onward].block);
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
