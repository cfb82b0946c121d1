#pragma once
// pcapng (draft-ietf-opsawg-pcapng): one section, an interface block per device, nanosecond times,
// direction flags, and the same packet id for the same frame on every device.
#include <bit>
#include <cstring>
#include <memory>
#include <string_view>

#include "core/time.h"
#include "core/uapi/if.h"
#include "core/wire/bytes.h"

namespace vethlab {

class pcapng_writer {
 public:
    explicit pcapng_writer(std::int64_t epoch_us);

    // A new interface; its number.
    std::uint32_t add_interface(std::string_view if_name, std::string_view description);
    // `packet_id` is the same for the same frame on every device; 0 if that is not known.
    void add_packet(std::uint32_t interface, sim_time when, bytes_view data, packet_type type,
                    std::uint64_t packet_id);
    bytes_view bytes() const { return {out_.get(), size_}; }
    void clear() { size_ = 0; }  // what was there has gone to the file

 private:
    void u16(std::uint16_t v) { raw(as_view(v)); }
    void u32(std::uint32_t v) { raw(as_view(v)); }
    void raw(bytes_view b);
    // Room for `n` bytes more, whatever they are before they are written.
    std::byte* grow(std::size_t n) {
        if (room_ - size_ < n) [[unlikely]] make_room(n);
        size_ += n;
        return out_.get() + size_ - n;
    }
    void make_room(std::size_t n);
    void padded(bytes_view b);
    void option(std::uint16_t code, bytes_view value);
    std::size_t begin_block(std::uint32_t type);
    void end_block(std::size_t start);

    std::uint64_t epoch_ns_;
    std::uint32_t interfaces_ = 0;
    // No vector: it would write what it makes room for.
    std::unique_ptr<std::byte[]> out_;
    std::size_t size_ = 0, room_ = 0;
};

// ---- What a capture at speed consists of: few and wide stores, no call.

namespace pcapng {

inline constexpr std::uint32_t enhanced_packet = 6;
inline constexpr std::uint16_t opt_end = 0, epb_flags = 2, epb_packetid = 5;

// epb_flags of each packet_type: bits 0-1 direction, bits 2-4 how it was received.
inline constexpr std::uint32_t inbound = 1, outbound = 2;
inline constexpr std::uint32_t to_us = inbound | 1 << 2;
inline constexpr std::uint32_t flags_of[8] = {
    to_us, inbound | 3 << 2, inbound | 2 << 2, inbound | 4 << 2, outbound, to_us, to_us, to_us};

inline constexpr bool little = std::endian::native == std::endian::little;
constexpr std::uint64_t two(std::uint32_t first, std::uint32_t second) {
    return little ? first | std::uint64_t{second} << 32 : second | std::uint64_t{first} << 32;
}
constexpr std::uint32_t two(std::uint16_t first, std::uint16_t second) {
    return little ? first | std::uint32_t{second} << 16 : second | std::uint32_t{first} << 16;
}
template <class T>
void put(std::byte*& to, T value) {
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
}

// Most frames are short: parts of a size that is known, the last ones over those before.
template <std::size_t half>
void copy_ends(std::byte* to, const std::byte* from, std::size_t n) {
    std::memcpy(to, from, half);
    std::memcpy(to + n - half, from + n - half, half);
}
inline void copy_frame(std::byte* to, const std::byte* from, std::size_t n) {
    if (n < 32 || n > 128) {
        if (n) std::memcpy(to, from, n);
    } else if (n <= 64) {
        copy_ends<32>(to, from, n);
    } else {
        copy_ends<64>(to, from, n);
    }
}

}  // namespace pcapng

[[gnu::always_inline]] inline void pcapng_writer::add_packet(std::uint32_t interface, sim_time when,
                                                             bytes_view data, packet_type type,
                                                             std::uint64_t packet_id) {
    using namespace pcapng;
    const auto ns = epoch_ns_ + std::uint64_t(when.count());
    const auto size = std::uint32_t(data.size()), space = (size + 3) & ~std::uint32_t{3};
    const std::uint32_t flags_option = 8, id_option = packet_id ? 12 : 0, end_option = 4;
    const std::uint32_t length = 28 + space + flags_option + id_option + end_option + 4;
    std::byte* to = grow(length);
    put(to, two(enhanced_packet, length));
    put(to, two(interface, std::uint32_t(ns >> 32)));
    put(to, two(std::uint32_t(ns), size));
    put(to, size);
    if (space != size) std::memset(to + space - 4, 0, 4);  // padding
    copy_frame(to, data.data(), size);
    to += space;
    put(to, two(two(epb_flags, std::uint16_t{4}), flags_of[std::size_t(type) % 8]));
    if (packet_id) {
        put(to, two(epb_packetid, std::uint16_t{8}));
        put(to, packet_id);
    }
    put(to, two(std::uint32_t{opt_end}, length));
}

}  // namespace vethlab
