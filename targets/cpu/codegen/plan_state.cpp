// State that a packet must leave before the next one comes: what runs packet by packet.

#include "targets/cpu/codegen/planner.h"

namespace ipdk::cpu::codegen {

void Planner::FindSerialRegion(Graph& graph) const {
  const auto edges = StageEdges(graph);
  const size_t n = edges.size();
  std::vector<std::pair<uint64_t, uint32_t>> touches;
  const auto scan = [&](uint32_t stage, NodeId head) {
    Region(graph, head, [&](NodeId id) {
      ForStateful(graph.nodes[id], [&](uint64_t object) { touches.push_back({object, stage}); });
    });
  };
  scan(0, graph.start);
  for (uint32_t i = 0; i < graph.sites.size(); ++i) scan(i + 1, graph.sites[i].head);
  if (touches.empty()) return;
  std::sort(touches.begin(), touches.end());
  touches.erase(std::unique(touches.begin(), touches.end()), touches.end());

  std::vector<BitSet> reach(n, BitSet(n));  // by one edge or more
  for (bool grew = true; grew;) {
    grew = false;
    for (uint32_t i = static_cast<uint32_t>(n); i-- > 0;)
      for (uint32_t to : edges[i]) {
        if (!reach[i].Has(to)) {
          reach[i].Set(to);
          grew = true;
        }
        grew |= reach[i].Add(reach[to]);
      }
  }
  BitSet wanted(n);
  bool any = false;
  for (size_t i = 0; i < touches.size(); ++i) {
    const auto same = [&](size_t k) {
      return k < touches.size() && touches[k].first == touches[i].first;
    };
    // A table that learns is touched by its lookup and by what follows.
    if (touches[i].first >> 32 != kLearning && !same(i + 1) && !(i > 0 && same(i - 1)) &&
        !reach[touches[i].second].Has(touches[i].second))
      continue;
    wanted.Set(touches[i].second);
    any = true;
  }
  if (!any) return;

  // Dominators over the stage graph, as sets: it is small.
  std::vector<BitSet> dominators(n, BitSet(n));
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t d = 0; d < n; ++d)
      if (i != 0 || d == 0) dominators[i].Set(d);
  std::vector<std::vector<uint32_t>> before(n);
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t to : edges[i]) before[to].push_back(i);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 1; i < n; ++i) {
      for (uint32_t d = 0; d < n; ++d) {
        if (d == i || !dominators[i].Has(d)) continue;
        if (!std::all_of(before[i].begin(), before[i].end(),
                         [&](uint32_t b) { return dominators[b].Has(d); })) {
          dominators[i].Clear(d);
          changed = true;
        }
      }
    }
  }
  // The entry of the region: the last stage that dominates all touches and is in no loop.
  uint32_t region_entry = 0;
  uint32_t depth = 0;
  for (uint32_t candidate = 0; candidate < n; ++candidate) {
    bool dominates = !reach[candidate].Has(candidate);
    wanted.ForEach(
        [&](size_t stage) { dominates = dominates && dominators[stage].Has(candidate); });
    if (!dominates) continue;
    uint32_t own = 0;
    for (uint32_t d = 0; d < n; ++d) own += dominators[candidate].Has(d);
    if (own <= depth) continue;
    depth = own;
    region_entry = candidate;
  }
  for (uint32_t i = 0; i < n; ++i) {
    const bool inside = (i == region_entry || reach[region_entry].Has(i)) &&
                        (wanted.Has(i) || reach[i].Intersects(wanted));
    if (inside && i > 0) graph.sites[i - 1].serial = true;
  }
  graph.serial_from_start = region_entry == 0;
  if (region_entry > 0) graph.serial_site = region_entry - 1;
}

void Planner::FindCoupling() {
  if (!plan_.egress) return;
  // The graph of ingress may go on through egress: its own part is what its function calls.
  std::vector<bool> called(p_.functions.size());
  std::vector<ir::FunctionId> work{p_.ingress};
  called[p_.ingress.index] = true;
  while (!work.empty()) {
    const ir::FunctionId function = work.back();
    work.pop_back();
    for (const Block& block : p_.blocks) {
      if (block.function != function || block.term.kind != TermKind::kCall) continue;
      if (called[block.term.function.index]) continue;
      called[block.term.function.index] = true;
      work.push_back(block.term.function);
    }
  }
  std::vector<uint64_t> objects;
  for (const Node& node : plan_.ingress.nodes)
    if (called[p_.blocks[node.block].function.index])
      ForStateful(node, [&](uint64_t object) { objects.push_back(object); });
  std::sort(objects.begin(), objects.end());
  for (const Node& node : plan_.egress->nodes)
    ForStateful(node, [&](uint64_t object) {
      plan_.couples = plan_.couples || std::binary_search(objects.begin(), objects.end(), object);
    });
}

}  // namespace ipdk::cpu::codegen
