// Linux: net/ipv4/inet_fragment.c: where a fragment belongs.
#include "core/ipv4/inet_fragment.h"

namespace vethlab {

// Linux: inet_frag_queue_insert
frag_insert inet_frag_queue::place(std::uint32_t offset, std::uint32_t end, std::size_t& at,
                                   bool& append) const {
    append = false;
    at = runs.size();
    if (runs.empty()) return frag_insert::ok;
    const fragment& last = runs.back().parts.back();
    if (last.end() < end) {
        if (offset < last.end()) return frag_insert::overlap;
        append = offset == last.end();
        return frag_insert::ok;
    }
    for (std::size_t i = 0; i < runs.size(); i++) {
        const fragrun& run = runs[i];
        if (end <= run.begin()) {
            at = i;
            return frag_insert::ok;
        }
        if (offset >= run.end()) continue;
        const bool inside = offset >= run.begin() && end <= run.end();
        return inside ? frag_insert::duplicate : frag_insert::overlap;
    }
    return frag_insert::ok;
}

void inet_frag_queue::insert(frame_ptr skb, std::uint32_t offset, std::size_t at, bool append) {
    if (append) {
        runs.back().parts.push_back({offset, std::move(skb)});
        return;
    }
    fragrun run;
    run.parts.push_back({offset, std::move(skb)});
    runs.insert(runs.begin() + std::ptrdiff_t(at), std::move(run));
}

void inet_frag_queue::copy_to(bytes_span data) const {
    for (const auto& run : runs) {
        for (const auto& part : run.parts) {
            std::memcpy(data.data() + part.offset, part.skb->bytes().data(), part.skb->len);
        }
    }
}

std::size_t frag_truesize(const frame& skb) {
    constexpr std::size_t overhead = 576;
    std::size_t room = 256;
    while (room < skb.len + 64) room *= 2;
    return room + overhead;
}

std::optional<std::uint8_t> frag_ecn(std::uint8_t seen) {
    enum : std::uint8_t { not_ect = 1, ect1 = 2, ect0 = 4, ce = 8 };
    if ((seen & not_ect) && (seen & (ect0 | ect1 | ce))) return std::nullopt;
    const bool mixed = (seen & ce) && (seen & (ect0 | ect1));
    return std::uint8_t(mixed ? 3 : 0);
}

}  // namespace vethlab
