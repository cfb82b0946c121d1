#pragma once
// Netlink messages as bytes (Linux: include/net/netlink.h). Host byte order, 4-byte
// alignment, as on the wire between the real kernel and its tools. Parsing never reads
// outside the span it was given.
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/uapi/netlink.h"
#include "core/wire/address.h"

namespace vethlab {

inline constexpr std::size_t nla_align(std::size_t n) { return (n + 3) & ~std::size_t{3}; }

template <class T>
T load(bytes_view b, std::size_t at = 0) {
    T v{};
    if (at < b.size()) {
        std::memcpy(&v, b.data() + at, std::min(sizeof(T), b.size() - at));
    }
    return v;
}

struct nlattr {
    std::uint16_t type = 0;  // without the nested / byte-order bits
    bool nested = false;     // NLA_F_NESTED, which new messages set
    bytes_view data;

    template <class T>
    T as() const { return load<T>(data); }  // short data reads as zero-extended
    std::uint8_t u8() const { return as<std::uint8_t>(); }
    std::uint16_t u16() const { return as<std::uint16_t>(); }
    std::uint32_t u32() const { return as<std::uint32_t>(); }
    std::uint64_t u64() const { return as<std::uint64_t>(); }
    std::uint16_t be16_value() const { return data.size() < 2 ? 0 : be16(data, 0); }
    // Up to the first NUL or the end.
    std::string_view str() const {
        std::string_view s(reinterpret_cast<const char*>(data.data()), data.size());
        return s.substr(0, s.find('\0'));
    }
    mac_address mac() const { return data.size() < 6 ? mac_address{} : mac_address::read(data, 0); }
    ipv4_address ip4() const { return data.size() < 4 ? ipv4_address{} : ipv4_address::read(data, 0); }
};

// The attributes of one level, by type; the last of a type wins, as in nla_parse.
class nlattrs {
 public:
    nlattrs() {}
    explicit nlattrs(bytes_view b);
    const nlattr* get(std::uint16_t type) const& { return may_have(type) ? find(type) : nullptr; }
    const nlattr* get(std::uint16_t type) && = delete;  // would point into what is gone
    bool has(std::uint16_t type) const { return get(type) != nullptr; }
    nlattrs nested(std::uint16_t type) const;
    // Whether one of these is there and too short for its 32 bits, which no policy lets pass.
    bool has_short_u32(std::initializer_list<std::uint16_t> types) const;
    std::span<const nlattr> all() const& { return {many_.empty() ? few_ : many_.data(), count_}; }
    std::span<const nlattr> all() && = delete;

 private:
    // Most types that are asked for are not there: a bit tells, for the low bits of a type.
    static std::uint64_t bit(std::uint16_t type) { return std::uint64_t{1} << (type & 63); }
    bool may_have(std::uint16_t type) const { return types_ & bit(type); }
    const nlattr* find(std::uint16_t type) const;
    void add(const nlattr& a);

    static constexpr std::size_t few = 6;  // requests seldom have more
    std::uint64_t types_ = 0;
    std::size_t count_ = 0;
    union {  // so that those that are not there cost nothing
        nlattr few_[few];
    };
    std::vector<nlattr> many_;  // all of them, when they are more
};

struct nlmsg_view {
    nlmsghdr hdr{};
    bytes_view body;  // behind the header

    // The family header, zero-extended when the message is short.
    template <class T>
    T head() const { return load<T>(body); }
    template <class T>
    nlattrs attrs() const {
        const auto at = nla_align(sizeof(T));
        return nlattrs(at <= body.size() ? body.subspan(at) : bytes_view{});
    }
};

// Takes the next message off the front of `rest`; nullopt at the end or at a length
// that does not fit (then `rest` is left as it is).
std::optional<nlmsg_view> nlmsg_next(bytes_view& rest);

// Writes messages one behind the other into one buffer.
class nlmsg_builder {
 public:
    void begin(std::uint16_t type, std::uint16_t flags, std::uint32_t seq = 0,
               std::uint32_t pid = 0);
    template <class T>
    void head(const T& v) { raw(as_view(v)); }
    void put(std::uint16_t type, bytes_view data);
    void put_u8(std::uint16_t t, std::uint8_t v) { put(t, as_view(v)); }
    void put_u16(std::uint16_t t, std::uint16_t v) { put(t, as_view(v)); }
    void put_u32(std::uint16_t t, std::uint32_t v) { put(t, as_view(v)); }
    void put_u64(std::uint16_t t, std::uint64_t v) { put(t, as_view(v)); }
    void put_be16(std::uint16_t t, std::uint16_t v);
    void put_str(std::uint16_t t, std::string_view s);  // with the NUL
    void put_mac(std::uint16_t t, mac_address m) { put(t, as_view(m.octets)); }
    void put_ip4(std::uint16_t t, ipv4_address a);
    template <class T>
    void put_struct(std::uint16_t t, const T& v) { put(t, as_view(v)); }
    [[nodiscard]] std::size_t nest(std::uint16_t type);
    void end_nest(std::size_t mark);
    void raw(bytes_view data);  // appended and padded to 4
    void end();                 // sets the length of the message begun last
    void abort() { cut(start_); }
    void clear() {  // but for the memory
        start_ = 0;
        cut(0);
    }

    std::size_t size() const { return size_; }
    bytes_view view() const { return bytes_view(out_).first(size_); }
    std::vector<std::byte> take();

 private:
    // Room for `size` bytes and the padding, zeroed.
    std::byte* append(std::size_t size) {
        const std::size_t at = size_;
        size_ += nla_align(size);
        if (size_ > out_.size()) grow();
        return out_.data() + at;
    }
    void grow();
    void cut(std::size_t size);

    std::vector<std::byte> out_;  // zeros from size_ on
    std::size_t size_ = 0, start_ = 0;
};

}  // namespace vethlab
