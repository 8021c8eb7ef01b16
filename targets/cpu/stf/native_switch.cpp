#include "targets/cpu/stf/native_switch.h"

#include "targets/cpu/traffic/memory_buffers.h"

namespace ipdk::cpu {

Result<std::unique_ptr<NativeSwitch>> NativeSwitch::Make(const schema::Schema& schema,
                                                         const ir::Program& program,
                                                         const NativeSwitchOptions& options) {
  std::unique_ptr<NativeSwitch> made(new NativeSwitch);
  IPDK_ASSIGN(made->pipeline_, Pipeline::Compile(schema, program, options.compile));
  made->buffers_ = CreateMemoryBuffers(
      {.packets = kPackets, .guard = options.guard, .segment = options.segment});
  TrafficOptions traffic;
  traffic.drop_port = options.drop_port;
  traffic.listener = options.listener;
  IPDK_ASSIGN(made->traffic_, CreateTraffic(*made->pipeline_, *made->buffers_, traffic));
  return made;
}

NativeSwitch::~NativeSwitch() {
  traffic_.reset();
  pipeline_.reset();
}

std::vector<NativeSwitch::Out> NativeSwitch::Process(const std::vector<In>& burst,
                                                     uint64_t now_ns) {
  std::vector<Packet*> packets;
  std::vector<uint32_t> arrivals;  // of the packets that got a buffer
  for (size_t i = 0; i < burst.size(); ++i) {
    Packet* packet = buffers_->Allocate(static_cast<uint32_t>(burst[i].bytes.size()));
    if (packet == nullptr) continue;
    Scatter(*packet, 0,
            {reinterpret_cast<const uint8_t*>(burst[i].bytes.data()), burst[i].bytes.size()});
    packet->ingress_port = burst[i].port;
    packet->offload = burst[i].offload;
    packets.push_back(packet);
    arrivals.push_back(static_cast<uint32_t>(i));
  }
  out_.clear();
  traffic_->Process(packets.data(), static_cast<uint32_t>(packets.size()), now_ns, replication_,
                    out_);
  std::vector<Out> result;
  for (const Transmission& transmission : out_) {
    Out out;
    out.port = transmission.port;
    out.arrival = arrivals[transmission.arrival];
    out.offload = transmission.packet->offload;
    out.bytes.resize(transmission.packet->total_length);
    Gather(*transmission.packet, 0,
           {reinterpret_cast<uint8_t*>(out.bytes.data()), out.bytes.size()});
    result.push_back(std::move(out));
    buffers_->Free(transmission.packet);
  }
  return result;
}

}  // namespace ipdk::cpu
