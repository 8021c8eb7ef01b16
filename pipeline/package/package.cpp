#include "pipeline/package/package.h"

#include "pipeline/ir/verify.h"
#include "pipeline/package/container.h"
#include "pipeline/package/decode.h"
#include "pipeline/package/encode.h"

namespace ipdk::package {
namespace {

struct Info {
  Summary summary;
  uint64_t shape = 0;
};

Result<Info> ReadInfo(const Opened& opened) {
  Info info;
  Summary& s = info.summary;
  std::string_view rest = opened.info;
  // Later minor versions may put more behind.
  if (!TakeString(rest, s.program) || !TakeString(rest, s.architecture) ||
      !TakeString(rest, s.compiler) || !TakeVarint(rest, info.shape))
    return InvalidArgument("the package's info is damaged");
  s.major = opened.major;
  s.minor = opened.minor;
  s.hash = opened.hash;
  return info;
}

}  // namespace

std::string_view CompilerVersion() { return IPDK_VERSION; }

std::string Write(const ir::Compiled& compiled) {
  std::string info;
  AppendString(info, compiled.schema.program);
  AppendString(info, compiled.schema.architecture);
  AppendString(info, CompilerVersion());
  AppendVarint(info, ShapeOfCompiled());
  Encoded encoded = Encode(compiled);
  return Seal({{SectionKind::kInfo, std::move(info)},
               {SectionKind::kSchema, std::move(encoded.schema)},
               {SectionKind::kProgram, std::move(encoded.program)},
               {SectionKind::kSources, std::move(encoded.sources)}});
}

Result<ir::Compiled> Read(std::string_view bytes) {
  IPDK_ASSIGN(const Opened opened, Open(bytes));
  IPDK_ASSIGN(const Info info, ReadInfo(opened));
  const Summary& summary = info.summary;
  if (info.shape != ShapeOfCompiled())
    return FailedPrecondition(
        "the package of '{}' was written by compiler {} (layout {:016x}), this build is {} (layout "
        "{:016x}); recompile with ipdk compile",
        summary.program, summary.compiler, info.shape, CompilerVersion(), ShapeOfCompiled());
  IPDK_ASSIGN(ir::Compiled out, Decode(opened.schema, opened.program, opened.sources));
  if (out.schema.program != summary.program || out.schema.architecture != summary.architecture)
    return InvalidArgument(
        "the package says it holds '{}' for '{}', but its schema says '{}' for '{}'",
        summary.program, summary.architecture, out.schema.program, out.schema.architecture);
  if (auto status = ir::Verify(out); !status)
    return std::unexpected(
        std::move(status).error().Within(fmt::format("the package of '{}'", summary.program)));
  return out;
}

Result<Summary> Peek(std::string_view bytes) {
  IPDK_ASSIGN(const Opened opened, Open(bytes));
  IPDK_ASSIGN(Info info, ReadInfo(opened));
  return std::move(info.summary);
}

}  // namespace ipdk::package
