#include "targets/cpu/target/replication_tables.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tdi/fixed/replication.h"

namespace ipdk::cpu {

class ReplicationTables::Impl {
 public:
  using ReplicaKey = std::pair<uint32_t, uint32_t>;  // instance, port

  explicit Impl(std::function<void(std::unique_ptr<const Replication>)> publish)
      : publish_(std::move(publish)) {}

  void Publish() {
    if (!changed_) return;
    changed_ = false;
    auto all = std::make_unique<Replication>();
    for (const auto& [group, replicas] : groups_) Fill(all->groups[group], replicas);
    for (const auto& [id, session] : sessions_) {
      Fill(all->sessions[id].replicas, session_replicas_[id]);
      all->sessions[id].truncate = session.truncate;
      all->sessions[id].class_of_service = session.class_of_service;
    }
    publish_(std::move(all));
  }

  struct Backend : tdi::TableBackend {
    Backend(Impl& owner, tdi::TableSchema table_schema)
        : impl(owner), table(std::move(table_schema)) {}
    const tdi::TableSchema& schema() const override { return table; }
    void Publish() override { impl.Publish(); }
    Impl& impl;
    const tdi::TableSchema table;
  };

  struct Groups final : Backend {
    using Backend::Backend;
    Status Apply(const tdi::Change& change) override {
      const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
      IPDK_ASSIGN(tdi::fixed::MulticastGroup group, tdi::fixed::DecodeMulticastGroup(row));
      if (change.after == nullptr) {
        auto found = impl.groups_.find(group.group);
        if (found != impl.groups_.end() && !found->second.empty())
          return FailedPrecondition("multicast group {} has {} replicas; delete them first",
                                    group.group, found->second.size());
        impl.groups_.erase(group.group);
      } else {
        impl.groups_.try_emplace(group.group);
      }
      impl.changed_ = true;
      return {};
    }
  };

  struct Sessions final : Backend {
    using Backend::Backend;
    Status Apply(const tdi::Change& change) override {
      const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
      IPDK_ASSIGN(tdi::fixed::CloneSession session, tdi::fixed::DecodeCloneSession(row));
      if (change.after == nullptr) {
        auto found = impl.session_replicas_.find(session.session);
        if (found != impl.session_replicas_.end() && !found->second.empty())
          return FailedPrecondition("clone session {} has {} replicas; delete them first",
                                    session.session, found->second.size());
        impl.sessions_.erase(session.session);
        impl.session_replicas_.erase(session.session);
      } else {
        impl.sessions_[session.session] = {session.packet_length_bytes, session.class_of_service};
      }
      impl.changed_ = true;
      return {};
    }
  };

  struct Replicas final : Backend {
    Replicas(Impl& owner, tdi::TableSchema table_schema, bool clone)
        : Backend(owner, std::move(table_schema)), of_clone(clone) {}
    Status Apply(const tdi::Change& change) override {
      const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
      IPDK_ASSIGN(tdi::fixed::Replica replica, tdi::fixed::DecodeReplica(row));
      bool known =
          of_clone ? impl.sessions_.contains(replica.group) : impl.groups_.contains(replica.group);
      if (change.after != nullptr && !known)
        return NotFound("{} {} does not exist; insert it before its replicas",
                        of_clone ? "clone session" : "multicast group", replica.group);
      auto& replicas =
          of_clone ? impl.session_replicas_[replica.group] : impl.groups_[replica.group];
      ReplicaKey key{replica.instance, replica.port};
      auto at = std::find(replicas.begin(), replicas.end(), key);
      if (change.after == nullptr) {
        if (at != replicas.end()) replicas.erase(at);
      } else if (at == replicas.end()) {
        replicas.push_back(key);
      }
      impl.changed_ = true;
      return {};
    }
    const bool of_clone;
  };

  // Replicas keep the order in which they came.
  using List = std::vector<ReplicaKey>;
  static void Fill(std::vector<Replica>& out, const List& replicas) {
    for (const ReplicaKey& key : replicas)
      out.push_back({.port = key.second, .instance = key.first});
  }

  const std::function<void(std::unique_ptr<const Replication>)> publish_;
  bool changed_ = false;
  std::map<uint32_t, List> groups_;
  struct Session {
    uint32_t truncate = 0, class_of_service = 0;
  };
  std::map<uint32_t, Session> sessions_;
  std::map<uint32_t, List> session_replicas_;
  Groups groups_backend{*this, tdi::fixed::MulticastGroupSchema()};
  Replicas replicas_backend{*this, tdi::fixed::MulticastReplicaSchema(), false};
  Sessions sessions_backend{*this, tdi::fixed::CloneSessionSchema()};
  Replicas session_replicas_backend{*this, tdi::fixed::CloneReplicaSchema(), true};
};

ReplicationTables::ReplicationTables(
    std::function<void(std::unique_ptr<const Replication>)> publish)
    : impl_(std::make_unique<Impl>(std::move(publish))) {}
ReplicationTables::~ReplicationTables() = default;

std::vector<tdi::TableBackend*> ReplicationTables::backends() const {
  return {&impl_->groups_backend, &impl_->replicas_backend, &impl_->sessions_backend,
          &impl_->session_replicas_backend};
}

}  // namespace ipdk::cpu
