#include "targets/cpu/ports/tap.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "targets/cpu/ports/vnet.h"

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

namespace ipdk::cpu {
namespace {

class Tap final : public Port {
 public:
  Tap(int fd, bool udp_gso) : fd_(fd), udp_gso_(udp_gso), spill_(Buffers::kMaxFrame) {}
  ~Tap() override { close(fd_); }

  int event_fd() const override { return fd_; }
  PortAbilities abilities() const override { return {true, true, true, udp_gso_}; }

  uint32_t Receive(Buffers& buffers, Packet** packets, uint32_t n, uint64_t byte_budget) override {
    uint32_t count = 0;
    Packet* packet = nullptr;
    while (count < n && byte_budget != 0) {
      if (packet == nullptr && buffers.AllocateSmall(&packet, 1) == 0) break;
      // What does not fit a small buffer spills into a scratch area and is copied once more.
      VnetHeader header;
      iovec vectors[3] = {{&header, VnetHeader::kBytes},
                          {packet->data, Buffers::kSmallBytes},
                          {spill_.data(), spill_.size()}};
      ssize_t got = readv(fd_, vectors, 3);
      if (got < 0) {
        if (errno == EINTR) continue;
        if (errno != EAGAIN) in_errors_.fetch_add(1, std::memory_order_relaxed);
        break;
      }
      if (got < static_cast<ssize_t>(VnetHeader::kBytes) + 14) {
        in_errors_.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      auto bytes = static_cast<uint32_t>(got) - VnetHeader::kBytes;
      if (bytes > Buffers::kSmallBytes) {
        Packet* large = buffers.Allocate(bytes);
        if (large == nullptr) {
          in_discards_.fetch_add(1, std::memory_order_relaxed);
          continue;
        }
        Scatter(*large, 0, {packet->data, Buffers::kSmallBytes});
        Scatter(*large, Buffers::kSmallBytes, {spill_.data(), bytes - Buffers::kSmallBytes});
        large->offload = FromVnet(header);
        packets[count++] = large;
      } else {
        packet->length = packet->total_length = bytes;
        packet->offload = FromVnet(header);
        packets[count++] = packet;
        packet = nullptr;
      }
      byte_budget -= std::min<uint64_t>(byte_budget, bytes);
    }
    if (packet != nullptr) buffers.Free(packet);
    return count;
  }

  uint32_t Send(Buffers& buffers, Packet* const* packets, uint32_t n) override {
    for (uint32_t i = 0; i < n; ++i) {
      ConstBytes pieces[64];
      iovec vectors[65];
      VnetHeader header = ToVnet(*packets[i]);
      uint32_t count = Pieces(*packets[i], pieces, 64);
      vectors[0] = {&header, VnetHeader::kBytes};
      for (uint32_t k = 0; k < count; ++k)
        vectors[k + 1] = {const_cast<uint8_t*>(pieces[k].data), pieces[k].length};
      ssize_t done = count == 0 ? -1 : writev(fd_, vectors, static_cast<int>(count + 1));
      if (done < 0) {
        if (count != 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)) return i;
        out_errors_.fetch_add(1, std::memory_order_relaxed);
      }
      buffers.Free(packets[i]);
    }
    return n;
  }

  bool up() const override {
    pollfd poller{fd_, POLLOUT, 0};
    return poll(&poller, 1, 0) == 1 && (poller.revents & (POLLERR | POLLNVAL)) == 0;
  }

  DeviceCounters counters() const override {
    return {in_discards_.load(std::memory_order_relaxed),
            in_errors_.load(std::memory_order_relaxed),
            out_errors_.load(std::memory_order_relaxed)};
  }

 private:
  const int fd_;
  const bool udp_gso_;
  std::vector<uint8_t> spill_;
  std::atomic<uint64_t> in_discards_{0}, in_errors_{0}, out_errors_{0};
};

}  // namespace

Result<std::unique_ptr<Port>> OpenTap(const tdi::PortSpec& spec) {
  IPDK_RETURN_IF_ERROR(CheckOptions(spec, {"ifname"}));
  if (spec.fd < 0)
    return InvalidArgument("port '{}': kind 'tap' needs an open TAP descriptor", spec.name);
  const int fd = fcntl(spec.fd, F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    return InvalidArgument("port '{}': TAP descriptor {}: {}", spec.name, spec.fd,
                           std::strerror(errno));
  auto refuse = [&](std::string_view step) -> std::unexpected<Error> {
    int error = errno;
    close(fd);
    return Fail(Code::kInvalidArgument, "port '{}': TAP descriptor {}: {}: {}", spec.name, spec.fd,
                step, std::strerror(error));
  };
  ifreq request{};
  if (ioctl(fd, TUNGETIFF, &request) != 0) return refuse("is not attached to a TAP device");
  errno = EINVAL;
  if ((request.ifr_flags & IFF_TAP) == 0) return refuse("is a TUN device, IFF_TAP is needed");
  if ((request.ifr_flags & IFF_NO_PI) == 0) return refuse("lacks IFF_NO_PI");
  if ((request.ifr_flags & IFF_VNET_HDR) == 0) return refuse("lacks IFF_VNET_HDR");
  int header = VnetHeader::kBytes;
  if (ioctl(fd, TUNSETVNETHDRSZ, &header) != 0) return refuse("set the virtio header's size");
  // What the host may hand us unfinished; UDP segmentation only where the kernel has it.
  unsigned offload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  bool udp = ioctl(fd, TUNSETOFFLOAD, offload | TUN_F_USO4 | TUN_F_USO6) == 0;
  if (!udp && ioctl(fd, TUNSETOFFLOAD, offload) != 0) return refuse("set offloads");
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    return refuse("make it non-blocking");
  return std::make_unique<Tap>(fd, udp);
}

}  // namespace ipdk::cpu
