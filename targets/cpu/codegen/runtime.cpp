// What generated code calls instead of doing it inline: operations by the bit, very wide
// arithmetic, the deparser when bytes must move, hashes, meters and messages. Each is reached by
// name through the table at the end.

#include <gmp.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "pipeline/externs/hash.h"
#include "pipeline/externs/random.h"
#include "targets/cpu/codegen/abi.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu::codegen {
namespace {

// Eight bits from any bit position. `limit` is one past the last byte that may be read.
inline uint32_t ByteAt(const uint8_t* base, uint64_t bit, uint64_t last_byte) {
  const uint64_t byte = bit / 8;
  const uint32_t two = uint32_t{base[byte]} << 8 | (byte < last_byte ? base[byte + 1] : 0);
  return two >> (8 - bit % 8) & 0xff;
}

void CopyBits(uint8_t* to, const uint8_t* from, uint64_t offset, uint64_t bits) {
  if (bits == 0) return;
  const uint64_t last = (offset + bits - 1) / 8;
  if (offset % 8 == 0) {
    std::memcpy(to, from + offset / 8, (bits + 7) / 8);
  } else {
    for (uint64_t done = 0; done < bits; done += 8)
      to[done / 8] = static_cast<uint8_t>(ByteAt(from, offset + done, last));
  }
  if (bits % 8 != 0) to[bits / 8] &= static_cast<uint8_t>(0xff00 >> bits % 8);
}

// Bits of `from` (from its first bit) to a bit position, leaving the bits around them.
void PutBits(uint8_t* to, uint64_t offset, const uint8_t* from, uint64_t bits) {
  uint64_t done = 0;
  while (done < bits) {
    const uint64_t at = offset + done;
    const uint32_t room = 8 - at % 8;
    const auto take = static_cast<uint32_t>(std::min<uint64_t>(room, bits - done));
    const uint32_t value = ByteAt(from, done, (bits - 1) / 8) >> (8 - take);
    const uint32_t shift = room - take;
    const uint32_t mask = ((1u << take) - 1) << shift;
    to[at / 8] = static_cast<uint8_t>((to[at / 8] & ~mask) | value << shift);
    done += take;
  }
}

// A little-endian number's low bits as a bit string from the first bit, and back.
void ToString(const uint8_t* little, uint64_t bits, uint8_t* out) {
  const uint64_t bytes = (bits + 7) / 8;
  const auto shift = static_cast<uint32_t>(bytes * 8 - bits);
  uint32_t carry = 0;
  for (uint64_t i = 0; i < bytes; ++i) {
    const uint32_t value = uint32_t{little[i]} << shift | carry;
    out[bytes - 1 - i] = static_cast<uint8_t>(value);
    carry = value >> 8;
  }
}

class Scratch {
 public:
  explicit Scratch(uint64_t bytes) {
    if (bytes > sizeof small_) large_.resize(bytes);
  }
  uint8_t* data() { return large_.empty() ? small_ : large_.data(); }

 private:
  uint8_t small_[1024];
  std::vector<uint8_t> large_;
};

}  // namespace

