#pragma once
// TAP devices as ports, for kinds whose host is a network namespace: named ones and the daemon's
// own.

#include <string>

#include "devices/host/host_kind.h"
#include "devices/netlink/link.h"

namespace ipdk::devices {

// A socket in the namespace of `ns` (-1: the caller's).
Result<netlink::Socket> SocketIn(int ns);

Result<PortObservation> ObserveTap(int ns, const std::string& interface, const std::string& alias,
                                   Deadline deadline);
// `ns` must stay open while the plan runs.
Result<Plan> PlanTap(std::shared_ptr<netlink::Descriptor> ns, const PortPlug& plug,
                     const std::string& alias, const PortObservation& seen, bool attached,
                     Endpoint* endpoint);
Plan PlanTapRemoval(std::shared_ptr<netlink::Descriptor> ns, const std::string& interface,
                    const std::string& alias);

// A step that sets MAC and MTU of an interface and can set them back; none if they are as wanted.
void PlanAttributes(std::shared_ptr<netlink::Descriptor> ns, const PortPlug& plug,
                    const PortObservation& seen, Plan* plan);

}  // namespace ipdk::devices
