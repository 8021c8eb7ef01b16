// Expressions: precedence climbing over unary and postfix expressions.

#include <algorithm>
#include <optional>
#include <string>

#include "p4/lex/literal.h"
#include "p4/parse/parser.h"

namespace ipdk::p4 {
namespace {

struct Operator {
  int level = 0;  // a higher level binds tighter; 0 is none
  BinaryOp op = BinaryOp::kAdd;
};

constexpr int kLowest = 1;

Operator OperatorOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kPipePipe:
      return {1, BinaryOp::kOr};
    case TokenKind::kAmpAmp:
      return {2, BinaryOp::kAnd};
    case TokenKind::kEqualEqual:
      return {3, BinaryOp::kEqual};
    case TokenKind::kNotEqual:
      return {3, BinaryOp::kNotEqual};
    case TokenKind::kLess:
      return {4, BinaryOp::kLess};
    case TokenKind::kGreater:
      return {4, BinaryOp::kGreater};
    case TokenKind::kLessEqual:
      return {4, BinaryOp::kLessEqual};
    case TokenKind::kGreaterEqual:
      return {4, BinaryOp::kGreaterEqual};
    case TokenKind::kPipe:
      return {5, BinaryOp::kBitOr};
    case TokenKind::kCaret:
      return {6, BinaryOp::kBitXor};
    case TokenKind::kAmp:
      return {7, BinaryOp::kBitAnd};
    case TokenKind::kShiftLeft:
      return {8, BinaryOp::kShiftLeft};
    case TokenKind::kPlus:
      return {9, BinaryOp::kAdd};
    case TokenKind::kMinus:
      return {9, BinaryOp::kSubtract};
    case TokenKind::kPlusSat:
      return {9, BinaryOp::kAddSaturating};
    case TokenKind::kMinusSat:
      return {9, BinaryOp::kSubtractSaturating};
    case TokenKind::kPlusPlus:
      return {9, BinaryOp::kConcat};
    case TokenKind::kStar:
      return {10, BinaryOp::kMultiply};
    case TokenKind::kSlash:
      return {10, BinaryOp::kDivide};
    case TokenKind::kPercent:
      return {10, BinaryOp::kModulo};
    default:
      return {};
  }
}

}  // namespace

const Expression* SyntaxParser::ParseExpression() {
  Nested nested(*this);
  const Expression* condition = ParseBinary(kLowest);
  if (!Take(TokenKind::kQuestion)) return condition;
  auto* node = tree_.New<ConditionalExpr>(condition->span);
  node->condition = condition;
  bool outer = std::exchange(no_greater_, false);
  node->if_true = ParseExpression();
  no_greater_ = outer;
  Expect(TokenKind::kColon, "of '?:'");
  node->if_false = ParseExpression();
  node->span = Since(condition->span);
  Deepen(node, condition->depth);
  Deepen(node, node->if_true->depth);
  Deepen(node, node->if_false->depth);
  return node;
}

const Expression* SyntaxParser::ParseBinary(int level) {
  const Expression* left = ParseUnary();
  for (;;) {
    Operator found = OperatorOf(Kind());
    Span span = Here();
    size_t length = 1;
    if (Kind() == TokenKind::kGreater) {
      if (no_greater_) return left;
      if (Touching(0)) {
        if (Kind(1) == TokenKind::kGreaterEqual) return left;  // ">>="
        if (Kind(1) == TokenKind::kGreater) {
          found = {8, BinaryOp::kShiftRight};
          length = 2;
        }
      }
    }
    if (found.level == 0 || found.level < level) return left;
    for (size_t i = 0; i < length; ++i) Advance();
    auto* node = tree_.New<BinaryExpr>(left->span);
    node->op = found.op;
    node->op_span = Since(span);
    node->left = left;
    node->right = ParseBinary(found.level + 1);
    node->span = Since(left->span);
    // The left operand does not count: chains of it are walked by a loop.
    node->depth = left->depth;
    Deepen(node, node->right->depth);
    left = node;
  }
}

