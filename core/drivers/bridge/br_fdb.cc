// Linux: net/bridge/br_fdb.c. Which address is behind which port.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {

std::int64_t hold_time(const net_bridge& br) {
    return br.topology_change ? br.forward_delay : br.ageing_time;
}

net_bridge_fdb_entry* fdb_create(net_bridge& br, net_bridge_port* source, mac_address addr,
                                 std::uint16_t vid, std::uint16_t flags) {
    const bool learned = !(flags & (br_fdb_flag::added_by_user | br_fdb_flag::local));
    if (learned) {
        if (br.fdb_max_learned && br.fdb_n_learned >= br.fdb_max_learned) return nullptr;
        flags |= br_fdb_flag::dynamic_learned;
        br.fdb_n_learned++;
    }
    net_bridge_fdb_entry& f = br.fdb.create(net_bridge_fdb::make_key(addr, vid));
    br.fdb.set_port(f, fdb_port(source));
    f.set_flags(flags);
    f.set_updated(br.now());
    f.set_used(br.now());
    return &f;
}

void fdb_forget_learned(net_bridge& br, net_bridge_fdb_entry& f) {
    if (!f.has(br_fdb_flag::dynamic_learned)) return;
    f.set_flag(br_fdb_flag::dynamic_learned, false);
    br.fdb_n_learned--;
}

void fdb_delete(net_bridge& br, net_bridge_fdb_entry& f) {
    fdb_notify(br, f, rtm::delneigh);
    fdb_forget_learned(br, f);
    br.fdb.erase(f);
}

namespace {

// Deletes a local entry of port `p` (nullptr: of the bridge), unless another port or the
// bridge has the same address: then it is theirs.
void fdb_delete_local(net_bridge& br, const net_bridge_port* p, net_bridge_fdb_entry& f) {
    const mac_address addr = f.addr();
    for (auto& other : br.port_list) {
        if (other.get() == p || other->dev.dev_addr != addr || f.vlan_id()) continue;
        br.fdb.set_port(f, other->port_no);
        br.fdb.genid_bump();
        f.set_flag(br_fdb_flag::added_by_user, false);
        return;
    }
    if (p && br.dev.dev_addr == addr && !f.vlan_id()) {
        br.fdb.set_port(f, 0);
        br.fdb.genid_bump();
        f.set_flag(br_fdb_flag::added_by_user, false);
        return;
    }
    fdb_delete(br, f);
}

// In the order of the list, if somebody is told.
template <class Condition>
void fdb_delete_with(net_bridge& br, Condition condition) {
    const auto remove = [&br](net_bridge_fdb_entry& f) { fdb_delete(br, f); };
    if (rtnl_has_listeners(*br.dev.net, rtnlgrp::neigh)) {
        br.fdb.for_each_with(condition, remove);
    } else {
        br.fdb.for_each_unordered(condition, remove);
    }
}

bool ages(const net_bridge_fdb_entry& f) {
    return !(f.flags() & (br_fdb_flag::static_ | br_fdb_flag::added_by_ext_learn));
}

void fdb_refresh(net_bridge& br, net_bridge_fdb_entry& f, net_bridge_port& source,
                 std::uint16_t flags) {
    f.set_updated(br.now());
    bool modified = false;
    if (f.port() != source.port_no && !f.has(br_fdb_flag::sticky)) {  // the station moved
        br.fdb.set_port(f, source.port_no);
        br.fdb.genid_bump();
        f.set_flag(br_fdb_flag::added_by_ext_learn, false);
        f.set_flag(br_fdb_flag::locked, false);
        modified = true;
    }
    if (flags & br_fdb_flag::added_by_user) {
        f.set_flag(br_fdb_flag::added_by_user, true);
        fdb_forget_learned(br, f);
    }
    if (modified) fdb_notify(br, f, rtm::newneigh);
}

}  // namespace

net_bridge_fdb_entry* br_fdb_update(net_bridge& br, net_bridge_port& source, mac_address addr,
                                    std::uint16_t flags) {
    if (hold_time(br) == 0) return nullptr;  // always flood
    if (net_bridge_fdb_entry* f = br_fdb_find(br, addr)) {
        // Linux: a frame with our own address as its source is only worth a line in the log.
        if (f->has(br_fdb_flag::local)) return nullptr;
        fdb_refresh(br, *f, source, flags);
        return f;
    }
    net_bridge_fdb_entry* f = fdb_create(br, &source, addr, 0, flags);
    if (f) fdb_notify(br, *f, rtm::newneigh);
    return f;
}

