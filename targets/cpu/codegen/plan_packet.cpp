// What the parser can see of a packet, what a packet may grow by, and where its state lies.

#include "targets/cpu/codegen/planner.h"
#include "targets/cpu/packet.h"

namespace ipdk::cpu::codegen {
namespace {

constexpr uint32_t kMaxFrame = 4u << 20;
constexpr uint64_t kDeparseLimit = 64 * 1024;
constexpr size_t kMaxOffsets = 64;  // parse positions followed per block

struct Positions {
  std::vector<uint64_t> bits;  // sorted; empty and not unknown: not reached
  bool unknown = false;
  bool Join(const Positions& other) {
    if (unknown) return false;
    if (other.unknown) {
      unknown = true;
      return true;
    }
    const size_t was = bits.size();
    std::vector<uint64_t> all;
    std::set_union(bits.begin(), bits.end(), other.bits.begin(), other.bits.end(),
                   std::back_inserter(all));
    bits = std::move(all);
    if (bits.size() > kMaxOffsets) unknown = true;
    return unknown || bits.size() != was;
  }
};

}  // namespace

std::optional<uint64_t> Planner::ConstantOf(ExprId id) const {
  const Expr& e = p_.exprs[id];
  if (e.kind != ExprKind::kConst || !FitsU64(p_.constants[e.constant])) return std::nullopt;
  return ToU64(p_.constants[e.constant]);
}

void Planner::ParsePositions() {
  std::vector<std::vector<bool>> used(p_.headers.size());
  for (size_t h = 0; h < p_.headers.size(); ++h)
    used[h].assign(plan_.headers[h].offset.size(), false);
  const auto use_all = [&](const HeaderRef& ref) {
    ForHeaders(ref, [&](uint32_t h) { used[h].assign(used[h].size(), true); });
  };
  for (const Expr& e : p_.exprs)
    if (e.kind == ExprKind::kField || e.kind == ExprKind::kFieldLength)
      ForHeaders(e.header, [&](uint32_t h) { used[h][e.field] = true; });
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts) {
      if (stmt.kind == StmtKind::kAssignField || stmt.kind == StmtKind::kAssignVarbit)
        ForHeaders(stmt.header, [&](uint32_t h) { used[h][stmt.field] = true; });
      if (stmt.kind == StmtKind::kCopyHeader) {
        use_all(stmt.header);
        use_all(stmt.source);
      }
      if (stmt.kind == StmtKind::kPushFront || stmt.kind == StmtKind::kPopFront) {
        HeaderRef all;
        all.stack = stmt.stack;
        use_all(all);
      }
      if (stmt.kind == StmtKind::kExtern && stmt.op == ir::ExternOp::kHashPayload)
        plan_.touch_unknown = true;
    }

  uint64_t end = 0;
  bool unbounded = false;
  const auto touch = [&](uint64_t from, uint64_t width) {
    if (width == 0) return;
    const uint64_t last = (from + width - 1) / 8;
    if (last >= 65536) return void(plan_.touch_unknown = true);
    if (plan_.touched.size() <= last) plan_.touched.resize(last + 1);
    for (uint64_t byte = from / 8; byte <= last; ++byte) plan_.touched[byte] = true;
  };
  // Where egress parses anew, it is held to the same bounds.
  std::vector<const Graph*> graphs{&plan_.ingress};
  if (plan_.egress && !GoesOn()) graphs.push_back(&*plan_.egress);
  std::vector<Positions> at;
  std::vector<NodeId> work;
  const Graph* graph = nullptr;
  const auto start = [&] {
    if (graphs.empty()) return false;
    graph = graphs.back();
    graphs.pop_back();
    at.assign(graph->nodes.size(), Positions());
    at[graph->start].bits = {0};
    work.push_back(graph->start);
    return true;
  };
  while (!work.empty() || start()) {
    const NodeId id = work.back();
    work.pop_back();
    Positions now = at[id];
    Positions failed;
    const Node& node = graph->nodes[id];
    const Block& block = p_.blocks[node.block];
    if (!node.after_lookup) {
      for (const Stmt& stmt : block.stmts) {
        if (!ReadsPacket(stmt.kind)) continue;
        failed.Join(now);
        uint64_t step = 0;
        bool known = true;
        const auto see = [&](uint64_t width) {
          if (now.unknown) unbounded = true;
          for (uint64_t position : now.bits) end = std::max(end, position + width);
        };
        switch (stmt.kind) {
          case StmtKind::kExtract:
          case StmtKind::kExtractVarbit: {
            uint32_t first = UINT32_MAX;
            ForHeaders(stmt.header, [&](uint32_t h) { first = std::min(first, h); });
            const HeaderPlan& header = plan_.headers[first];
            step = header.bits;
            if (header.varbit >= 0) {
              known = false;
              see(uint64_t{header.bytes} * 8);
            } else {
              see(step);
            }
            ForHeaders(stmt.header, [&](uint32_t h) {
              const ir::HeaderType& type = p_.header_types[p_.headers[HeaderId(h)].type];
              for (size_t f = 0; f < used[h].size(); ++f) {
                if (!used[h][f]) continue;
                const bool moves = header.varbit >= 0 && static_cast<int32_t>(f) >= header.varbit;
                if (now.unknown || moves) plan_.touch_unknown = true;
                for (uint64_t position : now.bits)
                  if (!moves) touch(position + header.offset[f], type.fields[f].width);
              }
            });
            break;
          }
          case StmtKind::kAdvance: {
            const auto constant = ConstantOf(stmt.length);
            known = constant.has_value();
            step = constant.value_or(0);
            break;
          }
          default:
            see(p_.vars[stmt.var].width);
            if (now.unknown) plan_.touch_unknown = true;
            for (uint64_t position : now.bits) touch(position, p_.vars[stmt.var].width);
            break;
        }
        if (!known) now.unknown = true;
        for (uint64_t& position : now.bits)
          position = std::min<uint64_t>(position + step, 1u << 24);
        now.bits.erase(std::unique(now.bits.begin(), now.bits.end()), now.bits.end());
      }
    }
    Positions both = now;
    both.Join(failed);
    for (NodeId to : node.next)
      if (at[to].Join(both)) work.push_back(to);
  }
  plan_.parse_bytes = unbounded || plan_.touch_unknown || plan_.bits
                          ? UINT32_MAX
                          : static_cast<uint32_t>((end + 7) / 8);
  if (unbounded) plan_.touch_unknown = true;
}

