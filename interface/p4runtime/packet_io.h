#pragma once
// Controller headers (P4Runtime 1.5, section 16.1): what a program declares by @controller_header
// is metadata to the controller and a header in front of the packet on the CPU port. Fields marked
// @padding are on the wire only, as zeros.

#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace p4::v1 {
class PacketIn;
class PacketOut;
}  // namespace p4::v1

namespace ipdk::p4runtime {

// The bytes to inject on the CPU port. INVALID_ARGUMENT (OUT_OF_RANGE) names the metadata that is
// missing, unknown or too wide.
Result<std::string> EncodePacketOut(const schema::Schema& schema, const p4::v1::PacketOut& packet);
// From the bytes that left on the CPU port. An error if they are shorter than the program's header.
Status DecodePacketIn(const schema::Schema& schema, std::string_view bytes, p4::v1::PacketIn& out);

}  // namespace ipdk::p4runtime
