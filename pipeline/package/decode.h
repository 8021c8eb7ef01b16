#pragma once
// The other direction of pipeline/package/encode.h, for bytes of unknown origin. Every number is
// checked for its type's range and every enum for its enumerators; a count never makes memory that
// the bytes behind it do not pay for. Ids are NOT checked: that is the verifiers' work.

#include <string_view>

#include "base/result.h"
#include "pipeline/ir/compiled.h"
#include "pipeline/package/container.h"

namespace ipdk::package {

// Memory that the elements of one package's vectors may take. A package of ordinary size needs a
// few megabytes; one of kMaxBytes made of the smallest elements would need gigabytes.
constexpr uint64_t kMaxMemory = 1ull << 30;

Result<ir::Compiled> Decode(std::string_view schema, std::string_view program,
                            std::string_view sources);

// For the info section: what AppendVarint and AppendString wrote. False: the bytes are not that.
bool TakeVarint(std::string_view& bytes, uint64_t& value);
bool TakeString(std::string_view& bytes, std::string& value);

}  // namespace ipdk::package
