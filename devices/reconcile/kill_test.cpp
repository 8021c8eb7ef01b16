// A daemon killed at any moment: the next one finds the record, and makes the machine what the
// record says.

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <fstream>
#include <random>

#include "base/integer.h"
#include "devices/reconcile/netns_fixture.h"

namespace ipdk::devices {
namespace {

using tdi::OpKind;

// A journal of lines in a file, each written at once. A last line without its end was never
// finished.
class FileJournal final : public tdi::Journal {
 public:
  explicit FileJournal(const std::string& path) : path_(path) {
    std::ifstream in(path_);
    std::string line;
    while (std::getline(in, line) && line.ends_with(".")) {
      const size_t first = line.find(' '), second = line.find(' ', first + 1);
      const std::string table = line.substr(0, first),
                        key = *FromHex(line.substr(first + 1, second - first - 1));
      const std::string data = line.substr(second + 1, line.size() - second - 2);
      if (data == "-")
        rows[table].erase(key);
      else
        rows[table][key] = *FromHex(data);
    }
  }
  Status Append(std::span<const tdi::JournalChange> changes) override {
    std::string text;
    for (const auto& change : changes) {
      const tdi::Row& row = change.after ? *change.after : *change.before;
      text += fmt::format("{} {} {}.\n", change.schema->name, ToHex(row.key),
                          change.after ? ToHex(row.data) : "-");
    }
    std::ofstream(path_, std::ios::app) << text << std::flush;
    return {};
  }
  Status Replay(const tdi::TableSchema& schema,
                const std::function<Status(const tdi::Row&, bool)>& give) override {
    for (const auto& [key, data] : rows[schema.name])
      IPDK_RETURN_IF_ERROR(give({.key = key, .data = data}, false));
    return {};
  }
  bool Knows(const tdi::TableSchema& schema) const override { return rows.contains(schema.name); }
  Status Drop(const tdi::TableSchema&) override { return {}; }
  Status SavePackage(std::string_view, std::string_view, uint64_t) override { return {}; }
  std::map<std::string, std::map<std::string, std::string>> rows;

 private:
  const std::string path_;
};

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    IPDK_SKIP_WITHOUT_NAMESPACES();
    netlink::SweepDeadTests();
    path = (std::filesystem::temp_directory_path() / netlink::TestName("journal")).string();
    std::filesystem::remove(path);
  }
  void TearDown() override {
    if (path.empty()) return;
    std::filesystem::remove(path);
    (void)netlink::DeleteNamespace(host);
  }

  struct Daemon {
    explicit Daemon(const std::string& path, const std::string& owner)
        : journal(path),
          kind(CreateNetnsKind(owner)),
          local(CreateLocalKind(&data_path, owner)),
          device(tdi::Device::Create(&journal)) {
      ReconcilerOptions options;
      options.device = device.get();
      options.ports = &data_path;
      options.kinds = {kind.get()};
      options.local = local.get();
      reconciler = Reconciler::Create(std::move(options));
      started = reconciler->Start();
    }
    FileJournal journal;
    FakePortHost data_path;
    std::unique_ptr<HostKind> kind, local;
    std::unique_ptr<tdi::Device> device;
    std::unique_ptr<Reconciler> reconciler;
    Status started;
  };

  static tdi::Operation Port(OpKind op, int i, const std::string& host) {
    return {.table = tdi::fixed::kPortTable,
            .kind = op,
            .row = tdi::fixed::EncodePort({.name = fmt::format("p{}", i),
                                           .host = host,
                                           .device_type = i % 3 == 0 ? "tap" : "veth"})};
  }

  std::string path;
  const std::string host = netlink::TestName("kill");
  const std::string owner = netlink::TestName("owner");
};

TEST_F(KillTest, TheNextDaemonMakesItTrue) {
  std::mt19937 random(1);
  int looked = 0;
  for (int round = 0; round < 12; ++round) {
    const unsigned seed = random();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Daemon daemon(path, owner);
      if (!daemon.started) _exit(1);
      std::mt19937 choice(seed);
      (void)daemon.reconciler->CommitAndConverge(
          std::vector<tdi::Operation>{
              {.table = tdi::fixed::kHostTable,
               .kind = OpKind::kPut,
               .row = tdi::fixed::EncodeHost({.name = host, .kind = "netns"})}},
          std::chrono::seconds(5));
      while (true)
        (void)daemon.reconciler->CommitAndConverge(
            std::vector<tdi::Operation>{Port(choice() % 2 == 0 ? OpKind::kPut : OpKind::kDelete,
                                             static_cast<int>(choice() % 8), host)},
            std::chrono::seconds(5));
    }
    usleep(50000 + random() % 300000);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the daemon ended by itself";
    Daemon daemon(path, owner);
    ASSERT_TRUE(daemon.started) << daemon.started.error().message();
    std::set<std::string> wanted;
    for (const auto& [key, data] : daemon.journal.rows["port"]) {
      const Status converged =
          daemon.reconciler->WaitConverged(tdi::fixed::kPortTable, key, std::chrono::seconds(10));
      EXPECT_TRUE(converged) << converged.error().message();
      wanted.insert(tdi::fixed::PortName(key).value());
    }
    if (daemon.journal.rows["host"].empty()) continue;
    EXPECT_TRUE(daemon.reconciler->WaitConverged(tdi::fixed::kHostTable, tdi::fixed::HostKey(host),
                                                 std::chrono::seconds(10)));
    auto ns = netlink::OpenNamespace(fmt::format("{}/{}", netlink::kNamespaceFolder, host));
    ASSERT_TRUE(ns);
    auto inside = SocketIn(ns->get());
    ASSERT_TRUE(inside);
    std::set<std::string> there;
    for (const netlink::Link& link :
         netlink::ListLinks(*inside, std::chrono::steady_clock::now() + std::chrono::seconds(5))
             .value())
      if (link.name.starts_with("p")) there.insert(link.name);
    EXPECT_EQ(there, wanted) << "round " << round;
    EXPECT_EQ(daemon.data_path.ports.size(), wanted.size());
    ++looked;
  }
  EXPECT_GE(looked, 3) << "the daemons were killed before they did anything";
  Daemon last(path, owner);
  const auto cascade = last.reconciler->DeleteHostWithPorts(host);
  ASSERT_TRUE(cascade);
  const Status removed = last.reconciler->CommitAndConverge(*cascade, std::chrono::seconds(10));
  EXPECT_TRUE(removed) << removed.error().message();
  EXPECT_FALSE(netlink::OpenNamespace(fmt::format("{}/{}", netlink::kNamespaceFolder, host)));
}

}  // namespace
}  // namespace ipdk::devices
