#include "targets/cpu/run/mbuf_buffers.h"

#include <rte_errno.h>
#include <rte_mempool.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace ipdk::cpu {
namespace {

constexpr uint16_t kPrivate = (sizeof(MbufHead) + 63) / 64 * 64;
constexpr uint16_t kSmallRoom = Buffers::kHeadroom + Buffers::kSmallBytes;
constexpr uint16_t kLargeRoom = 65535 / 64 * 64;
constexpr uint32_t kLargeBytes = kLargeRoom - Buffers::kHeadroom;
constexpr uint32_t kBulk = 64;

void Adopt(rte_mbuf* mbuf) {
  Packet& packet = HeadOf(mbuf)->packet;
  ResetMetadata(packet);
  packet.owner = mbuf;
  packet.data = static_cast<uint8_t*>(mbuf->buf_addr) + Buffers::kHeadroom;
  packet.headroom = Buffers::kHeadroom;
  packet.length = packet.total_length = 0;
}

class MbufBuffers final : public Buffers {
 public:
  explicit MbufBuffers(const MbufPools& pools) : pools_(pools) {}

  uint32_t AllocateSmall(Packet** packets, uint32_t n) override {
    uint32_t done = 0;
    while (done < n) {
      rte_mbuf* mbufs[kBulk];
      uint32_t want = std::min(n - done, kBulk);
      if (rte_mempool_get_bulk(pools_.small, reinterpret_cast<void**>(mbufs), want) != 0) {
        // Near the end of the pool: what is left, one by one.
        if (want > 1 && rte_mempool_get(pools_.small, reinterpret_cast<void**>(mbufs)) == 0) {
          want = 1;
        } else {
          return done;
        }
      }
      for (uint32_t i = 0; i < want; ++i) {
        Adopt(mbufs[i]);
        packets[done++] = &HeadOf(mbufs[i])->packet;
      }
    }
    return n;
  }

  Packet* Allocate(uint32_t total) override {
    if (total > kMaxFrame) return nullptr;
    rte_mbuf* first = Take(total);
    if (first == nullptr) return nullptr;
    Adopt(first);
    Packet* packet = &HeadOf(first)->packet;
    packet->length = std::min(total, Room(first));
    packet->total_length = total;
    Segment** link = reinterpret_cast<Segment**>(&packet->chain);
    for (uint32_t done = packet->length; done < total;) {
      rte_mbuf* more = Take(total - done);
      if (more == nullptr) {
        Free(&packet, 1);
        return nullptr;
      }
      Segment& segment = HeadOf(more)->segment;
      segment = {nullptr, static_cast<uint8_t*>(more->buf_addr) + kHeadroom,
                 std::min(total - done, Room(more)), more};
      *link = &segment;
      link = &segment.next;
      done += segment.length;
    }
    return packet;
  }

  using Buffers::Free;
  void Free(Packet* const* packets, uint32_t n) override {
    rte_mbuf* plain[kBulk];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; ++i) {
      rte_mbuf* home = HomeOf(*packets[i]);
      rte_mbuf* owner = OwnerOf(*packets[i]);
      FreeChain(ChainOf(*packets[i]));
      if (owner != home) rte_pktmbuf_free_seg(owner);
      if (home->pool == pools_.small && rte_mbuf_refcnt_read(home) == 1 && RTE_MBUF_DIRECT(home)) {
        plain[count++] = home;
        if (count == kBulk) {
          rte_mempool_put_bulk(pools_.small, reinterpret_cast<void**>(plain), count);
          count = 0;
        }
      } else {
        rte_pktmbuf_free_seg(home);
      }
    }
    if (count != 0) rte_mempool_put_bulk(pools_.small, reinterpret_cast<void**>(plain), count);
  }

