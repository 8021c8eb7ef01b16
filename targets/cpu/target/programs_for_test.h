#pragma once
// Small programs in the IR's text form, for the tests of this folder, which need no compiler for
// them.

#include <gtest/gtest.h>

#include <string>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"
#include "pipeline/package/package.h"

namespace ipdk::cpu {

// The text form has no P4Runtime ids: gives every object one.
inline void Number(schema::Schema& schema) {
  uint32_t next = 1;
  for (auto& table : schema.tables) {
    table.preamble.id = schema::kTablePrefix | next++;
    uint32_t id = 1;
    for (auto& key : table.keys) key.id = id++;
  }
  for (auto& action : schema.actions) {
    action.preamble.id = schema::kActionPrefix | next++;
    uint32_t id = 1;
    for (auto& param : action.params) param.id = id++;
  }
  for (auto& counter : schema.counters)
    counter.preamble.id =
        (counter.direct_of.valid() ? schema::kDirectCounterPrefix : schema::kCounterPrefix) |
        next++;
  for (auto& reg : schema.registers) reg.preamble.id = schema::kRegisterPrefix | next++;
  for (auto& meter : schema.meters)
    meter.preamble.id =
        (meter.direct_of.valid() ? schema::kDirectMeterPrefix : schema::kMeterPrefix) | next++;
  for (auto& profile : schema.action_profiles)
    profile.preamble.id = schema::kActionProfilePrefix | next++;
  for (auto& set : schema.value_sets) set.preamble.id = schema::kValueSetPrefix | next++;
  for (auto& digest : schema.digests) digest.preamble.id = schema::kDigestPrefix | next++;
}

inline std::string Package(const std::string& text) {
  auto parsed = ir::ParseText(text);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().ToString();
  Number(parsed->schema);
  auto verified = ir::Verify(*parsed);
  EXPECT_TRUE(verified.has_value()) << verified.error().ToString();
  return package::Write(*parsed);
}

// Forwards by destination address: 48-bit exact match, direct counter, a register that counts.
// Unknown addresses are dropped; with the group bit set they go to multicast group 1; ether type
// 0x1234 goes to the CPU port.
inline std::string SwitchText(const std::string& name = "switch.p4",
                              const std::string& action = "action in.forward(9 port)",
                              int mark = 0) {
  return "schema \"" + name + "\" \"v1model\"\naction NoAction()\n" + action + R"(
counter in.hits both of in.dmac
counter in.ports packets size 8
register in.last (48) size 4
table in.dmac size 1024
  key exact 48 hdr.eth.dst
  action in.forward
  action NoAction defaultonly
  default NoAction()
  counter in.hits
program v1model
  ingress ingress
  egress egress
  parse_end start
  errors NoError PacketTooShort
  role IngressPort sm.ingress_port
  role EgressSpec sm.egress_spec
  role McastGrp sm.mcast_grp
  role EgressPort sm.egress_port
header_type eth_t
  bit 48 dst
  bit 48 src
  bit 16 type
header eth_t hdr.eth
var 9 sm.ingress_port
var 9 sm.egress_spec
var 9 sm.egress_port
var 16 sm.mcast_grp
var 9 port
function ingress entry parse
function egress entry out deparses
block state parse in ingress on_error start
  extract hdr.eth
  jump start
block control start in ingress
  extern counter_count in.ports (sm.ingress_port)
  extern register_write in.last (sm.ingress_port, hdr.eth.src)
  set sm.egress_spec = 9w511
  branch eq(hdr.eth.type, 16w0x1234) ? cpu : group
block plain cpu in ingress
  set sm.egress_spec = 9w510
  end
block plain group in ingress
  branch eq(slice(hdr.eth.dst, 40, 40), 1w1) ? flood : look
block plain flood in ingress
  set sm.mcast_grp = 16w1
  end
block plain look in ingress
  lookup in.dmac (hdr.eth.dst)
    in.forward (port) -> forward
    NoAction () -> done
block action forward in ingress
  set sm.egress_spec = port
  end
block plain done in ingress
  end
block control out in egress
  branch eq(sm.ingress_port, sm.egress_port) ? back : send
block plain back in egress
  set sm.egress_spec = 9w511
  jump send
block plain send in egress
)" + (mark == 0 ? std::string() : "  set hdr.eth.type = 16w" + std::to_string(mark) + "\n") +
         "  emit hdr.eth\n  end\n";
}

}  // namespace ipdk::cpu