void Planner::Growth() {
  uint64_t bytes = 0;
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts)
      if (stmt.kind == StmtKind::kEmit) {
        uint64_t most = 0;
        ForHeaders(stmt.header,
                   [&](uint32_t h) { most = std::max<uint64_t>(most, plan_.headers[h].bytes); });
        if (MayBeNew(stmt.header)) bytes += most;
      }
  plan_.growth_bytes = static_cast<uint32_t>(std::min<uint64_t>(bytes, kDeparseLimit));
}

// Whether a header can be emitted that was not extracted.
bool Planner::MayBeNew(const HeaderRef& ref) const {
  bool found = false;
  for (const Block& block : p_.blocks)
    for (const Stmt& stmt : block.stmts) {
      if (stmt.kind != StmtKind::kSetValid && stmt.kind != StmtKind::kCopyHeader &&
          stmt.kind != StmtKind::kAssignVarbit)
        continue;
      ForHeaders(stmt.header, [&](uint32_t changed) {
        ForHeaders(ref, [&](uint32_t h) {
          found = found || h == changed ||
                  (p_.headers[HeaderId(h)].stack.valid() &&
                   p_.headers[HeaderId(h)].stack == p_.headers[HeaderId(changed)].stack);
        });
      });
    }
  return found;
}

Status Planner::LayFrame() {
  BitSet homes(plan_.cells.size());
  for (const Graph* graph : Graphs())
    for (const Site& site : graph->sites) homes.Add(graph->live_in[site.head]);
  homes.Add(plan_.ingress.at_end);
  // The cursor's home is Packet::parsed.
  homes.Clear(plan_.cursor);
  // No cut lies behind an emit, so these are always as at the start.
  for (CellId cell : {plan_.emit_start, plan_.emit_end, plan_.emitted}) homes.Clear(cell);
  if (!plan_.count_steps) homes.Clear(plan_.steps);
  for (const ir::FieldList& list : p_.field_lists)
    for (ir::VarId var : list.vars) homes.Set(plan_.var_cell[var.index]);

  uint64_t at = sizeof(Intrinsics);
  const auto place = [&](uint32_t bytes, uint32_t align) {
    at = (at + align - 1) / align * align;
    const auto offset = static_cast<uint32_t>(std::min<uint64_t>(at, UINT32_MAX));
    at += bytes;
    return offset;
  };
  // Bookkeeping and header bases first, then Vars together, then the slots of headers, which few
  // packets touch.
  for (Cell& cell : plan_.cells)
    if (cell.kind != CellKind::kVar && homes.Has(static_cast<size_t>(&cell - plan_.cells.data())))
      cell.home = place(cell.width / 8, cell.width / 8);
  at = RoundUp(static_cast<uint32_t>(at), 8);
  plan_.vars_offset = static_cast<uint32_t>(at);
  for (Cell& cell : plan_.cells)
    if (cell.kind == CellKind::kVar && !cell.role &&
        homes.Has(static_cast<size_t>(&cell - plan_.cells.data())))
      cell.home = place(layout::ScalarBytes(cell.width), layout::ScalarAlign(cell.width));
  plan_.vars_bytes = static_cast<uint32_t>(at) - plan_.vars_offset;
  for (const ir::FieldList& list : p_.field_lists)
    for (ir::VarId var : list.vars) {
      Cell& cell = plan_.cells[plan_.var_cell[var.index]];
      if (cell.preserved == 0)
        cell.preserved = place(layout::ScalarBytes(cell.width), layout::ScalarAlign(cell.width));
    }
  for (HeaderPlan& header : plan_.headers) header.slot = place(std::max(header.bytes, 1u), 16);
  if (at > kMaxFrame)
    return ResourceExhausted(
        "a packet of this program needs {} bytes of state, the cpu target allows {}", at,
        kMaxFrame);
  // An odd number of cache lines: frames lie one behind the other, and at a power of two apart
  // their first lines would all compete for the same few sets of the cache.
  plan_.frame_bytes = RoundUp(static_cast<uint32_t>(at), 64);
  if (plan_.frame_bytes / 64 % 2 == 0) plan_.frame_bytes += 64;
  return {};
}

}  // namespace ipdk::cpu::codegen
