#pragma once
// The parser's own class, shared by its parts: parser.cpp (tokens, errors, scopes), types.cpp,
// expressions.cpp, statements.cpp, declarations.cpp.
//
// Errors: the first one puts the parser into panic, in which every token reads as the end of the
// program, so that all loops end by themselves; the innermost list of statements, fields or
// declarations then calls Recover() and goes on. Nodes made during a panic are incomplete; the tree
// is thrown away.
//
// Ambiguity: P4's grammar needs to know which names are types (`(T) - x`, `f < T > (x)`, `T.m`).
// Declarations tell; scopes are undone from a log.

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "p4/lex/token.h"
#include "p4/source/diagnostics.h"
#include "p4/syntax/tree.h"

namespace ipdk::p4 {

class SyntaxParser {
 public:
  SyntaxParser(const std::vector<Token>& tokens, SyntaxTree& tree, SourceMap& sources,
               Diagnostics& diagnostics)
      : tokens_(tokens), tree_(tree), sources_(sources), diagnostics_(diagnostics) {}

  void ParseProgram();

 private:
  enum class NameKind : uint8_t { kValue, kType };

  // Tokens.
  const Token& Peek(size_t ahead = 0) const {
    size_t at = at_ + ahead;
    return panic_ || at >= tokens_.size() ? tokens_.back() : tokens_[at];
  }
  TokenKind Kind(size_t ahead = 0) const { return Peek(ahead).kind; }
  Span Here() const { return Peek().span; }
  Span Since(Span start) const { return Span{start.begin, previous_.end}; }
  const Token& Advance();
  bool Take(TokenKind kind);
  bool Expect(TokenKind kind, std::string_view where = "");
  // The same, for the bracket that ends what `open` began.
  void ExpectClose(TokenKind kind, Span open);
  static bool IsName(TokenKind kind) {
    return kind == TokenKind::kIdentifier || IsSoftKeyword(kind);
  }
  Identifier MakeIdentifier(const Token& token) {
    return Identifier{tree_.Intern(token.text), token.span};
  }
  Identifier ExpectName(std::string_view what);
  // ">>" and ">>=" are two tokens that touch.
  bool Touching(size_t ahead) const;

  // Errors.
  void Unexpected(std::string_view expected);
  template <typename... Args>
  void Fail(DiagnosticKind kind, Span span, fmt::format_string<Args...> format, Args&&... args) {
    if (panic_) return;
    // The end of the program is missed once, however much is open there.
    if (!Done() || !std::exchange(end_reported_, true))
      diagnostics_.Report(kind, span, format, std::forward<Args>(args)...);
    panic_ = true;
  }
  // Skips to the end of a statement or declaration. At the top level also over a stray '}'.
  void Recover(bool top_level = false);
  bool Done() const { return Kind() == TokenKind::kEnd; }
  bool AtBlockEnd() const { return Kind() == TokenKind::kRightBrace || Done(); }

  // Reads items until the '}' that matches `open`, recovering in between.
  template <typename Function>
  void Braced(std::string_view where, Function item);

  // Nesting.
  class Nested {
   public:
    explicit Nested(SyntaxParser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMaxDepth) parser_.TooDeep();
    }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    SyntaxParser& parser_;
  };
  void TooDeep();
  // Sets the node's depth to one more than its deepest child's.
  template <typename Node>
  void Deepen(Node* node, int child_depth);

