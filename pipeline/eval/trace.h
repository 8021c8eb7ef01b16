#pragma once
// The story of one packet as structured events, for `ipdk trace`. The interpreter tells it to a
// listener if there is one; without a listener nothing is built.

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/ir/ir.h"

namespace ipdk::eval {

enum class TraceKind : uint8_t {
#define IPDK_TRACE(name, text) k##name,
#include "pipeline/eval/trace.def"
#undef IPDK_TRACE
  kCount
};
std::string_view Name(TraceKind kind);

struct TraceValue {
  std::string name, value;
};

struct TraceEvent {
  TraceKind kind = TraceKind::kReceived;
  std::string object;              // "ingress.ipv4_lpm"
  std::vector<TraceValue> values;  // "hdr.ipv4.dst_addr" "0x0a000001"
  ir::SourceId at;                 // where in the program; none when unknown
};

class TraceListener {
 public:
  virtual ~TraceListener() = default;
  virtual void On(const TraceEvent& event) = 0;
};

// Collects events, and prints them one per line: "hit ingress.ipv4_lpm:
// hdr.ipv4.dst_addr=0xa000000/8".
class TraceRecorder : public TraceListener {
 public:
  void On(const TraceEvent& event) override { events.push_back(event); }
  std::vector<TraceEvent> events;
};
std::string ToText(const TraceEvent& event);

}  // namespace ipdk::eval
