#include "targets/cpu/ports/memory.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ipdk::cpu {

Result<std::unique_ptr<MemoryPort>> MemoryPort::Open(const tdi::PortSpec& spec) {
  IPDK_RETURN_IF_ERROR(CheckOptions(spec, {"loop"}));
  IPDK_ASSIGN(uint64_t loop, NumberOption(spec, "loop", 0, 0, 1));
  int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (event < 0)
    return ResourceExhausted("port '{}': event descriptor: {}", spec.name, std::strerror(errno));
  return std::unique_ptr<MemoryPort>(new MemoryPort(event, loop != 0));
}

MemoryPort::~MemoryPort() { close(event_); }

void MemoryPort::Inject(std::string_view bytes, Offload offload) {
  {
    std::lock_guard lock(mutex_);
    in_.push_back({std::string(bytes), offload});
    waiting_.fetch_add(1, std::memory_order_release);
  }
  uint64_t one = 1;
  (void)!write(event_, &one, sizeof one);
}

std::vector<std::string> MemoryPort::TakeSent() {
  std::lock_guard lock(mutex_);
  return std::exchange(sent_, {});
}

uint32_t MemoryPort::Receive(Buffers& buffers, Packet** packets, uint32_t n, uint64_t byte_budget) {
  if (waiting_.load(std::memory_order_acquire) == 0) return 0;
  std::lock_guard lock(mutex_);
  uint32_t count = 0;
  while (count < n && !in_.empty() && byte_budget != 0) {
    Frame& frame = in_.front();
    Packet* packet = buffers.Allocate(static_cast<uint32_t>(frame.bytes.size()));
    if (packet == nullptr) break;
    Scatter(*packet, 0, {reinterpret_cast<const uint8_t*>(frame.bytes.data()), frame.bytes.size()});
    packet->offload = frame.offload;
    byte_budget -= std::min<uint64_t>(byte_budget, frame.bytes.size());
    packets[count++] = packet;
    in_.pop_front();
  }
  waiting_.fetch_sub(count, std::memory_order_relaxed);
  return count;
}

uint32_t MemoryPort::Send(Buffers& buffers, Packet* const* packets, uint32_t n) {
  if (keep_ || loop_) {
    std::lock_guard lock(mutex_);
    for (uint32_t i = 0; i < n; ++i) {
      std::string bytes(packets[i]->total_length, '\0');
      Gather(*packets[i], 0, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
      if (loop_) {
        in_.push_back({bytes, packets[i]->offload});
        waiting_.fetch_add(1, std::memory_order_release);
      }
      if (keep_) sent_.push_back(std::move(bytes));
    }
    if (loop_ && n != 0) {
      uint64_t one = 1;
      (void)!write(event_, &one, sizeof one);
    }
  }
  buffers.Free(packets, n);
  return n;
}

}  // namespace ipdk::cpu
