#pragma once
// Hears from the kernel when interfaces of a namespace come, go, or change their carrier.

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace ipdk::netlink {

struct LinkEvent {
  enum class Kind : uint8_t {
    kChanged,  // made, or changed: `running` says whether it has a carrier
    kGone,
    kMissed,  // the kernel had more to tell than we could take: look for yourself
  } kind = Kind::kChanged;
  std::string name;
  bool running = false;
};

class LinkMonitor {
 public:
  // Of the calling thread's namespace. `listener` is called on a thread of the monitor's.
  static Result<std::unique_ptr<LinkMonitor>> Start(std::function<void(const LinkEvent&)> listener);
  virtual ~LinkMonitor() = default;  // after it no call is under way
};

}  // namespace ipdk::netlink
