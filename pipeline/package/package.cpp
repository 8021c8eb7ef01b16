#include "pipeline/package/package.h"

#include <cstring>
#include <limits>

#include "pipeline/ir/verify.h"
#include "pipeline/package/fields.h"

namespace ipdk::package {
namespace {

constexpr std::string_view kMagic = "IPDKPKG\n";
constexpr size_t kHeadBytes = 8 + 4 + 4 + 8 + 8;

enum Section : uint64_t { kAbout = 1, kSchema = 2, kProgram = 3, kSources = 4 };

void Append(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}
uint64_t Take(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return value;
}

uint64_t Fingerprint() {
  std::string names;
  auto add = [&](std::string_view name) {
    names += name;
    names += ',';
  };
  for (size_t i = 0; i < ir::UnaryOps(); ++i) add(Name(static_cast<ir::UnaryOp>(i)));
  for (size_t i = 0; i < ir::BinaryOps(); ++i) add(Name(static_cast<ir::BinaryOp>(i)));
  for (size_t i = 0; i < ir::ExternOps(); ++i) add(Name(static_cast<ir::ExternOp>(i)));
  for (size_t i = 0; i < ir::HashAlgorithms(); ++i) add(Name(static_cast<ir::HashAlgorithm>(i)));
  for (size_t i = 0; i < static_cast<size_t>(ir::Role::kCount); ++i)
    add(Name(static_cast<ir::Role>(i)));
  return Hash(names);
}

template <typename T>
void AppendSection(std::string& out, Section number, const T& value) {
  Encoder body;
  body(const_cast<T&>(value));  // the encoder only reads: one walk serves both directions
  uint64_t head[] = {number, body.bytes.size()};
  Encoder encoder;
  encoder(head[0], head[1]);
  out += encoder.bytes;
  out += body.bytes;
}

struct AboutSection {
  std::string compiler, architecture, program;
};
template <typename A>
void Fields(A& archive, AboutSection& value) {
  auto& [compiler, architecture, program] = value;
  archive(compiler, architecture, program);
}

struct Parts {
  About about;
  std::string_view schema, program, sources;
};

// Checks the head and finds the sections.
Result<Parts> Split(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || bytes.substr(0, kMagic.size()) != kMagic)
    return InvalidArgument("not a package: it does not start as one; make it with `ipdk compile`");
  if (bytes.size() > kMaxBytes)
    return InvalidArgument("the package has {} bytes, allowed are {}", bytes.size(), kMaxBytes);
  const uint64_t major = Take(bytes, 8, 4);
  if (major != kMajor)
    return FailedPrecondition(
        "the package has format version {}, this is version {}: recompile with ipdk compile", major,
        kMajor);
  if (Take(bytes, 16, 8) != Fingerprint())
    return FailedPrecondition(
        "the package was written by a compiler with other operators: recompile with ipdk compile");
  if (Take(bytes, 24, 8) != Hash(bytes.substr(kHeadBytes)))
    return InvalidArgument(
        "the package is damaged: its contents do not have the hash that it names");
  Parts out;
  Decoder in(bytes.substr(kHeadBytes));
  while (!in.AtEnd() && !in.failed()) {
    const uint64_t number = in.Number();
    const std::string_view body = in.Take(in.Number());
    switch (number) {
      case kAbout: {
        AboutSection about;
        Decoder decoder(body);
        Fields(decoder, about);
        if (decoder.failed()) return InvalidArgument("the package is damaged: section {}", number);
        out.about = {std::move(about.compiler), std::move(about.architecture),
                     std::move(about.program)};
        break;
      }
      case kSchema:
        out.schema = body;
        break;
      case kProgram:
        out.program = body;
        break;
      case kSources:
        out.sources = body;
        break;
      default:
        break;
    }
  }
  if (in.failed())
    return InvalidArgument("the package is damaged: a section is longer than the file");
  return out;
}

template <typename T>
Status Decode(std::string_view bytes, const char* what, T& out) {
  Decoder decoder(bytes);
  decoder(out);
  if (decoder.failed() || !decoder.AtEnd())
    return InvalidArgument("the package is damaged: its {} cannot be read", what);
  return {};
}

}  // namespace

uint64_t Hash(std::string_view bytes) {
  uint64_t hash = 0x9e3779b97f4a7c15 ^ bytes.size();
  auto mix = [&](uint64_t word) {
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  };
  while (bytes.size() >= 8) {
    mix(Take(bytes, 0, 8));
    bytes.remove_prefix(8);
  }
  mix(Take(bytes, 0, bytes.size()));
  hash *= 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 29);
}

std::string Write(const ir::Compiled& compiled, std::string_view compiler) {
  std::string body;
  const AboutSection about{std::string(compiler), compiled.schema.architecture,
                           compiled.schema.program};
  AppendSection(body, kAbout, about);
  AppendSection(body, kSchema, compiled.schema);
  AppendSection(body, kProgram, compiled.program);
  AppendSection(body, kSources, compiled.program.sources);
  std::string out(kMagic);
  Append(out, kMajor, 4);
  Append(out, kMinor, 4);
  Append(out, Fingerprint(), 8);
  Append(out, Hash(body), 8);
  return out + body;
}

Result<ir::Compiled> Read(std::string_view bytes) {
  IPDK_ASSIGN(const Parts parts, Split(bytes));
  ir::Compiled out;
  IPDK_RETURN_IF_ERROR(Decode(parts.schema, "schema", out.schema));
  IPDK_RETURN_IF_ERROR(Decode(parts.program, "program", out.program));
  if (!parts.sources.empty())
    IPDK_RETURN_IF_ERROR(Decode(parts.sources, "source map", out.program.sources));
  if (auto status = ir::Verify(out); !status)
    return std::unexpected(
        std::move(status).error().Within("the package holds an invalid program"));
  return out;
}

Result<About> ReadAbout(std::string_view bytes) {
  IPDK_ASSIGN(Parts parts, Split(bytes));
  return std::move(parts.about);
}

}  // namespace ipdk::package
