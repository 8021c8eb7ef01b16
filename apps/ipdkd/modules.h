#pragma once
// What the daemon is made of, in one list: the record, the device with its tables, the CPU target,
// the kinds of hosts, and the services. To add a target, a host kind or a service, add its line in
// modules.cpp.

#include <memory>

#include "apps/ipdkd/options.h"
#include "base/result.h"

namespace ipdk::apps {

class Daemon {
 public:
  static Result<std::unique_ptr<Daemon>> Start(const DaemonOptions& options);
  // Stops services, then devices, then packets. Hosts and ports stay, for the next start.
  virtual ~Daemon() = default;

  // Where it listens; for port 0, what was chosen.
  virtual int p4runtime_port() const = 0;
  virtual int gnmi_port() const = 0;
};

}  // namespace ipdk::apps
