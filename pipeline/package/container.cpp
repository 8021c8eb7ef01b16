#include "pipeline/package/container.h"

#include <type_traits>

#include "base/check.h"

namespace ipdk::package {
namespace {

constexpr std::string_view kMagic("\x89IPDK\r\n\x1a", 8);
constexpr size_t kHashAt = 16, kHeaderBytes = 24, kSectionBytes = 16;

template <typename T>
void Append(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i));
}

// REQUIRES: the bytes are there.
template <typename T>
T Load(std::string_view bytes, size_t at) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(static_cast<uint8_t>(bytes[at + i])) << (8 * i));
  return value;
}

uint64_t HashAll(std::string_view bytes) {
  return Hash(bytes.substr(kHeaderBytes), Hash(bytes.substr(0, kHashAt)));
}

std::string_view Name(SectionKind kind) {
  switch (kind) {
    case SectionKind::kInfo:
      return "info";
    case SectionKind::kSchema:
      return "schema";
    case SectionKind::kProgram:
      return "program";
    case SectionKind::kSources:
      return "sources";
  }
  return "";
}

}  // namespace

uint64_t Hash(std::string_view bytes, uint64_t start) {
  uint64_t hash = start;
  for (char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

std::string Seal(const std::vector<Section>& sections) {
  std::string out(kMagic);
  Append(out, kMajor);
  Append(out, kMinor);
  size_t total = kHeaderBytes;
  for (const Section& section : sections) total += kSectionBytes + section.bytes.size();
  // The reader refuses it long before that; a length that does not fit must not look like another.
  IPDK_CHECK(total <= UINT32_MAX);
  Append(out, static_cast<uint32_t>(total));
  Append(out, uint64_t{0});
  out.reserve(total);
  for (const Section& section : sections) {
    Append(out, static_cast<uint32_t>(section.kind));
    Append(out, static_cast<uint32_t>(section.bytes.size()));
    Append(out, Hash(section.bytes));
    out += section.bytes;
  }
  std::string hash;
  Append(hash, HashAll(out));
  out.replace(kHashAt, hash.size(), hash);
  return out;
}

Result<Opened> Open(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) {
    if (bytes.empty()) return InvalidArgument("an empty package; write one with ipdk compile");
    return InvalidArgument(
        "not a package: {} bytes that do not start with its mark; write one with ipdk compile",
        bytes.size());
  }
  if (bytes.size() < kHeaderBytes)
    return InvalidArgument("the package is cut: {} bytes, its header alone has {}", bytes.size(),
                           kHeaderBytes);
  Opened out;
  out.major = Load<uint16_t>(bytes, 8);
  out.minor = Load<uint16_t>(bytes, 10);
  if (out.major != kMajor)
    return FailedPrecondition(
        "the package has format version {}.{}, this build reads {}.x; recompile with ipdk compile",
        out.major, out.minor, kMajor);
  if (bytes.size() > kMaxBytes)
    return ResourceExhausted("the package has {} bytes, allowed are {}", bytes.size(), kMaxBytes);
  const uint32_t length = Load<uint32_t>(bytes, 12);
  if (length != bytes.size())
    return InvalidArgument("the package is {}: it was written with {} bytes and has {}",
                           bytes.size() < length ? "cut" : "damaged", length, bytes.size());
  out.hash = Load<uint64_t>(bytes, kHashAt);
  if (const uint64_t found = HashAll(bytes); found != out.hash)
    return InvalidArgument(
        "the package is damaged: its bytes have hash {:016x}, it was written with {:016x}", found,
        out.hash);
  uint32_t seen = 0;
  for (size_t at = kHeaderBytes; at < bytes.size();) {
    if (bytes.size() - at < kSectionBytes)
      return InvalidArgument("the package is damaged: a section's header at byte {} is cut", at);
    const uint32_t kind = Load<uint32_t>(bytes, at);
    const uint32_t size = Load<uint32_t>(bytes, at + 4);
    const uint64_t hash = Load<uint64_t>(bytes, at + 8);
    if (size > bytes.size() - at - kSectionBytes)
      return InvalidArgument(
          "the package is damaged: section {} at byte {} has {} bytes, left are {}", kind, at, size,
          bytes.size() - at - kSectionBytes);
    const std::string_view section = bytes.substr(at + kSectionBytes, size);
    at += kSectionBytes + size;
    std::string_view* place = nullptr;
    switch (static_cast<SectionKind>(kind)) {
      case SectionKind::kInfo:
        place = &out.info;
        break;
      case SectionKind::kSchema:
        place = &out.schema;
        break;
      case SectionKind::kProgram:
        place = &out.program;
        break;
      case SectionKind::kSources:
        place = &out.sources;
        break;
    }
    if (place == nullptr) continue;  // of a later minor version
    const std::string_view name = Name(static_cast<SectionKind>(kind));
    if (seen >> kind & 1) return InvalidArgument("the package has two sections '{}'", name);
    seen |= 1u << kind;
    if (Hash(section) != hash)
      return InvalidArgument(
          "the package is damaged: section '{}' has hash {:016x}, wanted is {:016x}", name,
          Hash(section), hash);
    *place = section;
  }
  for (SectionKind kind :
       {SectionKind::kInfo, SectionKind::kSchema, SectionKind::kProgram, SectionKind::kSources})
    if (!(seen >> static_cast<uint32_t>(kind) & 1))
      return InvalidArgument("the package has no section '{}'", Name(kind));
  return out;
}

}  // namespace ipdk::package
