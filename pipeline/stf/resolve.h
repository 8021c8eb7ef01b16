#pragma once
// What the names and numbers of a packet test mean in a program. A name is the full control-plane
// name or, failing that, the end of exactly one. Errors list the candidates.

#include <string_view>

#include "base/result.h"
#include "pipeline/schema/schema.h"
#include "pipeline/stf/statement.h"

namespace ipdk::stf {

Result<schema::TableId> FindTable(const schema::Schema& schema, std::string_view name);
Result<schema::CounterId> FindCounter(const schema::Schema& schema, std::string_view name);
Result<schema::MeterId> FindMeter(const schema::Schema& schema, std::string_view name);
Result<schema::RegisterId> FindRegister(const schema::Schema& schema, std::string_view name);
// The key's position.
Result<size_t> FindKey(const schema::Table& table, std::string_view name);

Result<schema::Match> ToMatch(const schema::MatchField& field, const MatchText& text);
// The entry of an `add`, or of a `setdefault` (without matches).
Result<schema::Entry> ToEntry(const schema::Schema& schema, schema::TableId table,
                              const Statement& statement);

}  // namespace ipdk::stf
