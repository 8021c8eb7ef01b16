#include "targets/cpu/target/cpu_target.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "pipeline/package/package.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/pipeline.h"
#include "targets/cpu/run/eal.h"
#include "targets/cpu/run/workers.h"
#include "targets/cpu/target/log_text.h"
#include "targets/cpu/target/replication_tables.h"
#include "targets/cpu/target/tables.h"
#include "targets/cpu/traffic/memory_buffers.h"

namespace ipdk::cpu {
namespace {

constexpr uint32_t kDropPort = 511;
constexpr int kCompilerNice = 10;
constexpr size_t kMaxAtomic = 16384;    // operations while the workers stand still
constexpr size_t kMaxDigests = 10'000;  // that wait for the control thread

// A program in service, with all that it needs.
struct Running {
  std::shared_ptr<const tdi::LoadedProgram> info;
  std::shared_ptr<const Pipeline> pipeline;
  std::unique_ptr<ProgramTables> tables;
  uint32_t cpu_port = 0;
};

class CpuTargetImpl final : public CpuTarget {
 public:
  CpuTargetImpl(tdi::Device& device, CpuTargetOptions options)
      : device_(device), options_(std::move(options)) {
    kinds_ = BasicPortKinds();
    if (options_.eal != nullptr) kinds_.push_back(options_.eal->EthdevKind());
    for (PortKind& kind : options_.more_kinds) kinds_.push_back(std::move(kind));
  }

  ~CpuTargetImpl() override {
    device_.RemoveGroup("program");
    device_.RemoveGroup("replication");
    workers_.reset();  // the threads end
    // Nothing that they posted is still on its way after this.
    device_.Run([] {});
    running_.reset();
  }

  Status Open() {
    WorkersOptions options;
    options.workers = options_.workers;
    options.epoch = epoch_;
    if (options_.eal != nullptr) {
      options.make_buffers = [eal = options_.eal](uint32_t) { return eal->MakeBuffers(); };
      options.thread_begins = [eal = options_.eal](uint32_t) { eal->RegisterThread(); };
      options.thread_ends = [eal = options_.eal](uint32_t) { eal->UnregisterThread(); };
    } else {
      options.make_buffers = [n = options_.buffers](uint32_t) {
        return CreateMemoryBuffers({.packets = n, .guard = false, .segment = 0});
      };
    }
    options.to_controller = [this](std::string_view bytes) {
      std::lock_guard lock(listener_mutex_);
      if (listener_) listener_(bytes);
    };
    IPDK_ASSIGN(workers_, Workers::Start(std::move(options)));
    replication_ =
        std::make_unique<ReplicationTables>([this](std::unique_ptr<const Replication> all) {
          replicas_ = *all;
          PublishReplication();
        });
    tdi::TableGroup group;
    group.name = "replication";
    group.tables = replication_->backends();
    Bracket(group);
    return device_.SetGroup(std::move(group), true);
  }

  // --- tdi::Target ---
  std::string_view name() const override { return "cpu"; }
  Status Load(const tdi::LoadRequest& request) override;
  std::shared_ptr<const tdi::LoadedProgram> program() const override {
    std::lock_guard lock(state_mutex_);
    return running_ == nullptr ? nullptr : running_->info;
  }
  std::shared_ptr<const tdi::LoadedProgram> saved_program() const override {
    std::lock_guard lock(state_mutex_);
    return saved_info_;
  }
  Status SendFromController(std::string_view bytes) override {
    if (program() == nullptr)
      return FailedPrecondition("no program is loaded; load one before sending packets");
    return workers_->FromController(bytes);
  }
  void OnPacketToController(std::function<void(std::string_view bytes)> listener) override {
    std::lock_guard lock(listener_mutex_);
    listener_ = std::move(listener);
  }
  std::vector<tdi::WorkerStatistics> Workers() const override { return workers_->Statistics(); }
  std::vector<tdi::DropCount> Drops() const override {
    auto drops = workers_->Drops();
    drops.push_back(
        {"digest lost: the controller is too slow", digests_lost_.load(std::memory_order_relaxed)});
    return drops;
  }

