#pragma once
// Network namespaces as hosts, made or adopted, compatible with `ip netns`.
//
//   daemon's namespace            host's namespace
//   ipdk1f0c3a9b2e  ---veth---    netdev1           the data path opens the near end
//                  (descriptor)   netdev1           tap: the data path holds the descriptor
//
// Whose something is stands in the kernel itself, in interface aliases: "ipdk:OWNER:host/port" on
// the near end of a veth and on a TAP, and "ipdk:OWNER:" on the loopback of a namespace that we
// made. So a daemon that was killed finds its things again, and never takes or destroys what others
// made.

#include <memory>
#include <string>

#include "devices/host/host_kind.h"

namespace ipdk::devices {

// owner: tells the daemons of one machine apart; at most 64 characters.
std::unique_ptr<HostKind> CreateNetnsKind(std::string owner);

}  // namespace ipdk::devices
