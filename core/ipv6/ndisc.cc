// Linux: net/ipv6/ndisc.c. RFC 4861: who has this address on this link.
#include "core/ipv6/ndisc.h"

#include "core/ipv4/route.h"
#include "core/ipv6/ip6_output.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

constexpr std::uint32_t not_yet_ours = ifa_f::tentative | ifa_f::optimistic;

ipv6_address address_of(const neigh_key& k) { return ipv6_address::read(k.bytes, 0); }
neigh_key key_of(const ipv6_address& a) {
    neigh_key k;
    a.write(k.bytes, 0);
    return k;
}

err ndisc_constructor(neighbour& n) {
    const ipv6_address addr = address_of(n.primary_key);
    net_device& dev = n.dev;
    if (!in6_dev_get(dev)) return err::inval;
    n.type = addr.is_multicast() ? rtn::multicast : rtn::unicast;
    if (addr.is_multicast()) {
        n.nud_state = nud::noarp;
        n.ha = ipv6_eth_mc_map(addr);
    } else if (dev.flags & (iff::noarp | iff::loopback)) {
        n.nud_state = nud::noarp;
        n.ha = dev.dev_addr;
        if (dev.flags & iff::loopback) n.type = rtn::local;
    }
    return err::ok;
}

void ndisc_solicit(neighbour& n, const frame* skb) {
    const ipv6_address target = address_of(n.primary_key);
    ipv6_address saddr;
    bool has_saddr = false;
    if (skb) {
        if (const auto ip = ipv6_view::parse(skb->from(skb->network_header))) {
            saddr = ip->saddr();
            has_saddr = ipv6_chk_addr(*n.dev.net, saddr, &n.dev, not_yet_ours);
        }
    }
    const int probes = n.probes - int(n.parms.ms(neigh_var::ucast_probes));
    // app_solicit: a daemon would be asked, which nobody runs.
    if (probes >= 0 && probes < int(n.parms.ms(neigh_var::app_probes))) return;
    ndisc_send_ns(n.dev, target, probes < 0 ? target : addrconf_addr_solict_mult(target),
                  has_saddr ? &saddr : nullptr, nullptr);
}

void ndisc_error_report(neighbour& n, frame_ptr skb) {
    if (skb->protocol == eth_p::ip) return ipv4_link_failure(std::move(skb));  // via inet6
    icmpv6_send(*skb, n.dev, icmpv6_type::dest_unreach, icmpv6_code::addr_unreach, 0);
    kfree_skb_reason(n.dev.krn, std::move(skb), drop_reason::neigh_failed);
}

void ndisc_proxy_redo(frame_ptr skb) {
    kernel& krn = skb->dev->krn;
    consume_skb(krn, std::move(skb));  // nothing is ever delayed here: no proxy answers
}

constexpr neigh_ops ndisc_ops{
    .family = af::inet6,
    .key_len = 16,
    .constructor = ndisc_constructor,
    .solicit = ndisc_solicit,
    .error_report = ndisc_error_report,
    .proxy_redo = ndisc_proxy_redo,
    .is_multicast = [](const neigh_key& k) { return address_of(k).is_multicast(); },
    .parms = ndisc_parms,
    .parms_if_any = [](net_device& dev) -> neigh_parms* {
        const inet6_dev* idev = in6_dev_get(dev);
        return idev ? idev->nd_parms() : nullptr;
    },
    .refuse_add = [](const net_device& dev) -> const char* {
        const inet6_dev* idev = in6_dev_get(dev);
        return idev && !idev->disabled() ? nullptr : "IPv6 is disabled on this device";
    },
};

// ---- sending

// An ND message of `size` bytes, to be filled in behind its first eight.
struct nd_message {
    frame_ptr skb;
    bytes_span body;
    ipv6_fields ip;
};
nd_message nd_alloc(net_device& dev, const ipv6_address& saddr, const ipv6_address& daddr,
                    std::size_t size) {
    nd_message m{.skb = nullptr,
                 .body = {},
                 .ip = {.payload_len = std::uint16_t(size),
                        .next = nexthdr::icmp,
                        .hop_limit = ndisc_hop_limit,
                        .saddr = saddr,
                        .daddr = daddr}};
    m.skb = ip6_alloc(dev.krn, m.ip);
    m.body = m.skb->writable().subspan(ipv6_view::size);
    return m;
}

