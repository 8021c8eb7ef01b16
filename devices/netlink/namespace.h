#pragma once
// Network namespaces, named as `ip netns` names them: a file below /run/netns on which the
// namespace is mounted.

#include <functional>
#include <string>

#include "base/result.h"
#include "devices/netlink/descriptor.h"

namespace ipdk::netlink {

inline constexpr char kNamespaceFolder[] = "/run/netns";

// NOT_FOUND if the path does not exist; FAILED_PRECONDITION if it is something else than a network
// namespace.
Result<Descriptor> OpenNamespace(const std::string& path);

// Runs `work` on a thread of its own inside the namespace (or, with -1, in the caller's), and
// waits. Sockets opened by it stay in that namespace.
Status RunInNamespace(int fd, const std::function<Status()>& work);

// Makes a namespace, runs `prepare` inside it, and only then gives it its name: nobody sees it half
// made.
Status CreateNamespace(const std::string& name, const std::function<Status()>& prepare);
// Takes the name away; the namespace ends when its last process does. NOT_FOUND if there is none.
Status DeleteNamespace(const std::string& name);

// A file name: no slash, not empty, not "." or "..".
Status CheckNamespaceName(std::string_view name);

}  // namespace ipdk::netlink
