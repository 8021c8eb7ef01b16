#pragma once
// A NETLINK_ROUTE socket: a request and its answer, with a time limit. A socket belongs to the
// network namespace of the thread that opened it, for good, whichever thread uses it later. One
// thread at a time.

#include <chrono>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "devices/netlink/descriptor.h"
#include "devices/netlink/message.h"

namespace ipdk::netlink {

using Deadline = std::chrono::steady_clock::time_point;

class Socket {
 public:
  static Result<Socket> Open();

  // Sends a request and waits for its acknowledgement. `what` stands before the kernel's reason in
  // errors. Errors: the errno as a code (EEXIST: ALREADY_EXISTS, ENODEV: NOT_FOUND, EPERM:
  // PERMISSION_DENIED ...).
  Status Do(MessageBuilder request, std::string_view what, Deadline deadline);
  // The same for requests that answer with messages (get, dump); `message` is called for each.
  Status Ask(MessageBuilder request, std::string_view what, Deadline deadline,
             const std::function<void(uint16_t type, std::string_view payload)>& message);

 private:
  explicit Socket(Descriptor fd) : fd_(std::move(fd)) {}
  Descriptor fd_;
  uint32_t sequence_ = 0;
};

// The error for an errno, worded as above.
std::unexpected<Error> ErrnoError(int error, std::string_view what, std::string_view detail = {});

}  // namespace ipdk::netlink
