#include "p4/lex/token.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace ipdk::p4 {
namespace {

struct Row {
  std::string_view description;
  std::string_view keyword;  // "" if it is none
  bool soft;
};

constexpr auto kRows = std::to_array<Row>({
#define IPDK_TOKEN(Name, description) {description, "", false},
#define IPDK_KEYWORD(Name, text) {"'" text "'", text, false},
#define IPDK_SOFT_KEYWORD(Name, text) {"'" text "'", text, true},
#include "p4/lex/token_kinds.def"
#undef IPDK_TOKEN
#undef IPDK_KEYWORD
#undef IPDK_SOFT_KEYWORD
});

const Row& Get(TokenKind kind) { return kRows[static_cast<size_t>(kind)]; }

// A perfect hash is not needed: the table is twice sparse and words are short.
constexpr size_t kSlots = 256;
constexpr size_t Hash(std::string_view word) {
  size_t h = word.size() * 7 + static_cast<unsigned char>(word.front()) * 31 +
             static_cast<unsigned char>(word.back()) * 3;
  if (word.size() > 2) h += static_cast<unsigned char>(word[2]) * 11;
  return h % kSlots;
}

constexpr auto kKeywordSlots = [] {
  std::array<uint8_t, kSlots> slots{};
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].keyword.empty()) continue;
    size_t at = Hash(kRows[i].keyword);
    while (slots[at] != 0) at = (at + 1) % kSlots;
    slots[at] = static_cast<uint8_t>(i);
  }
  return slots;
}();

}  // namespace

std::string_view TokenDescription(TokenKind kind) { return Get(kind).description; }
bool IsKeyword(TokenKind kind) { return !Get(kind).keyword.empty(); }
bool IsSoftKeyword(TokenKind kind) { return Get(kind).soft; }

TokenKind ClassifyWord(std::string_view word) {
  if (word.empty() || word.size() > 12) return TokenKind::kIdentifier;
  for (size_t at = Hash(word); kKeywordSlots[at] != 0; at = (at + 1) % kSlots)
    if (kRows[kKeywordSlots[at]].keyword == word) return static_cast<TokenKind>(kKeywordSlots[at]);
  return TokenKind::kIdentifier;
}

}  // namespace ipdk::p4
