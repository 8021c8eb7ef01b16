#pragma once
// A port in memory: packets are put in by Inject and what leaves is counted and, on request, kept.
// For tests, and as the cheapest port there is (a thousand of them cost nothing while idle). Sleeps
// on an event descriptor like a real one. Options: loop=1: every packet that leaves comes in again.

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "targets/cpu/ports/port.h"

namespace ipdk::cpu {

class MemoryPort final : public Port {
 public:
  static Result<std::unique_ptr<MemoryPort>> Open(const tdi::PortSpec& spec);
  ~MemoryPort() override;

  // Any thread.
  void Inject(std::string_view bytes, Offload offload = {});
  void Keep(bool keep) { keep_ = keep; }
  std::vector<std::string> TakeSent();

  int event_fd() const override { return event_; }
  PortAbilities abilities() const override { return abilities_; }
  void set_abilities(PortAbilities abilities) { abilities_ = abilities; }
  uint32_t Receive(Buffers& buffers, Packet** packets, uint32_t n, uint64_t byte_budget) override;
  uint32_t Send(Buffers& buffers, Packet* const* packets, uint32_t n) override;
  bool up() const override { return true; }
  DeviceCounters counters() const override { return {}; }

 private:
  MemoryPort(int event, bool loop) : event_(event), loop_(loop) {}

  struct Frame {
    std::string bytes;
    Offload offload;
  };
  const int event_;
  const bool loop_;
  PortAbilities abilities_;
  std::atomic<bool> keep_ = false;
  std::atomic<uint32_t> waiting_ = 0;
  std::mutex mutex_;
  std::deque<Frame> in_;
  std::vector<std::string> sent_;
};

}  // namespace ipdk::cpu
