#include "devices/netlink/monitor.h"

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "devices/netlink/socket.h"

namespace ipdk::netlink {
namespace {

constexpr int kReceiveBuffer = 4 << 20;  // hundreds of interfaces may come and go at once

class Monitor final : public LinkMonitor {
 public:
  Monitor(Descriptor socket, Descriptor stop, std::function<void(const LinkEvent&)> listener)
      : socket_(std::move(socket)),
        stop_(std::move(stop)),
        listener_(std::move(listener)),
        thread_([this] { Loop(); }) {}
  ~Monitor() override {
    const uint64_t one = 1;
    (void)!write(stop_.get(), &one, sizeof(one));
    thread_.join();
  }

 private:
  void Loop() {
    pthread_setname_np(pthread_self(), "ipdk-links");
    std::string buffer(64 << 10, '\0');
    while (true) {
      pollfd wait[] = {{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                       {.fd = stop_.get(), .events = POLLIN, .revents = 0}};
      if (poll(wait, 2, -1) < 0 && errno != EINTR) return;
      if (wait[1].revents != 0) return;
      const ssize_t size = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size < 0) {
        if (errno == ENOBUFS) listener_({.kind = LinkEvent::Kind::kMissed, .name = {}});
        continue;
      }
      ReadMessages(std::string_view(buffer).substr(0, static_cast<size_t>(size)),
                   [&](uint16_t type, uint32_t, uint16_t, std::string_view payload) {
                     Tell(type, payload);
                   });
    }
  }

  void Tell(uint16_t type, std::string_view payload) {
    ifinfomsg info;
    if ((type != RTM_NEWLINK && type != RTM_DELLINK) || payload.size() < sizeof(info)) return;
    std::memcpy(&info, payload.data(), sizeof(info));
    LinkEvent event{
        .kind = type == RTM_DELLINK ? LinkEvent::Kind::kGone : LinkEvent::Kind::kChanged,
        .name = {}};
    event.running = (info.ifi_flags & IFF_RUNNING) != 0 && (info.ifi_flags & IFF_UP) != 0;
    const bool sound = ReadAttributes(payload.substr(sizeof(info)),
                                      [&](uint16_t attribute, std::string_view value) {
                                        if (attribute == IFLA_IFNAME) event.name = AsText(value);
                                      });
    if (sound && !event.name.empty()) listener_(event);
  }

  const Descriptor socket_, stop_;
  const std::function<void(const LinkEvent&)> listener_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<LinkMonitor>> LinkMonitor::Start(
    std::function<void(const LinkEvent&)> listener) {
  Descriptor fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd.valid()) return ErrnoError(errno, "cannot open a netlink socket");
  (void)setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return ErrnoError(errno, "cannot listen to changes of interfaces");
  Descriptor stop(eventfd(0, EFD_CLOEXEC));
  if (!stop.valid()) return ErrnoError(errno, "cannot create an event descriptor");
  return std::make_unique<Monitor>(std::move(fd), std::move(stop), std::move(listener));
}

}  // namespace ipdk::netlink
