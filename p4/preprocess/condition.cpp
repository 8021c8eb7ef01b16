#include "p4/preprocess/condition.h"

#include <string>

#include "p4/lex/literal.h"

namespace ipdk::p4 {
namespace {

constexpr int kMaxNesting = 200;

// C's binary operators; a higher level binds tighter. "a > > b" that touch are one shift.
struct Operator {
  int level = 0;
  TokenKind kind = TokenKind::kEnd;
  bool shift_right = false;
};

class Evaluator {
 public:
  Evaluator(const std::vector<Token>& tokens, Span directive, Diagnostics& diagnostics)
      : tokens_(tokens), directive_(directive), diagnostics_(diagnostics) {}

  std::optional<bool> Run() {
    if (tokens_.empty()) {
      Fail(directive_, "this condition is empty");
      return std::nullopt;
    }
    int64_t value = Conditional(0, true);
    if (!failed_ && at_ < tokens_.size())
      Fail(tokens_[at_].span,
           fmt::format("'{}' is left over after the condition", tokens_[at_].text));
    if (failed_) return std::nullopt;
    return value != 0;
  }

 private:
  const Token* Peek(size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  bool Take(TokenKind kind) {
    if (const Token* token = Peek(); token == nullptr || token->kind != kind) return false;
    ++at_;
    return true;
  }
  void Fail(Span span, std::string_view what) {
    if (!failed_) diagnostics_.Report(DiagnosticKind::kBadCondition, span, "{}", what);
    failed_ = true;
  }

  // `live` is false where the value does not matter (0 && 1/0).
  int64_t Conditional(int depth, bool live) {
    int64_t condition = Binary(1, depth, live);
    if (failed_ || !Take(TokenKind::kQuestion)) return condition;
    if (depth > kMaxNesting) return TooDeep();
    int64_t if_true = Conditional(depth + 1, live && condition != 0);
    if (!failed_ && !Take(TokenKind::kColon)) Fail(directive_, "':' is missing after '?'");
    if (failed_) return 0;
    int64_t if_false = Conditional(depth + 1, live && condition == 0);
    return condition != 0 ? if_true : if_false;
  }

  int64_t TooDeep() {
    Fail(directive_, fmt::format("this condition is nested more than {} deep", kMaxNesting));
    return 0;
  }

  Operator PeekOperator() const {
    const Token* token = Peek();
    if (token == nullptr) return {};
    switch (token->kind) {
      case TokenKind::kPipePipe:
        return {1, token->kind};
      case TokenKind::kAmpAmp:
        return {2, token->kind};
      case TokenKind::kPipe:
        return {3, token->kind};
      case TokenKind::kCaret:
        return {4, token->kind};
      case TokenKind::kAmp:
        return {5, token->kind};
      case TokenKind::kEqualEqual:
      case TokenKind::kNotEqual:
        return {6, token->kind};
      case TokenKind::kGreater: {
        const Token* next = Peek(1);
        if (next != nullptr && next->kind == TokenKind::kGreater && !next->Has(Token::kSpaceBefore))
          return {8, token->kind, true};
        return {7, token->kind};
      }
      case TokenKind::kLess:
      case TokenKind::kLessEqual:
      case TokenKind::kGreaterEqual:
        return {7, token->kind};
      case TokenKind::kShiftLeft:
        return {8, token->kind};
      case TokenKind::kPlus:
      case TokenKind::kMinus:
        return {9, token->kind};
      case TokenKind::kStar:
      case TokenKind::kSlash:
      case TokenKind::kPercent:
        return {10, token->kind};
      default:
        return {};
    }
  }

  int64_t Binary(int level, int depth, bool live) {
    if (level > 10) return Unary(depth, live);
    int64_t left = Binary(level + 1, depth, live);
    while (!failed_) {
      Operator op = PeekOperator();
      if (op.level != level) break;
      Span span = Peek()->span;
      at_ += op.shift_right ? 2 : 1;
      bool right_live = live;
      if (op.kind == TokenKind::kAmpAmp) right_live = live && left != 0;
      if (op.kind == TokenKind::kPipePipe) right_live = live && left == 0;
      int64_t right = Binary(level + 1, depth, right_live);
      left = Apply(op, left, right, span, right_live);
    }
    return left;
  }

  int64_t Apply(Operator op, int64_t left, int64_t right, Span span, bool live) {
    auto l = static_cast<uint64_t>(left);
    auto r = static_cast<uint64_t>(right);
    switch (op.kind) {
      case TokenKind::kPipePipe:
        return left != 0 || right != 0;
      case TokenKind::kAmpAmp:
        return left != 0 && right != 0;
      case TokenKind::kPipe:
        return left | right;
      case TokenKind::kCaret:
        return left ^ right;
      case TokenKind::kAmp:
        return left & right;
      case TokenKind::kEqualEqual:
        return left == right;
      case TokenKind::kNotEqual:
        return left != right;
      case TokenKind::kLess:
        return left < right;
      case TokenKind::kLessEqual:
        return left <= right;
      case TokenKind::kGreaterEqual:
        return left >= right;
      case TokenKind::kGreater:
        if (!op.shift_right) return left > right;
        return r < 64 ? left >> r : (left < 0 ? -1 : 0);
      case TokenKind::kShiftLeft:
        return r < 64 ? static_cast<int64_t>(l << r) : 0;
      case TokenKind::kPlus:
        return static_cast<int64_t>(l + r);
      case TokenKind::kMinus:
        return static_cast<int64_t>(l - r);
      case TokenKind::kStar:
        return static_cast<int64_t>(l * r);
      case TokenKind::kSlash:
      case TokenKind::kPercent:
        if (right == 0) {
          if (live) Fail(span, "division by zero");
          return 0;
        }
        if (right == -1)
          return op.kind == TokenKind::kSlash ? static_cast<int64_t>(uint64_t{0} - l) : 0;
        return op.kind == TokenKind::kSlash ? left / right : left % right;
      default:
        return 0;
    }
  }

  int64_t Unary(int depth, bool live) {
    if (depth > kMaxNesting) return TooDeep();
    if (Take(TokenKind::kNot)) return Unary(depth + 1, live) == 0;
    if (Take(TokenKind::kTilde)) return ~Unary(depth + 1, live);
    if (Take(TokenKind::kPlus)) return Unary(depth + 1, live);
    if (Take(TokenKind::kMinus))
      return static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(Unary(depth + 1, live)));
    if (Take(TokenKind::kLeftParen)) {
      int64_t value = Conditional(depth + 1, live);
      if (!failed_ && !Take(TokenKind::kRightParen)) Fail(directive_, "')' is missing");
      return value;
    }
    const Token* token = Peek();
    if (token == nullptr) {
      Fail(directive_, "this condition ends too early");
      return 0;
    }
    ++at_;
    if (token->kind == TokenKind::kIdentifier || IsKeyword(token->kind)) return 0;
    if (token->kind == TokenKind::kInteger) return Integer64(*token);
    Fail(token->span, fmt::format("expected a number, found '{}'", token->text));
    return 0;
  }

