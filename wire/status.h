#pragma once
// From gRPC's status to our errors and back: the codes have the same numbers. For .cpp files that
// include gRPC anyway.

#include <grpcpp/support/status.h>

#include "base/result.h"

namespace ipdk::wire {

inline Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return {};
  return std::unexpected(Error(static_cast<Code>(status.error_code()), status.error_message()));
}

inline grpc::Status ToGrpc(const Error& error) {
  return grpc::Status(static_cast<grpc::StatusCode>(error.code()), error.message());
}
inline grpc::Status ToGrpc(const Status& status) {
  return status.has_value() ? grpc::Status() : ToGrpc(status.error());
}

}  // namespace ipdk::wire
