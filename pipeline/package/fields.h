#pragma once
// Every struct of a compiled program as the list of its fields: the one table from which packages
// are written and read. The structured bindings make a forgotten field a compile error. Change the
// order or meaning of anything here and raise kMajor. Private to the package.

#include "pipeline/ir/names.h"
#include "pipeline/package/archive.h"

namespace ipdk::package {

// Fields(archive, value) for each struct.
#define IPDK_FIELDS(Type, ...)           \
  template <typename A>                  \
  void Fields(A& archive, Type& value) { \
    auto& [__VA_ARGS__] = value;         \
    archive(__VA_ARGS__);                \
  }

IPDK_FIELDS(schema::Doc, brief, description)
IPDK_FIELDS(schema::Annotation::Value, key, type, text, number)
IPDK_FIELDS(schema::Annotation, name, body, form, values, file, line, column)
IPDK_FIELDS(schema::Preamble, id, name, alias, annotations, doc, hidden)
IPDK_FIELDS(schema::MatchField, id, name, width, kind, type_name, translated_string, annotations,
            doc)
IPDK_FIELDS(schema::ActionParam, id, name, width, type_name, translated_string, annotations, doc)
IPDK_FIELDS(schema::Action, preamble, params)
IPDK_FIELDS(schema::ActionRef, action, scope, annotations)
IPDK_FIELDS(schema::Match, match_value, mask, high, prefix_length, wildcard)
IPDK_FIELDS(schema::Entry, matches, order, action, args, is_const)
IPDK_FIELDS(schema::Table, preamble, keys, selector_widths, actions, default_entry, const_default,
            implementation, direct_counters, direct_meters, size, idle_timeout, const_entries,
            entries, add_on_miss)
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
IPDK_FIELDS(schema::NamedType::Member, name, type, number, annotations)
IPDK_FIELDS(schema::NamedType, kind, name, members, underlying, translated, translation_uri,
            translation_width, annotations)
IPDK_FIELDS(schema::Schema, program, architecture, package_annotations, package_doc, tables,
            actions, action_profiles, counters, meters, registers, digests, value_sets,
            controller_headers, types, named_types)

IPDK_FIELDS(ir::Var, name, width)
IPDK_FIELDS(ir::HeaderField, name, width, varbit)
IPDK_FIELDS(ir::HeaderType, name, fields)
IPDK_FIELDS(ir::Header, name, type, stack)
IPDK_FIELDS(ir::Stack, name, first, size, next)
IPDK_FIELDS(ir::HeaderRef, header, stack, index)
IPDK_FIELDS(ir::Expr, kind, unary, binary, width, low, field, constant, var, header, a, b, c)
IPDK_FIELDS(ir::Stmt, kind, op, var, header, source, field, count, stack, operand, length, object,
            attribute, text, ins, outs, at)
IPDK_FIELDS(ir::Pattern, kind, low, mask, high)
IPDK_FIELDS(ir::Case, patterns, value_set, target)
IPDK_FIELDS(ir::ActionTarget, block, params)
IPDK_FIELDS(ir::Terminator, kind, target, otherwise, condition, exprs, cases, table, hit, actions,
            function, at)
IPDK_FIELDS(ir::Block, kind, name, function, stmts, term, on_error)
IPDK_FIELDS(ir::Function, name, entry, deparses)
IPDK_FIELDS(ir::Source, file, line, column)
IPDK_FIELDS(ir::FieldList, index, vars)

// The sources are a section of their own, which a reader can do without.
template <typename A>
void Fields(A& archive, ir::Program& value) {
  auto& [arch, ingress, egress, parse_end, step_limit, vars, header_types, headers, stacks, exprs,
         constants, blocks, functions, sources, field_lists, errors, roles] = value;
  (void)sources;
  archive(arch, ingress, egress, parse_end, step_limit, vars, header_types, headers, stacks, exprs,
          constants, blocks, functions, field_lists, errors, roles);
}

#undef IPDK_FIELDS

template <typename A, typename T>
void Walk(A& archive, T& value) {
  Fields(archive, value);
}

#define IPDK_LARGEST(Type, last)        \
  template <>                           \
  inline uint64_t LargestOf<Type>() {   \
    return static_cast<uint64_t>(last); \
  }
IPDK_LARGEST(schema::MatchKind, schema::MatchKind::kOptional)
IPDK_LARGEST(schema::ActionScope, schema::ActionScope::kDefaultOnly)
IPDK_LARGEST(schema::CounterUnit, schema::CounterUnit::kBoth)
IPDK_LARGEST(schema::MeterUnit, schema::MeterUnit::kBytes)
IPDK_LARGEST(schema::Annotation::Form, schema::Annotation::Form::kKeyValues)
IPDK_LARGEST(schema::Annotation::Value::Type, schema::Annotation::Value::Type::kBool)
IPDK_LARGEST(schema::DataType::Kind, schema::DataType::Kind::kNewType)
IPDK_LARGEST(ir::Arch, ir::Arch::kPna)
IPDK_LARGEST(ir::ExprKind, ir::ExprKind::kSelect)
IPDK_LARGEST(ir::StmtKind, ir::StmtKind::kExtern)
IPDK_LARGEST(ir::TermKind, ir::TermKind::kEnd)
IPDK_LARGEST(ir::Block::Kind, ir::Block::Kind::kTable)
IPDK_LARGEST(ir::Pattern::Kind, ir::Pattern::Kind::kRange)
IPDK_LARGEST(ir::UnaryOp, ir::UnaryOps() - 1)
IPDK_LARGEST(ir::BinaryOp, ir::BinaryOps() - 1)
IPDK_LARGEST(ir::ExternOp, ir::ExternOps() - 1)
#undef IPDK_LARGEST

}  // namespace ipdk::package