extern "C" {

void ipdk_read_bits(const uint8_t* base, uint64_t offset, uint64_t bits, uint8_t* out,
                    uint64_t out_bytes) {
  std::memset(out, 0, out_bytes);
  if (bits == 0) return;
  const uint64_t last = (offset + bits - 1) / 8;
  // From the last bit backwards, eight at a time.
  for (uint64_t done = 0; done < bits && done / 8 < out_bytes; done += 8) {
    const uint64_t left = bits - done;
    if (left >= 8) {
      out[done / 8] = static_cast<uint8_t>(ByteAt(base, offset + left - 8, last));
    } else {
      out[done / 8] = static_cast<uint8_t>(ByteAt(base, offset, last) >> (8 - left));
    }
  }
}

void ipdk_write_bits(uint8_t* base, uint64_t offset, uint64_t bits, const uint8_t* little) {
  if (bits == 0) return;
  Scratch scratch((bits + 7) / 8);
  // Right-aligned bytes, whose first bits are not the number's.
  ToString(little, bits, scratch.data());
  PutBits(base, offset, scratch.data(), bits);
}

void ipdk_copy_bits(uint8_t* to, const uint8_t* from, uint64_t offset, uint64_t bits) {
  CopyBits(to, from, offset, bits);
}

void ipdk_assign_varbit(uint8_t* slot, const uint8_t* base, uint64_t slot_bytes, uint64_t before,
                        uint64_t after, uint64_t old_bits, const uint8_t* value,
                        uint64_t new_bits) {
  Scratch tail((after + 7) / 8 + 1);
  CopyBits(tail.data(), base, before + old_bits, after);
  if (slot != base) std::memcpy(slot, base, (before + 7) / 8);
  ipdk_write_bits(slot, before, new_bits, value);
  PutBits(slot, before + new_bits, tail.data(), after);
}

uint64_t ipdk_emit(Context* context, uint64_t done, const uint8_t* from, uint64_t bytes) {
  if (done + bytes > kDeparseBytes) return kDeparseBytes + 1;
  std::memcpy(context->deparse + done, from, bytes);
  return done + bytes;
}

uint64_t ipdk_emit_bits(Context* context, uint64_t done, const uint8_t* from, uint64_t bits) {
  if (done + bits > uint64_t{kDeparseBytes} * 8) return uint64_t{kDeparseBytes} * 8 + 1;
  if (done % 8 == 0) {
    CopyBits(context->deparse + done / 8, from, 0, bits);
  } else {
    PutBits(context->deparse, done, from, bits);
    // What follows the last bit is zero, as it is where CopyBits wrote.
    const uint64_t end = done + bits;
    if (end % 8 != 0) context->deparse[end / 8] &= static_cast<uint8_t>(0xff00 >> end % 8);
  }
  return done + bits;
}

// `start` .. `end` is the piece not yet in scratch; it may lie in the packet, before the payload or
// elsewhere.
void ipdk_deparse(Context* context, Packet* packet, uint8_t* start, uint8_t* end, uint64_t emitted,
                  uint8_t* payload) {
  uint8_t* head = payload;
  if (start != nullptr && end == payload && emitted <= kDeparseBytes) {
    head = start;  // where it should be already
  } else if (start != nullptr) {
    emitted = ipdk_emit(context, emitted, start, static_cast<uint64_t>(end - start));
  }
  uint8_t* const front = packet->data - packet->headroom;
  if (emitted > kDeparseBytes || emitted > static_cast<uint64_t>(head - front)) {
    packet->verdict = Verdict::kNoHeadroom;
    return;
  }
  std::memcpy(head - emitted, context->deparse, emitted);
  head -= emitted;
  const auto grown = static_cast<uint32_t>(packet->data - head);  // modulo 2^32 when it shrank
  packet->parsed = static_cast<uint32_t>(payload - head);
  packet->headroom -= grown;
  packet->length += grown;
  packet->total_length += grown;
  packet->offload.checksum_start = static_cast<uint16_t>(packet->offload.checksum_start + grown);
  packet->data = head;
}

// The whole packet is rebuilt behind the emitted bits, its last byte filled with zeros.
void ipdk_deparse_bits(Context* context, Packet* packet, uint64_t emitted, uint64_t cursor) {
  if (emitted > uint64_t{kDeparseBytes} * 8) {
    packet->verdict = Verdict::kNoHeadroom;
    return;
  }
  if (emitted % 8 == 0 && cursor % 8 == 0) {
    ipdk_deparse(context, packet, nullptr, nullptr, emitted / 8, packet->data + cursor / 8);
    packet->parsed_bits = 0;
    return;
  }
  const uint64_t rest = uint64_t{packet->length} * 8 - cursor;
  const uint64_t bytes = (emitted + rest + 7) / 8;
  if (bytes > uint64_t{packet->length} + packet->headroom) {
    packet->verdict = Verdict::kNoHeadroom;
    return;
  }
  Scratch payload((rest + 7) / 8 + 1), whole(bytes + 1);
  CopyBits(payload.data(), packet->data, cursor, rest);
  std::memset(whole.data(), 0, bytes);
  PutBits(whole.data(), 0, context->deparse, emitted);
  PutBits(whole.data(), emitted, payload.data(), rest);
  uint8_t* head = packet->data + packet->length - bytes;
  std::memcpy(head, whole.data(), bytes);
  const auto grown = static_cast<uint32_t>(packet->data - head);
  packet->parsed = static_cast<uint32_t>(emitted / 8);
  packet->parsed_bits = static_cast<uint8_t>(emitted % 8);
  packet->headroom -= grown;
  packet->length += grown;
  packet->total_length += grown;
  packet->offload.checksum_start = static_cast<uint16_t>(packet->offload.checksum_start + grown);
  packet->data = head;
}

uint32_t ipdk_meter(MeterArray* meter, uint64_t index, const Packet* packet, uint32_t before,
                    uint32_t bytes) {
  return meter->Execute(index, packet->receive_ns, bytes, before);
}

uint32_t ipdk_add_entry(Context* context, const Packet* packet, engines::Learned* learned,
                        uint32_t table, const uint8_t* record, uint64_t profile) {
  const LearnSlot& slot = context->learn[table];
  return !slot.hit && learned->Add(slot.key, record, profile, packet->receive_ns);
}

// profile UINT64_MAX: only the timer is restarted.
void ipdk_expire(Context* context, const Packet* packet, engines::Learned* learned, uint32_t table,
                 uint64_t profile) {
  const LearnSlot& slot = context->learn[table];
  if (slot.entry == nullptr) return;
  if (profile == UINT64_MAX)
    learned->Restart(*slot.entry, packet->receive_ns);
  else
    learned->SetExpireTime(*slot.entry, profile, packet->receive_ns);
}

uint32_t ipdk_is_host_port(Context* context, uint32_t port) {
  const auto* ports = context->worker->host_ports;
  return ports != nullptr && ports->contains(port);
}

uint32_t ipdk_hash(uint32_t algorithm, const uint8_t* data, uint64_t size) {
  return externs::Hash(static_cast<ir::HashAlgorithm>(algorithm), data, size);
}

// cursor UINT64_MAX: no payload.
void ipdk_hash_payload(uint32_t algorithm, const uint8_t* data, uint64_t bits, const Packet* packet,
                       uint64_t cursor, uint8_t* out, uint64_t out_bytes) {
  const uint64_t from = cursor == UINT64_MAX ? packet->length : (cursor + 7) / 8;
  const uint8_t* rest = packet->data + from;
  const uint64_t rest_bytes = packet->length - from;
  const auto which = static_cast<ir::HashAlgorithm>(algorithm);
  std::memset(out, 0, out_bytes);
  const bool sum =
      which == ir::HashAlgorithm::kCsum16 || which == ir::HashAlgorithm::kOnesComplement16;
  if (sum && bits % 16 == 0) {
    const uint64_t state =
        externs::Sum16Update(externs::Sum16Update(0, data, bits / 8), rest, rest_bytes);
    const uint16_t result = externs::Sum16Finish(state);
    std::memcpy(out, &result, std::min<uint64_t>(sizeof result, out_bytes));
    return;
  }
  externs::BitJoiner joined;
  joined.AppendBytes({data, bits / 8});
  if (bits % 8 != 0) joined.Append(uint64_t{data[bits / 8]} >> (8 - bits % 8), bits % 8);
  joined.AppendBytes({rest, rest_bytes});
  const Integer result = Truncate(externs::Hash(which, joined), out_bytes * 8);
  const std::string big = ToBytes(result, out_bytes);
  std::reverse_copy(big.begin(), big.end(), out);
}

uint64_t ipdk_random(Packet* packet, uint64_t low, uint64_t high, uint64_t seed, uint32_t site,
                     uint32_t width) {
  const uint32_t call = packet->random_calls++;
  return externs::Random64(low, high, seed, packet->id, site, call);
}

void ipdk_random_wide(Packet* packet, const uint8_t* low, const uint8_t* high, uint8_t* out,
                      uint32_t width, uint64_t seed, uint32_t site) {
  const Integer value =
      externs::Random(layout::LoadScalar(low, width), layout::LoadScalar(high, width), width, seed,
                      packet->id, site, packet->random_calls++);
  layout::StoreScalar(out, width, Truncate(value, width));
}

// Where to write the leaves, or null when the burst's space is used up.
uint8_t* ipdk_request(Context* context, const Packet* packet, uint32_t arrival, uint32_t site,
                      uint32_t bytes) {
  Worker& worker = *context->worker;
  if (worker.requests.size() == worker.requests.capacity() ||
      worker.request_bytes.size() + bytes > worker.request_bytes.capacity()) {
    ++worker.requests_lost;
    return nullptr;
  }
  struct Request request;
  request.site = site;
  request.arrival = context->arrival + arrival;
  request.packet_id = packet->id;
  request.offset = static_cast<uint32_t>(worker.request_bytes.size());
  request.size = bytes;
  worker.requests.push_back(request);
  worker.request_bytes.resize(worker.request_bytes.size() + bytes);
  return worker.request_bytes.data() + request.offset;
}

bool ipdk_is_member(const Table* value_set, const uint8_t* key) {
  const layout::Record* record;
  value_set->Lookup(key, 1, &record);
  return record->hit();
}

// Numbers of whole 64-bit words, little-endian.
void ipdk_wide_mul(uint64_t* out, const uint64_t* a, const uint64_t* b, uint64_t words) {
  std::vector<mp_limb_t> product(words * 2);
  mpn_mul_n(product.data(), a, b, static_cast<mp_size_t>(words));
  std::memcpy(out, product.data(), words * 8);
}

static void Divide(uint64_t* quotient, uint64_t* remainder, const uint64_t* a, const uint64_t* b,
                   uint64_t words) {
  std::memset(quotient, 0, words * 8);
  std::memset(remainder, 0, words * 8);
  uint64_t used = words;
  while (used > 0 && b[used - 1] == 0) --used;
  if (used == 0) return;
  mpn_tdiv_qr(quotient, remainder, 0, a, static_cast<mp_size_t>(words), b,
              static_cast<mp_size_t>(used));
}
void ipdk_wide_div(uint64_t* out, const uint64_t* a, const uint64_t* b, uint64_t words) {
  std::vector<uint64_t> remainder(words);
  Divide(out, remainder.data(), a, b, words);
}
void ipdk_wide_mod(uint64_t* out, const uint64_t* a, const uint64_t* b, uint64_t words) {
  std::vector<uint64_t> quotient(words);
  Divide(quotient.data(), out, a, b, words);
}

}  // extern "C"

