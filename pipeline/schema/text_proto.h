#pragma once
// Writes protobuf's text format: nested messages, one field per line. Private to the printers.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/integer.h"

namespace ipdk::schema {

// "..." with C escapes; bytes that are not printable in three octal digits, as protobuf writes
// them.
inline std::string ProtoQuoted(std::string_view bytes) {
  std::string out = "\"";
  for (char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c == '"' || c == '\'' || c == '\\')
      out += {'\\', c};
    else if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out += {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
              static_cast<char>('0' + (byte & 7))};
  }
  return out + "\"";
}

class TextProto {
 public:
  // Fields with the value that proto3 does not write (0, "", false) are left out, as protobuf does.
  void Number(std::string_view name, uint64_t value) {
    if (value != 0) Line(name, std::to_string(value));
  }
  void String(std::string_view name, std::string_view value) {
    if (!value.empty()) Line(name, ProtoQuoted(value));
  }
  void Bool(std::string_view name, bool value) {
    if (value) Line(name, "true");
  }
  void Enum(std::string_view name, std::string_view value) { Line(name, value); }
  void Bytes(std::string_view name, const Integer& value, uint32_t width) {
    Line(name, ProtoQuoted(ToBytes(Truncate(value, width), BytesFor(width))));
  }
  // Also when it is the default: members of a oneof.
  void Line(std::string_view name, std::string_view value) {
    Indent();
    out_ += name;
    out_ += ": ";
    out_ += value;
    out_ += '\n';
  }
  // name { body() }
  template <typename Body>
  void Message(std::string_view name, Body body) {
    Indent();
    out_ += name;
    out_ += " {\n";
    ++depth_;
    body();
    --depth_;
    Indent();
    out_ += "}\n";
  }
  void Empty(std::string_view name) {
    Message(name, [] {});
  }
  std::string Take() { return std::move(out_); }

 private:
  void Indent() { out_.append(depth_ * 2, ' '); }

  std::string out_;
  size_t depth_ = 0;
};

}  // namespace ipdk::schema
