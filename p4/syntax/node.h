#pragma once
// What all nodes of the syntax tree share.
//
// Nodes are plain structs in the arena of one SyntaxTree; they are made by the parser, never
// changed afterwards, and die with the tree. Their addresses are stable. Each family (expressions,
// type references, statements, declarations) has a closed `kind`, a span, and a dense `index` that
// counts from 0 in its family, so that later phases keep what they learn in vectors beside the
// tree. `As<CallExpr>(e)` is a checked downcast: null if the kind is another one.
//
// Depth: the parser bounds nesting (kMaxDepth), so walking the tree by recursion is safe, with one
// exception that every walker must take by a loop: the chain of `left` operands of BinaryExpr is as
// long as the text (`a + b + c ...`). A chain of `else if` is bounded by kMaxElseIf.

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "p4/source/source.h"

namespace ipdk::p4 {

inline constexpr int kMaxDepth = 200;
inline constexpr int kMaxElseIf = 1000;

template <typename T>
using List = std::span<const T>;  // the elements lie in the tree's arena

// A name as written. Texts are interned per tree: equal names have equal text.data().
struct Identifier {
  std::string_view text;
  Span span;
};

struct Annotation;
struct Expression;
struct TypeRef;
struct Statement;
struct Declaration;
struct ParameterDecl;

using Annotations = List<Annotation>;

template <typename T, typename Base>
const T* As(const Base* node) {
  static_assert(std::is_base_of_v<Base, T>);
  return node != nullptr && T::Is(node->kind) ? static_cast<const T*>(node) : nullptr;
}

}  // namespace ipdk::p4
