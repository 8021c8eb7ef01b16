#include <gtest/gtest.h>

#include "devices/netlink/message.h"
#include "devices/netlink/tap.h"
#include "devices/netlink/testing.h"

namespace ipdk::netlink {
namespace {

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(5); }

TEST(Message, NestedAttributesReadBack) {
  MessageBuilder builder(16, 5);
  builder.Body("abc", 3);
  builder.Begin(18);
  builder.Text(1, "veth");
  builder.U32(2, 7);
  builder.End();
  const std::string bytes = builder.Finish(9);
  int messages = 0;
  EXPECT_TRUE(ReadMessages(
      bytes, [&](uint16_t type, uint32_t sequence, uint16_t flags, std::string_view payload) {
        ++messages;
        EXPECT_EQ(type, 16);
        EXPECT_EQ(flags, 5);
        EXPECT_EQ(sequence, 9u);
        EXPECT_TRUE(ReadAttributes(payload.substr(4), [&](uint16_t outer, std::string_view value) {
          EXPECT_EQ(outer, 18);
          std::string text;
          uint32_t number = 0;
          EXPECT_TRUE(ReadAttributes(value, [&](uint16_t inner, std::string_view v) {
            if (inner == 1) text = AsText(v);
            if (inner == 2) number = AsU32(v);
          }));
          EXPECT_EQ(text, "veth");
          EXPECT_EQ(number, 7u);
        }));
      }));
  EXPECT_EQ(messages, 1);
  for (size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_FALSE(ReadMessages(bytes.substr(0, cut), [](uint16_t, uint32_t, uint16_t,
                                                       std::string_view) {
    })) << cut;
}

TEST(Link, Names) {
  EXPECT_TRUE(CheckLinkName("netdev1"));
  EXPECT_FALSE(CheckLinkName(""));
  EXPECT_FALSE(CheckLinkName("sixteencharacter"));
  EXPECT_FALSE(CheckLinkName("a/b"));
  EXPECT_FALSE(CheckLinkName("a b"));
}

TEST(Namespace, VethAndTapInside) {
  IPDK_SKIP_WITHOUT_NAMESPACES();
  SweepDeadTests();
  const std::string name = TestName("nl"), path = fmt::format("{}/{}", kNamespaceFolder, name);
  EXPECT_EQ(OpenNamespace(path).error().code(), Code::kNotFound);
  bool prepared = false;
  const Status created = CreateNamespace(name, [&]() -> Status {
    prepared = true;
    return {};
  });
  ASSERT_TRUE(created) << created.error().message();
  EXPECT_TRUE(prepared);
  EXPECT_EQ(CreateNamespace(name, []() -> Status { return {}; }).error().code(),
            Code::kAlreadyExists);
  auto ns = OpenNamespace(path);
  ASSERT_TRUE(ns);
  auto here = Socket::Open();
  ASSERT_TRUE(here);
  std::optional<Socket> inside;
  ASSERT_TRUE(RunInNamespace(ns->get(), [&]() -> Status {
    IPDK_ASSIGN(inside, Socket::Open());
    return {};
  }));
  const std::string end = fmt::format("ipt{}", getpid());
  const VethSpec spec{.name = end,
                      .peer_name = "eth7",
                      .peer_namespace = ns->get(),
                      .peer_mac = 0x020000000007,
                      .mtu = 2000};
  const Status made = CreateVeth(*here, spec, Soon());
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(CreateVeth(*here, spec, Soon()).error().code(), Code::kAlreadyExists);
  const auto local = GetLink(*here, end, Soon());
  const auto peer = GetLink(*inside, "eth7", Soon());
  ASSERT_TRUE(local && peer);
  EXPECT_EQ(peer->mac, 0x020000000007u);
  EXPECT_EQ(peer->mtu, 2000u);
  EXPECT_EQ(peer->kind, "veth");
  EXPECT_EQ(peer->peer_index, local->index);
  EXPECT_EQ(local->peer_index, peer->index);
  EXPECT_FALSE(peer->up);
  ASSERT_TRUE(ChangeLink(*inside, peer->index,
                         {.mac = 0x020000000008, .mtu = 1400, .up = true, .alias = "mine"},
                         Soon()));
  const auto changed = GetLink(*inside, "eth7", Soon());
  EXPECT_EQ(changed->mac, 0x020000000008u);
  EXPECT_EQ(changed->mtu, 1400u);
  EXPECT_EQ(changed->alias, "mine");
  EXPECT_TRUE(changed->up);
  ASSERT_TRUE(DeleteLink(*here, local->index, Soon()));
  EXPECT_EQ(GetLink(*inside, "eth7", Soon()).error().code(), Code::kNotFound);
  {
    Descriptor tap;
    const Status opened = RunInNamespace(ns->get(), [&]() -> Status {
      IPDK_ASSIGN(tap, OpenTap("tap0"));
      return {};
    });
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ(RunInNamespace(ns->get(),
                             []() -> Status {
                               IPDK_ASSIGN(auto second, OpenTap("tap0"));
                               return {};
                             })
                  .error()
                  .code(),
              Code::kFailedPrecondition);
  }
  const auto tap = GetLink(*inside, "tap0", Soon());
  ASSERT_TRUE(tap) << "persistent";
  EXPECT_EQ(tap->kind, "tun");
  ASSERT_TRUE(DeleteLink(*inside, tap->index, Soon()));
  EXPECT_EQ(ListLinks(*inside, Soon())->size() > 0, true);
  ASSERT_TRUE(DeleteNamespace(name));
  EXPECT_EQ(DeleteNamespace(name).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace ipdk::netlink
