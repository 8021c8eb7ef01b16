// A thousand times plugged and unplugged: nothing may be left behind, in the kernel or in the
// process.

#include <dirent.h>

#include "devices/reconcile/netns_fixture.h"

namespace ipdk::devices {
namespace {

using tdi::OpKind;

size_t OpenDescriptors() {
  size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

class ChurnTest : public NetnsFixture {};

TEST_F(ChurnTest, ThousandPlugCycles) {
  const std::string host = netlink::TestName("churn");
  ASSERT_EQ(Do({Host(OpKind::kPut, host)}), "OK");
  size_t descriptors = 0;
  for (int i = 0; i < 1000; ++i) {
    const tdi::fixed::PortConfig port{.name = i % 2 == 0 ? "netdev1" : "netdev2",
                                      .host = host,
                                      .device_type = i % 5 == 0 ? "tap" : "veth"};
    ASSERT_EQ(Do({Port(OpKind::kInsert, port)}), "OK") << i;
    ASSERT_EQ(data_path.ports.size(), 1u);
    ASSERT_EQ(State(port.name).number, i % 2 == 0 ? 1u : 2u);
    ASSERT_EQ(Do({Port(OpKind::kDelete, port)}), "OK") << i;
    if (i == 10) descriptors = OpenDescriptors();
  }
  EXPECT_EQ(OpenDescriptors(), descriptors);
  EXPECT_EQ(CountHere(), 0u);
  EXPECT_TRUE(data_path.ports.empty());
}

}  // namespace
}  // namespace ipdk::devices
