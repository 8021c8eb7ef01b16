#include "pipeline/schema/schema.h"

namespace ipdk::schema {

std::string_view MatchKindName(MatchKind kind) {
  switch (kind) {
    case MatchKind::kExact:
      return "exact";
    case MatchKind::kLpm:
      return "lpm";
    case MatchKind::kTernary:
      return "ternary";
    case MatchKind::kRange:
      return "range";
    case MatchKind::kOptional:
      return "optional";
  }
  return "?";
}

}  // namespace ipdk::schema