const Expression* SyntaxParser::ParseUnary() {
  std::optional<UnaryOp> op;
  switch (Kind()) {
    case TokenKind::kNot:
      op = UnaryOp::kNot;
      break;
    case TokenKind::kTilde:
      op = UnaryOp::kComplement;
      break;
    case TokenKind::kMinus:
      op = UnaryOp::kMinus;
      break;
    case TokenKind::kPlus:
      op = UnaryOp::kPlus;
      break;
    default:
      break;
  }
  if (!op && !(Kind() == TokenKind::kLeftParen && LooksLikeCast())) return ParsePostfix();
  Nested nested(*this);
  Span start = Advance().span;
  if (op) {
    auto* node = tree_.New<UnaryExpr>(start);
    node->op = *op;
    node->operand = ParseUnary();
    node->span = Since(start);
    Deepen(node, node->operand->depth);
    return node;
  }
  auto* node = tree_.New<CastExpr>(start);
  bool outer = std::exchange(no_greater_, false);
  node->type = ParseType();
  no_greater_ = outer;
  ExpectClose(TokenKind::kRightParen, start);
  node->operand = ParseUnary();
  node->span = Since(start);
  Deepen(node, node->type->depth);
  Deepen(node, node->operand->depth);
  return node;
}

const Expression* SyntaxParser::ParsePostfix() {
  const Expression* base = ParsePrimary();
  for (;;) {
    if (Take(TokenKind::kDot)) {
      auto* node = tree_.New<MemberExpr>(base->span);
      node->base = base;
      node->member = ExpectName("the name of a field or method");
      node->span = Since(base->span);
      Deepen(node, base->depth);
      base = node;
    } else if (Kind() == TokenKind::kLeftBracket) {
      base = ParseBrackets(base);
    } else if (Kind() == TokenKind::kLeftParen || LooksLikeTypeArguments()) {
      auto* node = tree_.New<CallExpr>(base->span);
      node->callee = base;
      if (Kind() == TokenKind::kLess) {
        node->has_type_arguments = true;
        node->type_arguments = ParseTypeArguments();
        for (const TypeRef* type : node->type_arguments) Deepen(node, type->depth);
      }
      node->arguments = ParseArguments();
      node->span = Since(base->span);
      Deepen(node, base->depth);
      for (const Argument& argument : node->arguments) Deepen(node, argument.value->depth);
      base = node;
    } else {
      return base;
    }
    if (panic_) return base;
  }
}

// [index], [high:low], [low +: width]
const Expression* SyntaxParser::ParseBrackets(const Expression* base) {
  Span open = Advance().span;
  bool outer = std::exchange(no_greater_, false);
  const Expression* first = ParseExpression();
  const Expression* result = nullptr;
  if (Kind() == TokenKind::kColon || Kind() == TokenKind::kPlusColon) {
    auto* node = tree_.New<SliceExpr>(base->span);
    node->by_width = Advance().kind == TokenKind::kPlusColon;
    const Expression* second = ParseExpression();
    node->base = base;
    node->high = node->by_width ? second : first;
    node->low = node->by_width ? first : second;
    ExpectClose(TokenKind::kRightBracket, open);
    node->span = Since(base->span);
    Deepen(node, base->depth);
    Deepen(node, first->depth);
    Deepen(node, second->depth);
    result = node;
  } else {
    auto* node = tree_.New<IndexExpr>(base->span);
    node->base = base;
    node->at = first;
    ExpectClose(TokenKind::kRightBracket, open);
    node->span = Since(base->span);
    Deepen(node, base->depth);
    Deepen(node, first->depth);
    result = node;
  }
  no_greater_ = outer;
  return result;
}

List<Argument> SyntaxParser::ParseArguments() {
  Span open = Here();
  Expect(TokenKind::kLeftParen);
  bool outer = std::exchange(no_greater_, false);
  std::vector<Argument> arguments;
  while (Kind() != TokenKind::kRightParen && !Done()) {
    Argument argument;
    Span start = Here();
    if (IsName(Kind()) && Kind(1) == TokenKind::kAssign) {
      argument.name = MakeIdentifier(Advance());
      Advance();
    }
    if (Kind() == TokenKind::kUnderscore) {
      auto* node = tree_.New<DefaultExpr>(Advance().span);
      node->is_underscore = true;
      argument.value = node;
    } else {
      argument.value = ParseExpression();
    }
    argument.span = Since(start);
    arguments.push_back(argument);
    if (!Take(TokenKind::kComma)) break;
    if (Kind() == TokenKind::kRightParen) Unexpected("an argument");
  }
  no_greater_ = outer;
  ExpectClose(TokenKind::kRightParen, open);
  return tree_.arena().Copy(arguments);
}

