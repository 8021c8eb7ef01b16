#pragma once
// Who may write (P4Runtime 1.5, section 5): for each role the live controllers, the highest
// election id ever seen, and who is primary. Knows nothing of gRPC: streams are numbers, and what
// they must be told is returned. Not thread safe; the server holds its lock around it.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ipdk::p4runtime {

struct ElectionId {
  uint64_t high = 0, low = 0;
  auto operator<=>(const ElectionId&) const = default;
  std::string ToString() const;
};

using StreamId = uint64_t;

// One MasterArbitrationUpdate to send.
struct Notice {
  StreamId stream = 0;
  std::string role;
  std::string role_config;            // serialised Any, of the last primary; "" = none
  std::optional<ElectionId> highest;  // none: there has never been a primary
  bool to_primary = false;
  bool has_primary = false;
};

class Arbitration {
 public:
  static constexpr size_t kMaxStreamsPerRole = 64;

  struct Outcome {
    std::vector<Notice> others;  // before writes of the former primary have ended
    std::vector<Notice> self;    // after
    bool new_primary = false;
  };
  // A stream's first or later update. An error ends the stream; the caller then calls Leave.
  Result<Outcome> Update(StreamId stream, const std::string& role, const std::string& role_config,
                         std::optional<ElectionId> election_id);
  std::vector<Notice> Leave(StreamId stream);

  // NOT_FOUND for a role nobody has asked for; PERMISSION_DENIED, naming the primary, if the caller
  // is not it.
  Status CheckPrimary(const std::string& role, std::optional<ElectionId> election_id) const;
  bool IsPrimary(StreamId stream) const;
  // The role of a stream that has sent an update.
  std::optional<std::string> RoleOf(StreamId stream) const;
  std::vector<StreamId> Primaries() const;

 private:
  struct Role {
    std::map<StreamId, std::optional<ElectionId>> streams;
    std::optional<ElectionId> highest;
    std::optional<StreamId> primary;
    std::string config;
  };
  Notice MakeNotice(StreamId stream, const std::string& name, const Role& role) const;

  std::map<std::string, Role> roles_;
  std::map<StreamId, std::string> role_of_;
};

}  // namespace ipdk::p4runtime
