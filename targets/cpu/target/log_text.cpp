#include "targets/cpu/target/log_text.h"

#include "base/integer.h"

namespace ipdk::cpu {

std::string LogText(const RequestSite& site, std::span<const uint8_t> leaves) {
  std::string out;
  size_t next = 0, at = 0;
  for (size_t i = 0; i < site.text.size(); ++i) {
    if (site.text[i] != '{' || i + 1 == site.text.size() || site.text[i + 1] != '}') {
      out += site.text[i];
      continue;
    }
    ++i;
    if (next == site.widths.size()) continue;
    size_t bytes = BytesFor(site.widths[next++]);
    if (at + bytes > leaves.size()) break;
    out += FromBytes(leaves.subspan(at, bytes)).get_str();
    at += bytes;
  }
  return out;
}

}  // namespace ipdk::cpu