NamedValue SyntaxParser::ParseNamedValue() {
  NamedValue value;
  value.name = ExpectName("a name");
  Expect(TokenKind::kAssign);
  value.value = ParseExpression();
  return value;
}

const Expression* SyntaxParser::ParsePrimary() {
  Span start = Here();
  switch (Kind()) {
    case TokenKind::kInteger:
      return ParseInteger();
    case TokenKind::kString:
      return ParseString();
    case TokenKind::kTrue:
    case TokenKind::kFalse: {
      auto* node = tree_.New<BoolExpr>(start);
      node->value = Advance().kind == TokenKind::kTrue;
      return node;
    }
    case TokenKind::kThis:
      Advance();
      return tree_.New<ThisExpr>(start);
    case TokenKind::kDots:
      Advance();
      return tree_.New<DotsExpr>(start);
    case TokenKind::kInvalid:
      Advance();
      return tree_.New<InvalidExpr>(start);
    case TokenKind::kLeftBrace:
      return ParseBraced();
    case TokenKind::kLeftParen:
      return ParseParenthesized();
    case TokenKind::kError: {
      Advance();
      auto* node = tree_.New<TypeMemberExpr>(start);
      node->type = tree_.NewTypeRef(start, TypeRefKind::kError);
      Expect(TokenKind::kDot, "after 'error'");
      node->member = ExpectName("the name of an error");
      node->span = Since(start);
      return node;
    }
    case TokenKind::kDot:
      return ParseNameOrType();
    default:
      if (IsName(Kind())) return ParseNameOrType();
      Unexpected("an expression");
      return tree_.New<InvalidExpr>(start);
  }
}

const Expression* SyntaxParser::ParseNameOrType() {
  Span start = Here();
  bool absolute = Kind() == TokenKind::kDot;
  size_t ahead = absolute ? 1 : 0;
  TokenKind after = Kind(ahead + 1);
  bool is_type = absolute ? IsGlobalTypeName(Peek(1)) : IsTypeName(Peek());
  if (is_type &&
      (after == TokenKind::kDot || after == TokenKind::kLeftParen ||
       (after == TokenKind::kLess && !no_greater_ && ScanType(at_, tokens_.size(), 0) != 0))) {
    const TypeRef* type = ParseNamedType();
    if (Take(TokenKind::kDot)) {
      auto* node = tree_.New<TypeMemberExpr>(start);
      node->type = type;
      node->member = ExpectName("a member of the type");
      node->span = Since(start);
      Deepen(node, type->depth);
      return node;
    }
    auto* node = tree_.New<ConstructExpr>(start);
    node->type = type;
    node->arguments = ParseArguments();
    node->span = Since(start);
    Deepen(node, type->depth);
    for (const Argument& argument : node->arguments) Deepen(node, argument.value->depth);
    return node;
  }
  auto* node = tree_.New<NameExpr>(start);
  node->absolute = Take(TokenKind::kDot);
  node->name = ExpectName("a name");
  node->span = Since(start);
  return node;
}

const Expression* SyntaxParser::ParseInteger() {
  const Token& token = Advance();
  auto* node = tree_.New<IntegerExpr>(token.span);
  std::string why;
  std::optional<Number> number = ParseNumber(token.text, why);
  if (!number) {
    // The grammar is not hurt: go on after it.
    if (!panic_)
      diagnostics_.Report(DiagnosticKind::kBadNumber, token.span, "'{}' is not a number: {}",
                          token.text.substr(0, 40), why);
    number = Number{};
  }
  node->value = tree_.Keep(std::move(number->value));
  node->has_width = number->has_width;
  node->is_signed = number->is_signed;
  node->width = number->width;
  return node;
}

const Expression* SyntaxParser::ParseString() {
  const Token& token = Advance();
  auto* node = tree_.New<StringExpr>(token.span);
  node->value = tree_.arena().CopyText(UnescapeString(token.text));
  return node;
}

