#include "targets/cpu/ports/pcap_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>
#include <vector>

#include "packet/pcap.h"

namespace ipdk::cpu {
namespace {

class PcapFile final : public Port {
 public:
  struct Frame {
    uint64_t offset;
    uint32_t bytes;
  };

  PcapFile(const uint8_t* map, size_t map_bytes, std::vector<Frame> frames, uint64_t loops,
           FILE* out)
      : map_(map), map_bytes_(map_bytes), frames_(std::move(frames)), loops_(loops), out_(out) {
    ended_ = frames_.empty();
  }

  ~PcapFile() override {
    if (map_ != nullptr) munmap(const_cast<uint8_t*>(map_), map_bytes_);
    if (out_ != nullptr) std::fclose(out_);
  }

  int event_fd() const override { return -1; }
  PortAbilities abilities() const override { return {}; }

  uint32_t Receive(Buffers& buffers, Packet** packets, uint32_t n, uint64_t byte_budget) override {
    uint32_t count = 0;
    while (count < n && byte_budget != 0 && !ended_) {
      const Frame& frame = frames_[next_];
      Packet* packet = buffers.Allocate(frame.bytes);
      if (packet == nullptr) break;
      Scatter(*packet, 0, {map_ + frame.offset, frame.bytes});
      packets[count++] = packet;
      byte_budget -= std::min<uint64_t>(byte_budget, frame.bytes);
      if (++next_ == frames_.size()) {
        next_ = 0;
        if (loops_ != 0 && --loops_ == 0) ended_ = true;
      }
    }
    return count;
  }

  uint32_t Send(Buffers& buffers, Packet* const* packets, uint32_t n) override {
    if (out_ != nullptr) {
      std::lock_guard lock(mutex_);
      timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      for (uint32_t i = 0; i < n; ++i) {
        uint32_t bytes = packets[i]->total_length;
        const auto record = packet::PcapRecordHeader(
            static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec),
            bytes, bytes);
        bool written = std::fwrite(record.data(), sizeof record, 1, out_) == 1;
        ConstBytes pieces[64];
        uint32_t count = Pieces(*packets[i], pieces, 64);
        for (uint32_t k = 0; k < count; ++k)
          written = (pieces[k].length == 0 ||
                     std::fwrite(pieces[k].data, pieces[k].length, 1, out_) == 1) &&
                    written;
        if (!written) out_errors_.fetch_add(1, std::memory_order_relaxed);
      }
      std::fflush(out_);
    }
    buffers.Free(packets, n);
    return n;
  }

  bool up() const override { return true; }
  bool exhausted() const override { return ended_; }
  DeviceCounters counters() const override {
    return {0, 0, out_errors_.load(std::memory_order_relaxed)};
  }

 private:
  const uint8_t* const map_;
  const size_t map_bytes_;
  const std::vector<Frame> frames_;
  uint64_t loops_;
  size_t next_ = 0;
  bool ended_;
  FILE* const out_;
  std::mutex mutex_;
  std::atomic<uint64_t> out_errors_{0};
};

struct Input {
  const uint8_t* map = nullptr;
  size_t bytes = 0;
  std::vector<PcapFile::Frame> frames;
};

// The file is checked wholly here, so that the packet path trusts the offsets. (It must not shrink
// while it is mapped.)
Result<Input> ReadInput(const tdi::PortSpec& spec, const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NotFound("port '{}': in='{}': {}", spec.name, path, std::strerror(errno));
  struct stat status{};
  Input input;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
    close(fd);
    return InvalidArgument("port '{}': in='{}' is not a capture file: empty or not a regular file",
                           spec.name, path);
  }
  input.bytes = static_cast<size_t>(status.st_size);
  void* map = mmap(nullptr, input.bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (map == MAP_FAILED)
    return Internal("port '{}': in='{}': map: {}", spec.name, path, std::strerror(errno));
  input.map = static_cast<const uint8_t*>(map);
  auto refuse = [&](std::string_view message) -> Result<Input> {
    munmap(map, input.bytes);
    return InvalidArgument("port '{}': in='{}': {}", spec.name, path, message);
  };
  const auto* start = static_cast<const char*>(map);
  auto reader = packet::PcapReader::Open({start, input.bytes});
  if (!reader) return refuse(reader.error().message());
  packet::CapturedView frame;
  while (true) {
    auto more = reader->Next(frame);
    if (!more) return refuse(more.error().message());
    if (!*more) break;
    if (frame.bytes.size() > Buffers::kMaxFrame)
      return refuse(fmt::format("packet {} has {} bytes, at most {} are carried",
                                input.frames.size() + 1, frame.bytes.size(), Buffers::kMaxFrame));
    input.frames.push_back({static_cast<uint64_t>(frame.bytes.data() - start),
                            static_cast<uint32_t>(frame.bytes.size())});
  }
  return input;
}

}  // namespace

Result<std::unique_ptr<Port>> OpenPcapFile(const tdi::PortSpec& spec) {
  IPDK_RETURN_IF_ERROR(CheckOptions(spec, {"in", "out", "loop"}));
  IPDK_ASSIGN(uint64_t loops, NumberOption(spec, "loop", 1, 0, UINT64_MAX));
  auto in = spec.options.find("in");
  auto out = spec.options.find("out");
  if (in == spec.options.end() && out == spec.options.end())
    return InvalidArgument("port '{}': kind 'pcap' needs in=FILE, out=FILE or both", spec.name);
  FILE* file = nullptr;
  Input input;
  if (in != spec.options.end()) {
    IPDK_ASSIGN(input, ReadInput(spec, in->second));
  }
  if (out != spec.options.end()) {
    file = std::fopen(out->second.c_str(), "wbe");
    if (file == nullptr) {
      int error = errno;
      if (input.map != nullptr) munmap(const_cast<uint8_t*>(input.map), input.bytes);
      return InvalidArgument("port '{}': out='{}': {}", spec.name, out->second,
                             std::strerror(error));
    }
    const std::string header = packet::PcapHeader();
    std::fwrite(header.data(), header.size(), 1, file);
    std::fflush(file);
  }
  return std::make_unique<PcapFile>(input.map, input.bytes, std::move(input.frames), loops, file);
}

}  // namespace ipdk::cpu
