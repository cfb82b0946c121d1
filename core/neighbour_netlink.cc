// Linux: net/core/neighbour.c: RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH, and their notifications.
#include "core/kernel.h"
#include "core/neighbour.h"
#include "core/rtnetlink.h"

namespace vethlab {
namespace {

constexpr std::uint32_t ntf_ext_managed = 1;  // NDA_FLAGS_EXT

neigh_table* find_table(const rtnl_request& r, std::uint8_t family) {
    for (neigh_table* tbl : {r.net.krn.neigh_arp.get(), r.net.krn.neigh_nd.get()}) {
        if (tbl && tbl->ops.family == family) return tbl;
    }
    return nullptr;
}

std::uint32_t clock_t_since(const neighbour& n, sim_time then) {
    return std::uint32_t((n.tbl.krn.now() - then) / 10ms);
}

struct fill_how {
    std::uint16_t type, flags;
    std::uint32_t pid, seq;
};

void neigh_fill_info(nlmsg_builder& out, const neighbour& n, const fill_how& how) {
    out.begin(how.type, how.flags, how.seq, how.pid);
    out.head(ndmsg{.ndm_family = n.tbl.ops.family,
                   .pad1 = 0,
                   .pad2 = 0,
                   .ndm_ifindex = n.dev.ifindex,
                   .ndm_state = n.nud_state,
                   .ndm_flags = n.flags,
                   .ndm_type = std::uint8_t(n.type)});
    out.put(nda::dst, bytes_view(n.primary_key.bytes).first(n.tbl.ops.key_len));
    if (n.valid()) out.put_mac(nda::lladdr, n.ha);
    out.put_struct(nda::cacheinfo, nda_cacheinfo{.ndm_confirmed = clock_t_since(n, n.confirmed),
                                                 .ndm_used = clock_t_since(n, n.used),
                                                 .ndm_updated = clock_t_since(n, n.updated),
                                                 .ndm_refcnt = n.timer.pending() ? 1u : 0u});
    out.put_u32(nda::probes, std::uint32_t(n.probes));
    if (n.protocol) out.put_u8(nda::protocol, n.protocol);
    out.end();
}

void pneigh_fill_info(nlmsg_builder& out, const neigh_table& tbl, const pneigh_entry& p,
                      const fill_how& how) {
    out.begin(how.type, how.flags, how.seq, how.pid);
    out.head(ndmsg{.ndm_family = tbl.ops.family,
                   .pad1 = 0,
                   .pad2 = 0,
                   .ndm_ifindex = p.dev ? p.dev->ifindex : 0,
                   .ndm_state = nud::none,
                   .ndm_flags = std::uint8_t(p.flags | ntf::proxy),
                   .ndm_type = std::uint8_t(rtn::unicast)});
    out.put(nda::dst, bytes_view(p.key.bytes).first(tbl.ops.key_len));
    if (p.protocol) out.put_u8(nda::protocol, p.protocol);
    out.end();
}

// What RTM_NEWNEIGH, RTM_DELNEIGH and a single RTM_GETNEIGH have in common.
struct neigh_target {
    ndmsg ndm;
    nlattrs tb;
    net_device* dev = nullptr;
    neigh_table* tbl = nullptr;
    neigh_key key;
};

neigh_key key_of(const nlattr& dst, std::uint8_t key_len) {
    neigh_key key;
    std::memcpy(key.bytes.data(), dst.data.data(), key_len);
    return key;
}

err neigh_target_parse(rtnl_request& r, neigh_target& t) {
    t.ndm = r.msg.head<ndmsg>();
    t.tb = r.msg.attrs<ndmsg>();
    const nlattr* dst = t.tb.get(nda::dst);
    if (!dst) return r.extack.set(err::inval, "Network address not specified");
    if (t.ndm.ndm_ifindex) {
        t.dev = dev_get_by_index(r.net, t.ndm.ndm_ifindex);
        if (!t.dev) return err::nodev;
    }
    if (const nlattr* ll = t.tb.get(nda::lladdr); ll && t.dev && ll->data.size() < 6) {
        return r.extack.set(err::inval, "Invalid link address");
    }
    t.tbl = find_table(r, t.ndm.ndm_family);
    if (!t.tbl) return err::afnosupport;
    if (dst->data.size() < t.tbl->ops.key_len) {
        return r.extack.set(err::inval, "Invalid network address");
    }
    t.key = key_of(*dst, t.tbl->ops.key_len);
    return err::ok;
}

err neigh_add_entry(rtnl_request& r, const neigh_target& t) {
    std::uint32_t flags =
        neigh_update_f::admin | neigh_update_f::override | neigh_update_f::override_isrouter;
    neighbour* n = neigh_lookup(*t.tbl, t.key, *t.dev);
    if (!n) {
        if (!(r.flags() & nlm_f::create)) return err::noent;
        neigh_parms* parms = t.tbl->ops.parms(*t.dev);
        if (!parms) return err::inval;
        const bool exempt =
            (t.ndm.ndm_state & nud::permanent) || (t.ndm.ndm_flags & ntf::ext_learned);
        n = neigh_create(*parms, t.key, exempt);
        if (!n) return err::nobufs;
    } else {
        if (r.flags() & nlm_f::excl) return err::exist;
        if (!(r.flags() & nlm_f::replace)) {
            flags &= ~(neigh_update_f::override | neigh_update_f::override_isrouter);
        }
    }
    const neigh_guard guard(*n);
    if (const nlattr* p = t.tb.get(nda::protocol)) n->protocol = p->u8();
    if (t.ndm.ndm_flags & ntf::ext_learned) flags |= neigh_update_f::ext_learned;
    if (t.ndm.ndm_flags & ntf::router) flags |= neigh_update_f::isrouter;
    if (t.ndm.ndm_flags & ntf::use) flags |= neigh_update_f::use;

    mac_address mac;
    const nlattr* ll = t.tb.get(nda::lladdr);
    if (ll) mac = ll->mac();
    const err e = neigh_update(*n, ll ? &mac : nullptr, t.ndm.ndm_state, flags, &r.extack);
    if (e == err::ok && (t.ndm.ndm_flags & ntf::use)) {
        frame_ptr none;
        (void)neigh_event_send(*n, none);
    }
    return e;
}

}  // namespace

void neigh_notify(const neighbour& n, std::uint16_t type) {
    if (!rtnl_has_listeners(*n.dev.net, rtnlgrp::neigh)) return;
    nlmsg_builder out;
    neigh_fill_info(out, n, {.type = type, .flags = 0, .pid = 0, .seq = 0});
    rtnl_notify(*n.dev.net, out, rtnlgrp::neigh);
}

err neigh_add(rtnl_request& r, nlmsg_builder&) {
    neigh_target t;
    if (const err e = neigh_target_parse(r, t); e != err::ok) return e;
    if (const nlattr* ext = t.tb.get(nda::flags_ext); ext && (ext->u32() & ntf_ext_managed)) {
        return r.extack.set(err::opnotsupp, "Managed neighbours are not supported");
    }
    if (t.ndm.ndm_flags & ntf::proxy) {
        const nlattr* proto = t.tb.get(nda::protocol);
        return pneigh_create(*t.tbl, r.net, t.key, t.dev, t.ndm.ndm_flags, proto ? proto->u8() : 0);
    }
    if (!t.dev) return r.extack.set(err::inval, "Device not specified");
    const auto refuse = t.tbl->ops.refuse_add;
    if (const char* why = refuse ? refuse(*t.dev) : nullptr) return r.extack.set(err::inval, why);
    return neigh_add_entry(r, t);
}

err neigh_delete(rtnl_request& r, nlmsg_builder&) {
    neigh_target t;
    if (const err e = neigh_target_parse(r, t); e != err::ok) return e;
    if (t.ndm.ndm_flags & ntf::proxy) return pneigh_delete(*t.tbl, r.net, t.key, t.dev);
    if (!t.dev) return err::inval;
    neighbour* n = neigh_lookup(*t.tbl, t.key, *t.dev);
    if (!n) return err::noent;
    const neigh_guard guard(*n);
    const err e = neigh_update(*n, nullptr, nud::failed,
                               neigh_update_f::override | neigh_update_f::admin, &r.extack);
    neigh_remove_one(*n);
    return e;
}

err neigh_get(rtnl_request& r, nlmsg_builder& reply) {
    neigh_target t;
    if (const err e = neigh_target_parse(r, t); e != err::ok) return e;
    const fill_how how{.type = rtm::newneigh, .flags = 0, .pid = r.portid(), .seq = r.seq()};
    if (t.ndm.ndm_flags & ntf::proxy) {
        const pneigh_entry* p = pneigh_lookup(*t.tbl, r.net, t.key, t.dev);
        if (!p) return r.extack.set(err::noent, "Proxy neighbour entry not found");
        pneigh_fill_info(reply, *t.tbl, *p, how);
        return err::ok;
    }
    if (!t.dev) return r.extack.set(err::inval, "No device specified");
    const neighbour* n = neigh_lookup(*t.tbl, t.key, *t.dev);
    if (!n) return r.extack.set(err::noent, "Neighbour entry not found");
    neigh_fill_info(reply, *n, how);
    return err::ok;
}

namespace {

void neigh_dump_table(rtnl_request& r, nlmsg_builder& out, const neigh_table& tbl) {
    const auto ndm = r.msg.head<ndmsg>();
    const nlattrs tb = r.msg.attrs<ndmsg>();
    const nlattr *oif = tb.get(nda::ifindex), *master = tb.get(nda::master);
    const auto wanted = [&](const net_device* dev) {
        if (oif && oif->u32() && (!dev || std::uint32_t(dev->ifindex) != oif->u32())) return false;
        if (!master || !master->u32()) return true;
        return dev && dev->master && std::uint32_t(dev->master->ifindex) == master->u32();
    };
    const std::uint16_t filtered =
        std::uint16_t(nlm_f::multi | (oif || master ? nlm_f::dump_filtered : 0));
    const fill_how how{.type = rtm::newneigh, .flags = filtered, .pid = r.portid(), .seq = r.seq()};
    if (ndm.ndm_flags & ntf::proxy) {
        for (const pneigh_entry& p : tbl.phash) {
            if (p.net == &r.net && wanted(p.dev)) pneigh_fill_info(out, tbl, p, how);
        }
        return;
    }
    const auto parms_of = tbl.ops.parms_if_any ? tbl.ops.parms_if_any : tbl.ops.parms;
    for (net_device* dev : r.net.dev_base_head) {
        const neigh_parms* parms = wanted(dev) ? parms_of(*dev) : nullptr;
        if (!parms) continue;
        for (const neighbour* n = parms->first; n; n = n->dev_next) neigh_fill_info(out, *n, how);
    }
}

}  // namespace

err neigh_dump_info(rtnl_request& r, nlmsg_builder& out) {
    const auto family = r.msg.head<ndmsg>().ndm_family;
    for (const neigh_table* tbl : {r.net.krn.neigh_arp.get(), r.net.krn.neigh_nd.get()}) {
        if (tbl && (family == af::unspec || family == tbl->ops.family)) {
            neigh_dump_table(r, out, *tbl);
        }
    }
    return err::ok;
}

}  // namespace vethlab
