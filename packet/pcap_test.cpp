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

// The check sequence's length and reserved bits stand above the link type.
TEST(Pcap, ReservedBitsAreIgnoredAndOtherLinksRefused) {
  std::string file = PcapHeader() + PcapRecord({7, 4, "abcd"});
  file[23] = 0x24;
  file[22] = 1;
  auto reader = PcapReader::Open(file);
  ASSERT_TRUE(reader.has_value()) << reader.error().ToString();
  CapturedView view;
  ASSERT_TRUE(*reader->Next(view));
  EXPECT_EQ(view.bytes.data(), file.data() + 40);
  EXPECT_EQ(view.bytes, "abcd");
  file[20] = 113;
  EXPECT_EQ(PcapReader::Open(file).error().message(),
            "the capture has link type 113, wanted is 1 (Ethernet)");
}

// Every cut of a file: packets that are whole, then the end or an error, never half a packet.
TEST(Pcap, EveryCutIsReported) {
  const std::string file = PcapHeader() + PcapRecord({1, 4, "abcd"}) + PcapRecord({2, 3, "xyz"});
  for (size_t size = 24; size < file.size(); ++size) {
    auto reader = PcapReader::Open(std::string_view(file).substr(0, size));
    ASSERT_TRUE(reader.has_value());
    size_t whole = 0;
    Captured packet;
    auto more = reader->Next(packet);
    for (; more && *more; more = reader->Next(packet)) ++whole;
    EXPECT_EQ(more.has_value(), size == 24 || size == 44) << size;
    EXPECT_EQ(whole, size < 44 ? 0u : 1u) << size;
  }
}

TEST(Pcap, RefusesWhatIsBroken) {
  EXPECT_FALSE(PcapReader::Open("short").has_value());
  EXPECT_FALSE(PcapReader::Open(std::string(24, 'x')).has_value());
  const std::string file = PcapHeader() + PcapRecord({1, 4, "abcd"});
  Captured packet;
  auto cut = PcapReader::Open(std::string_view(file).substr(0, file.size() - 1));
  auto next = cut->Next(packet);
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().message(),
            "the file ends inside packet 1: it has 4 bytes, the file only 3 more");
  std::string huge = file;
  huge[24 + 8 + 3] = 0x7f;
  auto reader = PcapReader::Open(huge);
  EXPECT_FALSE(reader->Next(packet).has_value());
  EXPECT_EQ(ReadPcap("/nonexistent/x.pcap").error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace ipdk::packet
