// Any bytes read as a capture, and as packets to dissect.
#include <cstdint>

#include "packet/checksum.h"
#include "packet/dissect.h"
#include "packet/pcap.h"
#include "packet/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto reader = ipdk::packet::PcapReader::Open(bytes)) {
    ipdk::packet::Captured packet;
    while (true) {
      auto more = reader->Next(packet);
      if (!more || !*more) break;
    }
  }
  std::string copy(bytes);
  (void)ipdk::packet::Describe(copy);
  (void)ipdk::packet::FieldAt(copy, size * 4);
  ipdk::packet::FixChecksums(copy);
  (void)ipdk::packet::FromText(bytes);
  return 0;
}
