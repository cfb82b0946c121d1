// Linux: net/core/pktgen.c
#include "sim/traffic.h"

#include <algorithm>

#include "core/wire/ipv4.h"
#include "core/wire/udp.h"

namespace vethlab {
namespace {

constexpr std::uint32_t pktgen_magic = 0xbe9be955;
constexpr std::uint32_t signature_size = 8;  // magic, number of the frame
constexpr std::uint16_t experimental = 0x88b5;
constexpr std::uint32_t udp_headers = eth_hlen + ipv4_view::min_size + udp_view::size;
constexpr std::uint64_t ns_per_s = 1'000'000'000;

// n/rate seconds, rounded down; exact while n and rate are below 2^64 / 10^9.
sim_time at_rate(std::uint64_t n, std::uint64_t rate) {
    return sim_time(std::int64_t(n / rate * ns_per_s + n % rate * ns_per_s / rate));
}

std::uint64_t as_number(mac_address m) {
    std::uint64_t n = 0;
    for (const std::uint8_t octet : m.octets) n = n << 8 | octet;
    return n;
}
mac_address as_mac(std::uint64_t n) {
    mac_address m;
    for (std::size_t i = 6; i-- > 0; n >>= 8) m.octets[i] = std::uint8_t(n);
    return m;
}

}  // namespace

std::uint32_t traffic_options::smallest() const {
    return (udp ? udp_headers : eth_hlen) + signature_size;
}

traffic_source::traffic_source(const traffic_options& options)
    : options_(options),
      rng_(options.seed),
      signature_at_(options.smallest() - signature_size) {
    options_.size = std::clamp(options.size, options.smallest(), biggest_traffic_frame);
    options_.flows = std::max(options.flows, 1u);
    options_.burst = std::max(options.burst, 1u);
    if (options.model == traffic_model::onoff && options.rate) {
        // Those at 0, 1/rate, 2/rate ... before `on` is over.
        const auto on = std::uint64_t(std::max<std::int64_t>(options.on.count(), 1));
        const std::uint64_t whole = on / ns_per_s * options.rate;
        frames_per_on_ = whole + (on % ns_per_s * options.rate + ns_per_s - 1) / ns_per_s;
    }
    build();
}

void traffic_source::build() {
    frame_.assign(options_.size, std::byte{0});
    const bytes_span b = frame_;
    write_ethernet(b, options_.dst, options_.src,
                   options_.udp ? std::uint16_t(eth_p::ip) : experimental);
    put32(b, signature_at_, pktgen_magic);
    if (!options_.udp) return;
    const auto length = std::uint16_t(options_.size - eth_hlen);
    write_ipv4(b.subspan(eth_hlen), {.tot_len = length,
                                     .protocol = ipproto::udp,
                                     .saddr = options_.udp->src,
                                     .daddr = options_.udp->dst});
    // Linux: without the flag UDPCSUM, no checksum (RFC 768: 0).
    write_udp(b.subspan(eth_hlen + ipv4_view::min_size), options_.udp->sport, options_.udp->dport,
              std::uint16_t(length - ipv4_view::min_size), 0);
}

bytes_view traffic_source::take() {
    const bytes_span b = frame_;
    if (options_.flows > 1) {
        if (options_.udp) {
            put16(b, eth_hlen + ipv4_view::min_size, std::uint16_t(options_.udp->sport + flow_));
        } else {
            as_mac(as_number(options_.src) + flow_).write(b, 6);
        }
        if (++flow_ == options_.flows) flow_ = 0;
    }
    put32(b, signature_at_ + 4, std::uint32_t(sent_));
    sent_++;
    if (options_.rate) advance();
    return b;
}

void traffic_source::advance() {
    switch (options_.model) {
        case traffic_model::constant:
            due_ = at_rate(sent_, options_.rate);
            break;
        case traffic_model::poisson:
            poisson_due_ += ((ns_per_s << 6) / options_.rate * exponential()) >> 20;
            due_ = sim_time(std::int64_t(poisson_due_ >> 6));
            break;
        case traffic_model::onoff:
            due_ = (options_.on + options_.off) * std::int64_t(sent_ / frames_per_on_) +
                   at_rate(sent_ % frames_per_on_, options_.rate);
            break;
    }
}

// Exponentially distributed, mean 1, in units of 2^-20: von Neumann's method, which only compares
// random numbers, so that no library's logarithm has a part in the result. A falling run
// u1 > u2 > ... of odd length ends it with u1; each of even length adds 1.
std::uint64_t traffic_source::exponential() {
    for (std::uint64_t whole = 0;; whole++) {
        const std::uint64_t first = rng_.next();
        std::uint64_t last = first;
        bool odd = true;
        for (std::uint64_t u = rng_.next(); u < last; u = rng_.next()) {
            last = u;
            odd = !odd;
        }
        if (odd) return whole << 20 | first >> 44;
    }
}

bool is_traffic(bytes_view frame) {
    const auto magic_at = [&](std::size_t at) {
        return frame.size() >= at + signature_size && be32(frame, at) == pktgen_magic;
    };
    std::size_t tags = 0;
    const auto type_at = [&](std::size_t at) -> std::uint16_t {
        return frame.size() >= at + 2 ? be16(frame, at) : std::uint16_t{0};
    };
    while (eth_type_vlan(type_at(12 + tags))) tags += vlan_hlen;
    const std::uint16_t type = type_at(12 + tags);
    return (type == experimental && magic_at(tags + eth_hlen)) ||
           (type == eth_p::ip && magic_at(tags + udp_headers));
}

}  // namespace vethlab
