#include "p4/preprocess/preprocess.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/check.h"
#include "p4/lex/lexer.h"
#include "p4/lex/literal.h"
#include "p4/preprocess/condition.h"
#include "p4/preprocess/macro.h"

namespace ipdk::p4 {
namespace {

constexpr size_t kMaxIncludeDepth = 64;
constexpr size_t kMaxIncludes = 20'000;
constexpr size_t kMaxTokens = 40'000'000;
constexpr std::string_view kCommandLine = "<command line>";

std::string FolderOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

class Preprocessor {
 public:
  Preprocessor(const PreprocessOptions& options, SourceMap& sources, Diagnostics& diagnostics)
      : options_(options),
        sources_(sources),
        diagnostics_(diagnostics),
        macros_(sources, diagnostics) {}

  std::vector<Token> Run(const std::string& path) {
    std::vector<Token> out;
    if (!Open(path, {})) return {Token{}};
    PushCommandLine();
    MacroTable::Expander expander(macros_, [this] { return NextFromFiles(); });
    for (;;) {
      Token token = expander.Next();
      if (token.kind == TokenKind::kEnd || stopped_ || macros_.exhausted()) break;
      out.push_back(token);
      if (out.size() > kMaxTokens) {
        diagnostics_.Report(DiagnosticKind::kTooLarge, token.span,
                            "the program has more than {} tokens", kMaxTokens);
        break;
      }
    }
    Token end;
    end.span = end_;
    end.flags = Token::kLineStart;
    out.push_back(end);
    return out;
  }

 private:
  struct Conditional {
    Span opened;
    bool taken;  // a branch of it has been or is being read
    bool seen_else = false;
  };
  struct OpenFile {
    FileId id;
    Lexer lexer;
    std::vector<Conditional> conditionals;
  };

  // False if it cannot be read, which is reported.
  bool Open(const std::string& path, Span include) {
    if (files_.size() >= kMaxIncludeDepth) {
      diagnostics_.Report(DiagnosticKind::kIncludeTooDeep, include,
                          "includes are nested more than {} deep: does '{}' include itself?",
                          kMaxIncludeDepth, path);
      stopped_ = true;
      return false;
    }
    if (++includes_ > kMaxIncludes) {
      diagnostics_.Report(DiagnosticKind::kTooLarge, include,
                          "the program includes more than {} files", kMaxIncludes);
      stopped_ = true;
      return false;
    }
    Result<FileId> id = sources_.Open(path, include);
    if (!id) {
      diagnostics_.Report(DiagnosticKind::kCannotRead, include, "{}", id.error().message());
      stopped_ = stopped_ || id.error().code() == Code::kResourceExhausted;
      return false;
    }
    files_.push_back(std::make_unique<OpenFile>(
        OpenFile{*id, Lexer(sources_.Text(*id), sources_.Begin(*id), diagnostics_), {}}));
    return true;
  }

  // The predefined macros and -D are a small file that is read before the program.
  void PushCommandLine() {
    std::string text;
    auto define = [&](std::string_view name, std::string_view value) {
      if (std::find(options_.undefines.begin(), options_.undefines.end(), name) ==
          options_.undefines.end())
        text += fmt::format("#define {} {}\n", name, value);
    };
    auto given = [&](std::string_view name) {
      return std::any_of(options_.defines.begin(), options_.defines.end(), [&](const auto& one) {
        return std::string_view(one).substr(0, one.find('=')) == name;
      });
    };
    for (std::string_view name : {"__p4c__", "__IPDK__"})
      if (!given(name)) define(name, "1");
    for (const std::string& one : options_.defines) {
      size_t equals = one.find('=');
      if (equals == std::string::npos) {
        define(one, "1");
      } else {
        define(std::string_view(one).substr(0, equals), std::string_view(one).substr(equals + 1));
      }
    }
    sources_.AddText(std::string(kCommandLine), std::move(text));
    (void)Open(std::string(kCommandLine), {});
  }

  // The next token of the innermost file that is not part of a directive.
  Token NextFromFiles() {
    while (!stopped_ && !files_.empty()) {
      OpenFile& file = *files_.back();
      Token token = file.lexer.Next();
      if (token.kind == TokenKind::kHash && token.Has(Token::kLineStart)) {
        Directive(token);
        continue;
      }
      if (token.kind != TokenKind::kEnd) return token;
      CloseFile();
    }
    return Token{};
  }

  void CloseFile() {
    OpenFile& file = *files_.back();
    for (const Conditional& open : file.conditionals)
      diagnostics_.Report(DiagnosticKind::kUnbalancedCondition, open.opened,
                          "this condition has no '#endif'");
    if (files_.size() == 1) {
      uint32_t at = file.lexer.location();
      end_ = Span{at, at};
    }
    files_.pop_back();
  }

