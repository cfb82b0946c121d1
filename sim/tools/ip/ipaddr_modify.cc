// iproute2: ip/ipaddress.c (ipaddr_modify)
#include "sim/tools/ip/address.h"

namespace vethlab {
namespace {

constexpr std::uint32_t infinity_life_time = 0xffffffff;

enum class auto_broadcast { no, all_ones, all_zeros };  // brd +, brd -

struct address_parser {
    ip_context& ip;
    args& a;
    address_change change;
    ifaddrmsg ifa{};
    nlmsg_builder attrs{};
    inet_prefix local{}, peer{};
    std::string local_text{};
    std::optional<std::string> dev{};
    auto_broadcast brd = auto_broadcast::no;
    bool have_brd = false, have_any = false, scoped = false;
    std::optional<std::uint32_t> valid_lft{}, preferred_lft{};
    std::uint32_t flags = 0;

    bool deleting() const { return change == address_change::del; }

    inet_prefix checked(const inet_prefix& p) {
        if (ifa.ifa_family == af::unspec) ifa.ifa_family = p.family;
        return p;
    }
    void take_peer() {
        const std::string& w = a.next();
        if (!a.more()) return;
        if (peer.bytelen) ip.duparg("peer", w);
        if (ip.exited) return;
        peer = checked(get_prefix(ip, w, ifa.ifa_family));
        attrs.put(ifa::address, peer.bytes());
        ifa.ifa_prefixlen = std::uint8_t(peer.bitlen);
    }
    void take_broadcast() {
        const std::string& w = a.next();
        if (!a.more()) return;
        if (have_brd) ip.duparg("broadcast", w);
        if (ip.exited) return;
        have_brd = true;
        if (w == "+" || w == "-") {
            brd = w == "+" ? auto_broadcast::all_ones : auto_broadcast::all_zeros;
        } else {
            attrs.put(ifa::broadcast, checked(get_addr(ip, w, ifa.ifa_family)).bytes());
        }
    }
    void take_anycast() {
        const std::string& w = a.next();
        if (!a.more()) return;
        if (have_any) ip.duparg("anycast", w);
        if (ip.exited) return;
        const auto any = checked(get_addr(ip, w, ifa.ifa_family));
        have_any = any.bytelen != 0;
        attrs.put(ifa::anycast, any.bytes());
    }
    void take_scope() {
        const auto scope = rtnl_rtscope_a2n(a.next());
        if (!scope && a.more()) ip.invarg("invalid scope value.", a.word());
        ifa.ifa_scope = std::uint8_t(scope.value_or(0));
        scoped = true;
    }
    void take_lifetime(const char* name, std::optional<std::uint32_t>& lifetime) {
        if (lifetime) ip.duparg(name, a.word());
        const std::string& w = a.next();
        if (w == "forever") {
            lifetime = infinity_life_time;
            return;
        }
        lifetime = get_u32(w);
        if (!lifetime && a.more()) ip.invarg(strf("%s value", name), w);
    }
    // A flag's name; false if the word is none.
    bool take_flag() {
        for (const auto& f : ifa_flag_names) {
            if (a.word() != f.name) continue;
            if (f.readonly) {
                ip.p.err->printf("Warning: %s option is not mutable from userspace\n", f.name);
            } else if (f.v6only && ifa.ifa_family != af::inet6) {
                ip.p.err->printf("Warning: %s option can be set only for IPv6 addresses\n", f.name);
            } else {
                flags |= f.mask;
            }
            return true;
        }
        return false;
    }
    void take_local() {
        if (a.is("local")) a.next();
        if (!a.more()) return;
        if (a.matches("help")) {
            ipaddr_usage(*ip.p.err);
            ip.exit(255);
            return;
        }
        if (local.bytelen) ip.duparg2("local", a.word());
        if (ip.exited) return;
        local_text = a.word();
        local = checked(get_prefix(ip, local_text, ifa.ifa_family));
        attrs.put(ifa::local, local.bytes());
    }
    void word() {
        if (a.is("peer") || a.is("remote")) {
            take_peer();
        } else if (a.matches("broadcast") || a.is("brd")) {
            take_broadcast();
        } else if (a.is("anycast")) {
            take_anycast();
        } else if (a.is("scope")) {
            take_scope();
        } else if (a.is("dev")) {
            dev = a.next();
        } else if (a.is("label")) {
            attrs.put_str(ifa::label, a.next());
        } else if (a.matches("metric") || a.matches("priority") || a.matches("preference")) {
            attrs.put_u32(ifa::rt_priority, a.next_u32("\"metric\" value is invalid\n"));
        } else if (a.matches("valid_lft")) {
            take_lifetime("valid_lft", valid_lft);
        } else if (a.matches("preferred_lft")) {
            take_lifetime("preferred_lft", preferred_lft);
        } else if (!take_flag()) {
            take_local();
        }
    }

