// Every engine against one linear oracle (schema::Matches and Beats): random tables of every shape
// that an engine is chosen for, random inserts, modifications and deletions, with lookups between
// them and a reader running all the time.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "pipeline/schema/match.h"
#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu {
namespace {

using schema::MatchKind;

struct Shape {
  const char* engine;
  std::vector<std::pair<uint32_t, MatchKind>> keys;
};

// Draws from a small set of values, so that entries overlap and lookups hit.
Integer RandomValue(std::mt19937_64& rng, uint32_t width) {
  Integer value = FromU64(rng() % 6);
  if (rng() % 3 == 0) {
    for (uint32_t at = 0; at < width; at += 64) value = (value << 64) + FromU64(rng());
  } else if (rng() % 2 == 0 && width > 4) {
    value <<= static_cast<unsigned>(rng() % width);
  }
  return Truncate(value, width);
}

schema::Match RandomMatch(std::mt19937_64& rng, const schema::MatchField& field) {
  schema::Match m;
  m.value = RandomValue(rng, field.width);
  switch (field.kind) {
    case MatchKind::kExact:
      break;
    case MatchKind::kLpm:
      m.prefix_length = static_cast<uint32_t>(rng() % (field.width + 1));
      // Very short prefixes of wide keys fill millions of elements: a few are enough.
      if (field.width > 16 && m.prefix_length > 0 && m.prefix_length < 8 && rng() % 8 != 0)
        m.prefix_length = 12;
      break;
    case MatchKind::kTernary:
      m.mask = rng() % 2 ? RandomValue(rng, field.width) : Mask(field.width);
      break;
    case MatchKind::kOptional:
      m.wildcard = rng() % 3 == 0;
      break;
    case MatchKind::kRange:
      m.high = RandomValue(rng, field.width);
      if (m.high < m.value) std::swap(m.high, m.value);
      if (rng() % 3 == 0) m = schema::MatchAll(field);
      break;
  }
  schema::Canonicalize(field, m);
  return m;
}

class Conformance : public testing::TestWithParam<Shape> {};

TEST_P(Conformance, AgreesWithTheOracle) {
  const Shape& shape = GetParam();
  schema::Schema s;
  schema::Action action;
  action.preamble.name = "act";
  action.params.resize(1);
  action.params[0].width = 32;
  s.actions.Add(action);
  schema::Table t;
  t.preamble.name = "table";
  for (const auto& [width, kind] : shape.keys) {
    schema::MatchField field;
    field.name = "key" + std::to_string(t.keys.size());
    field.width = width;
    field.kind = kind;
    t.keys.push_back(field);
  }
  t.actions.resize(1);
  t.actions[0].action = schema::ActionId(0);
  t.default_entry.args = {Integer(0)};

  for (uint64_t seed = 0; seed < 2; ++seed) {
    std::mt19937_64 rng(seed);
    auto epoch = std::make_shared<engines::Epoch>();
    Table table(s, t, epoch);
    ASSERT_EQ(table.engine_name(), shape.engine);
    const layout::TableLayout& layout = table.layout();

    std::vector<std::vector<Integer>> keys;
    std::string packed;
    for (int i = 0; i < 60; ++i) {
      std::vector<Integer> key;
      for (const auto& field : t.keys) key.push_back(RandomValue(rng, field.width));
      packed += layout::EncodeLookupKey(layout, key);
      keys.push_back(std::move(key));
    }
    const auto* bytes = reinterpret_cast<const uint8_t*>(packed.data());
    const uint32_t n = static_cast<uint32_t>(keys.size());

    std::atomic<bool> stop{false};
    std::thread reader([&] {
      engines::Epoch::Reader* slot = epoch->Register();
      slot->Online();
      uint64_t sum = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        const layout::Record* records[64];
        table.Lookup(bytes, n, records);
        for (uint32_t i = 0; i < n; ++i) sum += records[i]->action + records[i]->flags;
        slot->Quiescent();
        std::this_thread::yield();
      }
      slot->Offline();
      epoch->Unregister(slot);
      EXPECT_LT(sum, UINT64_MAX);
    });

    std::vector<schema::Entry> oracle;
    uint64_t next_arg = 1;
    const auto check = [&] {
      const layout::Record* records[64];
      table.Lookup(bytes, n, records);
      for (uint32_t i = 0; i < n; ++i) {
        const schema::Entry* best = nullptr;
        for (const schema::Entry& entry : oracle) {
          if (!schema::Matches(t.keys, entry.matches, keys[i])) continue;
          if (best == nullptr || schema::Beats(t.keys, entry, *best)) best = &entry;
        }
        const Integer got =
            layout::LoadScalar(reinterpret_cast<const uint8_t*>(records[i]) + 8, 32);
        ASSERT_EQ(records[i]->hit(), best != nullptr) << "key " << i << " seed " << seed;
        ASSERT_EQ(got, best != nullptr ? best->args[0] : Integer(0))
            << "key " << i << " seed " << seed;
      }
    };
    for (int step = 0; step < 200 && !testing::Test::HasFatalFailure(); ++step) {
      const uint64_t what = rng() % 10;
      if (what < 5 || oracle.empty()) {
        schema::Entry entry;
        for (const auto& field : t.keys) entry.matches.push_back(RandomMatch(rng, field));
        // Half of the entries match a key that is looked up.
        if (rng() % 2 == 0) {
          const auto& key = keys[rng() % keys.size()];
          for (size_t i = 0; i < t.keys.size(); ++i) {
            if (t.keys[i].kind == MatchKind::kRange && entry.matches[i].high < key[i]) continue;
            entry.matches[i].value = key[i];
            schema::Canonicalize(t.keys[i], entry.matches[i]);
          }
        }
        entry.order = schema::NeedsOrder(t.keys) ? rng() % 5 : 0;
        entry.args = {FromU64(next_arg++)};
        const bool there = std::any_of(
            oracle.begin(), oracle.end(),
            [&](const schema::Entry& other) { return schema::SameKey(t.keys, entry, other); });
        const Status status = table.Insert(entry);
        ASSERT_EQ(status.has_value(), !there);
        if (there) {
          ASSERT_EQ(status.error().code(), Code::kAlreadyExists);
        } else {
          oracle.push_back(entry);
        }
      } else if (what < 7) {
        schema::Entry& entry = oracle[rng() % oracle.size()];
        entry.args = {FromU64(next_arg++)};
        ASSERT_TRUE(table.Modify(entry).has_value());
      } else if (what < 9) {
        const size_t at = rng() % oracle.size();
        ASSERT_TRUE(table.Erase(oracle[at]).has_value());
        ASSERT_EQ(table.Erase(oracle[at]).error().code(), Code::kNotFound);
        oracle.erase(oracle.begin() + static_cast<std::ptrdiff_t>(at));
      }
      if (what == 9 || step % 7 == 0) {
        table.Publish();
        epoch->Collect();
        check();
      }
    }
    table.Clear();
    table.Publish();
    oracle.clear();
    check();
    stop = true;
    reader.join();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Engines, Conformance,
    testing::Values(
        Shape{"direct", {{9, MatchKind::kExact}}}, Shape{"direct", {{1, MatchKind::kExact}}},
        Shape{"direct", {{8, MatchKind::kExact}, {3, MatchKind::kExact}}},
        Shape{"hash", {{48, MatchKind::kExact}}},
        Shape{"hash", {{32, MatchKind::kExact}, {32, MatchKind::kExact}, {16, MatchKind::kExact}}},
        Shape{"hash", {{128, MatchKind::kExact}, {128, MatchKind::kExact}}},
        Shape{"hash", {{600, MatchKind::kExact}}}, Shape{"lpm32", {{32, MatchKind::kLpm}}},
        Shape{"lpm32", {{27, MatchKind::kLpm}}}, Shape{"lpm32", {{24, MatchKind::kLpm}}},
        Shape{"lpm32", {{7, MatchKind::kLpm}}}, Shape{"lpm32", {{1, MatchKind::kLpm}}},
        Shape{"prefix hash", {{128, MatchKind::kLpm}}},
        Shape{"prefix hash", {{12, MatchKind::kExact}, {32, MatchKind::kLpm}}},
        Shape{"prefix hash", {{16, MatchKind::kLpm}, {48, MatchKind::kLpm}}},
        Shape{"classifier", {{32, MatchKind::kTernary}}},
        Shape{"classifier", {{16, MatchKind::kRange}}},
        Shape{"classifier",
              {{9, MatchKind::kOptional},
               {32, MatchKind::kLpm},
               {16, MatchKind::kRange},
               {48, MatchKind::kTernary}}},
        Shape{"classifier", {{300, MatchKind::kTernary}, {8, MatchKind::kExact}}}));

TEST(Hash, GrowsWithoutLosingKeys) {
  schema::Schema s;
  schema::Action action;
  action.params.resize(1);
  action.params[0].width = 32;
  s.actions.Add(action);
  for (const uint32_t width : {48u, 128u, 200u}) {
    schema::Table t;
    t.keys.resize(1);
    t.keys[0].width = width;
    t.actions.resize(1);
    t.actions[0].action = schema::ActionId(0);
    t.default_entry.args = {Integer(0)};
    Table table(s, t, std::make_shared<engines::Epoch>());
    const uint32_t count = 20'000;
    for (uint32_t i = 0; i < count; ++i) {
      schema::Entry e;
      e.matches.resize(1);
      e.matches[0].value = FromU64(i * 7) << (width - 30);
      e.args = {FromU64(i)};
      ASSERT_TRUE(table.Insert(e).has_value());
      if (i % 1000 == 0) table.Publish();
    }
    table.Publish();
    for (uint32_t i = 0; i < count; ++i) {
      const std::string key =
          layout::EncodeLookupKey(table.layout(), {FromU64(i * 7) << (width - 30)});
      const layout::Record* record;
      table.Lookup(reinterpret_cast<const uint8_t*>(key.data()), 1, &record);
      ASSERT_TRUE(record->hit());
      ASSERT_EQ(layout::LoadScalar(reinterpret_cast<const uint8_t*>(record) + 8, 32), FromU64(i));
    }
  }
}

TEST(Counters, SumTheShardsAndTakeWrites) {
  CounterArray counter("c", 4, false);
  counter.Shard(0)[2].packets = 5;
  counter.Shard(3)[2].packets = 7;
  EXPECT_EQ(counter.Read(2)->packets, 12u);
  ASSERT_TRUE(counter.Write(2, {100, 1000}).has_value());
  counter.Shard(3)[2].packets += 1;
  EXPECT_EQ(counter.Read(2)->packets, 101u);
  EXPECT_EQ(counter.Read(2)->bytes, 1000u);
  EXPECT_EQ(counter.Read(4).error().code(), Code::kOutOfRange);
}

}  // namespace
}  // namespace ipdk::cpu