  void Directive(const Token& hash) {
    Lexer& lexer = files_.back()->lexer;
    size_t start = lexer.position();
    std::string_view text = lexer.RawRestOfLine();
    // The text of these is not P4: a lone quote in it is no string.
    for (std::string_view word : {"error", "warning", "pragma"}) {
      if (text.starts_with(word) && text.substr(word.size()).find_first_of(" \t\"") ==
                                        (text.size() == word.size() ? std::string_view::npos : 0)) {
        TextDirective(word, text.substr(word.size()), hash.span);
        return;
      }
    }
    lexer.Seek(start);
    std::vector<Token> line = lexer.RestOfLine();
    if (line.empty()) return;
    Span span = Cover(hash.span, line[0].span);
    std::string_view name = line[0].text;
    std::vector<Token> rest(line.begin() + 1, line.end());

    if (name == "include") {
      Include(rest, text.substr(name.size()), span);
    } else if (name == "define") {
      macros_.Define(rest, span);
    } else if (name == "undef") {
      if (OneName(rest, span, "undef")) macros_.Undefine(rest[0].text);
    } else if (name == "if") {
      OpenConditional(span, EvaluateCondition(rest, span, macros_, diagnostics_).value_or(false));
    } else if (name == "ifdef" || name == "ifndef") {
      bool defined = OneName(rest, span, name) && macros_.Defined(rest[0].text);
      OpenConditional(span, defined == (name == "ifdef"));
    } else if (name == "elif" || name == "else" || name == "endif") {
      // Reached from inside the branch that is read: the rest of the group is skipped.
      ElseOrEnd(name, rest, span, /*skipping=*/false);
    } else if (name == "line") {
      Line(macros_.Expand(rest), span);
    } else if (line[0].kind == TokenKind::kInteger) {
      Line(line, span);
    } else {
      diagnostics_.Report(DiagnosticKind::kBadDirective, span,
                          "'#{}' is not a directive; there are include, define, undef, if, ifdef, "
                          "ifndef, elif, else, endif, error, warning, line and pragma",
                          name);
    }
  }

  void TextDirective(std::string_view name, std::string_view text, Span hash) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (name == "pragma") {
      if (text.starts_with("once")) once_.insert(sources_.Path(files_.back()->id));
      return;
    }
    diagnostics_.Report(name == "error" ? DiagnosticKind::kUserError : DiagnosticKind::kUserWarning,
                        hash, "#{} {}", name, text);
  }

  bool OneName(const std::vector<Token>& tokens, Span span, std::string_view directive) {
    if (!tokens.empty() && (tokens[0].kind == TokenKind::kIdentifier || IsKeyword(tokens[0].kind)))
      return true;
    diagnostics_.Report(DiagnosticKind::kBadDirective, tokens.empty() ? span : tokens[0].span,
                        "'#{}' wants a name", directive);
    return false;
  }

  void Include(const std::vector<Token>& tokens, std::string_view text, Span span) {
    std::string rebuilt;
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (!text.starts_with('"') && !text.starts_with('<')) {
      for (const Token& token : macros_.Expand(tokens)) rebuilt += token.text;
      text = rebuilt;
    }
    char close = text.starts_with('<') ? '>' : '"';
    size_t end = text.empty() ? std::string_view::npos : text.find(close, 1);
    if (text.empty() || (text[0] != '<' && text[0] != '"') || end == std::string_view::npos ||
        end == 1) {
      diagnostics_.Report(DiagnosticKind::kBadDirective, span,
                          "'#include' wants \"file\" or <file>");
      return;
    }
    std::string name(text.substr(1, end - 1));
    Span place = tokens.empty() ? span : Cover(tokens.front().span, tokens.back().span);
    std::vector<std::string> candidates;
    if (name[0] == '/') {
      candidates.push_back(name);
    } else {
      if (close == '"') candidates.push_back(FolderOf(sources_.Path(files_.back()->id)) + name);
      for (const std::string& dir : options_.include_dirs)
        candidates.push_back(dir.empty() || dir.ends_with('/') ? dir + name : dir + "/" + name);
    }
    for (const std::string& path : candidates) {
      if (!sources_.Exists(path)) continue;
      if (!once_.contains(path)) (void)Open(path, place);
      return;
    }
    diagnostics_.Report(DiagnosticKind::kIncludeNotFound, place,
                        "cannot find the file '{}' to include; looked for {}", name,
                        candidates.empty() ? "it nowhere: give its folder with -I"
                                           : fmt::format("{}", Listed(candidates)));
  }

  static std::string Listed(const std::vector<std::string>& paths) {
    std::string out;
    for (const std::string& path : paths) out += (out.empty() ? "'" : ", '") + path + "'";
    return out;
  }

