#include "store/record.h"

#include <array>

namespace ipdk::store {
namespace {

constexpr uint32_t kMagic = 0x49505231;
constexpr size_t kFrame = 12;
// How many places that look like a record are examined behind damage. More than enough to find a
// sound one, and a bound on what a hostile file can cost.
constexpr int kMaxCandidates = 256;

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = MakeTable();

void AppendU32(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

uint32_t ReadU32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// The payload of the record at the start of `bytes`, if it is whole and sound.
bool SoundRecord(std::string_view bytes, std::string_view* payload) {
  if (bytes.size() < kFrame || ReadU32(bytes) != kMagic) return false;
  const uint32_t length = ReadU32(bytes.substr(4));
  if (length > bytes.size() - kFrame) return false;
  *payload = bytes.substr(kFrame, length);
  return ReadU32(bytes.substr(8)) == Crc32c(*payload, Crc32c(bytes.substr(4, 4)));
}

}  // namespace

uint32_t Crc32c(std::string_view bytes, uint32_t crc) {
  crc = ~crc;
  for (unsigned char c : bytes) crc = crc >> 8 ^ kTable[(crc ^ c) & 0xff];
  return ~crc;
}

void AppendRecord(std::string_view payload, std::string* out) {
  std::string length;
  AppendU32(static_cast<uint32_t>(payload.size()), &length);
  AppendU32(kMagic, out);
  *out += length;
  AppendU32(Crc32c(payload, Crc32c(length)), out);
  *out += payload;
}

Result<ReadOutcome> ReadRecords(std::string_view file, std::string_view bytes,
                                const std::function<Status(std::string_view)>& record) {
  if (bytes.size() < kFileHeader.size()) {
    if (kFileHeader.starts_with(bytes)) return ReadOutcome{.good_bytes = 0, .torn = !bytes.empty()};
    return Fail(Code::kDataLoss, "{}: not an entry log of ipdkd", file);
  }
  if (!bytes.starts_with(kFileHeader))
    return Fail(Code::kDataLoss,
                "{}: not an entry log of ipdkd, or of another version (it does not begin with {})",
                file, kFileHeader);
  ReadOutcome outcome{.good_bytes = kFileHeader.size()};
  std::string_view payload;
  while (outcome.good_bytes < bytes.size()) {
    const std::string_view rest = bytes.substr(outcome.good_bytes);
    if (SoundRecord(rest, &payload)) {
      if (auto status = record(payload); !status)
        return std::unexpected(std::move(status).error().Within(
            fmt::format("{} at byte {}", file, outcome.good_bytes)));
      outcome.good_bytes += kFrame + payload.size();
      continue;
    }
    std::string magic;
    AppendU32(kMagic, &magic);
    size_t at = 1;
    for (int i = 0; i < kMaxCandidates && (at = rest.find(magic, at)) != std::string_view::npos;
         ++i, ++at) {
      if (SoundRecord(rest.substr(at), &payload))
        return Fail(Code::kDataLoss,
                    "{}: damaged at byte {}, with sound records behind it from byte {}; restore "
                    "the file from a copy, or move it "
                    "away to start without the entries in it",
                    file, outcome.good_bytes, outcome.good_bytes + at);
    }
    outcome.torn = true;
    break;
  }
  return outcome;
}

}  // namespace ipdk::store