  int64_t Integer64(const Token& token) {
    std::string_view text = token.text;
    // C's suffixes mean nothing here.
    while (text.size() > 1 &&
           (std::string_view("uUlL").find(text.back()) != std::string_view::npos))
      text.remove_suffix(1);
    std::string why;
    std::optional<Number> number = ParseNumber(text, why);
    if (!number) {
      Fail(token.span, fmt::format("'{}' is not a number: {}", token.text, why));
      return 0;
    }
    if (!FitsU64(number->value)) {
      Fail(token.span, fmt::format("'{}' does not fit into 64 bits", token.text));
      return 0;
    }
    return static_cast<int64_t>(ToU64(number->value));
  }

  const std::vector<Token>& tokens_;
  Span directive_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<bool> EvaluateCondition(const std::vector<Token>& tokens, Span directive,
                                      MacroTable& macros, Diagnostics& diagnostics) {
  // "defined" asks before its operand is expanded.
  std::vector<Token> asked;
  for (size_t i = 0; i < tokens.size(); ++i) {
    Token token = tokens[i];
    if (token.text != "defined") {
      asked.push_back(token);
      continue;
    }
    bool paren = i + 1 < tokens.size() && tokens[i + 1].kind == TokenKind::kLeftParen;
    size_t name = i + (paren ? 2 : 1);
    size_t last = name + (paren ? 1 : 0);
    if (last >= tokens.size() ||
        (tokens[name].kind != TokenKind::kIdentifier && !IsKeyword(tokens[name].kind)) ||
        (paren && tokens[last].kind != TokenKind::kRightParen)) {
      diagnostics.Report(DiagnosticKind::kBadCondition, token.span,
                         "'defined' wants a name, as in 'defined(NAME)'");
      return std::nullopt;
    }
    token.kind = TokenKind::kInteger;
    token.text = macros.Defined(tokens[name].text) ? "1" : "0";
    asked.push_back(token);
    i = last;
  }
  std::vector<Token> expanded = macros.Expand(asked);
  if (macros.exhausted()) return std::nullopt;
  return Evaluator(expanded, directive, diagnostics).Run();
}

}  // namespace ipdk::p4
