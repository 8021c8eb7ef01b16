#include "devices/host/plan.h"

namespace ipdk::devices {

Status RunPlan(const Plan& plan, std::chrono::milliseconds step_timeout,
               const std::function<void(const std::string&)>& starting) {
  auto deadline = [&] { return std::chrono::steady_clock::now() + step_timeout; };
  for (size_t i = 0; i < plan.size(); ++i) {
    starting(plan[i].what);
    Status status = plan[i].run(deadline());
    if (status) continue;
    std::string trouble;
    for (size_t k = i; k > 0; --k) {
      const Step& step = plan[k - 1];
      if (!step.undo) continue;
      if (Status undone = step.undo(deadline()); !undone)
        trouble +=
            fmt::format("; taking back '{}' failed too: {}", step.what, undone.error().message());
    }
    const Error& error = status.error();
    return Fail(error.code(), "step '{}': {}{}", plan[i].what, error.message(), trouble);
  }
  return {};
}

std::string PrintPlan(const Plan& plan) {
  std::string out;
  for (const Step& step : plan) out += step.what + "\n";
  return out;
}

}  // namespace ipdk::devices
