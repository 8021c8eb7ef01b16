#pragma once
// One token of P4: a kind, the text as written, and where it stands. Tokens are small values; their
// text points into a SourceMap. The preprocessor and the parser both work on them: P4 has no
// separate preprocessing tokens.

#include <cstdint>
#include <string_view>

#include "p4/source/source.h"

namespace ipdk::p4 {

enum class TokenKind : uint8_t {
#define IPDK_TOKEN(Name, description) k##Name,
#define IPDK_KEYWORD(Name, text) k##Name,
#define IPDK_SOFT_KEYWORD(Name, text) k##Name,
#include "p4/lex/token_kinds.def"
#undef IPDK_TOKEN
#undef IPDK_KEYWORD
#undef IPDK_SOFT_KEYWORD
};

struct Token {
  enum Flags : uint8_t {
    kLineStart = 1,    // first on its line
    kSpaceBefore = 2,  // white space or a comment stands before it
    kNoExpand = 4,     // a macro's name inside its own expansion; stays a name
    kFromMacro = 8,    // stands where a macro was used; the span is that of the use
  };

  TokenKind kind = TokenKind::kEnd;
  uint8_t flags = 0;
  Span span;
  std::string_view text;

  bool Has(Flags flag) const { return (flags & flag) != 0; }
};

// "';'", "a name", "'apply'": for "expected ..." in messages.
std::string_view TokenDescription(TokenKind kind);
// A keyword, soft ones included.
bool IsKeyword(TokenKind kind);
// A keyword that may also name things: actions, apply, entries, key, list, priority, state, type.
bool IsSoftKeyword(TokenKind kind);
// Identifier or keyword, by its text.
TokenKind ClassifyWord(std::string_view word);

}  // namespace ipdk::p4
