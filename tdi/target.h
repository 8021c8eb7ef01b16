#pragma once
// A target runs programs: it takes a package unread, offers the program's tables as a group of the
// device, and carries packets between a controller and the data path. tdi knows no target;
// apps/ipdkd/modules.cpp lists them.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ipdk::tdi {

// P4Runtime 1.5, section 7.2.
enum class LoadMode : uint8_t {
  kVerify,              // check only
  kVerifyAndSave,       // check and keep for a later kCommit; the running program goes on
  kVerifyAndCommit,     // replace the program; all its state is cleared
  kCommit,              // run what was saved
  kReconcileAndCommit,  // replace, keep the state of every object that is the same; refuse, naming
                        // it, where user state would be lost
};

struct LoadRequest {
  LoadMode mode = LoadMode::kVerifyAndCommit;
  std::string package;  // as `ipdk compile` wrote it
  uint32_t cpu_port = 510;
};

struct LoadedProgram {
  std::string package;
  std::string name;
  std::string architecture;
  uint64_t hash = 0;
};

struct WorkerStatistics {
  uint32_t worker = 0;
  uint64_t packets = 0, bursts = 0, busy_ns = 0, sleeps = 0;
};

struct DropCount {
  std::string reason;
  uint64_t packets = 0;
};

class Target {
 public:
  virtual ~Target() = default;
  virtual std::string_view name() const = 0;  // "cpu"

  // Slow (compiles); any thread; one at a time, others wait. Packets flow on; the swap is between
  // two bursts and loses none.
  virtual Status Load(const LoadRequest& request) = 0;
  // None loaded: nullopt.
  virtual std::shared_ptr<const LoadedProgram> program() const = 0;
  virtual std::shared_ptr<const LoadedProgram> saved_program() const = 0;

  // Packet-out: bytes as they enter on the CPU port (with the controller header in front, if the
  // program has one).
  virtual Status SendFromController(std::string_view bytes) = 0;
  // Packet-in: what left on the CPU port. Called on a thread of the target's, must return at once.
  // One listener.
  virtual void OnPacketToController(std::function<void(std::string_view bytes)> listener) = 0;

  virtual std::vector<WorkerStatistics> Workers() const = 0;
  virtual std::vector<DropCount> Drops() const = 0;
};

}  // namespace ipdk::tdi
