#pragma once
// The text of a generated program as a tree, so that it can be made smaller without a parser: a
// tree prints as its token or, if it has parts, as them in order. The kind says what a smaller
// program may have in its place.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ipdk::tests {

struct Tree {
  enum class Kind : uint8_t {
    kText,        // stays
    kExpression,  // may become a literal of its type, or a part of the same type
    kOptional,    // may go: a declaration, a statement, a key, an entry
    kStatements,  // may stand for the optional tree that it is part of
  };
  Tree() = default;
  Tree(const char* text) : token(text) {}
  Tree(std::string text) : token(std::move(text)) {}
  Tree(Kind k, std::vector<Tree> p, std::string t = {})
      : kind(k), type(std::move(t)), parts(std::move(p)) {}

  Kind kind = Kind::kText;
  std::string token;
  std::string type;  // kExpression: as P4 text
  std::vector<Tree> parts;

  void PrintTo(std::string* out) const;
  std::string Print() const;  // indented
};

inline Tree Text(std::vector<Tree> parts) { return {Tree::Kind::kText, std::move(parts)}; }
inline Tree Optional(std::vector<Tree> parts) { return {Tree::Kind::kOptional, std::move(parts)}; }

// The smallest tree found for which `fails` still holds, by trying one change after another, large
// ones first. `tries` bounds how often `fails` is asked.
Tree Shrink(Tree tree, const std::function<bool(const Tree&)>& fails, size_t tries);

}  // namespace ipdk::tests
