#pragma once
// The syntax tree of one program: the whole grammar of P4-16 1.2.5, after the preprocessor. See
// node.h for what holds for all nodes. This is the value between the parser and the checker; it
// knows nothing of types or meaning.

#include <cstddef>
#include <deque>
#include <memory>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "p4/syntax/declaration.h"
#include "p4/syntax/expression.h"
#include "p4/syntax/node.h"
#include "p4/syntax/statement.h"

namespace ipdk::p4 {

// Memory for nodes, given back all at once. Nodes have no destructors.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  template <typename T>
  T* New() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T();
  }
  template <typename T>
  List<T> Copy(const std::vector<T>& from) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (from.empty()) return {};
    T* to = static_cast<T*>(Allocate(sizeof(T) * from.size(), alignof(T)));
    std::uninitialized_copy(from.begin(), from.end(), to);
    return List<T>(to, from.size());
  }
  std::string_view CopyText(std::string_view text);

 private:
  void* Allocate(size_t bytes, size_t align);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* at_ = nullptr;
  std::byte* end_ = nullptr;
};

class SyntaxTree {
 public:
  SyntaxTree() = default;
  SyntaxTree(SyntaxTree&&) = default;
  SyntaxTree& operator=(SyntaxTree&&) = default;

  // The top level, in order.
  List<const Declaration*> declarations;

  // Every index of the family is below its count.
  size_t expression_count() const { return expression_count_; }
  size_t type_ref_count() const { return type_ref_count_; }
  size_t statement_count() const { return statement_count_; }
  size_t declaration_count() const { return declaration_count_; }

  // The one copy of a name in this tree. Also usable by later phases (for "accept", "apply", ...).
  std::string_view Intern(std::string_view text);

  // For the parser. Kinds with one struct are set here; others (FunctionDecl, StructDecl...) pass
  // theirs.
  template <typename T>
  T* New(Span span) {
    return Make<T>(span, T::kKind);
  }
  template <typename T, typename Kind>
  T* New(Span span, Kind kind) {
    return Make<T>(span, kind);
  }
  TypeRef* NewTypeRef(Span span, TypeRefKind kind);
  const Integer* Keep(Integer value) { return &integers_.emplace_back(std::move(value)); }
  Arena& arena() { return arena_; }

 private:
  template <typename T, typename Kind>
  T* Make(Span span, Kind kind) {
    T* node = arena_.New<T>();
    node->kind = kind;
    node->span = span;
    if constexpr (std::is_base_of_v<Expression, T>) node->index = expression_count_++;
    if constexpr (std::is_base_of_v<Statement, T>) node->index = statement_count_++;
    if constexpr (std::is_base_of_v<Declaration, T>) node->index = declaration_count_++;
    return node;
  }

  Arena arena_;
  std::deque<Integer> integers_;
  std::unordered_set<std::string_view> names_;
  uint32_t expression_count_ = 0;
  uint32_t type_ref_count_ = 0;
  uint32_t statement_count_ = 0;
  uint32_t declaration_count_ = 0;
};

}  // namespace ipdk::p4
