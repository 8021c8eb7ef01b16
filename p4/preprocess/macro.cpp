#include "p4/preprocess/macro.h"

#include <algorithm>

#include "p4/lex/lexer.h"

namespace ipdk::p4 {
namespace {

constexpr size_t kMaxTokensMade = 4'000'000;
constexpr size_t kMaxBytesMade = size_t{64} << 20;
constexpr size_t kMaxPending = 2000;
constexpr int kMaxArgumentDepth = 200;
constexpr size_t kNoParameter = SIZE_MAX;

bool IsWord(const Token& token) {
  return token.kind == TokenKind::kIdentifier || IsKeyword(token.kind);
}

size_t ParameterIndex(const Macro& macro, const Token& token) {
  if (!IsWord(token)) return kNoParameter;
  auto found = std::find(macro.parameters.begin(), macro.parameters.end(), token.text);
  return found == macro.parameters.end() ? kNoParameter
                                         : static_cast<size_t>(found - macro.parameters.begin());
}

bool SameBody(const Macro& a, const Macro& b) {
  if (a.function_like != b.function_like || a.parameters != b.parameters ||
      a.variadic != b.variadic || a.body.size() != b.body.size() || a.builtin != b.builtin)
    return false;
  for (size_t i = 0; i < a.body.size(); ++i)
    if (a.body[i].text != b.body[i].text) return false;
  return true;
}

}  // namespace

MacroTable::MacroTable(SourceMap& sources, Diagnostics& diagnostics)
    : sources_(sources), diagnostics_(diagnostics) {
  using enum Macro::Builtin;
  for (auto [name, builtin] : {std::pair{"__FILE__", kFile}, std::pair{"__LINE__", kLine},
                               std::pair{"__COUNTER__", kCounter}}) {
    auto macro = std::make_shared<Macro>();
    macro->name = name;
    macro->builtin = builtin;
    macros_[macro->name] = macro;
  }
}

void MacroTable::Exhaust(DiagnosticKind kind, Span span, std::string_view what) {
  if (!exhausted_) diagnostics_.Report(kind, span, "{}", what);
  exhausted_ = true;
}

bool MacroTable::Spend(size_t tokens, size_t bytes, Span span) {
  tokens_made_ += tokens;
  bytes_made_ += bytes;
  if (tokens_made_ > kMaxTokensMade || bytes_made_ > kMaxBytesMade) {
    Exhaust(DiagnosticKind::kTooLarge, span,
            fmt::format("the macros of this program make more than {} tokens or {} bytes",
                        kMaxTokensMade, kMaxBytesMade));
    return false;
  }
  return true;
}

void MacroTable::Define(const std::vector<Token>& tokens, Span directive) {
  auto bad = [&](Span span, std::string_view what) {
    diagnostics_.Report(DiagnosticKind::kBadMacro, span, "{}", what);
  };
  if (tokens.empty() || !IsWord(tokens[0]))
    return bad(tokens.empty() ? directive : tokens[0].span, "'#define' wants the name of a macro");
  auto macro = std::make_shared<Macro>();
  macro->name = tokens[0].text;
  macro->span = tokens[0].span;
  if (macro->name == "defined") return bad(macro->span, "'defined' cannot be a macro");
  size_t at = 1;
  if (at < tokens.size() && tokens[at].kind == TokenKind::kLeftParen &&
      !tokens[at].Has(Token::kSpaceBefore)) {
    macro->function_like = true;
    ++at;
    bool closed = false;
    while (at < tokens.size() && !closed) {
      const Token& token = tokens[at++];
      if (token.kind == TokenKind::kRightParen && macro->parameters.empty()) {
        closed = true;
        break;
      }
      if (token.kind == TokenKind::kDots) {
        macro->variadic = true;
        macro->parameters.push_back("__VA_ARGS__");
      } else if (IsWord(token)) {
        if (std::find(macro->parameters.begin(), macro->parameters.end(), token.text) !=
            macro->parameters.end())
          return bad(token.span, fmt::format("the parameter '{}' stands twice", token.text));
        macro->parameters.push_back(token.text);
        if (at < tokens.size() && tokens[at].kind == TokenKind::kDots) {
          macro->variadic = true;
          ++at;
        }
      } else {
        return bad(token.span, fmt::format("expected a parameter's name, found '{}'", token.text));
      }
      if (at >= tokens.size()) break;
      const Token& after = tokens[at++];
      if (after.kind == TokenKind::kRightParen) {
        closed = true;
      } else if (after.kind != TokenKind::kComma || macro->variadic) {
        return bad(after.span, fmt::format("expected {}, found '{}'",
                                           macro->variadic ? "')'" : "',' or ')'", after.text));
      }
    }
    if (!closed) return bad(tokens.back().span, "')' is missing after the parameters");
  }
  macro->body.assign(tokens.begin() + static_cast<ptrdiff_t>(at), tokens.end());
  const auto& body = macro->body;
  if (!body.empty() &&
      (body.front().kind == TokenKind::kHashHash || body.back().kind == TokenKind::kHashHash))
    return bad(body.front().span, "'##' cannot stand first or last in a macro");
  if (macro->function_like) {
    for (size_t i = 0; i < body.size(); ++i) {
      if (body[i].kind == TokenKind::kHash &&
          (i + 1 == body.size() || ParameterIndex(*macro, body[i + 1]) == kNoParameter))
        return bad(body[i].span, "'#' wants a parameter of the macro after it");
    }
  }
  auto [slot, fresh] = macros_.try_emplace(macro->name, macro);
  if (fresh) return;
  if (!SameBody(*slot->second, *macro)) {
    diagnostics_.Report(DiagnosticKind::kMacroRedefined, macro->span,
                        "the macro '{}' is defined again, differently", macro->name);
    if (slot->second->span.valid()) diagnostics_.Note(slot->second->span, "defined here before");
  }
  // The key must view the new text: the old one lives as long, but one owner is clearer.
  slot->second = macro;
}

std::vector<Token> MacroTable::Expand(const std::vector<Token>& tokens, int depth) {
  size_t at = 0;
  Token end;
  Expander expander(*this, [&] { return at < tokens.size() ? tokens[at++] : end; }, depth);
  std::vector<Token> out;
  for (Token token = expander.Next(); token.kind != TokenKind::kEnd && !exhausted_;
       token = expander.Next())
    out.push_back(token);
  return out;
}

MacroTable::Expander::~Expander() {
  for (Pending& one : pending_)
    if (one.macro) --one.macro->open;
}

Token MacroTable::Expander::Raw() {
  while (!pending_.empty()) {
    Pending& top = pending_.back();
    if (top.at < top.tokens->size()) return (*top.tokens)[top.at++];
    if (top.macro) --top.macro->open;
    pending_.pop_back();
  }
  return input_();
}

void MacroTable::Expander::Push(std::vector<Token> tokens, std::shared_ptr<Macro> macro) {
  if (pending_.size() >= kMaxPending) {
    table_.Exhaust(DiagnosticKind::kMacroTooDeep, tokens.empty() ? Span{} : tokens[0].span,
                   fmt::format("macros expand into one another more than {} deep", kMaxPending));
    return;
  }
  if (macro) ++macro->open;
  pending_.push_back(
      {std::make_shared<std::vector<Token>>(std::move(tokens)), 0, std::move(macro)});
}

bool MacroTable::Expander::NextIsLeftParen() {
  Token token = Raw();
  if (token.kind == TokenKind::kLeftParen) return true;
  Push({token}, nullptr);  // an end too: it is found again
  return false;
}

bool MacroTable::Expander::CollectArguments(const Macro& macro, const Token& name,
                                            std::vector<Argument>& out) {
  int parens = 0;
  out.emplace_back();
  for (;;) {
    Token token = Raw();
    if (token.kind == TokenKind::kEnd) {
      table_.diagnostics_.Report(DiagnosticKind::kMacroArguments, name.span,
                                 "the arguments of macro '{}' have no end: ')' is missing",
                                 macro.name);
      Push({token}, nullptr);
      return false;
    }
    if (token.kind == TokenKind::kRightParen && parens-- == 0) break;
    if (token.kind == TokenKind::kLeftParen) ++parens;
    if (token.kind == TokenKind::kComma && parens == 0 &&
        !(macro.variadic && out.size() == macro.parameters.size())) {
      out.emplace_back();
      continue;
    }
    token.flags &= static_cast<uint8_t>(~Token::kLineStart);
    out.back().raw.push_back(token);
    if (!table_.Spend(1, 0, name.span)) return false;
  }
  size_t wanted = macro.parameters.size();
  if (wanted == 0 && out.size() == 1 && out[0].raw.empty()) out.clear();
  if (macro.variadic && out.size() + 1 == wanted) out.emplace_back();
  if (out.size() != wanted) {
    table_.diagnostics_.Report(DiagnosticKind::kMacroArguments, name.span,
                               "macro '{}' wants {}{} argument{}, got {}", macro.name,
                               macro.variadic ? "at least " : "", wanted - (macro.variadic ? 1 : 0),
                               wanted == 1 ? "" : "s", out.size());
    if (macro.span.valid()) table_.diagnostics_.Note(macro.span, "the macro is defined here");
    return false;
  }
  return true;
}

const std::vector<Token>& MacroTable::Expander::Expanded(Argument& argument) {
  if (!argument.is_expanded) {
    argument.is_expanded = true;
    if (depth_ >= kMaxArgumentDepth) {
      table_.Exhaust(
          DiagnosticKind::kMacroTooDeep, argument.raw.empty() ? Span{} : argument.raw[0].span,
          fmt::format("macros are nested in arguments more than {} deep", kMaxArgumentDepth));
      return argument.expanded;
    }
    argument.expanded = table_.Expand(argument.raw, depth_ + 1);
  }
  return argument.expanded;
}

Token MacroTable::Expander::Stringify(const std::vector<Token>& tokens, const Token& name) {
  std::string text = "\"";
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && tokens[i].Has(Token::kSpaceBefore)) text += ' ';
    bool escape = tokens[i].kind == TokenKind::kString;
    for (char c : tokens[i].text) {
      if (escape && (c == '"' || c == '\\')) text += '\\';
      text += c;
    }
  }
  text += '"';
  Token token;
  token.kind = TokenKind::kString;
  token.span = name.span;
  if (table_.Spend(1, text.size(), name.span)) token.text = table_.sources_.Keep(std::move(text));
  return token;
}

