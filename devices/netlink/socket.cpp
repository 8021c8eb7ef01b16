#include "devices/netlink/socket.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ipdk::netlink {

std::unexpected<Error> ErrnoError(int error, std::string_view what, std::string_view detail) {
  Code code = Code::kInternal;
  switch (error) {
    case EEXIST:
      code = Code::kAlreadyExists;
      break;
    case ENODEV:
    case ENOENT:
      code = Code::kNotFound;
      break;
    case EPERM:
    case EACCES:
      code = Code::kPermissionDenied;
      break;
    case EINVAL:
    case ERANGE:
      code = Code::kInvalidArgument;
      break;
    case EBUSY:
      code = Code::kFailedPrecondition;
      break;
    case ENOMEM:
    case ENOBUFS:
    case ENOSPC:
    case EMFILE:
      code = Code::kResourceExhausted;
      break;
    case EOPNOTSUPP:
      code = Code::kUnimplemented;
      break;
    case EAGAIN:
      code = Code::kUnavailable;
      break;
    default:
      break;
  }
  return Fail(code, "{}: {}{}{}", what, std::strerror(error), detail.empty() ? "" : ": ", detail);
}

Result<Socket> Socket::Open() {
  Descriptor fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd.valid()) return ErrnoError(errno, "cannot open a netlink socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return ErrnoError(errno, "cannot bind a netlink socket");
  const int one = 1;
  (void)setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
  (void)setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
  return Socket(std::move(fd));
}

Status Socket::Do(MessageBuilder request, std::string_view what, Deadline deadline) {
  return Ask(std::move(request), what, deadline, [](uint16_t, std::string_view) {});
}

Status Socket::Ask(MessageBuilder request, std::string_view what, Deadline deadline,
                   const std::function<void(uint16_t, std::string_view)>& message) {
  const uint32_t sequence = ++sequence_;
  const std::string bytes = request.Finish(sequence);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
             sizeof(kernel)) < 0)
    return ErrnoError(errno, what);
  std::string buffer;
  bool done = false;
  Status status;
  while (!done) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd poll_fd{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    const int ready = poll(&poll_fd, 1, static_cast<int>(std::max<int64_t>(0, left.count())));
    if (ready == 0) return DeadlineExceeded("{}: the kernel did not answer in time", what);
    if (ready < 0) {
      if (errno == EINTR) continue;
      return ErrnoError(errno, what);
    }
    const ssize_t size = recv(fd_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    if (size < 0) {
      if (errno == EINTR) continue;
      return ErrnoError(errno, what);
    }
    buffer.resize(static_cast<size_t>(size));
    const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return ErrnoError(errno, what);
    const bool sound = ReadMessages(
        std::string_view(buffer).substr(0, static_cast<size_t>(got)),
        [&](uint16_t type, uint32_t answer_to, uint16_t flags, std::string_view payload) {
          if (answer_to != sequence || done) return;  // left from a request that ran out of time
          if (type == NLMSG_DONE) {
            done = true;
          } else if (type == NLMSG_ERROR) {
            done = true;
            int error = EIO;
            if (payload.size() >= sizeof(nlmsgerr))
              std::memcpy(&error, payload.data(), sizeof(error));
            if (error == 0) return;
            std::string detail;
            const size_t skip = sizeof(nlmsgerr);
            if ((flags & NLM_F_ACK_TLVS) != 0 && (flags & NLM_F_CAPPED) != 0 &&
                payload.size() > skip)
              ReadAttributes(payload.substr(skip), [&](uint16_t attribute, std::string_view value) {
                if (attribute == NLMSGERR_ATTR_MSG) detail = AsText(value);
              });
            status = ErrnoError(-error, what, detail);
          } else {
            message(type, payload);
          }
        });
    if (!sound) return Internal("{}: malformed answer of the kernel", what);
  }
  return status;
}

}  // namespace ipdk::netlink
