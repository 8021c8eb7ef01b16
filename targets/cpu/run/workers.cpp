#include "targets/cpu/run/workers.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/check.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/traffic/offload.h"

namespace ipdk::cpu {
namespace {

constexpr uint32_t kBurst = 32;  // packets of one run through the program; larger gained nothing
constexpr uint64_t kPollNs = 50'000;  // a port is polled for so long after its last packet
constexpr uint64_t kBackOffNs =
    50'000;  // sleep of a worker that has only poll-only ports, or a device that is full
constexpr uint64_t kEventCheckNs = 20'000;  // while polling, descriptors are looked at so often
constexpr size_t kMaxInjected = 4096;
constexpr size_t kDrops = static_cast<size_t>(Drop::kCount);

uint64_t Clock() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

// One writer: a plain addition that readers may see at any time.
void Add(std::atomic<uint64_t>& counter, uint64_t n) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

class WorkersImpl;

class WorkerThread {
 public:
  WorkerThread(WorkersImpl& all, uint32_t index, std::unique_ptr<Buffers> buffers)
      : all_(all), index_(index), buffers_(std::move(buffers)) {}
  ~WorkerThread() {
    if (epoll_ >= 0) close(epoll_);
    if (wake_ >= 0) close(wake_);
  }

  Status Open() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    if (epoll_ < 0 || wake_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0)
      return ResourceExhausted("worker {}: event descriptors: {}", index_, std::strerror(errno));
    return {};
  }
  void Launch();
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  // Any thread.
  void Post(std::function<void()> command) {
    {
      std::lock_guard lock(mutex_);
      commands_.push_back(std::move(command));
    }
    Wake();
  }
  void Wake() {
    pending_.store(true, std::memory_order_release);
    uint64_t one = 1;
    (void)!write(wake_, &one, sizeof one);
  }
  void Stop() {
    Post([this] { stop_ = true; });
  }

  // --- commands: on the worker's own thread ---
  void Add_(std::shared_ptr<Line> line, bool owned);
  void Remove(uint32_t number);
  void Use(std::shared_ptr<Forwarding> forwarding) {
    if (forwarding_ != nullptr)
      for (size_t i = 0; i < kDrops; ++i) drop_base_[i] += forwarding_->traffic[index_]->drops()[i];
    forwarding_ = std::move(forwarding);
  }

  Buffers& buffers() { return *buffers_; }
  void AddStatistics(std::vector<tdi::WorkerStatistics>& out) const {
    out.push_back(
        {index_, packets_.load(std::memory_order_relaxed), bursts_.load(std::memory_order_relaxed),
         busy_ns_.load(std::memory_order_relaxed), sleeps_.load(std::memory_order_relaxed)});
  }
  void AddDrops(std::array<uint64_t, kDrops>& sums) const {
    for (size_t i = 0; i < kDrops; ++i) sums[i] += drops_[i].load(std::memory_order_relaxed);
  }

  engines::Epoch::Reader* reader = nullptr;
  uint32_t owned = 0;  // lines, counted by the control side

 private:
  // This worker's view of a line.
  struct Slot {
    std::shared_ptr<Line> line;
    bool owned = false;
    bool polled = false;   // in polled_
    bool waiting = false;  // in waiting_
    bool poll_only = false;
    uint64_t last_packet_ns = 0;
    uint32_t count = 0;  // packets collected for the next Send
    std::array<Packet*, 2 * kBurst> packets;
  };

  void Loop();
  void RunCommands();
  uint32_t ReceiveRound(uint64_t now);
  void Run(Packet* const* packets, uint32_t n, uint64_t now);
  void Transmit(uint64_t now);
  void SendSlot(Slot& slot, uint64_t now);
  void ToController(Packet* packet);
  void FlushWaiting(uint64_t now);
  void TakeInjected(uint64_t now);
  // 0: poll on. Else until when to sleep; UINT64_MAX for ever.
  uint64_t SleepUntil(uint64_t now);
  void TakeEvents(uint64_t wait_ns);
  void Poll(Slot* slot, uint64_t now) {
    slot->last_packet_ns = now;
    if (slot->polled) return;
    slot->polled = true;
    polled_.push_back(slot);
  }
  Slot* Find(uint32_t port) {
    if (port < kDirect) return port < direct_.size() ? direct_[port] : nullptr;
    auto found = slots_.find(port);
    return found == slots_.end() ? nullptr : found->second.get();
  }
  void DropPacket(Drop reason, Packet* packet) {
    drop_base_[static_cast<size_t>(reason)] += 1;
    buffers_->Free(packet);
  }
  void PublishDrops() {
    for (size_t i = 0; i < kDrops; ++i) {
      uint64_t sum =
          drop_base_[i] + (forwarding_ != nullptr ? forwarding_->traffic[index_]->drops()[i] : 0);
      drops_[i].store(sum, std::memory_order_relaxed);
    }
  }

