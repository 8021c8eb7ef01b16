#pragma once
// The `host` table: who gets ports and disks. A row is a virtual machine, a network namespace, a
// simulated machine ... Key: name. Backend: devices/reconcile. Deleting a host that was adopted
// never destroys it; deleting one that still has ports is FAILED_PRECONDITION and names them.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tdi/fixed/ids.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi::fixed {

struct HostConfig {
  std::string name{};
  std::string kind{};  // "netns", later "qemu": one of the kinds that the daemon was built with
  std::string
      address{};  // netns: a name below /run/netns or an absolute path; empty = the host's own name
};

struct HostState {
  std::string status = "DOWN";  // UP: there and usable. DOWN: not there yet. ERROR: see message
  std::string message{};        // the step that failed and why
  bool adopted = false;         // it was there before us and stays when the row goes
};

// kinds: the host kinds registered with the daemon.
TableSchema HostSchema(std::vector<std::string> kinds);

std::string HostKey(std::string_view name);
Result<std::string> HostName(std::string_view key);
Row EncodeHost(const HostConfig& config);
Result<HostConfig> DecodeHost(const Row& row);
std::string EncodeHostState(const HostState& state);
Result<HostState> DecodeHostState(std::string_view state);

}  // namespace ipdk::tdi::fixed
