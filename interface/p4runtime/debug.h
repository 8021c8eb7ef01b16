#pragma once
// The ipdk.v1.Debug service, which is served beside P4Runtime: workers, drops and traces.

#include <memory>

#include "interface/p4runtime/server.h"

namespace grpc {
class Service;
}

namespace ipdk::p4runtime {

// `options` must outlive it.
std::unique_ptr<grpc::Service> MakeDebugService(const Options& options);

}  // namespace ipdk::p4runtime
