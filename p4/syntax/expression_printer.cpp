#include "p4/syntax/expression_printer.h"

#include <vector>

namespace ipdk::p4 {

void ExpressionPrinter::Print(const Expression* e) {
  bool parens = e->parenthesized && !parenthesize_;
  if (parens) out_ += '(';
  PrintBare(e);
  if (parens) out_ += ')';
}

void ExpressionPrinter::Print(const TypeRef* type) {
  switch (type->kind) {
    case TypeRefKind::kBit:
      PrintWidth("bit", type->width);
      break;
    case TypeRefKind::kInt:
      PrintWidth("int", type->width);
      break;
    case TypeRefKind::kVarbit:
      PrintWidth("varbit", type->width);
      break;
    case TypeRefKind::kInteger:
      out_ += "int";
      break;
    case TypeRefKind::kBool:
      out_ += "bool";
      break;
    case TypeRefKind::kError:
      out_ += "error";
      break;
    case TypeRefKind::kString:
      out_ += "string";
      break;
    case TypeRefKind::kVoid:
      out_ += "void";
      break;
    case TypeRefKind::kMatchKind:
      out_ += "match_kind";
      break;
    case TypeRefKind::kDontCare:
      out_ += '_';
      break;
    case TypeRefKind::kNamed:
      if (type->absolute) out_ += '.';
      out_ += type->name.text;
      if (type->has_arguments) PrintTypeArguments(type->arguments);
      break;
    case TypeRefKind::kStack:
      Print(type->element);
      out_ += '[';
      Print(type->size);
      out_ += ']';
      break;
    case TypeRefKind::kTuple:
      out_ += "tuple";
      PrintTypeArguments(type->arguments);
      break;
    case TypeRefKind::kList:
      out_ += "list";
      PrintTypeArguments(type->arguments);
      break;
  }
}

void ExpressionPrinter::PrintWidth(std::string_view name, const Expression* width) {
  out_ += name;
  if (width == nullptr) return;
  out_ += '<';
  // Anything but a number stands in parentheses; operators bring theirs in the other mode.
  const size_t at = out_.size();
  Print(width);
  const bool wrapped = out_[at] == '(' && width->kind != ExpressionKind::kCast;
  if (width->kind != ExpressionKind::kInteger && parenthesize_ && !wrapped) {
    out_.insert(at, 1, '(');
    out_ += ')';
  }
  out_ += '>';
}

void ExpressionPrinter::PrintTypeArguments(List<const TypeRef*> types) {
  out_ += '<';
  Listed(types, [&](const TypeRef* one) { Print(one); });
  out_ += '>';
}

void ExpressionPrinter::PrintArguments(List<Argument> arguments) {
  out_ += '(';
  Listed(arguments, [&](const Argument& one) {
    if (!one.name.text.empty()) {
      out_ += one.name.text;
      out_ += " = ";
    }
    Print(one.value);
  });
  out_ += ')';
}

void ExpressionPrinter::PrintQuoted(std::string_view text) {
  out_ += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        break;
      case '\\':
        out_ += "\\\\";
        break;
      case '\n':
        out_ += "\\n";
        break;
      case '\r':
        out_ += "\\r";
        break;
      case '\t':
        out_ += "\\t";
        break;
      default:
        out_ += c;
    }
  }
  out_ += '"';
}

void ExpressionPrinter::PrintValues(List<NamedValue> values) {
  Listed(values, [&](const NamedValue& one) {
    out_ += one.name.text;
    out_ += " = ";
    Print(one.value);
  });
}

// Chains of left operands have no bound: they are collected, not descended.
void ExpressionPrinter::PrintBinary(const BinaryExpr* top) {
  std::vector<const BinaryExpr*> chain;
  const Expression* left = top;
  while (const auto* one = As<BinaryExpr>(left)) {
    if (one != top && one->parenthesized && !parenthesize_) break;
    chain.push_back(one);
    left = one->left;
  }
  if (parenthesize_) out_.append(chain.size(), '(');
  Print(left);
  for (size_t i = chain.size(); i-- > 0;) {
    bool tight = chain[i]->op == BinaryOp::kRange;
    if (!tight) out_ += ' ';
    out_ += BinaryText(chain[i]->op);
    if (!tight) out_ += ' ';
    Print(chain[i]->right);
    if (parenthesize_) out_ += ')';
  }
}