void nd_send(net_device& dev, nd_message m, std::uint8_t type, std::uint32_t info) {
    write_icmpv6(m.body, m.ip.saddr, m.ip.daddr, type, 0, info);
    (void)ip6_output_on(dev, std::move(m.skb));
}

// An option of eight bytes: a link-layer address, or a nonce.
void put_option(bytes_span out, std::uint8_t type, const std::array<std::uint8_t, 6>& data) {
    put8(out, 0, type);
    put8(out, 1, 1);
    std::memcpy(out.data() + 2, data.data(), data.size());
}

// ---- receiving

struct nd_options {
    std::optional<mac_address> source, target;
    std::optional<std::array<std::uint8_t, 6>> nonce;
};

bool ndisc_parse_options(bytes_view b, nd_options& out) {
    while (!b.empty()) {
        const std::size_t size = b.size() >= 2 ? u8(b, 1) * std::size_t{8} : 0;
        if (!size || size > b.size()) return false;
        if (size == 8) {
            const mac_address mac = mac_address::read(b, 2);
            switch (u8(b, 0)) {
                case nd_opt::source_ll_addr:
                    if (!out.source) out.source = mac;
                    break;
                case nd_opt::target_ll_addr:
                    if (!out.target) out.target = mac;
                    break;
                case nd_opt::nonce:
                    if (!out.nonce) out.nonce = mac.octets;
                    break;
                default:
                    break;
            }
        }
        b = b.subspan(size);
    }
    return true;
}

struct nd_packet {
    net_device& dev;
    ipv6_address saddr, daddr, target;
    nd_options opts;
    std::uint32_t flags;  // the word behind the checksum
    bool looped;
};

// Two nodes detect the same address at the same time; our own packet is no such node.
void dad_conflict(const nd_packet& p, inet6_ifaddr& ifp) {
    const bool our_own =
        p.opts.nonce && ifp.dad && ifp.dad->has_nonce && *p.opts.nonce == ifp.dad->nonce;
    if (!our_own) addrconf_dad_failure(ifp);
}

drop_reason ndisc_recv_ns(const nd_packet& p) {
    net_device& dev = p.dev;
    const bool dad = p.saddr.is_any();
    if (p.target.is_multicast()) return drop_reason::ip_in_hdr;
    const bool to_solicited = p.daddr.is_multicast() && p.daddr[11] == 1 && p.daddr[12] == 0xff;
    if (dad && (!to_solicited || p.opts.source)) return drop_reason::ip_in_hdr;
    inet6_ifaddr* ifp = ipv6_get_ifaddr(dev, p.target);
    if (!ifp) return drop_reason::consumed;
    if (ifp->flags & not_yet_ours) {
        if (dad) {
            dad_conflict(p, *ifp);
            return drop_reason::consumed;
        }
        if (!(ifp->flags & ifa_f::optimistic)) return drop_reason::consumed;
    }
    const bool router = in6_dev_get(dev)->conf(devconf6::forwarding);
    if (dad) {
        ndisc_send_na(dev, in6addr_linklocal_allnodes, p.target, router, false, true, true);
        return drop_reason::consumed;
    }
    const bool inc = p.daddr.is_multicast();
    neighbour* n = neigh_lookup(nd_tbl(dev.krn), key_of(p.saddr), dev);
    if (!n && (!inc || p.opts.source)) n = ip6_neigh_lookup_or_create(dev, p.saddr);
    if (!n) return drop_reason::consumed;
    (void)neigh_update(*n, p.opts.source ? &*p.opts.source : nullptr, nud::stale,
                       neigh_update_f::weak_override | neigh_update_f::override);
    ndisc_send_na(dev, p.saddr, p.target, router, true, inc, inc);
    return drop_reason::consumed;
}

