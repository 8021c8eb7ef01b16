#include <gtest/gtest.h>

#include "packet/checksum.h"
#include "packet/dissect.h"
#include "packet/text.h"

namespace ipdk::packet {
namespace {

std::string Made(std::string_view text) {
  auto out = Build(text);
  EXPECT_TRUE(out.has_value()) << out.error().ToString();
  return out ? ToHex(*out) : "";
}

// RFC 1071 over the same bytes, written another way than the library does it.
bool SumsToOnes(const std::string& hex) {
  uint32_t sum = 0;
  for (size_t i = 0; i < hex.size(); i += 4) sum += std::stoul(hex.substr(i, 4), nullptr, 16);
  return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

TEST(PacketText, FillsInWhatFollows) {
  const std::string udp = Made(
      "eth dst=02:00:00:00:00:0a / ipv4 src=10.0.0.1 dst=10.0.0.9 / udp sport=1 dport=2 / 0102");
  EXPECT_EQ(udp.substr(0, 28), "02000000000a0200000000010800");
  EXPECT_EQ(udp.substr(28, 20), "4500001e000100004011");
  EXPECT_EQ(udp.substr(52, 16), "0a0000010a000009");
  EXPECT_EQ(udp.substr(68, 12), "00010002000a");
  EXPECT_EQ(udp.substr(84), "0102");
  EXPECT_TRUE(SumsToOnes(udp.substr(28, 40)));
  // Pseudo header, then the datagram.
  EXPECT_TRUE(SumsToOnes("0a0000010a0000090011000a" + udp.substr(68)));
  const std::string six = Made("eth / ipv6 src=2001:db8::1 dst=::2 / icmp6 / \"ab\"");
  EXPECT_EQ(six.substr(24, 24), "86dd60000000000a3a402001");
  EXPECT_TRUE(SumsToOnes(six.substr(44, 64) + "0000000a0000003a" + six.substr(108)));
  EXPECT_EQ(Made("eth / vlan id=5 / arp op=2").substr(24, 12), "810000050806");
  EXPECT_EQ(Made("eth / ipv4 checksum=0x1234 / zeros 3").substr(48, 4), "1234");
  EXPECT_EQ(Made("00 01 / zeros 2"), "00010000");
}

TEST(PacketText, TcpAndIcmpChecksumsAndArp) {
  const std::string tcp = Made("eth / ipv4 src=10.0.0.1 dst=10.0.0.9 / tcp flags=2 / \"odd\" / 00");
  EXPECT_TRUE(SumsToOnes("0a0000010a00000900060018" + tcp.substr(68)));
  const std::string icmp = Made("eth / ipv4 / icmp / 0102");
  EXPECT_EQ(icmp.substr(46, 2), "01");  // protocol
  EXPECT_TRUE(SumsToOnes(icmp.substr(68)));
  EXPECT_EQ(
      Made("eth dst=ff:ff:ff:ff:ff:ff src=02:00:00:00:00:07 / arp sender_mac=02:00:00:00:00:07 "
           "sender_ip=10.0.0.7 target_ip=10.0.0.8"),
      "ffffffffffff020000000007080600010800060400010200000000070a0000070000000000000a000008");
}

TEST(PacketText, SaysWhatIsWrong) {
  EXPECT_EQ(Build("eth / ipv5").error().message().substr(0, 36),
            "'ipv5' is neither a header nor paylo");
  EXPECT_EQ(Build("vlan id=4096").error().message(),
            "vlan.id wants a value of 12 bits, got '4096'");
  EXPECT_FALSE(Build("eth colour=3").has_value());
  EXPECT_FALSE(Build("eth / / ipv4").has_value());
  EXPECT_FALSE(FromText("abc").has_value());
  EXPECT_EQ(Build("eth / zeros 1048570").error().message(), "a packet may have 1048576 bytes");
  EXPECT_EQ(*FromText("0x61 62:63"), "abc");
}

TEST(Dissect, NamesFields) {
  const std::string packet = *Build("eth / vlan / ipv4 ttl=7 / tcp dport=443 / \"xyz\"");
  EXPECT_EQ(FieldAt(packet, 0), "eth.dst");
  EXPECT_EQ(FieldAt(packet, (14 + 4 + 8) * 8), "ipv4.ttl");
  EXPECT_EQ(FieldAt(packet, (14 + 4 + 20 + 2) * 8), "tcp.dport");
  EXPECT_EQ(FieldAt(packet, (14 + 4 + 20 + 20 + 1) * 8), "payload byte 1");
  EXPECT_EQ(FieldAt(packet, packet.size() * 8), "beyond the end");
  EXPECT_EQ(Describe(packet), "eth / vlan / ipv4 ttl=7 / tcp dport=0x1bb / 3 bytes 78797a");
  EXPECT_EQ(*Build("eth / vlan / ipv4 ttl=7 / tcp dport=0x1bb / 78797a"), packet);
  std::string other = packet;
  other[14 + 4 + 8] = 6;
  EXPECT_EQ(Difference(packet, other), "byte 26 (ipv4.ttl): expected 07, received 06");
  EXPECT_EQ(Difference(packet, packet), "");
  EXPECT_EQ(Difference(packet, packet + "a"), "expected 61 bytes, received 62");
}

TEST(Dissect, CutPacketsAreFine) {
  const std::string packet = *Build("eth / ipv4 / udp / vxlan / eth / ipv6 / tcp / \"data\"");
  EXPECT_EQ(Dissect(packet).size(), 7u);
  for (size_t size = 0; size <= packet.size(); ++size) {
    std::string cut = packet.substr(0, size);
    EXPECT_FALSE(Describe(cut).empty() && size != 0);
    FixChecksums(cut);
  }
}

TEST(Values, ThereAndBack) {
  for (const auto& [form, text, bits] : {std::tuple{Form::kMac, "02:00:00:00:0a:ff", 48u},
                                         {Form::kIp4, "10.1.2.3", 32u},
                                         {Form::kIp6, "2001:db8::1", 128u}}) {
    const auto value = ParseValue(form, text);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(FormatValue(form, *value, bits), text);
  }
  EXPECT_FALSE(ParseValue(Form::kMac, "02:00:00:00:0a").has_value());
  EXPECT_FALSE(ParseValue(Form::kIp4, "10.1.2.300").has_value());
  EXPECT_FALSE(ParseValue(Form::kIp6, "1::2::3").has_value());
}

}  // namespace
}  // namespace ipdk::packet
