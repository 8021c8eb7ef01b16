#pragma once
// What it means that an entry matches and which of several matching entries wins: one definition
// for the interpreter, for the checks at the control boundary and for the oracles that table
// engines are tested against. It is written to be obvious, not fast; an engine must only agree with
// it.
//
// The winner among matching entries:
//  - a table with a ternary, range or optional key: the larger `order`, then the earlier entry;
//  - otherwise (exact and lpm keys only): the longer prefix of the first lpm key, then of the
//    second, and so on; then the earlier entry.

#include <span>

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace ipdk::schema {

// Whether one key value (unsigned, of the field's width) is matched.
bool Matches(const MatchField& field, const Match& match, const Integer& key);
// REQUIRES: as many keys as fields, entry.matches of that size.
bool Matches(std::span<const MatchField> fields, std::span<const Match> matches,
             std::span<const Integer> keys);

// True if any key is ternary, range or optional: entries are ordered by `order`.
bool NeedsOrder(std::span<const MatchField> fields);

// Whether `a` is to be preferred to `b`, an earlier entry, when both match.
bool Beats(std::span<const MatchField> fields, const Entry& a, const Entry& b);

// Whether two entries have the same key (and order, where the table needs one): the second replaces
// the first.
bool SameKey(std::span<const MatchField> fields, const Entry& a, const Entry& b);

// The match that fits every packet: wildcard, full range, /0. REQUIRES: the kind is not exact.
Match MatchAll(const MatchField& field);
// The ones of a prefix of this length in a key of `width` bits.
Integer PrefixMask(uint32_t width, uint32_t prefix_length);
// Clears the bits that do not count, so that equal matches are equal values.
void Canonicalize(const MatchField& field, Match& match);

// Whether values fit their widths, masks and prefixes are in range and the value is canonical.
// Names the field.
Status CheckMatch(const MatchField& field, const Match& match);
// One entry against its table: keys, action position and scope, arguments.
// `is_default`: no keys; the action must be allowed as a default.
Status CheckEntry(const Schema& schema, const Table& table, const Entry& entry, bool is_default);

// "10.0.0.0/8"-like text of one match: 0x0a000000/8, 0x1 &&& 0xf, 1..5, 7, *
std::string ToText(const MatchField& field, const Match& match);

}  // namespace ipdk::schema
