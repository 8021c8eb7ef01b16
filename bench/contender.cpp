#include "bench/contender.h"

#include <time.h>

#include <array>
#include <cstring>

#include "p4/compile/compile.h"
#include "pipeline/eval/switch.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/pipeline.h"
#include "targets/cpu/traffic/frames.h"
#include "targets/cpu/traffic/manager.h"

namespace ipdk::bench {
namespace {

class SourceAndSinkContender : public Contender {
 public:
  void Run(Source& source, Sink& sink, uint64_t bursts, bool digest) override {
    for (uint64_t i = 0; i < bursts; ++i) {
      uint8_t* const* packets = source.Next();
      for (uint32_t k = 0; k < kBurst; ++k)
        digest ? sink.Digest(1, packets[k], kPacketBytes) : sink.Take(1, packets[k]);
    }
  }
};

template <typename Loop>
class ByHandContender : public Contender {
 public:
  template <typename... Args>
  explicit ByHandContender(Args&&... args) : loop_(std::forward<Args>(args)...) {}
  void Run(Source& source, Sink& sink, uint64_t bursts, bool digest) override {
    uint32_t ports[kBurst];
    for (uint64_t i = 0; i < bursts; ++i) {
      uint8_t* const* packets = source.Next();
      loop_.Run(packets, kBurst, ports);
      for (uint32_t k = 0; k < kBurst; ++k) {
        if (ports[k] == RouterByHand::kDrop) continue;
        digest ? sink.Digest(ports[k], packets[k], kPacketBytes) : sink.Take(ports[k], packets[k]);
      }
    }
  }

 private:
  Loop loop_;
};

// The program, and the entries of a work in its terms.
Result<ir::Compiled> Compile(const Work& work) {
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  p4::CompileOptions options;
  options.path = std::string(IPDK_SOURCE_DIR "/bench/programs/") +
                 (work.kind == Work::Kind::kL2Switch ? "l2_switch.p4" : "ipv4_router.p4");
  auto compiled = p4::Compile(options, sources, diagnostics);
  if (!compiled)
    return InvalidArgument("{} does not compile:\n{}", options.path, diagnostics.Print());
  return std::move(*compiled);
}

Result<schema::TableId> FindTable(const schema::Schema& schema, std::string_view name) {
  for (size_t i = 0; i < schema.tables.size(); ++i)
    if (schema.tables[schema::TableId(i)].preamble.name.ends_with(name)) return schema::TableId(i);
  return NotFound("the program has no table '{}'", name);
}

uint64_t MacNumber(const uint8_t* mac) {
  uint64_t value = 0;
  for (int i = 0; i < 6; ++i) value = value << 8 | mac[i];
  return value;
}

template <typename Add>
Status AddEntries(const schema::Schema& schema, const Work& work, Add add) {
  if (work.kind == Work::Kind::kL2Switch) {
    IPDK_ASSIGN(const auto table, FindTable(schema, "dmac"));
    for (size_t i = 0; i < work.macs; ++i) {
      schema::Entry entry;
      entry.matches.push_back({.value = FromU64(MacOf(i))});
      entry.args = {Integer(static_cast<unsigned long>(1 + i % Work::kPorts))};
      IPDK_RETURN_IF_ERROR(add(table, std::move(entry)));
    }
    return {};
  }
  IPDK_ASSIGN(const auto lpm, FindTable(schema, "ipv4_lpm"));
  for (const Route& route : work.routes) {
    schema::Entry entry;
    entry.matches.push_back({.value = FromU64(route.prefix), .prefix_length = route.length});
    entry.args = {Integer(route.next_hop)};
    IPDK_RETURN_IF_ERROR(add(lpm, std::move(entry)));
  }
  IPDK_ASSIGN(const auto hops, FindTable(schema, "next_hops"));
  for (size_t i = 0; i < work.next_hops.size(); ++i) {
    const auto& hop = work.next_hops[i];
    schema::Entry entry;
    entry.matches.push_back({.value = FromU64(i)});
    entry.args = {Integer(hop.port), FromU64(MacNumber(hop.macs + 6)),
                  FromU64(MacNumber(hop.macs))};
    IPDK_RETURN_IF_ERROR(add(hops, std::move(entry)));
  }
  return {};
}

// The source's buffers are not ours to give back, and none of the benches' programs makes packets.
class SourceBuffers : public cpu::Buffers {
 public:
  uint32_t AllocateSmall(cpu::Packet**, uint32_t) override { return 0; }
  cpu::Packet* Allocate(uint32_t) override { return nullptr; }
  void Free(cpu::Packet* const*, uint32_t) override {}
  cpu::Packet* Copy(const cpu::Packet&, uint32_t) override { return nullptr; }
  bool Unshare(cpu::Packet&, uint32_t) override { return true; }
  void Truncate(cpu::Packet& packet, uint32_t length) override {
    packet.length = packet.total_length = length;
  }
  uint32_t Available() const override { return 0; }
};

uint64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

class CompiledContender : public Contender {
 public:
  static Result<std::unique_ptr<Contender>> Make(const Work& work) {
    auto self = std::make_unique<CompiledContender>();
    IPDK_ASSIGN(const ir::Compiled compiled, Compile(work));
    IPDK_ASSIGN(self->pipeline_, cpu::Pipeline::Compile(compiled.schema, compiled.program, {}));
    IPDK_RETURN_IF_ERROR(
        AddEntries(compiled.schema, work, [&](schema::TableId id, schema::Entry entry) -> Status {
          return self->pipeline_->table(id).Insert(entry);
        }));
    for (size_t i = 0; i < compiled.schema.tables.size(); ++i)
      self->pipeline_->table(schema::TableId(i)).Publish();
    IPDK_ASSIGN(self->traffic_, cpu::CreateTraffic(*self->pipeline_, self->buffers_, {}));
    return self;
  }

