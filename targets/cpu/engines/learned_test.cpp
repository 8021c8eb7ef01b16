// Entries that packets add: what is found when, how they age, how many there may be, and that
// readers and several writers at once see only whole entries.

#include "targets/cpu/engines/learned.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <random>
#include <set>
#include <thread>

#include "pipeline/externs/expire.h"
#include "targets/cpu/engines/epoch.h"

namespace ipdk::cpu::engines {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

struct Wide {
  layout::RecordHeader header;
  uint64_t value = 0;
};

struct Key {
  explicit Key(uint64_t n) { words[0] = words[2] = n, words[1] = ~n; }
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(words); }
  uint64_t words[3];
};

Learned::Options OptionsFor(uint64_t capacity, bool ages = true, bool own_timers = false) {
  Learned::Options options;
  options.key_bytes = sizeof(Key);
  options.record_bytes = sizeof(Wide);
  options.capacity = capacity;
  options.ages = ages;
  options.own_timers = own_timers;
  return options;
}

bool Add(Learned& learned, uint64_t key, uint64_t value, uint64_t now, uint64_t profile = 0) {
  Wide record;
  record.header.flags = layout::RecordHeader::kHit;
  record.value = value;
  return learned.Add(Key(key).bytes(), &record, profile, now);
}

// The value, or UINT64_MAX.
uint64_t Find(const Learned& learned, uint64_t key, uint64_t now,
              Learned::Entry** entry = nullptr) {
  Learned::Entry* found = nullptr;
  const layout::Record* record = learned.Find(Key(key).bytes(), now, &found);
  if (entry != nullptr) *entry = found;
  EXPECT_EQ(record != nullptr, found != nullptr);
  return record == nullptr ? UINT64_MAX : reinterpret_cast<const Wide*>(record)->value;
}

TEST(Learned, FindsWhatWasAdded) {
  Learned learned(OptionsFor(100), std::make_shared<Epoch>());
  EXPECT_EQ(Find(learned, 1, 0), UINT64_MAX);
  EXPECT_TRUE(Add(learned, 1, 11, 0));
  EXPECT_FALSE(Add(learned, 1, 12, 0));
  EXPECT_TRUE(Add(learned, 2, 22, 0));
  EXPECT_EQ(Find(learned, 1, 0), 11u);
  EXPECT_EQ(Find(learned, 2, 0), 22u);
  EXPECT_EQ(learned.size(), 2u);
  learned.Erase(Key(1).bytes());
  EXPECT_EQ(Find(learned, 1, 0), UINT64_MAX);
  EXPECT_TRUE(Add(learned, 1, 13, 0));
  EXPECT_EQ(Find(learned, 1, 0), 13u);
  learned.Clear();
  EXPECT_EQ(learned.size(), 0u);
  EXPECT_EQ(Find(learned, 2, 0), UINT64_MAX);
}

TEST(Learned, AgesByUse) {
  Learned learned(OptionsFor(100), std::make_shared<Epoch>());
  const uint64_t lasts = externs::ExpireNs(0);
  ASSERT_TRUE(Add(learned, 1, 11, 0));
  EXPECT_EQ(Find(learned, 1, lasts - 1), 11u);
  EXPECT_EQ(Find(learned, 1, 2 * lasts - 2), 11u);  // the match before kept it
  EXPECT_EQ(Find(learned, 1, 3 * lasts - 2), UINT64_MAX);
  EXPECT_TRUE(Add(learned, 1, 12, 3 * lasts));
  EXPECT_EQ(Find(learned, 1, 3 * lasts), 12u);
}

TEST(Learned, AgesAsTheProgramSays) {
  Learned learned(OptionsFor(100, true, true), std::make_shared<Epoch>());
  const uint64_t lasts = externs::ExpireNs(0), longer = externs::ExpireNs(1);
  ASSERT_TRUE(Add(learned, 1, 11, 0));
  Learned::Entry* entry;
  EXPECT_EQ(Find(learned, 1, lasts - 1, &entry), 11u);
  EXPECT_EQ(Find(learned, 1, lasts), UINT64_MAX);  // a match alone keeps nothing
  ASSERT_TRUE(Add(learned, 2, 22, 0));
  ASSERT_EQ(Find(learned, 2, 1, &entry), 22u);
  learned.Restart(*entry, lasts - 1);
  EXPECT_EQ(Find(learned, 2, lasts), 22u);
  ASSERT_EQ(Find(learned, 2, lasts, &entry), 22u);
  learned.SetExpireTime(*entry, 1, lasts);
  EXPECT_EQ(Find(learned, 2, lasts + longer - 1), 22u);
  EXPECT_EQ(Find(learned, 2, lasts + longer), UINT64_MAX);
}

