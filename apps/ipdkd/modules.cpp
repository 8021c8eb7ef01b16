#include "apps/ipdkd/modules.h"

#include <spdlog/spdlog.h>

#include <climits>
#include <cstdlib>
#include <filesystem>

#include "apps/ipdkd/trace.h"
#include "devices/local/local.h"
#include "devices/netns/netns.h"
#include "devices/reconcile/reconciler.h"
#include "interface/gnmi/server.h"
#include "interface/p4runtime/server.h"
#include "pipeline/package/package.h"
#include "pipeline/schema/p4info.h"
#include "store/store_journal.h"
#include "targets/cpu/run/eal.h"
#include "targets/cpu/target/cpu_target.h"

namespace ipdk::apps {
namespace {

// Tells the daemons of one machine apart, and is the same after a restart.
std::string Owner(const std::string& state_dir) {
  std::error_code error;
  const std::string path = std::filesystem::weakly_canonical(state_dir, error).string();
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : error ? state_dir : path)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

Result<p4runtime::PackageInfo> Describe(std::string_view bytes) {
  IPDK_ASSIGN(ir::Compiled compiled, package::Read(bytes));
  p4runtime::PackageInfo info;
  info.p4info = schema::PrintP4Info(compiled.schema);
  info.schema = std::make_shared<const schema::Schema>(std::move(compiled.schema));
  return info;
}

class DaemonOfModules final : public Daemon {
 public:
  explicit DaemonOfModules(const DaemonOptions& options) : options_(options) {}
  ~DaemonOfModules() override {
    if (gnmi_) gnmi_->Stop();
    if (p4runtime_) p4runtime_->Stop();
    gnmi_.reset();
    p4runtime_.reset();
    if (reconciler_) reconciler_->Stop();
  }

  Status Begin() {
    // --- the record and the tables
    IPDK_ASSIGN(journal_, store::StoreJournal::Open(options_.state_dir));
    if (!journal_->notice().empty()) spdlog::warn("{}: {}", options_.state_dir, journal_->notice());
    device_ = tdi::Device::Create(journal_.get());

    // --- targets
    cpu::CpuTargetOptions target_options;
    target_options.workers = options_.workers;
    target_options.log = [](std::string_view line) { spdlog::info("program: {}", line); };
    if (options_.memory_mb != 0) {
      IPDK_ASSIGN(target_options.eal,
                  cpu::Eal::Start({.memory_mb = options_.memory_mb, .arguments = {}}));
    }
    IPDK_ASSIGN(target_, cpu::CpuTarget::Create(*device_, std::move(target_options)));
    p4runtime::SavedConfig running = LoadRecorded();

    // --- kinds of hosts
    const std::string owner = Owner(options_.state_dir);
    netns_ = devices::CreateNetnsKind(owner);
    local_ = devices::CreateLocalKind(target_.get(), owner);
    devices::ReconcilerOptions reconciler_options;
    reconciler_options.device = device_.get();
    reconciler_options.ports = target_.get();
    reconciler_options.kinds = {netns_.get()};
    reconciler_options.local = local_.get();
    reconciler_options.log = [](const std::string& line) { spdlog::info("{}", line); };
    reconciler_ = devices::Reconciler::Create(std::move(reconciler_options));
    IPDK_RETURN_IF_ERROR(reconciler_->Start());

    // --- services
    p4runtime::Options p4runtime_options;
    p4runtime_options.address = options_.p4runtime;
    p4runtime_options.cpu_port = options_.cpu_port;
    p4runtime_options.device = device_.get();
    p4runtime_options.target = target_.get();
    p4runtime_options.describe = Describe;
    p4runtime_options.save = [this](const p4runtime::SavedConfig& config) { return Save(config); };
    p4runtime_options.trace = [this](uint32_t port, std::string_view packet) {
      return Trace(*device_, *target_, port, packet);
    };
    p4runtime_options.running = std::move(running);
    p4runtime_options.version = IPDK_VERSION;
    IPDK_ASSIGN(p4runtime_, p4runtime::Server::Start(std::move(p4runtime_options)));

    gnmi::Options gnmi_options;
    gnmi_options.address = options_.gnmi;
    gnmi_options.device = device_.get();
    const auto timeout = std::chrono::seconds(options_.timeout_s);
    gnmi_options.commit = [this, timeout](std::span<const tdi::Operation> operations) {
      return reconciler_->CommitAndConverge(operations, timeout);
    };
    gnmi_options.wait = [this, timeout](uint32_t table, std::string_view key) {
      return reconciler_->WaitConverged(table, key, timeout);
    };
    IPDK_ASSIGN(gnmi_, gnmi::Server::Start(std::move(gnmi_options)));
    spdlog::info("P4Runtime on {} (port {}), gNMI on {} (port {}), {} worker{}", options_.p4runtime,
                 p4runtime_->port(), options_.gnmi, gnmi_->port(), options_.workers,
                 options_.workers == 1 ? "" : "s");
    return {};
  }

  int p4runtime_port() const override { return p4runtime_->port(); }
  int gnmi_port() const override { return gnmi_->port(); }

 private:
  // The program that ran before, with its entries from the journal. One that this build cannot run
  // is told and left alone: loading it again, recompiled, finds the entries.
  p4runtime::SavedConfig LoadRecorded() {
    p4runtime::SavedConfig config;
    auto saved = journal_->LoadPackage();
    if (!saved) {
      spdlog::error("the recorded program cannot be read: {}", saved.error().message());
      return config;
    }
    if (!*saved || (*saved)->package.empty()) return config;
    tdi::LoadRequest request;
    request.mode = tdi::LoadMode::kReconcileAndCommit;
    request.package = (*saved)->package;
    request.cpu_port = options_.cpu_port;
    if (auto status = target_->Load(request); !status) {
      spdlog::error("the recorded program does not load: {}", status.error().message());
      return config;
    }
    config.package = std::move((*saved)->package);
    config.p4info = std::move((*saved)->p4info);
    config.cookie = (*saved)->cookie;
    config.has_cookie = config.cookie != 0;
    spdlog::info("running {} again", target_->program()->name);
    return config;
  }

  Status Save(const p4runtime::SavedConfig& config) {
    Status status;
    device_->Run([&] {
      status = journal_->SavePackage(config.package, config.p4info,
                                     config.has_cookie ? config.cookie : 0);
    });
    if (const auto program = target_->program())
      spdlog::info("running {} ({})", program->name, program->architecture);
    return status;
  }

  const DaemonOptions options_;
  // In the order of dependence: what stands below uses what stands above.
  std::unique_ptr<store::StoreJournal> journal_;
  std::unique_ptr<tdi::Device> device_;
  std::unique_ptr<cpu::CpuTarget> target_;
  std::unique_ptr<devices::HostKind> netns_, local_;
  std::unique_ptr<devices::Reconciler> reconciler_;
  std::unique_ptr<p4runtime::Server> p4runtime_;
  std::unique_ptr<gnmi::Server> gnmi_;
};

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::Start(const DaemonOptions& options) {
  auto daemon = std::make_unique<DaemonOfModules>(options);
  IPDK_RETURN_IF_ERROR(daemon->Begin());
  return daemon;
}

}  // namespace ipdk::apps
