#include "pipeline/ir/lines.h"

#include <array>

namespace ipdk::ir {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWordStart(char c) { return IsAlpha(c) || c == '$'; }

constexpr std::array<std::string_view, 4> kLong = {"&&&", "->", "..", ":="};

// Reads the token at `i` and moves past it.
Result<Token> Next(std::string_view s, size_t& i, uint32_t line) {
  Token token;
  const char c = s[i];
  if (IsWordStart(c)) {
    size_t end = i + 1;
    while (end < s.size()) {
      if (IsWordStart(s[end]) || IsDigit(s[end]) || s[end] == '\'' ||
          (s[end] == '.' && end + 1 < s.size() && s[end + 1] != '.')) {
        ++end;
      } else if (s[end] == '[') {
        size_t close = end + 1;
        while (close < s.size() && IsDigit(s[close])) ++close;
        if (close == end + 1 || close >= s.size() || s[close] != ']') break;
        end = close + 1;
      } else {
        break;
      }
    }
    token.kind = Token::Kind::kWord;
    token.text = s.substr(i, end - i);
    i = end;
    return token;
  }
  if (IsDigit(c)) {
    auto run = [&](size_t from) {
      size_t end = from;
      while (end < s.size() && (IsDigit(s[end]) || IsAlpha(s[end]))) ++end;
      return end;
    };
    const size_t end = run(i);
    const std::string_view all = s.substr(i, end - i);
    const size_t w = all.find('w');
    std::optional<Integer> value =
        ParseInteger(all.substr(w == std::string_view::npos ? 0 : w + 1));
    token.kind = Token::Kind::kNumber;
    if (w != std::string_view::npos) {
      std::optional<Integer> width = ParseInteger(all.substr(0, w));
      if (!width || *width < 1 || *width > UINT32_MAX)
        value.reset();
      else
        token.width = static_cast<uint32_t>(width->get_ui());
      token.kind = Token::Kind::kTyped;
    }
    if (!value) return InvalidArgument("line {}: '{}' is not a number", line, all);
    token.text = all;
    token.number = *value;
    i = end;
    return token;
  }
  if (c == '"') {
    token.kind = Token::Kind::kString;
    for (++i; i < s.size() && s[i] != '"'; ++i) {
      if (s[i] == '\\' && i + 1 < s.size()) {
        ++i;
        if (s[i] == 'x' && i + 2 < s.size()) {
          auto byte = FromHex(s.substr(i + 1, 2));
          if (!byte) return InvalidArgument("line {}: wrong escape in a string", line);
          token.text += *byte;
          i += 2;
          continue;
        }
        token.text += s[i] == 'n' ? '\n' : s[i];
        continue;
      }
      token.text += s[i];
    }
    if (i >= s.size()) return InvalidArgument("line {}: a string is not closed", line);
    ++i;
    return token;
  }
  token.kind = Token::Kind::kPunct;
  token.text = s.substr(i, 1);
  for (std::string_view punct : kLong)
    if (s.substr(i, punct.size()) == punct) token.text = punct;
  i += token.text.size();
  return token;
}

}  // namespace

Result<std::vector<Line>> Lex(std::string_view text) {
  std::vector<Line> out;
  uint32_t number = 0;
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    std::string_view row = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    ++number;
    Line line;
    line.number = number;
    line.indented = !row.empty() && (row[0] == ' ' || row[0] == '\t');
    size_t i = 0;
    while (i < row.size()) {
      if (row[i] == ' ' || row[i] == '\t' || row[i] == '\r') {
        ++i;
        continue;
      }
      if (row[i] == '#') break;
      IPDK_ASSIGN(Token token, Next(row, i, number));
      line.tokens.push_back(std::move(token));
    }
    if (!line.tokens.empty()) out.push_back(std::move(line));
  }
  return out;
}

const Token& LineReader::Peek(size_t ahead) const {
  static const Token kEnd;
  return at_ + ahead < line_.tokens.size() ? line_.tokens[at_ + ahead] : kEnd;
}

bool LineReader::IsWord(std::string_view word, size_t ahead) const {
  return Peek(ahead).kind == Token::Kind::kWord && Peek(ahead).text == word;
}
bool LineReader::IsPunct(std::string_view punct, size_t ahead) const {
  return Peek(ahead).kind == Token::Kind::kPunct && Peek(ahead).text == punct;
}
bool LineReader::TakeWord(std::string_view word) {
  const bool is = IsWord(word);
  at_ += is;
  return is;
}
bool LineReader::TakePunct(std::string_view punct) {
  const bool is = IsPunct(punct);
  at_ += is;
  return is;
}

Result<std::string> LineReader::Word(const char* what) {
  const Token& token = Peek();
  if (token.kind != Token::Kind::kWord && token.kind != Token::Kind::kString) return Wanted(what);
  Skip();
  return token.text;
}

Result<Integer> LineReader::Number(const char* what) {
  const Token& token = Peek();
  if (token.kind != Token::Kind::kNumber) return Wanted(what);
  Skip();
  return token.number;
}

Result<uint32_t> LineReader::Number32(const char* what) {
  IPDK_ASSIGN(const Integer value, Number(what));
  if (value > UINT32_MAX) return Wrong("{} is larger than 32 bits", what);
  return static_cast<uint32_t>(value.get_ui());
}

Result<uint64_t> LineReader::Number64(const char* what) {
  IPDK_ASSIGN(const Integer value, Number(what));
  if (!FitsU64(value)) return Wrong("{} is larger than 64 bits", what);
  return ToU64(value);
}

Status LineReader::Expect(std::string_view punct) {
  if (!TakePunct(punct)) return Wanted(fmt::format("'{}'", punct));
  return {};
}
Status LineReader::ExpectWord(std::string_view word) {
  if (!TakeWord(word)) return Wanted(fmt::format("'{}'", word));
  return {};
}
Status LineReader::ExpectEnd() {
  if (!AtEnd()) return Wanted("the end of the line");
  return {};
}

std::unexpected<Error> LineReader::Wanted(std::string_view what) const {
  return Wrong("expected {}, found {}", what,
               AtEnd() ? "the end of the line" : "'" + Peek().text + "'");
}

}  // namespace ipdk::ir
