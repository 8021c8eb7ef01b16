#pragma once
// The tables multicast_group, multicast_replica, clone_session and clone_replica
// (tdi/fixed/replication.h). They belong to the target, not to a program, and stay when programs
// change. Every commit that changes them gives the workers a new picture of all groups.

#include <functional>
#include <memory>
#include <vector>

#include "targets/cpu/traffic/manager.h"
#include "tdi/table.h"

namespace ipdk::cpu {

class ReplicationTables {
 public:
  // Called on the control thread after each commit that changed something.
  explicit ReplicationTables(std::function<void(std::unique_ptr<const Replication>)> publish);
  ~ReplicationTables();
  std::vector<tdi::TableBackend*> backends() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ipdk::cpu
