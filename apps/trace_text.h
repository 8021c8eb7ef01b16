#pragma once
// A trace in words: what the interpreter tells, with addresses readable beside their digits.

#include <arpa/inet.h>

#include <map>
#include <string>

#include "base/integer.h"
#include "pipeline/eval/trace.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::apps {

class TraceText {
 public:
  explicit TraceText(const ir::Compiled& compiled) {
    for (const schema::Table& table : compiled.schema.tables)
      for (const schema::MatchField& key : table.keys)
        widths_[table.preamble.name + " " + key.name] = key.width;
    for (const schema::Action& action : compiled.schema.actions)
      for (const schema::ActionParam& param : action.params)
        widths_[action.preamble.name + " " + param.name] = param.width;
    for (const ir::Header& header : compiled.program.headers)
      for (const ir::HeaderField& field : compiled.program.header_types[header.type].fields)
        if (!field.varbit) widths_[header.name + " " + field.name] = field.width;
  }

  // Of a value of 48 bits, and of one of 32 or 128 whose name does not say that it is none.
  static std::string Readable(const Integer& value, uint32_t width, std::string_view name) {
    if (width == 48) {
      std::string out;
      for (const char c : ToBytes(value, 6))
        out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<uint8_t>(c));
      return out;
    }
    char text[INET6_ADDRSTRLEN] = {};
    if (width == 128)
      return inet_ntop(AF_INET6, ToBytes(value, 16).data(), text, sizeof text) ? text : "";
    if (width != 32) return {};
    for (const std::string_view word : {"addr", "ip", "hop", "gateway", "src", "dst", "target"})
      if (name.find(word) != std::string_view::npos)
        return inet_ntop(AF_INET, ToBytes(value, 4).data(), text, sizeof text) ? text : "";
    return {};
  }

  std::string operator()(const eval::TraceEvent& event) const {
    eval::TraceEvent readable = event;
    for (eval::TraceValue& value : readable.values) {
      const auto width = widths_.find(event.object + " " + value.name);
      if (width == widths_.end()) continue;
      // "0xa000200/24", "0x800&&&0xf00": the first number is the address.
      const size_t digits = value.value.find_first_not_of("0123456789abcdefABCDEFx");
      const auto number = ParseInteger(value.value.substr(0, digits));
      if (!number || *number < 0 || BitLength(*number) > width->second) continue;
      const std::string text = Readable(*number, width->second, value.name);
      if (!text.empty()) value.value += " (" + text + ")";
    }
    return eval::ToText(readable);
  }

 private:
  std::map<std::string, uint32_t> widths_;  // by object and name
};

}  // namespace ipdk::apps
