#include "p4/lex/lexer.h"

#include <algorithm>
#include <array>

namespace ipdk::p4 {
namespace {

enum : uint8_t { kSpace = 1, kWordStart = 2, kDigit = 4 };

constexpr auto kClass = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned char c : {' ', '\t', '\r', '\v', '\f'}) table[c] = kSpace;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = kWordStart;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = kWordStart;
  table['_'] = kWordStart;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = kDigit;
  return table;
}();

uint8_t ClassOf(char c) { return kClass[static_cast<unsigned char>(c)]; }

}  // namespace

Lexer::Lexer(std::string_view text, uint32_t begin, Diagnostics& diagnostics)
    : text_(text), begin_(begin), diagnostics_(diagnostics) {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
}

void Lexer::SkipBlockComment() {
  size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) {
    diagnostics_.Report(DiagnosticKind::kUnterminatedComment, Span{location(), location() + 2},
                        "this comment has no end: '*/' is missing");
    at_ = text_.size();
    return;
  }
  if (!stop_at_line_end_ && text_.substr(at_, end - at_).find('\n') != std::string_view::npos)
    flags_ |= Token::kLineStart;
  at_ = end + 2;
}

bool Lexer::SkipSpace() {
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (ClassOf(c) & kSpace) {
      ++at_;
      flags_ |= Token::kSpaceBefore;
    } else if (c == '\n') {
      if (stop_at_line_end_) return false;
      ++at_;
      flags_ |= Token::kLineStart | Token::kSpaceBefore;
    } else if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '/') {
      size_t end = text_.find('\n', at_);
      at_ = end == std::string_view::npos ? text_.size() : end;
    } else if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '*') {
      flags_ |= Token::kSpaceBefore;
      SkipBlockComment();
    } else if (c == '\\') {
      std::string_view rest = text_.substr(at_ + 1, 2);
      if (rest.starts_with('\n')) {
        at_ += 2;
      } else if (rest == "\r\n") {
        at_ += 3;
      } else {
        return true;
      }
      flags_ |= Token::kSpaceBefore;
    } else {
      return true;
    }
  }
  return !stop_at_line_end_;
}

Token Lexer::Make(TokenKind kind, size_t from) {
  Token token;
  token.kind = kind;
  token.flags = flags_;
  token.span = Span{begin_ + static_cast<uint32_t>(from), begin_ + static_cast<uint32_t>(at_)};
  token.text = text_.substr(from, at_ - from);
  flags_ = 0;
  return token;
}

Token Lexer::LexString(size_t from) {
  for (at_ = from + 1; at_ < text_.size(); ++at_) {
    char c = text_[at_];
    if (c == '"') {
      ++at_;
      return Make(TokenKind::kString, from);
    }
    if (c == '\n' && stop_at_line_end_) break;
    if (c == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] != '\n' || !stop_at_line_end_))
      ++at_;
  }
  diagnostics_.Report(
      DiagnosticKind::kUnterminatedString,
      Span{begin_ + static_cast<uint32_t>(from), begin_ + static_cast<uint32_t>(from) + 1},
      "this string has no end: '\"' is missing");
  at_ = std::min(text_.find('\n', from), text_.size());
  return Make(TokenKind::kString, from);
}

