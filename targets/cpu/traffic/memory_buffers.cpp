#include "targets/cpu/traffic/memory_buffers.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include "base/check.h"

namespace ipdk::cpu {
namespace {

// Bytes that packets and segments point into.
struct Storage {
  std::atomic<uint32_t> references{1};
  uint8_t* base = nullptr;
  uint32_t capacity = 0;
  uint32_t mapped = 0;  // guarded storage: bytes of the mapping, the guard page included
};

struct Block {
  Packet packet;
  Segment segment;
  Storage* storage = nullptr;
};

class MemoryBuffers final : public Buffers {
 public:
  explicit MemoryBuffers(const MemoryBuffersOptions& options)
      : options_(options), left_(options.packets) {}

  ~MemoryBuffers() override {
    for (Block* block : blocks_) delete block;
    for (auto* list : {&small_, &guarded_})
      for (Storage* storage : *list) Destroy(storage);
  }

  uint32_t AllocateSmall(Packet** packets, uint32_t n) override {
    for (uint32_t i = 0; i < n; ++i) {
      packets[i] = New(kSmallBytes);
      if (packets[i] == nullptr) return i;
    }
    return n;
  }

  Packet* Allocate(uint32_t total) override {
    if (total > kMaxFrame) return nullptr;
    uint32_t first = options_.segment == 0 ? total : std::min(total, options_.segment);
    Packet* packet = New(first);
    if (packet == nullptr) return nullptr;
    packet->length = first;
    packet->total_length = total;
    Segment** link = reinterpret_cast<Segment**>(&packet->chain);
    for (uint32_t done = first; done < total;) {
      uint32_t piece = std::min(total - done, options_.segment);
      Packet* holder = New(piece);
      if (holder == nullptr) {
        Free(&packet, 1);
        return nullptr;
      }
      Append(&link, BlockOf(*holder), holder->data, piece);
      done += piece;
    }
    return packet;
  }

  using Buffers::Free;
  void Free(Packet* const* packets, uint32_t n) override {
    for (uint32_t i = 0; i < n; ++i) {
      FreeChain(ChainOf(*packets[i]));
      FreeBlock(BlockOf(*packets[i]));
    }
  }

  Packet* Copy(const Packet& from, uint32_t prefix) override {
    uint32_t own =
        std::min(from.total_length,
                 std::max(prefix, options_.segment == 0 ? kSmallBytes : options_.segment));
    Packet* to = New(own);
    if (to == nullptr) return nullptr;
    CopyMetadata(from, *to);
    to->length = own;
    to->total_length = from.total_length;
    Gather(from, 0, {to->data, own});
    if (!Share(from, own, *to)) {
      Free(&to, 1);
      return nullptr;
    }
    return to;
  }

  bool Unshare(Packet& packet, uint32_t prefix) override {
    prefix = std::min(prefix, packet.total_length);
    Block* block = BlockOf(packet);
    bool shared = block->storage->references.load(std::memory_order_acquire) > 1;
    if (packet.length >= prefix && !shared) return true;
    Packet* fresh = Copy(packet, prefix);
    if (fresh == nullptr) return false;
    // The fresh block's storage and chain move into the packet that the caller holds.
    Block* other = BlockOf(*fresh);
    FreeChain(ChainOf(packet));
    std::swap(block->storage, other->storage);
    packet.data = fresh->data;
    packet.length = fresh->length;
    packet.headroom = fresh->headroom;
    packet.chain = fresh->chain;
    fresh->chain = nullptr;
    Free(&fresh, 1);
    return true;
  }

  void Truncate(Packet& packet, uint32_t length) override {
    if (length >= packet.total_length) return;
    packet.total_length = length;
    if (length <= packet.length) {
      packet.length = length;
      FreeChain(ChainOf(packet));
      packet.chain = nullptr;
      return;
    }
    length -= packet.length;
    Segment* s = ChainOf(packet);
    while (length > s->length) {
      length -= s->length;
      s = s->next;
    }
    s->length = length;
    FreeChain(s->next);
    s->next = nullptr;
  }

  uint32_t Available() const override { return left_; }

 private:
  static Block* BlockOf(const Packet& packet) { return static_cast<Block*>(packet.owner); }

