#pragma once
// The tables `host` and `port` as a YANG data tree (libyang): OpenConfig interfaces and our
// ipdk-devices. Reading builds the tree from rows; writing builds the tree of present intent,
// applies the changes, validates the whole, and turns the difference into TDI operations. So a
// change is one transaction by construction, and what libyang refuses never reaches a table.
//
// Speaks paths and JSON (RFC 7951), no gNMI: interface/gnmi puts the protocol around it. Each model
// is one file that binds paths to a table (interfaces.cpp, hosts.cpp) and one line in tree.cpp. Any
// thread; calls are serial inside.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tdi/device.h"

namespace ipdk::openconfig {

// One step of a path: "interface" with {name: netdev1}. "*" stands for any name or key value, "..."
// for any number of steps. A missing key means any.
struct PathElement {
  std::string name;
  std::map<std::string, std::string> keys;
};
using Path = std::vector<PathElement>;
std::string PrintPath(const Path& path);

enum class Select { kAll, kConfig, kState, kOperational };

struct Found {
  Path path;
  std::string json;
};

struct Change {
  enum class Kind { kDelete, kReplace, kUpdate } kind = Kind::kUpdate;
  Path path;
  std::string json;  // unless is_scalar
  bool is_scalar = false;
  std::string scalar;  // a leaf's value as text
};

struct ModelInfo {
  std::string name, organization, version;
};

// What a set of changes means.
struct Plan {
  std::vector<tdi::Operation> operations;  // in the order they must be done
  std::vector<std::pair<uint32_t, std::string>>
      unchanged;  // (table, key) of rows that were named but are as wanted already
};

class Tree {
 public:
  static Result<std::unique_ptr<Tree>> Create(const tdi::Device& device);
  virtual ~Tree() = default;

  virtual std::vector<ModelInfo> Models() const = 0;
  // INVALID_ARGUMENT for a path that no model has, naming the element and what is there; NOT_FOUND
  // if nothing is there now and the path has no wildcard.
  virtual Result<std::vector<Found>> Get(const Path& path, Select select) = 0;
  virtual Result<Plan> MakePlan(const std::vector<Change>& changes) = 0;
};

}  // namespace ipdk::openconfig
