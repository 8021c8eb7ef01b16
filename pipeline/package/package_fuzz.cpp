// Any bytes are a verified program or an error. The hash in front would keep a fuzzer out, so it is
// made right first.
#include <cstdint>
#include <cstring>

#include "pipeline/ir/print.h"
#include "pipeline/package/package.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)ipdk::package::Read(bytes);
  static const std::string kHead = ipdk::package::Write({}).substr(0, 24);
  if (size < 32) return 0;
  bytes.replace(0, 24, kHead);
  const uint64_t hash = ipdk::package::Hash(std::string_view(bytes).substr(32));
  for (int i = 0; i < 8; ++i)
    bytes[24 + static_cast<size_t>(i)] = static_cast<char>(hash >> (8 * i));
  if (auto compiled = ipdk::package::Read(bytes)) {
    (void)ipdk::ir::Print(*compiled);
    if (!ipdk::package::Read(ipdk::package::Write(*compiled))) __builtin_trap();
  }
  return 0;
}
