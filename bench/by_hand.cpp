#include "bench/by_hand.h"

#include <nmmintrin.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace ipdk::bench {

// DIR-24-8: 2^24 entries for the first 24 bits; an entry with the top bit set names a group of 256
// for the last 8. An entry is a route's number, so that its counter is found without another look.
struct RouterByHand::Table {
  static constexpr uint32_t kGroup = 1u << 31;
  uint32_t* first = nullptr;
  std::vector<uint32_t> second;
  std::vector<uint16_t> next_hop_of;  // by route
  std::vector<uint64_t> packets;      // by route
  std::vector<NextHop> next_hops;

  Table() {
    void* memory = mmap(nullptr, sizeof(uint32_t) << 24, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    first = memory == MAP_FAILED ? nullptr : static_cast<uint32_t*>(memory);
  }
  ~Table() { munmap(first, sizeof(uint32_t) << 24); }
};

RouterByHand::RouterByHand(const std::vector<Route>& routes, const std::vector<NextHop>& next_hops)
    : table_(std::make_unique<Table>()) {
  Table& t = *table_;
  t.next_hops = next_hops;
  std::vector<uint32_t> order(routes.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return routes[a].length < routes[b].length; });
  t.next_hop_of.push_back(0);  // route 0: none
  t.packets.assign(routes.size() + 1, 0);
  for (uint32_t index : order) {
    const Route& route = routes[index];
    const auto number = static_cast<uint32_t>(t.next_hop_of.size());
    t.next_hop_of.push_back(route.next_hop);
    if (route.length <= 24) {
      const uint32_t from = route.prefix >> 8, count = 1u << (24 - route.length);
      std::fill(t.first + from, t.first + from + count, number);
    } else {
      uint32_t& entry = t.first[route.prefix >> 8];
      if (!(entry & Table::kGroup)) {
        t.second.insert(t.second.end(), 256, entry);
        entry = Table::kGroup | static_cast<uint32_t>(t.second.size() / 256 - 1);
      }
      uint32_t* group = &t.second[(entry & ~Table::kGroup) * 256ul];
      std::fill_n(group + (route.prefix & 0xff), 1u << (32 - route.length), number);
    }
  }
}

RouterByHand::~RouterByHand() = default;

void RouterByHand::Run(uint8_t* const* packets, uint32_t n, uint32_t* ports) {
  Table& t = *table_;
  uint32_t address[kBurst], which[kBurst], k = 0;
  for (uint32_t i = 0; i < n; ++i) {
    const uint8_t* ip = packets[i] + 14;
    uint16_t type, words[10];
    std::memcpy(&type, packets[i] + 12, 2);
    std::memcpy(words, ip, 20);
    uint32_t sum = 0;
    for (uint16_t word : words) sum += word;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    if (type != 0x0008 || sum != 0xffff || ip[8] <= 1) [[unlikely]] {
      ports[i] = kDrop;
      continue;
    }
    uint32_t to;
    std::memcpy(&to, ip + 16, 4);
    address[k] = __builtin_bswap32(to);
    __builtin_prefetch(&t.first[address[k] >> 8]);
    which[k++] = i;
  }
  uint32_t route[kBurst];
  for (uint32_t j = 0; j < k; ++j) {
    uint32_t entry = t.first[address[j] >> 8];
    if (entry & Table::kGroup) [[unlikely]]
      entry = t.second[(entry & ~Table::kGroup) * 256ul + (address[j] & 0xff)];
    route[j] = entry;
    __builtin_prefetch(&t.packets[entry], 1);
    __builtin_prefetch(&t.next_hop_of[entry]);
  }
  for (uint32_t j = 0; j < k; ++j) {
    uint8_t* data = packets[which[j]];
    if (route[j] == 0) [[unlikely]] {
      ports[which[j]] = kDrop;
      continue;
    }
    ++t.packets[route[j]];
    const NextHop& hop = t.next_hops[t.next_hop_of[route[j]]];
    std::memcpy(data, hop.macs, 12);
    uint8_t* ip = data + 14;
    --ip[8];
    uint16_t checksum;
    std::memcpy(&checksum, ip + 10, 2);
    uint32_t sum =
        checksum + 0x0001u;  // the TTL is the high byte of its word: minus 0x0100, in network order
    checksum = static_cast<uint16_t>(sum + (sum >= 0xffff));
    std::memcpy(ip + 10, &checksum, 2);
    ports[which[j]] = hop.port;
  }
}

// Buckets of four 16-byte slots, a cache line each; a bucket that is full goes on in the next.
struct SwitchByHand::Table {
  struct Slot {
    uint64_t mac_and_port = 0;  // MAC in the high 48 bits, port + 1 in the low 16; 0: empty
    uint64_t packets = 0;
  };
  std::vector<Slot> slots;
  uint32_t mask = 0;
  uint64_t missed = 0;
  static uint32_t Hash(uint64_t mac) { return static_cast<uint32_t>(_mm_crc32_u64(0, mac)); }
};

SwitchByHand::SwitchByHand(size_t entries, uint32_t ports) : table_(std::make_unique<Table>()) {
  Table& t = *table_;
  size_t buckets = 1;
  while (buckets * 2 < entries) buckets *= 2;
  t.slots.resize(buckets * 4);
  t.mask = static_cast<uint32_t>(buckets - 1);
  for (size_t i = 0; i < entries; ++i) {
    const uint64_t mac = MacOf(i);
    for (uint32_t bucket = Table::Hash(mac) & t.mask;; bucket = (bucket + 1) & t.mask) {
      auto* slot = &t.slots[bucket * 4ul];
      auto* free = std::find_if(slot, slot + 4, [](const auto& s) { return s.mac_and_port == 0; });
      if (free == slot + 4) continue;
      free->mac_and_port = mac << 16 | (1 + (i % ports) + 1);
      break;
    }
  }
}

SwitchByHand::~SwitchByHand() = default;

void SwitchByHand::Run(uint8_t* const* packets, uint32_t n, uint32_t* ports) {
  Table& t = *table_;
  uint64_t mac[kBurst];
  uint32_t bucket[kBurst];
  for (uint32_t i = 0; i < n; ++i) {
    uint64_t raw;
    std::memcpy(&raw, packets[i], 8);
    mac[i] = __builtin_bswap64(raw) >> 16;
    bucket[i] = Table::Hash(mac[i]) & t.mask;
    __builtin_prefetch(&t.slots[bucket[i] * 4ul], 1);
  }
  for (uint32_t i = 0; i < n; ++i) {
    ports[i] = 1;
    for (uint32_t b = bucket[i];; b = (b + 1) & t.mask) {
      auto* slot = &t.slots[b * 4ul];
      bool full = true, found = false;
      for (int s = 0; s < 4; ++s) {
        if (slot[s].mac_and_port >> 16 == mac[i] && slot[s].mac_and_port != 0) {
          ports[i] = static_cast<uint32_t>((slot[s].mac_and_port & 0xffff) - 1);
          ++slot[s].packets;
          found = true;
          break;
        }
        full = full && slot[s].mac_and_port != 0;
      }
      if (found) break;
      if (!full) {
        ++t.missed;
        break;
      }
    }
  }
}

}  // namespace ipdk::bench
