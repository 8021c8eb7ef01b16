#include "p4/parse/parser.h"

#include <algorithm>

#include "base/check.h"
#include "p4/parse/parse.h"

namespace ipdk::p4 {
namespace {

// How far the parser looks ahead to tell a type from an expression.
constexpr size_t kMaxScan = 1024;

std::string Shown(const Token& token) {
  constexpr size_t kMaxText = 40;
  if (token.kind == TokenKind::kEnd || token.text.empty())
    return std::string(TokenDescription(token.kind));
  if (token.text.size() <= kMaxText) return fmt::format("'{}'", token.text);
  return fmt::format("'{}...'", token.text.substr(0, kMaxText));
}

bool StartsDeclarationKeyword(TokenKind kind) {
  switch (kind) {
    case TokenKind::kConst:
    case TokenKind::kExtern:
    case TokenKind::kAction:
    case TokenKind::kParser:
    case TokenKind::kControl:
    case TokenKind::kPackage:
    case TokenKind::kHeader:
    case TokenKind::kHeaderUnion:
    case TokenKind::kStruct:
    case TokenKind::kEnum:
    case TokenKind::kTypedef:
    case TokenKind::kTable:
      return true;
    default:
      return false;
  }
}

}  // namespace

const Token& SyntaxParser::Advance() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kEnd) {
    previous_ = token.span;
    ++at_;
  }
  return token;
}

bool SyntaxParser::Take(TokenKind kind) {
  if (Kind() != kind || kind == TokenKind::kEnd) return false;
  Advance();
  return true;
}

bool SyntaxParser::Expect(TokenKind kind, std::string_view where) {
  if (Take(kind)) return true;
  if (panic_) return false;
  const Token& found = Peek();
  // What is missing at a line's end is shown there, not on the next line.
  bool at_previous = kind == TokenKind::kSemicolon && previous_.valid() &&
                     (found.Has(Token::kLineStart) || found.kind == TokenKind::kEnd);
  if (found.kind == TokenKind::kUnexpected) {
    Unexpected(TokenDescription(kind));
    return false;
  }
  Span span = at_previous ? Span{previous_.end, previous_.end + 1} : found.span;
  Fail(DiagnosticKind::kSyntax, span, "expected {}{}{}, found {}", TokenDescription(kind),
       where.empty() ? "" : " ", where, Shown(found));
  return false;
}

void SyntaxParser::ExpectClose(TokenKind kind, Span open) {
  if (Take(kind) || panic_) return;
  size_t before = diagnostics_.errors();
  Expect(kind);
  if (diagnostics_.errors() != before) diagnostics_.Note(open, "to match this");
}

Identifier SyntaxParser::ExpectName(std::string_view what) {
  if (IsName(Kind())) return MakeIdentifier(Advance());
  if (IsKeyword(Kind()) && !panic_) {
    Fail(DiagnosticKind::kSyntax, Here(), "expected {}, found '{}', which is a keyword", what,
         Peek().text);
  } else {
    Unexpected(what);
  }
  return Identifier{{}, Here()};
}

bool SyntaxParser::Touching(size_t ahead) const {
  const Token& left = Peek(ahead);
  const Token& right = Peek(ahead + 1);
  if (right.Has(Token::kSpaceBefore) || right.Has(Token::kLineStart)) return false;
  return right.span.begin == left.span.end ||
         (left.span == right.span && right.Has(Token::kFromMacro));
}

void SyntaxParser::Unexpected(std::string_view expected) {
  if (panic_) return;
  const Token& found = Peek();
  if (found.kind == TokenKind::kUnexpected) {
    Fail(DiagnosticKind::kUnexpectedCharacter, found.span,
         "P4 does not use the character {} here; expected {}", Shown(found), expected);
    return;
  }
  Fail(DiagnosticKind::kSyntax, found.span, "expected {}, found {}", expected, Shown(found));
}

void SyntaxParser::TooDeep() {
  Fail(DiagnosticKind::kTooDeep, Here(), "nested more than {} deep: split it", kMaxDepth);
}

