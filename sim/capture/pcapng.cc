#include "sim/capture/pcapng.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace vethlab {
namespace {

using pcapng::opt_end;
constexpr std::uint32_t section_header = 0x0a0d0d0a, interface_description = 1;
constexpr std::uint16_t if_name = 2, if_description = 3, if_tsresol = 9, shb_userappl = 4;
constexpr std::uint16_t linktype_ethernet = 1;

bytes_view bytes_of(std::string_view s) { return std::as_bytes(std::span(s.data(), s.size())); }

}  // namespace

pcapng_writer::pcapng_writer(std::int64_t epoch_us)
    : epoch_ns_(std::uint64_t(epoch_us) * 1000) {
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

void pcapng_writer::make_room(std::size_t n) {
    room_ = std::max(2 * room_, size_ + n);
    std::unique_ptr<std::byte[]> more(new std::byte[room_]);
    if (size_) std::memcpy(more.get(), out_.get(), size_);
    out_ = std::move(more);
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