TokenKind Lexer::Punctuation() {
  auto at = [&](size_t ahead) { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; };
  auto take = [&](size_t length, TokenKind kind) {
    at_ += length;
    return kind;
  };
  char next = at(1);
  switch (text_[at_]) {
    case '(':
      return take(1, TokenKind::kLeftParen);
    case ')':
      return take(1, TokenKind::kRightParen);
    case '[':
      return take(1, TokenKind::kLeftBracket);
    case ']':
      return take(1, TokenKind::kRightBracket);
    case '{':
      if (next == '#' && at(2) == '}') return take(3, TokenKind::kInvalid);
      return take(1, TokenKind::kLeftBrace);
    case '}':
      return take(1, TokenKind::kRightBrace);
    case ';':
      return take(1, TokenKind::kSemicolon);
    case ',':
      return take(1, TokenKind::kComma);
    case ':':
      return take(1, TokenKind::kColon);
    case '?':
      return take(1, TokenKind::kQuestion);
    case '@':
      return take(1, TokenKind::kAt);
    case '#':
      return next == '#' ? take(2, TokenKind::kHashHash) : take(1, TokenKind::kHash);
    case '.':
      if (next == '.')
        return at(2) == '.' ? take(3, TokenKind::kDots) : take(2, TokenKind::kDotDot);
      return take(1, TokenKind::kDot);
    case '+':
      if (next == '+') return take(2, TokenKind::kPlusPlus);
      if (next == '=') return take(2, TokenKind::kAssignPlus);
      if (next == ':') return take(2, TokenKind::kPlusColon);
      return take(1, TokenKind::kPlus);
    case '-':
      return next == '=' ? take(2, TokenKind::kAssignMinus) : take(1, TokenKind::kMinus);
    case '*':
      return next == '=' ? take(2, TokenKind::kAssignStar) : take(1, TokenKind::kStar);
    case '/':
      return next == '=' ? take(2, TokenKind::kAssignSlash) : take(1, TokenKind::kSlash);
    case '%':
      return next == '=' ? take(2, TokenKind::kAssignPercent) : take(1, TokenKind::kPercent);
    case '~':
      return take(1, TokenKind::kTilde);
    case '^':
      return next == '=' ? take(2, TokenKind::kAssignCaret) : take(1, TokenKind::kCaret);
    case '!':
      return next == '=' ? take(2, TokenKind::kNotEqual) : take(1, TokenKind::kNot);
    case '=':
      return next == '=' ? take(2, TokenKind::kEqualEqual) : take(1, TokenKind::kAssign);
    case '<':
      if (next == '<') {
        return at(2) == '=' ? take(3, TokenKind::kAssignShiftLeft) : take(2, TokenKind::kShiftLeft);
      }
      return next == '=' ? take(2, TokenKind::kLessEqual) : take(1, TokenKind::kLess);
    case '>':
      return next == '=' ? take(2, TokenKind::kGreaterEqual) : take(1, TokenKind::kGreater);
    case '&':
      if (next == '&')
        return at(2) == '&' ? take(3, TokenKind::kMask) : take(2, TokenKind::kAmpAmp);
      return next == '=' ? take(2, TokenKind::kAssignAmp) : take(1, TokenKind::kAmp);
    case '|':
      if (next == '|') return take(2, TokenKind::kPipePipe);
      if ((next == '+' || next == '-') && at(2) == '|') {
        bool plus = next == '+';
        if (at(3) == '=')
          return take(4, plus ? TokenKind::kAssignPlusSat : TokenKind::kAssignMinusSat);
        return take(3, plus ? TokenKind::kPlusSat : TokenKind::kMinusSat);
      }
      return next == '=' ? take(2, TokenKind::kAssignPipe) : take(1, TokenKind::kPipe);
    default: {
      // A multi-byte UTF-8 character is one token.
      ++at_;
      while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
      return TokenKind::kUnexpected;
    }
  }
}

Token Lexer::Next() {
  if (!SkipSpace() || at_ >= text_.size()) {
    uint8_t flags = flags_;
    Token end = Make(TokenKind::kEnd, at_);
    flags_ = flags;
    return end;
  }
  size_t from = at_;
  uint8_t c = ClassOf(text_[at_]);
  if (c & (kWordStart | kDigit)) {
    while (at_ < text_.size() && (ClassOf(text_[at_]) & (kWordStart | kDigit))) ++at_;
    if (c & kDigit) return Make(TokenKind::kInteger, from);
    return Make(ClassifyWord(text_.substr(from, at_ - from)), from);
  }
  if (text_[at_] == '"') return LexString(from);
  TokenKind kind = Punctuation();
  return Make(kind, from);
}

std::vector<Token> Lexer::RestOfLine() {
  std::vector<Token> tokens;
  stop_at_line_end_ = true;
  for (Token token = Next(); token.kind != TokenKind::kEnd; token = Next()) tokens.push_back(token);
  stop_at_line_end_ = false;
  return tokens;
}

std::string_view Lexer::RawRestOfLine() {
  size_t from = at_;
  while (at_ < text_.size() && text_[at_] != '\n') {
    if (text_[at_] == '\\' && text_.substr(at_ + 1, 1) == "\n") ++at_;
    ++at_;
  }
  std::string_view line = text_.substr(from, at_ - from);
  while (!line.empty() && (ClassOf(line.front()) & kSpace)) line.remove_prefix(1);
  while (!line.empty() && (ClassOf(line.back()) & kSpace)) line.remove_suffix(1);
  return line;
}

bool Lexer::SkipToDirective(Token& hash) {
  // We are somewhere in a line, after its directive or at the begin of the text.
  bool line_start = at_ == 0 || text_[at_ - 1] == '\n';
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == '\n') {
      line_start = true;
      ++at_;
    } else if (ClassOf(c) & kSpace) {
      ++at_;
    } else if (c == '/' && text_.substr(at_, 2) == "/*") {
      SkipBlockComment();
    } else if (c == '/' && text_.substr(at_, 2) == "//") {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '#' && line_start) {
      size_t from = at_++;
      flags_ = Token::kLineStart;
      hash = Make(TokenKind::kHash, from);
      return true;
    } else if (c == '"') {
      // A string on one line hides comment signs; one that does not end hides nothing.
      size_t end = at_ + 1;
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\n')
        end += text_[end] == '\\' ? 2 : 1;
      at_ = end < text_.size() && text_[end] == '"' ? end + 1 : at_ + 1;
      line_start = false;
    } else {
      if (c == '\\' && text_.substr(at_ + 1, 1) == "\n") ++at_;
      line_start = false;
      ++at_;
    }
  }
  at_ = text_.size();
  flags_ = Token::kLineStart;
  return false;
}

}  // namespace ipdk::p4