void SyntaxParser::Recover(bool top_level) {
  panic_ = false;
  no_greater_ = false;
  if (diagnostics_.full()) {
    at_ = tokens_.size() - 1;
    return;
  }
  if (at_ == recovered_at_ && Kind() != TokenKind::kEnd) ++at_;
  int braces = 0;
  for (; Kind() != TokenKind::kEnd; ++at_) {
    const Token& token = Peek();
    if (braces == 0 && at_ != recovered_at_ && token.Has(Token::kLineStart) &&
        StartsDeclarationKeyword(token.kind))
      break;
    if (token.kind == TokenKind::kLeftBrace) {
      ++braces;
    } else if (token.kind == TokenKind::kRightBrace) {
      if (braces == 0 && !top_level) break;
      if (--braces <= 0) {
        ++at_;
        break;
      }
    } else if (token.kind == TokenKind::kSemicolon && braces == 0) {
      ++at_;
      break;
    }
  }
  recovered_at_ = at_;
  if (at_ > 0) previous_ = tokens_[at_ - 1].span;
}

void SyntaxParser::CloseScope(size_t mark) {
  --scope_depth_;
  while (undo_.size() > mark) {
    auto [name, kind] = undo_.back();
    undo_.pop_back();
    if (kind < 0) {
      kinds_.erase(name);
    } else {
      kinds_[name] = static_cast<NameKind>(kind);
    }
  }
}

void SyntaxParser::Declare(const Identifier& name, NameKind kind) {
  if (name.text.empty()) return;
  const char* key = name.text.data();
  auto found = kinds_.find(key);
  // Only types need to be known, and values that hide one.
  if (found == kinds_.end() && kind == NameKind::kValue) return;
  if (scope_depth_ == 0) {
    if (kind == NameKind::kType) global_types_.insert(key);
  } else {
    undo_.emplace_back(key, found == kinds_.end() ? -1 : static_cast<int>(found->second));
  }
  kinds_[key] = kind;
}

bool SyntaxParser::IsTypeName(const Token& token) {
  if (!IsName(token.kind) || kinds_.empty()) return false;
  auto found = kinds_.find(tree_.Intern(token.text).data());
  return found != kinds_.end() && found->second == NameKind::kType;
}

bool SyntaxParser::IsGlobalTypeName(const Token& token) {
  return IsName(token.kind) && global_types_.contains(tree_.Intern(token.text).data());
}

size_t SyntaxParser::ScanBalanced(size_t at, size_t limit, TokenKind open, TokenKind close) const {
  if (KindAt(at) != open) return 0;
  int depth = 0;
  for (; at < limit; ++at) {
    TokenKind kind = KindAt(at);
    if (kind == open) ++depth;
    if (kind == close && --depth == 0) return at + 1;
    if (kind == TokenKind::kEnd || kind == TokenKind::kSemicolon) return 0;
  }
  return 0;
}

size_t SyntaxParser::ScanTypeArguments(size_t at, size_t limit, int depth) const {
  if (KindAt(at) != TokenKind::kLess) return 0;
  ++at;
  if (KindAt(at) == TokenKind::kGreater) return at + 1;
  while (at < limit) {
    at = ScanType(at, limit, depth);
    if (at == 0) return 0;
    if (KindAt(at) == TokenKind::kGreater) return at + 1;
    if (KindAt(at) != TokenKind::kComma) return 0;
    ++at;
  }
  return 0;
}

size_t SyntaxParser::ScanType(size_t at, size_t limit, int depth) const {
  if (depth > kMaxDepth || at >= limit) return 0;
  TokenKind kind = KindAt(at);
  switch (kind) {
    case TokenKind::kBit:
    case TokenKind::kInt:
    case TokenKind::kVarbit: {
      ++at;
      if (KindAt(at) != TokenKind::kLess) break;
      // The width: anything up to a '>' that is not in parentheses.
      int parens = 0;
      for (++at;; ++at) {
        if (at >= limit) return 0;
        TokenKind inner = KindAt(at);
        if (inner == TokenKind::kGreater && parens == 0) break;
        if (inner == TokenKind::kLeftParen || inner == TokenKind::kLeftBracket) ++parens;
        if (inner == TokenKind::kRightParen || inner == TokenKind::kRightBracket) --parens;
        if (parens < 0 || inner == TokenKind::kEnd || inner == TokenKind::kSemicolon ||
            inner == TokenKind::kLeftBrace || inner == TokenKind::kRightBrace)
          return 0;
      }
      ++at;
      break;
    }
    case TokenKind::kBool:
    case TokenKind::kError:
    case TokenKind::kStringType:
    case TokenKind::kVoid:
    case TokenKind::kMatchKind:
    case TokenKind::kUnderscore:
      ++at;
      break;
    case TokenKind::kTuple:
      at = ScanTypeArguments(at + 1, limit, depth + 1);
      break;
    case TokenKind::kDot:
    default:
      if (kind == TokenKind::kDot) ++at;
      if (!IsName(KindAt(at))) return 0;
      ++at;
      if (KindAt(at) == TokenKind::kLess) at = ScanTypeArguments(at, limit, depth + 1);
  }
  while (at != 0 && KindAt(at) == TokenKind::kLeftBracket)
    at = ScanBalanced(at, limit, TokenKind::kLeftBracket, TokenKind::kRightBracket);
  return at;
}

