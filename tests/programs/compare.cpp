#include "tests/programs/compare.h"

#include <fstream>
#include <iterator>

#include "p4/compile/compile.h"
#include "pipeline/eval/switch.h"
#include "pipeline/ir/print.h"
#include "pipeline/random/random.h"
#include "targets/cpu/codegen/differential.h"

namespace ipdk::tests {
namespace {

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<ir::Compiled> CompileText(const std::string& program, bool plain, std::string* why) {
  static const std::string core = Read(IPDK_SOURCE_DIR "/p4/include/core.p4");
  static const std::string v1model = Read(IPDK_SOURCE_DIR "/p4/include/v1model.p4");
  p4::SourceMap sources;
  sources.RefuseDisk();
  sources.AddText("include/core.p4", core);
  sources.AddText("include/v1model.p4", v1model);
  sources.AddText("program.p4", program);
  p4::Diagnostics diagnostics(sources);
  p4::CompileOptions options;
  options.path = "program.p4";
  options.include_dirs = {"include"};
  options.plain = plain;
  auto compiled = p4::Compile(options, sources, diagnostics);
  if (!compiled) {
    *why = diagnostics.Print();
    // Errors only: generated programs give many warnings.
    if (const size_t at = why->find("error: "); at != std::string::npos) why->erase(0, at);
  }
  return compiled;
}

std::vector<std::pair<schema::TableId, schema::Entry>> MakeEntries(const schema::Schema& schema,
                                                                   random::Source& source) {
  std::vector<std::pair<schema::TableId, schema::Entry>> out;
  for (uint32_t t = 0; t < schema.tables.size(); ++t) {
    const schema::TableId table(t);
    if (schema.tables[table].const_entries || schema.tables[table].keys.empty()) continue;
    for (uint32_t n = source.Below(12); n > 0; --n)
      out.emplace_back(table, random::MakeEntry(schema, table, source));
  }
  return out;
}

std::string Describe(const eval::PacketResult& result) {
  std::string out;
  for (const eval::Output& output : result.outputs)
    out += fmt::format("port {} {}\n", output.port, ToHex(output.bytes));
  for (const eval::DropReason reason : result.drops)
    out += fmt::format("dropped: {}\n", eval::Text(reason));
  out += fmt::format("{} digests\n", result.digests.size());
  return out;
}

}  // namespace

Comparison CompareProgram(const std::string& program, const CompareOptions& options) {
  using Kind = Comparison::Kind;
  std::string why;
  const auto compiled = CompileText(program, false, &why);
  if (!compiled) return {Kind::kRefused, why};
  const auto plain = CompileText(program, true, &why);
  if (!plain) return {Kind::kDiffer, "lowered plainly: " + why};

  random::Source source(options.seed);
  const auto entries = MakeEntries(compiled->schema, source);
  std::vector<std::pair<schema::ValueSetId, std::vector<schema::Match>>> members;
  for (uint32_t v = 0; v < compiled->schema.value_sets.size(); ++v)
    for (uint32_t n = source.Below(6); n > 0; --n) {
      std::vector<schema::Match> member;
      for (const schema::MatchField& key :
           compiled->schema.value_sets[schema::ValueSetId(v)].keys) {
        schema::Match match;
        match.value =
            source.OneIn(2) ? source.Value(key.width) : Truncate(source.Below(5), key.width);
        member.push_back(match);
      }
      members.emplace_back(schema::ValueSetId(v), std::move(member));
    }
  const auto packets = random::MakePackets(source, options.packets, options.flows);
  const auto add = [&](auto&& to) -> Status {
    for (const auto& [table, entry] : entries)
      // The same key twice is refused by all.
      if (auto status = to(table, entry); !status && status.error().code() != Code::kAlreadyExists)
        return status;
    return {};
  };

  // --- the two ways of lowering, on the interpreter
  auto first = eval::Switch::Make(*compiled), second = eval::Switch::Make(*plain);
  if (!first) return {Kind::kDiffer, first.error().ToString()};
  if (!second) return {Kind::kDiffer, "lowered plainly: " + second.error().ToString()};
  for (auto* one : {first->get(), second->get()})
    for (const auto& [set, member] : members)
      if (auto status = one->control().AddMember(set, member); !status)
        return {Kind::kDiffer, status.error().ToString()};
  for (auto* one : {first->get(), second->get()})
    if (auto status =
            add([&](auto table, auto& entry) { return one->control().Add(table, entry); });
        !status)
      return {Kind::kDiffer, status.error().ToString()};
  for (size_t i = 0; i < packets.size(); ++i) {
    const auto want = (*first)->Process(packets[i].port, packets[i].bytes, 1'000'000 * i);
    const auto got = (*second)->Process(packets[i].port, packets[i].bytes, 1'000'000 * i);
    if (Describe(want) != Describe(got))
      return {Kind::kDiffer,
              fmt::format("lowered plainly, packet {} (port {}, {}):\n{}instead of\n{}", i,
                          packets[i].port, ToHex(packets[i].bytes), Describe(got), Describe(want))};
  }

  // --- native code
  cpu::codegen::DifferentialOptions differential;
  differential.burst = options.burst;
  differential.seed = options.seed;
  auto both = cpu::codegen::Differential::Make(*compiled, differential);
  if (!both) return {Kind::kDiffer, "native code: " + both.error().ToString()};
  if (auto status = add([&](auto table, auto& entry) { return (*both)->AddEntry(table, entry); });
      !status)
    return {Kind::kDiffer, status.error().ToString()};
  for (const auto& [set, member] : members)
    if (auto status = (*both)->AddMember(set, member);
        !status && status.error().code() != Code::kAlreadyExists)
      return {Kind::kDiffer, "native code: " + status.error().ToString()};
  std::vector<cpu::codegen::TestPacket> burst;
  for (const random::Packet& packet : packets) burst.push_back({packet.port, packet.bytes});
  if (auto status = (*both)->Run(burst); !status)
    return {Kind::kDiffer, "native code: " + status.error().ToString()};
  if (auto status = (*both)->CompareState(); !status)
    return {Kind::kDiffer, "native code: " + status.error().ToString()};
  return {};
}

}  // namespace ipdk::tests
