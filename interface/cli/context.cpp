// Connections to the daemon, and what all verbs share.
#include <p4/v1/p4runtime.pb.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "wire/gnmi_client.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

std::string FromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::unexpected<Error> NotRunning(const Error& error, std::string_view option) {
  return std::unexpected(
      Error(error.code(), fmt::format("{}: is the daemon running? Start it as root with: ipdkd\n"
                                      "(it serves another address? say so with {} ADDRESS)",
                                      error.message(), option)));
}

}  // namespace

std::string Arguments::Value(const std::string& name, std::string otherwise) const {
  const auto it = options.find(name);
  return it == options.end() || it->second.empty() ? otherwise : it->second.back();
}

std::vector<std::string> Arguments::Values(const std::string& name) const {
  const auto it = options.find(name);
  return it == options.end() ? std::vector<std::string>() : it->second;
}

Context::Context(const Tools& t)
    : tools(t),
      p4runtime_address(FromEnvironment("IPDK_P4RUNTIME", "127.0.0.1:9559")),
      gnmi_address(FromEnvironment("IPDK_GNMI", "127.0.0.1:9339")) {}
Context::~Context() = default;

int Context::Fail(const Error& error) {
  if (json) {
    nlohmann::ordered_json value;
    value["error"]["code"] = std::string(CodeName(error.code()));
    value["error"]["message"] = error.message();
    err += value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  } else {
    err += "error: " + error.message() + "\n";
  }
  return kFailed;
}

int Context::BadUsage(std::string_view text) {
  err.append("error: ").append(text).append("\n");
  return kBadUsage;
}

Result<wire::P4RuntimeClient*> Context::P4Runtime() {
  if (!p4runtime_) {
    wire::P4RuntimeOptions options;
    options.address = p4runtime_address;
    options.election_high = election_high;
    options.election_low = election_low;
    options.role = role;
    auto client = wire::P4RuntimeClient::Connect(options);
    if (!client) return NotRunning(client.error(), "--p4runtime");
    p4runtime_ = std::move(*client);
  }
  return p4runtime_.get();
}

Result<wire::P4RuntimeClient*> Context::Primary() {
  IPDK_ASSIGN(wire::P4RuntimeClient * client, P4Runtime());
  if (primary_) return client;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  for (;;) {
    auto answer = client->Arbitrate();
    if (answer && answer->status().code() == 0) {
      primary_ = true;
      return client;
    }
    if (answer) {
      const auto& highest = answer->election_id();
      const std::string id = highest.high() == 0
                                 ? std::to_string(highest.low())
                                 : fmt::format("{}:{}", highest.high(), highest.low());
      const bool live = answer->status().code() == static_cast<int>(Code::kAlreadyExists);
      return FailedPrecondition(
          "{}; take over with --election-id {}, or work beside it with --role NAME",
          live
              ? fmt::format("another controller is primary, with election id {}", id)
              : fmt::format("a controller with election id {} was primary before and has left", id),
          live && highest.low() < UINT64_MAX ? fmt::format("{}", highest.low() + 1) : id);
    }
    // Another command of ours may be finishing: its id is free when its stream has ended.
    if (answer.error().code() != Code::kInvalidArgument ||
        std::chrono::steady_clock::now() > deadline)
      return std::unexpected(std::move(answer).error());
    client->CloseStream();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Result<wire::GnmiClient*> Context::Gnmi() {
  if (!gnmi_) {
    wire::GnmiOptions options;
    options.address = gnmi_address;
    auto client = wire::GnmiClient::Connect(options);
    if (!client) return NotRunning(client.error(), "--gnmi");
    gnmi_ = std::move(*client);
  }
  return gnmi_.get();
}

Result<const P4Names*> Context::Names() {
  if (names_) return names_.get();
  IPDK_ASSIGN(wire::P4RuntimeClient * client, P4Runtime());
  IPDK_ASSIGN(auto config,
              client->GetConfig(p4::v1::GetForwardingPipelineConfigRequest::P4INFO_AND_COOKIE));
  if (!config)
    return FailedPrecondition("no program is loaded; load one with: ipdk load PROGRAM.p4");
  names_ = std::make_unique<P4Names>(std::move(*config->mutable_p4info()));
  return names_.get();
}

void Context::ForgetNames() { names_.reset(); }

Source SourceOf(const Arguments& arguments, const std::string& program) {
  return {.program = program,
          .include_dirs = arguments.Values("I"),
          .defines = arguments.Values("D"),
          .arch = arguments.Value("arch"),
          .warnings = arguments.Values("W")};
}

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("{}: {}", path, std::generic_category().message(errno));
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return Internal("{}: cannot be read", path);
  return bytes;
}

Status WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    return Internal("{}: cannot be written: {}", path, std::generic_category().message(errno));
  return {};
}

std::string Grid::Text() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - row[i].size(), ' ');
      const bool right = std::ranges::find(right_, i) != right_.end();
      if (i != 0) line += "  ";
      line += right ? fill + row[i] : row[i] + fill;
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace ipdk::cli
