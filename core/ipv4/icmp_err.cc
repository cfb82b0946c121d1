// Linux: net/ipv4/icmp.c icmp_unreach, icmp_redirect, icmp_err; ipv4_sk_update_pmtu and
// ipv4_sk_redirect of route.c.
#include "core/ipv4/icmp_err.h"

#include "core/ipv4/icmp.h"
#include "core/ipv4/ip.h"
#include "core/ipv4/raw.h"
#include "core/ipv4/udp.h"

namespace vethlab {
namespace {

// icmp_err: about a message that the kernel itself sent (an echo reply). Errors about requests
// are for ping sockets, of which there are none here.
void icmp_err(const frame& skb, std::uint32_t info) {
    const auto iph = ipv4_view::parse(skb.bytes());
    if (u8(skb.bytes(), iph->hlen()) != icmp_type::echoreply) return;
    (void)icmp_route_update(skb, info, 0, 0);
}

// Linux: icmp_socket_deliver
void icmp_socket_deliver(const frame& skb, std::uint32_t info) {
    const auto iph = ipv4_view::parse(skb.bytes());
    // A full header and eight bytes, so that the handlers need not look again.
    if (!iph || skb.len < iph->hlen() + 8) return;
    raw_icmp_error(skb, iph->protocol(), info);
    if (iph->protocol() == ipproto::icmp) icmp_err(skb, info);
    if (iph->protocol() == ipproto::udp) udp_err(skb, info);
}

}  // namespace

icmp_errno icmp_err_convert(std::uint8_t code) {
    static constexpr icmp_errno table[nr_icmp_unreach + 1] = {
        {err::netunreach, false},  {err::hostunreach, false}, {err::noprotoopt, true},
        {err::connrefused, true},  {err::msgsize, false},     {err::opnotsupp, false},
        {err::netunreach, true},   {err::hostdown, true},     {err::nonet, true},
        {err::netunreach, true},   {err::hostunreach, true},  {err::netunreach, false},
        {err::hostunreach, false}, {err::hostunreach, true},  {err::hostunreach, true},
        {err::hostunreach, true},
    };
    return code <= nr_icmp_unreach ? table[code] : icmp_errno{err::hostunreach, false};
}

std::optional<icmp_errno> icmp_error_meaning(std::uint8_t type, std::uint8_t code,
                                             bool pmtu_matters) {
    switch (type) {
        case icmp_type::source_quench:
            return std::nullopt;
        case icmp_type::parameterprob:
            return icmp_errno{err::proto, true};
        case icmp_type::dest_unreach:
            if (code == icmp_code::frag_needed) return icmp_errno{err::msgsize, pmtu_matters};
            return icmp_err_convert(code);
        default:
            return icmp_errno{err::hostunreach, false};
    }
}

bool icmp_route_update(const frame& skb, std::uint32_t info, std::uint32_t mark, int oif) {
    const auto icmph = icmp_hdr(skb);
    const bool too_big =
        icmph.type() == icmp_type::dest_unreach && icmph.code() == icmp_code::frag_needed;
    const bool redirect = icmph.type() == icmp_type::redirect;
    if (!too_big && !redirect) return false;
    netns& net = *skb.dev->net;
    const auto iph = ipv4_view::parse(skb.bytes());
    flowi4 fl;
    fl.daddr = iph->daddr();
    fl.saddr = iph->saddr();
    fl.tos = iph->tos() & 0xfc;
    fl.proto = iph->protocol();
    fl.mark = mark;
    fl.oif = oif;
    if (too_big) {
        ipv4_update_pmtu(net, fl, info);
        return false;
    }
    if ((icmph.code() & 7) <= 3) {
        ipv4_redirect(net, fl, *skb.dev, ip_hdr(skb)->saddr(), ipv4_address{icmph.info()});
    }
    return true;
}

drop_reason icmp_unreach(frame& skb) {
    netns& net = *skb.dev->net;
    const auto icmph = icmp_hdr(skb);
    const auto iph = ipv4_view::parse(skb.bytes());
    if (!iph) return drop_reason::ip_in_hdr;
    std::uint32_t info = 0;
    switch (icmph.type()) {
        case icmp_type::dest_unreach:
            if (icmph.code() == icmp_code::frag_needed) {
                const int mode = net.ipv4->sysctl->ip_no_pmtu_disc;
                if (mode == 2) return drop_reason::consumed;
                if (mode == 0) info = icmph.info() & 0xffff;
                // Mode 3 believes only protocols that can check the quote.
                if (mode == 3) return drop_reason::consumed;
            }
            if (icmph.code() > nr_icmp_unreach) return drop_reason::consumed;
            break;
        case icmp_type::parameterprob:
            info = icmph.info() >> 24;
            break;
        case icmp_type::time_exceeded:
            if (icmph.code() == icmp_code::exc_fragtime) return drop_reason::consumed;
            break;
        default:
            break;
    }
    // RFC 1122 3.2.2: some routers answer broadcasts.
    if (!net.ipv4->sysctl->icmp_ignore_bogus_error_responses &&
        inet_addr_type_dev_table(net, iph->daddr(), skb.dev) == rtn::broadcast) {
        return drop_reason::consumed;
    }
    icmp_socket_deliver(skb, info);
    return drop_reason::consumed;
}

drop_reason icmp_redirect(frame& skb) {
    if (skb.len < ipv4_view::min_size) return drop_reason::pkt_too_small;
    icmp_socket_deliver(skb, icmp_hdr(skb).info());
    return drop_reason::consumed;
}

}  // namespace vethlab
