#pragma once
// Declarations. Everything that a name can mean is one: parameters, type parameters, fields,
// members of enums and errors, states, key-less things like tables included, so that "what does
// this name mean" is one pointer.

#include "p4/lex/token.h"
#include "p4/syntax/expression.h"
#include "p4/syntax/node.h"
#include "p4/syntax/statement.h"

namespace ipdk::p4 {

// @name, @name(any balanced tokens), @name[a, b], @name[a = 1, b = 2]; `@pragma name tokens` to the
// end of the line.
struct Annotation {
  enum class Form : uint8_t { kBare, kTokens, kExpressions, kNamedValues };
  Form form = Form::kBare;
  Identifier name;
  Span span;
  List<Token> tokens;                   // kTokens: what stands between the parentheses
  List<const Expression*> expressions;  // kExpressions
  List<NamedValue> values;              // kNamedValues
};

enum class DeclarationKind : uint8_t {
  kConstant,
  kVariable,
  kInstantiation,
  kValueSet,
  kFunction,  // with a body
  kExternFunction,
  kMethod,  // of an extern object; constructors have the extern's name and no return type
  kExternObject,
  kAction,
  kTable,
  kParser,
  kState,
  kControl,
  kParserType,
  kControlType,
  kPackageType,
  kError,
  kMatchKind,
  kTypedef,  // typedef T U
  kNewType,  // type T U
  kEnum,     // with an underlying type: serialisable
  kHeader,
  kHeaderUnion,
  kStruct,
  kParameter,
  kTypeParameter,
  kField,
  kMember,
};

struct Declaration {
  DeclarationKind kind;
  uint32_t index = 0;
  Span span;        // the whole declaration
  Identifier name;  // empty text: error and match_kind
  Annotations annotations;
};

#define IPDK_DECLARATION(Name)                                       \
  static constexpr DeclarationKind kKind = DeclarationKind::k##Name; \
  static constexpr bool Is(DeclarationKind kind) { return kind == kKind; }

enum class Direction : uint8_t { kNone, kIn, kOut, kInout };
std::string_view DirectionText(Direction direction);

struct ParameterDecl : Declaration {
  IPDK_DECLARATION(Parameter)
  Direction direction = Direction::kNone;
  const TypeRef* type;
  const Expression* default_value = nullptr;
};

struct TypeParameterDecl : Declaration {
  IPDK_DECLARATION(TypeParameter)
};

using Parameters = List<const ParameterDecl*>;
using TypeParameters = List<const TypeParameterDecl*>;

struct ConstantDecl : Declaration {
  IPDK_DECLARATION(Constant)
  const TypeRef* type;
  const Expression* value;
};

struct VariableDecl : Declaration {
  IPDK_DECLARATION(Variable)
  const TypeRef* type;
  const Expression* value = nullptr;
};

// T<A>(arguments) name; T(arguments) name = { declarations }; T(arguments) name[n]; (a kStack of T)
struct InstantiationDecl : Declaration {
  IPDK_DECLARATION(Instantiation)
  const TypeRef* type;
  List<Argument> arguments;
  bool has_body = false;
  List<const Declaration*> body;  // FunctionDecl (kFunction), InstantiationDecl
};

// value_set<T>(size) name;
struct ValueSetDecl : Declaration {
  IPDK_DECLARATION(ValueSet)
  const TypeRef* type;
  const Expression* size;
};

// A function, an extern function, or a method, constructor or abstract method of an extern object.
struct FunctionDecl : Declaration {
  static constexpr bool Is(DeclarationKind kind) {
    return kind == DeclarationKind::kFunction || kind == DeclarationKind::kExternFunction ||
           kind == DeclarationKind::kMethod;
  }
  const TypeRef* return_type = nullptr;  // null: a constructor
  TypeParameters type_parameters;
  Parameters parameters;
  bool is_abstract = false;
  const BlockStmt* body = nullptr;  // kFunction only
};

struct ExternObjectDecl : Declaration {
  IPDK_DECLARATION(ExternObject)
  TypeParameters type_parameters;
  List<const FunctionDecl*> methods;  // in order, constructors among them
  bool is_forward = false;            // extern X;
};

struct ActionDecl : Declaration {
  IPDK_DECLARATION(Action)
  Parameters parameters;
  const BlockStmt* body;
};

struct KeyElement {
  Span span;
  const Expression* expression;
  Identifier match_kind;
  Annotations annotations;
};

// An action as a table lists it or an entry names it: a NameExpr, or a CallExpr of one.
struct ActionRef {
  Span span;
  const Expression* expression;
  Annotations annotations;
};

struct TableEntry {
  Span span;
  bool is_const = false;
  const Expression* priority = nullptr;  // priority = n :
  const Expression* keyset;              // a ListExpr with is_tuple_keyset if it is a tuple
  const Expression* action;              // as in ActionRef
  Annotations annotations;
};

struct TableProperty {
  enum class Kind : uint8_t { kKey, kActions, kEntries, kOther };
  Kind kind = Kind::kOther;
  Span span;
  Identifier name;  // "key", "actions", "entries", "default_action", "size", ...
  bool is_const = false;
  Annotations annotations;
  List<KeyElement> key;               // kKey
  List<ActionRef> actions;            // kActions
  List<TableEntry> entries;           // kEntries
  const Expression* value = nullptr;  // kOther; default_action: a NameExpr or CallExpr
};

struct TableDecl : Declaration {
  IPDK_DECLARATION(Table)
  List<TableProperty> properties;  // as written; one name may wrongly stand twice
  // The first property of that name, or null.
  const TableProperty* Find(std::string_view property) const;
};

struct SelectCase {
  Span span;
  const Expression* keyset;  // a ListExpr with is_tuple_keyset if it is a tuple
  Identifier state;
};

struct StateDecl : Declaration {
  IPDK_DECLARATION(State)
  enum class Transition : uint8_t { kNone, kDirect, kSelect };
  List<const Statement*> statements;
  Transition transition = Transition::kNone;  // kNone: reject
  Span transition_span;
  Identifier next;                 // kDirect; "accept" and "reject" included
  List<const Expression*> select;  // kSelect
  List<SelectCase> cases;          // kSelect
};

// parser P<T>(parameters)(constructor parameters) { locals states }
struct ParserDecl : Declaration {
  IPDK_DECLARATION(Parser)
  TypeParameters type_parameters;
  Parameters parameters;
  Parameters constructor_parameters;
  List<const Declaration*> locals;  // constants, variables, instantiations, value sets
  List<const StateDecl*> states;
};

// control C<T>(parameters)(constructor parameters) { locals apply { } }
struct ControlDecl : Declaration {
  IPDK_DECLARATION(Control)
  TypeParameters type_parameters;
  Parameters parameters;
  Parameters constructor_parameters;
  List<const Declaration*> locals;  // constants, variables, instantiations, actions, tables
  const BlockStmt* apply;
};

// parser P<T>(parameters); control C<T>(parameters); package P<T>(parameters);
struct BlockTypeDecl : Declaration {
  static constexpr bool Is(DeclarationKind kind) {
    return kind == DeclarationKind::kParserType || kind == DeclarationKind::kControlType ||
           kind == DeclarationKind::kPackageType;
  }
  TypeParameters type_parameters;
  Parameters parameters;
};

struct FieldDecl : Declaration {
  IPDK_DECLARATION(Field)
  const TypeRef* type;
};

// A member of an enum, error or match_kind declaration.
struct MemberDecl : Declaration {
  IPDK_DECLARATION(Member)
  const Declaration* parent;
  const Expression* value = nullptr;  // serialisable enums only
};

// error { } and match_kind { }: each adds to the one set.
struct MemberSetDecl : Declaration {
  static constexpr bool Is(DeclarationKind kind) {
    return kind == DeclarationKind::kError || kind == DeclarationKind::kMatchKind;
  }
  List<const MemberDecl*> members;
};

struct EnumDecl : Declaration {
  IPDK_DECLARATION(Enum)
  const TypeRef* underlying = nullptr;  // not null: serialisable
  List<const MemberDecl*> members;
};

struct StructDecl : Declaration {
  static constexpr bool Is(DeclarationKind kind) {
    return kind == DeclarationKind::kHeader || kind == DeclarationKind::kHeaderUnion ||
           kind == DeclarationKind::kStruct;
  }
  TypeParameters type_parameters;
  List<const FieldDecl*> fields;
};

// typedef T name; type T name; either a type or a struct, header, union or enum declared in place.
struct TypedefDecl : Declaration {
  static constexpr bool Is(DeclarationKind kind) {
    return kind == DeclarationKind::kTypedef || kind == DeclarationKind::kNewType;
  }
  const TypeRef* type = nullptr;
  const Declaration* declared =
      nullptr;  // in place: kHeader, kHeaderUnion, kStruct, kEnum; its name is declared too
};

#undef IPDK_DECLARATION

}  // namespace ipdk::p4
