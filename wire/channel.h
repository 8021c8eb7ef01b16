#pragma once
// A channel to a server that answers, or the news that nobody does: at once when the connection is
// refused. For .cpp files that include gRPC anyway.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

namespace ipdk::wire {

// Null: nobody answers at the address.
inline std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address,
                                                  std::chrono::milliseconds timeout) {
  grpc::ChannelArguments arguments;
  // Errors of many updates travel in the trailing metadata, which by default may hold 8 KiB only
  // (P4Runtime 1.5, appendix).
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 16 << 20);
  arguments.SetMaxReceiveMessageSize(256 << 20);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  const auto deadline = std::chrono::system_clock::now() + timeout;
  for (;;) {
    const grpc_connectivity_state state = channel->GetState(true);
    if (state == GRPC_CHANNEL_READY) return channel;
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN) return nullptr;
    if (!channel->WaitForStateChange(state, deadline)) return nullptr;
  }
}

}  // namespace ipdk::wire
