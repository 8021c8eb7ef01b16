#pragma once
// What the checker found out about a program: tables beside the syntax tree, indexed by the nodes'
// dense indices. This is the value that lowering reads, so nothing in it has to be looked up by
// name again.
//
// Where the program is generic (inside a control<T>, a function<T>, an extern<T>), types mention
// the declaration's own type variables; TypeTable::Substitute puts an instance's arguments in
// (NominalOf(type).parameters -> type arguments; CallFacts::type_parameters -> type_arguments).
//
// A program that failed to check has poison types and null pointers in it; only lower one that did
// not.

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "p4/check/value.h"
#include "p4/syntax/tree.h"
#include "p4/types/types.h"

namespace ipdk::p4 {

// What a MemberExpr or TypeMemberExpr is, besides what `declaration` says.
enum class MemberKind : uint8_t {
  kNone,
  kField,       // of a struct, header or union: number `member_index`
  kEnumMember,  // E.x, error.X; declaration is the MemberDecl
  kNext,        // of a stack
  kLast,
  kLastIndex,  // bit<32>
  kSize,       // bit<32>
  kHit,        // of a table's apply()
  kMiss,
  kActionRun,
  kMethod,  // only ever called: see CallFacts
};

struct ExpressionFacts {
  TypeId type;    // as it stands
  TypeId target;  // after the implicit cast that its place asks for; equal to `type` where there is
                  // none
  // The value, already cast to `target`, where it is known from the text alone.
  ValuePtr value;
  // A NameExpr: variable, parameter, constant, instance, action, table, state, value set,
  // function... An enum's or error's member: its MemberDecl. A field: its FieldDecl.
  const Declaration* declaration = nullptr;
  MemberKind member = MemberKind::kNone;
  uint32_t member_index = 0;
  bool is_lvalue = false;
  // Known before the program runs, though perhaps only at instantiation (constructor parameters).
  bool is_constant = false;
};

enum class CalleeKind : uint8_t {
  kNone,
  kFunction,        // FunctionDecl with a body
  kExternFunction,  // FunctionDecl
  kMethod,          // FunctionDecl of an extern object; `receiver` is the object
  kAction,          // ActionDecl
  kTableApply,      // TableDecl
  kParserApply,     // ParserDecl or a parser type; `receiver` null: T.apply(), which makes its own
                    // instance
  kControlApply,
  kConstructor,  // ExternObjectDecl's FunctionDecl (or null), ParserDecl, ControlDecl,
                 // BlockTypeDecl (package)
  kIsValid,
  kSetValid,
  kSetInvalid,
  kPushFront,
  kPopFront,
  kMinSizeInBits,  // the call's value is in its ExpressionFacts
  kMinSizeInBytes,
  kMaxSizeInBits,
  kMaxSizeInBytes,
};

struct BoundArgument {
  const ParameterDecl* parameter = nullptr;  // null for built-in methods
  TypeId type;                               // of the parameter, type arguments put in
  Direction direction = Direction::kNone;
  // Null: an omitted @optional, or data that the control plane gives (an action in a table).
  // A DefaultExpr: `_`, the result is not wanted.
  const Expression* value = nullptr;
  bool is_default =
      false;  // `value` is the parameter's default; its types are those of the declaration
};

struct CallFacts {
  CalleeKind kind = CalleeKind::kNone;
  const Declaration* declaration = nullptr;
  const Expression* receiver = nullptr;          // the object, header, stack, table
  TypeId receiver_type = {};                     // also of T.apply() and of T.minSizeInBits()
  TypeId result = {};                            // constructor: the type made
  std::span<const TypeId> type_parameters = {};  // the callee's own (kVariable) ...
  std::vector<TypeId> type_arguments = {};       // ... and what they stand for in this call
  std::vector<BoundArgument> arguments = {};     // one per parameter, in its order
};

struct AbstractImplementation {
  const FunctionDecl* method = nullptr;          // abstract, of the extern object
  const FunctionDecl* implementation = nullptr;  // in the instance's body
  // One per parameter of `method`: the place among the implementation's, or -1 (an @optional one
  // left out).
  std::vector<int> places = {};
};

struct InstanceFacts {
  TypeId type;
  CallFacts constructor;
  uint32_t array_size = 0;  // T(x) a[n]; 0: a single one
  std::vector<AbstractImplementation> abstract_methods;
};

struct TableKeyFacts {
  const KeyElement* element = nullptr;
  TypeId type;
  std::string_view match_kind;
};

struct TableActionFacts {
  const ActionRef* reference = nullptr;
  const ActionDecl* action = nullptr;
  // Arguments of directional parameters are bound here (facts.calls[reference->expression->index]).
  const CallFacts* call = nullptr;
  bool table_only = false;    // @tableonly
  bool default_only = false;  // @defaultonly
};

struct TableEntryFacts {
  const TableEntry* entry = nullptr;
  uint32_t action = 0;              // into TableFacts::actions
  const CallFacts* call = nullptr;  // all parameters are bound
  // One keyset per key: DefaultExpr (anything), BinaryExpr with kMask or kRange, or a value.
  std::vector<const Expression*> keys = {};
  ValuePtr priority = nullptr;  // null: none is written
};

struct TableFacts {
  std::vector<TableKeyFacts> keys;
  std::vector<TableActionFacts> actions;
  // Into `actions`; UINT32_MAX: none is written (NoAction, if the program has one).
  uint32_t default_action = UINT32_MAX;
  const CallFacts* default_call = nullptr;
  bool default_is_const = false;
  std::vector<TableEntryFacts> entries;
  bool entries_are_const = false;
  ValuePtr size;  // null: not written
};

struct SelectTarget {
  enum class Kind : uint8_t { kState, kAccept, kReject };
  Kind kind = Kind::kReject;
  const StateDecl* state = nullptr;
};

struct StateFacts {
  SelectTarget next;              // without a select
  std::vector<TypeId> key_types;  // of a select
  std::vector<SelectTarget>
      targets;  // one per case; keysets as for TableEntryFacts, or a value set's name
};

struct SwitchFacts {
  const TableDecl* table = nullptr;        // switch (t.apply().action_run)
  std::vector<const ActionDecl*> actions;  // one per case; null: default
};

struct DeclarationFacts {
  // Variables, parameters, constants, fields, instances, value sets (the element): their type.
  // Type declarations: the type they make, over their own parameters. Functions: the type returned.
  // Tables: their kTable type.
  TypeId type;
  uint32_t nominal = UINT32_MAX;
  ValuePtr value;  // constants, members of serialisable enums
};

struct CheckedProgram {
  explicit CheckedProgram(const SyntaxTree& syntax)
      : tree(&syntax),
        expressions(syntax.expression_count()),
        type_refs(syntax.type_ref_count()),
        declarations(syntax.declaration_count()) {}

