#include "targets/cpu/run/running.h"

namespace ipdk::cpu {
namespace {

TEST(Workers, CarryInOrderAndSleep) {
  for (uint32_t count : {1u, 3u}) {
    Running run(count);
    MemoryPort* a = run.AddMemory(1);
    MemoryPort* b = run.AddMemory(2);
    b->Keep(true);
    for (uint32_t i = 0; i < 5000; ++i) a->Inject(Frame(i));
    std::vector<std::string> all;
    ASSERT_TRUE(Eventually([&] {
      for (auto& frame : b->TakeSent()) all.push_back(std::move(frame));
      return all.size() >= 5000;
    }));
    for (uint32_t i = 0; i < 5000; ++i) ASSERT_EQ(all[i], Frame(i));
    uint64_t packets = 0, sleeps = 0;
    for (auto& s : run.workers->Statistics()) packets += s.packets, sleeps += s.sleeps;
    EXPECT_EQ(packets, 5000u);
    EXPECT_GT(sleeps, 0u);
  }
}

TEST(Workers, ControllerBothWays) {
  Running run(1);
  MemoryPort* zero = run.AddMemory(0);
  MemoryPort* one = run.AddMemory(1);
  one->Keep(true);
  ASSERT_TRUE(run.workers->FromController("packet-out to port one").has_value());
  std::vector<std::string> sent;
  ASSERT_TRUE(Eventually([&] {
    sent = one->TakeSent();
    return !sent.empty();
  }));
  EXPECT_EQ(sent[0], "packet-out to port one");
  zero->Inject("to the controller");
  EXPECT_TRUE(Eventually([&] {
    std::lock_guard lock(run.mutex);
    return run.to_controller.size() == 1 && run.to_controller[0] == "to the controller";
  }));
  EXPECT_FALSE(run.workers->FromController(std::string(100'000, 'x')).has_value());
}

TEST(Workers, DropsAreCountedByReason) {
  Running run(1, 1024, false);
  MemoryPort* five = run.AddMemory(5);
  auto count = [&](std::string_view reason) -> uint64_t {
    for (auto& drop : run.workers->Drops())
      if (drop.reason == reason) return drop.packets;
    return 0;
  };
  five->Inject(Frame(0));
  EXPECT_TRUE(Eventually([&] { return count(DropText(Drop::kNoProgram)) == 1; }));
  run.workers->Replace(run.Wire());
  five->Inject(Frame(0));
  five->Inject(Frame(0));
  EXPECT_TRUE(Eventually([&] { return count(DropText(Drop::kNoSuchPort)) == 2; }));
  // Counts survive a change of program.
  run.workers->Replace(run.Wire());
  EXPECT_EQ(count(DropText(Drop::kNoSuchPort)), 2u);
}

TEST(Workers, SwapsLoseNothing) {
  Running run(2);
  MemoryPort* a = run.AddMemory(1);
  MemoryPort* b = run.AddMemory(2);
  b->Keep(true);
  std::thread source([&] {
    for (uint32_t i = 0; i < 20'000; ++i) {
      a->Inject(Frame(i));
      if (i % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  });
  for (int i = 0; i < 200; ++i) {
    auto old = run.workers->Replace(run.Wire());
    ASSERT_NE(old, nullptr);
    EXPECT_EQ(old.use_count(), 1);  // nobody uses it any more
    if (i % 10 == 0) {
      run.workers->Park();
      run.workers->Unpark();
    }
  }
  source.join();
  std::vector<std::string> all;
  EXPECT_TRUE(Eventually([&] {
    for (auto& frame : b->TakeSent()) all.push_back(std::move(frame));
    return all.size() == 20'000;
  }));
  for (uint32_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], Frame(i));
}

TEST(Workers, PortsComeAndGoWhilePacketsFlow) {
  Running run(2);
  MemoryPort* a = run.AddMemory(1);
  MemoryPort* b = run.AddMemory(2);
  std::atomic<bool> stop{false};
  std::thread source([&] {
    while (!stop) {
      a->Inject(Frame(1));
      b->Inject(Frame(2));
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  });
  for (uint32_t i = 0; i < 300; ++i) {
    run.AddMemory(100 + i % 7)->Inject(Frame(i));
    run.workers->Detach(100 + i % 7);
    EXPECT_EQ(run.lines.back().use_count(), 1);
    run.lines.pop_back();
  }
  stop = true;
  source.join();
}

TEST(Workers, AThousandIdlePortsCostNothing) {
  Running run(2);
  for (uint32_t i = 1; i <= 1000; ++i) run.AddMemory(i);
  auto* last = static_cast<MemoryPort*>(&run.lines.back()->port());
  auto* peer = static_cast<MemoryPort*>(&run.lines[998]->port());
  peer->Keep(true);
  last->Inject(Frame(7));
  EXPECT_TRUE(Eventually([&] { return !peer->TakeSent().empty(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  double before = CpuSeconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_LT(CpuSeconds() - before, 0.02);  // 1 % of two cores, in the sanitizer build
  for (uint32_t i = 1; i <= 1000; ++i) run.workers->Detach(i);
}

}  // namespace
}  // namespace ipdk::cpu
