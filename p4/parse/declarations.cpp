// Declarations of the top level, of externs, and what all of them share. Those of parsers, controls
// and tables are in blocks.cpp.

#include "p4/parse/parser.h"

namespace ipdk::p4 {

const Declaration* SyntaxParser::ParseTopLevel() {
  Annotations annotations = ParseAnnotations();
  switch (Kind()) {
    case TokenKind::kConst:
      return ParseConstant(annotations);
    case TokenKind::kExtern:
      return ParseExtern(annotations);
    case TokenKind::kAction:
      return ParseAction(annotations);
    case TokenKind::kParser:
      return ParseParserOrType(annotations);
    case TokenKind::kControl:
      return ParseControlOrType(annotations);
    case TokenKind::kPackage:
      return ParsePackage(annotations);
    case TokenKind::kHeader:
    case TokenKind::kHeaderUnion:
    case TokenKind::kStruct:
      return ParseStruct(annotations);
    case TokenKind::kEnum:
      return ParseEnum(annotations);
    case TokenKind::kTypedef:
      return ParseTypedef(annotations);
    case TokenKind::kType:
      if (!IsTypeName(Peek())) return ParseTypedef(annotations);
      break;
    case TokenKind::kError:
    case TokenKind::kMatchKind:
      if (Kind(1) == TokenKind::kLeftBrace) return ParseMemberSet(annotations);
      break;
    case TokenKind::kTable:
    case TokenKind::kValueSet:
    case TokenKind::kTransition:
      Fail(DiagnosticKind::kMisplacedDeclaration, Here(),
           "'{}' cannot stand at the top level; it belongs into a {}", Peek().text,
           Kind() == TokenKind::kTable ? "control" : "parser");
      return nullptr;
    case TokenKind::kIf:
    case TokenKind::kSwitch:
    case TokenKind::kFor:
    case TokenKind::kReturn:
    case TokenKind::kExit:
      Fail(DiagnosticKind::kMisplacedStatement, Here(),
           "'{}' cannot stand at the top level; statements belong into an action, a function, a "
           "parser state or the 'apply' of a control",
           Peek().text);
      return nullptr;
    default:
      break;
  }
  if (!StartsType(0) && !IsName(Kind()) && Kind() != TokenKind::kDot) {
    Unexpected("a declaration");
    return nullptr;
  }
  return ParseFunctionOrInstantiation(annotations, /*top_level=*/true);
}

const Declaration* SyntaxParser::ParseConstant(Annotations annotations) {
  Span start = Here();
  Expect(TokenKind::kConst);
  auto* node = tree_.New<ConstantDecl>(start);
  node->annotations = annotations;
  const TypeRef* type = ParseType();
  node->name = ExpectName("the name of the constant");
  node->type = ParseStackSuffix(type);
  Expect(TokenKind::kAssign, "and the constant's value");
  node->value = ParseExpression();
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

const InstantiationDecl* SyntaxParser::ParseInstantiationRest(Annotations annotations, Span start,
                                                              const TypeRef* type) {
  Nested nested(*this);
  auto* node = tree_.New<InstantiationDecl>(start);
  node->annotations = annotations;
  node->arguments = ParseArguments();
  node->name = ExpectName("the name of the instance");
  node->type = ParseStackSuffix(type);
  if (Take(TokenKind::kAssign)) {
    node->has_body = true;
    Scope scope(*this);
    std::vector<const Declaration*> body;
    Braced("", [&] {
      Annotations own = ParseAnnotations();
      const Declaration* one = ParseFunctionOrInstantiation(own, /*top_level=*/false);
      if (!panic_) body.push_back(one);
    });
    node->body = tree_.arena().Copy(body);
  }
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

// After annotations, inside blocks: a variable or an instance.
const Declaration* SyntaxParser::ParseVariableOrInstantiation(Annotations annotations,
                                                              bool semicolon) {
  Span start = Here();
  const TypeRef* type = ParseType();
  if (Kind() == TokenKind::kLeftParen && semicolon)
    return ParseInstantiationRest(annotations, start, type);
  auto* node = tree_.New<VariableDecl>(start);
  node->annotations = annotations;
  node->name = ExpectName("the name of the variable");
  node->type = ParseStackSuffix(type);
  if (semicolon && (Kind() == TokenKind::kLeftParen || Kind() == TokenKind::kLess))
    Fail(DiagnosticKind::kMisplacedDeclaration, Here(),
         "a function cannot be declared here, only at the top level");
  if (Take(TokenKind::kAssign)) node->value = ParseExpression();
  if (semicolon) Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

// At the top level and in the body of an instance.
const Declaration* SyntaxParser::ParseFunctionOrInstantiation(Annotations annotations,
                                                              bool top_level) {
  Span start = Here();
  const TypeRef* type = ParseType(/*allow_void=*/true);
  if (Kind() == TokenKind::kLeftParen) return ParseInstantiationRest(annotations, start, type);
  if (IsName(Kind()) && Kind(1) != TokenKind::kLeftParen && Kind(1) != TokenKind::kLess) {
    if (Kind(1) == TokenKind::kSemicolon || Kind(1) == TokenKind::kAssign ||
        Kind(1) == TokenKind::kLeftBracket) {
      Fail(DiagnosticKind::kMisplacedDeclaration, start,
           "a variable cannot be declared {}; make '{}' a 'const', or declare it in a parser or "
           "control",
           top_level ? "at the top level" : "in the body of an instance", Peek().text);
      return nullptr;
    }
    Advance();
    Unexpected("'(' of a function's parameters");
    return nullptr;
  }
  FunctionDecl* node = nullptr;
  {
    Scope scope(*this);
    node = ParsePrototype(DeclarationKind::kFunction, annotations, start, type);
    node->body = ParseBlock({});
    node->span = Since(start);
  }
  Declare(node->name, NameKind::kValue);
  return node;
}

// name<T>(parameters); the scope is the caller's.
FunctionDecl* SyntaxParser::ParsePrototype(DeclarationKind kind, Annotations annotations,
                                           Span start, const TypeRef* return_type) {
  auto* node = tree_.New<FunctionDecl>(start, kind);
  node->annotations = annotations;
  node->return_type = return_type;
  node->name = ExpectName("the name of the function");
  node->type_parameters = ParseTypeParameters();
  node->parameters = ParseParameters();
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseExtern(Annotations annotations) {
  Span start = Advance().span;
  bool object = false;
  if (IsName(Kind())) {
    size_t after = at_ + 1;
    if (Kind(1) == TokenKind::kLess) after = ScanTypeArguments(after, tokens_.size(), 0);
    TokenKind kind = KindAt(after);
    object = after != 0 && (kind == TokenKind::kLeftBrace || kind == TokenKind::kSemicolon);
  }
  if (!object) {
    const TypeRef* type = ParseType(/*allow_void=*/true);
    Scope scope(*this);
    FunctionDecl* node = ParsePrototype(DeclarationKind::kExternFunction, annotations, start, type);
    Expect(TokenKind::kSemicolon);
    node->span = Since(start);
    return node;
  }
  auto* node = tree_.New<ExternObjectDecl>(start);
  node->annotations = annotations;
  node->name = ExpectName("the name of the extern");
  Declare(node->name, NameKind::kType);
  if (Take(TokenKind::kSemicolon)) {
    node->is_forward = true;
    node->span = Since(start);
    return node;
  }
  Scope scope(*this);
  node->type_parameters = ParseTypeParameters();
  std::vector<const FunctionDecl*> methods;
  Braced("", [&] {
    const FunctionDecl* one = ParseMethod();
    if (!panic_) methods.push_back(one);
  });
  node->methods = tree_.arena().Copy(methods);
  node->span = Since(start);
  return node;
}

const FunctionDecl* SyntaxParser::ParseMethod() {
  Annotations annotations = ParseAnnotations();
  Span start = Here();
  bool is_abstract = Take(TokenKind::kAbstract);
  bool constructor = IsName(Kind()) && Kind(1) == TokenKind::kLeftParen;
  const TypeRef* type = constructor ? nullptr : ParseType(/*allow_void=*/true);
  Scope scope(*this);
  FunctionDecl* node = ParsePrototype(DeclarationKind::kMethod, annotations, start, type);
  node->is_abstract = is_abstract;
  if (Kind() == TokenKind::kLeftBrace)
    Fail(DiagnosticKind::kMisplacedStatement, Here(),
         "a method of an extern has no body; expected ';'");
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseAction(Annotations annotations) {
  Span start = Advance().span;
  auto* node = tree_.New<ActionDecl>(start);
  node->annotations = annotations;
  node->name = ExpectName("the name of the action");
  {
    Scope scope(*this);
    node->parameters = ParseParameters();
    node->body = ParseBlock({});
  }
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

const Declaration* SyntaxParser::ParseStruct(Annotations annotations) {
  Nested nested(*this);
  Span start = Here();
  TokenKind keyword = Advance().kind;
  DeclarationKind kind = keyword == TokenKind::kHeader   ? DeclarationKind::kHeader
                         : keyword == TokenKind::kStruct ? DeclarationKind::kStruct
                                                         : DeclarationKind::kHeaderUnion;
  auto* node = tree_.New<StructDecl>(start, kind);
  node->annotations = annotations;
  node->name = ExpectName("the name of the type");
  Declare(node->name, NameKind::kType);
  Scope scope(*this);
  node->type_parameters = ParseTypeParameters();
  std::vector<const FieldDecl*> fields;
  Braced("", [&] {
    auto* field = tree_.New<FieldDecl>(Here());
    field->annotations = ParseAnnotations();
    Span field_start = Here();
    const TypeRef* type = ParseType();
    field->name = ExpectName("the name of the field");
    field->type = ParseStackSuffix(type);
    Expect(TokenKind::kSemicolon);
    field->span = Since(field_start);
    if (!panic_) fields.push_back(field);
  });
  node->fields = tree_.arena().Copy(fields);
  node->span = Since(start);
  return node;
}

const MemberDecl* SyntaxParser::ParseMember(const Declaration* parent, bool with_value) {
  auto* node = tree_.New<MemberDecl>(Here());
  Span start = Here();
  node->annotations = ParseAnnotations();
  node->parent = parent;
  node->name = ExpectName("the name of a member");
  if (with_value) {
    Expect(TokenKind::kAssign, "and the member's value");
    node->value = ParseExpression();
  }
  node->span = Since(start);
  return node;
}

// { item, item }; at least one, with a comma at the end where the grammar lets one stand.
template <typename Function>
List<const MemberDecl*> SyntaxParser::ParseMembers(bool comma_at_end, Function item) {
  std::vector<const MemberDecl*> members;
  Span open = Here();
  Expect(TokenKind::kLeftBrace);
  if (AtBlockEnd() && !panic_) Unexpected("the name of a member");
  while (!AtBlockEnd()) {
    members.push_back(item());
    if (!Take(TokenKind::kComma)) break;
    if (!comma_at_end && AtBlockEnd() && !panic_) Unexpected("the name of a member");
  }
  ExpectClose(TokenKind::kRightBrace, open);
  return tree_.arena().Copy(members);
}

const Declaration* SyntaxParser::ParseEnum(Annotations annotations) {
  Span start = Advance().span;
  auto* node = tree_.New<EnumDecl>(start);
  node->annotations = annotations;
  if (!(IsName(Kind()) && Kind(1) == TokenKind::kLeftBrace)) node->underlying = ParseType();
  node->name = ExpectName("the name of the enum");
  Declare(node->name, NameKind::kType);
  node->members = ParseMembers(/*comma_at_end=*/true,
                               [&] { return ParseMember(node, node->underlying != nullptr); });
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseMemberSet(Annotations annotations) {
  Span start = Here();
  auto* node = tree_.New<MemberSetDecl>(
      start, Kind() == TokenKind::kError ? DeclarationKind::kError : DeclarationKind::kMatchKind);
  const bool is_error = Advance().kind == TokenKind::kError;
  if (!annotations.empty())
    Fail(DiagnosticKind::kMisplacedAnnotation, annotations[0].span,
         "an annotation cannot stand before '{}'", is_error ? "error" : "match_kind");
  node->annotations = annotations;
  node->members = ParseMembers(!is_error, [&] { return ParseMember(node, false); });
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseTypedef(Annotations annotations) {
  Span start = Here();
  bool is_typedef = Advance().kind == TokenKind::kTypedef;
  auto* node = tree_.New<TypedefDecl>(
      start, is_typedef ? DeclarationKind::kTypedef : DeclarationKind::kNewType);
  node->annotations = annotations;
  Annotations inner = ParseAnnotations();
  TokenKind kind = Kind();
  bool in_place = kind == TokenKind::kHeader || kind == TokenKind::kHeaderUnion ||
                  kind == TokenKind::kStruct || kind == TokenKind::kEnum;
  if (in_place && is_typedef) {
    node->declared = kind == TokenKind::kEnum ? ParseEnum(inner) : ParseStruct(inner);
    node->name = ExpectName("the new name");
  } else {
    const TypeRef* type = ParseType();
    node->name = ExpectName("the new name");
    node->type = ParseStackSuffix(type);
  }
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  Declare(node->name, NameKind::kType);
  return node;
}

TypeParameters SyntaxParser::ParseTypeParameters() {
  std::vector<const TypeParameterDecl*> all;
  Span open = Here();
  if (!Take(TokenKind::kLess)) return {};
  do {
    auto* node = tree_.New<TypeParameterDecl>(Here());
    node->name = ExpectName("the name of a type parameter");
    Declare(node->name, NameKind::kType);
    all.push_back(node);
  } while (Take(TokenKind::kComma));
  ExpectClose(TokenKind::kGreater, open);
  return tree_.arena().Copy(all);
}

Parameters SyntaxParser::ParseParameters() {
  std::vector<const ParameterDecl*> all;
  Span open = Here();
  Expect(TokenKind::kLeftParen, "and parameters");
  while (Kind() != TokenKind::kRightParen && !Done()) {
    all.push_back(ParseParameter());
    if (!Take(TokenKind::kComma)) break;
    if (Kind() == TokenKind::kRightParen) Unexpected("a parameter");
  }
  ExpectClose(TokenKind::kRightParen, open);
  return tree_.arena().Copy(all);
}

const ParameterDecl* SyntaxParser::ParseParameter() {
  auto* node = tree_.New<ParameterDecl>(Here());
  node->annotations = ParseAnnotations();
  Span start = Here();
  switch (Kind()) {
    case TokenKind::kIn:
      node->direction = Direction::kIn;
      break;
    case TokenKind::kOut:
      node->direction = Direction::kOut;
      break;
    case TokenKind::kInout:
      node->direction = Direction::kInout;
      break;
    default:
      break;
  }
  if (node->direction != Direction::kNone) Advance();
  const TypeRef* type = ParseType();
  node->name = ExpectName("the name of the parameter");
  node->type = ParseStackSuffix(type);
  if (Take(TokenKind::kAssign)) node->default_value = ParseExpression();
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

}  // namespace ipdk::p4
