// Linux: net/ipv4/ip_options.c. RFC 791 3.1, RFC 1812 4.2.2 and 5.2.4.
#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"

namespace vethlab {
namespace {

// Walks over the options of a header, checks them and, for a received packet, fills in what this
// host has to add. Offsets in `at_` count from the beginning of the options.
class options_compiler {
 public:
    // `skb` nullptr: options of a program. `header` is writable.
    options_compiler(netns& net, ip_options& opt, frame* skb, bytes_span options)
        : net_(net), opt_(opt), skb_(skb), b_(options) {}

    // The offset of the first wrong byte within the options, or nullopt.
    std::optional<std::size_t> compile() {
        std::size_t left = b_.size();
        while (left > 0 && at_ < b_.size()) {
            const std::uint8_t type = u8(b_, at_);
            if (type == ipopt::end) {
                pad_after_end();
                return std::nullopt;
            }
            if (type == ipopt::noop) {
                at_++, left--;
                continue;
            }
            if (left < 2) return at_;
            len_ = u8(b_, at_ + 1);
            if (len_ < 2 || len_ > left) return at_;
            if (const auto wrong = one(type)) return at_ + *wrong;
            at_ += len_;
            left -= len_;
        }
        return std::nullopt;
    }

 private:
    using fault = std::optional<std::size_t>;  // offset within the option

    std::uint8_t place() const { return std::uint8_t(ipv4_view::min_size + at_); }
    std::uint8_t get(std::size_t i) const { return u8(b_, at_ + i); }
    void put(std::size_t i, std::uint8_t v) { put8(b_, at_ + i, v); }

    void pad_after_end() {
        for (at_++; at_ < b_.size(); at_++) {
            if (u8(b_, at_) == ipopt::end) continue;
            put8(b_, at_, ipopt::end);
            opt_.is_changed = true;
        }
    }

    fault one(std::uint8_t type) {
        switch (type) {
            case ipopt::ssrr:
            case ipopt::lsrr:
                return source_route(type);
            case ipopt::rr:
                return record_route();
            case ipopt::timestamp:
                return timestamp();
            case ipopt::ra:
                if (len_ < 4) return 1;
                if (get(2) == 0 && get(3) == 0) opt_.router_alert = place();
                return std::nullopt;
            default:
                return std::nullopt;  // root may send any
        }
    }

    fault source_route(std::uint8_t type) {
        if (len_ < 3) return 1;
        if (get(2) < 4) return 2;
        if (opt_.srr) return 0;  // RFC 1812 5.2.4.1: one is enough
        if (!skb_) {
            if (get(2) != 4 || len_ < 7 || (len_ - 3) % 4) return 1;
            // The first hop goes into the header, the others move up.
            opt_.faddr = ipv4_address::read(b_, at_ + 3);
            if (len_ > 7) std::memmove(&b_[at_ + 3], &b_[at_ + 7], len_ - 7);
        }
        opt_.is_strictroute = type == ipopt::ssrr;
        opt_.srr = place();
        return std::nullopt;
    }

    fault record_route() {
        if (opt_.rr) return 0;
        if (len_ < 3) return 1;
        const std::size_t ptr = get(2);
        if (ptr < 4) return 2;
        if (ptr <= len_) {
            if (ptr + 3 > len_) return 2;
            if (skb_) insert_address(ptr - 1);
            put(2, std::uint8_t(ptr + 4));
            opt_.rr_needaddr = true;
        }
        opt_.rr = place();
        return std::nullopt;
    }

    fault timestamp() {
        if (opt_.ts) return 0;
        if (len_ < 4) return 1;
        const std::size_t ptr = get(2);
        if (ptr < 5) return 2;
        const std::uint8_t kind = get(3) & 0x0f, overflow = get(3) >> 4;
        if (ptr <= len_) {
            if (ptr + 3 > len_) return 2;
            if (const auto wrong = stamp(kind, ptr)) return wrong;
        } else if (kind != ipopt::ts_prespec) {
            if (overflow == 15) return 3;
            if (skb_) {
                put(3, std::uint8_t(kind | (overflow + 1) << 4));
                opt_.is_changed = true;
            }
        }
        opt_.ts = place();
        return std::nullopt;
    }