  void Run(Source& source, Sink& sink, uint64_t bursts, bool digest) override {
    cpu::Packet* pointers[kBurst];
    for (uint64_t i = 0; i < bursts; ++i) {
      uint8_t* const* packets = source.Next();
      // What a port's receive function writes of a plain frame.
      for (uint32_t k = 0; k < kBurst; ++k) {
        cpu::Packet& packet = packets_[k];
        packet.data = packets[k];
        packet.length = packet.total_length = kPacketBytes;
        packet.headroom = kHeadroom;
        packet.ingress_port = 1;
        pointers[k] = &packet;
      }
      out_.clear();
      traffic_->Process(pointers, kBurst, NowNs(), replication_, out_);
      for (const cpu::Transmission& sent : out_)
        digest ? sink.Digest(sent.port, sent.packet->data, sent.packet->total_length)
               : sink.Take(sent.port, sent.packet->data);
    }
  }

 private:
  std::unique_ptr<cpu::Pipeline> pipeline_;
  SourceBuffers buffers_;
  std::unique_ptr<cpu::Traffic> traffic_;
  cpu::Replication replication_;
  std::array<cpu::Packet, kBurst> packets_;
  std::vector<cpu::Transmission> out_;
};

class InterpretedContender : public Contender {
 public:
  static Result<std::unique_ptr<Contender>> Make(const Work& work) {
    auto self = std::make_unique<InterpretedContender>();
    IPDK_ASSIGN(self->compiled_, Compile(work));
    // As entries of the program: the interpreter's lists check each added one against all others.
    const schema::Schema names = self->compiled_.schema;
    IPDK_RETURN_IF_ERROR(
        AddEntries(names, work, [&](schema::TableId id, schema::Entry entry) -> Status {
          self->compiled_.schema.tables[id].entries.push_back(std::move(entry));
          return {};
        }));
    IPDK_ASSIGN(self->switch_, eval::Switch::Make(self->compiled_));
    return self;
  }

  void Run(Source& source, Sink& sink, uint64_t bursts, bool digest) override {
    for (uint64_t i = 0; i < bursts; ++i) {
      uint8_t* const* packets = source.Next();
      for (uint32_t k = 0; k < kBurst; ++k) {
        const auto result = switch_->Process(
            1, std::string(reinterpret_cast<const char*>(packets[k]), kPacketBytes), 0);
        for (const auto& output : result.outputs) {
          const auto* data = reinterpret_cast<const uint8_t*>(output.bytes.data());
          digest ? sink.Digest(output.port, data, output.bytes.size())
                 : sink.Take(output.port, data);
        }
      }
    }
  }

 private:
  ir::Compiled compiled_;
  std::unique_ptr<eval::Switch> switch_;
};

}  // namespace

std::unique_ptr<Contender> SourceAndSink() { return std::make_unique<SourceAndSinkContender>(); }

std::unique_ptr<Contender> ByHand(const Work& work) {
  if (work.kind == Work::Kind::kL2Switch)
    return std::make_unique<ByHandContender<SwitchByHand>>(work.macs, Work::kPorts);
  return std::make_unique<ByHandContender<RouterByHand>>(work.routes, work.next_hops);
}

Result<std::unique_ptr<Contender>> Compiled(const Work& work) {
  return CompiledContender::Make(work);
}
Result<std::unique_ptr<Contender>> Interpreted(const Work& work) {
  return InterpretedContender::Make(work);
}

}  // namespace ipdk::bench