void ExpressionPrinter::PrintBare(const Expression* e) {
  switch (e->kind) {
    case ExpressionKind::kInteger: {
      const auto* node = As<IntegerExpr>(e);
      if (node->has_width) {
        out_ += std::to_string(node->width);
        out_ += node->is_signed ? 's' : 'w';
      }
      out_ += node->value->get_str();
      break;
    }
    case ExpressionKind::kBool:
      out_ += As<BoolExpr>(e)->value ? "true" : "false";
      break;
    case ExpressionKind::kString:
      PrintQuoted(As<StringExpr>(e)->value);
      break;
    case ExpressionKind::kName:
      if (As<NameExpr>(e)->absolute) out_ += '.';
      out_ += As<NameExpr>(e)->name.text;
      break;
    case ExpressionKind::kThis:
      out_ += "this";
      break;
    case ExpressionKind::kList: {
      const auto* node = As<ListExpr>(e);
      out_ += node->is_tuple_keyset ? '(' : '{';
      Listed(node->elements, [&](const Expression* one) { Print(one); });
      out_ += node->is_tuple_keyset ? ')' : '}';
      break;
    }
    case ExpressionKind::kStruct: {
      const auto* node = As<StructExpr>(e);
      out_ += '{';
      PrintValues(node->fields);
      if (node->has_dots) out_ += node->fields.empty() ? "..." : ", ...";
      out_ += '}';
      break;
    }
    case ExpressionKind::kInvalid:
      out_ += "{#}";
      break;
    case ExpressionKind::kDots:
      out_ += "...";
      break;
    case ExpressionKind::kDefault:
      out_ += As<DefaultExpr>(e)->is_underscore ? "_" : "default";
      break;
    case ExpressionKind::kUnary:
      out_ += UnaryText(As<UnaryExpr>(e)->op);
      Print(As<UnaryExpr>(e)->operand);
      break;
    case ExpressionKind::kBinary:
      PrintBinary(As<BinaryExpr>(e));
      break;
    case ExpressionKind::kConditional: {
      const auto* node = As<ConditionalExpr>(e);
      if (parenthesize_) out_ += '(';
      Print(node->condition);
      out_ += " ? ";
      Print(node->if_true);
      out_ += " : ";
      Print(node->if_false);
      if (parenthesize_) out_ += ')';
      break;
    }
    case ExpressionKind::kCast:
      if (parenthesize_) out_ += '(';
      out_ += '(';
      Print(As<CastExpr>(e)->type);
      out_ += ") ";
      Print(As<CastExpr>(e)->operand);
      if (parenthesize_) out_ += ')';
      break;
    case ExpressionKind::kMember:
      Print(As<MemberExpr>(e)->base);
      out_ += '.';
      out_ += As<MemberExpr>(e)->member.text;
      break;
    case ExpressionKind::kTypeMember:
      Print(As<TypeMemberExpr>(e)->type);
      out_ += '.';
      out_ += As<TypeMemberExpr>(e)->member.text;
      break;
    case ExpressionKind::kIndex:
      Print(As<IndexExpr>(e)->base);
      out_ += '[';
      Print(As<IndexExpr>(e)->at);
      out_ += ']';
      break;
    case ExpressionKind::kSlice: {
      const auto* node = As<SliceExpr>(e);
      Print(node->base);
      out_ += '[';
      Print(node->by_width ? node->low : node->high);
      out_ += node->by_width ? " +: " : ":";
      Print(node->by_width ? node->high : node->low);
      out_ += ']';
      break;
    }
    case ExpressionKind::kCall: {
      const auto* node = As<CallExpr>(e);
      Print(node->callee);
      if (node->has_type_arguments) PrintTypeArguments(node->type_arguments);
      PrintArguments(node->arguments);
      break;
    }
    case ExpressionKind::kConstruct:
      Print(As<ConstructExpr>(e)->type);
      PrintArguments(As<ConstructExpr>(e)->arguments);
      break;
  }
}

}  // namespace ipdk::p4
