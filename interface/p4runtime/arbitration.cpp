#include "interface/p4runtime/arbitration.h"

namespace ipdk::p4runtime {
namespace {

std::string Quoted(const std::string& role) {
  return role.empty() ? "the default role" : "role '" + role + "'";
}

}  // namespace

std::string ElectionId::ToString() const {
  return high == 0 ? fmt::format("{}", low) : fmt::format("{}:{}", high, low);
}

Notice Arbitration::MakeNotice(StreamId stream, const std::string& name, const Role& role) const {
  Notice notice;
  notice.stream = stream;
  notice.role = name;
  notice.role_config = role.config;
  notice.highest = role.highest;
  notice.has_primary = role.primary.has_value();
  notice.to_primary = role.primary == stream;
  return notice;
}

Result<Arbitration::Outcome> Arbitration::Update(StreamId stream, const std::string& role_name,
                                                 const std::string& role_config,
                                                 std::optional<ElectionId> election_id) {
  const auto known = role_of_.find(stream);
  if (known != role_of_.end() && known->second != role_name)
    return FailedPrecondition("this stream has {}; open another stream for {}",
                              Quoted(known->second), Quoted(role_name));
  Role& role = roles_[role_name];
  if (election_id) {
    for (const auto& [other, id] : role.streams) {
      if (other != stream && id == election_id)
        return InvalidArgument("election id {} is in use by another live controller of {}",
                               election_id->ToString(), Quoted(role_name));
    }
  }
  if (known == role_of_.end()) {
    if (role.streams.size() >= kMaxStreamsPerRole)
      return ResourceExhausted("{} has {} streams already, the most allowed", Quoted(role_name),
                               role.streams.size());
    role_of_[stream] = role_name;
  }
  role.streams[stream] = election_id;

  Outcome outcome;
  const bool was_primary = role.primary == stream;
  const bool becomes = election_id && (!role.highest || *election_id >= *role.highest);
  bool tell_all = false;
  if (becomes) {
    outcome.new_primary = !was_primary;
    tell_all = !was_primary || role.highest != election_id || role.config != role_config;
    role.primary = stream;
    role.highest = election_id;
    role.config = role_config;
  } else if (was_primary) {
    role.primary.reset();
    tell_all = true;
  }
  if (tell_all) {
    for (const auto& [other, id] : role.streams) {
      if (other != stream) outcome.others.push_back(MakeNotice(other, role_name, role));
    }
  }
  outcome.self.push_back(MakeNotice(stream, role_name, role));
  return outcome;
}

std::vector<Notice> Arbitration::Leave(StreamId stream) {
  std::vector<Notice> notices;
  const auto known = role_of_.find(stream);
  if (known == role_of_.end()) return notices;
  const std::string name = known->second;
  Role& role = roles_[name];
  role.streams.erase(stream);
  role_of_.erase(known);
  if (role.primary != stream) return notices;
  role.primary.reset();
  for (const auto& [other, id] : role.streams) notices.push_back(MakeNotice(other, name, role));
  return notices;
}

Status Arbitration::CheckPrimary(const std::string& role_name,
                                 std::optional<ElectionId> election_id) const {
  const auto it = roles_.find(role_name);
  if (it == roles_.end()) {
    if (role_name.empty())
      return PermissionDenied(
          "no controller is primary: open a stream and send a MasterArbitrationUpdate first");
    return NotFound("{}: no controller has announced it by a MasterArbitrationUpdate",
                    Quoted(role_name));
  }
  const Role& role = it->second;
  if (!role.primary) {
    return PermissionDenied("{} has no primary controller; the highest election id so far is {}",
                            Quoted(role_name), role.highest ? role.highest->ToString() : "none");
  }
  if (!election_id) {
    return PermissionDenied("election_id is not set; the primary of {} has {}", Quoted(role_name),
                            role.highest->ToString());
  }
  if (*election_id != *role.highest) {
    return PermissionDenied("election id {} is not the primary's: the primary of {} has {}",
                            election_id->ToString(), Quoted(role_name), role.highest->ToString());
  }
  return {};
}

bool Arbitration::IsPrimary(StreamId stream) const {
  const auto known = role_of_.find(stream);
  return known != role_of_.end() && roles_.at(known->second).primary == stream;
}

std::optional<std::string> Arbitration::RoleOf(StreamId stream) const {
  const auto known = role_of_.find(stream);
  if (known == role_of_.end()) return std::nullopt;
  return known->second;
}

std::vector<StreamId> Arbitration::Primaries() const {
  std::vector<StreamId> streams;
  for (const auto& [name, role] : roles_) {
    if (role.primary) streams.push_back(*role.primary);
  }
  return streams;
}

}  // namespace ipdk::p4runtime
