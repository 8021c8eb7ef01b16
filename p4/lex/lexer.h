#pragma once
// One file's text as tokens. The lexer serves the preprocessor, so it knows lines: it marks the
// first token of each, can read the rest of one as tokens or as text, and can skip to the next
// directive without looking at what stands between (which need not be P4).
//
// A character that P4 does not use becomes a kUnexpected token, not an error: it may stand in text
// that is skipped or in an annotation. Comments and strings that do not end are reported here.

#include <cstddef>
#include <string_view>
#include <vector>

#include "p4/lex/token.h"
#include "p4/source/diagnostics.h"
#include "p4/source/source.h"

namespace ipdk::p4 {

class Lexer {
 public:
  // `begin` is the location of the text's first byte. REQUIRES: text and diagnostics outlive this.
  Lexer(std::string_view text, uint32_t begin, Diagnostics& diagnostics);

  // The next token; kEnd at the end of the text, again and again.
  Token Next();

  // The tokens up to the end of the line, for directives. The end itself is not consumed.
  std::vector<Token> RestOfLine();
  // The same as text, with the lines that a backslash joins, without white space around it.
  std::string_view RawRestOfLine();

  // Goes to the next '#' that is first on its line and returns it; false at the end of the text.
  bool SkipToDirective(Token& hash);

  // The location of the next byte to be read.
  uint32_t location() const { return begin_ + static_cast<uint32_t>(at_); }
  size_t position() const { return at_; }
  // Goes back to an earlier position() on the same line.
  void Seek(size_t position) { at_ = position; }

 private:
  // Skips white space and comments; false if a line's end was met while lines matter.
  bool SkipSpace();
  void SkipBlockComment();
  Token Make(TokenKind kind, size_t from);
  Token LexString(size_t from);
  TokenKind Punctuation();

  std::string_view text_;
  uint32_t begin_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  uint8_t flags_ = Token::kLineStart;
  bool stop_at_line_end_ = false;
};

}  // namespace ipdk::p4
