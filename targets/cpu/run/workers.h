#pragma once
// The threads that carry packets: receive burst > traffic manager > send burst, each worker from
// end to end, with no lock, allocation or virtual call per packet.
//
// A port belongs to one worker, which receives from it; any worker sends to it. So a flow stays on
// one worker. A worker polls the ports that had packets a moment ago and sleeps, when none has, on
// the descriptors of all of its ports; ports without a descriptor make it wake every 50
// microseconds.
//
// The control thread changes what workers see by commands, which each worker runs between two
// bursts; the calls here return when all have. Nothing here knows DPDK: buffers and thread
// registration come in through WorkersOptions.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "targets/cpu/ports/line.h"
#include "targets/cpu/traffic/manager.h"
#include "tdi/target.h"

namespace ipdk::cpu {

namespace engines {
class Epoch;
}

struct WorkersOptions {
  uint32_t workers = 1;
  // One for each worker.
  std::function<std::unique_ptr<Buffers>(uint32_t worker)> make_buffers;
  // Called on the worker's thread first and last; may be empty.
  std::function<void(uint32_t worker)> thread_begins, thread_ends;
  // Workers report their quiescence here.
  std::shared_ptr<engines::Epoch> epoch;
  // What left on the CPU port. Called on a worker's thread.
  std::function<void(std::string_view bytes)> to_controller;
};

// A program in service: one traffic manager per worker, and whatever they stand on.
struct Forwarding {
  std::shared_ptr<const void> keeps{};  // the pipeline: outlives the traffic managers
  std::vector<std::unique_ptr<Traffic>> traffic{};
  uint32_t cpu_port = UINT32_MAX;
};

class Workers {
 public:
  static Result<std::unique_ptr<Workers>> Start(WorkersOptions options);
  virtual ~Workers() = default;  // stops the threads; lines still attached are discarded

  virtual uint32_t count() const = 0;
  // Buffers of one worker, for traffic managers.
  virtual Buffers& buffers(uint32_t worker) = 0;
  // Nanoseconds since the start; what lines and packets are stamped with.
  virtual uint64_t Now() const = 0;

  // REQUIRES: no line of that number is attached.
  virtual void Attach(std::shared_ptr<Line> line) = 0;
  // After return no worker touches the line; what waited in it was sent or discarded.
  virtual void Detach(uint32_t number) = 0;

  // Between two bursts of each worker; returns the one before, no longer in use. Null: packets are
  // dropped by reason.
  virtual std::shared_ptr<Forwarding> Replace(std::shared_ptr<Forwarding> forwarding) = 0;
  virtual void SetReplication(std::unique_ptr<const Replication> replication) = 0;

  // Between Park and Unpark no worker runs packets.
  virtual void Park() = 0;
  virtual void Unpark() = 0;

  // A packet that enters on the CPU port. RESOURCE_EXHAUSTED when too many wait. Any thread.
  virtual Status FromController(std::string_view bytes) = 0;

  virtual std::vector<tdi::WorkerStatistics> Statistics() const = 0;
  virtual std::vector<tdi::DropCount> Drops() const = 0;
};

}  // namespace ipdk::cpu