TEST(Learned, StaysWithoutAging) {
  Learned learned(OptionsFor(4, false), std::make_shared<Epoch>());
  for (uint64_t key = 0; key < 4; ++key) EXPECT_TRUE(Add(learned, key, key, 0));
  EXPECT_FALSE(Add(learned, 4, 4, 1'000'000 * kSecond));
  for (uint64_t key = 0; key < 4; ++key) EXPECT_EQ(Find(learned, key, 1'000'000 * kSecond), key);
}

TEST(Learned, AFullTableTakesBackWhatWasIdle) {
  Learned learned(OptionsFor(64), std::make_shared<Epoch>());
  const uint64_t lasts = externs::ExpireNs(0);
  for (uint64_t key = 0; key < 64; ++key) ASSERT_TRUE(Add(learned, key, key, key));
  EXPECT_FALSE(Add(learned, 64, 64, 100));
  EXPECT_EQ(learned.size(), 64u);
  // Half of them are over.
  for (uint64_t key = 100; key < 132; ++key) EXPECT_TRUE(Add(learned, key, key, lasts + 31)) << key;
  EXPECT_FALSE(Add(learned, 132, 132, lasts + 31));
  for (uint64_t key = 32; key < 64; ++key) EXPECT_EQ(Find(learned, key, lasts + 31), key);
}

TEST(Learned, IsScannedInSteps) {
  Learned learned(OptionsFor(1000), std::make_shared<Epoch>());
  for (uint64_t key = 0; key < 500; ++key) ASSERT_TRUE(Add(learned, key, key * 3, 0));
  std::set<uint64_t> seen;
  uint64_t cursor = 0, steps = 0;
  do {
    cursor = learned.Scan(cursor, 64, 1, [&](const uint8_t* key, const layout::Record& record) {
      uint64_t word;
      std::memcpy(&word, key, sizeof word);
      EXPECT_EQ(reinterpret_cast<const Wide*>(&record)->value, word * 3);
      EXPECT_TRUE(seen.insert(word).second);
    });
    ++steps;
  } while (cursor != 0);
  EXPECT_EQ(seen.size(), 500u);
  EXPECT_GE(steps, 7u);
}

TEST(Learned, GivesDirectIndicesOfItsOwn) {
  Learned::Options options = OptionsFor(8);
  options.first_direct = 5;
  Learned learned(options, std::make_shared<Epoch>());
  std::vector<uint32_t> given;
  learned.OnNewDirectIndex([&](uint32_t index) { given.push_back(index); });
  for (uint64_t key = 0; key < 8; ++key) ASSERT_TRUE(Add(learned, key, key, 0));
  std::set<uint32_t> different(given.begin(), given.end());
  EXPECT_EQ(different.size(), 8u);
  EXPECT_GE(*different.begin(), 5u);
  EXPECT_LT(*different.rbegin(), 5u + Learned::Blocks(8));
}

// Workers add and look up, entries are erased and age meanwhile: whatever is found is whole, and is
// what its key has.
TEST(Learned, ManyWorkersAtOnce) {
  auto epoch = std::make_shared<Epoch>();
  Learned learned(OptionsFor(256), epoch);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> found{0}, added{0}, wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(static_cast<uint64_t>(t));
      Epoch::Reader* reader = epoch->Register();
      reader->Online();
      for (uint64_t now = 0; !stop.load(std::memory_order_relaxed); now += kSecond / 8) {
        for (int i = 0; i < 32; ++i) {
          const uint64_t key = random() % 400;
          Learned::Entry* entry;
          const layout::Record* record = learned.Find(Key(key).bytes(), now, &entry);
          if (record == nullptr) {
            added += Add(learned, key, key * 7, now);
            continue;
          }
          found += 1;
          wrong += reinterpret_cast<const Wide*>(record)->value != key * 7;
        }
        reader->Quiescent();
      }
      reader->Offline();
      epoch->Unregister(reader);
    });
  }
  std::mt19937_64 random(99);
  for (int i = 0; i < 20'000 || found == 0 || added == 0; ++i)
    learned.Erase(Key(random() % 400).bytes());
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0u);
  EXPECT_GT(found.load(), 0u);
  EXPECT_GT(added.load(), 0u);
  EXPECT_LE(learned.size(), 256u);
}

}  // namespace
}  // namespace ipdk::cpu::engines