  static constexpr uint32_t kDirect = 4096;  // port numbers below are found by index

  WorkersImpl& all_;
  const uint32_t index_;
  const std::unique_ptr<Buffers> buffers_;
  int epoll_ = -1, wake_ = -1;
  std::thread thread_;

  std::mutex mutex_;
  std::vector<std::function<void()>> commands_;
  std::atomic<bool> pending_{false};
  bool stop_ = false;

  std::unordered_map<uint32_t, std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> direct_;
  std::vector<Slot*> polled_, waiting_, touched_;
  std::shared_ptr<Forwarding> forwarding_;
  std::vector<Transmission> transmissions_;
  uint64_t last_event_check_ = 0;

  std::array<uint64_t, kDrops> drop_base_{};
  alignas(64) std::array<std::atomic<uint64_t>, kDrops> drops_{};
  std::atomic<uint64_t> packets_{0}, bursts_{0}, busy_ns_{0}, sleeps_{0};
};

class WorkersImpl final : public Workers {
 public:
  explicit WorkersImpl(WorkersOptions options) : options_(std::move(options)), start_(Clock()) {}

  ~WorkersImpl() override {
    for (auto& worker : workers_) worker->Stop();
    for (auto& worker : workers_) worker->Join();
    for (auto& worker : workers_)
      if (worker->reader != nullptr) options_.epoch->Unregister(worker->reader);
    workers_.clear();
    delete replication_.load();
  }

  Status Open() {
    for (uint32_t i = 0; i < options_.workers; ++i) {
      auto buffers = options_.make_buffers(i);
      if (buffers == nullptr) return ResourceExhausted("worker {}: no buffers", i);
      auto worker = std::make_unique<WorkerThread>(*this, i, std::move(buffers));
      IPDK_RETURN_IF_ERROR(worker->Open());
      worker->reader = options_.epoch->Register();
      if (worker->reader == nullptr)
        return ResourceExhausted("worker {}: at most {} workers", i, engines::Epoch::kMaxReaders);
      workers_.push_back(std::move(worker));
    }
    for (auto& worker : workers_) worker->Launch();
    return {};
  }

  uint32_t count() const override { return static_cast<uint32_t>(workers_.size()); }
  Buffers& buffers(uint32_t worker) override { return workers_[worker]->buffers(); }
  uint64_t Now() const override { return Clock() - start_; }

  void Attach(std::shared_ptr<Line> line) override {
    std::lock_guard lock(control_);
    size_t owner = 0;
    for (size_t i = 1; i < workers_.size(); ++i)
      if (workers_[i]->owned < workers_[owner]->owned) owner = i;
    ++workers_[owner]->owned;
    owner_[line->number()] = owner;
    // Everybody can send to it before its first packet comes in.
    for (size_t i = 0; i < workers_.size(); ++i)
      if (i != owner) Call(i, [&](WorkerThread& worker) { worker.Add_(line, false); });
    Call(owner, [&](WorkerThread& worker) { worker.Add_(line, true); });
  }

  void Detach(uint32_t number) override {
    std::lock_guard lock(control_);
    auto owner = owner_.find(number);
    if (owner == owner_.end()) return;
    --workers_[owner->second]->owned;
    owner_.erase(owner);
    CallAll([&](WorkerThread& worker) { worker.Remove(number); });
  }

  std::shared_ptr<Forwarding> Replace(std::shared_ptr<Forwarding> forwarding) override {
    std::lock_guard lock(control_);
    CallAll([&](WorkerThread& worker) { worker.Use(forwarding); });
    std::swap(forwarding_, forwarding);
    return forwarding;
  }

  void SetReplication(std::unique_ptr<const Replication> replication) override {
    const Replication* old =
        replication_.exchange(replication.release(), std::memory_order_acq_rel);
    options_.epoch->Retire([old] { delete old; });
  }

