#include "packet/pcap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/integer.h"

namespace ipdk::packet {
namespace {

TEST(Pcap, WhatIsWrittenIsRead) {
  const std::string path =
      testing::TempDir() + "ipdk_pcap_test_" + std::to_string(getpid()) + ".pcap";
  const std::vector<Captured> packets = {{1'500'000'001, 3, "abc"}, {2, 100, "cut"}, {3, 0, ""}};
  ASSERT_TRUE(WritePcap(path, packets).has_value());
  auto read = ReadPcap(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(read.has_value()) << read.error().ToString();
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].bytes, "abc");
  EXPECT_EQ((*read)[0].time_ns, 1'500'000'001u);
  EXPECT_EQ((*read)[1].original_bytes, 100u);
  EXPECT_EQ((*read)[2].bytes, "");
}

TEST(Pcap, TheOtherByteOrderAndMicroseconds) {
  const std::string file = *FromHex(
      "a1b2c3d4"
      "0002"
      "0004"
      "00000000"
      "00000000"
      "0000ffff"
      "00000001"
      "00000001"
      "00000005"
      "00000002"
      "00000002"
      "beef");
  auto reader = PcapReader::Open(file);
  ASSERT_TRUE(reader.has_value());
  Captured packet;
  ASSERT_TRUE(*reader->Next(packet));
  EXPECT_EQ(packet.time_ns, 1'000'005'000u);
  EXPECT_EQ(ToHex(packet.bytes), "beef");
  EXPECT_FALSE(*reader->Next(packet));
}

TEST(Pcap, RefusesWhatIsBroken) {
  EXPECT_FALSE(PcapReader::Open("short").has_value());
  EXPECT_FALSE(PcapReader::Open(std::string(24, 'x')).has_value());
  const std::string file = PcapHeader() + PcapRecord({1, 4, "abcd"});
  Captured packet;
  auto cut = PcapReader::Open(std::string_view(file).substr(0, file.size() - 1));
  auto next = cut->Next(packet);
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().message(), "packet 1 has 4 bytes, the file only 3 more");
  std::string huge = file;
  huge[24 + 8 + 3] = 0x7f;
  auto reader = PcapReader::Open(huge);
  EXPECT_FALSE(reader->Next(packet).has_value());
  EXPECT_EQ(ReadPcap("/nonexistent/x.pcap").error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace ipdk::packet
