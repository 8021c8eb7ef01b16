#pragma once
// The reconciler's state and who touches it: Apply and ReadState on the device's control thread,
// waits on services' threads, work on our own threads; all under `mutex_`, which is never held
// during I/O, nor while calling the device in a way that waits.

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "devices/netlink/monitor.h"
#include "devices/reconcile/reconciler.h"
#include "tdi/table.h"

namespace ipdk::devices {

using Time = std::chrono::steady_clock::time_point;

// What hosts and ports have in common: how far they are on the way to what is wanted.
struct Entry {
  std::string name;
  uint64_t generation = 0;     // of what is wanted; larger for each change, over all entries
  uint64_t converged = 0;      // the generation last reached
  uint64_t failed = 0;         // the generation last failed at
  std::optional<Error> error;  // why; kept until success
  std::string doing;           // the step under way
  Time due = Time::max();
  std::chrono::milliseconds backoff{0};
  bool busy = false;
};

struct HostEntry : Entry {
  std::optional<HostSpec> wanted;
  std::optional<HostSpec> last;  // what was wanted last, for taking it away
  bool present = false, adopted = false;
};

struct PortIntent {
  HostSpec host;
  PortPlug plug;
  uint32_t number = 0;
  std::optional<Error> refused;  // a recorded row that this daemon cannot make true
};

struct PortEntry : Entry {
  std::optional<PortIntent> wanted;
  std::optional<PortIntent> last;
  std::optional<PortIntent> attached;  // as it is in the data path
  std::optional<tdi::PortSpec> spec;   // and what the data path was told
  std::string endpoint;
  bool carrier = false;         // of the endpoint, as last heard
  bool number_pending = false;  // the number is not on record yet
};

class Engine final : public Reconciler {
 public:
  explicit Engine(ReconcilerOptions options);
  ~Engine() override;

  Status Start() override;
  void Stop() override;
  void AuditNow() override;
  bool RunPending() override;
  Status CommitAndConverge(std::span<const tdi::Operation> operations,
                           std::chrono::milliseconds timeout) override;
  Status WaitConverged(uint32_t table, std::string_view key,
                       std::chrono::milliseconds timeout) override;
  Result<std::vector<tdi::Operation>> DeleteHostWithPorts(std::string_view name) const override;

 private:
  class HostBackend;
  class PortBackend;
  class NumberBackend;

  // --- backends.cpp, on the control thread
  Status ApplyHost(const tdi::Change& change);
  Status ApplyPort(const tdi::Change& change);
  Status ApplyNumber(const tdi::Change& change);
  Result<PortIntent> Resolve(const tdi::fixed::PortConfig& config) const;
  Status CheckNeighbours(const PortIntent& intent) const;
  Result<uint32_t> ChooseNumber(const tdi::fixed::PortConfig& config) const;
  void HoldNumber(const std::string& name, uint32_t number);
  void ReleaseNumber(const std::string& name);
  void FlushNumbers();
  std::string HostStateOf(const std::string& name) const;
  std::string PortStateOf(const std::string& name);

  // --- engine.cpp
  HostKind* KindOf(const HostSpec& host) const;  // null: not built in
  void Changed(Entry* entry);
  void Loop();
  // The next entry that may run; marks it busy. Null: none, and `next` is when one will be due.
  Entry* Take(Time* next);
  bool HostFree(const std::string& host) const;
  bool MayRun(const HostEntry& host) const;
  bool MayRun(const PortEntry& port) const;
  void Work(Entry* entry, std::unique_lock<std::mutex>& lock);
  void Finish(Entry* entry, uint64_t generation, Status status);
  Status Wait(bool is_port, const std::string& name, uint64_t generation, Time deadline);
  void HearLink(const netlink::LinkEvent& event);
  void Tell(bool is_port, const std::string& name, std::string text);

  // --- converge.cpp, without the mutex
  struct HostOutcome {
    bool present = false, adopted = false;
  };
  Status ConvergeHost(const std::optional<HostSpec>& wanted, const std::optional<HostSpec>& last,
                      const std::function<void(const std::string&)>& doing, HostOutcome* outcome);
  struct PortOutcome {
    std::optional<PortIntent> attached;
    std::optional<tdi::PortSpec> spec;
    std::string endpoint;
  };
  Status ConvergePort(const std::optional<PortIntent>& wanted,
                      const std::optional<PortIntent>& last,
                      const std::function<void(const std::string&)>& doing, PortOutcome* outcome);
  Status Unplug(const PortIntent& intent, bool attached,
                const std::function<void(const std::string&)>& doing);

  // --- intent.cpp
  struct Former;
  Status Restore(const std::vector<Former>& formers);

  const ReconcilerOptions options_;
  std::unique_ptr<HostBackend> host_backend_;
  std::unique_ptr<PortBackend> port_backend_;
  std::unique_ptr<NumberBackend> number_backend_;
  bool started_ = false;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  std::map<std::string, HostEntry> hosts_;
  std::map<std::string, PortEntry> ports_;
  std::set<std::string> busy_hosts_;
  std::map<std::string, tdi::fixed::PortNumber> numbers_, recorded_numbers_;
  bool flush_posted_ = false, flushing_ = false, replaying_ = false, stop_ = false;
  uint64_t generation_ = 0;
  std::unique_ptr<netlink::LinkMonitor> monitor_;
  std::vector<std::thread> threads_;
};

}  // namespace ipdk::devices
