#pragma once
// Expressions and types as text, appended to a string: the part of printing that print.h and
// messages share.

#include <string>
#include <utility>

#include "p4/syntax/expression.h"

namespace ipdk::p4 {

class ExpressionPrinter {
 public:
  // With `parenthesize`, every binary operation, condition and cast is in parentheses; else those
  // that were written. REQUIRES: `out` outlives this.
  ExpressionPrinter(std::string& out, bool parenthesize) : out_(out), parenthesize_(parenthesize) {}

  void Print(const Expression* e);
  void Print(const TypeRef* type);
  // "a = 1, b = 2"
  void PrintValues(List<NamedValue> values);
  // "(1, x = 2)"
  void PrintArguments(List<Argument> arguments);

  // The items with ", " between them.
  template <typename Items, typename Function>
  void Listed(const Items& items, Function print) {
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out_ += ", ";
      print(item);
    }
  }

 private:
  void PrintBare(const Expression* e);
  void PrintBinary(const BinaryExpr* top);
  void PrintWidth(std::string_view name, const Expression* width);
  void PrintTypeArguments(List<const TypeRef*> types);
  void PrintQuoted(std::string_view text);

  std::string& out_;
  bool parenthesize_;
};

}  // namespace ipdk::p4
