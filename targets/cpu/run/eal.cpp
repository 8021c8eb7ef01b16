#include "targets/cpu/run/eal.h"

#include <fmt/format.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "targets/cpu/ports/dpdk_ethdev.h"
#include "targets/cpu/run/mbuf_buffers.h"

namespace ipdk::cpu {
namespace {

std::atomic<bool> g_started{false};

class EalImpl final : public Eal {
 public:
  explicit EalImpl(const MbufPools& pools) : pools_(pools) {}

  std::unique_ptr<Buffers> MakeBuffers() override { return CreateMbufBuffers(pools_); }
  void RegisterThread() override { (void)rte_thread_register(); }
  void UnregisterThread() override { rte_thread_unregister(); }
  PortKind EthdevKind() override {
    return {"dpdk",
            [pools = pools_](const tdi::PortSpec& spec) { return OpenEthdev(spec, pools.small); }};
  }

 private:
  const MbufPools pools_;
};

}  // namespace

Result<std::shared_ptr<Eal>> Eal::Start(const EalOptions& options) {
  if (g_started.exchange(true))
    return FailedPrecondition("DPDK's environment was started already in this process");
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  std::vector<std::string> arguments = {
      "ipdk", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf", "-m",
      std::to_string(options.memory_mb),
      // One logical core that may run anywhere: our own threads carry the packets.
      fmt::format("--lcores=0@(0-{})", cores - 1), "--log-level=lib.eal:error",
      "--log-level=lib.*:error", "--log-level=pmd.*:error"};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  // The initialising thread becomes DPDK's main one and is bound to its core: let that be one that
  // ends.
  int result = 0, error = 0;
  std::thread([&] {
    result = rte_eal_init(static_cast<int>(pointers.size()), pointers.data());
    error = rte_errno;
  }).join();
  if (result < 0)
    return Internal("DPDK's environment with {} MB of memory did not start: {}", options.memory_mb,
                    rte_strerror(error));
  IPDK_ASSIGN(MbufPools pools, CreatePools(options.small_buffers, options.large_buffers));
  return std::make_shared<EalImpl>(pools);
}

}  // namespace ipdk::cpu