  void Park() override {
    control_.lock();
    std::unique_lock lock(park_mutex_);
    parked_ = 0;
    parking_ = true;
    for (auto& worker : workers_) {
      worker->Post([this, &worker] {
        worker->reader->Offline();
        std::unique_lock inner(park_mutex_);
        ++parked_;
        park_changed_.notify_all();
        park_changed_.wait(inner, [this] { return !parking_; });
        --parked_;
        park_changed_.notify_all();
        inner.unlock();
        worker->reader->Online();
      });
    }
    park_changed_.wait(lock, [this] { return parked_ == workers_.size(); });
  }

  void Unpark() override {
    {
      std::unique_lock lock(park_mutex_);
      parking_ = false;
      park_changed_.notify_all();
      park_changed_.wait(lock, [this] { return parked_ == 0; });
    }
    control_.unlock();
  }

  Status FromController(std::string_view bytes) override {
    if (bytes.size() > Buffers::kMaxFrame)
      return InvalidArgument("packet of {} bytes; at most {} are carried", bytes.size(),
                             Buffers::kMaxFrame);
    {
      std::lock_guard lock(injected_mutex_);
      if (injected_.size() >= kMaxInjected)
        return ResourceExhausted("{} packets from the controller wait already; send more slowly",
                                 kMaxInjected);
      injected_.emplace_back(bytes);
      any_injected.store(true, std::memory_order_release);
    }
    workers_[0]->Wake();
    return {};
  }

  std::vector<tdi::WorkerStatistics> Statistics() const override {
    std::vector<tdi::WorkerStatistics> all;
    for (const auto& worker : workers_) worker->AddStatistics(all);
    return all;
  }

  std::vector<tdi::DropCount> Drops() const override {
    std::array<uint64_t, kDrops> sums{};
    for (const auto& worker : workers_) worker->AddDrops(sums);
    std::vector<tdi::DropCount> counts;
    for (size_t i = 0; i < kDrops; ++i)
      counts.push_back({std::string(DropText(static_cast<Drop>(i))), sums[i]});
    return counts;
  }

  // --- for the workers ---
  const WorkersOptions& options() const { return options_; }
  const Replication& replication() const { return *replication_.load(std::memory_order_acquire); }
  bool TakeInjected(std::string& bytes) {
    std::lock_guard lock(injected_mutex_);
    if (injected_.empty()) {
      any_injected.store(false, std::memory_order_relaxed);
      return false;
    }
    bytes = std::move(injected_.front());
    injected_.pop_front();
    return true;
  }
  std::atomic<bool> any_injected{false};

 private:
  void Call(size_t index, const std::function<void(WorkerThread&)>& command) {
    CallSome(index, index + 1, command);
  }
  void CallAll(const std::function<void(WorkerThread&)>& command) {
    CallSome(0, workers_.size(), command);
  }
  void CallSome(size_t first, size_t last, const std::function<void(WorkerThread&)>& command) {
    std::mutex mutex;
    std::condition_variable done;
    size_t left = last - first;
    for (size_t i = first; i < last; ++i) {
      workers_[i]->Post([&, i] {
        command(*workers_[i]);
        std::lock_guard lock(mutex);
        if (--left == 0) done.notify_all();
      });
    }
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return left == 0; });
  }

  const WorkersOptions options_;
  const uint64_t start_;
  std::mutex control_;  // one change at a time
  std::vector<std::unique_ptr<WorkerThread>> workers_;
  std::unordered_map<uint32_t, size_t> owner_;
  std::shared_ptr<Forwarding> forwarding_;
  std::atomic<const Replication*> replication_{new Replication};

  std::mutex park_mutex_;
  std::condition_variable park_changed_;
  bool parking_ = false;
  size_t parked_ = 0;

  std::mutex injected_mutex_;
  std::deque<std::string> injected_;
};

void WorkerThread::Launch() {
  thread_ = std::thread([this] {
    std::string name = fmt::format("ipdk-w{}", index_);
    pthread_setname_np(pthread_self(), name.c_str());
    // Sleeps for a rate limit end on time.
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    if (all_.options().thread_begins) all_.options().thread_begins(index_);
    reader->Online();
    Loop();
    for (auto& [number, slot] : slots_) slot->line->Discard(index_, *buffers_);
    slots_.clear();
    forwarding_.reset();
    reader->Offline();
    if (all_.options().thread_ends) all_.options().thread_ends(index_);
  });
}

