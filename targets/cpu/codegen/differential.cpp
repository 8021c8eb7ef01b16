#include "targets/cpu/codegen/differential.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "pipeline/eval/control.h"
#include "pipeline/eval/interpreter.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu::codegen {
namespace {

constexpr uint32_t kDropPort = 511;
constexpr uint64_t kNow = 5'000'000'000;

// Room for one packet that ends at a page without access.
class Guarded {
 public:
  static constexpr size_t kRoom = 64 * 1024;
  Guarded() {
    map_ = static_cast<uint8_t*>(mmap(nullptr, kRoom + 4096, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    IPDK_CHECK(map_ != MAP_FAILED);
    IPDK_CHECK(mprotect(map_ + kRoom, 4096, PROT_NONE) == 0);
  }
  ~Guarded() { munmap(map_, kRoom + 4096); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  void Fill(const std::string& bytes, Packet& packet) {
    packet.data = map_ + kRoom - bytes.size();
    std::memcpy(packet.data, bytes.data(), bytes.size());
    packet.length = packet.total_length = packet.received_length =
        static_cast<uint32_t>(bytes.size());
    packet.headroom = static_cast<uint32_t>(kRoom - bytes.size());
  }

 private:
  uint8_t* map_;
};

// What v1model's traffic manager sets to 0 for a plain packet before egress.
constexpr ir::Role kZeroInEgress[] = {ir::Role::kEgressSpec,   ir::Role::kEgressRid,
                                      ir::Role::kInstanceType, ir::Role::kEnqQdepth,
                                      ir::Role::kDeqTimedelta, ir::Role::kDeqQdepth,
                                      ir::Role::kCloneFields,  ir::Role::kRecirculateFields};
constexpr ir::Role kInputs[] = {ir::Role::kIngressPort, ir::Role::kInstanceType,
                                ir::Role::kPacketLength, ir::Role::kIngressGlobalTimestamp};

}  // namespace

struct Differential::State {
  State(const ir::Compiled& c, const DifferentialOptions& o)
      : compiled(c), options(o), control(compiled), interpreter(compiled, control) {}

  ir::Compiled compiled;
  DifferentialOptions options;
  eval::Control control;
  eval::Interpreter interpreter;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<Worker> worker;
  std::vector<std::unique_ptr<Guarded>> rooms;
  std::unique_ptr<engines::Reserved> frames;
  uint64_t next_id = 1;

  const ir::Program& program() const { return compiled.program; }

  uint64_t Input(ir::Role role, const TestPacket& packet) const {
    switch (role) {
      case ir::Role::kIngressPort:
        return packet.port;
      case ir::Role::kPacketLength:
        return packet.bytes.size();
      case ir::Role::kIngressGlobalTimestamp:
        return kNow / 1000;
      default:
        return 0;
    }
  }

  Status Burst(const std::vector<TestPacket>& packets, size_t from, size_t n);
};

Differential::Differential() = default;
Differential::~Differential() = default;
Pipeline& Differential::pipeline() { return *state_->pipeline; }

Result<std::unique_ptr<Differential>> Differential::Make(const ir::Compiled& compiled,
                                                         const DifferentialOptions& options) {
  std::unique_ptr<Differential> result(new Differential);
  result->state_ = std::make_unique<State>(compiled, options);
  State& state = *result->state_;
  CompileOptions compile;
  compile.seed = options.seed;
  compile.host_cpu = options.host_cpu;
  IPDK_ASSIGN(state.pipeline,
              Pipeline::Compile(state.compiled.schema, state.compiled.program, compile));
  state.worker = state.pipeline->MakeWorker(0);
  for (uint32_t i = 0; i < options.burst; ++i) state.rooms.push_back(std::make_unique<Guarded>());
  state.frames =
      std::make_unique<engines::Reserved>(size_t{options.burst} * state.pipeline->frame_bytes());
  // Nobody promises clean frames.
  std::memset(state.frames->data(), 0xa5, state.frames->size());
  return result;
}

Status Differential::AddEntry(schema::TableId table, const schema::Entry& entry) {
  IPDK_RETURN_IF_ERROR(state_->control.Add(table, entry));
  IPDK_RETURN_IF_ERROR(state_->pipeline->table(table).Insert(entry));
  state_->pipeline->table(table).Publish();
  return {};
}

Status Differential::AddMember(schema::ValueSetId set, const std::vector<schema::Match>& member) {
  schema::Entry entry;
  entry.matches = member;
  IPDK_RETURN_IF_ERROR(state_->control.AddMember(set, member));
  IPDK_RETURN_IF_ERROR(state_->pipeline->value_set(set).Insert(entry));
  state_->pipeline->value_set(set).Publish();
  return {};
}

Status Differential::Run(const std::vector<TestPacket>& packets) {
  for (size_t done = 0; done < packets.size(); done += state_->options.burst)
    IPDK_RETURN_IF_ERROR(state_->Burst(
        packets, done, std::min<size_t>(state_->options.burst, packets.size() - done)));
  return {};
}

Status Differential::State::Burst(const std::vector<TestPacket>& packets, size_t from, size_t n) {
  struct Expected {
    eval::PacketState state;
    eval::Outcome outcome = eval::Outcome::kEnd;
    std::vector<Integer> after_ingress;
    bool egress = false;
  };
  std::vector<Expected> expected;
  std::vector<eval::DigestMessage> digests;
  std::vector<std::string> log;
  std::vector<Packet> native(n);
  std::vector<Packet*> burst(n);

  // --- the interpreter, packet by packet
  for (size_t i = 0; i < n; ++i) {
    const TestPacket& packet = packets[from + i];
    Expected e{eval::PacketState(program())};
    e.state.packet = packet.bytes;
    const auto set = [&](ir::Role role, uint64_t value) {
      const ir::VarId var = program().role(role);
      if (var.valid())
        e.state.vars[var.index] = Truncate(FromU64(value), program().vars[var].width);
    };
    for (ir::Role role : kInputs) set(role, Input(role, packet));
    eval::Environment environment;
    environment.now_ns = kNow;
    environment.seed = options.seed;
    environment.packet_id = next_id + i;
    environment.packet_bytes = packet.bytes.size();
    environment.digests = &digests;
    environment.log = &log;
    e.outcome = interpreter.Run(program().ingress, e.state, environment);
    e.after_ingress = e.state.vars;
    const ir::VarId spec = program().role(ir::Role::kEgressSpec);
    const uint64_t port = spec.valid() ? ToU64(e.state.vars[spec.index]) : 0;
    e.egress = e.outcome == eval::Outcome::kEnd && port != kDropPort && program().egress.valid();
    if (e.egress) {
      for (ir::Role role : kZeroInEgress) set(role, 0);
      set(ir::Role::kEgressPort, port);
      set(ir::Role::kPacketLength, packet.bytes.size());
      set(ir::Role::kEnqTimestamp, kNow / 1000);
      set(ir::Role::kEgressGlobalTimestamp, kNow / 1000);
      e.outcome = interpreter.Run(program().egress, e.state, environment);
    }
    expected.push_back(std::move(e));
  }

  // --- native code, the burst at once (one by one where that is asked for)
  for (size_t i = 0; i < n; ++i) {
    Packet& packet = native[i];
    rooms[i]->Fill(packets[from + i].bytes, packet);
    packet.frame = frames->data() + i * pipeline->frame_bytes();
    packet.id = next_id + i;
    packet.receive_ns = kNow;
    packet.ingress_port = packets[from + i].port;
    for (ir::Role role : kInputs) pipeline->set_role(packet, role, Input(role, packets[from + i]));
    burst[i] = &packet;
  }
  worker->requests.clear();
  worker->request_bytes.clear();
  std::vector<std::vector<uint64_t>> roles(n);
  std::vector<Packet*> to_egress;
  const auto after_ingress = [&](Packet* packet) {
    const auto at = static_cast<size_t>(packet - native.data());
    for (size_t r = 0; r < static_cast<size_t>(ir::Role::kCount); ++r)
      roles[at].push_back(pipeline->role(*packet, static_cast<ir::Role>(r)));
    if (packet->verdict != Verdict::kNone || !pipeline->has_egress()) return;
    const uint64_t port = pipeline->role(*packet, ir::Role::kEgressSpec);
    if (port == kDropPort) return;
    for (ir::Role role : kZeroInEgress) pipeline->set_role(*packet, role, 0);
    pipeline->set_role(*packet, ir::Role::kEgressPort, port);
    pipeline->set_role(*packet, ir::Role::kPacketLength, packet->received_length);
    pipeline->set_role(*packet, ir::Role::kEnqTimestamp, kNow / 1000);
    pipeline->set_role(*packet, ir::Role::kEgressGlobalTimestamp, kNow / 1000);
    to_egress.push_back(packet);
  };
  const bool through = options.through && pipeline->has_egress();
  bool stopped = false;  // some packet ended its way through before egress
  // Whether it went all the way, and to where; then as if it had gone step by step.
  const auto after_through = [&](Packet* packet) -> Status {
    const Expected& e = expected[static_cast<size_t>(packet - native.data())];
    if (packet->verdict == Verdict::kSent) {
      if (!e.egress) return Internal("a packet went to port {} unwanted", packet->out_port);
      const uint64_t port = ToU64(e.after_ingress[program().role(ir::Role::kEgressSpec).valid()
                                                      ? program().role(ir::Role::kEgressSpec).index
                                                      : 0]);
      if (program().role(ir::Role::kEgressSpec).valid() && packet->out_port != port)
        return Internal("port {} wanted, got {}", port, packet->out_port);
      packet->verdict = Verdict::kNone;
    } else if (packet->verdict == Verdict::kDropped) {
      const ir::VarId spec = program().role(ir::Role::kEgressSpec);
      if (!spec.valid() || ToU64(e.state.vars[spec.index]) != kDropPort)
        return Internal("a packet was dropped unwanted");
      packet->verdict = Verdict::kNone;
    } else if (packet->verdict == Verdict::kNone) {
      stopped = true;
      after_ingress(packet);
    }
    return {};
  };
  const bool one_by_one = pipeline->couples_ingress_and_egress();
  for (size_t i = 0; i < n; i += one_by_one ? 1 : n) {
    const auto count = static_cast<uint32_t>(one_by_one ? 1 : n);
    to_egress.clear();
    if (through) {
      pipeline->Through(*worker, burst.data() + i, count, kDropPort);
      for (size_t k = i; k < i + count; ++k) IPDK_RETURN_IF_ERROR(after_through(burst[k]));
    } else {
      pipeline->Ingress(*worker, burst.data() + i, count);
      for (size_t k = i; k < i + count; ++k) after_ingress(burst[k]);
    }
    if (!to_egress.empty())
      pipeline->Egress(*worker, to_egress.data(), static_cast<uint32_t>(to_egress.size()));
  }

  // --- compare
  for (size_t i = 0; i < n; ++i) {
    const Expected& e = expected[i];
    const std::string what = fmt::format("packet {} of the burst (port {}, {})", i,
                                         packets[from + i].port, ToHex(packets[from + i].bytes));
    const Verdict want = e.outcome == eval::Outcome::kStepLimit ? Verdict::kStepLimit
                         : e.outcome == eval::Outcome::kAssert  ? Verdict::kAssert
                                                                : Verdict::kNone;
    if (native[i].verdict != want)
      return Internal("{}: verdict {} wanted, got {}", what, static_cast<int>(want),
                      static_cast<int>(native[i].verdict));
    const bool ingress_failed = e.outcome != eval::Outcome::kEnd && !e.egress;
    for (size_t r = 0; r < roles[i].size() && !ingress_failed; ++r) {
      const ir::VarId var = program().roles[r];
      if (!var.valid()) continue;
      if (FromU64(roles[i][r]) != e.after_ingress[var.index])
        return Internal("{}: after ingress role {} is {} wanted, got {}", what,
                        ir::Name(static_cast<ir::Role>(r)), e.after_ingress[var.index].get_str(),
                        roles[i][r]);
    }
    if (!e.egress || want != Verdict::kNone) continue;
    for (size_t r = 0; r < static_cast<size_t>(ir::Role::kCount); ++r) {
      const ir::VarId var = program().roles[r];
      if (!var.valid()) continue;
      const uint64_t got = pipeline->role(native[i], static_cast<ir::Role>(r));
      if (FromU64(got) != e.state.vars[var.index])
        return Internal("{}: after egress role {} is {} wanted, got {}", what,
                        ir::Name(static_cast<ir::Role>(r)), e.state.vars[var.index].get_str(), got);
    }
    const std::string got(reinterpret_cast<const char*>(native[i].data), native[i].length);
    if (got != e.state.packet)
      return Internal("{}: bytes\n  wanted {}\n  got    {}", what, ToHex(e.state.packet),
                      ToHex(got));
    if (native[i].total_length != native[i].length)
      return Internal("{}: total length {} but {} bytes", what, native[i].total_length,
                      native[i].length);
  }
  size_t digest = 0, line = 0;
  for (const Request& request : worker->requests) {
    const RequestSite& site = pipeline->request_sites()[request.site];
    std::vector<Integer> leaves;
    size_t at = request.offset;
    for (uint32_t width : site.widths) {
      leaves.push_back(FromBytes({worker->request_bytes.data() + at, BytesFor(width)}));
      at += BytesFor(width);
    }
    if (site.kind == RequestSite::Kind::kLog) {
      ++line;
      continue;
    }
    if (digest >= digests.size()) return Internal("more digests than wanted");
    if (!stopped && (digests[digest].digest != site.digest || digests[digest].leaves != leaves))
      return Internal("digest {} differs", digest);
    ++digest;
  }
  if (digest != digests.size())
    return Internal("{} digests wanted, got {}", digests.size(), digest);
  if (line != log.size()) return Internal("{} log lines wanted, got {}", log.size(), line);
  next_id += n;
  return {};
}

Status Differential::CompareState() {
  const schema::Schema& s = state_->compiled.schema;
  for (uint32_t c = 0; c < s.counters.size(); ++c) {
    const schema::CounterId id(c);
    const schema::Counter& counter = s.counters[id];
    if (!counter.direct_of.valid()) {
      for (uint64_t i = 0; i < std::min<uint64_t>(counter.size, 1024); ++i) {
        IPDK_ASSIGN(const eval::Counts want, state_->control.ReadCounter(id, i));
        IPDK_ASSIGN(const CounterValue got, state_->pipeline->counter(id).Read(i));
        if (want.packets != got.packets || want.bytes != got.bytes)
          return Internal("counter '{}'[{}]: {} packets {} bytes wanted, got {} and {}",
                          counter.preamble.name, i, want.packets, want.bytes, got.packets,
                          got.bytes);
      }
      continue;
    }
    const auto& direct = s.tables[counter.direct_of].direct_counters;
    const size_t position =
        static_cast<size_t>(std::find(direct.begin(), direct.end(), id) - direct.begin());
    const Table& table = state_->pipeline->table(counter.direct_of);
    const auto compare = [&](const eval::TableEntry& entry, uint32_t index) -> Status {
      IPDK_ASSIGN(const CounterValue got, state_->pipeline->counter(id).Read(index));
      if (entry.counters[position].packets != got.packets ||
          entry.counters[position].bytes != got.bytes)
        return Internal("direct counter '{}'[{}]: {} packets wanted, got {}", counter.preamble.name,
                        index, entry.counters[position].packets, got.packets);
      return {};
    };
    IPDK_RETURN_IF_ERROR(compare(state_->control.Default(counter.direct_of), 0));
    for (const eval::TableEntry& entry : state_->control.Entries(counter.direct_of)) {
      IPDK_ASSIGN(const uint32_t index, table.DirectIndex(entry.entry));
      IPDK_RETURN_IF_ERROR(compare(entry, index));
    }
  }
  for (uint32_t r = 0; r < s.registers.size(); ++r) {
    const schema::RegisterId id(r);
    for (uint64_t i = 0; i < std::min<uint64_t>(s.registers[id].size, 1024); ++i) {
      IPDK_ASSIGN(const std::vector<Integer> want, state_->control.ReadRegister(id, i));
      IPDK_ASSIGN(const std::vector<Integer> got, state_->pipeline->reg(id).Read(i));
      if (want != got)
        return Internal("register '{}'[{}] differs", s.registers[id].preamble.name, i);
    }
  }
  return {};
}

}  // namespace ipdk::cpu::codegen
