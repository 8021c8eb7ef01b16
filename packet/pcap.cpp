#include "packet/pcap.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ipdk::packet {
namespace {

constexpr uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;
constexpr size_t kHeaderBytes = 24, kRecordBytes = 16;

void Append32(std::string& out, uint32_t value) {
  out.append(reinterpret_cast<const char*>(&value), 4);
}
void Append16(std::string& out, uint16_t value) {
  out.append(reinterpret_cast<const char*>(&value), 2);
}

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

}  // namespace

uint32_t PcapReader::Word(size_t offset) const {
  uint32_t value;
  std::memcpy(&value, rest_.data() + offset, 4);
  return swapped_ ? __builtin_bswap32(value) : value;
}

Result<PcapReader> PcapReader::Open(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes)
    return InvalidArgument("not a pcap file: {} bytes, its header alone has {}", bytes.size(),
                           kHeaderBytes);
  PcapReader out(bytes);
  uint32_t magic = out.Word(0);
  out.swapped_ =
      magic == __builtin_bswap32(kMicroseconds) || magic == __builtin_bswap32(kNanoseconds);
  magic = out.Word(0);
  if (magic != kMicroseconds && magic != kNanoseconds)
    return InvalidArgument(
        "not a pcap file: it starts with 0x{:08x} (pcapng files can be converted by editcap -F "
        "pcap)",
        magic);
  out.nanoseconds_ = magic == kNanoseconds;
  const uint32_t link = out.Word(20) & 0xffff;  // above: reserved, length of the check sequence
  if (link != kLinkEthernet)
    return InvalidArgument("the capture has link type {}, wanted is 1 (Ethernet)", link);
  out.rest_.remove_prefix(kHeaderBytes);
  return out;
}

Result<bool> PcapReader::Next(Captured& out) {
  CapturedView view;
  IPDK_ASSIGN(const bool more, Next(view));
  if (more) out = {view.time_ns, view.original_bytes, std::string(view.bytes)};
  return more;
}

Result<bool> PcapReader::Next(CapturedView& out) {
  if (rest_.empty()) return false;
  ++number_;
  if (rest_.size() < kRecordBytes)
    return InvalidArgument("the file ends inside the header of packet {}", number_);
  const uint32_t size = Word(8);
  if (size > kMaxCaptured)
    return InvalidArgument("packet {} has {} bytes, allowed are {}", number_, size, kMaxCaptured);
  if (size > rest_.size() - kRecordBytes)
    return InvalidArgument("the file ends inside packet {}: it has {} bytes, the file only {} more",
                           number_, size, rest_.size() - kRecordBytes);
  out.time_ns = uint64_t{Word(0)} * 1'000'000'000 + uint64_t{Word(4)} * (nanoseconds_ ? 1 : 1000);
  out.original_bytes = Word(12);
  out.bytes = rest_.substr(kRecordBytes, size);
  rest_.remove_prefix(kRecordBytes + size);
  return true;
}

Result<std::vector<Captured>> ReadPcap(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return NotFound("cannot open '{}': {}", path, std::strerror(errno));
  std::string bytes;
  char chunk[65536];
  size_t got;
  while ((got = std::fread(chunk, 1, sizeof chunk, file.get())) > 0) bytes.append(chunk, got);
  if (std::ferror(file.get())) return Unavailable("cannot read '{}'", path);
  std::vector<Captured> out;
  auto reader = PcapReader::Open(bytes);
  if (!reader) return std::unexpected(std::move(reader).error().Within(path));
  while (true) {
    Captured packet;
    auto more = reader->Next(packet);
    if (!more) return std::unexpected(std::move(more).error().Within(path));
    if (!*more) return out;
    out.push_back(std::move(packet));
  }
}

std::string PcapHeader() {
  std::string out;
  Append32(out, kNanoseconds);
  Append16(out, 2);
  Append16(out, 4);
  Append32(out, 0);
  Append32(out, 0);
  Append32(out, kMaxCaptured);
  Append32(out, kLinkEthernet);
  return out;
}

std::array<uint32_t, 4> PcapRecordHeader(uint64_t time_ns, uint32_t bytes,
                                         uint32_t original_bytes) {
  return {static_cast<uint32_t>(time_ns / 1'000'000'000),
          static_cast<uint32_t>(time_ns % 1'000'000'000), bytes, std::max(original_bytes, bytes)};
}

std::string PcapRecord(const Captured& packet) {
  std::string out;
  for (uint32_t word : PcapRecordHeader(packet.time_ns, static_cast<uint32_t>(packet.bytes.size()),
                                        packet.original_bytes))
    Append32(out, word);
  return out + packet.bytes;
}

Status WritePcap(const std::string& path, const std::vector<Captured>& packets) {
  const File file(std::fopen(path.c_str(), "wb"));
  if (!file) return Unavailable("cannot create '{}': {}", path, std::strerror(errno));
  std::string bytes = PcapHeader();
  for (const Captured& packet : packets) bytes += PcapRecord(packet);
  if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
      std::fflush(file.get()) != 0)
    return Unavailable("cannot write '{}': {}", path, std::strerror(errno));
  return {};
}

}  // namespace ipdk::packet