bool MacroTable::Expander::Paste(std::vector<Token>& out, const Token& right, const Token& name) {
  Token& left = out.back();
  std::string joined = std::string(left.text) + std::string(right.text);
  if (!table_.Spend(1, joined.size(), name.span)) return false;
  std::string_view text = table_.sources_.Keep(std::move(joined));
  Diagnostics ignored(table_.sources_);
  Lexer lexer(text, name.span.begin, ignored);
  Token first = lexer.Next();
  if (first.kind == TokenKind::kEnd || first.text.size() != text.size() || ignored.failed()) {
    table_.diagnostics_.Report(DiagnosticKind::kBadPaste, name.span,
                               "'##' makes '{}' of '{}' and '{}', which is not one token", text,
                               left.text, right.text);
    return false;
  }
  first.span = name.span;
  first.flags = left.flags;
  left = first;
  return true;
}

std::vector<Token> MacroTable::Expander::Substitute(const Macro& macro, const Token& name,
                                                    std::vector<Argument>& arguments) {
  std::vector<Token> out;
  const std::vector<Token>& body = macro.body;
  // A parameter beside ## that has no tokens leaves nothing to paste to.
  bool left_is_empty = false;
  auto body_token = [&](Token token) {
    token.span = name.span;
    token.flags &= static_cast<uint8_t>(~Token::kLineStart);
    token.flags |= Token::kFromMacro;
    return token;
  };
  for (size_t i = 0; i < body.size() && !table_.exhausted_; ++i) {
    bool paste = i > 0 && i + 1 < body.size() && body[i].kind == TokenKind::kHashHash;
    if (paste) ++i;
    bool before_paste = i + 1 < body.size() && body[i + 1].kind == TokenKind::kHashHash;

    std::vector<Token> piece;
    size_t parameter = kNoParameter;
    if (macro.function_like && body[i].kind == TokenKind::kHash && i + 1 < body.size()) {
      Token token = Stringify(arguments[ParameterIndex(macro, body[i + 1])].raw, name);
      token.flags = static_cast<uint8_t>(body[i].flags | Token::kFromMacro);
      piece.push_back(token);
      ++i;
      before_paste = i + 1 < body.size() && body[i + 1].kind == TokenKind::kHashHash;
    } else if (macro.function_like &&
               (parameter = ParameterIndex(macro, body[i])) != kNoParameter) {
      Argument& argument = arguments[parameter];
      piece = paste || before_paste ? argument.raw : Expanded(argument);
      if (!piece.empty()) {
        uint8_t space = body[i].flags & Token::kSpaceBefore;
        piece[0].flags = static_cast<uint8_t>((piece[0].flags & ~Token::kSpaceBefore) | space);
      }
      if (!table_.Spend(piece.size(), 0, name.span)) return out;
    } else {
      piece.push_back(body_token(body[i]));
      if (!table_.Spend(1, 0, name.span)) return out;
    }

    if (paste && !out.empty() && !left_is_empty) {
      bool comma_rule = macro.variadic && parameter + 1 == macro.parameters.size() &&
                        out.back().kind == TokenKind::kComma;
      if (comma_rule) {
        // GNU: ", ## __VA_ARGS__" drops the comma when there are no further arguments.
        if (piece.empty()) out.pop_back();
        out.insert(out.end(), piece.begin(), piece.end());
      } else if (!piece.empty()) {
        if (Paste(out, piece[0], name)) {
          out.insert(out.end(), piece.begin() + 1, piece.end());
        } else {
          out.insert(out.end(), piece.begin(), piece.end());
        }
      }
      left_is_empty = false;
    } else {
      left_is_empty = piece.empty() && before_paste && (!paste || left_is_empty || out.empty());
      out.insert(out.end(), piece.begin(), piece.end());
    }
  }
  return out;
}

