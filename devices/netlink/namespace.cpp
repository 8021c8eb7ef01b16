#include "devices/netlink/namespace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <thread>

#include "devices/netlink/socket.h"

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif
#ifndef NS_GET_NSTYPE
#define NS_GET_NSTYPE _IO(0xb7, 0x3)
#endif

namespace ipdk::netlink {
namespace {

std::string PathOf(const std::string& name) { return fmt::format("{}/{}", kNamespaceFolder, name); }

// The folder must be a mount of its own with shared propagation, so that a name made or deleted
// here is seen by every mount namespace (`ip netns exec` runs in one).
Status PrepareFolder() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (mkdir(kNamespaceFolder, 0755) != 0 && errno != EEXIST)
    return ErrnoError(errno, fmt::format("cannot create {}", kNamespaceFolder));
  if (mount("", kNamespaceFolder, "none", MS_SHARED | MS_REC, nullptr) == 0) return {};
  if (errno != EINVAL)
    return ErrnoError(errno, fmt::format("cannot share the mounts of {}", kNamespaceFolder));
  if (mount(kNamespaceFolder, kNamespaceFolder, "none", MS_BIND | MS_REC, nullptr) != 0)
    return ErrnoError(errno, fmt::format("cannot mount {}", kNamespaceFolder));
  if (mount("", kNamespaceFolder, "none", MS_SHARED | MS_REC, nullptr) != 0)
    return ErrnoError(errno, fmt::format("cannot share the mounts of {}", kNamespaceFolder));
  return {};
}

}  // namespace

Result<Descriptor> OpenNamespace(const std::string& path) {
  Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoError(errno, fmt::format("network namespace {}", path));
  struct statfs file_system{};
  if (fstatfs(fd.get(), &file_system) != 0)
    return ErrnoError(errno, fmt::format("network namespace {}", path));
  if (file_system.f_type != NSFS_MAGIC || ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET)
    return FailedPrecondition(
        "{} is not a network namespace; remove the file, or give another address", path);
  return fd;
}

Status RunInNamespace(int fd, const std::function<Status()>& work) {
  if (fd < 0) return work();
  Status status;
  std::thread([&] {
    if (setns(fd, CLONE_NEWNET) != 0) {
      status = ErrnoError(errno, "cannot enter the network namespace");
      return;
    }
    status = work();
  }).join();
  return status;
}

Status CreateNamespace(const std::string& name, const std::function<Status()>& prepare) {
  IPDK_RETURN_IF_ERROR(CheckNamespaceName(name));
  IPDK_RETURN_IF_ERROR(PrepareFolder());
  const std::string path = PathOf(name);
  Status status;
  std::thread([&] {
    status = [&]() -> Status {
      if (unshare(CLONE_NEWNET) != 0)
        return ErrnoError(errno, fmt::format("network namespace '{}'", name));
      IPDK_RETURN_IF_ERROR(prepare());
      const Descriptor file(open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
      if (!file.valid()) return ErrnoError(errno, fmt::format("cannot create {}", path));
      if (mount("/proc/thread-self/ns/net", path.c_str(), "none", MS_BIND, nullptr) != 0) {
        const int error = errno;
        unlink(path.c_str());
        return ErrnoError(error, fmt::format("cannot mount the network namespace on {}", path));
      }
      return {};
    }();
  }).join();
  return status;
}

Status DeleteNamespace(const std::string& name) {
  IPDK_RETURN_IF_ERROR(CheckNamespaceName(name));
  const std::string path = PathOf(name);
  (void)umount2(path.c_str(), MNT_DETACH);
  if (unlink(path.c_str()) != 0) return ErrnoError(errno, fmt::format("cannot remove {}", path));
  return {};
}

Status CheckNamespaceName(std::string_view name) {
  if (name.empty() || name.size() > 200 || name == "." || name == ".." ||
      name.find('/') != std::string_view::npos || name.find('\0') != std::string_view::npos)
    return InvalidArgument(
        "'{}' cannot name a network namespace: 1 to 200 characters without a slash", name);
  return {};
}

}  // namespace ipdk::netlink
