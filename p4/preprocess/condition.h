#pragma once
// The value of an #if or #elif: integer arithmetic as in C, on 64 bits.

#include <optional>
#include <vector>

#include "p4/preprocess/macro.h"

namespace ipdk::p4 {

// Nothing if the expression is wrong, which is reported then at `directive` or at the token.
std::optional<bool> EvaluateCondition(const std::vector<Token>& tokens, Span directive,
                                      MacroTable& macros, Diagnostics& diagnostics);

}  // namespace ipdk::p4
