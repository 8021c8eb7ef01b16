#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "interface/cli/write.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace info = p4::config::v1;

std::string UnitOf(const info::MeterSpec& spec) {
  return spec.unit() == info::MeterSpec::BYTES ? "bytes" : "packets";
}

int List(Context& context, const P4Names& names) {
  Json all = Json::array();
  Grid grid({"METER", "METERS", "CELLS"});
  for (const auto& meter : names.info().meters()) {
    all.push_back({{"name", meter.preamble().name()},
                   {"unit", UnitOf(meter.spec())},
                   {"size", meter.size()}});
    grid.Add({meter.preamble().name(), UnitOf(meter.spec()), std::to_string(meter.size())});
  }
  for (const auto& meter : names.info().direct_meters()) {
    std::string table;
    for (const auto& one : names.info().tables())
      if (one.preamble().id() == meter.direct_table_id()) table = one.preamble().name();
    all.push_back(
        {{"name", meter.preamble().name()}, {"unit", UnitOf(meter.spec())}, {"table", table}});
    grid.Add({meter.preamble().name(), UnitOf(meter.spec()), "per entry of " + table});
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out += grid.empty() ? "the program has no meters\n" : grid.Text();
  return kOk;
}

Status ParseConfig(const std::vector<std::string>& words, p4::v1::MeterConfig& config) {
  for (size_t i = 3; i < words.size(); ++i) {
    const size_t equal = words[i].find('=');
    const std::string name = words[i].substr(0, equal);
    const auto number =
        equal == std::string::npos ? std::nullopt : ParseInteger(words[i].substr(equal + 1));
    if (!number || *number < 0 || *number > INT64_MAX)
      return InvalidArgument("'{}': expected cir=N, cburst=N, pir=N or pburst=N", words[i]);
    const auto value = static_cast<int64_t>(ToU64(*number));
    if (name == "cir")
      config.set_cir(value);
    else if (name == "cburst")
      config.set_cburst(value);
    else if (name == "pir")
      config.set_pir(value);
    else if (name == "pburst")
      config.set_pburst(value);
    else
      return InvalidArgument("'{}': expected cir=N, cburst=N, pir=N or pburst=N", words[i]);
  }
  return {};
}

}  // namespace

int RunMeter(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  const std::string what = words.empty() ? "" : words[0];
  const bool good =
      (what == "list" && words.size() == 1) ||
      ((what == "read" || what == "reset") && words.size() >= 2 && words.size() <= 3) ||
      (what == "set" && words.size() >= 4);
  if (!good)
    return context.BadUsage(
        "usage: ipdk meter list|read|set|reset NAME [INDEX] ...; see: ipdk meter --help");
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  if (what == "list") return List(context, **names);
  auto meter = (*names)->Meter(words[1]);
  if (!meter) return context.Fail(meter.error());
  p4::v1::MeterEntry entry;
  entry.set_meter_id((*meter)->preamble().id());
  if (words.size() >= 3) {
    const auto index = ParseInteger(words[2]);
    if (!index || *index < 0 || *index > INT64_MAX)
      return context.BadUsage(fmt::format("index '{}': expected a number", words[2]));
    entry.mutable_index()->set_index(static_cast<int64_t>(ToU64(*index)));
  }
  if (what != "read") {
    if (what == "set") {
      if (auto status = ParseConfig(words, *entry.mutable_config()); !status)
        return context.BadUsage(status.error().message());
    }
    return WriteOne(context, p4::v1::Update::MODIFY, [&](p4::v1::Entity& entity) {
      *entity.mutable_meter_entry() = std::move(entry);
    });
  }
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  p4::v1::ReadRequest request;
  *request.add_entities()->mutable_meter_entry() = entry;
  Json rows = Json::array();
  Grid grid({"INDEX", "CIR", "CBURST", "PIR", "PBURST"});
  for (size_t column = 0; column < 5; ++column) grid.Right(column);
  const auto status = (*client)->Read(request, [&](const p4::v1::Entity& entity) {
    const auto& cell = entity.meter_entry();
    if (!cell.has_config()) return true;
    const auto& config = cell.config();
    rows.push_back({{"index", cell.index().index()},
                    {"cir", config.cir()},
                    {"cburst", config.cburst()},
                    {"pir", config.pir()},
                    {"pburst", config.pburst()}});
    grid.Add({std::to_string(cell.index().index()), std::to_string(config.cir()),
              std::to_string(config.cburst()), std::to_string(config.pir()),
              std::to_string(config.pburst())});
    return true;
  });
  if (!status) return context.Fail(status.error());
  const std::string& name = (*meter)->preamble().name();
  if (context.json)
    context.Print(Json{{"meter", name}, {"unit", UnitOf((*meter)->spec())}, {"rows", rows}}.dump());
  else
    context.out +=
        grid.empty() ? fmt::format("no cell of {} is set: all are green\n", name) : grid.Text();
  return kOk;
}

}  // namespace ipdk::cli
