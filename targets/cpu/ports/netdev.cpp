#include "targets/cpu/ports/netdev.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "targets/cpu/ports/vnet.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

namespace ipdk::cpu {
namespace {

constexpr uint32_t kMaxPieces = 48;  // of one frame that is sent

class Netdev final : public Port {
 public:
  Netdev(std::string name, int socket, int control, uint8_t* ring, uint32_t slots,
         uint32_t slot_bytes)
      : name_(std::move(name)),
        socket_(socket),
        control_(control),
        ring_(ring),
        slots_(slots),
        slot_bytes_(slot_bytes) {}

  ~Netdev() override {
    munmap(ring_, static_cast<size_t>(slots_) * slot_bytes_);
    close(socket_);
    close(control_);
  }

  int event_fd() const override { return socket_; }
  PortAbilities abilities() const override { return {true, true, true, true}; }

  uint32_t Receive(Buffers& buffers, Packet** packets, uint32_t n, uint64_t byte_budget) override {
    // How many slots are ready and small decides how many buffers to take at once.
    uint32_t ready = 0;
    n = std::min({n, slots_, 64u});
    while (ready < n && Ready(Slot(head_ + ready))) ++ready;
    if (ready == 0) return 0;
    uint32_t had = buffers.AllocateSmall(packets, ready);
    Packet* small[64];
    std::copy(packets, packets + had, small);
    uint32_t used = 0, count = 0;
    for (uint32_t i = 0; i < ready && used < had && byte_budget != 0; ++i) {
      tpacket2_hdr* slot = Slot(head_);
      Packet* packet = Take(slot, small[used], buffers);
      if (packet == small[used]) ++used;
      __atomic_store_n(&slot->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
      if (++head_ == slots_) head_ = 0;
      if (packet == nullptr) continue;
      byte_budget -= std::min<uint64_t>(byte_budget, packet->total_length);
      packets[count++] = packet;
    }
    if (used < had) buffers.Free(small + used, had - used);
    return count;
  }

  uint32_t DropOlderThan(uint64_t realtime_ns) override {
    uint32_t dropped = 0;
    for (; dropped < slots_; ++dropped) {
      tpacket2_hdr* slot = Slot(head_);
      if (!Ready(slot)) break;
      if (slot->tp_sec * 1'000'000'000ull + slot->tp_nsec >= realtime_ns) break;
      if ((slot->tp_status & TP_STATUS_COPY) != 0) SkipCopy();
      __atomic_store_n(&slot->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
      if (++head_ == slots_) head_ = 0;
    }
    return dropped;
  }

  uint32_t Send(Buffers& buffers, Packet* const* packets, uint32_t n) override {
    constexpr uint32_t kBatch = 64;
    constexpr uint32_t kVectors = 256;
    VnetHeader headers[kBatch];
    iovec vectors[kVectors];
    mmsghdr messages[kBatch];
    uint32_t sent = 0;
    while (sent < n) {
      uint32_t batch = 0, at = 0;
      while (sent + batch < n && batch < kBatch && at + 2 <= kVectors) {
        const Packet& packet = *packets[sent + batch];
        ConstBytes pieces[kMaxPieces];
        uint32_t count = Pieces(packet, pieces, std::min(kMaxPieces, kVectors - at - 1));
        if (count == 0) break;
        headers[batch] = ToVnet(packet);
        std::memset(&messages[batch], 0, sizeof messages[batch]);
        messages[batch].msg_hdr.msg_iov = vectors + at;
        vectors[at++] = {&headers[batch], VnetHeader::kBytes};
        for (uint32_t i = 0; i < count; ++i)
          vectors[at++] = {const_cast<uint8_t*>(pieces[i].data), pieces[i].length};
        messages[batch].msg_hdr.msg_iovlen = count + 1;
        ++batch;
      }
      int done = batch == 0 ? -1 : sendmmsg(socket_, messages, batch, MSG_DONTWAIT);
      if (done <= 0) {
        int error = batch == 0 ? EMSGSIZE : errno;
        if (error == EAGAIN || error == ENOBUFS || error == EINTR) return sent;
        // The device refuses this one (too long, down, gone): give it up, the next may pass.
        out_errors_.fetch_add(1, std::memory_order_relaxed);
        done = 1;
      }
      buffers.Free(packets + sent, static_cast<uint32_t>(done));
      sent += static_cast<uint32_t>(done);
    }
    return sent;
  }

  bool up() const override {
    ifreq request{};
    std::strncpy(request.ifr_name, name_.c_str(), IFNAMSIZ - 1);
    if (ioctl(control_, SIOCGIFFLAGS, &request) != 0) return false;
    return (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
  }

  DeviceCounters counters() const override {
    std::lock_guard lock(mutex_);
    tpacket_stats stats{};
    socklen_t size = sizeof stats;
    // The kernel clears its counts at each reading.
    if (getsockopt(socket_, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
      kernel_drops_ += stats.tp_drops;
    DeviceCounters counters;
    counters.in_discards = kernel_drops_ + truncated_.load(std::memory_order_relaxed);
    counters.in_errors = in_errors_.load(std::memory_order_relaxed);
    counters.out_errors = out_errors_.load(std::memory_order_relaxed);
    return counters;
  }

 private:
  tpacket2_hdr* Slot(uint32_t index) const {
    if (index >= slots_) index -= slots_;
    return reinterpret_cast<tpacket2_hdr*>(ring_ + static_cast<size_t>(index) * slot_bytes_);
  }
  static bool Ready(const tpacket2_hdr* slot) {
    return (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
  }

  // Null: the frame is lost (counted).
  Packet* Take(const tpacket2_hdr* slot, Packet* small, Buffers& buffers) {
    const auto* base = reinterpret_cast<const uint8_t*>(slot);
    const bool tagged = (slot->tp_status & TP_STATUS_VLAN_VALID) != 0;
    const uint32_t tag = tagged ? 4 : 0;
    VnetHeader header;
    Packet* packet;
    if ((slot->tp_status & TP_STATUS_COPY) != 0) {
      packet = ReceiveCopy(slot->tp_len, tag, header, buffers);
      if (packet == nullptr) return nullptr;
    } else if (slot->tp_snaplen < slot->tp_len) {
      truncated_.fetch_add(1, std::memory_order_relaxed);  // the socket's queue was full
      return nullptr;
    } else {
      uint32_t bytes = slot->tp_snaplen + tag;
      if (bytes < 14 + tag) {
        in_errors_.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
      }
      std::memcpy(&header, base + slot->tp_mac - VnetHeader::kBytes, VnetHeader::kBytes);
      const uint8_t* from = base + slot->tp_mac;
      if (bytes <= Buffers::kSmallBytes) {
        packet = small;
        packet->length = packet->total_length = bytes;
        if (tag == 0) {
          std::memcpy(packet->data, from, bytes);
        } else {
          std::memcpy(packet->data, from, 12);
          std::memcpy(packet->data + 16, from + 12, bytes - 16);
        }
      } else {
        packet = buffers.Allocate(bytes);
        if (packet == nullptr) {
          truncated_.fetch_add(1, std::memory_order_relaxed);
          return nullptr;
        }
        Scatter(*packet, 0, {from, 12});
        Scatter(*packet, 12 + tag, {from + 12, bytes - 12 - tag});
      }
    }
    if (tag != 0) {
      // The kernel takes the outer tag off and tells it aside.
      uint16_t tpid =
          (slot->tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? slot->tp_vlan_tpid : 0x8100;
      uint8_t bytes[4] = {static_cast<uint8_t>(tpid >> 8), static_cast<uint8_t>(tpid),
                          static_cast<uint8_t>(slot->tp_vlan_tci >> 8),
                          static_cast<uint8_t>(slot->tp_vlan_tci)};
      Scatter(*packet, 12, bytes);
      if ((header.flags & 1) != 0) header.csum_start = static_cast<uint16_t>(header.csum_start + 4);
    }
    packet->offload = FromVnet(header);
    return packet;
  }

  // The whole frame from the socket's own queue, which is in the order of the slots that announce
  // it.
  Packet* ReceiveCopy(uint32_t bytes, uint32_t tag, VnetHeader& header, Buffers& buffers) {
    Packet* packet = bytes < 14 ? nullptr : buffers.Allocate(bytes + tag);
    if (packet == nullptr || packet->length < 16) {
      if (packet != nullptr) buffers.Free(packet);
      SkipCopy();
      truncated_.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    iovec vectors[kMaxPieces];
    uint32_t count = 0;
    vectors[count++] = {&header, VnetHeader::kBytes};
    vectors[count++] = {packet->data, 12};
    vectors[count++] = {packet->data + 12 + tag, packet->length - 12 - tag};
    for (Segment* s = ChainOf(*packet); s != nullptr && count < kMaxPieces; s = s->next)
      vectors[count++] = {s->data, s->length};
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = count;
    ssize_t got = recvmsg(socket_, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (got != static_cast<ssize_t>(bytes + VnetHeader::kBytes)) {
      buffers.Free(packet);
      in_errors_.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    return packet;
  }

  void SkipCopy() {
    char byte;
    (void)recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_TRUNC);
  }

  const std::string name_;
  const int socket_, control_;
  uint8_t* const ring_;
  const uint32_t slots_, slot_bytes_;
  uint32_t head_ = 0;
  std::atomic<uint64_t> truncated_{0}, in_errors_{0}, out_errors_{0};
  mutable std::mutex mutex_;
  mutable uint64_t kernel_drops_ = 0;
};

std::unexpected<Error> SystemError(const tdi::PortSpec& spec, std::string_view ifname,
                                   std::string_view step) {
  int error = errno;
  Code code = error == EPERM || error == EACCES     ? Code::kPermissionDenied
              : error == ENOMEM || error == ENOBUFS ? Code::kResourceExhausted
                                                    : Code::kInternal;
  return Fail(
      code, "port '{}': interface '{}': {}: {}{}", spec.name, ifname, step, std::strerror(error),
      error == EPERM ? " (run the daemon as root, or with CAP_NET_RAW and CAP_NET_ADMIN)" : "");
}

struct Closer {
  int fd;
  ~Closer() {
    if (fd >= 0) close(fd);
  }
  int Release() {
    int released = fd;
    fd = -1;
    return released;
  }
};

}  // namespace

Result<std::unique_ptr<Port>> OpenNetdev(const tdi::PortSpec& spec) {
  IPDK_RETURN_IF_ERROR(CheckOptions(spec, {"ifname", "ring"}));
  auto option = spec.options.find("ifname");
  if (option == spec.options.end() || option->second.empty())
    return InvalidArgument("port '{}': kind 'netdev' needs option ifname=INTERFACE", spec.name);
  const std::string& ifname = option->second;
  if (ifname.size() >= IFNAMSIZ)
    return InvalidArgument("port '{}': interface name '{}' is longer than {} characters", spec.name,
                           ifname, IFNAMSIZ - 1);
  IPDK_ASSIGN(uint64_t slots, NumberOption(spec, "ring", 1024, 16, 65536));
  unsigned ifindex = if_nametoindex(ifname.c_str());
  if (ifindex == 0)
    return NotFound("port '{}': there is no network interface '{}' in the daemon's namespace",
                    spec.name, ifname);

  // Protocol 0 until all is set up: nothing is queued before the ring is there.
  Closer socket_fd{socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket_fd.fd < 0) return SystemError(spec, ifname, "packet socket");
  Closer control{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (control.fd < 0) return SystemError(spec, ifname, "control socket");
  int fd = socket_fd.fd;
  int one = 1, version = TPACKET_V2;
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0)
    return SystemError(spec, ifname, "ring version");
  if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) != 0)
    return SystemError(spec, ifname, "virtio header");
  if (setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &one, sizeof one) != 0)
    return SystemError(spec, ifname, "copy threshold");
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0)
    return SystemError(spec, ifname, "ignore outgoing");
  int receive_bytes = 8 << 20, send_bytes = 4 << 20;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes, sizeof receive_bytes) != 0)
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_bytes, sizeof send_bytes) != 0)
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);

