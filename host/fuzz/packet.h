#pragma once
// Bytes of a frame as they grow, in hexadecimal at the end.
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/checksum.h"

namespace vethlab::host::fuzz {

class packet {
 public:
    packet& u8(unsigned v) {
        bytes_.push_back(std::byte(v));
        return *this;
    }
    packet& u16(unsigned v) { return u8(v >> 8).u8(v & 255); }
    packet& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
    packet& mac(const std::string& colons) {
        for (std::size_t at = 0; at + 2 <= colons.size(); at += 3) {
            u8(unsigned(std::stoul(colons.substr(at, 2), nullptr, 16)));
        }
        return *this;
    }
    packet& ip(const std::string& dotted) {
        std::string_view rest = dotted;
        for (int i = 0; i < 4; i++) {
            const auto dot = std::min(rest.find('.'), rest.size());
            u8(unsigned(std::stoul("0" + std::string(rest.substr(0, dot)))) & 255);
            rest.remove_prefix(std::min(dot + 1, rest.size()));
        }
        return *this;
    }
    packet& add(const packet& more) {
        bytes_.insert(bytes_.end(), more.bytes_.begin(), more.bytes_.end());
        return *this;
    }
    packet& fill(unsigned n) {
        for (unsigned i = 0; i < n; i++) u8('a' + i % 26);
        return *this;
    }
    void set16(std::size_t at, unsigned v) { put16(bytes_, at, std::uint16_t(v)); }
    void cut(std::size_t n) { bytes_.resize(std::min(n, bytes_.size())); }
    // Puts the Internet checksum of all of it at `at`; `more` is summed as well.
    void checksum(std::size_t at, std::uint32_t more = 0) {
        set16(at, csum_fold(csum_partial(bytes_, more)));
    }
    bytes_view view() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    std::string hex() const {
        std::string out;
        for (const auto b : bytes_) {
            out += "0123456789abcdef"[unsigned(b) >> 4];
            out += "0123456789abcdef"[unsigned(b) & 15];
        }
        return out;
    }

 private:
    std::vector<std::byte> bytes_;
};

}  // namespace vethlab::host::fuzz
