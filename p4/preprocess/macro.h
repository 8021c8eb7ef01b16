#pragma once
// Macros, their expansion, and nothing of files.
//
// Expansion follows the C standard's wording: a macro is off inside its own replacement; arguments
// are expanded before they are put in, except beside # and ##. Work is a stack of token lists, not
// recursion; only the expansion of arguments recurses, to a bound.

#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "p4/lex/token.h"
#include "p4/source/diagnostics.h"
#include "p4/source/source.h"

namespace ipdk::p4 {

struct Macro {
  enum class Builtin : uint8_t { kNone, kFile, kLine, kCounter };
  std::string_view name;
  Span span;
  Builtin builtin = Builtin::kNone;
  bool function_like = false;
  bool variadic = false;  // the last parameter takes all further arguments
  std::vector<std::string_view> parameters;
  std::vector<Token> body;
  int open = 0;  // expansions of it that are under way
};

class MacroTable {
 public:
  MacroTable(SourceMap& sources, Diagnostics& diagnostics);

  // From the tokens after "#define". Reports what is wrong.
  void Define(const std::vector<Token>& tokens, Span directive);
  void Undefine(std::string_view name) { macros_.erase(name); }
  bool Defined(std::string_view name) const { return macros_.contains(name); }

  // Where unexpanded tokens come from: the files, or a list.
  using Input = std::function<Token()>;

  // The next token of `input` after expansion. All expansions share the pending tokens of one
  // call chain, so one Expander belongs to one input.
  class Expander {
   public:
    Expander(MacroTable& table, Input input, int depth = 0)
        : table_(table), input_(std::move(input)), depth_(depth) {}
    ~Expander();
    Token Next();

   private:
    struct Pending {
      std::shared_ptr<std::vector<Token>> tokens;
      size_t at = 0;
      std::shared_ptr<Macro> macro;  // null for a token put back
    };
    struct Argument {
      std::vector<Token> raw;
      std::vector<Token> expanded;
      bool is_expanded = false;
    };

    Token Raw();
    bool NextIsLeftParen();
    void Push(std::vector<Token> tokens, std::shared_ptr<Macro> macro);
    bool CollectArguments(const Macro& macro, const Token& name, std::vector<Argument>& out);
    std::vector<Token> Substitute(const Macro& macro, const Token& name,
                                  std::vector<Argument>& arguments);
    const std::vector<Token>& Expanded(Argument& argument);
    Token Stringify(const std::vector<Token>& tokens, const Token& name);
    bool Paste(std::vector<Token>& out, const Token& right, const Token& name);
    Token BuiltinValue(const Macro& macro, const Token& name);

    MacroTable& table_;
    Input input_;
    std::vector<Pending> pending_;
    int depth_;
  };

  // A bound was passed: the program is given up, the reason is reported.
  bool exhausted() const { return exhausted_; }
  // All tokens of `tokens`, expanded.
  std::vector<Token> Expand(const std::vector<Token>& tokens, int depth = 0);

 private:
  void Exhaust(DiagnosticKind kind, Span span, std::string_view what);
  bool Spend(size_t tokens, size_t bytes, Span span);

  SourceMap& sources_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string_view, std::shared_ptr<Macro>> macros_;
  size_t tokens_made_ = 0;
  size_t bytes_made_ = 0;
  uint32_t counter_ = 0;
  bool exhausted_ = false;
};

}  // namespace ipdk::p4
