#include "targets/cpu/ports/kinds.h"

#include "targets/cpu/ports/memory.h"
#include "targets/cpu/ports/netdev.h"
#include "targets/cpu/ports/pcap_file.h"
#include "targets/cpu/ports/tap.h"

namespace ipdk::cpu {

std::vector<PortKind> BasicPortKinds() {
  return {
      {"netdev", OpenNetdev},
      {"tap", OpenTap},
      {"pcap", OpenPcapFile},
      {"memory",
       [](const tdi::PortSpec& spec) -> Result<std::unique_ptr<Port>> {
         return MemoryPort::Open(spec);
       }},
  };
}

}  // namespace ipdk::cpu
