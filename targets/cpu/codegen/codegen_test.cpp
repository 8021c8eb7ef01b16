// Programs in text, on the interpreter and as native code, in bursts of 1, 2, 31 and 32, with flows
// that repeat.

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"
#include "targets/cpu/codegen/differential.h"

namespace ipdk::cpu::codegen {
namespace {

ir::Compiled Read(const std::string& path) {
  std::ifstream in(std::string(IPDK_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  auto compiled = ir::ParseText(text.str());
  EXPECT_TRUE(compiled.has_value()) << compiled.error().ToString();
  if (!compiled) return {};
  auto status = ir::Verify(*compiled);
  EXPECT_TRUE(status.has_value()) << status.error().ToString();
  return std::move(*compiled);
}

void Compare(const ir::Compiled& compiled, const std::vector<TestPacket>& packets) {
  for (const bool host : {true, false})
    for (const uint32_t burst : {1u, 2u, 31u, 32u}) {
      DifferentialOptions options;
      options.burst = burst;
      options.host_cpu = host;
      auto both = Differential::Make(compiled, options);
      ASSERT_TRUE(both.has_value()) << both.error().ToString();
      auto status = (*both)->Run(packets);
      ASSERT_TRUE(status.has_value()) << "burst of " << burst << ": " << status.error().ToString();
      status = (*both)->CompareState();
      ASSERT_TRUE(status.has_value()) << "burst of " << burst << ": " << status.error().ToString();
    }
}

std::string Random(std::mt19937_64& rng, size_t bytes) {
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(rng());
  return out;
}

TEST(Codegen, Router) {
  const ir::Compiled compiled = Read("pipeline/ir/testdata/router.ir");
  std::mt19937_64 rng(1);
  std::vector<TestPacket> packets;
  for (int i = 0; i < 200; ++i) {
    std::string bytes = Random(rng, 14 + 20 + rng() % 30);
    if (rng() % 4) bytes[12] = 8, bytes[13] = 0;
    if (rng() % 2) bytes[30] = 10;
    packets.push_back({static_cast<uint32_t>(rng() % 4), bytes});
    if (rng() % 3 == 0) packets.push_back(packets[rng() % packets.size()]);
  }
  for (size_t cut = 0; cut < 60; ++cut) packets.push_back({1, packets[0].bytes.substr(0, cut)});
  Compare(compiled, packets);
}

TEST(Codegen, Flow) {
  const ir::Compiled compiled = Read("pipeline/eval/testdata/flow.ir");
  std::mt19937_64 rng(2);
  std::vector<TestPacket> packets;
  for (int i = 0; i < 300; ++i) {
    std::string bytes = Random(rng, rng() % 20);
    if (!bytes.empty()) bytes[0] = static_cast<char>(rng() % 15);
    if (bytes.size() > 1) bytes[1] = static_cast<char>(rng() % 6);
    packets.push_back({static_cast<uint32_t>(rng() % 4), bytes});
  }
  Compare(compiled, packets);
}

TEST(Codegen, Shapes) {
  const ir::Compiled compiled = Read("targets/cpu/codegen/testdata/shapes.ir");
  std::mt19937_64 rng(3);
  std::vector<TestPacket> packets;
  for (int i = 0; i < 1500; ++i) {
    std::string bytes = Random(rng, 12);
    for (uint64_t tags = rng() % 5; tags > 0; --tags) {
      if (rng() % 6 == 0) {
        const uint8_t skip = static_cast<uint8_t>(2 + rng() % 5);
        bytes += std::string("\x91", 1) + Random(rng, 1) + static_cast<char>(skip) +
                 Random(rng, skip - 1u);
        break;
      }
      bytes += std::string("\x81\x00", 2) + Random(rng, 2);
    }
    bytes += std::string("\x08\x00", 2);
    std::string ip = Random(rng, 20);
    const uint8_t ihl = rng() % 3 == 0 ? static_cast<uint8_t>(rng() % 16) : 5;
    ip[0] = static_cast<char>(0x40 | ihl);
    if (rng() % 4) ip[1] = static_cast<char>((ip[1] & 0xf0) | static_cast<char>(rng() % 10));
    if (rng() % 2) ip[12] = static_cast<char>(rng() % 2 ? 192 : 7);
    if (rng() % 8) ip[16] = 10, ip[17] = static_cast<char>(rng() % 3);
    if (rng() % 8 == 0) ip[18] = 2, ip[19] = 3;
    bytes += ip + Random(rng, rng() % 70);
    if (rng() % 20 == 0) bytes.resize(rng() % bytes.size());
    packets.push_back({static_cast<uint32_t>(rng() % 512), bytes});
    if (rng() % 3 == 0) packets.push_back(packets[rng() % packets.size()]);
  }
  Compare(compiled, packets);
}

}  // namespace
}  // namespace ipdk::cpu::codegen
