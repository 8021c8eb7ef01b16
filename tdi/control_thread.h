#pragma once
// The one thread that owns all control state of a device: closures are posted to it and run in
// order.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ipdk::tdi {

class ControlThread {
 public:
  ControlThread();
  ~ControlThread();  // runs what was posted, then ends

  // Any thread.
  void Post(std::function<void()> closure);
  // Waits until it has run; on the control thread itself it runs at once.
  void Run(const std::function<void()>& closure);
  bool IsCurrent() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void Loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ipdk::tdi
