#include "targets/cpu/ports/port.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/integer.h"

namespace ipdk::cpu {

Result<uint64_t> NumberOption(const tdi::PortSpec& spec, const std::string& name, uint64_t absent,
                              uint64_t low, uint64_t high) {
  auto found = spec.options.find(name);
  if (found == spec.options.end()) return absent;
  auto value = ParseInteger(found->second);
  if (!value || *value < 0 || !FitsU64(*value) || ToU64(*value) < low || ToU64(*value) > high)
    return InvalidArgument("port '{}': option {}='{}' must be a number from {} to {}", spec.name,
                           name, found->second, low, high);
  return ToU64(*value);
}

Status CheckOptions(const tdi::PortSpec& spec, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : spec.options) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (known.size() == 0)
      return InvalidArgument("port '{}': kind '{}' has no options, got {}='{}'", spec.name,
                             spec.kind, name, value);
    return InvalidArgument("port '{}': kind '{}' has no option '{}'; its options are {}", spec.name,
                           spec.kind, name, fmt::join(known, ", "));
  }
  return {};
}

}  // namespace ipdk::cpu