  uint32_t slot_bytes = 2048;
  while (slot_bytes < spec.mtu + 256u && slot_bytes < 16384) slot_bytes *= 2;
  tpacket_req request{};
  request.tp_frame_size = slot_bytes;
  request.tp_block_size = std::max<uint32_t>(65536, slot_bytes);
  uint32_t per_block = request.tp_block_size / slot_bytes;
  request.tp_block_nr = static_cast<uint32_t>((slots + per_block - 1) / per_block);
  request.tp_frame_nr = request.tp_block_nr * per_block;
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
    return SystemError(spec, ifname, "receive ring");
  size_t bytes = static_cast<size_t>(request.tp_frame_nr) * slot_bytes;
  void* ring = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (ring == MAP_FAILED) return SystemError(spec, ifname, "map the receive ring");
  auto port =
      std::make_unique<Netdev>(ifname, socket_fd.Release(), control.Release(),
                               static_cast<uint8_t*>(ring), request.tp_frame_nr, slot_bytes);

  packet_mreq membership{};
  membership.mr_ifindex = static_cast<int>(ifindex);
  membership.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) != 0)
    return SystemError(spec, ifname, "promiscuous mode");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(ifindex);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return SystemError(spec, ifname, "bind");
  return port;
}

}  // namespace ipdk::cpu
