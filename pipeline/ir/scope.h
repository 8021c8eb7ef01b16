#pragma once
// The names that the text form declares, found before anything is parsed, so that lines may come in
// any order. Private to the parser.

#include <span>
#include <string>
#include <unordered_map>

#include "pipeline/ir/compiled.h"
#include "pipeline/ir/lines.h"

namespace ipdk::ir {

struct Scope {
  using Names = std::unordered_map<std::string, uint32_t>;
  Names actions, tables, counters, meters, registers, digests, value_sets, profiles;
  Names vars, headers, stacks, types, functions, blocks;
};

// The position in `names`, as an id.
template <typename IdType>
Result<IdType> Take(LineReader& in, const Scope::Names& names, const char* what) {
  const Token token = in.Peek();
  if (token.kind != Token::Kind::kWord) return in.Wanted(what);
  const auto found = names.find(token.text);
  if (found == names.end()) return in.Wrong("there is no {} '{}'", what, token.text);
  in.Skip();
  return IdType(found->second);
}

// Reads one schema declaration: lines[0] and the indented lines after it.
Status ParseSchemaLine(std::span<const Line> lines, const Scope& scope, schema::Schema& schema);
// Whether a declaration that opens with this word belongs to the schema.
bool IsSchemaWord(std::string_view word);

}  // namespace ipdk::ir
