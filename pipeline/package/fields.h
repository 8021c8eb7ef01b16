#pragma once
// Every struct and enum of a compiled program, listed once. Encoder, Decoder, Shape and the tests
// all walk these lists, so no field can be written and not read.
//
// IPDK_FIELDS(Type, members...) makes Visit(archive, value), which hands the members over in the
// order given here. A struct that gains, loses or renames a member does not compile until its line
// here says so: the structured binding wants as many names as there are members, each name must be
// a member, and no name may stand twice.
//
// IPDK_ENUM(Type, enumerators...) makes Known(value), a switch without default: with -Werror=switch
// an enumerator that is missing here does not compile. Sets of .def files list themselves.
//
// Describe(Type*) gives the names and, for enums, the numbers: what Shape is made of.

#include <concepts>
#include <string>
#include <type_traits>

#include "pipeline/ir/compiled.h"

namespace ipdk::package {

// IPDK_EACH(F, a, b, c) -> F(a) F(b) F(c)
#define IPDK_PARENS ()
#define IPDK_EXPAND(...) IPDK_EXPAND3(IPDK_EXPAND3(IPDK_EXPAND3(__VA_ARGS__)))
#define IPDK_EXPAND3(...) IPDK_EXPAND2(IPDK_EXPAND2(IPDK_EXPAND2(__VA_ARGS__)))
#define IPDK_EXPAND2(...) IPDK_EXPAND1(IPDK_EXPAND1(IPDK_EXPAND1(__VA_ARGS__)))
#define IPDK_EXPAND1(...) __VA_ARGS__
#define IPDK_EACH(F, ...) __VA_OPT__(IPDK_EXPAND(IPDK_EACH_NEXT(F, __VA_ARGS__)))
#define IPDK_EACH_NEXT(F, first, ...) \
  F(first) __VA_OPT__(IPDK_EACH_AGAIN IPDK_PARENS(F, __VA_ARGS__))
#define IPDK_EACH_AGAIN() IPDK_EACH_NEXT

#define IPDK_VISIT_MEMBER(member) \
  if (!archive(whole_.member)) return false;
#define IPDK_FIELDS(Type, ...)                                      \
  inline const char* Describe(const Type*) { return #__VA_ARGS__; } \
  template <typename Archive, typename T>                           \
    requires std::same_as<std::remove_const_t<T>, Type>             \
  bool Visit(Archive& archive, T& whole_) {                         \
    [[maybe_unused]] auto& [__VA_ARGS__] = whole_;                  \
    IPDK_EACH(IPDK_VISIT_MEMBER, __VA_ARGS__)                       \
    return true;                                                    \
  }

#define IPDK_ENUM_CASE(name) case name:
#define IPDK_ENUM_TEXT(name) text += #name "=" + std::to_string(static_cast<int>(name)) + " ";
#define IPDK_ENUM(Type, ...)                 \
  inline bool Known(Type value) {            \
    using enum Type;                         \
    switch (value) {                         \
      IPDK_EACH(IPDK_ENUM_CASE, __VA_ARGS__) \
      return true;                           \
    }                                        \
    return false;                            \
  }                                          \
  inline std::string Describe(const Type*) { \
    using enum Type;                         \
    std::string text;                        \
    IPDK_EACH(IPDK_ENUM_TEXT, __VA_ARGS__)   \
    return text;                             \
  }

// ---- the schema

IPDK_ENUM(schema::MatchKind, kExact, kLpm, kTernary, kRange, kOptional)
IPDK_ENUM(schema::Annotation::Form, kPlain, kBody, kExpressions, kKeyValues)
IPDK_ENUM(schema::Annotation::Value::Type, kString, kInteger, kBool)
IPDK_ENUM(schema::ActionScope, kTableAndDefault, kTableOnly, kDefaultOnly)
IPDK_ENUM(schema::CounterUnit, kPackets, kBytes, kBoth)
IPDK_ENUM(schema::MeterUnit, kPackets, kBytes)
IPDK_ENUM(schema::DataType::Kind, kBits, kSigned, kVarbits, kBool, kError, kTuple, kStruct, kHeader,
          kHeaderUnion, kHeaderStack, kHeaderUnionStack, kEnum, kSerializableEnum, kNewType)

IPDK_FIELDS(schema::Doc, brief, description)
IPDK_FIELDS(schema::Annotation::Value, key, type, text, number)
IPDK_FIELDS(schema::Annotation, name, body, form, values, file, line, column)
IPDK_FIELDS(schema::Preamble, id, name, alias, annotations, doc, hidden)
IPDK_FIELDS(schema::MatchField, id, name, width, kind, type_name, translated_string, annotations,
            doc)
IPDK_FIELDS(schema::ActionParam, id, name, width, type_name, translated_string, annotations, doc)
IPDK_FIELDS(schema::Action, preamble, params)
IPDK_FIELDS(schema::ActionRef, action, scope, annotations)
IPDK_FIELDS(schema::Match, value, mask, high, prefix_length, wildcard)
IPDK_FIELDS(schema::Entry::Choice, identity, weight, action, args)
IPDK_FIELDS(schema::Entry, matches, order, action, args, is_const, grouped, choices)
IPDK_FIELDS(schema::Table, preamble, keys, selector_widths, actions, default_entry, const_default,
            implementation, direct_counters, direct_meters, size, idle_timeout, const_entries,
            entries, add_on_miss, auto_delete)
IPDK_FIELDS(schema::ActionProfile, preamble, tables, with_selector, size, max_group_size)
IPDK_FIELDS(schema::Counter, preamble, unit, size, direct_of, index_width, index_type_name)
IPDK_FIELDS(schema::Meter, preamble, unit, size, direct_of, index_width, index_type_name,
            color_aware)
IPDK_FIELDS(schema::Register, preamble, widths, size, initial, type, index_width, index_type_name)
IPDK_FIELDS(schema::Digest, preamble, type, widths)
IPDK_FIELDS(schema::ValueSet, preamble, keys, size)
IPDK_FIELDS(schema::ControllerHeader::Field, id, name, width, type_name, padding, annotations)
IPDK_FIELDS(schema::ControllerHeader, preamble, fields)
IPDK_FIELDS(schema::DataType, kind, width, name, members)
IPDK_FIELDS(schema::NamedType::Member, name, type, value, annotations)
IPDK_FIELDS(schema::NamedType, kind, name, members, underlying, translated, translation_uri,
            translation_width, annotations)
IPDK_FIELDS(schema::BlockPipe, block, pipe)
IPDK_FIELDS(schema::Schema, program, architecture, package_annotations, package_doc, tables,
            actions, action_profiles, counters, meters, registers, digests, value_sets,
            controller_headers, types, named_types, pipes)

// ---- the program

IPDK_ENUM(ir::Arch, kNone, kV1Model, kPsa, kPna)
IPDK_ENUM(ir::ExprKind, kConst, kVar, kField, kFieldLength, kValid, kUnary, kBinary, kSlice,
          kConcat, kZeroExtend, kSignExtend, kTruncate, kSelect)
IPDK_ENUM(ir::StmtKind, kAssign, kAssignField, kAssignVarbit, kSetValid, kSetInvalid, kCopyHeader,
          kPushFront, kPopFront, kExtract, kExtractVarbit, kAdvance, kLookahead, kEmit, kExtern)
IPDK_ENUM(ir::Pattern::Kind, kAny, kValue, kMasked, kRange)
IPDK_ENUM(ir::TermKind, kJump, kBranch, kSwitch, kLookup, kCall, kReturn, kEnd)
IPDK_ENUM(ir::Block::Kind, kPlain, kState, kAction, kControl, kTable)

bool Known(ir::UnaryOp op);
bool Known(ir::BinaryOp op);
bool Known(ir::ExternOp op);
std::string Describe(const ir::UnaryOp*);
std::string Describe(const ir::BinaryOp*);
std::string Describe(const ir::ExternOp*);

IPDK_FIELDS(ir::Var, name, width)
IPDK_FIELDS(ir::HeaderField, name, width, varbit)
IPDK_FIELDS(ir::HeaderType, name, fields)
IPDK_FIELDS(ir::Header, name, type, stack)
IPDK_FIELDS(ir::Stack, name, first, size, next)
IPDK_FIELDS(ir::HeaderRef, header, stack, index)
IPDK_FIELDS(ir::Expr, kind, unary, binary, width, low, field, constant, var, header, a, b, c)
IPDK_FIELDS(ir::Stmt, kind, op, var, header, source, field, count, stack, value, length, object,
            attribute, text, ins, outs, at)
IPDK_FIELDS(ir::Pattern, kind, value, mask, high)
IPDK_FIELDS(ir::Case, patterns, value_set, target)
IPDK_FIELDS(ir::ActionTarget, block, params)
IPDK_FIELDS(ir::Terminator, kind, target, otherwise, condition, exprs, cases, table, hit, actions,
            function, at)
IPDK_FIELDS(ir::Block, kind, name, function, stmts, term, on_error)
IPDK_FIELDS(ir::Function, name, entry, deparses)
IPDK_FIELDS(ir::Source, file, line, column)
IPDK_FIELDS(ir::FieldList, index, vars)
IPDK_FIELDS(ir::Program, arch, ingress, egress, parse_end, step_limit, vars, header_types, headers,
            stacks, exprs, constants, blocks, functions, sources, field_lists, errors, roles)
IPDK_FIELDS(ir::Compiled, schema, program)

// A fingerprint of all of the above. Two builds with one shape read each other's packages.
uint64_t ShapeOfCompiled();

#undef IPDK_VISIT_MEMBER
#undef IPDK_FIELDS
#undef IPDK_ENUM_CASE
#undef IPDK_ENUM_TEXT
#undef IPDK_ENUM

}  // namespace ipdk::package
