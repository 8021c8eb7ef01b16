#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

std::string_view DropText(Drop reason) {
  static constexpr std::string_view kTexts[] = {
#define IPDK_DROP(name, text) text,
#include "targets/cpu/traffic/drop_reasons.def"
#undef IPDK_DROP
  };
  return reason < Drop::kCount ? kTexts[static_cast<size_t>(reason)] : "";
}

}  // namespace ipdk::cpu
