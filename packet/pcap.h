#pragma once
// Capture files in the classic pcap format: a 24-byte header, then 16 bytes before each packet.
// Either byte order, micro- or nanoseconds, link type Ethernet. What comes from a file is not
// trusted: a length beyond the limit or the end of the file is an error, not a large allocation.
// Written by the writer: this machine's order, nanoseconds.

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ipdk::packet {

struct Captured {
  uint64_t time_ns = 0;
  uint32_t original_bytes = 0;  // on the wire; more than bytes.size() if the capture cut it
  std::string bytes;
};

// The same, where it stands in the file.
struct CapturedView {
  uint64_t time_ns = 0;
  uint32_t original_bytes = 0;
  std::string_view bytes;
};

constexpr uint32_t kMaxCaptured = 1u << 18;
constexpr uint32_t kLinkEthernet = 1;

// Reads packets one after another from bytes in memory.
class PcapReader {
 public:
  // The bytes must outlive the reader.
  static Result<PcapReader> Open(std::string_view bytes);
  // False at the end. A view points into the bytes that were opened.
  Result<bool> Next(CapturedView& out);
  Result<bool> Next(Captured& out);

 private:
  explicit PcapReader(std::string_view rest) : rest_(rest) {}
  uint32_t Word(size_t offset) const;

  std::string_view rest_;
  bool swapped_ = false, nanoseconds_ = false;
  uint64_t number_ = 0;
};

Result<std::vector<Captured>> ReadPcap(const std::string& path);

std::string PcapHeader();
std::string PcapRecord(const Captured& packet);
// What stands before the bytes of a packet, for writers that have those in pieces.
std::array<uint32_t, 4> PcapRecordHeader(uint64_t time_ns, uint32_t bytes, uint32_t original_bytes);
Status WritePcap(const std::string& path, const std::vector<Captured>& packets);

}  // namespace ipdk::packet
