#include "tdi/control_thread.h"

#include <pthread.h>

namespace ipdk::tdi {

ControlThread::ControlThread() : thread_([this] { Loop(); }) {}

ControlThread::~ControlThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void ControlThread::Post(std::function<void()> closure) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(closure));
  wake_.notify_one();
}

void ControlThread::Run(const std::function<void()>& closure) {
  if (IsCurrent()) return closure();
  std::mutex mutex;
  std::condition_variable done_wake;
  bool done = false;
  Post([&] {
    closure();
    const std::lock_guard lock(mutex);
    done = true;
    done_wake.notify_one();
  });
  std::unique_lock lock(mutex);
  done_wake.wait(lock, [&] { return done; });
}

void ControlThread::Loop() {
  pthread_setname_np(pthread_self(), "ipdk-control");
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const std::function<void()> closure = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    closure();
    lock.lock();
  }
}

}  // namespace ipdk::tdi
