#include "apps/ipdk/modules.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "apps/trace_text.h"
#include "p4/compile/compile.h"
#include "packet/pcap.h"
#include "pipeline/eval/stf_target.h"
#include "pipeline/eval/switch.h"
#include "pipeline/ir/print.h"
#include "pipeline/package/package.h"
#include "pipeline/schema/p4info.h"
#include "pipeline/schema/tdi_json.h"
#include "pipeline/stf/run.h"
#include "targets/cpu/pipeline.h"
#include "targets/cpu/stf/stf_target.h"

namespace ipdk::apps {
namespace {

p4::CompileOptions Options(const cli::Source& source) {
  p4::CompileOptions options;
  options.path = source.program;
  options.include_dirs = source.include_dirs;
  options.defines = source.defines;
  options.architecture = source.arch;
  options.warnings = source.warnings;
  return options;
}

// A file that is not there is bad usage; what stands in it may be a bad program.
bool Readable(const std::string& path, std::string& messages) {
  if (access(path.c_str(), R_OK) == 0) return true;
  messages += fmt::format("{}: {}\n", path, std::generic_category().message(errno));
  return false;
}

std::optional<ir::Compiled> Compile(const cli::Source& source, cli::Compiled& out) {
  if (!Readable(source.program, out.messages)) {
    out.unreadable = true;
    return std::nullopt;
  }
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  std::optional<ir::Compiled> compiled = p4::Compile(Options(source), sources, diagnostics);
  out.messages += diagnostics.Print();
  return compiled;
}

Result<std::string> Emit(const ir::Compiled& compiled, const std::string& what) {
  if (what == "ir") return ir::Print(compiled);
  if (what == "p4info") return schema::PrintP4Info(compiled.schema);
  if (what == "tdi") return schema::PrintTdiJson(compiled.schema);
  if (what == "package") return package::Write(compiled);
  if (what == "llvm" || what == "asm") {
    return cpu::Pipeline::Print(
        compiled.schema, compiled.program,
        what == "llvm" ? cpu::Pipeline::Emit::kLlvm : cpu::Pipeline::Emit::kAsm, {});
  }
  return Unimplemented("--emit {}: this build cannot print it", what);
}

cli::Compiled CompileTool(const cli::Source& source, const std::vector<std::string>& emit) {
  cli::Compiled out;
  const std::optional<ir::Compiled> compiled = Compile(source, out);
  if (!compiled) return out;
  for (const std::string& what : emit) {
    auto text = Emit(*compiled, what);
    if (!text) {
      out.messages += fmt::format("error: {}\n", text.error().message());
      return out;
    }
    out.outputs[what] = std::move(*text);
  }
  out.ok = true;
  return out;
}

cli::Compiled CheckTool(const cli::Source& source) {
  cli::Compiled out;
  if (!Readable(source.program, out.messages)) {
    out.unreadable = true;
    return out;
  }
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  out.ok = p4::CheckOnly(Options(source), sources, diagnostics);
  out.messages += diagnostics.Print();
  return out;
}

cli::StfReport StfTool(const cli::Source& source, const std::string& target_name,
                       const std::string& path) {
  using Outcome = cli::StfReport::Outcome;
  const auto bad = [](std::string text) { return cli::StfReport{Outcome::kBad, std::move(text)}; };
  std::ifstream file(path, std::ios::binary);
  if (!file) return bad(fmt::format("{}: {}\n", path, std::generic_category().message(errno)));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  cli::Compiled messages;
  const std::optional<ir::Compiled> compiled = Compile(source, messages);
  if (!compiled) return bad(messages.messages);
  Result<std::unique_ptr<stf::Target>> target = InvalidArgument("no target '{}'", target_name);
  if (target_name == "eval") target = eval::MakeStfTarget(*compiled);
  if (target_name == "cpu") target = cpu::MakeStfTarget(*compiled);
  if (!target) return bad(fmt::format("{}: {}\n", source.program, target.error().message()));
  const stf::Verdict verdict = stf::Run(text, **target);
  std::string told = verdict.text;
  if (!told.empty() && !told.ends_with('\n')) told += '\n';
  switch (verdict.kind) {
    case stf::Verdict::Kind::kPass:
      return {Outcome::kPass, fmt::format("passed: {} packets sent, {} expected\n", verdict.packets,
                                          verdict.expected)};
    case stf::Verdict::Kind::kMismatch:
      return {Outcome::kMismatch, fmt::format("{}: {}", path, told)};
    case stf::Verdict::Kind::kBadFile:
      break;
  }
  return bad(fmt::format("{}: {}", path, told));
}

// Tells events as lines, indented by what they are part of.
class Teller final : public eval::TraceListener {
 public:
  Teller(const ir::Compiled& compiled, cli::Story& story) : text_(compiled), story_(story) {}
  void On(const eval::TraceEvent& event) override {
    const bool outer =
        event.kind == eval::TraceKind::kReceived || event.kind == eval::TraceKind::kControl ||
        event.kind == eval::TraceKind::kEgress || event.kind == eval::TraceKind::kDropped ||
        event.kind == eval::TraceKind::kSent;
    story_.steps.push_back({std::string(eval::Name(event.kind)), text_(event), outer ? 0u : 1u});
  }

 private:
  const TraceText text_;
  cli::Story& story_;
};

Result<cli::Story> TraceTool(const cli::Source& source, uint32_t port, std::string_view packet) {
  cli::Compiled messages;
  const std::optional<ir::Compiled> compiled = Compile(source, messages);
  if (!compiled) return InvalidArgument("{}", messages.messages);
  IPDK_ASSIGN(auto machine, eval::Switch::Make(*compiled));
  cli::Story story;
  Teller teller(*compiled, story);
  const eval::PacketResult result = machine->Process(port, std::string(packet), 0, &teller);
  for (const eval::Output& output : result.outputs)
    story.outputs.emplace_back(output.port, output.bytes);
  return story;
}

}  // namespace

cli::Tools MakeTools() {
  cli::Tools tools;
  tools.version = IPDK_VERSION;
  tools.emits = {"package", "p4info", "tdi", "ir", "llvm", "asm"};
  tools.stf_targets = {"eval", "cpu"};
  tools.compile = CompileTool;
  tools.check = CheckTool;
  tools.stf = StfTool;
  tools.trace = TraceTool;
  tools.read_pcap = [](const std::string& path) -> Result<std::vector<std::string>> {
    IPDK_ASSIGN(std::vector<packet::Captured> captured, packet::ReadPcap(path));
    std::vector<std::string> packets;
    for (packet::Captured& one : captured) packets.push_back(std::move(one.bytes));
    return packets;
  };
  tools.p4info_of = [](std::string_view bytes) -> Result<std::string> {
    IPDK_ASSIGN(const ir::Compiled compiled, package::Read(bytes));
    return schema::PrintP4Info(compiled.schema);
  };
  return tools;
}

}  // namespace ipdk::apps
