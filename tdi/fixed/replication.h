#pragma once
// Packet replication (P4Runtime 1.5, section 9.5): multicast groups and clone sessions, each a
// table of the groups and a table of their replicas. Backend: the target, as part of the program's
// group of tables or of its own. A replica needs its group: inserting one without is NOT_FOUND; a
// group deleted takes its replicas with it only if the service deletes them in the same commit,
// else FAILED_PRECONDITION.

#include <string>

#include "base/result.h"
#include "tdi/fixed/ids.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi::fixed {

struct MulticastGroup {
  uint32_t group = 0;  // from 1
};

struct CloneSession {
  uint32_t session = 0;  // from 1
  uint32_t class_of_service = 0;
  uint32_t packet_length_bytes = 0;  // longest copy; 0 = whole packets
};

// `group` is a multicast group's or a clone session's id.
struct Replica {
  uint32_t group = 0;
  uint32_t instance = 0;
  uint32_t port = 0;
};

TableSchema MulticastGroupSchema(uint64_t size = 0);
TableSchema MulticastReplicaSchema(uint64_t size = 0);
TableSchema CloneSessionSchema(uint64_t size = 0);
TableSchema CloneReplicaSchema(uint64_t size = 0);

Row EncodeMulticastGroup(const MulticastGroup& value);
Result<MulticastGroup> DecodeMulticastGroup(const Row& row);
Row EncodeCloneSession(const CloneSession& value);
Result<CloneSession> DecodeCloneSession(const Row& row);
// The same for multicast_replica and clone_replica.
Row EncodeReplica(const Replica& value);
Result<Replica> DecodeReplica(const Row& row);

}  // namespace ipdk::tdi::fixed
