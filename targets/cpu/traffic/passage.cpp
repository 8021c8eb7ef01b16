#include "targets/cpu/traffic/passage.h"

#include <algorithm>

#include "targets/cpu/traffic/offload.h"

namespace ipdk::cpu {

Passage::Passage(const Pipeline& pipeline, Buffers& buffers, const TrafficOptions& options,
                 Traffic::Drops& drops)
    : pipeline_(pipeline),
      buffers_(buffers),
      options_(options),
      drops_(drops),
      worker_(pipeline.MakeWorker(options.worker)),
      frames_(pipeline.frame_bytes()),
      prefix_(std::max<uint32_t>(pipeline.parse_bytes(), 128)),
      next_id_(static_cast<uint64_t>(options.worker) << 48) {
  const ir::Program& program = pipeline.program();
  for (size_t i = 0; i < masks_.size(); ++i) {
    const ir::VarId var = program.roles[i];
    if (!var.valid()) continue;
    const uint32_t width = program.vars[var].width;
    masks_[i] = width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
  }
}

void Passage::Finish(Packet* packet) {
  packet->preserved = false;
  packet->random_calls = 0;
  if (packet->offload.gso == Offload::Gso::kNone) {
    if ((packet->offload.flags & Offload::kNeedsChecksum) != 0) CompleteChecksum(*packet);
    packet->offload = Offload{};
    packet->id = next_id_++;
    admitted_.push_back(packet);
    return;
  }
  SegmentPlan plan;
  Packet* cut[64];
  const uint32_t count =
      PlanSegments(*packet, &plan) ? CutSegments(*packet, plan, buffers_, cut, 64) : 0;
  if (count == 0) Count(Drop::kOffload);
  for (uint32_t i = 0; i < count; ++i) {
    cut[i]->preserved = false;
    cut[i]->random_calls = 0;
    cut[i]->offload = Offload{};
    cut[i]->id = next_id_++;
    admitted_.push_back(cut[i]);
  }
  buffers_.Free(packet);
}

bool Passage::Ready(Packet*& packet, bool exclusive) {
  const uint32_t contiguous = std::min(packet->total_length, pipeline_.parse_bytes());
  const uint32_t own = std::max(contiguous, std::min(packet->total_length, prefix_));
  const bool shared = exclusive && packet->total_length > Buffers::kSmallBytes;
  if (shared || packet->length < contiguous || (packet->chain != nullptr && packet->length < own)) {
    if (!buffers_.Unshare(*packet, own)) {
      Discard(packet,
              packet->total_length > Buffers::kSmallBytes ? Drop::kTooLong : Drop::kNoBuffer);
      return false;
    }
  }
  if (packet->headroom < pipeline_.growth_bytes() && packet->headroom < Buffers::kHeadroom) {
    Packet* roomy = buffers_.Copy(*packet, prefix_);
    if (roomy == nullptr) {
      Discard(packet, Drop::kNoBuffer);
      return false;
    }
    roomy->frame = packet->frame;
    packet->frame = nullptr;
    buffers_.Free(packet);
    packet = roomy;
  }
  if (packet->frame == nullptr) packet->frame = frames_.Take();
  packet->received_length = packet->total_length;
  packet->verdict = Verdict::kNone;
  return true;
}

Packet* Passage::Copy(const Packet& from) {
  Packet* copy = buffers_.Copy(from, std::max(prefix_, from.parsed));
  if (copy == nullptr) Count(Drop::kNoBuffer);
  return copy;
}

Packet* Passage::CopyWithFields(const Packet& bytes, const Packet& state, uint32_t field_list) {
  Packet* copy = Copy(bytes);
  if (copy == nullptr) return nullptr;
  copy->frame = frames_.Take();
  pipeline_.PreserveFields(state, *copy, field_list);
  return copy;
}

Packet* Passage::CopyWithFrame(const Packet& from) {
  Packet* copy = Copy(from);
  if (copy == nullptr) return nullptr;
  copy->frame = frames_.Take();
  pipeline_.CopyFrame(from, *copy, Keep::kAll, 0);
  return copy;
}

void Passage::Discard(Packet* packet, Drop reason) {
  Count(reason);
  Release(packet);
}

void Passage::Release(Packet* packet) {
  GiveFrame(packet);
  buffers_.Free(packet);
}

void Passage::GiveFrame(Packet* packet) {
  if (packet->frame != nullptr) frames_.Give(packet->frame);
  packet->frame = nullptr;
}

bool Passage::Failed(Packet* packet) {
  switch (packet->verdict) {
    case Verdict::kStepLimit:
      Discard(packet, Drop::kStepLimit);
      return true;
    case Verdict::kAssert:
      Discard(packet, Drop::kAssert);
      return true;
    case Verdict::kNoHeadroom:
      Discard(packet, Drop::kNoHeadroom);
      return true;
    default:
      return false;
  }
}

void Passage::Drain() {
  if (worker_->requests.empty()) return;
  if (options_.listener != nullptr) {
    for (const Request& request : worker_->requests)
      options_.listener->OnRequest(pipeline_.request_sites()[request.site],
                                   {worker_->request_bytes.data() + request.offset, request.size});
  }
  worker_->requests.clear();
  worker_->request_bytes.clear();
}

}  // namespace ipdk::cpu
