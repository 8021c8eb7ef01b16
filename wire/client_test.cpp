// Paths of gNMI as text, and what a client says when nobody answers.
#include <gnmi/gnmi.pb.h>
#include <gtest/gtest.h>

#include "wire/gnmi_client.h"
#include "wire/p4runtime_client.h"

namespace ipdk::wire {
namespace {

TEST(Path, IsReadAndPrinted) {
  for (const char* text : {"/", "/interfaces", "/interfaces/interface[name=netdev1]/state/counters",
                           "/a/b[k=1][l=x/y]/c", "/a[k=\\]\\\\]/b"}) {
    auto path = ParsePath(text);
    ASSERT_TRUE(path.has_value()) << text;
    EXPECT_EQ(PrintPath(*path), text);
  }
  auto path = ParsePath("interfaces/interface[name=a/b]/");
  ASSERT_TRUE(path.has_value());
  ASSERT_EQ(path->elem_size(), 2);
  EXPECT_EQ(path->elem(1).key().at("name"), "a/b");
}

TEST(Path, SaysWhereItIsWrong) {
  for (const char* text : {"/a[b", "/a[=c]", "/a[b=c", "/a[b=c]d", "/[a=b]"}) {
    auto path = ParsePath(text);
    ASSERT_FALSE(path.has_value()) << text;
    EXPECT_EQ(path.error().code(), Code::kInvalidArgument);
    EXPECT_NE(path.error().message().find("column"), std::string::npos) << path.error().message();
  }
}

TEST(Client, SaysThatNobodyAnswers) {
  P4RuntimeOptions options;
  options.address = "127.0.0.1:1";
  options.connect_timeout = std::chrono::milliseconds(50);
  auto p4runtime = P4RuntimeClient::Connect(options);
  ASSERT_FALSE(p4runtime.has_value());
  EXPECT_EQ(p4runtime.error().code(), Code::kUnavailable);
  GnmiOptions gnmi_options;
  gnmi_options.address = "127.0.0.1:1";
  gnmi_options.connect_timeout = std::chrono::milliseconds(50);
  auto gnmi = GnmiClient::Connect(gnmi_options);
  ASSERT_FALSE(gnmi.has_value());
  EXPECT_NE(gnmi.error().message().find("127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace ipdk::wire