const RuntimeSymbol* RuntimeSymbols(size_t* count) {
#define IPDK_SYMBOL(name) {#name, reinterpret_cast<void*>(&name)}
  static const RuntimeSymbol kSymbols[] = {
      IPDK_SYMBOL(ipdk_add_entry),     IPDK_SYMBOL(ipdk_expire),       IPDK_SYMBOL(ipdk_is_host_port),
      IPDK_SYMBOL(ipdk_read_bits),     IPDK_SYMBOL(ipdk_write_bits),   IPDK_SYMBOL(ipdk_copy_bits),
      IPDK_SYMBOL(ipdk_assign_varbit), IPDK_SYMBOL(ipdk_emit),         IPDK_SYMBOL(ipdk_emit_bits),
      IPDK_SYMBOL(ipdk_deparse),       IPDK_SYMBOL(ipdk_deparse_bits), IPDK_SYMBOL(ipdk_meter),
      IPDK_SYMBOL(ipdk_hash),          IPDK_SYMBOL(ipdk_hash_payload), IPDK_SYMBOL(ipdk_random),
      IPDK_SYMBOL(ipdk_random_wide),   IPDK_SYMBOL(ipdk_request),      IPDK_SYMBOL(ipdk_is_member),
      IPDK_SYMBOL(ipdk_wide_mul),      IPDK_SYMBOL(ipdk_wide_div),     IPDK_SYMBOL(ipdk_wide_mod),
  };
#undef IPDK_SYMBOL
  *count = std::size(kSymbols);
  return kSymbols;
}

}  // namespace ipdk::cpu::codegen
