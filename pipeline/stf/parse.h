#pragma once
// Reads an STF file. A statement is a line that starts with a keyword (in any case) and, except for
// packet and expect, the following lines that do not. Untrusted text: any input gives statements or
// an error that names the line.

#include <string_view>

#include "base/result.h"
#include "pipeline/stf/statement.h"

namespace ipdk::stf {

Result<File> Parse(std::string_view text);

}  // namespace ipdk::stf
