#include <ipdk/v1/debug.pb.h>

#include <nlohmann/json.hpp>

#include "base/integer.h"
#include "interface/cli/verb.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;

void Tell(Context& context, const Story& story, Json& all) {
  if (context.json) {
    Json steps = Json::array(), outputs = Json::array();
    for (const auto& step : story.steps)
      steps.push_back({{"event", step.event}, {"text", step.text}, {"depth", step.depth}});
    for (const auto& [port, packet] : story.outputs)
      outputs.push_back({{"port", port}, {"packet", ToHex(packet)}});
    all.push_back({{"steps", steps}, {"outputs", outputs}});
    return;
  }
  for (const auto& step : story.steps) context.Print(std::string(step.depth * 2, ' ') + step.text);
  for (const auto& [port, packet] : story.outputs)
    context.Print(fmt::format("out on port {}: {}", port, ToHex(packet)));
  if (story.outputs.empty()) context.Print("nothing was sent");
}

}  // namespace

int RunTrace(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.empty() || words.size() > 2 || !arguments.Has("port"))
    return context.BadUsage(
        "usage: ipdk trace --port N HEX|FILE.pcap [PROGRAM.p4]; see: ipdk trace --help");
  const auto port = ParseInteger(arguments.Value("port"));
  if (!port || *port < 0 || *port > UINT32_MAX)
    return context.BadUsage(
        fmt::format("--port '{}': expected a port number", arguments.Value("port")));
  const auto number = static_cast<uint32_t>(ToU64(*port));

  std::vector<std::string> packets;
  if (words[0].ends_with(".pcap")) {
    if (!context.tools.read_pcap)
      return context.Fail(Error(Code::kUnimplemented, "this build cannot read pcap files"));
    auto read = context.tools.read_pcap(words[0]);
    if (!read) {
      context.Fail(read.error());
      return kBadUsage;
    }
    packets = std::move(*read);
  } else {
    std::string digits = words[0];
    if (digits.starts_with("0x")) digits = digits.substr(2);
    const auto bytes = FromHex(digits);
    if (!bytes)
      return context.BadUsage(
          fmt::format("'{}' is neither a .pcap file nor an even number of hex digits", words[0]));
    packets.push_back(*bytes);
  }
  Json all = Json::array();
  for (size_t i = 0; i < packets.size(); ++i) {
    if (packets.size() > 1 && !context.json)
      context.Print(fmt::format("{}packet {} of {}", i == 0 ? "" : "\n", i + 1, packets.size()));
    if (words.size() == 2) {
      if (!context.tools.trace)
        return context.Fail(Error(Code::kUnimplemented, "this build has no interpreter"));
      auto story = context.tools.trace(SourceOf(arguments, words[1]), number, packets[i]);
      if (!story) return context.Fail(story.error());
      Tell(context, *story, all);
      continue;
    }
    auto client = context.P4Runtime();
    if (!client) return context.Fail(client.error());
    auto response = (*client)->Trace(number, packets[i]);
    if (!response) return context.Fail(response.error());
    Story story;
    for (const auto& step : response->steps())
      story.steps.push_back({step.event(), step.text(), step.depth()});
    for (const auto& output : response->outputs())
      story.outputs.emplace_back(output.port(), output.packet());
    Tell(context, story, all);
  }
  if (context.json) context.Print(all.dump());
  return kOk;
}

}  // namespace ipdk::cli
