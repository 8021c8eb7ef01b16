#pragma once
// Fills in what follows from the rest of a packet: lengths, next-header fields, checksums.

#include <string>

namespace ipdk::packet {

// Recomputes the IPv4 header checksum and the TCP, UDP and ICMP checksums of every header found.
void FixChecksums(std::string& bytes);

}  // namespace ipdk::packet
