// The graph of an entry function, and what is alive where.

#include "targets/cpu/codegen/planner.h"

namespace ipdk::cpu::codegen {
namespace {

constexpr uint64_t kMaxSetBits = uint64_t{1} << 32;  // nodes times cells: memory of the analysis

}  // namespace

Status Planner::Build(Graph& graph, Entry entry, ir::FunctionId function, const BitSet& at_end) {
  graph.entry = entry;
  graph.at_end = at_end;
  std::vector<NodeId> plain(p_.blocks.size(), UINT32_MAX), after(p_.blocks.size(), UINT32_MAX);
  std::vector<NodeId> work;
  Status status;
  const auto get = [&](BlockId block, bool is_after) {
    NodeId& id = (is_after ? after : plain)[block.index];
    if (id == UINT32_MAX) {
      id = static_cast<NodeId>(graph.nodes.size());
      if (uint64_t{id} * plan_.cells.size() * 4 > kMaxSetBits && status) {
        status = ResourceExhausted(
            "the program has {} blocks and {} variables and headers: too many for the cpu target",
            p_.blocks.size(), plan_.cells.size());
      }
      graph.nodes.push_back(MakeNode(block, is_after, entry, at_end));
      work.push_back(id);
    }
    return id;
  };
  std::vector<std::vector<BlockId>> returns_to(p_.functions.size());
  std::vector<std::vector<NodeId>> returns(p_.functions.size());
  graph.start = get(p_.functions[function].entry, false);
  while (!work.empty() && status) {
    const NodeId id = work.back();
    work.pop_back();
    const BlockId block_id = graph.nodes[id].block;
    const Block& block = p_.blocks[block_id];
    const ir::Terminator& t = block.term;
    std::vector<NodeId> next;
    if (entry == Entry::kParseOnly && block_id == p_.parse_end && !graph.nodes[id].after_lookup)
      continue;
    if (graph.nodes[id].after_lookup) {
      for (const ir::ActionTarget& action : t.actions) next.push_back(get(action.block, false));
    } else {
      if (std::any_of(block.stmts.begin(), block.stmts.end(),
                      [](const Stmt& s) { return ReadsPacket(s.kind); }))
        next.push_back(get(block.on_error, false));
      switch (t.kind) {
        case TermKind::kJump:
          next.push_back(get(t.target, false));
          break;
        case TermKind::kBranch:
          next.push_back(get(t.target, false));
          next.push_back(get(t.otherwise, false));
          break;
        case TermKind::kSwitch:
          for (const ir::Case& c : t.cases) next.push_back(get(c.target, false));
          next.push_back(get(t.otherwise, false));
          break;
        case TermKind::kLookup:
          next.push_back(get(block_id, true));
          break;
        case TermKind::kCall: {
          next.push_back(get(p_.functions[t.function].entry, false));
          auto& targets = returns_to[t.function.index];
          if (std::find(targets.begin(), targets.end(), t.target) != targets.end()) break;
          targets.push_back(t.target);
          const NodeId to = get(t.target, false);
          for (NodeId from : returns[t.function.index]) graph.nodes[from].next.push_back(to);
          break;
        }
        case TermKind::kReturn:
          returns[block.function.index].push_back(id);
          for (BlockId target : returns_to[block.function.index])
            next.push_back(get(target, false));
          break;
        case TermKind::kEnd:
          if (entry != Entry::kIngress || !GoesOn() || block.function != p_.ingress) break;
          graph.onward = get(p_.functions[p_.egress].entry, false);
          next.push_back(graph.onward);
          break;
      }
    }
    auto& stored = graph.nodes[id].next;
    stored.insert(stored.end(), next.begin(), next.end());
  }
  if (!status) return status;
  for (Node& node : graph.nodes) {
    std::sort(node.next.begin(), node.next.end());
    node.next.erase(std::unique(node.next.begin(), node.next.end()), node.next.end());
  }
  graph.site_of_node.assign(graph.nodes.size(), kNoSite);
  return {};
}

// Liveness, backwards to a fixed point.
void Planner::Solve(Graph& graph) const {
  const size_t n = graph.nodes.size();
  graph.live_in.assign(n, BitSet(plan_.cells.size()));
  std::vector<std::vector<NodeId>> before(n);
  for (NodeId i = 0; i < n; ++i)
    for (NodeId to : graph.nodes[i].next) before[to].push_back(i);
  std::vector<NodeId> node_of_block(p_.blocks.size());
  for (NodeId i = 0; i < n; ++i)
    if (!graph.nodes[i].after_lookup) node_of_block[graph.nodes[i].block.index] = i;
  std::vector<NodeId> work;
  std::vector<bool> queued(n, true);
  for (NodeId i = 0; i < n; ++i) work.push_back(i);
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    queued[id] = false;
    const Node& node = graph.nodes[id];
    BitSet live(plan_.cells.size());
    if (node.after_lookup) {
      for (const ir::ActionTarget& action : p_.blocks[node.block].term.actions) {
        BitSet own = graph.live_in[node_of_block[action.block.index]];
        for (ir::VarId param : action.params) own.Clear(plan_.var_cell[param.index]);
        live.Add(own);
      }
    } else {
      for (NodeId to : node.next) live.Add(graph.live_in[to]);
    }
    live.Remove(node.kills);
    live.Add(node.uses);
    if (!graph.live_in[id].Add(live)) continue;
    for (NodeId from : before[id]) {
      if (queued[from]) continue;
      queued[from] = true;
      work.push_back(from);
    }
  }
}

std::vector<NodeId> Planner::PostOrder(const Graph& graph) const {
  std::vector<NodeId> order;
  std::vector<uint8_t> state(graph.nodes.size(), 0);
  std::vector<std::pair<NodeId, size_t>> stack{{graph.start, 0}};
  state[graph.start] = 1;
  while (!stack.empty()) {
    auto& [id, at] = stack.back();
    if (at < graph.nodes[id].next.size()) {
      const NodeId to = graph.nodes[id].next[at++];
      if (state[to] == 0) {
        state[to] = 1;
        stack.push_back({to, 0});
      }
      continue;
    }
    order.push_back(id);
    stack.pop_back();
  }
  return order;
}

// Steps are counted only where a packet could run more blocks than allowed.
void Planner::Longest(Graph& graph) {
  const std::vector<NodeId> order = PostOrder(graph);
  std::vector<uint32_t> position(graph.nodes.size()), length(graph.nodes.size(), 1);
  for (uint32_t i = 0; i < order.size(); ++i) position[order[i]] = i;
  uint32_t longest = 0;
  for (NodeId id : order) {
    for (NodeId to : graph.nodes[id].next) {
      if (position[to] >= position[id]) graph.cyclic = true;
      length[id] = std::max(length[id], length[to] + 1);
    }
    longest = std::max(longest, length[id]);
  }
  if (graph.cyclic || longest > p_.step_limit / 2) plan_.count_steps = true;
}

}  // namespace ipdk::cpu::codegen
