#pragma once
// The values of number and string tokens (P4-16 6.4.3).

#include <optional>
#include <string>
#include <string_view>

#include "base/integer.h"

namespace ipdk::p4 {

struct Number {
  Integer value;
  bool has_width = false;
  bool is_signed = false;
  uint32_t width = 0;
};

// 10, 0xFF, 0d9, 0o17, 0b1_0, 8w255, 4s0b0111. Nothing if the text is none of these; `why` says
// what is wrong then.
std::optional<Number> ParseNumber(std::string_view text, std::string& why);

// The text between the quotes of a string token, with \" \\ \n \r \t replaced.
std::string UnescapeString(std::string_view token_text);

}  // namespace ipdk::p4
