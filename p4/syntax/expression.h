#pragma once
// Expressions, and the types that are written inside them.
//
// The parser decides, with the type names in scope, what the grammar leaves open: `(T) x` is a cast
// when T names a type, `T.m` is a TypeMemberExpr then (an enum's member, error.X, T.apply,
// T.minSizeInBits), `T(args)` a ConstructExpr (a constructor call; also `T(args).apply(...)`),
// `f<T>(x)` a CallExpr with type arguments. A plain use of a name is always a NameExpr, even if a
// type of that name exists: whether that is wrong is for the checker to say.

#include "base/integer.h"
#include "p4/syntax/node.h"

namespace ipdk::p4 {

enum class ExpressionKind : uint8_t {
  kInteger,
  kBool,
  kString,
  kName,
  kThis,
  kList,
  kStruct,
  kInvalid,
  kDots,
  kDefault,
  kUnary,
  kBinary,
  kConditional,
  kCast,
  kMember,
  kTypeMember,
  kIndex,
  kSlice,
  kCall,
  kConstruct,
};

struct Expression {
  ExpressionKind kind;
  bool parenthesized = false;  // written as "(...)"; the span includes the parentheses
  uint16_t depth = 1;          // for the parser's bound
  uint32_t index = 0;
  Span span;
};

#define IPDK_EXPRESSION(Name)                                      \
  static constexpr ExpressionKind kKind = ExpressionKind::k##Name; \
  static constexpr bool Is(ExpressionKind kind) { return kind == kKind; }

// 5, 8w0xFF, 4s7. P4-16 6.4.3.2. `value` is what is written (never negative), not yet checked
// against the width.
struct IntegerExpr : Expression {
  IPDK_EXPRESSION(Integer)
  const Integer* value;
  bool has_width = false;
  bool is_signed = false;  // "s"
  uint32_t width = 0;
};

struct BoolExpr : Expression {
  IPDK_EXPRESSION(Bool)
  bool value;
};

// The text with its escapes replaced.
struct StringExpr : Expression {
  IPDK_EXPRESSION(String)
  std::string_view value;
};

// x, or .x for the top level's x.
struct NameExpr : Expression {
  IPDK_EXPRESSION(Name)
  Identifier name;
  bool absolute = false;
};

struct ThisExpr : Expression {
  IPDK_EXPRESSION(This)
};

// {a, b, c}. A "..." may stand last, as a DotsExpr. Also a keyset `(a, b &&& c, _)`, with
// is_tuple_keyset.
struct ListExpr : Expression {
  IPDK_EXPRESSION(List)
  List<const Expression*> elements;
  bool is_tuple_keyset = false;
};

struct NamedValue {
  Identifier name;
  const Expression* value;
};

// {a = 1, b = 2}, {a = 1, ...}.
struct StructExpr : Expression {
  IPDK_EXPRESSION(Struct)
  List<NamedValue> fields;
  bool has_dots = false;
};

// {#}
struct InvalidExpr : Expression {
  IPDK_EXPRESSION(Invalid)
};

// "..."
struct DotsExpr : Expression {
  IPDK_EXPRESSION(Dots)
};

// "default" or "_" in a keyset; "_" as an argument; "default" as a switch label.
struct DefaultExpr : Expression {
  IPDK_EXPRESSION(Default)
  bool is_underscore = false;
};

enum class UnaryOp : uint8_t { kNot, kComplement, kMinus, kPlus };
std::string_view UnaryText(UnaryOp op);

struct UnaryExpr : Expression {
  IPDK_EXPRESSION(Unary)
  UnaryOp op;
  const Expression* operand;
};

enum class BinaryOp : uint8_t {
  kMultiply,
  kDivide,
  kModulo,
  kAdd,
  kSubtract,
  kAddSaturating,
  kSubtractSaturating,
  kConcat,
  kShiftLeft,
  kShiftRight,
  kBitAnd,
  kBitXor,
  kBitOr,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr,
  kMask,
  kRange,  // "&&&" and "..": only in keysets, and the collection of a for statement
};
// "+", "|+|", "&&&".
std::string_view BinaryText(BinaryOp op);

// Chains of `left` are not bounded in length: walk them with a loop.
struct BinaryExpr : Expression {
  IPDK_EXPRESSION(Binary)
  BinaryOp op;
  Span op_span;
  const Expression* left;
  const Expression* right;
};

struct ConditionalExpr : Expression {
  IPDK_EXPRESSION(Conditional)
  const Expression* condition;
  const Expression* if_true;
  const Expression* if_false;
};

struct CastExpr : Expression {
  IPDK_EXPRESSION(Cast)
  const TypeRef* type;
  const Expression* operand;
};

// base.member
struct MemberExpr : Expression {
  IPDK_EXPRESSION(Member)
  const Expression* base;
  Identifier member;
};

// Type.member: an enum's member, error.NoError, C.apply of a direct application.
struct TypeMemberExpr : Expression {
  IPDK_EXPRESSION(TypeMember)
  const TypeRef* type;
  Identifier member;
};

struct IndexExpr : Expression {
  IPDK_EXPRESSION(Index)
  const Expression* base;
  const Expression* at;
};

// base[high:low]; with `by_width`, base[low +: width], where `high` holds the width expression.
struct SliceExpr : Expression {
  IPDK_EXPRESSION(Slice)
  const Expression* base;
  const Expression* high;
  const Expression* low;
  bool by_width = false;
};

struct Argument {
  Identifier name;          // empty text if the argument is positional
  const Expression* value;  // a DefaultExpr for "_"
  Span span;
};

// callee<types>(arguments)
struct CallExpr : Expression {
  IPDK_EXPRESSION(Call)
  const Expression* callee;  // NameExpr, MemberExpr, TypeMemberExpr in a good program
  bool has_type_arguments = false;
  List<const TypeRef*> type_arguments;
  List<Argument> arguments;
};

// Type(arguments); the type arguments, if any, are in the TypeRef.
struct ConstructExpr : Expression {
  IPDK_EXPRESSION(Construct)
  const TypeRef* type;
  List<Argument> arguments;
};

#undef IPDK_EXPRESSION

enum class TypeRefKind : uint8_t {
  kBit,      // bit<width>; without width bit<1>
  kInt,      // int<width>
  kVarbit,   // varbit<width>
  kInteger,  // int
  kBool,
  kError,
  kString,
  kVoid,
  kMatchKind,
  kDontCare,  // _ as a type argument
  kNamed,     // a declared type or type variable, with its arguments
  kStack,     // element[size]
  kTuple,     // tuple<arguments>
  kList,      // list<arguments[0]>
};

// A type as written.
struct TypeRef {
  TypeRefKind kind;
  uint16_t depth = 1;
  uint32_t index = 0;
  Span span;
  const Expression* width = nullptr;  // kBit (null: 1), kInt, kVarbit
  const Expression* size = nullptr;   // kStack
  const TypeRef* element = nullptr;   // kStack
  Identifier name;                    // kNamed
  bool absolute = false;              // kNamed: ".T"
  bool has_arguments = false;         // kNamed: "<...>" is written
  List<const TypeRef*> arguments;     // kNamed, kTuple, kList
};

}  // namespace ipdk::p4