  Packet* New(uint32_t bytes) {
    std::lock_guard lock(mutex_);
    if (left_ == 0) return nullptr;
    --left_;
    Block* block;
    if (blocks_.empty()) {
      block = new Block;
    } else {
      block = blocks_.back();
      blocks_.pop_back();
    }
    block->storage = NewStorage(bytes);
    Packet& packet = block->packet;
    ResetMetadata(packet);
    packet.owner = block;
    Storage& storage = *block->storage;
    if (options_.guard) {
      packet.headroom = storage.capacity - bytes;
      packet.data = storage.base + packet.headroom;
    } else {
      packet.headroom = kHeadroom;
      packet.data = storage.base + kHeadroom;
    }
    packet.length = packet.total_length = 0;
    return &packet;
  }

  Storage* NewStorage(uint32_t bytes) {
    auto& list = options_.guard ? guarded_ : small_;
    for (size_t i = list.size(); i-- > 0;) {
      if (list[i]->capacity < bytes + kHeadroom) continue;
      Storage* storage = list[i];
      list.erase(list.begin() + static_cast<ptrdiff_t>(i));
      storage->references.store(1, std::memory_order_relaxed);
      return storage;
    }
    auto* storage = new Storage;
    uint32_t want = std::max(bytes, kSmallBytes) + kHeadroom;
    if (options_.guard) {
      uint32_t page = static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
      storage->capacity = (want + page - 1) / page * page;
      storage->mapped = storage->capacity + page;
      void* at = mmap(nullptr, storage->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                      -1, 0);
      IPDK_CHECK(at != MAP_FAILED);
      storage->base = static_cast<uint8_t*>(at);
      IPDK_CHECK(mprotect(storage->base + storage->capacity, page, PROT_NONE) == 0);
    } else {
      storage->capacity = want;
      storage->base = static_cast<uint8_t*>(std::aligned_alloc(64, (want + 63) / 64 * 64));
      IPDK_CHECK(storage->base != nullptr);
    }
    return storage;
  }

  static void Destroy(Storage* storage) {
    if (storage->mapped != 0) {
      munmap(storage->base, storage->mapped);
    } else {
      std::free(storage->base);
    }
    delete storage;
  }

  void FreeBlock(Block* block) {
    std::lock_guard lock(mutex_);
    Storage* storage = block->storage;
    if (storage->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      if (storage->capacity > 8 * kSmallBytes) {
        Destroy(storage);
      } else {
        (options_.guard ? guarded_ : small_).push_back(storage);
      }
    }
    block->storage = nullptr;
    blocks_.push_back(block);
    ++left_;
  }

  void FreeChain(Segment* s) {
    while (s != nullptr) {
      Segment* next = s->next;
      FreeBlock(static_cast<Block*>(s->owner));
      s = next;
    }
  }

  static void Append(Segment*** link, Block* block, uint8_t* data, uint32_t length) {
    block->segment = {nullptr, data, length, block};
    **link = &block->segment;
    *link = &block->segment.next;
  }

  // Puts the bytes of `from` after the first `skip` into the chain of `to`, shared.
  bool Share(const Packet& from, uint32_t skip, Packet& to) {
    Segment** link = reinterpret_cast<Segment**>(&to.chain);
    auto piece = [&](uint8_t* data, uint32_t length, Block* owner) {
      if (skip >= length) {
        skip -= length;
        return true;
      }
      Block* block;
      {
        std::lock_guard lock(mutex_);
        if (left_ == 0) return false;
        --left_;
        if (blocks_.empty()) {
          block = new Block;
        } else {
          block = blocks_.back();
          blocks_.pop_back();
        }
      }
      block->storage = owner->storage;
      block->storage->references.fetch_add(1, std::memory_order_relaxed);
      Append(&link, block, data + skip, length - skip);
      skip = 0;
      return true;
    };
    if (!piece(from.data, from.length, BlockOf(from))) return false;
    for (Segment* s = ChainOf(from); s != nullptr; s = s->next)
      if (!piece(s->data, s->length, static_cast<Block*>(s->owner))) return false;
    return true;
  }

  const MemoryBuffersOptions options_;
  std::mutex mutex_;  // free lists: blocks may come back from another worker
  uint32_t left_;
  std::vector<Block*> blocks_;
  std::vector<Storage*> small_, guarded_;
};

}  // namespace

std::unique_ptr<Buffers> CreateMemoryBuffers(const MemoryBuffersOptions& options) {
  return std::make_unique<MemoryBuffers>(options);
}

}  // namespace ipdk::cpu
