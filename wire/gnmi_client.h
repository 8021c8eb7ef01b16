#pragma once
// A gNMI client for the CLI and for tests: one connection, calls with deadlines, errors in our
// form. Paths are text ("/interfaces/interface[name=netdev1]/config"), values JSON (RFC 7951), as a
// person would write them.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnmi {
class CapabilityResponse;
class GetRequest;
class GetResponse;
class Path;
class SetRequest;
class SetResponse;
}  // namespace gnmi

namespace ipdk::wire {

// [name=value] selects; a backslash quotes the next character of a value. INVALID_ARGUMENT names
// the place.
Result<::gnmi::Path> ParsePath(std::string_view text);
std::string PrintPath(const ::gnmi::Path& path);

struct GnmiOptions {
  std::string address = "127.0.0.1:9339";
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds timeout{60000};
};

class GnmiClient {
 public:
  // UNAVAILABLE if nobody answers at the address.
  static Result<std::unique_ptr<GnmiClient>> Connect(GnmiOptions options);
  virtual ~GnmiClient() = default;

  virtual Result<::gnmi::CapabilityResponse> Capabilities() = 0;
  virtual Result<::gnmi::GetResponse> Get(const ::gnmi::GetRequest& request) = 0;
  virtual Result<::gnmi::SetResponse> Set(const ::gnmi::SetRequest& request) = 0;

  struct Value {
    std::string path, json;
  };
  // What is at a path, with wildcards; type: "ALL", "CONFIG", "STATE", "OPERATIONAL".
  Result<std::vector<Value>> GetJson(std::string_view path, std::string_view type = "ALL");
  // One transaction.
  struct Change {
    enum class Kind { kDelete, kReplace, kUpdate } kind = Kind::kUpdate;
    std::string path, json;
  };
  Status SetJson(const std::vector<Change>& changes);
};

}  // namespace ipdk::wire
