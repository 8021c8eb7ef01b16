// The command line against the real daemon, in one process: real sockets, native code, the record
// on disk. Ports are in memory, so it needs no rights.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "apps/ipdk/modules.h"
#include "apps/ipdkd/modules.h"
#include "interface/cli/cli.h"

namespace ipdk::apps {
namespace {

constexpr char kRouter[] = IPDK_SOURCE_DIR "/recipes/l3_router/router.p4";

class DaemonTest : public testing::Test {
 protected:
  DaemonTest()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("ipdk-daemon-test-{}", getpid())) {
    std::filesystem::remove_all(folder_);
    Begin();
  }
  ~DaemonTest() override {
    daemon_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Begin() {
    DaemonOptions options;
    options.state_dir = folder_.string();
    options.p4runtime = "127.0.0.1:0";
    options.gnmi = "127.0.0.1:0";
    options.memory_mb = 0;
    auto daemon = Daemon::Start(options);
    ASSERT_TRUE(daemon.has_value()) << daemon.error().ToString();
    daemon_ = std::move(*daemon);
  }
  void Restart() {
    daemon_.reset();
    Begin();
  }
  cli::Ran Run(std::vector<std::string> words) {
    words.insert(words.end(),
                 {"--p4runtime", fmt::format("127.0.0.1:{}", daemon_->p4runtime_port()), "--gnmi",
                  fmt::format("127.0.0.1:{}", daemon_->gnmi_port())});
    return cli::RunOnce(words, tools_);
  }
  // What it printed; a test failure unless it went well.
  std::string Good(std::vector<std::string> words) {
    const cli::Ran ran = Run(words);
    EXPECT_EQ(ran.code, 0) << words[0] << ": " << ran.err;
    return ran.out;
  }
  static bool Has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  const std::filesystem::path folder_;
  const cli::Tools tools_ = MakeTools();
  std::unique_ptr<Daemon> daemon_;
};

TEST_F(DaemonTest, PortsEntriesTraceAndARestart) {
  EXPECT_TRUE(Has(Run({"list", "tables"}).err, "ipdk load"));
  Good({"create", "port", "-", "memory", "10Gbps", "p1", "mac=52:54:00:00:01:02"});
  Good({"create", "port", "-", "memory", "unlimited", "p2", "number=7"});
  Good({"create", "port", "-", "memory", "10Gbps", "p1", "mac=52:54:00:00:01:02"});
  EXPECT_TRUE(Has(Good({"show", "port", "p2", "--json"}), "\"number\":7"));
  EXPECT_TRUE(Has(Good({"list", "ports"}), "10Gbps"));
  const cli::Ran refused = Run({"create", "port", "-", "virtio-net", "10Gbps", "p9"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_TRUE(Has(refused.err, "memory")) << refused.err;

  Good({"load", kRouter});
  EXPECT_TRUE(Has(Good({"show", "status"}), "router"));
  EXPECT_TRUE(Has(Good({"list", "tables"}), "ipv4_lpm"));
  Good({"table", "add", "ipv4_lpm", "hdr.ipv4.dst_addr=10.0.2.0/24", "action=forward",
        "next_hop=2"});
  EXPECT_EQ(Run({"table", "add", "ipv4_lpm", "hdr.ipv4.dst_addr=10.0.2.0/24", "action=forward",
                 "next_hop=2"})
                .code,
            1);
  Good({"table", "modify", "ipv4_lpm", "hdr.ipv4.dst_addr=10.0.2.0/24", "action=forward",
        "next_hop=3"});
  Good({"table", "add", "next_hops", "meta.next_hop=3", "action=send", "port=7",
        "src_mac=02:00:00:00:02:01", "dst_mac=52:54:00:00:02:02"});
  Good({"table", "add", "acl_ipv4", "hdr.ipv4.src_addr=10.0.9.0/24", "priority=10", "action=drop"});
  const std::string routes = Good({"table", "list", "ipv4_lpm", "--json"});
  EXPECT_TRUE(Has(routes, "10.0.2.0/24")) << routes;
  EXPECT_TRUE(Has(routes, "\"packets\":0")) << routes;

  const std::string packet =
      "02000000010152540000010208004500001c00010000400163dd0a0001020a000202080007fd00020003";
  const std::string story = Good({"trace", "--port", "1", packet});
  EXPECT_TRUE(Has(story, "ipv4_lpm")) << story;
  EXPECT_TRUE(Has(story, "out on port 7")) << story;

  // What was asked for is there after a restart.
  Restart();
  EXPECT_TRUE(Has(Good({"show", "status"}), "router"));
  EXPECT_EQ(Good({"table", "list", "ipv4_lpm", "--json"}), routes);
  EXPECT_TRUE(Has(Good({"show", "port", "p2", "--json"}), "\"number\":7"));

  // Another program keeps the entries of tables that are the same.
  Good({"load", "-D", "COUNT_PROTOCOLS", kRouter});
  EXPECT_EQ(Good({"table", "list", "ipv4_lpm", "--json"}), routes);
  EXPECT_TRUE(Has(Good({"counter", "read", "protocols", "1", "--json"}), "\"packets\":0"));
  Good({"load", "--replace", kRouter});
  EXPECT_FALSE(Has(Good({"table", "list", "ipv4_lpm", "--json"}), "10.0.2.0/24"));
  Good({"delete", "port", "p1"});
  Good({"delete", "port", "p1"});
  EXPECT_FALSE(Has(Good({"list", "ports"}), "p1 "));
}

TEST_F(DaemonTest, MembersAndGroups) {
  Good({"load", IPDK_SOURCE_DIR "/tests/packet/selector/ecmp.p4"});
  const std::vector<std::string> route = {"table", "add", "routes", "hdr.route.dst=7"};
  const auto with = [](std::vector<std::string> words, const std::string& word) {
    words.push_back(word);
    return words;
  };
  for (const char* number : {"5", "6", "7"})
    Good({"member", "add", "next_hops", number, "action=send", fmt::format("port={}", number)});
  EXPECT_TRUE(Has(Good({"member", "list", "next_hops"}), "port=6"));
  EXPECT_TRUE(Has(Good({"group", "list", "next_hops"}), "no groups"));
  EXPECT_TRUE(Has(Run(with(route, "group=1")).err, "no group 1"));
  EXPECT_TRUE(Has(Run({"group", "add", "next_hops", "1", "9"}).err, "no member 9"));
  EXPECT_TRUE(Has(Run({"group", "add", "next_hops", "1", "5*64", "6"}).err, "64"));
  Good({"group", "add", "next_hops", "1", "5", "6*2", "7"});
  EXPECT_EQ(Run({"group", "add", "next_hops", "1", "5"}).code, 1);
  EXPECT_EQ(Run({"group", "modify", "next_hops", "2", "5"}).code, 1);
  Good(with(route, "group=1"));
  EXPECT_TRUE(Has(Good({"table", "list", "routes"}), "group=1"));
  EXPECT_TRUE(Has(Run({"group", "delete", "next_hops", "1"}).err, "entries name group 1"));
  EXPECT_TRUE(Has(Run({"member", "delete", "next_hops", "6"}).err, "groups have member 6"));
  const auto trace = [&] { return Good({"trace", "--port", "1", "00070000000361"}); };
  const std::string first = trace();
  EXPECT_TRUE(Has(first, "out on port 5") || Has(first, "out on port 6") ||
              Has(first, "out on port 7"))
      << first;
  // Members, groups and the flow's way are there after a restart and in another program.
  const std::string groups = Good({"group", "list", "next_hops", "--json"});
  EXPECT_TRUE(Has(groups, "\"weight\":2")) << groups;
  Restart();
  EXPECT_EQ(Good({"group", "list", "next_hops", "--json"}), groups);
  EXPECT_EQ(trace(), first);
  Good({"load", "-D", "ANOTHER", IPDK_SOURCE_DIR "/tests/packet/selector/ecmp.p4"});
  EXPECT_EQ(Good({"group", "list", "next_hops", "--json"}), groups);
  EXPECT_EQ(trace(), first);
  Good({"group", "modify", "next_hops", "1", "6"});
  EXPECT_TRUE(Has(trace(), "out on port 6"));
  Good({"member", "modify", "next_hops", "6", "action=mark", "port=8", "tag=1"});
  EXPECT_TRUE(Has(trace(), "out on port 8"));
  // An empty group runs NoAction.
  Good({"group", "modify", "next_hops", "1"});
  EXPECT_TRUE(Has(trace(), "NoAction")) << trace();
  Good({"table", "delete", "routes", "hdr.route.dst=7"});
  Good({"group", "delete", "next_hops", "1"});
  Good({"member", "delete", "next_hops", "6"});
}

TEST_F(DaemonTest, GroupsAndCounters) {
  Good({"load", "-D", "COUNT_PROTOCOLS", kRouter});
  Good({"create", "group", "5", "1", "2:3"});
  EXPECT_TRUE(Has(Good({"list", "groups"}), "2:3"));
  Good({"create", "group", "5", "1"});
  EXPECT_FALSE(Has(Good({"list", "groups"}), "2:3"));
  Good({"delete", "group", "5"});
  EXPECT_TRUE(Has(Good({"counter", "list"}), "protocols"));
  Good({"list", "drops"});
  Good({"list", "workers"});
}

}  // namespace
}  // namespace ipdk::apps
