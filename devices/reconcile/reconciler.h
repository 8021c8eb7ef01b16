#pragma once
// Owns the tables `host`, `port` and `port_number`, and makes hosts and ports as their rows say: a
// commit records the intent and returns; threads of the reconciler look at what is there, plan the
// difference and do it, again after failures (with growing pauses) and again every audit interval,
// so that what breaks or is taken away is made whole. An interface of ours that goes is heard of
// and looked after at once.
//
// A port that a commit leaves in error stays wanted and is tried again. A service that promises its
// user "done" uses CommitAndConverge (tdi/converge.h), which puts the former intent back on
// failure.
//
// Numbers: a port keeps the number its name had before; else it gets the lowest from 1 that no
// other port has, and that no deleted name still holds (the last 64 deleted names hold theirs).

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "devices/host/host_kind.h"
#include "tdi/converge.h"
#include "tdi/port.h"

namespace ipdk::devices {

struct ReconcilerOptions {
  // All must outlive the reconciler.
  tdi::Device* device = nullptr;
  tdi::PortHost* ports = nullptr;
  std::vector<HostKind*> kinds{};
  HostKind* local = nullptr;  // host of ports whose `host` is empty

  int threads = 4;  // 0: nothing runs by itself, RunPending does (tests)
  std::chrono::milliseconds step_timeout{5000};
  std::chrono::milliseconds audit_interval{60000};
  bool watch_links =
      true;  // with threads only: listen to the kernel for interfaces of the daemon's namespace
  std::chrono::milliseconds first_retry{500};
  std::chrono::milliseconds last_retry{30000};
  std::function<std::chrono::steady_clock::time_point()> now = [] {
    return std::chrono::steady_clock::now();
  };
  // With no threads, called when a wait finds nothing to run: may advance the clock to `next`.
  // Returning false ends the wait.
  std::function<bool(std::chrono::steady_clock::time_point next)> idle{};
  std::function<void(const std::string& line)> log = [](const std::string&) {};
};

class Reconciler : public tdi::Converger {
 public:
  static std::unique_ptr<Reconciler> Create(ReconcilerOptions options);

  // Adds the tables to the device, takes their rows from the journal, removes what a killed daemon
  // left over, and begins.
  virtual Status Start() = 0;
  // Ends the threads and takes the tables from the device. Hosts and ports stay as they are, for
  // the next start. Also done by the destructor.
  virtual void Stop() = 0;

  // Looks at everything now instead of at the next audit.
  virtual void AuditNow() = 0;
  // Runs one thing that is due, if there is one, on the calling thread.
  virtual bool RunPending() = 0;
};

}  // namespace ipdk::devices
