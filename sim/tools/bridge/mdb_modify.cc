// iproute2: bridge/mdb.c:mdb_modify
#include <algorithm>
#include <cstdlib>

#include "core/uapi/if.h"
#include "sim/tools/bridge/mdb.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

namespace mdba_set_entry {
enum : std::uint16_t { entry = 1, attrs };
}
namespace mdbe_attr {
enum : std::uint16_t { source = 1 };
}

// A group as an IPv4 or IPv6 address or a MAC.
bool parse_group(bridge_context& br, const std::string& text, br_mdb_entry& e) {
    const auto put = [&](bytes_view addr, std::uint16_t proto) {
        std::memcpy(e.addr.data(), addr.data(), std::min(addr.size(), e.addr.size()));
        std::byte be[2];
        put16(be, 0, proto);
        std::memcpy(&e.proto, be, sizeof be);
    };
    std::array<std::byte, 16> ip6;
    if (const auto ip4 = parse_inet_pton(text)) {
        std::byte b[4];
        ip4->write(b, 0);
        put(b, eth_p::ip);
    } else if (inet_pton6(text, ip6)) {
        put(ip6, eth_p::ipv6);
    } else {
        const auto mac = ll_addr_a2n(br, 6, text);
        if (!mac || mac->size() != 6) return false;
        put(*mac, 0);
    }
    return true;
}

struct mdb_request {
    std::optional<std::string> dev, port, grp, src;
    br_mdb_entry entry{};
};

// False after a message.
bool put_source(bridge_context& br, nlmsg_builder& b, const std::string& src) {
    const auto nest = b.nest(mdba_set_entry::attrs | nla_f_nested);
    std::array<std::byte, 16> ip6;
    if (const auto ip4 = parse_inet_pton(src)) {
        b.put_ip4(mdbe_attr::source, *ip4);
    } else if (inet_pton6(src, ip6)) {
        b.put(mdbe_attr::source, ip6);
    } else {
        br.p.err->printf("Invalid source address \"%s\"\n", src.c_str());
        return false;
    }
    b.end_nest(nest);
    return true;
}

void parse_word(bridge_context& br, args& a, mdb_request& r) {
    if (a.is("dev")) {
        r.dev = a.next();
    } else if (a.is("grp")) {
        r.grp = a.next();
    } else if (a.is("port")) {
        r.port = a.next();
    } else if (a.is("permanent")) {
        r.entry.state |= mdb_permanent;
    } else if (a.is("temp")) {
        // as without it
    } else if (a.is("vid")) {
        r.entry.vid = std::uint16_t(std::atoi(a.next().c_str()));
    } else if (a.is("src")) {
        r.src = a.next();
    } else if (a.matches("help")) {
        mdb_usage(br);  // upstream ignores all other words
    }
}

}  // namespace

int mdb_modify(bridge_context& br, args& a, std::uint16_t type, std::uint16_t flags) {
    mdb_request r;
    for (; a.more(); a.advance()) parse_word(br, a, r);
    if (br.exited) return 255;
    if (!r.dev || !r.grp || !r.port) {
        br.p.err->write("Device, group address and port name are required arguments.\n");
        return 255;
    }
    const auto index = br.ll.name_to_index(*r.dev);
    r.entry.ifindex = index ? br.ll.name_to_index(*r.port) : 0;
    if (!index || !r.entry.ifindex) {
        br.nodev(index ? *r.port : *r.dev);
        return 255;
    }
    if (!parse_group(br, *r.grp, r.entry)) {
        br.p.err->printf("Invalid address \"%s\"\n", r.grp->c_str());
        return 255;
    }
    nlmsg_builder b;
    b.begin(type, flags);
    b.head(br_port_msg{af::bridge, index});
    b.put_struct(mdba_set_entry::entry, r.entry);
    if (r.src && !put_source(br, b, *r.src)) return 255;
    b.end();
    return br.rth.talk(b) == err::ok ? 0 : 255;
}

}  // namespace vethlab