  void Line(const std::vector<Token>& tokens, Span span) {
    std::string why = "a number is missing";
    std::optional<Number> number;
    if (!tokens.empty() && tokens[0].kind == TokenKind::kInteger)
      number = ParseNumber(tokens[0].text, why);
    if (!number || number->has_width || number->value > INT32_MAX ||
        (tokens.size() > 1 && tokens[1].kind != TokenKind::kString)) {
      diagnostics_.Report(DiagnosticKind::kBadDirective, span,
                          "'#line' wants a number below 2147483648 and perhaps a \"file\"");
      return;
    }
    std::string file = tokens.size() > 1 ? UnescapeString(tokens[1].text) : "";
    OpenFile& at = *files_.back();
    (void)at.lexer.RawRestOfLine();
    uint32_t next_line = at.lexer.location() + 1;
    if (next_line - sources_.Begin(at.id) <= sources_.Text(at.id).size())
      sources_.SetLine(next_line, static_cast<uint32_t>(ToU64(number->value)), std::move(file));
  }

  void OpenConditional(Span span, bool value) {
    files_.back()->conditionals.push_back({span, value});
    if (!value) SkipGroup();
  }

  // Skips to the #elif, #else or #endif that ends a group not to be read, and handles it.
  void SkipGroup() {
    OpenFile& file = *files_.back();
    std::vector<Conditional>& open = file.conditionals;
    size_t level = open.size();
    Token hash;
    while (!stopped_ && file.lexer.SkipToDirective(hash)) {
      std::vector<Token> line = SkippedLine(file.lexer);
      if (line.empty()) continue;
      std::string_view name = line[0].text;
      Span span = Cover(hash.span, line[0].span);
      if (name == "if" || name == "ifdef" || name == "ifndef") {
        // Nothing in it is read: as if it had been.
        open.push_back({span, true});
      } else if (name == "elif" || name == "else" || name == "endif") {
        if (open.size() > level) {
          if (name == "endif") {
            open.pop_back();
          } else if (std::exchange(open.back().seen_else,
                                   open.back().seen_else || name == "else")) {
            AfterElse(name, span);
          }
          continue;
        }
        std::vector<Token> rest(line.begin() + 1, line.end());
        if (ElseOrEnd(name, rest, span, /*skipping=*/true)) return;
      }
    }
  }

  // In text that is skipped only a conditional's tokens are P4's.
  static std::vector<Token> SkippedLine(Lexer& lexer) {
    size_t start = lexer.position();
    std::string_view text = lexer.RawRestOfLine();
    for (std::string_view name : {"if", "elif", "else", "endif"}) {
      if (!text.starts_with(name)) continue;
      lexer.Seek(start);
      return lexer.RestOfLine();
    }
    return {};
  }

  void AfterElse(std::string_view name, Span span) {
    diagnostics_.Report(DiagnosticKind::kUnbalancedCondition, span, "'#{}' after '#else'", name);
  }

  // #elif, #else, #endif of the innermost conditional. True if what follows is read.
  bool ElseOrEnd(std::string_view name, const std::vector<Token>& rest, Span span, bool skipping) {
    std::vector<Conditional>& open = files_.back()->conditionals;
    if (open.empty()) {
      diagnostics_.Report(DiagnosticKind::kUnbalancedCondition, span, "'#{}' without '#if'", name);
      return true;
    }
    Conditional& one = open.back();
    if (name == "endif") {
      open.pop_back();
      return true;
    }
    if (one.seen_else) {
      AfterElse(name, span);
      diagnostics_.Note(one.opened, "the condition began here");
    }
    if (name == "else") one.seen_else = true;
    bool read = false;
    if (!one.taken)
      read = name == "else" || EvaluateCondition(rest, span, macros_, diagnostics_).value_or(false);
    if (read) one.taken = true;
    if (!read && !skipping) SkipGroup();
    return read;
  }

  const PreprocessOptions& options_;
  SourceMap& sources_;
  Diagnostics& diagnostics_;
  MacroTable macros_;
  std::vector<std::unique_ptr<OpenFile>> files_;
  std::set<std::string> once_;
  size_t includes_ = 0;
  bool stopped_ = false;
  Span end_;
};

}  // namespace

std::vector<Token> Preprocess(const PreprocessOptions& options, const std::string& path,
                              SourceMap& sources, Diagnostics& diagnostics) {
  return Preprocessor(options, sources, diagnostics).Run(path);
}

std::string PrintTokens(const std::vector<Token>& tokens) {
  std::string out;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::kEnd) break;
    if (!out.empty()) {
      if (token.Has(Token::kLineStart)) {
        out += '\n';
      } else if (token.Has(Token::kSpaceBefore)) {
        out += ' ';
      }
    }
    out += token.text;
  }
  if (!out.empty()) out += '\n';
  return out;
}

std::optional<std::string> InstalledIncludeDir() {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  std::string folder = length > 0 ? FolderOf(std::string(path, static_cast<size_t>(length))) : "";
  for (const std::string& dir :
       {folder + "../share/ipdk/p4include", std::string(IPDK_SOURCE_DIR "/p4/include")})
    if (access((dir + "/core.p4").c_str(), R_OK) == 0) return dir;
  return std::nullopt;
}

}  // namespace ipdk::p4