    fault stamp(std::uint8_t kind, std::size_t ptr) {
        switch (kind) {
            case ipopt::ts_tsonly:
                if (skb_) insert_time(ptr - 1);
                opt_.ts_needtime = true;
                put(2, std::uint8_t(ptr + 4));
                return std::nullopt;
            case ipopt::ts_tsandaddr:
                if (ptr + 7 > len_) return 2;
                if (skb_) {
                    insert_address(ptr - 1);
                    insert_time(ptr + 3);
                }
                opt_.ts_needaddr = opt_.ts_needtime = true;
                put(2, std::uint8_t(ptr + 8));
                return std::nullopt;
            case ipopt::ts_prespec:
                if (ptr + 7 > len_) return 2;
                // Stamped only by the host whose turn it is.
                if (inet_addr_type(net_, ipv4_address::read(b_, at_ + ptr - 1)) == rtn::unicast) {
                    return std::nullopt;
                }
                if (skb_) insert_time(ptr + 3);
                opt_.ts_needtime = true;
                put(2, std::uint8_t(ptr + 8));
                return std::nullopt;
            default:
                return std::nullopt;
        }
    }

    void insert_address(std::size_t i) {
        fib_compute_spec_dst(*skb_).write(b_, at_ + i);
        opt_.is_changed = true;
    }
    void insert_time(std::size_t i) {
        put32(b_, at_ + i, inet_current_timestamp(net_));
        opt_.is_changed = true;
    }

