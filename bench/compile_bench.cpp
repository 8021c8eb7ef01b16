// ./dev bench compile: how long the compiler takes for a program of n tables, phase by phase, and
// whether that grows in line with the program. Generated programs of about fifty lines per table:
// keys of several kinds, actions with data, counters, conditions around every table.
//
// The bar: 5,000 lines with 100 tables to native code in under 3 s. Exit 1 if it is missed.

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "p4/check/check.h"
#include "p4/lower/lower.h"
#include "p4/parse/parse.h"
#include "targets/cpu/pipeline.h"

namespace ipdk::bench {
namespace {

std::string Program(uint32_t n) {
  std::string out = R"(#include <v1model.p4>
header eth_t { bit<48> dst; bit<48> src; bit<16> type; }
header ip_t {
    bit<8> version; bit<8> tos; bit<16> len; bit<16> id; bit<16> frag;
    bit<8> ttl; bit<8> proto; bit<16> sum; bit<32> src; bit<32> dst;
}
header l4_t { bit<16> sport; bit<16> dport; }
struct headers { eth_t eth; ip_t ip; l4_t l4; }
struct metadata {
)";
  for (uint32_t i = 0; i < n; ++i) out += fmt::format("    bit<16> m{};\n", i);
  out += R"(}
parser P(packet_in packet, out headers hdr, inout metadata meta, inout standard_metadata_t std) {
    state start {
        packet.extract(hdr.eth);
        transition select(hdr.eth.type) { 0x800: ip; default: accept; }
    }
    state ip {
        packet.extract(hdr.ip);
        transition select(hdr.ip.proto) { 6: l4; 17: l4; default: accept; }
    }
    state l4 { packet.extract(hdr.l4); transition accept; }
}
control V(inout headers hdr, inout metadata meta) { apply { } }
control I(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
)";
  static constexpr const char* kKinds[] = {"exact", "lpm", "ternary", "exact"};
  for (uint32_t i = 0; i < n; ++i) {
    out += fmt::format(R"(    counter(1024, CounterType.packets) c{0};
    action set_{0}(bit<16> v, bit<9> port) {{
        meta.m{0} = v;
        std.egress_spec = port;
        c{0}.count((bit<32>) v);
    }}
    action mark_{0}(bit<8> tos, bit<48> mac) {{
        hdr.ip.tos = tos;
        hdr.ip.ttl = hdr.ip.ttl - 1;
        hdr.eth.src = hdr.eth.dst;
        hdr.eth.dst = mac;
    }}
    action drop_{0}() {{
        mark_to_drop(std);
    }}
    table t{0} {{
        key = {{
            hdr.ip.dst: {2};
            meta.m{1}: {3};
        }}
        actions = {{
            set_{0};
            mark_{0};
            drop_{0};
            NoAction;
        }}
        size = 1024;
        default_action = NoAction();
    }}
)",
                       i, i * 7 % n, kKinds[i % 4], i % 4 == 2 ? "ternary" : "exact");
  }
  out += "    apply {\n";
  for (uint32_t i = 0; i < n; ++i) {
    out += fmt::format(R"(        if (hdr.ip.isValid() && meta.m{1} != {0}) {{
            if (t{0}.apply().hit) {{
                meta.m{2} = meta.m{3} + hdr.l4.sport;
                hdr.ip.id = hdr.ip.id ^ meta.m{0};
            }} else {{
                hdr.l4.dport = hdr.l4.dport + {0};
                if (hdr.l4.dport == 0) {{
                    hdr.l4.sport = hdr.l4.sport |+| 1;
                }}
            }}
        }} else if (meta.m{2} == 0) {{
            meta.m{0} = {0};
            hdr.eth.type = hdr.eth.type + 1;
        }}
        if (std.egress_spec == 511) {{
            meta.m{1} = meta.m{1} - 1;
        }} else {{
            meta.m{3}[7:0] = hdr.ip.ttl;
        }}
)",
                       i, i * 3 % n, i * 5 % n, i * 11 % n);
  }
  out += R"(    }
}
control E(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control C(inout headers hdr, inout metadata meta) { apply { } }
control D(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }
V1Switch(P(), V(), I(), E(), C(), D()) main;
)";
  return out;
}

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Processor time of this thread, so that a busy machine counts less.
double Now() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct Row {
  size_t lines = 0;
  double front = 0, lower = 0, native = 0;
};

bool Measure(uint32_t tables, Row* row) {
  const std::string text = Program(tables);
  row->lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  p4::SourceMap sources;
  sources.AddText("include/core.p4", Read(IPDK_SOURCE_DIR "/p4/include/core.p4"));
  sources.AddText("include/v1model.p4", Read(IPDK_SOURCE_DIR "/p4/include/v1model.p4"));
  sources.AddText("bench.p4", text);
  p4::Diagnostics diagnostics(sources);
  p4::PreprocessOptions preprocess;
  preprocess.include_dirs = {"include"};
  const double begin = Now();
  const auto tree = p4::Parse(preprocess, "bench.p4", sources, diagnostics);
  if (!tree) return false;
  const p4::CheckedProgram checked = p4::Check(*tree, p4::CheckOptions(), diagnostics);
  const double parsed = Now();
  if (diagnostics.failed()) {
    fmt::print(stderr, "{}", diagnostics.Print());
    return false;
  }
  p4::LowerOptions options;
  options.program = "bench";
  const auto compiled = p4::Lower(checked, options, diagnostics);
  const double lowered = Now();
  if (!compiled) return false;
  const auto pipeline = cpu::Pipeline::Compile(compiled->schema, compiled->program, {});
  const double done = Now();
  if (!pipeline) {
    fmt::print(stderr, "{}\n", pipeline.error().ToString());
    return false;
  }
  row->front = parsed - begin;
  row->lower = lowered - parsed;
  row->native = done - lowered;
  return true;
}

int Main(int argc, char** argv) {
  std::vector<uint32_t> sizes = {25, 50, 100, 200, 400};
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) {
      json = true;
    } else if (std::strcmp(argv[i], "--quick") == 0) {
      sizes = {25, 100};
    } else {
      fmt::print(stderr, "usage: bench_compile [--json] [--quick]\n");
      return 2;
    }
  }
  if (!json)
    fmt::print("{:>7} {:>7} {:>11} {:>11} {:>11} {:>9} {:>14} {:>9}\n", "tables", "lines",
               "front end", "lowering", "native", "total", "ms per table", "memory");
  bool good = true;
  Row warm;
  Measure(10, &warm);
  for (const uint32_t n : sizes) {
    Row row;
    if (!Measure(n, &row)) return 2;
    const double total = row.front + row.lower + row.native;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    if (json) {
      fmt::print(
          "{{\"tables\": {}, \"lines\": {}, \"front\": {:.4f}, \"lower\": {:.4f}, "
          "\"native\": {:.4f}, \"peak_kib\": {}}}\n",
          n, row.lines, row.front, row.lower, row.native, usage.ru_maxrss);
    } else {
      fmt::print("{:>7} {:>7} {:>8.1f} ms {:>8.1f} ms {:>8.0f} ms {:>7.2f} s {:>14.1f} {:>6} MB\n",
                 n, row.lines, row.front * 1e3, row.lower * 1e3, row.native * 1e3, total,
                 total * 1e3 / n, usage.ru_maxrss / 1024);
    }
    if (n == 100 && total > 3.0) good = false;
  }
  if (!good) fmt::print(stderr, "bench_compile: 100 tables took more than 3 s\n");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace ipdk::bench

int main(int argc, char** argv) { return ipdk::bench::Main(argc, argv); }
