#pragma once
// Workers with the wire's traffic manager and plain memory, for this folder's tests.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/ports/memory.h"
#include "targets/cpu/ports/netdev.h"
#include "targets/cpu/run/wire_traffic.h"
#include "targets/cpu/run/workers.h"
#include "targets/cpu/traffic/memory_buffers.h"

namespace ipdk::cpu {

constexpr uint32_t kCpuPort = 510;

inline bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

inline double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

struct Running {
  std::mutex mutex;
  std::vector<std::string> to_controller;
  std::unique_ptr<Workers> workers;

  explicit Running(uint32_t count, uint32_t packets = 8192, bool program = true) {
    WorkersOptions options;
    options.workers = count;
    options.epoch = std::make_shared<engines::Epoch>();
    options.make_buffers = [packets](uint32_t) {
      return CreateMemoryBuffers({.packets = packets});
    };
    options.to_controller = [this](std::string_view bytes) {
      std::lock_guard lock(mutex);
      to_controller.emplace_back(bytes);
    };
    auto started = Workers::Start(std::move(options));
    EXPECT_TRUE(started.has_value());
    workers = *std::move(started);
    if (program) workers->Replace(Wire());
  }
  std::shared_ptr<Forwarding> Wire() {
    auto forwarding = std::make_shared<Forwarding>();
    for (uint32_t i = 0; i < workers->count(); ++i)
      forwarding->traffic.push_back(std::make_unique<WireTraffic>(kCpuPort));
    forwarding->cpu_port = kCpuPort;
    return forwarding;
  }
  MemoryPort* AddMemory(uint32_t number, uint64_t rate = 0) {
    tdi::PortSpec spec;
    spec.name = "m" + std::to_string(number);
    spec.number = number;
    spec.kind = "memory";
    spec.rate_bps = rate;
    auto port = MemoryPort::Open(spec);
    EXPECT_TRUE(port.has_value());
    MemoryPort* raw = port->get();
    lines.push_back(
        std::make_shared<Line>(*std::move(port), spec, workers->count(), workers->Now()));
    workers->Attach(lines.back());
    return raw;
  }
  std::shared_ptr<Line> AddNetdev(uint32_t number, const std::string& ifname, uint64_t rate = 0) {
    tdi::PortSpec spec;
    spec.name = ifname;
    spec.number = number;
    spec.kind = "netdev";
    spec.options["ifname"] = ifname;
    spec.rate_bps = rate;
    auto port = OpenNetdev(spec);
    if (!port.has_value()) {
      ADD_FAILURE() << port.error().message();
      return nullptr;
    }
    lines.push_back(
        std::make_shared<Line>(*std::move(port), spec, workers->count(), workers->Now()));
    workers->Attach(lines.back());
    return lines.back();
  }
  ~Running() { workers.reset(); }
  std::vector<std::shared_ptr<Line>> lines;
};

inline std::string Frame(uint32_t sequence) {
  std::string frame(64, '\x02');
  std::memcpy(frame.data() + 20, &sequence, 4);
  return frame;
}

}  // namespace ipdk::cpu
