// The bench: the same packets through the compiled pipeline, the interpreter and a loop written by
// hand, in one run.
//
// Method: all contenders must first emit the same bytes for the same packets (a digest). Then
// rounds: in each round every contender runs once, in turn, and its processor time is taken; ratios
// are of the same round, and the median and spread over the rounds are shown. So whatever else the
// machine does disturbs all alike.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "bench/contender.h"

namespace ipdk::bench {
namespace {

struct Figures {
  double median = 0, low = 0, high = 0;
};

Figures Of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return {values[n / 2], values.front(), values.back()};
}

struct RowPlan {
  std::string name;
  Work::Kind kind;
  size_t entries, flows;
  double bar;  // of the hand-written loop's speed; 0: none
};

struct Options {
  int rounds = 7;
  double seconds = 0.15;  // of each contender in each round
  bool json = false;
  bool interpreter = true;
  std::string only;
};

bool RunRow(const RowPlan& plan, const Options& options, std::string* json) {
  Work work;
  work.kind = plan.kind;
  std::vector<Flow> flows;
  if (plan.kind == Work::Kind::kIpv4Router) {
    work.routes = MakeRoutes(plan.entries, 1);
    for (uint32_t i = 0; i < 256; ++i) {
      RouterByHand::NextHop hop{};
      for (uint32_t b = 0; b < 12; ++b)
        hop.macs[b] = static_cast<uint8_t>(b % 6 == 0 ? 2 : i * 7 + b);
      hop.port = static_cast<uint16_t>(1 + i % Work::kPorts);
      work.next_hops.push_back(hop);
    }
    flows = RouteFlows(work.routes, plan.flows, 2);
  } else {
    work.macs = plan.entries;
    flows = MacFlows(plan.entries, plan.flows, 2);
  }

  const auto source_kind =
      plan.kind == Work::Kind::kIpv4Router ? Source::Kind::kIpv4 : Source::Kind::kEthernet;
  auto source_only = SourceAndSink();
  auto by_hand = ByHand(work);
  auto compiled = Compiled(work);
  auto interpreted =
      options.interpreter ? Interpreted(work) : Result<std::unique_ptr<Contender>>(SourceAndSink());
  for (const auto* contender : {&compiled, &interpreted}) {
    if (contender->has_value()) continue;
    std::fprintf(stderr, "bench: %s: %s\n", plan.name.c_str(),
                 contender->error().ToString().c_str());
    return false;
  }

  // Same bytes? The interpreter walks its tables entry by entry: fewer packets there.
  auto digest = [&](Contender& contender, uint64_t bursts) {
    Source source(source_kind, flows);
    Sink sink;
    contender.Run(source, sink, bursts, true);
    return std::pair(sink.digest(), sink.packets());
  };
  const uint64_t many = 32768, few = plan.entries > 1000 ? 1 : 32;
  const bool same = digest(*by_hand, many) == digest(**compiled, many) &&
                    (!options.interpreter || digest(*by_hand, few) == digest(**interpreted, few));
  if (!same)
    std::fprintf(stderr, "bench: %s: the contenders emit different bytes\n", plan.name.c_str());

  struct Timed {
    Contender* contender;
    uint64_t bursts;
    std::vector<double> mpps;
    Source source;
  };
  std::vector<Timed> timed;
  for (Contender* contender :
       {source_only.get(), by_hand.get(), compiled->get(), interpreted->get()})
    timed.push_back({contender, 1, {}, Source(source_kind, flows)});
  Sink sink;
  auto measure = [&](Timed& t) {
    const double start = ThreadSeconds();
    t.contender->Run(t.source, sink, t.bursts, false);
    return ThreadSeconds() - start;
  };
  for (Timed& t : timed) {  // warm up, and find how many bursts fill the time
    double spent = measure(t);
    while (spent < options.seconds / 4 && t.bursts < (1u << 24)) {
      t.bursts *= 2;
      spent = measure(t);
    }
    t.bursts =
        std::max<uint64_t>(1, static_cast<uint64_t>(static_cast<double>(t.bursts) *
                                                    options.seconds / std::max(spent, 1e-9)));
  }
  std::vector<double> ratio, per_packet;
  for (int round = 0; round < options.rounds; ++round) {
    for (Timed& t : timed)
      t.mpps.push_back(static_cast<double>(t.bursts * kBurst) / measure(t) / 1e6);
    ratio.push_back(timed[2].mpps.back() / timed[1].mpps.back());
    per_packet.push_back(1e3 / timed[2].mpps.back());
  }
  const Figures source = Of(timed[0].mpps), hand = Of(timed[1].mpps), ours = Of(timed[2].mpps),
                slow = Of(timed[3].mpps), r = Of(ratio);
  const bool meets = same && (plan.bar == 0 || r.median >= plan.bar);
  if (options.json) {
    *json += fmt::format(
        "{}{{\"name\":\"{}\",\"work\":\"{}\",\"flows\":{},\"entries\":{},\"mpps\":{:.3f},\"c_"
        "mpps\":{:.3f},\"swx_mpps\":null,"
        "\"interpreter_mpps\":{:.6f},\"source_mpps\":{:.3f},\"ratio_c\":{:.3f},\"ratio_c_low\":{:."
        "3f},\"ratio_c_high\":{:.3f},"
        "\"ratio_swx\":null,\"same_bytes\":{},\"bar\":{},\"meets\":{}}}",
        json->empty() ? "" : ",", plan.name,
        plan.kind == Work::Kind::kIpv4Router ? "ipv4_router" : "l2_switch", plan.flows,
        plan.entries, ours.median, hand.median, slow.median, source.median, r.median, r.low, r.high,
        same, plan.bar, meets);
  } else {
    fmt::print(
        "{:<34} {:>7.1f} {:>7.1f} {:>7.1f} {:>9.4f}   {:>4.2f} ({:.2f}-{:.2f}) {:>7.0f}x  {:<9} "
        "{}\n",
        plan.name, source.median, hand.median, ours.median, slow.median, r.median, r.low, r.high,
        options.interpreter ? ours.median / slow.median : 0, same ? "same" : "DIFFERENT",
        plan.bar == 0 ? ""
        : meets       ? fmt::format("meets {:.1f}", plan.bar)
                      : fmt::format("BELOW {:.1f}", plan.bar));
    std::fflush(stdout);
  }
  return meets;
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--json")
      options.json = true;
    else if (argument == "--rounds" && i + 1 < argc)
      options.rounds = std::max(1, std::atoi(argv[++i]));
    else if (argument == "--no-interpreter")
      options.interpreter = false;
    else if (argument == "--only" && i + 1 < argc)
      options.only = argv[++i];
    else {
      const bool help = argument == "-h" || argument == "--help";
      std::fprintf(help ? stdout : stderr,
                   "usage: ./dev bench [--json] [--rounds N] [--only TEXT] [--no-interpreter]\n");
      return help ? 0 : 2;
    }
  }
  constexpr size_t kMillion = 1'000'000;
  const RowPlan plans[] = {
      {"l2 switch, 1,000 MACs, 1 flow", Work::Kind::kL2Switch, 1000, 1, 0},
      {"l2 switch, 1,000 MACs, 1 M flows", Work::Kind::kL2Switch, 1000, kMillion, 0},
      {"ipv4 router, 10 routes, 1 flow", Work::Kind::kIpv4Router, 10, 1, 0.3},
      {"ipv4 router, 10 routes, 1 M flows", Work::Kind::kIpv4Router, 10, kMillion, 0},
      {"ipv4 router, 1 M routes, 1 flow", Work::Kind::kIpv4Router, kMillion, 1, 0},
      {"ipv4 router, 1 M routes, 1 M flows", Work::Kind::kIpv4Router, kMillion, kMillion, 0.3},
  };
  if (!options.json)
    fmt::print(
        "{} rounds, Mpps per core, 64-byte packets, memory to memory; ratio: compiled / by hand, "
        "median (spread) of rounds\n\n"
        "{:<34} {:>7} {:>7} {:>7} {:>9}   {:<16} {:>8}  {:<9}\n",
        options.rounds, "", "source", "by hand", "compiled", "interp.", "ratio", "/interp.",
        "bytes");
  bool all = true;
  std::string json;
  for (const RowPlan& plan : plans) {
    if (!options.only.empty() && plan.name.find(options.only) == std::string::npos) continue;
    all = RunRow(plan, options, &json) && all;
  }
  if (options.json) fmt::print("{{\"rows\":[{}]}}\n", json);
  return all ? 0 : 1;
}

}  // namespace
}  // namespace ipdk::bench

int main(int argc, char** argv) { return ipdk::bench::Main(argc, argv); }
