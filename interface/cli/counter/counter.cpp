#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace info = p4::config::v1;

int List(Context& context, const P4Names& names) {
  Json all = Json::array();
  Grid grid({"COUNTER", "COUNTS", "CELLS"});
  const auto unit = [](const info::CounterSpec& spec) {
    return spec.unit() == info::CounterSpec::BYTES     ? "bytes"
           : spec.unit() == info::CounterSpec::PACKETS ? "packets"
                                                       : "packets and bytes";
  };
  for (const auto& counter : names.info().counters()) {
    all.push_back({{"name", counter.preamble().name()},
                   {"unit", unit(counter.spec())},
                   {"size", counter.size()}});
    grid.Add({counter.preamble().name(), unit(counter.spec()), std::to_string(counter.size())});
  }
  for (const auto& counter : names.info().direct_counters()) {
    std::string table;
    for (const auto& one : names.info().tables()) {
      if (one.preamble().id() == counter.direct_table_id()) table = one.preamble().name();
    }
    all.push_back(
        {{"name", counter.preamble().name()}, {"unit", unit(counter.spec())}, {"table", table}});
    grid.Add({counter.preamble().name(), unit(counter.spec()),
              "per entry of " + table + " (ipdk table list)"});
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out += grid.empty() ? "the program has no counters\n" : grid.Text();
  return kOk;
}

}  // namespace

int RunCounter(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  const std::string what = words.empty() ? "" : words[0];
  if (what != "list" && what != "read" && what != "reset")
    return context.BadUsage("usage: ipdk counter list|read|reset; see: ipdk counter --help");
  if ((what == "list" && words.size() != 1) ||
      (what != "list" && (words.size() < 2 || words.size() > 3)))
    return context.BadUsage("usage: ipdk counter list, or ipdk counter read|reset NAME [INDEX]");
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  if (what == "list") return List(context, **names);

  auto counter = (*names)->Counter(words[1]);
  if (!counter) {
    // A table's direct counters are shown with its entries.
    if (auto table = (*names)->Table(words[1]);
        table && (*names)->HasDirectCounter(**table) && what == "read" && words.size() == 2) {
      Arguments list;
      list.words = {"list", words[1]};
      return RunTable(context, list);
    }
    for (const auto& direct : (*names)->info().direct_counters()) {
      const std::string& name = direct.preamble().name();
      if (name != words[1] && !name.ends_with("." + words[1])) continue;
      for (const auto& table : (*names)->info().tables()) {
        if (table.preamble().id() != direct.direct_table_id() || what != "read") continue;
        Arguments list;
        list.words = {"list", table.preamble().name()};
        return RunTable(context, list);
      }
    }
    return context.Fail(counter.error());
  }
  p4::v1::CounterEntry entry;
  entry.set_counter_id((*counter)->preamble().id());
  if (words.size() == 3) {
    const auto index = ParseInteger(words[2]);
    if (!index || *index < 0 || *index > INT64_MAX)
      return context.BadUsage(fmt::format("index '{}': expected a number", words[2]));
    entry.mutable_index()->set_index(static_cast<int64_t>(ToU64(*index)));
  }
  if (what == "reset") {
    auto client = context.Primary();
    if (!client) return context.Fail(client.error());
    p4::v1::WriteRequest request;
    auto* update = request.add_updates();
    update->set_type(p4::v1::Update::MODIFY);
    entry.mutable_data();
    *update->mutable_entity()->mutable_counter_entry() = entry;
    const auto outcome = (*client)->Write(request);
    if (outcome.status) return kOk;
    return context.Fail(outcome.each.size() == 1 && !outcome.each[0] ? outcome.each[0].error()
                                                                     : outcome.status.error());
  }
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  p4::v1::ReadRequest request;
  *request.add_entities()->mutable_counter_entry() = entry;
  Json rows = Json::array();
  Grid grid({"INDEX", "PACKETS", "BYTES"});
  for (size_t column = 0; column < 3; ++column) grid.Right(column);
  const auto status = (*client)->Read(request, [&](const p4::v1::Entity& entity) {
    const auto& cell = entity.counter_entry();
    if (words.size() != 3 && cell.data().packet_count() == 0 && cell.data().byte_count() == 0)
      return true;
    rows.push_back({{"index", cell.index().index()},
                    {"packets", cell.data().packet_count()},
                    {"bytes", cell.data().byte_count()}});
    grid.Add({std::to_string(cell.index().index()), std::to_string(cell.data().packet_count()),
              std::to_string(cell.data().byte_count())});
    return true;
  });
  if (!status) return context.Fail(status.error());
  if (context.json)
    context.Print(Json{{"counter", (*counter)->preamble().name()}, {"rows", rows}}.dump());
  else
    context.out += grid.empty()
                       ? fmt::format("all cells of {} are zero\n", (*counter)->preamble().name())
                       : grid.Text();
  return kOk;
}

}  // namespace ipdk::cli
