#include "pipeline/stf/parse.h"

#include <algorithm>

namespace ipdk::stf {
namespace {

using Kind = Statement::Kind;

constexpr std::string_view kKeywords[] = {
#define IPDK_STF(name, text) text,
#include "pipeline/stf/statements.def"
#undef IPDK_STF
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f'); }
bool IsNameStart(char c) { return (Lower(c) >= 'a' && Lower(c) <= 'z') || c == '_' || c == '$'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view WithoutComment(std::string_view text) { return text.substr(0, text.find('#')); }

// The keyword that the line starts with.
std::optional<Kind> KeywordOf(std::string_view line, size_t* length) {
  if (line.empty() || !IsNameStart(line[0])) return std::nullopt;
  size_t end = 1;
  while (end < line.size() && (IsNameStart(line[end]) || IsDigit(line[end]))) ++end;
  std::string word;
  for (char c : line.substr(0, end)) word += Lower(c);
  for (size_t i = 0; i < std::size(kKeywords); ++i)
    if (kKeywords[i] == word) {
      *length = end;
      return static_cast<Kind>(i);
    }
  return std::nullopt;
}

struct Token {
  enum class Type : uint8_t { kName, kNumber, kOperator, kEnd } type = Type::kEnd;
  std::string text;
  Number number;
};

// The tokens of one statement, and a reader of them.
class Reader {
 public:
  Reader(std::string_view text, uint32_t line) : line_(line) { text_ = text; }

  Status Lex() {
    size_t i = 0;
    while (i < text_.size()) {
      if (IsSpace(text_[i])) {
        ++i;
      } else if (text_[i] == '#') {
        while (i < text_.size() && text_[i] != '\n') ++i;
      } else {
        IPDK_RETURN_IF_ERROR(LexOne(i));
      }
    }
    return {};
  }

  const Token& Peek(size_t ahead = 0) const {
    static const Token kEnd;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kEnd;
  }
  bool Is(std::string_view op, size_t ahead = 0) const {
    return Peek(ahead).type == Token::Type::kOperator && Peek(ahead).text == op;
  }
  bool IsName() const { return Peek().type == Token::Type::kName; }
  bool IsNumber() const { return Peek().type == Token::Type::kNumber; }
  bool TakeIf(std::string_view op) {
    const bool is = Is(op);
    at_ += is;
    return is;
  }

  Status Expect(std::string_view op) {
    if (!TakeIf(op)) return Wanted(fmt::format("'{}'", op));
    return {};
  }
  Status End() {
    if (at_ < tokens_.size()) return Wanted("the end of the statement");
    return {};
  }
  Result<std::string> Name(const char* what) {
    if (!IsName()) return Wanted(what);
    return tokens_[at_++].text;
  }
  // name [ "[" number "]" ] { "." name }, an index allowed after each part
  Result<std::string> QualifiedName(const char* what) {
    IPDK_ASSIGN(std::string out, Name(what));
    while (true) {
      if (Is("[") && Peek(1).type == Token::Type::kNumber && Is("]", 2)) {
        out += "[" + Peek(1).number.text() + "]";
        at_ += 3;
      } else if (Is(".") && Peek(1).type == Token::Type::kName) {
        out += "." + Peek(1).text;
        at_ += 2;
      } else {
        return out;
      }
    }
  }
  Result<Number> Take(const char* what) {
    if (!IsNumber()) return Wanted(what);
    return tokens_[at_++].number;
  }
  Result<Integer> Value(const char* what) {
    IPDK_ASSIGN(const Number number, Take(what));
    if (number.has_stars()) return Wrong("{} may not have '*': {}", what, number.text());
    return number.value();
  }
  Result<uint32_t> Small(const char* what) {
    IPDK_ASSIGN(const Integer value, Value(what));
    if (value > UINT32_MAX) return Wrong("{} is larger than 32 bits: {}", what, value.get_str());
    return static_cast<uint32_t>(value.get_ui());
  }

  std::unexpected<Error> Wanted(std::string_view what) const {
    return Wrong("expected {}, found {}", what,
                 at_ < tokens_.size() ? "'" + tokens_[at_].text + "'" : "the end of the statement");
  }
  template <typename... Args>
  std::unexpected<Error> Wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return InvalidArgument("line {}: {}", line_, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  Status LexOne(size_t& i) {
    const char c = text_[i];
    Token token;
    if (IsNameStart(c)) {
      size_t end = i + 1;
      while (end < text_.size() && (IsNameStart(text_[end]) || IsDigit(text_[end]))) ++end;
      token.type = Token::Type::kName;
      token.text = text_.substr(i, end - i);
      i = end;
    } else if (c == '"') {
      const size_t end = text_.find_first_of("\"\n", i + 1);
      if (end == std::string_view::npos || text_[end] == '\n' || end == i + 1)
        return Wrong("a quoted name is empty or not closed");
      token.type = Token::Type::kName;
      token.text = text_.substr(i + 1, end - i - 1);
      i = end + 1;
    } else if (IsDigit(c)) {
      LexNumber(i, token);
    } else {
      static constexpr std::string_view kOperators[] = {
          "&&&", "..", "==", "!=", "<=", ">=", "<", ">", "=",
          ":",   ",",  ".",  "(",  ")",  "[",  "]", "/"};
      for (std::string_view op : kOperators)
        if (token.text.empty() && text_.substr(i, op.size()) == op) token.text = op;
      if (token.text.empty())
        return Wrong("character 0x{:02x} means nothing here", static_cast<uint8_t>(c));
      token.type = Token::Type::kOperator;
      i += token.text.size();
    }
    tokens_.push_back(std::move(token));
    return {};
  }

  void LexNumber(size_t& i, Token& token) {
    token.type = Token::Type::kNumber;
    const char kind = i + 1 < text_.size() && text_[i] == '0' ? Lower(text_[i + 1]) : '\0';
    auto fits = [&](char c) {
      return kind == 'x'   ? IsHex(c) || c == '*'
             : kind == 'b' ? c == '0' || c == '1' || c == '*'
                           : IsDigit(c);
    };
    size_t start = i;
    if ((kind == 'x' || kind == 'b') && i + 2 < text_.size() && fits(text_[i + 2])) {
      token.number.base = kind == 'x' ? Number::Base::kHex : Number::Base::kBinary;
      start = i + 2;
    }
    const bool decimal = start == i;
    size_t end = start;
    while (end < text_.size() && (decimal ? IsDigit(text_[end]) : fits(text_[end]))) ++end;
    for (char c : text_.substr(start, end - start)) token.number.digits += Lower(c);
    token.text = text_.substr(i, end - i);
    i = end;
  }

  std::string_view text_;
  const uint32_t line_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

Result<ActionText> TakeAction(Reader& in) {
  ActionText out;
  IPDK_ASSIGN(out.name, in.QualifiedName("an action"));
  IPDK_RETURN_IF_ERROR(in.Expect("("));
  if (in.TakeIf(")")) return out;
  do {
    IPDK_ASSIGN(std::string name, in.Name("an argument's name"));
    IPDK_RETURN_IF_ERROR(in.Expect(":"));
    IPDK_ASSIGN(Number value, in.Take("an argument's value"));
    out.args.emplace_back(std::move(name), std::move(value));
  } while (in.TakeIf(","));
  IPDK_RETURN_IF_ERROR(in.Expect(")"));
  return out;
}

Status TakeAdd(Reader& in, Statement& s) {
  IPDK_ASSIGN(s.object, in.QualifiedName("a table"));
  if (in.IsNumber()) {
    IPDK_ASSIGN(const Integer priority, in.Value("a priority"));
    if (!FitsU64(priority)) return in.Wrong("the priority is larger than 64 bits");
    s.priority = ToU64(priority);
  }
  while (true) {
    // A key is a name before ':'; the action is a name before '('. Both may have dots, so look past
    // them.
    size_t ahead = 0;
    while (in.Peek(ahead).type != Token::Type::kEnd && !in.Is(":", ahead) && !in.Is("(", ahead))
      ++ahead;
    if (!in.Is(":", ahead)) break;
    MatchText match;
    IPDK_ASSIGN(match.key, in.QualifiedName("a key"));
    IPDK_RETURN_IF_ERROR(in.Expect(":"));
    IPDK_ASSIGN(match.value, in.Take("a value"));
    using Form = MatchText::Form;
    match.form = in.TakeIf("/")     ? Form::kPrefix
                 : in.TakeIf("&&&") ? Form::kMask
                 : in.TakeIf("..")  ? Form::kRange
                                    : Form::kValue;
    if (match.form != Form::kValue) {
      IPDK_ASSIGN(match.other, in.Take("a number"));
      if (match.value.has_stars() || match.other.has_stars())
        return in.Wrong("key '{}': '*' does not go with a length, mask or range", match.key);
    }
    s.matches.push_back(std::move(match));
  }
  IPDK_ASSIGN(s.action, TakeAction(in));
  if (in.TakeIf("=")) {
    IPDK_ASSIGN(s.label, in.Name("a label"));
  }
  return {};
}

// rate ":" burst, the rate with a fraction if need be.
Status TakeRates(Reader& in, Statement& s) {
  while (in.IsNumber()) {
    RateText rate;
    IPDK_ASSIGN(const Number whole, in.Take("a rate"));
    // Units per microsecond are a million times as many per second: six digits of the fraction
    // count.
    std::string fraction = "000000";
    if (in.Is(".") && in.Peek(1).type == Token::Type::kNumber) {
      IPDK_RETURN_IF_ERROR(in.Expect("."));
      IPDK_ASSIGN(const Number digits, in.Take("a fraction"));
      if (digits.base != Number::Base::kDecimal) return in.Wrong("a fraction is decimal");
      for (size_t i = 0; i < fraction.size() && i < digits.digits.size(); ++i)
        fraction[i] = digits.digits[i];
    }
    const Integer per_second = whole.value() * 1'000'000 + Integer(fraction, 10);
    IPDK_RETURN_IF_ERROR(in.Expect(":"));
    IPDK_ASSIGN(const Integer burst, in.Value("a burst"));
    if (!FitsU64(per_second) || !FitsU64(burst))
      return in.Wrong("a rate or burst is larger than 64 bits");
    rate.per_second = ToU64(per_second);
    rate.burst = ToU64(burst);
    s.rates.push_back(rate);
  }
  if (s.rates.empty() || s.rates.size() > 2)
    return in.Wrong("one or two rates are wanted, found {}", s.rates.size());
  return {};
}

Status TakeCheckCounter(Reader& in, Statement& s) {
  IPDK_ASSIGN(s.object, in.QualifiedName("a counter"));
  IPDK_RETURN_IF_ERROR(in.Expect("("));
  if (in.IsName()) {
    IPDK_ASSIGN(s.label, in.Name("a label"));
    if (s.label[0] == '$') s.label.erase(0, 1);
  } else {
    IPDK_ASSIGN(Integer index, in.Value("an index"));
    s.numbers.push_back(std::move(index));
  }
  IPDK_RETURN_IF_ERROR(in.Expect(")"));
  if (!in.IsName()) return {};
  IPDK_ASSIGN(const std::string what, in.Name("packets or bytes"));
  std::string lower;
  for (char c : what) lower += Lower(c);
  if (lower != "packets" && lower != "bytes")
    return in.Wrong("'{}' is neither packets nor bytes", what);
  s.checks = true;
  s.bytes = lower == "bytes";
  static constexpr std::string_view kRelations[] = {"==", "!=", "<", "<=", ">", ">="};
  bool found = false;
  for (size_t i = 0; i < std::size(kRelations) && !found; ++i)
    if (in.TakeIf(kRelations[i])) {
      s.relation = static_cast<Relation>(i);
      found = true;
    }
  if (!found) return in.Wanted("one of == != < <= > >=");
  IPDK_ASSIGN(Integer value, in.Value("a number"));
  s.numbers.push_back(std::move(value));
  return {};
}

// How the simple statements look: n numbers, or more if `more`.
struct Shape {
  bool object;  // a name first
  size_t numbers;
  bool more;
};
Shape ShapeOf(Kind kind) {
  switch (kind) {
    case Kind::kMirroringAdd:
    case Kind::kMirroringAddMc:
    case Kind::kNodeAssociate:
      return {false, 2, false};
    case Kind::kMirroringGet:
    case Kind::kMirroringDelete:
    case Kind::kGroupCreate:
      return {false, 1, false};
    case Kind::kNodeCreate:
    case Kind::kNodeUpdate:
      return {false, 2, true};
    case Kind::kRegisterRead:
    case Kind::kCounterRead:
    case Kind::kMeterGetRates:
    case Kind::kMeterSetRates:
      return {true, 1, false};
    case Kind::kRegisterWrite:
      return {true, 2, true};
    case Kind::kRegisterReset:
    case Kind::kMeterArraySetRates:
      return {true, 0, false};
    case Kind::kCounterWrite:
      return {true, 3, false};
    default:
      return {false, 0, false};
  }
}

// "PORT hex hex ..." of packet and expect.
Status TakeData(std::string_view text, Statement& s) {
  text = Trim(WithoutComment(text));
  auto wrong = [&](std::string message) { return InvalidArgument("line {}: {}", s.line, message); };
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0) return wrong("expected a port");
  if (digits < text.size() && !IsSpace(text[digits]) && text[digits] != '*' && text[digits] != '$')
    return wrong("the port must be a decimal number");
  const Integer port(std::string(text.substr(0, digits)), 10);
  if (port > UINT32_MAX)
    return wrong(fmt::format("port {} is larger than 32 bits", port.get_str()));
  s.port = static_cast<uint32_t>(port.get_ui());
  const bool expect = s.kind == Kind::kExpect;
  for (char c : text.substr(digits)) {
    if (IsSpace(c)) continue;
    if (s.exact) return wrong("nothing may follow '$'");
    if (IsHex(c) || (expect && c == '*')) {
      s.nibbles += Lower(c);
    } else if (expect && c == '$') {
      s.exact = true;
    } else {
      return wrong(fmt::format("character 0x{:02x} is not packet data", static_cast<uint8_t>(c)));
    }
  }
  s.any = expect && s.nibbles.empty() && !s.exact;
  if (s.nibbles.size() % 2 != 0)
    return wrong(fmt::format("packet data has an odd number of digits ({})", s.nibbles.size()));
  return {};
}

Result<Statement> ParseOne(Kind kind, uint32_t line, std::string_view body) {
  Statement s;
  s.kind = kind;
  s.line = line;
  if (kind == Kind::kPacket || kind == Kind::kExpect) {
    IPDK_RETURN_IF_ERROR(TakeData(body, s));
    return s;
  }
  Reader in(body, line);
  IPDK_RETURN_IF_ERROR(in.Lex());
  switch (kind) {
    case Kind::kAdd:
      IPDK_RETURN_IF_ERROR(TakeAdd(in, s));
      break;
    case Kind::kSetDefault: {
      IPDK_ASSIGN(s.object, in.QualifiedName("a table"));
      IPDK_ASSIGN(s.action, TakeAction(in));
      break;
    }
    case Kind::kRemove: {
      IPDK_ASSIGN(const std::string what, in.Name("all"));
      if (what != "all" && what != "ALL")
        return in.Wrong("only 'remove all' is known, not '{}'", what);
      break;
    }
    case Kind::kCheckCounter:
      IPDK_RETURN_IF_ERROR(TakeCheckCounter(in, s));
      break;
    default: {
      const Shape shape = ShapeOf(kind);
      if (shape.object) {
        IPDK_ASSIGN(s.object, in.QualifiedName("a name"));
      }
      while (s.numbers.size() < shape.numbers || (shape.more && in.IsNumber())) {
        IPDK_ASSIGN(Integer number, in.Value("a number"));
        s.numbers.push_back(std::move(number));
      }
      if (kind == Kind::kMeterSetRates || kind == Kind::kMeterArraySetRates)
        IPDK_RETURN_IF_ERROR(TakeRates(in, s));
    }
  }
  IPDK_RETURN_IF_ERROR(in.End());
  return s;
}

}  // namespace

Integer Number::value() const {
  const int radix = base == Base::kHex ? 16 : base == Base::kBinary ? 2 : 10;
  std::string plain = digits;
  std::replace(plain.begin(), plain.end(), '*', '0');
  return plain.empty() ? Integer(0) : Integer(plain, radix);
}

std::string Number::text() const {
  return (base == Base::kHex ? "0x" : base == Base::kBinary ? "0b" : "") + digits;
}

Result<File> Parse(std::string_view text) {
  File out;
  uint32_t number = 0;
  std::optional<Kind> open;  // a statement that may go on
  uint32_t open_line = 0;
  std::string body;
  auto close = [&]() -> Status {
    if (!open) return {};
    IPDK_ASSIGN(Statement s, ParseOne(*open, open_line, body));
    out.statements.push_back(std::move(s));
    open.reset();
    return {};
  };
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    const std::string_view row = Trim(WithoutComment(text.substr(0, newline)));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    ++number;
    if (row.empty()) continue;
    size_t length = 0;
    if (const auto kind = KeywordOf(row, &length)) {
      IPDK_RETURN_IF_ERROR(close());
      open = kind;
      open_line = number;
      body = row.substr(length);
      if (*kind == Kind::kPacket || *kind == Kind::kExpect) IPDK_RETURN_IF_ERROR(close());
    } else if (open) {
      body += '\n';
      body += row;
    } else {
      return InvalidArgument("line {}: '{}' does not start with a keyword", number,
                             row.substr(0, row.find_first_of(" \t")));
    }
  }
  IPDK_RETURN_IF_ERROR(close());
  return out;
}

}  // namespace ipdk::stf
