#pragma once
// Going through a whole syntax tree, parents before their parts, in the order of the text. What the
// language lets be long (operators in a row, `else if`) is gone through in loops, so the stack is
// bounded by the parser's bound on nesting.

#include "p4/syntax/tree.h"

namespace ipdk::p4 {

class Visitor {
 public:
  virtual ~Visitor() = default;

  void Visit(const Declaration* d);
  void Visit(const Statement* s);
  void Visit(const Expression* e);
  void Visit(const TypeRef* t);
  void Visit(Annotations annotations);

 protected:
  virtual void At(const Declaration* d) {}
  virtual void At(const Statement* s) {}
  virtual void At(const Expression* e) {}
  virtual void At(const TypeRef* t) {}
  // A table's property and a block statement also carry annotations; so do entries and keys, which
  // have nothing of their own to say about them.
  virtual void At(const TableProperty& property) {}

 private:
  template <typename T>
  void All(List<const T*> list) {
    for (const T* one : list) Visit(one);
  }
  void Arguments(List<Argument> arguments);
  void Parts(const Declaration* d);
  void Parts(const Expression* e);
  void Table(const TableDecl* d);
  void If(const IfStmt* s);
};

}  // namespace ipdk::p4
