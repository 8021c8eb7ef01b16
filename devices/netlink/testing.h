#pragma once
// For tests that make real namespaces: whether this process may, and names that carry the pid, with
// the leftovers of dead test processes swept away.

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string>

#include "devices/netlink/link.h"
#include "devices/netlink/namespace.h"

namespace ipdk::netlink {

// "ipdktest.<pid>.<name>"
inline std::string TestName(std::string_view name) {
  return fmt::format("ipdktest.{}.{}", getpid(), name);
}

inline bool MayMakeNamespaces() { return geteuid() == 0; }

inline void SweepDeadTests() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(kNamespaceFolder, ignored)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kPrefix = "ipdktest.";
    if (!name.starts_with(kPrefix)) continue;
    pid_t pid = 0;
    const auto parsed =
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc() || pid <= 0) continue;
    if (kill(pid, 0) != 0 && errno == ESRCH) (void)DeleteNamespace(name);
  }
}

}  // namespace ipdk::netlink

#define IPDK_SKIP_WITHOUT_NAMESPACES()       \
  if (!::ipdk::netlink::MayMakeNamespaces()) \
  GTEST_SKIP() << "SKIPPED: this test makes network namespaces and must be run as root"
