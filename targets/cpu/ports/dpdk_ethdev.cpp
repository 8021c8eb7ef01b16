#include "targets/cpu/ports/dpdk_ethdev.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_spinlock.h>

#include <algorithm>

#include "targets/cpu/run/mbuf_buffers.h"

namespace ipdk::cpu {
namespace {

constexpr uint16_t kDescriptors = 1024;

class Ethdev final : public Port {
 public:
  explicit Ethdev(uint16_t id) : id_(id) { rte_spinlock_init(&send_lock_); }

  ~Ethdev() override {
    rte_eth_dev_info info;
    bool known = rte_eth_dev_info_get(id_, &info) == 0;
    (void)rte_eth_dev_stop(id_);
    (void)rte_eth_dev_close(id_);
    if (known) (void)rte_dev_remove(info.device);
  }

  int event_fd() const override { return -1; }
  PortAbilities abilities() const override { return {}; }

  uint32_t Receive(Buffers&, Packet** packets, uint32_t n, uint64_t byte_budget) override {
    rte_mbuf* mbufs[64];
    n = std::min(n, 64u);
    // Within a rate: about as many as it allows, so that the overdraft stays small.
    if (byte_budget < n * 1514ull) n = static_cast<uint32_t>(byte_budget / 1514) + 1;
    uint16_t got = rte_eth_rx_burst(id_, 0, mbufs, static_cast<uint16_t>(n));
    uint32_t count = 0;
    for (uint16_t i = 0; i < got; ++i) {
      Packet* packet = PacketOf(mbufs[i]);
      if (packet != nullptr) packets[count++] = packet;
    }
    return count;
  }

  uint32_t Send(Buffers&, Packet* const* packets, uint32_t n) override {
    rte_mbuf* mbufs[64];
    rte_mbuf* homes[64];
    uint32_t done = 0;
    while (done < n) {
      uint32_t batch = std::min(n - done, 64u);
      for (uint32_t i = 0; i < batch; ++i) {
        Packet& packet = *packets[done + i];
        mbufs[i] = ChainForSend(packet);
        homes[i] = HomeOf(packet) == mbufs[i] ? nullptr : HomeOf(packet);
      }
      rte_spinlock_lock(&send_lock_);
      uint32_t sent = rte_eth_tx_burst(id_, 0, mbufs, static_cast<uint16_t>(batch));
      rte_spinlock_unlock(&send_lock_);
      for (uint32_t i = 0; i < sent; ++i)
        if (homes[i] != nullptr) rte_pktmbuf_free_seg(homes[i]);
      for (uint32_t i = sent; i < batch; ++i) UndoChain(*packets[done + i]);
      done += sent;
      if (sent < batch) break;
    }
    return done;
  }

  bool up() const override {
    rte_eth_link link{};
    return rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
  }

  DeviceCounters counters() const override {
    rte_eth_stats stats{};
    if (rte_eth_stats_get(id_, &stats) != 0) return {};
    return {stats.imissed + stats.rx_nombuf, stats.ierrors, stats.oerrors};
  }

 private:
  const uint16_t id_;
  rte_spinlock_t send_lock_;
};

}  // namespace

Result<std::unique_ptr<Port>> OpenEthdev(const tdi::PortSpec& spec, rte_mempool* pool) {
  IPDK_RETURN_IF_ERROR(CheckOptions(spec, {"device"}));
  auto option = spec.options.find("device");
  if (option == spec.options.end() || option->second.empty())
    return InvalidArgument(
        "port '{}': kind 'dpdk' needs device=EAL-ARGUMENTS, for example device=net_null0",
        spec.name);
  const std::string& device = option->second;
  std::string name = device.substr(0, device.find(','));
  uint16_t id = RTE_MAX_ETHPORTS;
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) == 0)
    return AlreadyExists("port '{}': DPDK device '{}' is in use", spec.name, name);
  if (rte_eth_dev_count_avail() == RTE_MAX_ETHPORTS)
    return ResourceExhausted("port '{}': this DPDK allows {} devices in all", spec.name,
                             RTE_MAX_ETHPORTS);
  int result = rte_dev_probe(device.c_str());
  if (result < 0)
    return InvalidArgument("port '{}': DPDK does not open device '{}': {}", spec.name, device,
                           rte_strerror(-result));
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) {
    // Some drivers name their port otherwise than the device.
    rte_dev_iterator iterator;
    uint16_t found;
    RTE_ETH_FOREACH_MATCHING_DEV(found, device.c_str(), &iterator) { id = found; }
  }
  if (id == RTE_MAX_ETHPORTS)
    return InvalidArgument("port '{}': DPDK device '{}' has no Ethernet port", spec.name, device);
  auto port = std::make_unique<Ethdev>(id);  // closes the device on the way out
  auto refuse = [&](std::string_view step, int error) -> std::unexpected<Error> {
    return Fail(Code::kInternal, "port '{}': DPDK device '{}': {}: {}", spec.name, device, step,
                rte_strerror(-error));
  };
  rte_eth_conf configuration{};
  rte_eth_dev_info info;
  if ((result = rte_eth_dev_info_get(id, &info)) != 0) return refuse("read its abilities", result);
  configuration.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  if ((result = rte_eth_dev_configure(id, 1, 1, &configuration)) != 0)
    return refuse("configure", result);
  uint16_t receive = kDescriptors, send = kDescriptors;
  (void)rte_eth_dev_adjust_nb_rx_tx_desc(id, &receive, &send);
  if ((result = rte_eth_rx_queue_setup(id, 0, receive, SOCKET_ID_ANY, nullptr, pool)) != 0)
    return refuse("receive queue", result);
  if ((result = rte_eth_tx_queue_setup(id, 0, send, SOCKET_ID_ANY, nullptr)) != 0)
    return refuse("transmit queue", result);
  if ((result = rte_eth_dev_start(id)) != 0) return refuse("start", result);
  (void)rte_eth_promiscuous_enable(id);
  return port;
}

}  // namespace ipdk::cpu
