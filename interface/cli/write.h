#pragma once
// What the verbs that write to the running program share.

#include <p4/config/v1/p4info.pb.h>
#include <p4/v1/p4runtime.pb.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "interface/cli/verb.h"

namespace ipdk::cli {

// Every parameter of the action exactly once, by name.
Status AddParams(const p4::config::v1::Action& action,
                 const std::vector<std::pair<std::string, std::string>>& given,
                 p4::v1::Action& out);

// One update, as primary; tells what went wrong and gives the exit code.
int WriteOne(Context& context, p4::v1::Update::Type type,
             const std::function<void(p4::v1::Entity&)>& fill);

}  // namespace ipdk::cli
