#pragma once
// Which declaration a name means at this point of the text. P4 has one namespace for everything; an
// inner scope hides outer ones; functions and methods of one name may stand side by side
// (overloads).

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "p4/syntax/declaration.h"

namespace ipdk::p4 {

class Scopes {
 public:
  using Overloads = std::vector<const Declaration*>;

  Scopes() { opened_.emplace_back(); }

  void Open() { opened_.emplace_back(); }
  void Close();
  // The level of the innermost scope; the top level is 0.
  uint32_t level() const { return static_cast<uint32_t>(opened_.size() - 1); }

  // Adds to the innermost scope, whatever it already holds.
  void Add(const Declaration* declaration);
  // What the innermost scope holds under the name, else null.
  const Overloads* Here(std::string_view name) const;
  // What the name means; null if nothing. `level` tells the scope that it was found in.
  const Overloads* Find(std::string_view name, uint32_t* level = nullptr) const;
  const Overloads* FindAtTop(std::string_view name) const;
  // The name most like this one, for "did you mean"; empty if none is.
  std::string_view Similar(std::string_view name) const;

 private:
  struct Symbol {
    uint32_t level;
    Overloads declarations;
  };
  std::unordered_map<std::string_view, std::vector<Symbol>> symbols_;  // innermost last
  std::vector<std::vector<std::string_view>> opened_;
};

class ScopeGuard {
 public:
  explicit ScopeGuard(Scopes& scopes) : scopes_(scopes) { scopes_.Open(); }
  ~ScopeGuard() { scopes_.Close(); }
  ScopeGuard(const ScopeGuard&) = delete;

 private:
  Scopes& scopes_;
};

}  // namespace ipdk::p4
