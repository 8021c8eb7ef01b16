#pragma once
// The running program by name: P4Info turned into look-ups, and values written as people write
// them. Names are those of the program; any suffix that is unique will do ("ipv4_lpm" for
// "ingress.ipv4_lpm").

#include <p4/config/v1/p4info.pb.h>
#include <p4/v1/p4runtime.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/integer.h"
#include "base/result.h"

namespace ipdk::cli {

// 10.0.0.1, 02:00:00:00:00:01, fe80::1 (where the width is theirs), else an integer of any base.
Result<Integer> ParseValue(std::string_view text, int width, std::string_view what);
// Addresses where width and name say so, else decimal up to 32 bits and hex above.
std::string PrintValue(const Integer& value, int width, std::string_view name);
std::string ShortBytes(const Integer& value);

class P4Names {
 public:
  explicit P4Names(p4::config::v1::P4Info info) : info_(std::move(info)) {}
  const p4::config::v1::P4Info& info() const { return info_; }

  // NOT_FOUND lists what there is; a suffix that fits two is INVALID_ARGUMENT and names them.
  Result<const p4::config::v1::Table*> Table(std::string_view name) const;
  Result<const p4::config::v1::Counter*> Counter(std::string_view name) const;
  Result<const p4::config::v1::Meter*> Meter(std::string_view name) const;
  Result<const p4::config::v1::ActionProfile*> Profile(std::string_view name) const;
  Result<const p4::config::v1::MatchField*> Field(const p4::config::v1::Table& table,
                                                  std::string_view name) const;
  Result<const p4::config::v1::Action*> ActionOf(const p4::config::v1::Table& table,
                                                 std::string_view name) const;
  const p4::config::v1::Action* Action(uint32_t id) const;
  bool HasDirectCounter(const p4::config::v1::Table& table) const;
  bool WantsPriority(const p4::config::v1::Table& table) const;

  // "hdr.ipv4.dst_addr=10.0.0.0/24": adds the match unless it matches everything.
  Status AddMatch(const p4::config::v1::MatchField& field, std::string_view text,
                  p4::v1::TableEntry& entry) const;
  std::string PrintMatch(const p4::config::v1::Table& table,
                         const p4::v1::FieldMatch& match) const;     // value only
  std::string PrintAction(const p4::v1::TableAction& action) const;  // "ingress.forward(port=1)"

 private:
  p4::config::v1::P4Info info_;
};

}  // namespace ipdk::cli
