// iproute2: ip/iproute.c:iproute_get
#include "sim/tools/ip/iproute.h"

namespace vethlab {
namespace {

struct route_question {
    ip_context& ip;
    args& a;
    rtmsg head{};
    nlmsg_builder tail;  // attributes, behind a header that is thrown away
    std::optional<std::string> iif, oif;
    bool address_found = false, from_ok = false, connected = false;
    std::uint32_t mark = 0;

    void put_prefix(std::uint16_t type, const inet_prefix& p, std::uint8_t& len) {
        if (head.rtm_family == af::unspec) head.rtm_family = p.family;
        if (p.bytelen) tail.put(type, p.bytes());
        len = std::uint8_t(p.bitlen);
    }
    void port(std::uint16_t type, const char* message) { tail.put_be16(type, a.next_u16(message)); }
    void address() {
        if (a.is("to")) a.next();
        if (a.matches("help")) iproute_usage(ip);
        const auto p = get_prefix(ip, a.word(), head.rtm_family);
        if (ip.exited) return;
        put_prefix(rta::dst, p, head.rtm_dst_len);
        address_found = true;
        const auto bits = af_bit_len(head.rtm_family);
        if (!bits || head.rtm_dst_len == bits) return;
        ip.p.err->printf("Warning: /%u as prefix is invalid, only /%u (or none) is supported.\n",
                         head.rtm_dst_len, bits);
        head.rtm_dst_len = std::uint8_t(bits);
    }
    void word() {
        if (a.is("tos") || a.matches("dsfield")) {
            const auto tos = rtnl_dsfield_a2n(a.next());
            if (!tos) return void(ip.invarg("TOS value is invalid\n", a.word()));
            head.rtm_tos = std::uint8_t(*tos);
        } else if (a.matches("from")) {
            a.next();
            if (a.matches("help")) iproute_usage(ip);
            from_ok = true;
            const auto p = get_prefix(ip, a.word(), head.rtm_family);
            if (!ip.exited) put_prefix(rta::src, p, head.rtm_src_len);
        } else if (a.matches("iif")) {
            iif = a.next();
        } else if (a.matches("mark")) {
            mark = a.next_u32("invalid mark value");
        } else if (a.matches("oif") || a.is("dev")) {
            oif = a.next();
        } else if (a.matches("notify")) {
            head.rtm_flags |= rtm_f::notify;
        } else if (a.matches("connected")) {
            connected = true;
        } else if (a.matches("vrf")) {
            ip.invarg("Invalid VRF\n", a.next());
        } else if (a.matches("uid")) {
            tail.put_u32(rta::uid, a.next_u32("invalid UID\n"));
        } else if (a.matches("fibmatch")) {
            head.rtm_flags |= rtm_f::fib_match;
        } else if (a.matches("sport")) {
            port(rta::sport, "invalid sport\n");
        } else if (a.matches("dport")) {
            port(rta::dport, "invalid dport\n");
        } else if (a.matches("ipproto")) {
            const auto proto = inet_proto_a2n(a.next());
            if (!proto) return void(ip.invarg("Invalid \"ipproto\" value\n", a.word()));
            tail.put_u8(rta::ip_proto, *proto);
        } else {
            address();
        }
    }
    bool device(const std::optional<std::string>& name, std::uint16_t type) {
        if (!name) return true;
        const auto index = ip.ll.name_to_index(*name);
        if (index) {
            tail.put_u32(type, index);
        } else {
            ip.nodev(*name);
        }
        return index != 0;
    }
    nlmsg_builder request() const {
        nlmsg_builder m;
        m.begin(rtm::getroute, 0);
        m.head(head);
        m.raw(tail.view());
        m.end();
        return m;
    }
};

}  // namespace

int iproute_get(ip_context& ip, args& a) {
    route_question q{ip, a, {}, {}, {}, {}};
    q.head.rtm_family = ip.preferred_family;
    for (; a.more(); a.advance()) q.word();
    if (ip.exited) return *ip.exited;
    if (!q.address_found) {
        ip.p.err->write("need at least a destination address\n");
        return 1;
    }
    if (!q.device(q.iif, rta::iif) || !q.device(q.oif, rta::oif)) return 1;
    if (q.mark) q.tail.put_u32(rta::mark, q.mark);
    if (q.head.rtm_family == af::unspec) q.head.rtm_family = af::inet;
    if (q.head.rtm_family == af::inet) q.head.rtm_flags |= rtm_f::lookup_table;

    route_filter all;
    all.cloned = route_filter::cache_too;
    std::vector<std::byte> answer;
    if (ip.rth.talk(q.request(), &answer) != err::ok) return 2;
    ip.print.begin(ip.json, ip.pretty);
    if (q.connected && !q.from_ok) {
        // Upstream means to ask with the source just found, and asks the same again.
        const auto tb = first_message(answer).attrs<rtmsg>();
        print_route(ip, all, first_message(answer));
        if (!tb.has(rta::prefsrc) && !tb.has(rta::src)) {
            ip.p.err->write("Failed to connect the route\n");
            return 1;
        }
        if (ip.rth.talk(q.request(), &answer) != err::ok) return 2;
    }
    print_route(ip, all, first_message(answer));
    ip.print.end();
    return 0;
}

}  // namespace vethlab
