#include "devices/netlink/tap.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "devices/netlink/link.h"

namespace ipdk::netlink {

Result<Descriptor> OpenTap(const std::string& name) {
  IPDK_RETURN_IF_ERROR(CheckLinkName(name));
  Descriptor fd(open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return ErrnoError(errno, "cannot open /dev/net/tun");
  ifreq request{};
  std::memcpy(request.ifr_name, name.c_str(), name.size());
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0)
    return ErrnoError(errno, fmt::format("TAP '{}'", name));
  if (ioctl(fd.get(), TUNSETPERSIST, 1) != 0)
    return ErrnoError(errno, fmt::format("TAP '{}': cannot be kept", name));
  return fd;
}

}  // namespace ipdk::netlink
