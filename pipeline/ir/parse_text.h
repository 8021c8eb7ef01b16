#pragma once
// Reads the text form that pipeline/ir/print.h writes. Comments run from # to the end of a line;
// names may be used before they are declared. The result is not verified: call Verify
// (pipeline/ir/verify.h).

#include <string_view>

#include "base/result.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::ir {

Result<Compiled> ParseText(std::string_view text);

}  // namespace ipdk::ir
