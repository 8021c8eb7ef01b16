#pragma once
// Finding type arguments: one Inference per call. Each type parameter of what is called becomes a
// fresh inference type; Accept(parameter type, argument type) then says whether such an argument
// may be passed, and binds inference types on the way. Implicit casts are part of the question: an
// `int` fits bit<8>, a list fits a tuple or a struct, a serialisable enum fits its underlying type,
// but only where the value itself is converted, never inside type arguments.
//
// What an `int` or a list alone says about a type argument is weak: a later bit<8> or struct
// replaces it.

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "p4/types/types.h"

namespace ipdk::p4 {

class Inference {
 public:
  explicit Inference(TypeTable& types) : types_(types) {}

  TypeId Fresh();

  // May a value of type `actual` stand where a `formal` is wanted?
  bool Accept(TypeId formal, TypeId actual);
  // Are the two the same type, once inference types and don't-cares are filled in?
  bool Equal(TypeId a, TypeId b);

  // With all that is known put in. Lists that were the only hint become tuples.
  TypeId Resolve(TypeId type) {
    resolved_.clear();
    return ResolveAt(type, 0);
  }

  // Why the last Accept or Equal failed, one level deeper than its arguments: "parameter 2 of
  // apply..."
  const std::string& reason() const { return reason_; }

 private:
  struct Slot {
    TypeId bound;
    bool weak = false;
  };

  TypeId Head(TypeId type) const;
  bool Bind(TypeId variable, TypeId type, bool weak);
  bool Occurs(TypeId variable, TypeId type, int depth);
  bool Merge(TypeId variable, TypeId actual);
  bool EqualSignatures(TypeId a, TypeId b);
  TypeId ResolveAt(TypeId type, int depth);
  TypeId ResolveParts(TypeId type, int depth);

  TypeTable& types_;
  std::vector<Slot> slots_;
  std::string reason_;
  int depth_ = 0;
  int work_ = 0;
  std::unordered_map<uint32_t, TypeId> resolved_;
};

// Without anything to infer: may a value of type `from` be used as a `to`, by an implicit cast at
// most?
bool ImplicitlyConvertible(TypeTable& types, TypeId from, TypeId to);

}  // namespace ipdk::p4
