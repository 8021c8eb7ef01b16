// Where the graph is cut into stages, and how they are numbered.

#include "targets/cpu/codegen/planner.h"

namespace ipdk::cpu::codegen {
namespace {

bool ChangesHeaders(StmtKind kind) {
  switch (kind) {
    case StmtKind::kAssignField:
    case StmtKind::kAssignVarbit:
    case StmtKind::kSetValid:
    case StmtKind::kSetInvalid:
    case StmtKind::kCopyHeader:
    case StmtKind::kPushFront:
    case StmtKind::kPopFront:
    case StmtKind::kExtract:
    case StmtKind::kExtractVarbit:
      return true;
    default:
      return false;
  }
}

}  // namespace

uint64_t Planner::Weight(const Node& node) const {
  if (node.after_lookup) return 2;
  return 1 + p_.blocks[node.block].stmts.size() + p_.blocks[node.block].term.cases.size();
}

void Planner::AddSite(Graph& graph, NodeId head, schema::TableId table) const {
  graph.site_of_node[head] = static_cast<uint32_t>(graph.sites.size());
  Site site;
  site.head = head;
  site.block = graph.nodes[head].block;
  site.table = table;
  if (table.valid()) {
    site.key_bytes = layout::Of(s_, s_.tables[table]).key_bytes;
    site.learns = plan_.learns[table.index];
  }
  graph.sites.push_back(site);
}

// Every lookup is a cut, unless it is done in place. Where the code behind a meeting point of
// several stages is large, that point is one too, so that code grows with the program and not
// with its paths.
void Planner::Cut(Graph& graph) const {
  for (NodeId id = 0; id < graph.nodes.size(); ++id)
    if (graph.nodes[id].after_lookup && !graph.nodes[id].in_place)
      AddSite(graph, id, p_.blocks[graph.nodes[id].block].term.table);
  // State that egress touches is to be touched in one place, however many ways lead there.
  if (graph.onward != UINT32_MAX && !IsHead(graph, graph.onward)) {
    bool stateful = false;
    for (const Node& node : plan_.egress->nodes)
      ForStateful(node, [&](uint64_t) { stateful = true; });
    if (stateful) AddSite(graph, graph.onward, {});
  }
  std::vector<bool> after_emit(graph.nodes.size());
  std::vector<NodeId> work;
  uint64_t once = 0;
  for (NodeId id = 0; id < graph.nodes.size(); ++id) {
    once += Weight(graph.nodes[id]);
    if (Emits(graph.nodes[id])) work.push_back(id);
  }
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    for (NodeId to : graph.nodes[id].next) {
      if (after_emit[to]) continue;
      after_emit[to] = true;
      work.push_back(to);
    }
  }
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> stages(graph.nodes.size());
    uint64_t total = 0;
    const auto count = [&](NodeId id) {
      ++stages[id];
      total += Weight(graph.nodes[id]);
    };
    if (!IsHead(graph, graph.start)) Region(graph, graph.start, count);
    for (const Site& site : graph.sites) Region(graph, site.head, count);
    if (total < 300 || total < once * 2) return;
    NodeId best = UINT32_MAX;
    uint64_t gain = 50;
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
      if (stages[id] < 2 || after_emit[id] || IsHead(graph, id)) continue;
      uint64_t below = 0;
      Region(graph, id, [&](NodeId inner) { below += Weight(graph.nodes[inner]); });
      if (below * (stages[id] - 1) <= gain) continue;
      gain = below * (stages[id] - 1);
      best = id;
    }
    if (best == UINT32_MAX) return;
    AddSite(graph, best, {});
  }
}

bool Planner::Emits(const Node& node) const {
  if (node.after_lookup) return false;
  const auto& stmts = p_.blocks[node.block].stmts;
  return std::any_of(stmts.begin(), stmts.end(),
                     [](const Stmt& s) { return s.kind == StmtKind::kEmit; });
}

// Stage 0 is the entry; stage i + 1 is sites[i].
std::vector<std::vector<uint32_t>> Planner::StageEdges(const Graph& graph) const {
  std::vector<std::vector<uint32_t>> edges;
  const auto add = [&](NodeId head) {
    std::vector<uint32_t> to;
    Region(graph, head, [&](NodeId id) {
      for (NodeId next : graph.nodes[id].next)
        if (IsHead(graph, next)) to.push_back(graph.site_of_node[next] + 1);
    });
    std::sort(to.begin(), to.end());
    to.erase(std::unique(to.begin(), to.end()), to.end());
    edges.push_back(std::move(to));
  };
  add(graph.start);
  for (const Site& site : graph.sites) add(site.head);
  return edges;
}

void Planner::NumberSites(Graph& graph) const {
  const auto edges = StageEdges(graph);
  std::vector<uint32_t> order;
  std::vector<bool> seen(edges.size());
  std::vector<std::pair<uint32_t, size_t>> stack{{0, 0}};
  seen[0] = true;
  while (!stack.empty()) {
    auto& [stage, at] = stack.back();
    if (at < edges[stage].size()) {
      const uint32_t to = edges[stage][at++];
      if (!seen[to]) {
        seen[to] = true;
        stack.push_back({to, 0});
      }
      continue;
    }
    order.push_back(stage);
    stack.pop_back();
  }
  std::vector<Site> sites;
  for (size_t i = order.size(); i-- > 0;)
    if (order[i] > 0) sites.push_back(graph.sites[order[i] - 1]);
  graph.sites = std::move(sites);
  graph.site_of_node.assign(graph.nodes.size(), kNoSite);
  for (uint32_t i = 0; i < graph.sites.size(); ++i) graph.site_of_node[graph.sites[i].head] = i;
}

// Deparsing happens in one stage: its scratch is the worker's, not the packet's.
Status Planner::CheckEmits(const Graph& graph) {
  std::vector<bool> after(graph.nodes.size());
  std::vector<NodeId> work;
  for (NodeId id = 0; id < graph.nodes.size(); ++id) {
    if (!Emits(graph.nodes[id])) continue;
    work.push_back(id);
    bool emitted = false;
    for (const Stmt& stmt : p_.blocks[graph.nodes[id].block].stmts) {
      if (emitted && ChangesHeaders(stmt.kind)) plan_.copy_emits = true;
      emitted = emitted || stmt.kind == StmtKind::kEmit;
    }
  }
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    for (NodeId to : graph.nodes[id].next) {
      if (after[to]) continue;
      after[to] = true;
      work.push_back(to);
      const Node& node = graph.nodes[to];
      if (IsHead(graph, to))
        return Unimplemented(
            "block '{}': a table that is applied after an emit is not yet supported by the cpu "
            "target",
            p_.blocks[node.block].name);
      for (const Stmt& stmt : p_.blocks[node.block].stmts)
        if (ChangesHeaders(stmt.kind)) plan_.copy_emits = true;
    }
  }
  return {};
}

}  // namespace ipdk::cpu::codegen
