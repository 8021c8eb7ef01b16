#pragma once
// The P4Runtime 1.5 server, and beside it on the same port the small ipdk.v1.Debug service.
// Translates between messages and TDI; knows no target and no table engine.
//
// gRPC's threads run the calls. Packet-ins and events arrive on the target's and the device's
// threads, which only put them in the queue of a stream; each stream has a thread that writes. A
// stream that does not read loses packet-ins beyond kMaxQueued, never arbitration messages.
//
// Deviations from the standard, all answered by an error: action profiles, meters, value sets,
// digests UNIMPLEMENTED; writes between VERIFY_AND_SAVE and COMMIT UNIMPLEMENTED (they would have
// to be replayed).

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace ipdk::tdi {
class Device;
class Target;
}  // namespace ipdk::tdi

namespace ipdk::p4runtime {

// What a package says of itself. apps/ gives the reader, since this folder knows packages as bytes
// only.
struct PackageInfo {
  std::shared_ptr<const schema::Schema> schema;
  std::string p4info;  // p4.config.v1.P4Info as text
};

struct SavedConfig {
  std::string package, p4info;  // p4info: serialised, as a controller sent it
  bool has_cookie = false;
  uint64_t cookie = 0;
};

struct TraceStep {
  std::string event, text;
  uint32_t depth = 0;
};
struct TraceResult {
  std::vector<TraceStep> steps;
  std::vector<std::pair<uint32_t, std::string>> outputs;
};

struct Options {
  std::string address = "127.0.0.1:9559";  // port 0: any free one
  uint64_t device_id = 1;
  uint32_t cpu_port = 510;
  tdi::Device* device = nullptr;  // these two must outlive the server
  tdi::Target* target = nullptr;
  std::function<Result<PackageInfo>(std::string_view package)> describe;
  // Called after a program was committed, to make it durable; may be empty.
  std::function<Status(const SavedConfig& config)> save;
  // Replays a packet through the reference interpreter; may be empty.
  std::function<Result<TraceResult>(uint32_t port, std::string_view packet)> trace;
  // The program that runs already when the server starts (after a restart), as `save` was given it;
  // may be empty.
  SavedConfig running;
  std::string version = "0.1.0";
};

class Server {
 public:
  // UNAVAILABLE if the address cannot be listened on.
  static Result<std::unique_ptr<Server>> Start(Options options);
  virtual ~Server() = default;
  virtual int port() const = 0;
  // Ends streams and waits for calls under way, at most a second.
  virtual void Stop() = 0;
};

}  // namespace ipdk::p4runtime