  const ExpressionFacts& operator[](const Expression* e) const { return expressions[e->index]; }
  const DeclarationFacts& operator[](const Declaration* d) const { return declarations[d->index]; }
  TypeId operator[](const TypeRef* t) const { return type_refs[t->index]; }
  // Null if the node is not one, or was not understood. Actions in tables have one even without
  // "(...)".
  const CallFacts* Call(const Expression* e) const { return Find(calls, e->index); }
  const InstanceFacts* Instance(const Declaration* d) const { return Find(instances, d->index); }
  const TableFacts* Table(const Declaration* d) const { return Find(tables, d->index); }
  const StateFacts* State(const Declaration* d) const { return Find(states, d->index); }
  const SwitchFacts* Switch(const Statement* s) const { return Find(switches, s->index); }

  const SyntaxTree* tree;
  std::unique_ptr<TypeTable> types = std::make_unique<TypeTable>();
  std::vector<ExpressionFacts> expressions;
  std::vector<TypeId> type_refs;
  std::vector<DeclarationFacts> declarations;
  std::unordered_map<uint32_t, CallFacts> calls;          // by expression
  std::unordered_map<uint32_t, InstanceFacts> instances;  // by declaration
  std::unordered_map<uint32_t, TableFacts> tables;        // by declaration
  std::unordered_map<uint32_t, StateFacts> states;        // by declaration
  std::unordered_map<uint32_t, SwitchFacts> switches;     // by statement
  std::deque<std::vector<TypeId>>
      type_parameter_lists;  // what CallFacts::type_parameters points into
  // All members, in the order of their declarations.
  std::vector<const MemberDecl*> errors;
  std::vector<const MemberDecl*> match_kinds;
  const ActionDecl* no_action = nullptr;    // NoAction, if declared
  const InstantiationDecl* main = nullptr;  // the package named main, if any

 private:
  template <typename Map>
  static const typename Map::mapped_type* Find(const Map& map, uint32_t index) {
    auto it = map.find(index);
    return it == map.end() ? nullptr : &it->second;
  }
};

}  // namespace ipdk::p4
