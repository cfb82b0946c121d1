#include "core/wire/nlmsg.h"

#include <algorithm>

namespace vethlab {

nlattrs::nlattrs(bytes_view b) {
    while (b.size() >= sizeof(rtattr)) {
        const auto head = load<rtattr>(b);
        if (head.rta_len < sizeof(rtattr) || head.rta_len > b.size()) {
            return;  // what follows cannot be told apart
        }
        attrs_.push_back({std::uint16_t(head.rta_type & nla_type_mask),
                          b.subspan(sizeof(rtattr), head.rta_len - sizeof(rtattr)),
                          (head.rta_type & nla_f_nested) != 0});
        b = b.subspan(std::min(nla_align(head.rta_len), b.size()));
    }
}

const nlattr* nlattrs::get(std::uint16_t type) const& {
    for (auto it = attrs_.rbegin(); it != attrs_.rend(); ++it) {
        if (it->type == type) return &*it;
    }
    return nullptr;
}

bool nlattrs::has_short_u32(std::initializer_list<std::uint16_t> types) const {
    const auto wanted = [&](const nlattr& a) {
        return std::find(types.begin(), types.end(), a.type) != types.end();
    };
    // Each attribute is judged, also one that a later one of its type replaces.
    return std::any_of(attrs_.begin(), attrs_.end(), [&](const nlattr& a) {
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
    start_ = out_.size();
    raw(as_view(nlmsghdr{0, type, flags, seq, pid}));
}

void nlmsg_builder::raw(bytes_view data) {
    out_.insert(out_.end(), data.begin(), data.end());
    out_.resize(nla_align(out_.size()));
}

void nlmsg_builder::put(std::uint16_t type, bytes_view data) {
    const rtattr head{std::uint16_t(sizeof(rtattr) + data.size()), type};
    raw(as_view(head));
    raw(data);
}

void nlmsg_builder::put_be16(std::uint16_t t, std::uint16_t v) {
    std::byte b[2];
    put16(b, 0, v);
    put(t, b);
}

void nlmsg_builder::put_str(std::uint16_t t, std::string_view s) {
    const rtattr head{std::uint16_t(sizeof(rtattr) + s.size() + 1), t};
    raw(as_view(head));
    const auto bytes = std::as_bytes(std::span(s.data(), s.size()));
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    out_.push_back(std::byte{0});
    out_.resize(nla_align(out_.size()));
}

void nlmsg_builder::put_ip4(std::uint16_t t, ipv4_address a) {
    std::byte b[4];
    a.write(b, 0);
    put(t, b);
}

std::size_t nlmsg_builder::nest(std::uint16_t type) {
    const std::size_t mark = out_.size();
    raw(as_view(rtattr{0, type}));
    return mark;
}

void nlmsg_builder::end_nest(std::size_t mark) {
    const auto len = std::uint16_t(out_.size() - mark);
    std::memcpy(out_.data() + mark, &len, sizeof len);
}

void nlmsg_builder::end() {
    const auto len = std::uint32_t(out_.size() - start_);
    std::memcpy(out_.data() + start_, &len, sizeof len);
}

}  // namespace vethlab
