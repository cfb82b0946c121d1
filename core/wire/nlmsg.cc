#include "core/wire/nlmsg.h"

#include <algorithm>

namespace vethlab {

// Up to one with a length that does not fit: what follows cannot be told apart.
nlattrs::nlattrs(bytes_view b) {
    while (b.size() >= sizeof(rtattr)) {
        const auto head = load<rtattr>(b);
        if (head.rta_len < sizeof(rtattr) || head.rta_len > b.size()) return;
        add({std::uint16_t(head.rta_type & nla_type_mask), (head.rta_type & nla_f_nested) != 0,
             b.subspan(sizeof(rtattr), head.rta_len - sizeof(rtattr))});
        b = b.subspan(std::min(nla_align(head.rta_len), b.size()));
    }
}

void nlattrs::add(const nlattr& a) {
    types_ |= bit(a.type);
    if (count_ < few) {
        few_[count_++] = a;
        return;
    }
    if (count_ == few) {
        many_.reserve(8 * few);
        many_.assign(few_, few_ + few);
    }
    many_.push_back(a);
    count_++;
}

const nlattr* nlattrs::find(std::uint16_t type) const {
    const auto attrs = all();
    for (std::size_t i = attrs.size(); i-- > 0;) {
        if (attrs[i].type == type) return &attrs[i];
    }
    return nullptr;
}

bool nlattrs::has_short_u32(std::initializer_list<std::uint16_t> types) const {
    const auto attrs = all();
    const auto wanted = [&](const nlattr& a) {
        return std::find(types.begin(), types.end(), a.type) != types.end();
    };
    // Each attribute is judged, also one that a later one of its type replaces.
    return std::any_of(attrs.begin(), attrs.end(), [&](const nlattr& a) {
        return wanted(a) && a.data.size() < sizeof(std::uint32_t);
    });
}

nlattrs nlattrs::nested(std::uint16_t type) const {
    const nlattr* a = get(type);
    return a ? nlattrs(a->data) : nlattrs();
}

std::optional<nlmsg_view> nlmsg_next(bytes_view& rest) {
    if (rest.size() < sizeof(nlmsghdr)) return std::nullopt;
    const auto hdr = load<nlmsghdr>(rest);
    if (hdr.nlmsg_len < sizeof(nlmsghdr) || hdr.nlmsg_len > rest.size()) return std::nullopt;
    nlmsg_view msg{hdr, rest.subspan(sizeof(nlmsghdr), hdr.nlmsg_len - sizeof(nlmsghdr))};
    rest = rest.subspan(std::min(nla_align(hdr.nlmsg_len), rest.size()));
    return msg;
}

void nlmsg_builder::begin(std::uint16_t type, std::uint16_t flags, std::uint32_t seq,
                          std::uint32_t pid) {
    start_ = size_;
    raw(as_view(nlmsghdr{0, type, flags, seq, pid}));
}

void nlmsg_builder::grow() {
    constexpr std::size_t least = 256;
    out_.resize(std::max(2 * size_, least));
}

void nlmsg_builder::cut(std::size_t size) {
    std::fill(out_.begin() + std::ptrdiff_t(size), out_.begin() + std::ptrdiff_t(size_),
              std::byte{});
    size_ = size;
}

std::vector<std::byte> nlmsg_builder::take() {
    out_.resize(size_);
    size_ = start_ = 0;
    return std::move(out_);
}

void nlmsg_builder::raw(bytes_view data) {
    std::byte* to = append(data.size());
    if (!data.empty()) std::memcpy(to, data.data(), data.size());
}

void nlmsg_builder::put(std::uint16_t type, bytes_view data) {
    const rtattr head{std::uint16_t(sizeof(rtattr) + data.size()), type};
    std::byte* to = append(sizeof head + data.size());
    std::memcpy(to, &head, sizeof head);
    if (!data.empty()) std::memcpy(to + sizeof head, data.data(), data.size());
}

void nlmsg_builder::put_be16(std::uint16_t t, std::uint16_t v) {
    std::byte b[2];
    put16(b, 0, v);
    put(t, b);
}

void nlmsg_builder::put_str(std::uint16_t t, std::string_view s) {
    const rtattr head{std::uint16_t(sizeof(rtattr) + s.size() + 1), t};
    std::byte* to = append(sizeof head + s.size() + 1);
    std::memcpy(to, &head, sizeof head);
    if (!s.empty()) std::memcpy(to + sizeof head, s.data(), s.size());
}

void nlmsg_builder::put_ip4(std::uint16_t t, ipv4_address a) {
    std::byte b[4];
    a.write(b, 0);
    put(t, b);
}

std::size_t nlmsg_builder::nest(std::uint16_t type) {
    const std::size_t mark = size_;
    raw(as_view(rtattr{0, type}));
    return mark;
}

void nlmsg_builder::end_nest(std::size_t mark) {
    const auto len = std::uint16_t(size_ - mark);
    std::memcpy(out_.data() + mark, &len, sizeof len);
}

void nlmsg_builder::end() {
    const auto len = std::uint32_t(size_ - start_);
    std::memcpy(out_.data() + start_, &len, sizeof len);
}

}  // namespace vethlab
