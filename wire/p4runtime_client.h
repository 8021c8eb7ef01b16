#pragma once
// A P4Runtime client: one connection, and at most one stream on it. For the CLI and for tests; it
// adds nothing to the protocol but deadlines, and errors in our form. Messages are the public ones
// (<p4/v1/p4runtime.pb.h>); requests get the device id, role and election id of the options where
// they leave them unset.
//
// One thread at a time, except Receive, which may be called beside the others.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace p4::v1 {
class Entity;
class ForwardingPipelineConfig;
class MasterArbitrationUpdate;
class ReadRequest;
class SetForwardingPipelineConfigRequest;
class StreamMessageRequest;
class StreamMessageResponse;
class WriteRequest;
}  // namespace p4::v1
namespace ipdk::v1 {
class StatusResponse;
class TraceResponse;
}  // namespace ipdk::v1

namespace ipdk::wire {

struct P4RuntimeOptions {
  std::string address = "127.0.0.1:9559";
  uint64_t device_id = 1;
  uint64_t election_high = 0, election_low = 1;
  std::string role;
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds timeout{120000};  // of one call; a load compiles
};

struct WriteOutcome {
  Status status;             // of the whole call
  std::vector<Status> each;  // one per update when some failed; empty when all succeeded or the
                             // call itself was refused
};

class P4RuntimeClient {
 public:
  // UNAVAILABLE if nobody answers at the address.
  static Result<std::unique_ptr<P4RuntimeClient>> Connect(P4RuntimeOptions options);
  virtual ~P4RuntimeClient() = default;

  // Opens the stream and asks to be primary. What the server answers, be it primary or backup; an
  // error when it ends the stream.
  virtual Result<p4::v1::MasterArbitrationUpdate> Arbitrate() = 0;
  virtual Status Send(const p4::v1::StreamMessageRequest& message) = 0;
  // The next message of the stream; nothing when the time passes; the server's error when the
  // stream has ended.
  virtual Result<std::optional<p4::v1::StreamMessageResponse>> Receive(
      std::chrono::milliseconds timeout) = 0;
  virtual void CloseStream() = 0;

  virtual Status SetConfig(p4::v1::SetForwardingPipelineConfigRequest request) = 0;
  // nothing: no program is loaded.
  virtual Result<std::optional<p4::v1::ForwardingPipelineConfig>> GetConfig(int response_type) = 0;
  virtual WriteOutcome Write(p4::v1::WriteRequest request) = 0;
  // Entities as they arrive; `entity` returns false to stop.
  virtual Status Read(p4::v1::ReadRequest request,
                      const std::function<bool(const p4::v1::Entity&)>& entity) = 0;
  virtual Result<std::string> ApiVersion() = 0;

  virtual Result<ipdk::v1::StatusResponse> DebugStatus() = 0;
  virtual Result<ipdk::v1::TraceResponse> Trace(uint32_t port, std::string packet) = 0;
};

}  // namespace ipdk::wire
