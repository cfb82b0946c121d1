#pragma once
// RFC 1071 (Internet checksum), RFC 1624 (incremental update).
#include "core/wire/address.h"

namespace vethlab {

// One's complement sum without the final inversion; `sum` chains partial sums of
// an even number of bytes.
std::uint32_t csum_partial(bytes_view bytes, std::uint32_t sum = 0);
// Fold to 16 bits and invert.
inline std::uint16_t csum_fold(std::uint32_t sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    return std::uint16_t(~(sum + (sum >> 16)));
}
inline std::uint16_t ip_compute_csum(bytes_view bytes) {
    return csum_fold(csum_partial(bytes));
}
// Sum of the pseudo header of UDP and TCP (RFC 768), not inverted.
std::uint32_t csum_tcpudp_nofold(ipv4_address saddr, ipv4_address daddr,
                                 std::uint16_t len, std::uint8_t proto);
// RFC 1624: the checksum after a 16-bit field changed from `from` to `to`.
inline std::uint16_t csum_replace2(std::uint16_t check, std::uint16_t from, std::uint16_t to) {
    // HC' = ~(~HC + ~m + m') [Eqn. 3]
    return csum_fold(std::uint32_t(std::uint16_t(~check)) + std::uint16_t(~from) + to);
}
std::uint16_t csum_replace4(std::uint16_t check, std::uint32_t from, std::uint32_t to);

}  // namespace vethlab
