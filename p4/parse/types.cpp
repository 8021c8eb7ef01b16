// Types as written, and annotations.

#include "p4/parse/parser.h"

namespace ipdk::p4 {

void SyntaxParser::ParseWidth(TypeRef* type) {
  Span open = Here();
  Expect(TokenKind::kLess);
  bool outer = std::exchange(no_greater_, true);
  type->width = ParseExpression();
  no_greater_ = outer;
  // P4-16 7.1.6: anything but a number stands in parentheses. What is meant is plain without them.
  if (!panic_ && type->width->kind != ExpressionKind::kInteger && !type->width->parenthesized)
    diagnostics_.Report(DiagnosticKind::kWidthParentheses, type->width->span,
                        "a width that is not a number should stand in parentheses");
  ExpectClose(TokenKind::kGreater, open);
  Deepen(type, type->width->depth);
}

List<const TypeRef*> SyntaxParser::ParseTypeArguments() {
  Span open = Here();
  std::vector<const TypeRef*> arguments;
  Expect(TokenKind::kLess);
  if (Kind() != TokenKind::kGreater) {
    do {
      arguments.push_back(ParseTypeArgument());
    } while (Take(TokenKind::kComma));
  }
  ExpectClose(TokenKind::kGreater, open);
  return tree_.arena().Copy(arguments);
}

const TypeRef* SyntaxParser::ParseTypeArgument() {
  if (Kind() == TokenKind::kUnderscore) {
    Span span = Advance().span;
    return tree_.NewTypeRef(span, TypeRefKind::kDontCare);
  }
  return ParseType(/*allow_void=*/true);
}

const TypeRef* SyntaxParser::ParseType(bool allow_void) {
  Nested nested(*this);
  return ParseStackSuffix(ParseTypeWithoutStack(allow_void));
}

const TypeRef* SyntaxParser::ParseStackSuffix(const TypeRef* element) {
  while (Kind() == TokenKind::kLeftBracket) {
    Span open = Advance().span;
    bool outer = std::exchange(no_greater_, false);
    TypeRef* stack = tree_.NewTypeRef(element->span, TypeRefKind::kStack);
    stack->element = element;
    stack->size = ParseExpression();
    no_greater_ = outer;
    ExpectClose(TokenKind::kRightBracket, open);
    stack->span = Since(element->span);
    Deepen(stack, element->depth);
    Deepen(stack, stack->size->depth);
    element = stack;
  }
  return element;
}

const TypeRef* SyntaxParser::ParseNamedType() {
  TypeRef* type = tree_.NewTypeRef(Here(), TypeRefKind::kNamed);
  type->absolute = Take(TokenKind::kDot);
  type->name = ExpectName("a type");
  if (Kind() == TokenKind::kLess) {
    type->has_arguments = true;
    type->arguments = ParseTypeArguments();
    for (const TypeRef* argument : type->arguments) Deepen(type, argument->depth);
  }
  type->span = Since(type->span);
  return type;
}

const TypeRef* SyntaxParser::ParseTypeWithoutStack(bool allow_void) {
  Span start = Here();
  auto simple = [&](TypeRefKind kind) {
    Advance();
    return tree_.NewTypeRef(start, kind);
  };
  switch (Kind()) {
    case TokenKind::kBool:
      return simple(TypeRefKind::kBool);
    case TokenKind::kError:
      return simple(TypeRefKind::kError);
    case TokenKind::kStringType:
      return simple(TypeRefKind::kString);
    case TokenKind::kMatchKind:
      return simple(TypeRefKind::kMatchKind);
    case TokenKind::kVoid: {
      if (!allow_void)
        Fail(DiagnosticKind::kSyntax, start,
             "'void' is no type of a value: it can only be a return type or a type argument");
      return simple(TypeRefKind::kVoid);
    }
    case TokenKind::kBit: {
      TypeRef* type = simple(TypeRefKind::kBit);
      if (Kind() == TokenKind::kLess) ParseWidth(type);
      type->span = Since(start);
      return type;
    }
    case TokenKind::kInt: {
      TypeRef* type = simple(TypeRefKind::kInteger);
      if (Kind() == TokenKind::kLess) {
        type->kind = TypeRefKind::kInt;
        ParseWidth(type);
      }
      type->span = Since(start);
      return type;
    }
    case TokenKind::kVarbit: {
      TypeRef* type = simple(TypeRefKind::kVarbit);
      ParseWidth(type);
      type->span = Since(start);
      return type;
    }
    case TokenKind::kList:
      if (Kind(1) != TokenKind::kLess) return ParseNamedType();
      [[fallthrough]];
    case TokenKind::kTuple: {
      bool list = Kind() == TokenKind::kList;
      TypeRef* type = simple(list ? TypeRefKind::kList : TypeRefKind::kTuple);
      type->arguments = ParseTypeArguments();
      type->span = Since(start);
      for (const TypeRef* argument : type->arguments) Deepen(type, argument->depth);
      if (list && type->arguments.size() != 1)
        Fail(DiagnosticKind::kSyntax, type->span, "'list' wants one type argument, got {}",
             type->arguments.size());
      return type;
    }
    default:
      break;
  }
  if (Kind() != TokenKind::kDot && !IsName(Kind())) Unexpected("a type");
  return ParseNamedType();
}

Annotations SyntaxParser::ParseAnnotations() {
  std::vector<Annotation> all;
  while (Kind() == TokenKind::kAt) all.push_back(ParseAnnotation());
  return tree_.arena().Copy(all);
}

Annotation SyntaxParser::ParseAnnotation() {
  Annotation annotation;
  Span start = Here();
  Expect(TokenKind::kAt);
  auto name = [&] {
    if (Kind() != TokenKind::kIdentifier && !IsKeyword(Kind())) {
      Unexpected("the name of an annotation");
      return Identifier{};
    }
    return MakeIdentifier(Advance());
  };
  annotation.name = name();
  std::vector<Token> tokens;
  if (annotation.name.text == "pragma" && !Peek().Has(Token::kLineStart) &&
      Kind() != TokenKind::kLeftParen) {
    annotation.name = name();
    while (!Done() && !Peek().Has(Token::kLineStart)) tokens.push_back(Advance());
    annotation.form = tokens.empty() ? Annotation::Form::kBare : Annotation::Form::kTokens;
    annotation.tokens = tree_.arena().Copy(tokens);
  } else if (Kind() == TokenKind::kLeftParen) {
    annotation.form = Annotation::Form::kTokens;
    Span open = Advance().span;
    for (int parens = 0; !Done(); tokens.push_back(Advance())) {
      if (Kind() == TokenKind::kLeftParen) ++parens;
      if (Kind() == TokenKind::kRightParen && parens-- == 0) break;
    }
    ExpectClose(TokenKind::kRightParen, open);
    annotation.tokens = tree_.arena().Copy(tokens);
  } else if (Kind() == TokenKind::kLeftBracket) {
    Span open = Advance().span;
    bool outer = std::exchange(no_greater_, false);
    if (IsName(Kind()) && Kind(1) == TokenKind::kAssign) {
      annotation.form = Annotation::Form::kNamedValues;
      std::vector<NamedValue> values;
      do {
        if (Kind() == TokenKind::kRightBracket) break;
        values.push_back(ParseNamedValue());
      } while (Take(TokenKind::kComma));
      annotation.values = tree_.arena().Copy(values);
    } else {
      annotation.form = Annotation::Form::kExpressions;
      std::vector<const Expression*> values;
      while (Kind() != TokenKind::kRightBracket && !Done()) {
        values.push_back(ParseExpression());
        if (!Take(TokenKind::kComma)) break;
      }
      annotation.expressions = tree_.arena().Copy(values);
    }
    no_greater_ = outer;
    ExpectClose(TokenKind::kRightBracket, open);
  }
  annotation.span = Since(start);
  return annotation;
}

}  // namespace ipdk::p4
