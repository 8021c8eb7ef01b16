#include "p4/lex/literal.h"

#include <fmt/core.h>

namespace ipdk::p4 {
namespace {

// Decimal digits beyond this take seconds to convert.
constexpr size_t kMaxDigits = 100'000;

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

}  // namespace

std::optional<Number> ParseNumber(std::string_view text, std::string& why) {
  Number number;
  size_t mark = text.find_first_not_of("0123456789");
  if (mark != std::string_view::npos && mark > 0 && (text[mark] == 'w' || text[mark] == 's')) {
    number.has_width = true;
    number.is_signed = text[mark] == 's';
    uint64_t width = 0;
    for (char c : text.substr(0, mark)) {
      width = width * 10 + static_cast<uint64_t>(c - '0');
      if (width > UINT32_MAX) {
        why = fmt::format("the width {} is too large, at most {} is possible",
                          text.substr(0, std::min<size_t>(mark, 40)), UINT32_MAX);
        return std::nullopt;
      }
    }
    number.width = static_cast<uint32_t>(width);
    text.remove_prefix(mark + 1);
  }
  int base = 10;
  if (text.size() >= 2 && text[0] == '0') {
    switch (text[1]) {
      case 'x':
      case 'X':
        base = 16;
        break;
      case 'd':
      case 'D':
        base = 10;
        break;
      case 'o':
      case 'O':
        base = 8;
        break;
      case 'b':
      case 'B':
        base = 2;
        break;
      default:
        base = 0;
    }
    if (base != 0) {
      text.remove_prefix(2);
    } else {
      base = 10;
    }
  }
  std::string digits;
  for (char c : text) {
    if (c == '_') continue;
    if (DigitValue(c) >= base) {
      why = fmt::format("'{}' is not a digit in base {}", c, base);
      return std::nullopt;
    }
    digits += c;
  }
  if (digits.empty()) {
    why = "it has no digits";
    return std::nullopt;
  }
  if (digits.size() > kMaxDigits) {
    why = fmt::format("it has {} digits, at most {} are possible", digits.size(), kMaxDigits);
    return std::nullopt;
  }
  number.value.set_str(digits, base);
  return number;
}

std::string UnescapeString(std::string_view text) {
  if (text.starts_with('"')) text.remove_prefix(1);
  if (text.ends_with('"')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case '"':
        out += '"';
        break;
      case '\\':
        out += '\\';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      default:
        out += '\\';
        out += text[i];
    }
  }
  return out;
}

}  // namespace ipdk::p4
