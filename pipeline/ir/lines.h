#pragma once
// The lexer of the text form: lines of tokens, and a reader that walks one line and says what it
// expected where. Private to the parser.

#include <string>
#include <string_view>
#include <vector>

#include "base/integer.h"
#include "base/result.h"

namespace ipdk::ir {

struct Token {
  enum class Kind : uint8_t { kWord, kString, kNumber, kTyped, kPunct, kEnd } kind = Kind::kEnd;
  std::string text;    // the word, the string's value, or the punctuation
  Integer number;      // kNumber, kTyped
  uint32_t width = 0;  // kTyped: 8w5
};

struct Line {
  uint32_t number = 0;  // from 1
  bool indented = false;
  std::vector<Token> tokens;
};

// Without comments (from # to the end of the line) and blank lines.
Result<std::vector<Line>> Lex(std::string_view text);

class LineReader {
 public:
  explicit LineReader(const Line& line) : line_(line) {}

  const Token& Peek(size_t ahead = 0) const;
  bool AtEnd() const { return at_ >= line_.tokens.size(); }
  bool IsWord(std::string_view word, size_t ahead = 0) const;
  bool IsPunct(std::string_view punct, size_t ahead = 0) const;
  void Skip() { ++at_; }
  bool TakeWord(std::string_view word);
  bool TakePunct(std::string_view punct);

  Result<std::string> Word(const char* what);  // a word or a string
  Result<Integer> Number(const char* what);
  Result<uint32_t> Number32(const char* what);
  Result<uint64_t> Number64(const char* what);
  Status Expect(std::string_view punct);
  Status ExpectWord(std::string_view word);
  Status ExpectEnd();

  std::unexpected<Error> Wanted(std::string_view what) const;
  template <typename... Args>
  std::unexpected<Error> Wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return InvalidArgument("line {}: {}", line_.number,
                           fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  const Line& line_;
  size_t at_ = 0;
};

}  // namespace ipdk::ir
