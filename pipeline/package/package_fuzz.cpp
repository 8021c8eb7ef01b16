// Three ways to hostile packages: the bytes as a package, the bytes as sections under right
// checksums, and changes to the sections of a good package.
#include <cstdint>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/package/container.h"
#include "pipeline/package/package.h"

namespace {

using namespace ipdk;
using package::SectionKind;

constexpr std::string_view kProgram = R"(
schema "fuzz.p4" "v1model"
action go(9 port)
action drop()
table t size 8
  key lpm 8 hdr.h.kind
  action go
  action drop
  default drop()
  entry (0x10/4) -> go(3) const
register seen (32) size 4
program v1model
  ingress in
  egress out
  errors NoError PacketTooShort
  role EgressSpec spec
header_type h_t
  bit 8 kind
  bit 24 rest
header h_t hdr.h
var 9 spec
var 9 go.port
var 32 count
function in entry start
function out entry send deparses
function sub entry inc
block state start in in on_error leave
  extract hdr.h
  switch (hdr.h.kind, hdr.h.rest)
    case (0x10..0x1f, 0x100 &&& 0x100) -> apply
    case (0x20, _) -> leave
    otherwise apply
block table apply in in
  extern register_read seen (32w3) -> (count)
  lookup t (hdr.h.kind)
    go (go.port) -> act
    drop () -> leave
block action act in in
  set spec = go.port
  call sub then leave
block plain leave in in
  end
block control inc in sub
  branch eq(count, 32w5) ? more : back
block plain more in sub
  set count = add(count, 32w1)
  extern register_write seen (32w3, count)
  jump back
block plain back in sub
  return
block control send in out
  emit hdr.h
  end
)";

const std::vector<package::Section>& Good() {
  static const std::vector<package::Section> kGood = [] {
    auto parsed = ir::ParseText(kProgram);
    const std::string bytes = package::Write(parsed.value());
    if (!package::Read(bytes)) __builtin_trap();
    auto opened = package::Open(bytes);
    return std::vector<package::Section>{{SectionKind::kInfo, std::string(opened->info)},
                                         {SectionKind::kSchema, std::string(opened->schema)},
                                         {SectionKind::kProgram, std::string(opened->program)},
                                         {SectionKind::kSources, std::string(opened->sources)}};
  }();
  return kGood;
}

void Try(std::string_view bytes) {
  (void)package::Peek(bytes);
  auto read = package::Read(bytes);
  if (!read) return;
  (void)ir::Print(*read, {.sources = true});
  auto again = package::Read(package::Write(*read));
  if (!again) __builtin_trap();  // what Read accepts, Write can write
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Try(bytes);
  if (size < 2) return 0;
  std::vector<package::Section> sections = Good();
  sections[1 + data[0] % 3].bytes = bytes.substr(1);
  Try(package::Seal(sections));
  sections = Good();
  // Steps of four bytes: section, what to do, where, a value.
  for (size_t i = 0; i + 4 <= size; i += 4) {
    std::string& section = sections[1 + data[i] % 3].bytes;
    const size_t at = section.empty() ? 0 : (data[i] / 3 * 256 + data[i + 2]) % section.size();
    const auto value = static_cast<char>(data[i + 3]);
    switch (data[i + 1] % 4) {
      case 0:
        if (!section.empty()) section[at] = value;
        break;
      case 1:
        section.insert(at, 1, value);
        break;
      case 2:
        if (!section.empty()) section.erase(at, 1);
        break;
      case 3:
        if (!section.empty()) section.insert(at, section.substr(at, data[i + 3]));
        break;
    }
  }
  Try(package::Seal(sections));
  return 0;
}
