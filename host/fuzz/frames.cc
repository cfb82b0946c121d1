// Frames of all kinds: right ones, and ones with a field or a length that is not.
#include "host/fuzz/grammar.h"
#include "host/fuzz/packet.h"

namespace vethlab::host::fuzz {
namespace {

struct ends {
    std::string source, destination;
};

// Addresses that a frame from here may well have.
std::string own_address(world& w, const device& from) {
    return !from.addresses.empty() && w.c.some(70) ? w.c.one(from.addresses) : "";
}
std::string good_host(world& w) {
    const device* d = w.any_device();
    if (d && !d->addresses.empty()) return w.c.one(d->addresses);
    return w.c.one({"10.0.0.1", "10.0.1.2"});
}
ends ip_ends(world& w, const device& from) {
    ends e{own_address(w, from), good_host(w)};
    if (e.source.empty()) {
        e.source = w.c.one(
            {"10.0.0.33", "10.0.1.33", "192.168.7.7", "10.0.0.1"},
            {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.255", "240.0.0.1"},
            30);
    }
    if (w.c.some(25)) {
        e.destination =
            w.c.one({"10.0.0.99", "10.9.9.9", "255.255.255.255", "10.0.0.255", "224.0.0.1",
                     "239.1.1.1", "127.0.0.1", "0.0.0.0", "10.0.1.255", "240.0.0.5"});
    }
    return e;
}

std::string own_mac(world& w, const device& from) {
    if (!from.mac.empty() && w.c.some(75)) return from.mac;
    return w.c.one({"02:00:00:00:00:71", "02:00:00:00:00:72"},
                   {"01:00:5e:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"}, 20);
}
std::string other_mac(world& w) {
    const device* d = w.any_device();
    if (d && !d->mac.empty() && w.c.some(60)) return d->mac;
    return w.c.one({"ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff", "02:00:00:00:00:72",
                    "02:00:00:00:00:73", "01:00:5e:00:00:01", "01:00:5e:01:01:01",
                    "33:33:00:00:00:01", "01:80:c2:00:00:00", "01:80:c2:00:00:0e",
                    "01:80:c2:00:00:03", "01:80:c2:00:00:01", "01:80:c2:00:00:10"});
}
// The one an IPv4 destination is sent to, mostly.
std::string mac_for(world& w, const std::string& address) {
    if (address.starts_with("224.") || address.starts_with("239.")) {
        return address == "239.1.1.1" ? "01:00:5e:01:01:01" : "01:00:5e:00:00:01";
    }
    for (const auto& d : w.devices) {
        for (const auto& a : d.addresses) {
            if (a == address && !d.mac.empty() && w.c.some(85)) return d.mac;
        }
    }
    return other_mac(w);
}

packet ethernet(const std::string& to, const std::string& from, unsigned type) {
    return packet().mac(to).mac(from).u16(type);
}

packet arp(world& w, const device& from) {
    const bool odd = w.c.some(25);
    const std::string mac = own_mac(w, from);
    std::string sender = own_address(w, from);
    if (sender.empty()) sender = w.c.one({"10.0.0.33", "0.0.0.0", "10.0.1.33", "127.0.0.1"});
    std::string target =
        w.c.some(75) ? good_host(w)
                     : w.c.one({"10.0.0.9", "10.9.9.9", "0.0.0.0", "224.0.0.1", "127.0.0.1"});
    if (w.c.some(15)) target = sender;  // gratuitous
    const unsigned op = w.c.some(60) ? 1 : w.c.some(75) ? 2 : w.c.below(12);
    packet p = ethernet(w.c.some(55) ? "ff:ff:ff:ff:ff:ff" : mac_for(w, target), mac,
                        w.c.some(97) ? 0x0806 : 0x8035);
    p.u16(odd && w.c.some(20) ? w.c.below(30) : 1).u16(odd && w.c.some(20) ? 0x86dd : 0x0800);
    p.u8(odd && w.c.some(20) ? w.c.below(9) : 6).u8(odd && w.c.some(20) ? w.c.below(9) : 4).u16(op);
    p.mac(w.c.some(85) ? mac
                       : w.c.one({"02:00:00:00:00:74", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01",
                                  "00:00:00:00:00:00"}))
        .ip(sender);
    p.mac(op == 1 ? "00:00:00:00:00:00" : mac_for(w, target)).ip(target);
    return p;
}

packet ip_options(world& w) {
    packet o;
    switch (w.c.below(8)) {
        case 0:
            o.u8(1).u8(1).u8(1).u8(0);
            break;
        case 1:
            o.u8(7).u8(7).u8(4).u32(0).u8(0);  // record route
            break;
        case 2:
            o.u8(148).u8(4).u16(0);  // router alert
            break;
        case 3:
            o.u8(131).u8(7).u8(4).ip(good_host(w)).u8(0);  // loose source route
            break;
        case 4:
            o.u8(7).u8(w.c.below(9)).u8(w.c.below(9)).u8(0);
            break;
        case 5:
            o.u8(68).u8(w.c.below(13)).u8(w.c.below(14)).u8(w.c.below(4));
            break;
        case 6:
            o.u8(137).u8(7).u8(w.c.one({"4", "8"}) == "4" ? 4 : 8).ip(good_host(w)).u8(0);
            break;
        default:
            o.u8(w.c.below(256)).u8(w.c.below(8)).u16(0);
    }
    return o;
}

struct ip_parts {
    unsigned protocol, ttl = 64, fragment = 0;
    ends between;
};

packet ipv4(world& w, const ip_parts& what, const packet& body) {
    const bool odd = w.c.some(18);
    const packet options = w.c.some(8) ? ip_options(w) : packet();
    const unsigned words = 5 + unsigned(options.size()) / 4;
    unsigned total = words * 4 + unsigned(body.size());
    packet h;
    if (odd && w.c.some(25)) total = w.c.some(50) ? total + w.c.below(40) : w.c.below(total + 1);
    h.u8((odd && w.c.some(20) ? w.c.below(16) : 4) << 4 |
         (odd && w.c.some(20) ? w.c.below(16) : words));
    h.u8(w.c.some(90) ? 0 : w.c.below(256)).u16(total);
    h.u16(what.fragment & 0x3fff ? 0x77 : w.c.some(80) ? 0 : 5).u16(what.fragment);
    h.u8(what.ttl).u8(what.protocol).u16(0).ip(what.between.source).ip(what.between.destination);
    h.add(options);
    h.checksum(10);
    if (odd && w.c.some(20)) h.set16(10, w.c.below(65536));
    return h.add(body);
}

packet udp(world& w, const ends& e) {
    const unsigned size = w.c.one({"0", "4", "30"}) == "4" ? 4 : w.c.below(60);
    const unsigned length = w.c.some(92) ? size + 8 : w.c.below(size + 20);
    packet u;
    u.u16(w.c.some(90) ? 4000 : 0).u16(w.c.some(80) ? w.c.between(5000, 5003) : w.c.below(65536));
    u.u16(length).u16(0).fill(size);
    if (w.c.some(70)) {
        packet pseudo;
        pseudo.ip(e.source).ip(e.destination).u16(17).u16(length);
        u.checksum(6, csum_partial(pseudo.view()));
    } else if (w.c.some(30)) {
        u.set16(6, w.c.below(65536));
    }
    return u;
}

packet icmp(world& w, const ends& e) {
    packet i;
    switch (w.c.below(10)) {
        case 0:
        case 1: {  // an error about what the other never sent
            const unsigned type = w.c.one({"3", "11"}) == "3" ? 3
                                  : w.c.some(60)              ? 11
                                  : w.c.some(50)              ? 5
                                                              : 12;
            i.u8(type).u8(w.c.below(type == 3 ? 17 : 3)).u16(0);
            type == 5 ? i.ip(good_host(w)) : i.u32(w.c.some(50) ? 0 : w.c.below(2000));
            packet quoted;
            quoted.u8(0x45).u8(0).u16(28).u16(0).u16(0).u8(64).u8(17).u16(0);
            quoted.ip(e.destination).ip(e.source).u16(40000).u16(5000).u16(8).u16(0);
            quoted.cut(w.c.some(80) ? 28 : w.c.below(28));
            i.add(quoted);
            break;
        }
        case 2:
            i.u8(w.c.one({"0", "10"}) == "0" ? 0 : w.c.between(14, 18)).u8(0).u16(0).u32(0x10001);
            break;
        case 3:
            i.u8(w.c.between(19, 255)).u8(w.c.below(3)).u16(0).u32(0);
            break;
        default:
            i.u8(8)
                .u8(w.c.some(95) ? 0 : 1)
                .u16(0)
                .u32(0x10001)
                .fill(w.c.some(60) ? 16 : w.c.below(90));
    }
    i.checksum(2);
    if (w.c.some(5)) i.set16(2, w.c.below(65536));
    if (w.c.some(4)) i.cut(w.c.below(8));
    return i;
}

packet igmp(world& w) {
    const std::string group =
        w.c.one({"239.1.1.1", "239.1.1.2", "239.2.2.2"}, {"224.0.0.1", "10.0.0.1"});
    packet g;
    switch (w.c.below(5)) {
        case 0:
            g.u8(0x16).u8(0).u16(0).ip(group);  // version 2 report
            break;
        case 1:
            g.u8(0x17).u8(0).u16(0).ip(group);  // leave
            break;
        case 2:
            g.u8(0x12).u8(0).u16(0).ip(group);  // version 1 report
            break;
        case 3:
            g.u8(0x22).u8(0).u16(0).u16(0).u16(1);
            g.u8(w.c.between(1, 6)).u8(0).u16(w.c.some(70) ? 0 : 1).ip(group);
            break;
        default:
            g.u8(w.c.below(256)).u8(0).u16(0).ip(group);
    }
    // A query would make hosts report at random times.
    if (u8(g.view(), 0) == 0x11) g.set16(0, 0x1300);
    g.checksum(2);
    if (w.c.some(6)) g.set16(2, 0x1234);
    if (w.c.some(5)) g.cut(w.c.below(9));
    return g;
}

packet ip_frame(world& w, const device& from) {
    ends e = ip_ends(w, from);
    const unsigned what = w.c.below(20);
    ip_parts parts{17, 64, 0, e};
    if (w.c.some(15)) parts.ttl = w.c.below(4);
    if (w.c.some(10)) parts.fragment = 0x4000;
    packet body;
    if (what < 7) {
        parts.protocol = 1;
        body = icmp(w, e);
    } else if (what < 14) {
        body = udp(w, e);
    } else if (what < 18) {
        parts.protocol = 2;
        parts.ttl = w.c.some(85) ? 1 : 64;
        parts.between.destination = w.c.one({"239.1.1.1", "224.0.0.22", "224.0.0.2", "239.1.1.2"});
        body = igmp(w);
    } else {
        parts.protocol = w.c.one({"47", "50"}) == "47" ? 47 : w.c.between(100, 252);
        body.fill(w.c.below(40));
    }
    if (w.c.some(6)) parts.fragment = w.c.some(50) ? 0x2000 : 0x2001;
    packet p = ethernet(mac_for(w, parts.between.destination), own_mac(w, from), 0x0800);
    return p.add(ipv4(w, parts, body));
}

packet ipv6_frame(world& w, const device& from) {
    packet p = ethernet(w.c.one({"33:33:00:00:00:01", "33:33:00:00:00:16", "33:33:ff:00:00:05"}),
                        own_mac(w, from), 0x86dd);
    const unsigned length = w.c.below(40);
    p.u32(0x60000000).u16(length).u8(w.c.one({"58", "0"}) == "58" ? 58 : 17).u8(255);
    p.u32(0xfe800000).u32(0).u32(0).u32(5).u32(0xff020000).u32(0).u32(0).u32(1);
    return p.u8(w.c.one({"135", "143"}) == "135" ? 135 : w.c.between(128, 140)).fill(length);
}

packet tagged(world& w, const device& from) {
    packet p = ethernet(other_mac(w), own_mac(w, from), w.c.some(75) ? 0x8100 : 0x88a8);
    const unsigned vid = w.c.some(30) ? 0 : w.c.some(60) ? w.c.between(1, 5) : 4095;
    p.u16((w.c.some(30) ? 0x6000 : 0) | vid);
    if (w.c.some(15)) p.u16(0x8100).u16(w.c.below(6));
    const packet inner = w.c.some(50) ? arp(w, from) : ip_frame(w, from);
    packet body;
    for (std::size_t i = 12; i < inner.size(); i++) body.u8(u8(inner.view(), i));
    return p.add(body);
}

packet llc(world& w, const device& from) {
    const bool bpdu = w.c.some(60);
    packet p = packet().mac(bpdu ? "01:80:c2:00:00:00" : other_mac(w)).mac(own_mac(w, from));
    packet body;
    if (bpdu) {
        body.u8(0x42).u8(0x42).u8(3).u16(0).u8(0);
        if (w.c.some(70)) {
            body.u8(0).u8(0).u16(0x8000).mac("02:00:00:00:00:01").u32(0);
            body.u16(0x8000)
                .mac("02:00:00:00:00:01")
                .u16(0x8001)
                .u16(0)
                .u16(0x1400)
                .u16(0x200)
                .u16(0xf00);
        } else {
            body.u8(0x80);
        }
    } else {
        body.u8(0xaa).u8(0xaa).u8(3).u8(0).u16(0).u16(0x0800).fill(w.c.below(30));
    }
    return p.u16(w.c.some(80) ? unsigned(body.size()) : w.c.below(1536)).add(body);
}

packet other(world& w, const device& from) {
    packet p = ethernet(other_mac(w), own_mac(w, from),
                        w.c.some(50)   ? 0x88b5
                        : w.c.some(50) ? 0x9000
                                       : w.c.below(65536));
    return p.fill(w.c.some(80) ? w.c.below(60) : w.c.between(1400, 1510));
}

}  // namespace

std::string frame_hex(world& w, const device& from) {
    constexpr struct {
        unsigned weight;
        packet (*make)(world&, const device&);
    } kinds[] = {{28, arp}, {38, ip_frame}, {5, ipv6_frame}, {10, tagged}, {6, llc}, {12, other}};
    packet p = kinds[w.c.heavy(kinds)].make(w, from);
    if (w.c.some(3)) p.cut(w.c.between(1, unsigned(p.size())));
    return p.hex();
}

}  // namespace vethlab::host::fuzz
