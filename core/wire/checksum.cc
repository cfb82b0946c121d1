#include "core/wire/checksum.h"

namespace vethlab {

std::uint32_t csum_partial(bytes_view bytes, std::uint32_t sum) {
    std::uint64_t s = sum;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) s += be16(bytes, i);
    if (i < bytes.size()) s += std::uint32_t(u8(bytes, i)) << 8;
    while (s >> 32) s = (s & 0xffffffff) + (s >> 32);
    return std::uint32_t(s);
}

std::uint32_t csum_tcpudp_nofold(ipv4_address saddr, ipv4_address daddr,
                                 std::uint16_t len, std::uint8_t proto) {
    return (saddr.value >> 16) + (saddr.value & 0xffff) + (daddr.value >> 16) +
           (daddr.value & 0xffff) + proto + len;
}

std::uint16_t csum_replace4(std::uint16_t check, std::uint32_t from, std::uint32_t to) {
    check = csum_replace2(check, std::uint16_t(from >> 16), std::uint16_t(to >> 16));
    return csum_replace2(check, std::uint16_t(from), std::uint16_t(to));
}

}  // namespace vethlab