  // --- tdi::PortHost ---
  std::vector<std::string> PortKinds() const override {
    std::vector<std::string> names;
    for (const PortKind& kind : kinds_) names.push_back(kind.name);
    return names;
  }
  bool MayChoose(uint32_t number) const override {
    std::lock_guard lock(state_mutex_);
    // Without a program: what the first one will most likely reserve.
    if (running_ == nullptr) return number != kDropPort && number != tdi::LoadRequest().cpu_port;
    return CheckPortNumber(number, "", running_->pipeline->program().arch, running_->info->name,
                           running_->cpu_port)
        .has_value();
  }
  Status AttachPort(const tdi::PortSpec& spec) override;
  Status ModifyPort(const tdi::PortSpec& spec) override;
  Status DetachPort(uint32_t number) override;
  Result<tdi::PortStatus> ReadPort(uint32_t number) const override;

 private:
  // What one load needs between its steps.
  struct Program {
    ir::Compiled compiled;
    std::shared_ptr<tdi::LoadedProgram> info;
    uint32_t cpu_port = 0;
    std::shared_ptr<const Pipeline> pipeline;
  };

  Result<Program> Verify(const tdi::LoadRequest& request, bool adopt);
  Status Put(Program program, bool reconcile);
  Status CheckPortNumber(uint32_t number, std::string_view port, ir::Arch arch,
                         std::string_view program, uint32_t cpu_port) const;
  void Bracket(tdi::TableGroup& group) {
    group.begin_atomic = [this](size_t operations) -> Status {
      if (operations > kMaxAtomic)
        return Unimplemented(
            "a data-plane-atomic batch may hold {} updates, got {}; use a smaller one or another "
            "atomicity",
            kMaxAtomic, operations);
      // Several groups in one commit park once.
      if (parked_++ == 0) workers_->Park();
      return {};
    };
    group.end_atomic = [this] {
      if (--parked_ == 0) workers_->Unpark();
    };
  }
  // Control thread.
  void PublishReplication() {
    auto all = std::make_unique<Replication>(replicas_);
    {
      std::lock_guard lock(state_mutex_);
      all->host_ports = host_ports_;
    }
    if (workers_ != nullptr) workers_->SetReplication(std::move(all));
  }
  // Any thread; the workers learn it soon.
  void SetHostPort(uint32_t number, bool host) {
    {
      std::lock_guard lock(state_mutex_);
      const bool changed =
          host ? host_ports_.insert(number).second : host_ports_.erase(number) != 0;
      if (!changed) return;
    }
    device_.Post([this] { PublishReplication(); });
  }
  std::shared_ptr<Line> FindLine(uint32_t number) const {
    std::lock_guard lock(state_mutex_);
    auto found = lines_.find(number);
    return found == lines_.end() ? nullptr : found->second;
  }

  // Requests of programs, from the workers' threads. One per program, since sites are numbered by
  // program.
  class Listener final : public RequestListener {
   public:
    Listener(CpuTargetImpl& owner, const schema::Schema& schema) : owner_(owner), schema_(schema) {}
    void OnRequest(const RequestSite& site, std::span<const uint8_t> leaves) override {
      if (site.kind == RequestSite::Kind::kLog) {
        if (owner_.options_.log) owner_.options_.log(LogText(site, leaves));
        return;
      }
      tdi::Event event;
      event.kind = tdi::EventKind::kDigest;
      event.table = schema_.digests[site.digest].preamble.id;
      event.row.data.assign(reinterpret_cast<const char*>(leaves.data()), leaves.size());
      owner_.Digest(std::move(event));
    }

   private:
    CpuTargetImpl& owner_;
    const schema::Schema& schema_;
  };

  struct Kept {
    std::shared_ptr<const Pipeline> pipeline;
    std::unique_ptr<Listener> listener;
  };

