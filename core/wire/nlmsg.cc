#include "core/wire/nlmsg.h"

#include <algorithm>

namespace vethlab {

namespace {

// Calls f(header, bytes from it on) for each attribute, up to one with a length that does not fit:
// what follows cannot be told apart.
template <class F>
void for_each_attribute(bytes_view b, F f) {
    while (b.size() >= sizeof(rtattr)) {
        const auto head = load<rtattr>(b);
        if (head.rta_len < sizeof(rtattr) || head.rta_len > b.size()) return;
        f(head, b);
        b = b.subspan(std::min(nla_align(head.rta_len), b.size()));
    }
}

}  // namespace

nlattrs::nlattrs(bytes_view b) {
    std::size_t count = 0;
    for_each_attribute(b, [&](const rtattr&, bytes_view) { count++; });
    attrs_.reserve(count);
    for_each_attribute(b, [&](const rtattr& head, bytes_view from) {
        attrs_.push_back({std::uint16_t(head.rta_type & nla_type_mask),
                          from.subspan(sizeof(rtattr), head.rta_len - sizeof(rtattr)),
                          (head.rta_type & nla_f_nested) != 0});
    });
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

std::byte* nlmsg_builder::append(std::size_t size) {
    const std::size_t at = out_.size(), end = at + nla_align(size);
    constexpr std::size_t least = 256;
    if (end > out_.capacity()) out_.reserve(std::max(2 * end, least));
    out_.resize(end);
    return out_.data() + at;
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