void WorkerThread::Add_(std::shared_ptr<Line> line, bool owned) {
  auto slot = std::make_unique<Slot>();
  slot->line = std::move(line);
  slot->owned = owned;
  uint32_t number = slot->line->number();
  int fd = slot->line->port().event_fd();
  slot->poll_only = fd < 0;
  if (number < kDirect) {
    if (direct_.size() <= number) direct_.resize(number + 1);
    direct_[number] = slot.get();
  }
  if (owned) {
    if (fd >= 0) {
      // Edge-triggered: a port is polled from its event on until it falls silent, without a system
      // call for either.
      epoll_event event{};
      event.events = EPOLLIN | EPOLLET;
      event.data.ptr = slot.get();
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) slot->poll_only = true;
    }
    Poll(slot.get(), all_.Now());
  }
  slots_[number] = std::move(slot);
}

void WorkerThread::Remove(uint32_t number) {
  auto found = slots_.find(number);
  if (found == slots_.end()) return;
  Slot* slot = found->second.get();
  int fd = slot->line->port().event_fd();
  if (slot->owned && fd >= 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  std::erase(polled_, slot);
  std::erase(waiting_, slot);
  if (!slot->line->Flush(index_, *buffers_, all_.Now())) slot->line->Discard(index_, *buffers_);
  if (number < kDirect) direct_[number] = nullptr;
  slots_.erase(found);
}

void WorkerThread::RunCommands() {
  if (!pending_.load(std::memory_order_acquire)) return;
  pending_.store(false, std::memory_order_relaxed);
  uint64_t count;
  (void)!read(wake_, &count, sizeof count);
  std::vector<std::function<void()>> commands;
  {
    std::lock_guard lock(mutex_);
    commands.swap(commands_);
  }
  for (auto& command : commands) command();
  PublishDrops();
}

void WorkerThread::Loop() {
  uint64_t now = all_.Now();
  while (true) {
    RunCommands();
    if (stop_) return;
    uint32_t got = ReceiveRound(now);
    if (index_ == 0 && all_.any_injected.load(std::memory_order_acquire)) TakeInjected(now);
    if (!waiting_.empty()) FlushWaiting(now);
    reader->Quiescent();
    uint64_t after = all_.Now();
    if (got != 0) Add(busy_ns_, after - now);
    now = after;
    if (now - last_event_check_ >= kEventCheckNs) {
      TakeEvents(0);
      last_event_check_ = now;
    }
    if (got != 0) continue;
    uint64_t until = SleepUntil(now);
    if (until == 0) continue;
    if (pending_.load(std::memory_order_acquire)) continue;
    Add(sleeps_, 1);
    reader->Offline();
    TakeEvents(until == UINT64_MAX ? UINT64_MAX : until > now ? until - now : 0);
    reader->Online();
    now = last_event_check_ = all_.Now();
  }
}

// One turn over the polled ports. Packets of several ports share a burst.
uint32_t WorkerThread::ReceiveRound(uint64_t now) {
  Packet* packets[2 * kBurst];
  uint32_t count = 0, total = 0;
  for (size_t i = 0; i < polled_.size();) {
    Slot* slot = polled_[i];
    uint32_t got = slot->line->Receive(index_, *buffers_, packets + count, kBurst, now);
    if (got != 0) {
      slot->last_packet_ns = now;
      count += got;
      total += got;
      if (count >= kBurst) {
        Run(packets, count, now);
        count = 0;
      }
    } else if (now > slot->last_packet_ns + kPollNs &&
               (slot->poll_only ? slot->line->port().exhausted()
                                : slot->line->ReceiveReadyAt(now) <= now)) {
      // Silent: an event brings it back. (One held back by its rate stays, for its event has come
      // already.)
      slot->polled = false;
      polled_[i] = polled_.back();
      polled_.pop_back();
      continue;
    }
    ++i;
  }
  if (count != 0) Run(packets, count, now);
  return total;
}

void WorkerThread::Run(Packet* const* packets, uint32_t n, uint64_t now) {
  Add(packets_, n);
  Add(bursts_, 1);
  if (forwarding_ == nullptr) {
    for (uint32_t i = 0; i < n; ++i) DropPacket(Drop::kNoProgram, packets[i]);
  } else {
    transmissions_.clear();
    forwarding_->traffic[index_]->Process(packets, n, now, all_.replication(), transmissions_);
    Transmit(now);
  }
  PublishDrops();
}

void WorkerThread::Transmit(uint64_t now) {
  for (const Transmission& transmission : transmissions_) {
    Slot* slot = Find(transmission.port);
    if (slot == nullptr) {
      if (transmission.port == forwarding_->cpu_port) {
        ToController(transmission.packet);
      } else {
        DropPacket(Drop::kNoSuchPort, transmission.packet);
      }
      continue;
    }
    if (slot->count == 0) touched_.push_back(slot);
    slot->packets[slot->count++] = transmission.packet;
    if (slot->count == slot->packets.size()) SendSlot(*slot, now);
  }
  for (Slot* slot : touched_)
    if (slot->count != 0) SendSlot(*slot, now);
  touched_.clear();
}

void WorkerThread::SendSlot(Slot& slot, uint64_t now) {
  slot.line->Send(index_, *buffers_, slot.packets.data(), slot.count, now);
  slot.count = 0;
  if (slot.line->Waiting(index_) && !slot.waiting) {
    slot.waiting = true;
    waiting_.push_back(&slot);
  }
}

void WorkerThread::ToController(Packet* packet) {
  Packet* cut[64];
  uint32_t count = 1;
  cut[0] = packet;
  if (packet->offload.gso != Offload::Gso::kNone) {
    SegmentPlan plan;
    count = PlanSegments(*packet, &plan) ? CutSegments(*packet, plan, *buffers_, cut, 64) : 0;
    if (count == 0) {
      DropPacket(Drop::kOffload, packet);
      return;
    }
    buffers_->Free(packet);
  } else {
    CompleteChecksum(*packet);
  }
  std::string bytes;
  for (uint32_t i = 0; i < count; ++i) {
    bytes.resize(cut[i]->total_length);
    Gather(*cut[i], 0, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    if (all_.options().to_controller) all_.options().to_controller(bytes);
  }
  buffers_->Free(cut, count);
}

void WorkerThread::FlushWaiting(uint64_t now) {
  for (size_t i = 0; i < waiting_.size();) {
    Slot* slot = waiting_[i];
    if (slot->line->Flush(index_, *buffers_, now)) {
      slot->waiting = false;
      waiting_[i] = waiting_.back();
      waiting_.pop_back();
    } else {
      ++i;
    }
  }
}

void WorkerThread::TakeInjected(uint64_t now) {
  Packet* packets[kBurst];
  uint32_t count = 0;
  std::string bytes;
  while (count < kBurst && all_.TakeInjected(bytes)) {
    Packet* packet = buffers_->Allocate(static_cast<uint32_t>(bytes.size()));
    if (packet == nullptr) {
      drop_base_[static_cast<size_t>(Drop::kNoBuffer)] += 1;
      continue;
    }
    Scatter(*packet, 0, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    packet->ingress_port = forwarding_ != nullptr ? forwarding_->cpu_port : 0;
    packets[count++] = packet;
  }
  if (count != 0) Run(packets, count, now);
}

uint64_t WorkerThread::SleepUntil(uint64_t now) {
  uint64_t until = UINT64_MAX;
  for (Slot* slot : polled_) {
    uint64_t ready = slot->line->ReceiveReadyAt(now);
    if (ready <= now) {
      if (now <= slot->last_packet_ns + kPollNs) return 0;
      ready = now + kBackOffNs;  // poll-only
    }
    until = std::min(until, ready);
  }
  for (Slot* slot : waiting_) {
    uint64_t ready = slot->line->SendReadyAt(now);
    if (ready == UINT64_MAX || ready <= now) ready = now + kBackOffNs;
    until = std::min(until, ready);
  }
  if (index_ == 0 && all_.any_injected.load(std::memory_order_acquire)) return 0;
  return until;
}

void WorkerThread::TakeEvents(uint64_t wait_ns) {
  epoll_event events[64];
  int count;
  if (wait_ns == UINT64_MAX) {
    count = epoll_wait(epoll_, events, 64, -1);
  } else if (wait_ns == 0) {
    count = epoll_wait(epoll_, events, 64, 0);
  } else {
    timespec wait{static_cast<time_t>(wait_ns / 1'000'000'000),
                  static_cast<long>(wait_ns % 1'000'000'000)};
    count = epoll_pwait2(epoll_, events, 64, &wait, nullptr);
  }
  uint64_t now = all_.Now();
  for (int i = 0; i < count; ++i) {
    if (events[i].data.ptr == nullptr) {
      pending_.store(true, std::memory_order_relaxed);
      continue;
    }
    Poll(static_cast<Slot*>(events[i].data.ptr), now);
  }
}

}  // namespace

Result<std::unique_ptr<Workers>> Workers::Start(WorkersOptions options) {
  if (options.workers == 0) return InvalidArgument("workers: at least 1 is needed, got 0");
  auto workers = std::make_unique<WorkersImpl>(std::move(options));
  IPDK_RETURN_IF_ERROR(workers->Open());
  return workers;
}

}  // namespace ipdk::cpu
