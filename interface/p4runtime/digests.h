#pragma once
// Digests on their way to the primary controller (P4Runtime 1.5, 9.8): gathered into lists until a
// list is full or old enough, and not told again while a list that held the same message is neither
// acknowledged nor timed out. Any thread; one thread of its own watches the time.
//
// Messages go as fast as the controller may lose them: a digest that is not configured, or that
// comes faster than lists can be sent, is dropped.

#include <p4/v1/p4runtime.pb.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace ipdk::p4runtime {

struct DigestConfig {
  uint64_t max_timeout_ns = 0;
  uint32_t max_list_size = 0;  // 0: no limit of its own
  uint64_t ack_timeout_ns = 0;
};

// A digest's leaves (bytes as in tdi/event.h) as the data of its type.
Result<p4::v1::P4Data> ToDigestData(const schema::Schema& schema, const schema::Digest& digest,
                                    std::string_view leaves);

class DigestSender {
 public:
  using Send = std::function<void(p4::v1::DigestList&&)>;
  explicit DigestSender(Send send);
  ~DigestSender();
  DigestSender(const DigestSender&) = delete;
  DigestSender& operator=(const DigestSender&) = delete;

  void Configure(uint32_t digest, const DigestConfig& config);
  void Remove(uint32_t digest);
  void Clear();  // another program
  bool Wants(uint32_t digest) const;
  // NOT_FOUND if the digest is not configured. A list that is not known (any more) is no error.
  Status Acknowledge(uint32_t digest, uint64_t list);
  void Add(uint32_t digest, p4::v1::P4Data&& data, uint64_t time_ns);

 private:
  using Clock = std::chrono::steady_clock;
  struct Sent {
    Clock::time_point forget;
    std::vector<std::string> messages;
  };
  struct Digest {
    DigestConfig config;
    std::vector<p4::v1::P4Data> gathered;
    std::set<std::string> distinct;  // of `gathered`
    uint64_t time_ns = 0;
    Clock::time_point due;
    std::map<uint64_t, Sent> sent;  // by list, not acknowledged
    std::set<std::string> cache;    // of all in `sent`
  };
  void Loop();
  void Flush(uint32_t id, Digest& digest);
  static void Forget(Digest& digest, uint64_t list);

  const Send send_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<uint32_t, Digest> digests_;
  uint64_t next_list_ = 1;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ipdk::p4runtime
