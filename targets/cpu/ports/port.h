#pragma once
// A port: where bursts of packets come from and go to. One class per kind of device; this interface
// is all that the run loop knows. Rates, queues and counters are the same for every kind and live
// in the Line (line.h) around it.
//
// Threads: Receive is called by one worker, the one that owns the port. Send may be called by any
// worker, also at once: kinds whose device cannot take that lock inside. The rest belongs to the
// control thread. No call blocks.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "targets/cpu/traffic/buffers.h"
#include "tdi/port.h"

namespace ipdk::cpu {

struct PortAbilities {
  bool partial_checksum = false;  // sends a packet with kNeedsChecksum as it is
  bool tcp4_gso = false, tcp6_gso = false,
       udp_gso = false;  // sends super-frames of that kind as they are
};

// What only the device knows; the rest is counted by the Line.
struct DeviceCounters {
  uint64_t in_discards = 0, in_errors = 0;  // lost before we could receive them
  uint64_t out_errors = 0;
};

class Port {
 public:
  virtual ~Port() = default;

  // Becomes readable when packets may have come; -1: must be polled.
  virtual int event_fd() const = 0;
  virtual PortAbilities abilities() const = 0;

  // At most n packets, stopping after the first that exhausts `byte_budget`. Packets have data,
  // lengths, headroom and offload set, nothing else. Fewer also when buffers run out.
  virtual uint32_t Receive(Buffers& buffers, Packet** packets, uint32_t n,
                           uint64_t byte_budget) = 0;
  // Receives packets until one is younger than that and drops them: for kinds that know when a
  // packet came. Returns how many.
  virtual uint32_t DropOlderThan(uint64_t realtime_ns) { return 0; }

  // Sends a prefix of the burst and returns its size: those packets are the port's from here on (it
  // frees them; one that it had to give up is counted in out_errors). Fewer than n: the device is
  // full just now.
  virtual uint32_t Send(Buffers& buffers, Packet* const* packets, uint32_t n) = 0;

  virtual bool up() const = 0;
  // A source that ended: never again a packet (pcap file).
  virtual bool exhausted() const { return false; }
  virtual DeviceCounters counters() const = 0;
  // MTU and administrative state, as far as the kind has them.
  virtual Status Modify(const tdi::PortSpec& spec) { return {}; }
};

// Reads one option of a PortSpec; the error names port, option and value.
Result<uint64_t> NumberOption(const tdi::PortSpec& spec, const std::string& name, uint64_t absent,
                              uint64_t low, uint64_t high);
// Refuses options that are not in the list.
Status CheckOptions(const tdi::PortSpec& spec, std::initializer_list<std::string_view> known);

}  // namespace ipdk::cpu