  Packet* Copy(const Packet& from, uint32_t prefix) override {
    uint32_t own = std::min(from.total_length, std::max(prefix, kSmallBytes));
    rte_mbuf* mbuf = Take(own);
    if (mbuf == nullptr) return nullptr;
    Adopt(mbuf);
    Packet* to = &HeadOf(mbuf)->packet;
    if (own > Room(mbuf)) {
      Free(&to, 1);
      return nullptr;
    }
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
    rte_mbuf* owner = OwnerOf(packet);
    if (packet.length >= prefix && rte_mbuf_refcnt_read(owner) == 1) return true;
    Packet* fresh = Copy(packet, prefix);
    if (fresh == nullptr) return false;
    FreeChain(ChainOf(packet));
    if (owner != HomeOf(packet)) rte_pktmbuf_free_seg(owner);
    packet.owner = fresh->owner;
    packet.data = fresh->data;
    packet.length = fresh->length;
    packet.headroom = fresh->headroom;
    packet.chain = fresh->chain;
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

  uint32_t Available() const override { return rte_mempool_avail_count(pools_.small); }

 private:
  uint32_t Room(const rte_mbuf* mbuf) const {
    return mbuf->pool == pools_.large ? kLargeBytes : kSmallBytes;
  }

  rte_mbuf* Take(uint32_t bytes) {
    rte_mbuf* mbuf = nullptr;
    rte_mempool* pool = bytes <= kSmallBytes ? pools_.small : pools_.large;
    if (rte_mempool_get(pool, reinterpret_cast<void**>(&mbuf)) != 0) return nullptr;
    return mbuf;
  }

  static void FreeChain(Segment* s) {
    while (s != nullptr) {
      Segment* next = s->next;
      rte_pktmbuf_free_seg(static_cast<rte_mbuf*>(s->owner));
      s = next;
    }
  }

  bool Share(const Packet& from, uint32_t skip, Packet& to) {
    Segment** link = reinterpret_cast<Segment**>(&to.chain);
    auto piece = [&](uint8_t* data, uint32_t length, rte_mbuf* owner) {
      if (skip >= length) {
        skip -= length;
        return true;
      }
      rte_mbuf* view = Take(0);
      if (view == nullptr) return false;
      rte_pktmbuf_attach(view, owner);
      Segment& segment = HeadOf(view)->segment;
      segment = {nullptr, data + skip, length - skip, view};
      *link = &segment;
      link = &segment.next;
      skip = 0;
      return true;
    };
    if (!piece(from.data, from.length, OwnerOf(from))) return false;
    for (Segment* s = ChainOf(from); s != nullptr; s = s->next)
      if (!piece(s->data, s->length, static_cast<rte_mbuf*>(s->owner))) return false;
    return true;
  }

  const MbufPools pools_;
};

void Prepare(rte_mbuf* mbuf, uint8_t* data, uint32_t length, rte_mbuf* next) {
  mbuf->data_off = static_cast<uint16_t>(data - static_cast<uint8_t*>(mbuf->buf_addr));
  mbuf->data_len = static_cast<uint16_t>(length);
  mbuf->next = next;
}

}  // namespace

Packet* PacketOf(rte_mbuf* mbuf) {
  if (mbuf->pkt_len > Buffers::kMaxFrame) {
    rte_pktmbuf_free(mbuf);
    return nullptr;
  }
  Packet& packet = HeadOf(mbuf)->packet;
  ResetMetadata(packet);
  packet.owner = mbuf;
  packet.data = rte_pktmbuf_mtod(mbuf, uint8_t*);
  packet.headroom = mbuf->data_off;
  packet.length = mbuf->data_len;
  packet.total_length = mbuf->pkt_len;
  Segment** link = reinterpret_cast<Segment**>(&packet.chain);
  for (rte_mbuf* more = mbuf->next; more != nullptr;) {
    rte_mbuf* next = more->next;
    Segment& segment = HeadOf(more)->segment;
    segment = {nullptr, rte_pktmbuf_mtod(more, uint8_t*), more->data_len, more};
    *link = &segment;
    link = &segment.next;
    more->next = nullptr;
    more->nb_segs = 1;
    more = next;
  }
  mbuf->next = nullptr;
  mbuf->nb_segs = 1;
  mbuf->ol_flags &= RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
  return &packet;
}

rte_mbuf* ChainForSend(Packet& packet) {
  rte_mbuf* first = OwnerOf(packet);
  Segment* s = ChainOf(packet);
  uint16_t segments = 1;
  Prepare(first, packet.data, packet.length,
          s != nullptr ? static_cast<rte_mbuf*>(s->owner) : nullptr);
  for (; s != nullptr; s = s->next, ++segments)
    Prepare(static_cast<rte_mbuf*>(s->owner), s->data, s->length,
            s->next != nullptr ? static_cast<rte_mbuf*>(s->next->owner) : nullptr);
  first->pkt_len = packet.total_length;
  first->nb_segs = segments;
  first->ol_flags &= RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
  return first;
}

void UndoChain(Packet& packet) {
  OwnerOf(packet)->next = nullptr;
  OwnerOf(packet)->nb_segs = 1;
  for (Segment* s = ChainOf(packet); s != nullptr; s = s->next)
    static_cast<rte_mbuf*>(s->owner)->next = nullptr;
}

Result<MbufPools> CreatePools(uint32_t small, uint32_t large) {
  MbufPools pools;
  pools.small =
      rte_pktmbuf_pool_create("ipdk_small", small, 256, kPrivate, kSmallRoom, SOCKET_ID_ANY);
  if (pools.small == nullptr)
    return ResourceExhausted("pool of {} buffers: {}; give the data path more memory", small,
                             rte_strerror(rte_errno));
  pools.large =
      rte_pktmbuf_pool_create("ipdk_large", large, 16, kPrivate, kLargeRoom, SOCKET_ID_ANY);
  if (pools.large == nullptr)
    return ResourceExhausted("pool of {} large buffers: {}; give the data path more memory", large,
                             rte_strerror(rte_errno));
  return pools;
}

std::unique_ptr<Buffers> CreateMbufBuffers(const MbufPools& pools) {
  return std::make_unique<MbufBuffers>(pools);
}

}  // namespace ipdk::cpu