const Expression* SyntaxParser::ParseBraced() {
  Span open = Advance().span;
  bool outer = std::exchange(no_greater_, false);
  Expression* result = nullptr;
  if (IsName(Kind()) && Kind(1) == TokenKind::kAssign) {
    auto* node = tree_.New<StructExpr>(open);
    std::vector<NamedValue> fields;
    while (Kind() != TokenKind::kRightBrace && !Done()) {
      if (Take(TokenKind::kDots)) {
        node->has_dots = true;
        Take(TokenKind::kComma);
        break;
      }
      fields.push_back(ParseNamedValue());
      Deepen(node, fields.back().value ? fields.back().value->depth : 1);
      if (!Take(TokenKind::kComma)) break;
    }
    node->fields = tree_.arena().Copy(fields);
    result = node;
  } else {
    auto* node = tree_.New<ListExpr>(open);
    std::vector<const Expression*> elements;
    while (Kind() != TokenKind::kRightBrace && !Done()) {
      elements.push_back(ParseExpression());
      Deepen(node, elements.back()->depth);
      if (!Take(TokenKind::kComma)) break;
    }
    node->elements = tree_.arena().Copy(elements);
    result = node;
  }
  no_greater_ = outer;
  ExpectClose(TokenKind::kRightBrace, open);
  result->span = Since(open);
  return result;
}

const Expression* SyntaxParser::ParseParenthesized() {
  Span open = Advance().span;
  bool outer = std::exchange(no_greater_, false);
  auto* inner = const_cast<Expression*>(ParseExpression());
  no_greater_ = outer;
  ExpectClose(TokenKind::kRightParen, open);
  inner->parenthesized = true;
  inner->span = Since(open);
  // A chain in parentheses is an operand like any other, but its walkers may not loop here.
  return inner;
}

const Expression* SyntaxParser::FinishRange(const Expression* left) {
  if (Kind() != TokenKind::kMask && Kind() != TokenKind::kDotDot) return left;
  auto* node = tree_.New<BinaryExpr>(left->span);
  node->op = Kind() == TokenKind::kMask ? BinaryOp::kMask : BinaryOp::kRange;
  node->op_span = Advance().span;
  node->left = left;
  node->right = ParseExpression();
  node->span = Since(left->span);
  node->depth = left->depth;
  Deepen(node, node->right->depth);
  return node;
}

const Expression* SyntaxParser::ParseCollection() {
  const Expression* first = ParseExpression();
  return Kind() == TokenKind::kDotDot ? FinishRange(first) : first;
}

const Expression* SyntaxParser::ParseKeysetElement() {
  if (Kind() == TokenKind::kDefault || Kind() == TokenKind::kUnderscore) {
    const Token& token = Advance();
    auto* node = tree_.New<DefaultExpr>(token.span);
    node->is_underscore = token.kind == TokenKind::kUnderscore;
    return node;
  }
  return FinishRange(ParseExpression());
}

// An element, or (element, element, ...). "(e)" alone is an expression in parentheses.
const Expression* SyntaxParser::ParseKeyset() {
  if (!LooksLikeTupleKeyset()) return ParseKeysetElement();
  Span open = Advance().span;
  std::vector<const Expression*> elements;
  int depth = 1;
  do {
    if (Kind() == TokenKind::kRightParen && !elements.empty()) break;
    elements.push_back(ParseKeysetElement());
    depth = std::max<int>(depth, elements.back()->depth);
  } while (Take(TokenKind::kComma));
  ExpectClose(TokenKind::kRightParen, open);
  if (elements.size() == 1) {
    const Expression* only = elements[0];
    const auto* binary = As<BinaryExpr>(only);
    bool plain = !DefaultExpr::Is(only->kind) &&
                 !(binary && !binary->parenthesized &&
                   (binary->op == BinaryOp::kMask || binary->op == BinaryOp::kRange));
    if (plain) return only;
  }
  auto* node = tree_.New<ListExpr>(Since(open));
  node->is_tuple_keyset = true;
  node->elements = tree_.arena().Copy(elements);
  Deepen(node, depth);
  return node;
}

}  // namespace ipdk::p4