  void Digest(tdi::Event event) {
    std::lock_guard lock(digest_mutex_);
    if (digests_.size() >= kMaxDigests) {
      digests_lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    digests_.push_back(std::move(event));
    if (digests_.size() > 1) return;
    device_.Post([this] {
      std::deque<tdi::Event> events;
      {
        std::lock_guard inner(digest_mutex_);
        events.swap(digests_);
      }
      for (tdi::Event& one : events) device_.Publish(std::move(one));
    });
  }

  tdi::Device& device_;
  CpuTargetOptions options_;
  std::vector<PortKind> kinds_;
  const std::shared_ptr<engines::Epoch> epoch_ = std::make_shared<engines::Epoch>();
  std::unique_ptr<cpu::Workers> workers_;
  Replication replicas_;  // as the tables have it
  std::unordered_set<uint32_t> host_ports_;
  std::unique_ptr<ReplicationTables> replication_;
  int parked_ = 0;  // control thread

  std::mutex load_mutex_;  // one load at a time
  std::optional<tdi::LoadRequest> saved_;

  mutable std::mutex state_mutex_;  // what follows; held for moments
  std::shared_ptr<Running> running_;
  std::shared_ptr<const tdi::LoadedProgram> saved_info_;
  std::map<uint32_t, std::shared_ptr<Line>> lines_;
  std::map<uint32_t, bool> opening_;

  std::mutex listener_mutex_;
  std::function<void(std::string_view)> listener_;

  std::mutex digest_mutex_;
  std::deque<tdi::Event> digests_;
  std::atomic<uint64_t> digests_lost_{0};
};

Status CpuTargetImpl::CheckPortNumber(uint32_t number, std::string_view port, ir::Arch arch,
                                      std::string_view program, uint32_t cpu_port) const {
  if (arch != ir::Arch::kV1Model) return {};
  const uint32_t bits = ir::RoleWidth(ir::Role::kIngressPort);
  if (number >= 1u << bits)
    return OutOfRange(
        "port '{}' has number {}, which the {}-bit ports of program '{}' cannot hold; use 0 to {}",
        port, number, bits, program, kDropPort - 1);
  if (number == kDropPort)
    return OutOfRange("port '{}' has number {}, which v1model reserves for dropping; use another",
                      port, number);
  if (number == cpu_port)
    return OutOfRange("port '{}' has number {}, which is the CPU port of program '{}'; use another",
                      port, number, program);
  return {};
}

// A controller names the values of such fields by strings of its own; taking its bytes for the
// value would be wrong without a word.
Status CheckTranslations(const schema::Schema& schema) {
  const auto refuse = [](std::string_view what, const std::string& owner, const std::string& name) {
    return Unimplemented(
        "{} '{}': '{}' is translated to strings (@p4runtime_translation ... string), which is not "
        "yet supported in a running pipeline; translate it to bit<N>",
        what, owner, name);
  };
  for (const schema::Table& table : schema.tables)
    for (const schema::MatchField& key : table.keys)
      if (key.translated_string) return refuse("table", table.preamble.name, key.name);
  for (const schema::Action& action : schema.actions)
    for (const schema::ActionParam& param : action.params)
      if (param.translated_string) return refuse("action", action.preamble.name, param.name);
  return {};
}

Result<CpuTargetImpl::Program> CpuTargetImpl::Verify(const tdi::LoadRequest& request, bool adopt) {
  Program program;
  IPDK_ASSIGN(program.compiled, package::Read(request.package));
  IPDK_RETURN_IF_ERROR(CheckTranslations(program.compiled.schema));
  // PSA and PNA name the port themselves: PSA_PORT_CPU, PNA_PORT_CPU.
  const ir::Arch arch = program.compiled.program.arch;
  program.cpu_port =
      arch == ir::Arch::kPsa || arch == ir::Arch::kPna ? 0xfffffffd : request.cpu_port;
  program.info = std::make_shared<tdi::LoadedProgram>();
  program.info->package = request.package;
  program.info->name = program.compiled.schema.program;
  program.info->architecture = program.compiled.schema.architecture;
  IPDK_ASSIGN(const package::Summary summary, package::Peek(request.package));
  program.info->hash = summary.hash;
  {
    std::lock_guard lock(state_mutex_);
    for (const auto& [number, line] : lines_)
      IPDK_RETURN_IF_ERROR(CheckPortNumber(number, line->name(), program.compiled.program.arch,
                                           program.info->name, request.cpu_port));
  }
  CompileOptions options;
  options.host_cpu = options_.host_cpu;
  options.workers = options_.workers;
  options.epoch = epoch_;
  options.adopt_tables = false;
  std::shared_ptr<Running> running;
  {
    std::lock_guard lock(state_mutex_);
    running = running_;
  }
  if (adopt && running != nullptr) options.adopt = running->pipeline.get();
  Result<std::unique_ptr<Pipeline>> compiled = Internal("the compiler did not run");
  std::thread compiler([&] {
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kCompilerNice);
    compiled = Pipeline::Compile(program.compiled.schema, program.compiled.program, options);
  });
  compiler.join();
  if (!compiled)
    return std::unexpected(
        std::move(compiled).error().Within(fmt::format("program '{}'", program.info->name)));
  program.pipeline = std::shared_ptr<const Pipeline>(std::move(*compiled));
  return program;
}

Status CpuTargetImpl::Put(Program program, bool reconcile) {
  const Pipeline& pipeline = *program.pipeline;
  auto forwarding = std::make_shared<Forwarding>();
  auto kept = std::make_shared<Kept>();
  kept->pipeline = program.pipeline;
  kept->listener = std::make_unique<Listener>(*this, pipeline.schema());
  for (uint32_t i = 0; i < options_.workers; ++i) {
    TrafficOptions options;
    options.worker = i;
    options.drop_port = kDropPort;
    options.listener = kept->listener.get();
    IPDK_ASSIGN(auto traffic, CreateTraffic(pipeline, workers_->buffers(i), options));
    forwarding->traffic.push_back(std::move(traffic));
  }
  forwarding->keeps = kept;
  forwarding->cpu_port = program.cpu_port;
  auto next = std::make_shared<Running>();
  next->info = program.info;
  next->pipeline = program.pipeline;
  next->cpu_port = program.cpu_port;
  Status status;
  device_.Run([&] {
    status = [&]() -> Status {
      std::shared_ptr<Running> former;
      {
        std::lock_guard lock(state_mutex_);
        former = running_;
      }
      next->tables = std::make_unique<ProgramTables>(
          pipeline, reconcile && former != nullptr ? former->pipeline.get() : nullptr,
          [this] { return workers_->Now(); });
      tdi::TableGroup group;
      group.name = "program";
      group.tables = next->tables->backends();
      Bracket(group);
      if (reconcile) IPDK_RETURN_IF_ERROR(device_.CheckKeep("program", group.tables));
      IPDK_RETURN_IF_ERROR(device_.SetGroup(std::move(group), reconcile));
      auto old = workers_->Replace(std::move(forwarding));
      next->tables->TakeOverCounts();
      {
        std::lock_guard lock(state_mutex_);
        running_ = next;
      }
      old.reset();
      former.reset();
      epoch_->Collect();
      return {};
    }();
  });
  return status;
}

Status CpuTargetImpl::Load(const tdi::LoadRequest& request) {
  std::lock_guard loading(load_mutex_);
  using tdi::LoadMode;
  switch (request.mode) {
    case LoadMode::kVerify: {
      IPDK_ASSIGN(Program program, Verify(request, false));
      return {};
    }
    case LoadMode::kVerifyAndSave: {
      IPDK_ASSIGN(Program program, Verify(request, false));
      saved_ = request;
      std::lock_guard lock(state_mutex_);
      saved_info_ = program.info;
      return {};
    }
    case LoadMode::kCommit: {
      if (!saved_)
        return FailedPrecondition(
            "there is no saved program to commit; send VERIFY_AND_SAVE first");
      IPDK_ASSIGN(Program program, Verify(*saved_, false));
      IPDK_RETURN_IF_ERROR(Put(std::move(program), false));
      saved_.reset();
      std::lock_guard lock(state_mutex_);
      saved_info_.reset();
      return {};
    }
    case LoadMode::kVerifyAndCommit: {
      IPDK_ASSIGN(Program program, Verify(request, false));
      return Put(std::move(program), false);
    }
    case LoadMode::kReconcileAndCommit: {
      IPDK_ASSIGN(Program program, Verify(request, true));
      return Put(std::move(program), true);
    }
  }
  return InvalidArgument("unknown load mode {}", static_cast<int>(request.mode));
}

Status CpuTargetImpl::AttachPort(const tdi::PortSpec& spec) {
  // The descriptor is ours from here on, whatever comes of it; a port has a copy of its own.
  struct Closer {
    ~Closer() {
      if (fd >= 0) close(fd);
    }
    const int fd;
  } const closer{spec.fd};
  auto kind = std::find_if(kinds_.begin(), kinds_.end(),
                           [&](const PortKind& k) { return k.name == spec.kind; });
  if (kind == kinds_.end()) {
    std::string names;
    for (const PortKind& k : kinds_) names += (names.empty() ? "" : ", ") + k.name;
    return InvalidArgument("port '{}': the cpu target has no port kind '{}'; it has {}", spec.name,
                           spec.kind, names);
  }
  {
    std::lock_guard lock(state_mutex_);
    auto there = lines_.find(spec.number);
    if (there != lines_.end() || opening_.contains(spec.number))
      return AlreadyExists("port '{}': number {} is taken by port '{}'", spec.name, spec.number,
                           there != lines_.end() ? there->second->name() : "being made");
    if (running_ != nullptr)
      IPDK_RETURN_IF_ERROR(CheckPortNumber(spec.number, spec.name,
                                           running_->pipeline->program().arch, running_->info->name,
                                           running_->cpu_port));
    opening_[spec.number] = true;
  }
  // Which way a port leads is the target's affair, whatever its kind.
  tdi::PortSpec own = spec;
  bool host = false;
  if (const auto way = own.options.find("leads_to"); way != own.options.end()) {
    host = way->second == "host";
    if (!host && way->second != "network") {
      std::lock_guard lock(state_mutex_);
      opening_.erase(spec.number);
      return InvalidArgument("port '{}': option leads_to='{}' must be 'host' or 'network'",
                             spec.name, way->second);
    }
    own.options.erase(way);
  }
  auto port = kind->open(own);
  if (!port) {
    std::lock_guard lock(state_mutex_);
    opening_.erase(spec.number);
    return std::unexpected(std::move(port).error());
  }
  auto line = std::make_shared<Line>(*std::move(port), spec, options_.workers, workers_->Now());
  SetHostPort(spec.number, host);
  workers_->Attach(line);
  std::lock_guard lock(state_mutex_);
  opening_.erase(spec.number);
  lines_[spec.number] = std::move(line);
  return {};
}

Status CpuTargetImpl::ModifyPort(const tdi::PortSpec& spec) {
  auto line = FindLine(spec.number);
  if (line == nullptr)
    return NotFound("port '{}': there is no port number {}", spec.name, spec.number);
  return line->Modify(spec, workers_->Now());
}

Status CpuTargetImpl::DetachPort(uint32_t number) {
  std::shared_ptr<Line> line;
  {
    std::lock_guard lock(state_mutex_);
    auto found = lines_.find(number);
    if (found == lines_.end()) return NotFound("there is no port number {}", number);
    line = std::move(found->second);
    lines_.erase(found);
    opening_[number] = true;  // not free before the workers have let go
  }
  workers_->Detach(number);
  SetHostPort(number, false);
  line.reset();
  std::lock_guard lock(state_mutex_);
  opening_.erase(number);
  return {};
}

Result<tdi::PortStatus> CpuTargetImpl::ReadPort(uint32_t number) const {
  auto line = FindLine(number);
  if (line == nullptr) return NotFound("there is no port number {}", number);
  return line->Read();
}

}  // namespace

Result<std::unique_ptr<CpuTarget>> CpuTarget::Create(tdi::Device& device,
                                                     CpuTargetOptions options) {
  auto target = std::make_unique<CpuTargetImpl>(device, std::move(options));
  IPDK_RETURN_IF_ERROR(target->Open());
  return target;
}

}  // namespace ipdk::cpu