    // The address of the network follows from the local one, except where a deletion names
    // no prefix length: then any prefix will do.
    void finish_address() {
        if (peer.bytelen || !local.bytelen) return;
        if (deleting() && local.family == af::inet && !local.prefixlen_specified) {
            ip.p.err->printf(
                "Warning: Executing wildcard deletion to stay compatible with old scripts.\n"
                "         Explicitly specify the prefix length (%s/%d) to avoid this warning.\n"
                "         This special behaviour is likely to disappear in further releases,\n"
                "         fix your scripts!\n",
                local_text.c_str(), int(local.bytelen * 8));
            return;
        }
        peer = local;
        attrs.put(ifa::address, local.bytes());
    }
    // 0 or an exit status.
    int finish_broadcast() {
        if (brd == auto_broadcast::no || deleting()) return 0;
        if (ifa.ifa_family != af::inet) {
            ip.p.err->write("Broadcast can be set only for IPv4 addresses\n");
            return 1;
        }
        if (peer.bitlen > 30) return 0;
        const std::uint32_t host_part = ~inet_make_mask(unsigned(peer.bitlen));
        ipv4_address address = peer.ip4();
        address.value = brd == auto_broadcast::all_ones ? address.value | host_part
                                                        : address.value & ~host_part;
        if (peer.bytelen) {
            attrs.put_ip4(ifa::broadcast, address);
        } else {
            attrs.put(ifa::broadcast, {});  // of no address: the kernel will not have that
        }
        return 0;
    }
    int finish_lifetimes() {
        if (!valid_lft && !preferred_lft) return 0;
        ifa_cacheinfo info{};
        info.ifa_valid = valid_lft.value_or(infinity_life_time);
        info.ifa_prefered = preferred_lft.value_or(infinity_life_time);
        if (info.ifa_valid == 0) {
            ip.p.err->write("valid_lft is zero\n");
            return 1;
        }
        if (info.ifa_valid < info.ifa_prefered) {
            ip.p.err->write("preferred_lft is greater than valid_lft\n");
            return 1;
        }
        attrs.put_struct(ifa::cacheinfo, info);
        return 0;
    }
    int finish() {
        if (flags <= 0xff) {
            ifa.ifa_flags = std::uint8_t(flags);
        } else {
            attrs.put_u32(ifa::flags, flags);
        }
        if (!dev) {
            ip.p.err->write("Not enough information: \"dev\" argument is required.\n");
            return 1;
        }
        finish_address();
        if (ifa.ifa_prefixlen == 0) ifa.ifa_prefixlen = std::uint8_t(local.bitlen);
        if (const int status = finish_broadcast()) return status;
        const bool loopback =
            local.family == af::inet && local.bytelen && local.ip4().is_loopback();
        if (!scoped && !deleting() && loopback) ifa.ifa_scope = rt_scope::host;
        ifa.ifa_index = ip.ll.name_to_index(*dev);
        if (!ifa.ifa_index) return ip.nodev(*dev);
        if (const int status = finish_lifetimes()) return status;
        if (flags & ifa_f::mcautojoin && !local.addr_is_multi()) {
            ip.p.err->write("autojoin needs multicast address\n");
            return 1;
        }
        return 0;
    }
};

std::uint16_t change_flags(address_change change) {
    switch (change) {
        case address_change::add:
            return nlm_f::create | nlm_f::excl;
        case address_change::change:
            return nlm_f::replace;
        case address_change::replace:
            return nlm_f::create | nlm_f::replace;
        case address_change::del:
            break;
    }
    return 0;
}

}  // namespace

int ipaddr_modify(ip_context& ip, args a, address_change change) {
    address_parser parser{ip, a, change};
    parser.ifa.ifa_family = ip.preferred_family;
    for (; a.more(); a.advance()) parser.word();
    if (ip.exited) return *ip.exited;
    if (const int status = parser.finish()) return status;
    nlmsg_builder request;
    request.begin(change == address_change::del ? rtm::deladdr : rtm::newaddr,
                  change_flags(change));
    request.head(parser.ifa);
    request.raw(parser.attrs.view());
    request.end();
    return ip.rth.talk(request) == err::ok ? 0 : 2;
}

}  // namespace vethlab