  // Scopes.
  class Scope {
   public:
    explicit Scope(SyntaxParser& parser) : parser_(parser), mark_(parser.undo_.size()) {
      ++parser_.scope_depth_;
    }
    ~Scope() { parser_.CloseScope(mark_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SyntaxParser& parser_;
    size_t mark_;
  };
  void CloseScope(size_t mark);
  void Declare(const Identifier& name, NameKind kind);
  bool IsTypeName(const Token& token);
  bool IsGlobalTypeName(const Token& token);

  // Looking ahead: the index after a type that begins at `at`, or 0. Never reports.
  size_t ScanType(size_t at, size_t limit, int depth) const;
  size_t ScanTypeArguments(size_t at, size_t limit, int depth) const;
  size_t ScanBalanced(size_t at, size_t limit, TokenKind open, TokenKind close) const;
  TokenKind KindAt(size_t at) const {
    return at < tokens_.size() ? tokens_[at].kind : TokenKind::kEnd;
  }
  bool StartsType(size_t ahead);
  bool LooksLikeCast();
  bool LooksLikeTypeArguments();
  bool LooksLikeTupleKeyset() const;
  bool StartsVariableOrInstantiation();

  // types.cpp
  const TypeRef* ParseType(bool allow_void = false);
  const TypeRef* ParseTypeWithoutStack(bool allow_void);
  const TypeRef* ParseNamedType();
  const TypeRef* ParseTypeArgument();
  const TypeRef* ParseStackSuffix(const TypeRef* element);
  List<const TypeRef*> ParseTypeArguments();
  void ParseWidth(TypeRef* type);
  Annotations ParseAnnotations();
  Annotation ParseAnnotation();

  // expressions.cpp
  const Expression* ParseExpression();
  const Expression* ParseBinary(int level);
  const Expression* ParseUnary();
  const Expression* ParsePostfix();
  const Expression* ParsePrimary();
  const Expression* ParseNameOrType();
  const Expression* ParseBraced();
  const Expression* ParseParenthesized();
  const Expression* ParseInteger();
  const Expression* ParseString();
  const Expression* ParseBrackets(const Expression* base);
  const Expression* ParseKeyset();
  const Expression* ParseKeysetElement();
  const Expression* ParseCollection();
  const Expression* FinishRange(const Expression* left);
  List<Argument> ParseArguments();
  NamedValue ParseNamedValue();

  // statements.cpp
  const Statement* ParseStatement();
  const Statement* ParseBranch();
  const BlockStmt* ParseBlock(Annotations annotations);
  const Statement* ParseIf();
  const Statement* ParseSwitch();
  const Statement* ParseFor(Annotations annotations);
  const Statement* ParseAssignmentOrCall();
  const Statement* ParseDeclarationStatement(Annotations annotations);
  const Statement* ParseForInit();

  // declarations.cpp
  const Declaration* ParseTopLevel();
  const Declaration* ParseConstant(Annotations annotations);
  const Declaration* ParseVariableOrInstantiation(Annotations annotations, bool semicolon = true);
  const Declaration* ParseFunctionOrInstantiation(Annotations annotations, bool top_level);
  const InstantiationDecl* ParseInstantiationRest(Annotations annotations, Span start,
                                                  const TypeRef* type);
  FunctionDecl* ParsePrototype(DeclarationKind kind, Annotations annotations, Span start,
                               const TypeRef* return_type);
  const Declaration* ParseExtern(Annotations annotations);
  const FunctionDecl* ParseMethod();
  const Declaration* ParseAction(Annotations annotations);
  const Declaration* ParseParserOrType(Annotations annotations);
  const Declaration* ParseControlOrType(Annotations annotations);
  const Declaration* ParsePackage(Annotations annotations);
  const Declaration* FinishBlockType(DeclarationKind kind, Annotations annotations, Span start,
                                     Identifier name, TypeParameters types, Parameters parameters);
  const Declaration* ParseParserLocal();
  const Declaration* ParseControlLocal();
  const Declaration* ParseValueSet(Annotations annotations);
  const StateDecl* ParseState(Annotations annotations);
  void ParseTransition(StateDecl* state);
  const Declaration* ParseTable(Annotations annotations);
  TableProperty ParseTableProperty();
  KeyElement ParseKeyElement();
  ActionRef ParseActionRef();
  const Expression* ParseActionExpression();
  TableEntry ParseEntry();
  const Declaration* ParseStruct(Annotations annotations);
  const Declaration* ParseEnum(Annotations annotations);
  const Declaration* ParseMemberSet(Annotations annotations);
  const Declaration* ParseTypedef(Annotations annotations);
  const MemberDecl* ParseMember(const Declaration* parent, bool with_value);
  template <typename Function>
  List<const MemberDecl*> ParseMembers(bool comma_at_end, Function item);
  TypeParameters ParseTypeParameters();
  Parameters ParseParameters();
  const ParameterDecl* ParseParameter();

  const std::vector<Token>& tokens_;
  SyntaxTree& tree_;
  SourceMap& sources_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  size_t recovered_at_ = SIZE_MAX;
  Span previous_;
  bool panic_ = false;
  bool end_reported_ = false;
  bool no_greater_ = false;  // inside bit<...>, '>' ends
  bool in_state_ = false;    // inside a parser state
  int depth_ = 0;
  int scope_depth_ = 0;
  std::unordered_map<const char*, NameKind> kinds_;  // by interned text
  std::unordered_set<const char*> global_types_;
  std::vector<std::pair<const char*, int>> undo_;  // the former kind, -1 for none
};

template <typename Node>
void SyntaxParser::Deepen(Node* node, int child_depth) {
  if (child_depth + 1 > kMaxDepth) {
    TooDeep();
    return;
  }
  if (child_depth + 1 > node->depth) node->depth = static_cast<uint16_t>(child_depth + 1);
}

template <typename Function>
void SyntaxParser::Braced(std::string_view where, Function item) {
  Span open = Here();
  if (!Expect(TokenKind::kLeftBrace, where)) return;
  while (!AtBlockEnd()) {
    item();
    if (panic_) Recover();
  }
  ExpectClose(TokenKind::kRightBrace, open);
}

}  // namespace ipdk::p4
