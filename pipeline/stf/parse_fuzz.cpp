// Any text is statements or an error; statements are resolved against a small schema.
#include <cstdint>

#include "pipeline/stf/parse.h"
#include "pipeline/stf/resolve.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk;
  auto file = stf::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!file) return 0;
  schema::Schema schema;
  schema::Action action;
  action.preamble.name = "ingress.set";
  action.params.push_back({1, "port", 9, "", false, {}, {}});
  schema.actions.Add(action);
  schema::Table table;
  table.preamble.name = "ingress.t";
  for (int kind = 0; kind <= 4; ++kind) {
    schema::MatchField key;
    key.name = fmt::format("hdr.h.k{}", kind);
    key.width = 20;
    key.kind = static_cast<schema::MatchKind>(kind);
    table.keys.push_back(key);
  }
  table.actions.push_back({schema::ActionId(0), schema::ActionScope::kTableAndDefault, {}});
  schema.tables.Add(table);
  for (const stf::Statement& s : file->statements)
    if (s.kind == stf::Statement::Kind::kAdd || s.kind == stf::Statement::Kind::kSetDefault)
      (void)stf::ToEntry(schema, schema::TableId(0), s);
  return 0;
}