err br_fdb_add_local(net_bridge& br, net_bridge_port* source, mac_address addr) {
    if (!addr.is_valid_ether_addr()) return err::inval;
    if (net_bridge_fdb_entry* f = br_fdb_find(br, addr)) {
        if (f->has(br_fdb_flag::local)) return err::ok;  // the first of several owners keeps it
        fdb_delete(br, *f);
    }
    fdb_notify(br, *fdb_create(br, source, addr, 0, br_fdb_flag::local | br_fdb_flag::static_),
               rtm::newneigh);
    return err::ok;
}

void br_fdb_changeaddr(net_bridge_port& p, mac_address addr) {
    net_bridge& br = p.br;
    net_bridge_fdb_entry* old = nullptr;
    const auto ours = [&p](const net_bridge_fdb_entry& f) {
        return f.port() == p.port_no && f.has(br_fdb_flag::local) &&
               !f.has(br_fdb_flag::added_by_user);
    };
    br.fdb.for_each_with(ours, [&](net_bridge_fdb_entry& f) {
        if (!old) old = &f;
    });
    if (old) fdb_delete_local(br, &p, *old);
    (void)br_fdb_add_local(br, &p, addr);
}

void br_fdb_change_mac_address(net_bridge& br, mac_address addr) {
    net_bridge_fdb_entry* f = br_fdb_find(br, br.dev.dev_addr);
    if (f && f->has(br_fdb_flag::local) && !f->port() && !f->has(br_fdb_flag::added_by_user)) {
        fdb_delete_local(br, nullptr, *f);
    }
    (void)br_fdb_add_local(br, nullptr, addr);
}

void br_fdb_delete_by_port(net_bridge& br, net_bridge_port* p, bool do_all) {
    const auto goes = [&](const net_bridge_fdb_entry& f) {
        if (f.port() != fdb_port(p)) return false;
        const bool kept_outside =
            f.has(br_fdb_flag::added_by_ext_learn) && !f.has(br_fdb_flag::offloaded);
        return do_all || !(f.has(br_fdb_flag::static_) || kept_outside);
    };
    const auto remove = [&](net_bridge_fdb_entry& f) {
        if (f.has(br_fdb_flag::local)) {
            fdb_delete_local(br, p, f);
        } else {
            fdb_delete(br, f);
        }
    };
    const std::uint32_t count = br.fdb.count_behind(fdb_port(p));
    if (count == 0) return;
    // Often it is the port's own address alone, and need not be looked for.
    net_bridge_fdb_entry* own = count == 1 && p ? br_fdb_find(br, p->dev.dev_addr) : nullptr;
    if (!own || own->port() != p->port_no) return br.fdb.for_each_with(goes, remove);
    if (goes(*own)) remove(*own);
}

void br_fdb_flush(net_bridge& br, const net_bridge_fdb_flush_desc& desc) {
    const auto goes = [&](const net_bridge_fdb_entry& f) {
        const net_bridge_port* p = fdb_dst(br, f);
        const int ifindex = p ? p->dev.ifindex : br.dev.ifindex;
        if (desc.vlan_id && desc.vlan_id != f.vlan_id()) return false;
        if (desc.port_ifindex && desc.port_ifindex != ifindex) return false;
        return !desc.flags_mask || (f.flags() & desc.flags_mask) == desc.flags;
    };
    fdb_delete_with(br, goes);
}

// Collects what has expired, and comes back when the next entry is due.
void br_fdb_cleanup(net_bridge& br) {
    const std::int64_t delay = hold_time(br), now = br.now();
    std::int64_t work_delay = delay;
    const auto has_expired = [&](const net_bridge_fdb_entry& f) {
        if (!ages(f)) return false;
        const std::int64_t due = f.updated() + delay;
        if (due > now) work_delay = std::min(work_delay, due - now);
        return due <= now;
    };
    fdb_delete_with(br, has_expired);
    constexpr std::int64_t least = (10ms + jiffy - 1ns) / jiffy;
    br.gc_work.mod(std::max(work_delay, least));
}

}  // namespace vethlab
