#include "tests/packet/packet.h"

#include <fstream>
#include <iterator>

#include "pipeline/eval/stf_target.h"
#include "pipeline/ir/print.h"
#include "pipeline/stf/run.h"
#include "targets/cpu/stf/stf_target.h"

namespace ipdk::tests {

PacketOutcome RunPacketTest(const p4::CompileOptions& options, const std::string& test,
                            const std::string& target_name) {
  PacketOutcome out;
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  const auto compiled = p4::Compile(options, sources, diagnostics);
  out.text = diagnostics.Print();
  if (!compiled) return out;
  std::ifstream file(test, std::ios::binary);
  if (!file) {
    out.text = "cannot read '" + test + "'";
    return out;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Result<std::unique_ptr<stf::Target>> target =
      target_name == "cpu" ? cpu::MakeStfTarget(*compiled)
      : target_name == "eval"
          ? eval::MakeStfTarget(*compiled)
          : InvalidArgument("no target '{}'; there are eval and cpu", target_name);
  if (!target) {
    out.text = target.error().ToString();
    return out;
  }
  const stf::Verdict verdict = stf::Run(text, **target);
  out.packets = verdict.packets;
  out.text = verdict.text;
  if (verdict.kind == stf::Verdict::Kind::kPass) out.kind = PacketOutcome::Kind::kPass;
  if (verdict.kind == stf::Verdict::Kind::kMismatch) out.kind = PacketOutcome::Kind::kMismatch;
  return out;
}

}  // namespace ipdk::tests
