#pragma once
// The three tables as the device sees them: each call goes to the engine.

#include "devices/reconcile/engine.h"

namespace ipdk::devices {

class Engine::HostBackend final : public tdi::TableBackend {
 public:
  HostBackend(Engine& engine, std::vector<std::string> kinds)
      : engine_(engine), schema_(tdi::fixed::HostSchema(std::move(kinds))) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change& change) override { return engine_.ApplyHost(change); }
  Result<std::string> ReadState(const tdi::Row& row) override {
    IPDK_ASSIGN(const std::string name, tdi::fixed::HostName(row.key));
    return engine_.HostStateOf(name);
  }

 private:
  Engine& engine_;
  const tdi::TableSchema schema_;
};

class Engine::PortBackend final : public tdi::TableBackend {
 public:
  explicit PortBackend(Engine& engine) : engine_(engine), schema_(tdi::fixed::PortSchema()) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change& change) override { return engine_.ApplyPort(change); }
  Result<std::string> ReadState(const tdi::Row& row) override {
    IPDK_ASSIGN(const std::string name, tdi::fixed::PortName(row.key));
    return engine_.PortStateOf(name);
  }

 private:
  Engine& engine_;
  const tdi::TableSchema schema_;
};

class Engine::NumberBackend final : public tdi::TableBackend {
 public:
  explicit NumberBackend(Engine& engine)
      : engine_(engine), schema_(tdi::fixed::PortNumberSchema()) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change& change) override { return engine_.ApplyNumber(change); }

 private:
  Engine& engine_;
  const tdi::TableSchema schema_;
};

}  // namespace ipdk::devices
