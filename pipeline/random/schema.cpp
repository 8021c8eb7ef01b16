#include "pipeline/random/schema.h"

#include "pipeline/random/random.h"
#include "pipeline/schema/match.h"

namespace ipdk::random {
namespace {

schema::Match MakeMatch(const schema::MatchField& field, Source& source) {
  schema::Match out;
  out.value = source.OneIn(3) ? source.Value(field.width) : Truncate(source.Below(5), field.width);
  switch (field.kind) {
    case schema::MatchKind::kExact:
      break;
    case schema::MatchKind::kLpm:
      out.prefix_length = source.OneIn(4)
                              ? source.Below(field.width + 1)
                              : field.width - source.Below(field.width < 8 ? field.width : 8);
      break;
    case schema::MatchKind::kTernary:
      out.mask = source.Value(field.width);
      break;
    case schema::MatchKind::kRange: {
      out.high = source.Value(field.width);
      if (out.high < out.value) std::swap(out.high, out.value);
      break;
    }
    case schema::MatchKind::kOptional:
      out.wildcard = source.OneIn(2);
      break;
  }
  schema::Canonicalize(field, out);
  return out;
}

}  // namespace

schema::Entry MakeEntry(const schema::Schema& schema, schema::TableId id, Source& source) {
  const schema::Table& table = schema.tables[id];
  schema::Entry out;
  for (const schema::MatchField& key : table.keys) out.matches.push_back(MakeMatch(key, source));
  if (schema::NeedsOrder(table.keys)) out.order = source.Below(20);
  do {
    out.action = source.Below(static_cast<uint32_t>(table.actions.size()));
  } while (table.actions[out.action].scope == schema::ActionScope::kDefaultOnly);
  for (const schema::ActionParam& param : schema.actions[table.actions[out.action].action].params)
    out.args.push_back(source.Value(param.width));
  return out;
}

void MakeSchema(const ProgramOptions& options, Source& source, schema::Schema& out) {
  out.program = fmt::format("random_{}.p4", options.seed);
  out.architecture = "v1model";
  auto width = [&](uint32_t most) {
    static constexpr uint32_t kCommon[] = {1, 8, 9, 16, 32, 48, 64, 128};
    const uint32_t pick =
        source.OneIn(3) ? 1 + source.Below(most) : kCommon[source.Below(std::size(kCommon))];
    return pick < most ? pick : most;
  };
  auto preamble = [](uint32_t id, std::string name) {
    schema::Preamble made;
    made.id = id;
    made.alias = name.substr(name.rfind('.') + 1);
    made.name = std::move(name);
    return made;
  };
  const uint32_t actions = 3 + source.Below(4);
  for (uint32_t i = 0; i < actions; ++i) {
    schema::Action action;
    action.preamble = preamble(schema::kActionPrefix + i + 1, fmt::format("c.a{}", i));
    const uint32_t params = i == 0 ? 0 : source.Below(4);
    for (uint32_t k = 0; k < params; ++k)
      action.params.push_back(
          {k + 1, fmt::format("p{}", k), width(options.max_width), "", false, {}, {}});
    out.actions.Add(std::move(action));
  }
  const uint32_t tables = 2 + source.Below(4);
  for (uint32_t i = 0; i < tables; ++i) {
    schema::Table table;
    table.preamble = preamble(schema::kTablePrefix + i + 1, fmt::format("c.t{}", i));
    // Half of the tables have one kind of key, as most have in practice; the others mix them.
    const uint32_t keys = source.OneIn(8) ? 0 : 1 + source.Below(4);
    const auto kind = static_cast<schema::MatchKind>(source.Below(5));
    const bool mixed = source.OneIn(2);
    for (uint32_t k = 0; k < keys; ++k) {
      schema::MatchField key;
      key.id = k + 1;
      key.name = fmt::format("k{}", k);
      key.width = source.OneIn(2) ? 1 + source.Below(16) : width(160);
      key.kind = mixed ? static_cast<schema::MatchKind>(source.Below(5)) : kind;
      table.keys.push_back(std::move(key));
    }
    for (uint32_t a = 0; a < actions; ++a)
      if (a == 0 || source.OneIn(2)) {
        schema::ActionRef ref;
        ref.action = schema::ActionId(a);
        if (a != 0 && source.OneIn(8)) ref.scope = schema::ActionScope::kTableOnly;
        table.actions.push_back(ref);
      }
    table.size = 64;
    const schema::TableId id(i);
    if (options.stateful && source.OneIn(2)) {
      schema::Counter counter;
      counter.preamble = preamble(schema::kDirectCounterPrefix + i + 1, fmt::format("c.d{}", i));
      counter.direct_of = id;
      table.direct_counters.push_back(out.counters.Add(std::move(counter)));
    }
    out.tables.Add(std::move(table));
    // The program's own entries; a key may come once only.
    if (keys != 0 && source.OneIn(3)) {
      schema::Table& made = out.tables[id];
      for (uint32_t e = 0; e < 4; ++e) {
        schema::Entry entry = MakeEntry(out, id, source);
        entry.is_const = true;
        bool there = false;
        for (const schema::Entry& other : made.entries)
          there = there || schema::SameKey(made.keys, entry, other);
        if (!there) made.entries.push_back(std::move(entry));
      }
      made.const_entries = source.OneIn(2);
    }
  }
  if (options.stateful) {
    for (uint32_t i = 0; i < 2; ++i) {
      schema::Counter counter;
      counter.preamble = preamble(schema::kCounterPrefix + i + 1, fmt::format("c.n{}", i));
      counter.size = 1 + source.Below(16);
      out.counters.Add(std::move(counter));
      schema::Register reg;
      reg.preamble = preamble(schema::kRegisterPrefix + i + 1, fmt::format("c.r{}", i));
      for (uint32_t leaf = 0; leaf <= i; ++leaf) reg.widths.push_back(width(200));
      reg.size = 1 + source.Below(16);
      out.registers.Add(std::move(reg));
    }
    schema::Digest digest;
    digest.preamble = preamble(schema::kDigestPrefix + 1, "c.learn");
    digest.widths = {width(64), width(options.max_width)};
    out.digests.Add(std::move(digest));
  }
  if (options.meters) {
    schema::Meter meter;
    meter.preamble = preamble(schema::kMeterPrefix + 1, "c.m");
    meter.size = 8;
    out.meters.Add(std::move(meter));
  }
}

}  // namespace ipdk::random
