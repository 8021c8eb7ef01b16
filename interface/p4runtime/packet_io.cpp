#include "interface/p4runtime/packet_io.h"

#include <p4/v1/p4runtime.pb.h>

#include "interface/p4runtime/bytes.h"

namespace ipdk::p4runtime {
namespace {

const schema::ControllerHeader* Find(const schema::Schema& schema, std::string_view name) {
  for (const schema::ControllerHeader& header : schema.controller_headers) {
    if (header.preamble.name == name) return &header;
  }
  return nullptr;
}

size_t Bits(const schema::ControllerHeader& header) {
  size_t bits = 0;
  for (const auto& field : header.fields) bits += field.width;
  return bits;
}

}  // namespace

Result<std::string> EncodePacketOut(const schema::Schema& schema, const p4::v1::PacketOut& packet) {
  const schema::ControllerHeader* header = Find(schema, "packet_out");
  if (header == nullptr) {
    if (packet.metadata_size() != 0)
      return InvalidArgument(
          "packet-out carries {} metadata, but the program declares no \"packet_out\" controller "
          "header",
          packet.metadata_size());
    return packet.payload();
  }
  const size_t bits = Bits(*header);
  if (bits % 8 != 0)
    return FailedPrecondition(
        "the program's \"packet_out\" header has {} bits, which is not a whole number of bytes",
        bits);
  for (int i = 0; i < packet.metadata_size(); ++i) {
    bool known = false;
    for (const auto& field : header->fields)
      known |= !field.padding && field.id == packet.metadata(i).metadata_id();
    if (!known)
      return InvalidArgument("packet-out: unknown metadata id {}",
                             packet.metadata(i).metadata_id());
  }
  Integer value;
  for (const auto& field : header->fields) {
    value <<= field.width;
    if (field.padding) continue;
    const p4::v1::PacketMetadata* found = nullptr;
    for (const auto& metadata : packet.metadata()) {
      if (metadata.metadata_id() != field.id) continue;
      if (found != nullptr)
        return InvalidArgument("packet-out: metadata '{}' (id {}) is given twice", field.name,
                               field.id);
      found = &metadata;
    }
    if (found == nullptr)
      return InvalidArgument("packet-out: metadata '{}' (id {}) is missing", field.name, field.id);
    IPDK_ASSIGN(const Integer part,
                DecodeBytes(found->value(), field.width,
                            fmt::format("packet-out: metadata '{}'", field.name)));
    value += part;
  }
  return ToBytes(value, bits / 8) + packet.payload();
}

Status DecodePacketIn(const schema::Schema& schema, std::string_view bytes, p4::v1::PacketIn& out) {
  const schema::ControllerHeader* header = Find(schema, "packet_in");
  if (header == nullptr) {
    out.set_payload(std::string(bytes));
    return {};
  }
  const size_t bits = Bits(*header);
  if (bits % 8 != 0 || bytes.size() < bits / 8)
    return OutOfRange("packet to the controller has {} bytes, the \"packet_in\" header has {} bits",
                      bytes.size(), bits);
  const Integer value = FromBytes(bytes.substr(0, bits / 8));
  size_t left = bits;
  for (const auto& field : header->fields) {
    left -= field.width;
    if (field.padding) continue;
    auto* metadata = out.add_metadata();
    metadata->set_metadata_id(field.id);
    metadata->set_value(EncodeBytes(Truncate(Integer(value >> left), field.width)));
  }
  out.set_payload(std::string(bytes.substr(bits / 8)));
  return {};
}

}  // namespace ipdk::p4runtime