drop_reason ndisc_recv_na(const nd_packet& p) {
    net_device& dev = p.dev;
    const auto flags = std::uint8_t(p.flags >> 24);
    const bool solicited = flags & na_flag::solicited;
    if (p.target.is_multicast() || (p.daddr.is_multicast() && solicited)) {
        return drop_reason::ip_in_hdr;
    }
    if (p.daddr.is_multicast() && in6_dev_get(dev)->conf(devconf6::drop_unsolicited_na)) {
        return drop_reason::ip_in_hdr;
    }
    if (inet6_ifaddr* ifp = ipv6_get_ifaddr(dev, p.target)) {
        if (!p.looped && ifp->tentative()) addrconf_dad_failure(*ifp);
        return drop_reason::consumed;
    }
    neighbour* n = neigh_lookup(nd_tbl(dev.krn), key_of(p.target), dev);
    if (!n || (n->nud_state & nud::failed)) return drop_reason::consumed;
    std::uint32_t how = neigh_update_f::weak_override | neigh_update_f::override_isrouter;
    if (flags & na_flag::override) how |= neigh_update_f::override;
    if (flags & na_flag::router) how |= neigh_update_f::isrouter;
    (void)neigh_update(*n, p.opts.target ? &*p.opts.target : nullptr,
                       solicited ? nud::reachable : nud::stale, how);
    return drop_reason::consumed;
}

// A host asks for routers: while we are one, its address is worth knowing.
drop_reason ndisc_recv_rs(const nd_packet& p) {
    if (!in6_dev_get(p.dev)->conf(devconf6::forwarding) || p.saddr.is_any() || !p.opts.source) {
        return drop_reason::consumed;
    }
    if (neighbour* n = ip6_neigh_lookup_or_create(p.dev, p.saddr)) {
        (void)neigh_update(*n, &*p.opts.source, nud::stale,
                           neigh_update_f::weak_override | neigh_update_f::override |
                               neigh_update_f::override_isrouter);
    }
    return drop_reason::consumed;
}

}  // namespace

neigh_table& nd_tbl(kernel& krn) {
    if (!krn.neigh_nd) {
        krn.neigh_nd = {new neigh_table(krn, ndisc_ops), [](neigh_table* t) { delete t; }};
        krn.neigh_nd->default_parms[neigh_var::locktime] = 0;
    }
    return *krn.neigh_nd;
}

neigh_parms* ndisc_parms(net_device& dev) {
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return nullptr;
    auto& parms = idev->make_more().nd_parms;
    if (!parms) parms = std::make_unique<neigh_parms>(nd_tbl(dev.krn), dev);
    return parms.get();
}

neighbour* ip6_neigh_lookup(net_device& dev, const ipv6_address& addr) {
    return neigh_lookup(nd_tbl(dev.krn), key_of(addr), dev);
}

neighbour* ip6_neigh_lookup_or_create(net_device& dev, const ipv6_address& addr) {
    if (neighbour* n = ip6_neigh_lookup(dev, addr)) return n;
    neigh_parms* parms = ndisc_parms(dev);
    return parms ? neigh_create(*parms, key_of(addr)) : nullptr;
}

void ndisc_send_ns(net_device& dev, const ipv6_address& solicit, const ipv6_address& daddr,
                   const ipv6_address* saddr, const std::array<std::uint8_t, 6>* nonce) {
    ipv6_address from;
    if (saddr) {
        from = *saddr;
    } else if (!ipv6_get_lladdr(dev, from, not_yet_ours)) {
        return;
    }
    const bool with_source = !from.is_any();
    nd_message m = nd_alloc(dev, from, daddr, 24 + (with_source ? 8u : 0u) + (nonce ? 8u : 0u));
    solicit.write(m.body, 8);
    if (with_source) {
        put_option(m.body.subspan(24), nd_opt::source_ll_addr, dev.dev_addr.octets);
    }
    if (nonce) put_option(m.body.last(8), nd_opt::nonce, *nonce);
    nd_send(dev, std::move(m), icmpv6_type::ns, 0);
}

