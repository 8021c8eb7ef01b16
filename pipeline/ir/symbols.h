#pragma once
// How the text form spells the objects of a program: each gets a word that is unique among its
// kind, which is its own name wherever that can be written and is not taken. Private to the
// printer.

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "pipeline/ir/compiled.h"

namespace ipdk::ir {

// Whether the text form's lexer reads this as one word: letters, digits, _ . $ ' and [digits], not
// starting with a digit.
bool IsWord(std::string_view text);
// "text" with escapes.
std::string Quoted(std::string_view text);
// The word itself, or quoted.
std::string WordOrQuoted(std::string_view text);

class Symbols {
 public:
  explicit Symbols(const Compiled& compiled);

  // Words by index; an id that is out of range is spelled "?".
  const std::string& Var(VarId id) const { return At(vars_, id.index); }
  const std::string& Header(HeaderId id) const { return At(headers_, id.index); }
  const std::string& Stack(StackId id) const { return At(stacks_, id.index); }
  const std::string& Type(HeaderTypeId id) const { return At(types_, id.index); }
  const std::string& Field(HeaderTypeId type, uint32_t field) const {
    return type.index < fields_.size() ? At(fields_[type.index], field) : kUnknown;
  }
  const std::string& Block(BlockId id) const { return At(blocks_, id.index); }
  const std::string& Function(FunctionId id) const { return At(functions_, id.index); }
  const std::string& Table(schema::TableId id) const { return At(tables_, id.index); }
  const std::string& Action(schema::ActionId id) const { return At(actions_, id.index); }
  const std::string& Profile(schema::ActionProfileId id) const { return At(profiles_, id.index); }
  const std::string& Counter(uint32_t i) const { return At(counters_, i); }
  const std::string& Meter(uint32_t i) const { return At(meters_, i); }
  const std::string& Register(uint32_t i) const { return At(registers_, i); }
  const std::string& Digest(uint32_t i) const { return At(digests_, i); }
  const std::string& ValueSet(schema::ValueSetId id) const { return At(value_sets_, id.index); }

 private:
  using Words = std::vector<std::string>;
  static const std::string kUnknown;
  static const std::string& At(const Words& words, size_t i) {
    return i < words.size() ? words[i] : kUnknown;
  }
  // The name if it is a word and free, else one made of `prefix` and the index.
  static std::string Pick(std::unordered_set<std::string>& taken, const std::string& name,
                          std::string_view prefix, size_t index);

  Words vars_, headers_, stacks_, types_, blocks_, functions_;
  std::vector<Words> fields_;
  Words tables_, actions_, profiles_, counters_, meters_, registers_, digests_, value_sets_;
};

}  // namespace ipdk::ir
