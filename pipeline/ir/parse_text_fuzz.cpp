// Any text either parses or is refused; what parses and verifies prints and reads back as the same
// text.
#include <cstdint>

#include "base/check.h"
#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/print.h"
#include "pipeline/ir/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto parsed = ipdk::ir::ParseText(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed || !ipdk::ir::Verify(*parsed)) return 0;
  const std::string text = ipdk::ir::Print(*parsed, {.schema = true, .sources = true});
  auto again = ipdk::ir::ParseText(text);
  IPDK_CHECK(again.has_value());
  IPDK_CHECK(ipdk::ir::Print(*again, {.schema = true, .sources = true}) == text);
  return 0;
}