Token MacroTable::Expander::BuiltinValue(const Macro& macro, const Token& name) {
  Position at = table_.sources_.Resolve(name.span.begin);
  Token token = name;
  token.flags |= Token::kFromMacro;
  std::string text;
  token.kind = TokenKind::kInteger;
  switch (macro.builtin) {
    case Macro::Builtin::kLine:
      text = std::to_string(at.line);
      break;
    case Macro::Builtin::kCounter:
      text = std::to_string(table_.counter_++);
      break;
    default: {
      token.kind = TokenKind::kString;
      text = "\"";
      for (char c : at.file) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
  }
  if (table_.Spend(1, text.size(), name.span)) token.text = table_.sources_.Keep(std::move(text));
  return token;
}

Token MacroTable::Expander::Next() {
  for (;;) {
    if (table_.exhausted_) return Token{};
    Token token = Raw();
    if (!IsWord(token) || token.Has(Token::kNoExpand)) return token;
    auto found = table_.macros_.find(token.text);
    if (found == table_.macros_.end()) return token;
    std::shared_ptr<Macro> macro = found->second;
    if (macro->builtin != Macro::Builtin::kNone) return BuiltinValue(*macro, token);
    if (macro->open > 0) {
      token.flags |= Token::kNoExpand;
      return token;
    }
    std::vector<Argument> arguments;
    if (macro->function_like) {
      if (!NextIsLeftParen()) return token;
      if (!CollectArguments(*macro, token, arguments)) continue;
    }
    std::vector<Token> replacement = Substitute(*macro, token, arguments);
    if (!replacement.empty()) {
      constexpr uint8_t kPlace = Token::kLineStart | Token::kSpaceBefore;
      Token& first = replacement[0];
      first.flags = static_cast<uint8_t>((first.flags & ~kPlace) | (token.flags & kPlace));
    }
    Push(std::move(replacement), std::move(macro));
  }
}

}  // namespace ipdk::p4
