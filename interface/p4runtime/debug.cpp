#include "interface/p4runtime/debug.h"

#include <grpcpp/grpcpp.h>
#include <ipdk/v1/debug.grpc.pb.h>

#include "tdi/target.h"
#include "wire/status.h"

namespace ipdk::p4runtime {
namespace {

using wire::ToGrpc;

class DebugService final : public ipdk::v1::Debug::Service {
 public:
  explicit DebugService(const Options& options) : options_(options) {}

  grpc::Status Status(grpc::ServerContext*, const ipdk::v1::StatusRequest*,
                      ipdk::v1::StatusResponse* response) override {
    response->set_version(options_.version);
    response->set_target(std::string(options_.target->name()));
    if (const auto program = options_.target->program()) {
      response->set_program(program->name);
      response->set_architecture(program->architecture);
    }
    for (const auto& one : options_.target->Workers()) {
      auto* worker = response->add_workers();
      worker->set_worker(one.worker);
      worker->set_packets(one.packets);
      worker->set_bursts(one.bursts);
      worker->set_busy_ns(one.busy_ns);
      worker->set_sleeps(one.sleeps);
    }
    for (const auto& one : options_.target->Drops()) {
      auto* drop = response->add_drops();
      drop->set_reason(one.reason);
      drop->set_packets(one.packets);
    }
    return grpc::Status::OK;
  }

  grpc::Status Trace(grpc::ServerContext*, const ipdk::v1::TraceRequest* request,
                     ipdk::v1::TraceResponse* response) override {
    if (!options_.trace)
      return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "this daemon was built without trace");
    auto result = options_.trace(request->port(), request->packet());
    if (!result) return ToGrpc(result.error());
    for (const TraceStep& one : result->steps) {
      auto* step = response->add_steps();
      step->set_event(one.event);
      step->set_text(one.text);
      step->set_depth(one.depth);
    }
    for (const auto& [port, packet] : result->outputs) {
      auto* output = response->add_outputs();
      output->set_port(port);
      output->set_packet(packet);
    }
    return grpc::Status::OK;
  }

 private:
  const Options& options_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDebugService(const Options& options) {
  return std::make_unique<DebugService>(options);
}

}  // namespace ipdk::p4runtime
