#include "p4/lower/arch/architecture.h"

namespace ipdk::p4 {

std::unique_ptr<Architecture> FindArchitecture(const BlockTypeDecl& package) {
  using Find = std::unique_ptr<Architecture> (*)(const BlockTypeDecl&);
  for (const Find find : {&FindV1Model, &FindPsa, &FindPna})
    if (auto found = find(package)) return found;
  return nullptr;
}

std::string_view PlannedArchitecture(const BlockTypeDecl& package) {
  return "";
}

}  // namespace ipdk::p4