void ndisc_send_na(net_device& dev, const ipv6_address& daddr, const ipv6_address& solicited_addr,
                   bool router, bool solicited, bool override, bool inc_opt) {
    ipv6_address from = solicited_addr;
    const inet6_ifaddr* ifp = ipv6_get_ifaddr(dev, solicited_addr);
    if (ifp && (ifp->flags & ifa_f::optimistic)) override = false;
    if (!ifp && !ipv6_dev_get_saddr(*dev.net, &dev, daddr, from)) return;
    const inet6_dev* idev = in6_dev_get(dev);
    inc_opt = inc_opt || (idev && idev->conf(devconf6::force_tllao));
    nd_message m = nd_alloc(dev, from, daddr, 24 + (inc_opt ? 8u : 0u));
    solicited_addr.write(m.body, 8);
    if (inc_opt) put_option(m.body.subspan(24), nd_opt::target_ll_addr, dev.dev_addr.octets);
    std::uint32_t flags = 0;
    if (router) flags |= na_flag::router;
    if (solicited) flags |= na_flag::solicited;
    if (override) flags |= na_flag::override;
    nd_send(dev, std::move(m), icmpv6_type::na, flags << 24);
}

void ndisc_send_rs(net_device& dev, const ipv6_address& saddr, const ipv6_address& daddr) {
    nd_message m = nd_alloc(dev, saddr, daddr, 16);
    put_option(m.body.subspan(8), nd_opt::source_ll_addr, dev.dev_addr.octets);
    nd_send(dev, std::move(m), icmpv6_type::rs, 0);
}

drop_reason ndisc_rcv(frame& skb, net_device& dev) {
    const auto ip = ipv6_view::parse(skb.from(skb.network_header));
    const bytes_view message = skb.bytes();
    const auto icmp = icmpv6_view::parse(message);
    if (!ip || !icmp || ip->hop_limit() != ndisc_hop_limit || icmp->code() != 0) {
        return drop_reason::ip_in_hdr;
    }
    const bool rs = icmp->type() == icmpv6_type::rs;
    const std::size_t fixed = rs ? 8 : 24;
    if (icmp->type() == icmpv6_type::ra || icmp->type() == icmpv6_type::redirect) {
        return drop_reason::consumed;  // nobody sends these: hosts here know no routers
    }
    if (message.size() < fixed) return drop_reason::pkt_too_small;
    nd_packet p{.dev = dev,
                .saddr = ip->saddr(),
                .daddr = ip->daddr(),
                .target = rs ? ipv6_address{} : ipv6_address::read(message, 8),
                .opts = {},
                .flags = icmp->info(),
                .looped = skb.pkt_type == packet_type::loopback};
    if (!ndisc_parse_options(message.subspan(fixed), p.opts)) return drop_reason::ip_in_hdr;
    if (rs) return ndisc_recv_rs(p);
    return icmp->type() == icmpv6_type::ns ? ndisc_recv_ns(p) : ndisc_recv_na(p);
}

void ndisc_ifdown(net_device& dev) {
    inet6_dev* idev = in6_dev_get(dev);
    if (idev && idev->nd_parms()) {
        neigh_ifdown(*idev->nd_parms());
    } else {
        pneigh_ifdown(nd_tbl(dev.krn), dev);  // proxies need no parameters
    }
}

err ndisc_netdev_event(netdev_event event, net_device& dev, netlink_ext_ack&) {
    if (event != netdev_event::changeaddr && event != netdev_event::change &&
        event != netdev_event::notify_peers) {
        return err::ok;
    }
    inet6_dev* idev = in6_dev_get(dev);
    if (!idev) return err::ok;
    const bool notify =
        !idev->disabled() && (idev->conf(devconf6::ndisc_notify) ||
                              dev.net->ipv6->devconf_all->get(devconf6::ndisc_notify));
    if (event == netdev_event::changeaddr) {
        if (idev->nd_parms()) neigh_changeaddr(*idev->nd_parms());
    } else if (event == netdev_event::change && idev->nd_parms() && !dev.carrier_ok() &&
               idev->conf(devconf6::ndisc_evict_nocarrier)) {
        neigh_carrier_down(*idev->nd_parms());
    }
    const bool news = (event == netdev_event::changeaddr && notify) ||
                      (event == netdev_event::notify_peers && !idev->disabled());
    if (!news || !dev.is_up()) return err::ok;
    for (const auto& ifp : idev->addr_list) {
        if (ifp->flags & ifa_f::tentative) continue;
        ndisc_send_na(dev, in6addr_linklocal_allnodes, ifp->addr, idev->conf(devconf6::forwarding),
                      false, true, true);
    }
    return err::ok;
}

}  // namespace vethlab
