#pragma once
// What has to be done to make something so, as a list of steps that can be printed before it is
// run. Each step has a limit in time and a way back; when one fails, those before it are taken back
// in reverse order and the error names the step.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ipdk::devices {

using Deadline = std::chrono::steady_clock::time_point;

struct Step {
  std::string what;  // "create veth ipdk1a2b and netdev1 in host 'host1'"
  std::function<Status(Deadline)> run;
  std::function<Status(Deadline)> undo{};  // empty: nothing to take back
};

using Plan = std::vector<Step>;

// `starting` is told each step before it runs. Time runs per step.
Status RunPlan(const Plan& plan, std::chrono::milliseconds step_timeout,
               const std::function<void(const std::string&)>& starting);

// One line per step.
std::string PrintPlan(const Plan& plan);

}  // namespace ipdk::devices
