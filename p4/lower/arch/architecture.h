#pragma once
// What lowering must know about an architecture, told in one file for each: which package it is,
// which argument is which parser or control and how their parameters meet the target's roles, what
// its extern objects, functions and table properties become. An architecture is recognised by its
// package's declaration, whichever file declares it.
//
// To add one: derive, write FindX beside it, and add it to the list in architecture.cpp.

#include <memory>
#include <string_view>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

class Architecture {
 public:
  virtual ~Architecture() = default;

  virtual std::string_view name() const = 0;  // "v1model"
  virtual ir::Arch arch() const = 0;

  // An extern object was made: note it in the schema if a controller or the data path can see it.
  virtual void MakeExtern(Lowerer& l, Instance* object, Span at) = 0;
  virtual Operand CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                             const CallFacts& call) = 0;
  virtual Operand CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call) = 0;
  // A property that is not the language's own: counters = ..., implementation = ...
  virtual void TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                             const p4::TableProperty& property) = 0;
  // Whether actions of this table may add entries to it, or say how long theirs live.
  virtual bool KeepsOwnEntries(const Lowerer&, const TableInstance&) const { return false; }
  // The body of a parser or control begins: what its objects hold for one run starts anew.
  virtual void Enter(Lowerer& l, Instance& instance) {}
  // Writes the entry functions. `package` is main.
  virtual void Pipeline(Lowerer& l, Instance& package, Span at) = 0;
};

// The architecture whose package this is: by name and number of parameters. Null: none that is
// known.
std::unique_ptr<Architecture> FindArchitecture(const BlockTypeDecl& package);
// A package that is known but not lowered yet: its architecture's name; else "".
std::string_view PlannedArchitecture(const BlockTypeDecl& package);

std::unique_ptr<Architecture> FindV1Model(const BlockTypeDecl& package);
std::unique_ptr<Architecture> FindPsa(const BlockTypeDecl& package);
std::unique_ptr<Architecture> FindPna(const BlockTypeDecl& package);

}  // namespace ipdk::p4