    netns& net_;
    ip_options& opt_;
    frame* skb_;
    bytes_span b_;
    std::size_t at_ = 0, len_ = 0;
};

// Linux: net/ipv4/route.c ip_rt_get_source: the address of the device the packet leaves by.
ipv4_address ip_rt_get_source(const frame& skb, const rtable& rt) {
    const auto iph = ip_hdr(skb);
    if (!rt.is_input) return iph->saddr();
    netns& net = *rt.dev->net;
    flowi4 fl;
    fl.daddr = iph->daddr();
    fl.saddr = iph->saddr();
    fl.tos = iph->tos() & 0xfc;
    fl.oif = rt.dev->ifindex;
    fl.iif = skb.dev->ifindex;
    fl.mark = skb.mark;
    fib_result res;
    if (fib_lookup(net, fl, res) == err::ok) return fib_result_prefsrc(net, res);
    return inet_select_addr(*rt.dev, rt.nexthop(iph->daddr()), rt_scope::universe);
}

}  // namespace

std::uint32_t inet_current_timestamp(const netns& net) {
    constexpr std::int64_t ms_per_day = 86'400'000;
    const std::int64_t us = net.krn.boot_time_us + net.krn.now() / std::chrono::microseconds(1);
    return std::uint32_t(us / 1000 % ms_per_day);
}

// Linux: net/ipv4/fib_frontend.c
ipv4_address fib_compute_spec_dst(const frame& skb) {
    constexpr std::uint32_t kinds = rtcf::broadcast | rtcf::multicast | rtcf::local;
    const auto iph = ip_hdr(skb);
    if ((ipcb(skb).rt_flags & kinds) == rtcf::local) return iph->daddr();
    if (iph->saddr().is_zeronet()) return inet_select_addr(*skb.dev, iph->saddr(), rt_scope::link);
    netns& net = *skb.dev->net;
    const in_device* in_dev = in_dev_get(*skb.dev);
    flowi4 fl;
    fl.daddr = iph->saddr();
    fl.tos = iph->tos() & 0xfc;
    if (in_dev && in_dev->or_conf(devconf::src_vmark)) fl.mark = skb.mark;
    fib_result res;
    if (fib_lookup(net, fl, res) == err::ok) return fib_result_prefsrc(net, res);
    return inet_select_addr(*skb.dev, iph->saddr(), rt_scope::universe);
}

err ip_options_get(netns& net, ip_options_data& out, bytes_view bytes) {
    if (bytes.size() > ip_options_max) return err::inval;
    out = ip_options_data{};
    std::size_t len = 0;
    for (const std::byte b : bytes) out.data[len++] = b;
    while (len & 3) out.data[len++] = std::byte(ipopt::end);
    out.opt.optlen = std::uint8_t(len);
    options_compiler compiler(net, out.opt, nullptr, bytes_span(out.data).first(len));
    return compiler.compile() ? err::inval : err::ok;
}

bool ip_options_compile(netns& net, frame& skb) {
    ip_options& opt = ipcb(skb).opt;
    const bytes_span options = ip_hdr_writable(skb).subspan(ipv4_view::min_size, opt.optlen);
    const auto wrong = options_compiler(net, opt, &skb, options).compile();
    if (!wrong) return true;
    const std::uint32_t pointer = std::uint32_t(ipv4_view::min_size + *wrong);
    icmp_send(skb, icmp_type::parameterprob, 0, pointer << 24);
    return false;
}

bool ip_options_recompile(netns& net, frame& skb) {
    ip_options& opt = ipcb(skb).opt;
    opt = ip_options{};
    opt.optlen = std::uint8_t(ip_hdr(skb)->hlen() - ipv4_view::min_size);
    const bytes_span options = ip_hdr_writable(skb).subspan(ipv4_view::min_size, opt.optlen);
    return !options_compiler(net, opt, &skb, options).compile();
}

bool ip_options_rcv_srr(frame& skb, net_device& dev, rtable& rt) {
    ip_options& opt = ipcb(skb).opt;
    if (skb.pkt_type != packet_type::host) return false;
    if (rt.type == rtn::unicast) {  // not yet where the route wants it
        if (!opt.is_strictroute) return true;
        icmp_send(skb, icmp_type::parameterprob, 0, 16u << 24);
        return false;
    }
    if (rt.type != rtn::local) return false;
    const bytes_span b = ip_hdr_writable(skb);
    const std::size_t space = u8(b, opt.srr + 1u);
    std::size_t ptr = u8(b, opt.srr + 2u);
    for (; ptr <= space; ptr += 4) {
        if (ptr + 3 > space) {
            icmp_send(skb, icmp_type::parameterprob, 0, std::uint32_t(opt.srr + 2) << 24);
            return false;
        }
        const auto nexthop = ipv4_address::read(b, opt.srr + ptr - 1);
        const auto iph = ip_hdr(skb);
        rtable rt2;
        const auto reason = ip_route_input(skb, nexthop, iph->saddr(), iph->tos(), dev, rt2);
        if (reason != skb_not_dropped_yet) return false;
        if (rt2.type != rtn::unicast && rt2.type != rtn::local) return false;
        rt = rt2;
        skb_dst_set(skb, rt);
        opt.nexthop = nexthop;
        opt.is_changed = true;
        if (rt.type != rtn::local) {
            opt.srr_is_hit = true;
            return true;
        }
        nexthop.write(b, 16);  // this host again: go on to the next entry
    }
    return true;
}

namespace {

// The parts of ip_options_echo. `sptr` is the received header; false: cannot be answered.
bool echo_rr(ip_options_data& d, bytes_view sptr, const ip_options& sopt) {
    const std::size_t optlen = u8(sptr, sopt.rr + 1u), soffset = u8(sptr, sopt.rr + 2u);
    std::byte* dptr = d.data.data() + d.opt.optlen;
    d.opt.rr = std::uint8_t(d.opt.optlen + ipv4_view::min_size);
    std::memcpy(dptr, sptr.data() + sopt.rr, optlen);
    if (sopt.rr_needaddr && soffset <= optlen) {
        if (soffset + 3 > optlen) return false;
        dptr[2] = std::byte(soffset + 4);
        d.opt.rr_needaddr = true;
    }
    d.opt.optlen = std::uint8_t(d.opt.optlen + optlen);
    return true;
}

bool echo_ts(netns& net, ip_options_data& d, bytes_view sptr, const ip_options& sopt) {
    const std::size_t optlen = u8(sptr, sopt.ts + 1u);
    std::size_t soffset = u8(sptr, sopt.ts + 2u);
    const bytes_span dst = bytes_span(d.data).subspan(d.opt.optlen, optlen);
    d.opt.ts = std::uint8_t(d.opt.optlen + ipv4_view::min_size);
    std::memcpy(dst.data(), sptr.data() + sopt.ts, optlen);
    if (soffset <= optlen) {
        if (sopt.ts_needaddr) {
            if (soffset + 3 > optlen) return false;
            d.opt.ts_needaddr = true;
            soffset += 4;
        }
        if (sopt.ts_needtime) {
            if (soffset + 3 > optlen) return false;
            if ((u8(dst, 3) & 0x0f) != ipopt::ts_prespec) {
                d.opt.ts_needtime = true;
                soffset += 4;
            } else if (soffset + 7 <= optlen &&
                       inet_addr_type(net, ipv4_address::read(dst, soffset - 1)) != rtn::unicast) {
                d.opt.ts_needtime = true;
                soffset += 8;
            }
        }
        put8(dst, 2, std::uint8_t(soffset));
    }
    d.opt.optlen = std::uint8_t(d.opt.optlen + optlen);
    return true;
}

// The way back: the entries passed so far, in reverse.
void echo_srr(ip_options_data& d, bytes_view sptr, const ip_options& sopt, ipv4_address saddr) {
    const bytes_view start = sptr.subspan(sopt.srr);
    const int optlen = u8(start, 1);
    int soffset = u8(start, 2), doffset = 0;
    if (soffset > optlen) soffset = optlen + 1;
    soffset -= 4;
    if (soffset <= 3) return;
    const bytes_span dst = bytes_span(d.data).subspan(d.opt.optlen);
    const auto faddr = ipv4_address::read(start, std::size_t(soffset - 1));
    for (soffset -= 4, doffset = 4; soffset > 3; soffset -= 4, doffset += 4) {
        std::memcpy(&dst[std::size_t(doffset - 1)], &start[std::size_t(soffset - 1)], 4);
    }
    // RFC 1812: illegal source routes, which hold the sender itself, are mended.
    if (ipv4_address::read(start, std::size_t(soffset + 3)) == saddr) doffset -= 4;
    if (doffset <= 3) return;
    d.opt.faddr = faddr;
    dst[0] = start[0];
    dst[1] = std::byte(doffset + 3);
    dst[2] = std::byte{4};
    d.opt.srr = std::uint8_t(d.opt.optlen + ipv4_view::min_size);
    d.opt.optlen = std::uint8_t(d.opt.optlen + doffset + 3);
    d.opt.is_strictroute = sopt.is_strictroute;
}

}  // namespace

bool ip_options_echo(netns& net, ip_options_data& dopt, const frame& skb, const ip_options& sopt) {
    dopt = ip_options_data{};
    if (sopt.optlen == 0) return true;
    const auto iph = ip_hdr(skb);
    const bytes_view sptr = iph->header();
    if (sopt.rr && !echo_rr(dopt, sptr, sopt)) return false;
    if (sopt.ts && !echo_ts(net, dopt, sptr, sopt)) return false;
    if (sopt.srr) echo_srr(dopt, sptr, sopt, iph->saddr());
    while (dopt.opt.optlen & 3) dopt.data[dopt.opt.optlen++] = std::byte(ipopt::end);
    return true;
}

void ip_options_build(frame& skb, const ip_options_data& opt, ipv4_address daddr,
                      const rtable& rt) {
    ipcb(skb).opt = opt.opt;
    const bytes_span iph = ip_hdr_writable(skb);
    std::memcpy(iph.data() + ipv4_view::min_size, opt.data.data(), opt.opt.optlen);
    const ip_options& o = opt.opt;
    // The pointer stands behind the entry that the sender fills in itself.
    if (o.srr) daddr.write(iph, o.srr + std::size_t(u8(iph, o.srr + 1u)) - 4);
    if (o.rr_needaddr) {
        ip_rt_get_source(skb, rt).write(iph, o.rr + std::size_t(u8(iph, o.rr + 2u)) - 5);
    }
    const std::size_t ts = o.ts ? o.ts + std::size_t(u8(iph, o.ts + 2u)) : 0;
    if (o.ts_needaddr) ip_rt_get_source(skb, rt).write(iph, ts - 9);
    if (o.ts_needtime) put32(iph, ts - 5, inet_current_timestamp(*rt.dev->net));
}

void ip_forward_options(frame& skb, const rtable& rt) {
    ip_options& opt = ipcb(skb).opt;
    const bytes_span raw = ip_hdr_writable(skb);
    if (opt.rr_needaddr) {
        const std::size_t ptr = u8(raw, opt.rr + 2u);
        ip_rt_get_source(skb, rt).write(raw, opt.rr + ptr - 5);
        opt.is_changed = true;
    }
    if (opt.srr_is_hit) {
        const std::size_t space = u8(raw, opt.srr + 1u);
        std::size_t ptr = u8(raw, opt.srr + 2u);
        while (ptr + 3 <= space && ipv4_address::read(raw, opt.srr + ptr - 1) != opt.nexthop) {
            ptr += 4;
        }
        if (ptr + 3 <= space) {
            opt.is_changed = true;
            opt.nexthop.write(raw, 16);
            ip_rt_get_source(skb, rt).write(raw, opt.srr + ptr - 1);
            put8(raw, opt.srr + 2u, std::uint8_t(ptr + 4));
        }
        // Only behind a source route; else a time stamp keeps the address of the way in.
        if (opt.ts_needaddr) {
            const std::size_t ts = u8(raw, opt.ts + 2u);
            ip_rt_get_source(skb, rt).write(raw, opt.ts + ts - 9);
            opt.is_changed = true;
        }
    }
    if (opt.is_changed) {
        opt.is_changed = false;
        ip_send_check(raw);
    }
}

void ip_options_fragment(frame& skb) {
    ip_options& opt = ipcb(skb).opt;
    const bytes_span options = ip_hdr_writable(skb).subspan(ipv4_view::min_size, opt.optlen);
    for (std::size_t at = 0; at < options.size();) {
        const std::uint8_t type = u8(options, at);
        if (type == ipopt::end) break;
        if (type == ipopt::noop) {
            at++;
            continue;
        }
        if (at + 2 > options.size()) return;
        const std::size_t len = u8(options, at + 1);
        if (len < 2 || at + len > options.size()) return;
        if (!(type & ipopt::copied)) std::memset(&options[at], ipopt::noop, len);
        at += len;
    }
    opt.ts = opt.rr = 0;
    opt.rr_needaddr = opt.ts_needaddr = opt.ts_needtime = false;
}

}  // namespace vethlab
