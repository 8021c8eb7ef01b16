#include "pipeline/eval/trace.h"

namespace ipdk::eval {

std::string_view Name(TraceKind kind) {
  static constexpr std::string_view kNames[] = {
#define IPDK_TRACE(name, text) text,
#include "pipeline/eval/trace.def"
#undef IPDK_TRACE
  };
  return kind < TraceKind::kCount ? kNames[static_cast<size_t>(kind)] : "?";
}

std::string ToText(const TraceEvent& event) {
  std::string out(Name(event.kind));
  if (!event.object.empty()) out += " " + event.object;
  for (size_t i = 0; i < event.values.size(); ++i) {
    out += i == 0 ? ": " : ", ";
    if (!event.values[i].name.empty()) out += event.values[i].name + "=";
    out += event.values[i].value;
  }
  return out;
}

}  // namespace ipdk::eval
