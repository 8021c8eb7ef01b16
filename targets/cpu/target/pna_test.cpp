// A PNA program in service: packets add entries, which are read back; ports lead to the host or to
// the network.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "targets/cpu/ports/memory.h"
#include "targets/cpu/target/cpu_target.h"
#include "targets/cpu/target/programs_for_test.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

// The first frame to an address is dropped and adds an entry: port 2 if the frame came from the
// host, else port 3.
constexpr const char* kLearns = R"(schema "learns.p4" "pna"
action in.to(32 port)
action in.learn()
table in.mac size 16 add_on_miss
  key exact 48 hdr.eth.dst
  action in.to tableonly
  action in.learn defaultonly
  default in.learn()
program pna
  ingress main
  errors NoError PacketTooShort
  role Drop Drop
  role OutputPort OutputPort
  role Direction Direction
header_type eth_t
  bit 48 dst
  bit 48 src
  bit 16 type
header eth_t hdr.eth
var 1 Drop
var 32 OutputPort
var 1 Direction
var 32 to.port
var 1 done
function main entry parse deparses
block state parse in main on_error start
  extract hdr.eth
  jump start
block table start in main
  lookup in.mac (hdr.eth.dst)
    in.to (to.port) -> to
    in.learn () -> learn
block action to in main
  set OutputPort = to.port
  jump out
block action learn in main
  extern add_entry in.mac (8w0, select(Direction, 32w2, 32w3)) -> (done)
  set Drop = 1w1
  jump out
block control out in main
  emit hdr.eth
  end
)";

std::string Frame(uint64_t dst) {
  return ToBytes(FromU64(dst), 6) + ToBytes(FromU64(0x020000000099), 6) + ToBytes(0x0800, 2) +
         "payload";
}

TEST(PnaTarget, LearnsAndKnowsWhereItsPortsLead) {
  auto device = tdi::Device::Create(nullptr);
  std::map<uint32_t, MemoryPort*> ports;
  CpuTargetOptions options;
  options.host_cpu = false;
  options.more_kinds.push_back(
      {"probe", [&](const tdi::PortSpec& spec) -> Result<std::unique_ptr<Port>> {
         auto port = MemoryPort::Open(spec);
         if (!port) return std::unexpected(std::move(port).error());
         (*port)->Keep(true);
         ports[spec.number] = port->get();
         return std::unique_ptr<Port>(*std::move(port));
       }});
  auto made = CpuTarget::Create(*device, std::move(options));
  ASSERT_TRUE(made.has_value()) << made.error().ToString();
  CpuTarget& target = **made;
  const auto attach = [&](uint32_t number, const char* leads_to) {
    tdi::PortSpec spec;
    spec.name = "p" + std::to_string(number);
    spec.number = number;
    spec.kind = "probe";
    if (leads_to != nullptr) spec.options["leads_to"] = leads_to;
    return target.AttachPort(spec);
  };
  ASSERT_TRUE(attach(1, "host").has_value());
  ASSERT_TRUE(attach(2, "network").has_value());
  ASSERT_TRUE(attach(3, nullptr).has_value());
  const Status bad = attach(4, "nowhere");
  ASSERT_FALSE(bad.has_value());
  EXPECT_NE(bad.error().message().find("'host' or 'network'"), std::string::npos);
  device->Run([] {});  // the workers know the ports
  const Status loaded = target.Load({.package = Package(kLearns), .cpu_port = 510});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().ToString();

  const auto sent = [&](uint32_t port) {
    std::vector<std::string> frames;
    for (int i = 0; i < 5000 && frames.empty(); ++i) {
      frames = ports[port]->TakeSent();
      if (frames.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return frames;
  };
  // Both of one burst: the second already matches.
  ports[1]->Inject(Frame(0x020000000001));
  ports[1]->Inject(Frame(0x020000000001));
  ASSERT_EQ(sent(2), std::vector<std::string>{Frame(0x020000000001)});
  ports[2]->Inject(Frame(0x020000000002));
  ports[2]->Inject(Frame(0x020000000002));
  ASSERT_EQ(sent(3), std::vector<std::string>{Frame(0x020000000002)});
  ports[3]->Inject(Frame(0x020000000001));
  ASSERT_EQ(sent(2), std::vector<std::string>{Frame(0x020000000001)});

  const auto table = device->FindTable("in.mac");
  ASSERT_TRUE(table.has_value());
  EXPECT_TRUE((*table)->learned);
  std::map<uint64_t, uint64_t> rows;
  const auto scan = [&] {
    rows.clear();
    return device->Scan((*table)->id, {}, [&](const tdi::RowView& view) {
      if (!view.learned) return true;
      const auto key = tdi::DecodeKey(**table, view.row->key);
      const tdi::ActionSpec* to = (*table)->FindAction("in.to");
      const auto data = tdi::DecodeData(to->params, view.row->data);
      EXPECT_TRUE(key.has_value() && data.has_value());
      EXPECT_EQ(view.row->action, to->id);
      rows[ToU64((*key)[0].value)] = ToU64((*data)[0].value);
      return true;
    });
  };
  ASSERT_TRUE(scan().has_value());
  EXPECT_EQ(rows, (std::map<uint64_t, uint64_t>{{0x020000000001, 2}, {0x020000000002, 3}}));
  // The same program again keeps what was learned.
  const Status again = target.Load(
      {.mode = tdi::LoadMode::kReconcileAndCommit, .package = Package(kLearns), .cpu_port = 510});
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  ASSERT_TRUE(scan().has_value());
  EXPECT_EQ(rows.size(), 2u);
}

}  // namespace
}  // namespace ipdk::cpu
