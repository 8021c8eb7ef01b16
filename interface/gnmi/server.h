#pragma once
// The gNMI 0.10 server: Capabilities, Get and Set over a tree of tables (interface/openconfig). A
// Set is one transaction: all of it is done, and true on the devices, when OK comes back; or none
// of it. Subscribe answers UNIMPLEMENTED.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tdi/device.h"

namespace ipdk::gnmi {

struct Options {
  std::string address = "127.0.0.1:9339";  // port 0: any free one
  const tdi::Device* device = nullptr;     // must outlive the server
  // Commits all operations or none, and returns when they are true on the devices.
  std::function<Status(std::span<const tdi::Operation>)> commit;
  // Waits until a row is as recorded; may be empty.
  std::function<Status(uint32_t table, std::string_view key)> wait;
};

class Server {
 public:
  // UNAVAILABLE if the address cannot be listened on.
  static Result<std::unique_ptr<Server>> Start(Options options);
  virtual ~Server() = default;
  virtual int port() const = 0;
  virtual void Stop() = 0;
};

}  // namespace ipdk::gnmi
