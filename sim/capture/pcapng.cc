#include "sim/capture/pcapng.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace vethlab {
namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a, interface_description = 1,
                        enhanced_packet = 6;
constexpr std::uint16_t opt_end = 0, if_name = 2, if_description = 3, if_tsresol = 9,
                        shb_userappl = 4, epb_flags = 2, epb_packetid = 5;
constexpr std::uint16_t linktype_ethernet = 1;

// epb_flags: bits 0-1 direction, bits 2-4 how it was received.
std::uint32_t flags_of(packet_type type) {
    constexpr std::uint32_t inbound = 1, outbound = 2;
    switch (type) {
        case packet_type::outgoing: return outbound;
        case packet_type::multicast: return inbound | 2 << 2;
        case packet_type::broadcast: return inbound | 3 << 2;
        case packet_type::otherhost: return inbound | 4 << 2;
        default: return inbound | 1 << 2;
    }
}

bytes_view bytes_of(std::string_view s) { return std::as_bytes(std::span(s.data(), s.size())); }

}  // namespace

pcapng_writer::pcapng_writer(std::int64_t epoch_us) : epoch_us_(epoch_us) {
    const auto start = begin_block(section_header);
    u32(0x1a2b3c4d);  // byte order
    u16(1);           // version 1.0
    u16(0);
    u32(0xffffffff);  // section length: not given
    u32(0xffffffff);
    option(shb_userappl, bytes_of("vethlab"));
    option(opt_end, {});
    end_block(start);
}

std::uint32_t pcapng_writer::add_interface(std::string_view name, std::string_view description) {
    const auto start = begin_block(interface_description);
    u16(linktype_ethernet);
    u16(0);
    u32(0);  // no limit
    option(if_name, bytes_of(name));
    option(if_description, bytes_of(description));
    const std::uint8_t nanoseconds = 9;
    option(if_tsresol, as_view(nanoseconds));
    option(opt_end, {});
    end_block(start);
    return interfaces_++;
}

void pcapng_writer::add_packet(std::uint32_t interface, sim_time when, bytes_view data,
                               packet_type type, std::uint64_t packet_id) {
    const auto ns = std::uint64_t(epoch_us_) * 1000 + std::uint64_t(when.count());
    const auto size = std::uint32_t(data.size()), space = (size + 3) & ~std::uint32_t{3};
    const std::uint32_t flags_option = 8, id_option = packet_id ? 12 : 0, end_option = 4;
    const std::uint32_t length = 28 + space + flags_option + id_option + end_option + 4;
    std::byte* to = grow(length);  // all at once: this is what a capture at speed consists of
    const auto put = [&](const auto& value) {
        std::memcpy(to, &value, sizeof value);
        to += sizeof value;
    };
    put(enhanced_packet);
    put(length);
    put(interface);
    put(std::uint32_t(ns >> 32));
    put(std::uint32_t(ns));
    put(size);
    put(size);
    if (size) std::memcpy(to, data.data(), size);
    if (space != size) std::memset(to + size, 0, space - size);
    to += space;
    put(epb_flags);
    put(std::uint16_t{4});
    put(flags_of(type));
    if (packet_id) {
        put(epb_packetid);
        put(std::uint16_t{8});
        put(packet_id);
    }
    put(std::uint32_t{opt_end});
    put(length);
}

std::byte* pcapng_writer::grow(std::size_t n) {
    if (room_ - size_ < n) {
        room_ = std::max(2 * room_, size_ + n);
        std::unique_ptr<std::byte[]> more(new std::byte[room_]);
        if (size_) std::memcpy(more.get(), out_.get(), size_);
        out_ = std::move(more);
    }
    size_ += n;
    return out_.get() + size_ - n;
}

void pcapng_writer::raw(bytes_view b) {
    if (!b.empty()) std::memcpy(grow(b.size()), b.data(), b.size());
}

void pcapng_writer::padded(bytes_view b) {
    raw(b);
    while (size_ % 4) *grow(1) = {};
}

void pcapng_writer::option(std::uint16_t code, bytes_view value) {
    u16(code);
    u16(std::uint16_t(value.size()));
    padded(value);
}

std::size_t pcapng_writer::begin_block(std::uint32_t type) {
    const std::size_t start = size_;
    u32(type);
    u32(0);
    return start;
}

void pcapng_writer::end_block(std::size_t start) {
    const auto length = std::uint32_t(size_ - start + 4);
    std::memcpy(out_.get() + start + 4, &length, sizeof length);
    u32(length);
}

}  // namespace vethlab