bool SyntaxParser::StartsType(size_t ahead) {
  switch (Kind(ahead)) {
    case TokenKind::kBit:
    case TokenKind::kInt:
    case TokenKind::kVarbit:
    case TokenKind::kBool:
    case TokenKind::kError:
    case TokenKind::kStringType:
    case TokenKind::kVoid:
    case TokenKind::kMatchKind:
    case TokenKind::kTuple:
      return true;
    case TokenKind::kList:
      return Kind(ahead + 1) == TokenKind::kLess || IsTypeName(Peek(ahead));
    case TokenKind::kDot:
      return IsGlobalTypeName(Peek(ahead + 1));
    default:
      return IsTypeName(Peek(ahead));
  }
}

bool SyntaxParser::LooksLikeCast() {
  if (!StartsType(1)) return false;
  size_t end = ScanType(at_ + 1, at_ + kMaxScan, 0);
  return end != 0 && KindAt(end) == TokenKind::kRightParen;
}

bool SyntaxParser::LooksLikeTypeArguments() {
  if (Kind() != TokenKind::kLess) return false;
  if (Kind(1) != TokenKind::kGreater && Kind(1) != TokenKind::kUnderscore && !StartsType(1))
    return false;
  size_t end = ScanTypeArguments(at_, at_ + kMaxScan, 0);
  return end != 0 && KindAt(end) == TokenKind::kLeftParen;
}

bool SyntaxParser::LooksLikeTupleKeyset() const {
  if (Kind() != TokenKind::kLeftParen) return false;
  // Entries of a table can be wide: no limit, each token is scanned once.
  size_t end = ScanBalanced(at_, tokens_.size(), TokenKind::kLeftParen, TokenKind::kRightParen);
  return end != 0 && KindAt(end) == TokenKind::kColon;
}

bool SyntaxParser::StartsVariableOrInstantiation() {
  if (Kind() == TokenKind::kError) return Kind(1) != TokenKind::kDot;
  if (StartsType(0)) {
    size_t end = ScanType(at_, at_ + kMaxScan, 0);
    if (end == 0) return true;
    if (KindAt(end) == TokenKind::kDot) return false;
    if (KindAt(end) != TokenKind::kLeftParen) return true;
    size_t after = ScanBalanced(end, tokens_.size(), TokenKind::kLeftParen, TokenKind::kRightParen);
    return KindAt(after) != TokenKind::kDot;
  }
  // A type that nobody declared is better told of by name than as a syntax error.
  if (!IsName(Kind())) return false;
  if (IsName(Kind(1))) return true;
  if (Kind(1) != TokenKind::kLess) return false;
  size_t end = ScanType(at_, at_ + kMaxScan, 0);
  return end != 0 && IsName(KindAt(end));
}

void SyntaxParser::ParseProgram() {
  std::vector<const Declaration*> declarations;
  while (!Done()) {
    if (Take(TokenKind::kSemicolon)) continue;
    const Declaration* one = ParseTopLevel();
    if (panic_) {
      Recover(/*top_level=*/true);
    } else {
      declarations.push_back(one);
    }
  }
  tree_.declarations = tree_.arena().Copy(declarations);
}

std::optional<SyntaxTree> ParseTokens(const std::vector<Token>& tokens, SourceMap& sources,
                                      Diagnostics& diagnostics) {
  IPDK_CHECK(!tokens.empty() && tokens.back().kind == TokenKind::kEnd);
  SyntaxTree tree;
  size_t errors_before = diagnostics.errors();
  SyntaxParser(tokens, tree, sources, diagnostics).ParseProgram();
  if (diagnostics.errors() != errors_before) return std::nullopt;
  return tree;
}

std::optional<SyntaxTree> Parse(const PreprocessOptions& options, const std::string& path,
                                SourceMap& sources, Diagnostics& diagnostics) {
  std::vector<Token> tokens = Preprocess(options, path, sources, diagnostics);
  if (diagnostics.failed()) return std::nullopt;
  return ParseTokens(tokens, sources, diagnostics);
}

}  // namespace ipdk::p4
