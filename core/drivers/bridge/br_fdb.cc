// Linux: net/bridge/br_fdb.c. Which address is behind which port.
#include <bit>

#include "core/drivers/bridge/br_private.h"

namespace vethlab {

mac_address net_bridge_fdb_entry::addr() const {
    mac_address m;
    for (std::size_t i = 0; i < 6; i++) m.octets[i] = std::uint8_t(key >> (56 - 8 * i));
    return m;
}

void net_bridge_fdb::place(std::uint32_t index) {
    const auto last = std::uint32_t(slots_.size() - 1);
    const std::uint64_t h = hash(pool_[index].key);
    std::uint32_t at = home(h);
    while (slots_[at].index != none) at = (at + 1) & last;
    slots_[at] = {index, tag(h)};
}

void net_bridge_fdb::grow() {
    slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, {});
    shift_ = unsigned(64 - std::countr_zero(slots_.size()));
    for (std::uint32_t i = head_; i != none; i = pool_[i].next) place(i);
}

net_bridge_fdb_entry& net_bridge_fdb::create(std::uint64_t key) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    std::uint32_t index;
    if (free_.empty()) {
        index = std::uint32_t(pool_.size());
        pool_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    net_bridge_fdb_entry& e = pool_[index];
    e = {.key = key,
         .dst = nullptr,
         .updated = 0,
         .used = 0,
         .prev = none,
         .next = head_,
         .flags = 0};
    if (head_ != none) pool_[head_].prev = index;
    head_ = index;
    size_++;
    genid_++;
    place(index);
    return e;
}

void net_bridge_fdb::erase(net_bridge_fdb_entry& e) {
    const auto index = std::uint32_t(&e - pool_.data());
    const auto last = std::uint32_t(slots_.size() - 1);
    // Entries behind the hole move up when their home lies at or before it.
    std::uint32_t hole = find_slot(e.key);
    for (std::uint32_t at = (hole + 1) & last; slots_[at].index != none; at = (at + 1) & last) {
        const std::uint32_t from_home = (at - home(hash(pool_[slots_[at].index].key))) & last;
        if (from_home < ((at - hole) & last)) continue;
        slots_[hole] = slots_[at];
        hole = at;
    }
    slots_[hole] = {};
    genid_++;
    (e.prev == none ? head_ : pool_[e.prev].next) = e.next;
    if (e.next != none) pool_[e.next].prev = e.prev;
    free_.push_back(index);
    size_--;
}

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
    f.dst = source;
    f.flags = flags;
    f.updated = f.used = br.now();
    return &f;
}

void fdb_forget_learned(net_bridge& br, net_bridge_fdb_entry& f) {
    if (!f.has(br_fdb_flag::dynamic_learned)) return;
    f.flags &= std::uint16_t(~br_fdb_flag::dynamic_learned);
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
        f.dst = other.get();
        br.fdb.genid_bump();
        f.flags &= std::uint16_t(~br_fdb_flag::added_by_user);
        return;
    }
    if (p && br.dev.dev_addr == addr && !f.vlan_id()) {
        f.dst = nullptr;
        br.fdb.genid_bump();
        f.flags &= std::uint16_t(~br_fdb_flag::added_by_user);
        return;
    }
    fdb_delete(br, f);
}

bool ages(const net_bridge_fdb_entry& f) {
    return !(f.flags & (br_fdb_flag::static_ | br_fdb_flag::added_by_ext_learn));
}

void fdb_refresh(net_bridge& br, net_bridge_fdb_entry& f, net_bridge_port& source,
                 std::uint16_t flags) {
    f.updated = br.now();
    bool modified = false;
    if (f.dst != &source && !f.has(br_fdb_flag::sticky)) {  // the station moved
        f.dst = &source;
        br.fdb.genid_bump();
        f.flags &= std::uint16_t(~(br_fdb_flag::added_by_ext_learn | br_fdb_flag::locked));
        modified = true;
    }
    if (flags & br_fdb_flag::added_by_user) {
        f.flags |= br_fdb_flag::added_by_user;
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
    br.fdb.for_each([&](net_bridge_fdb_entry& f) {
        const bool ours = f.dst == &p && f.has(br_fdb_flag::local);
        if (!old && ours && !f.has(br_fdb_flag::added_by_user)) old = &f;
    });
    if (old) fdb_delete_local(br, &p, *old);
    (void)br_fdb_add_local(br, &p, addr);
}

void br_fdb_change_mac_address(net_bridge& br, mac_address addr) {
    net_bridge_fdb_entry* f = br_fdb_find(br, br.dev.dev_addr);
    if (f && f->has(br_fdb_flag::local) && !f->dst && !f->has(br_fdb_flag::added_by_user)) {
        fdb_delete_local(br, nullptr, *f);
    }
    (void)br_fdb_add_local(br, nullptr, addr);
}

void br_fdb_delete_by_port(net_bridge& br, net_bridge_port* p, bool do_all) {
    br.fdb.for_each([&](net_bridge_fdb_entry& f) {
        if (f.dst != p) return;
        const bool kept_outside =
            f.has(br_fdb_flag::added_by_ext_learn) && !f.has(br_fdb_flag::offloaded);
        if (!do_all && (f.has(br_fdb_flag::static_) || kept_outside)) return;
        if (f.has(br_fdb_flag::local)) {
            fdb_delete_local(br, p, f);
        } else {
            fdb_delete(br, f);
        }
    });
}

void br_fdb_flush(net_bridge& br, const net_bridge_fdb_flush_desc& desc) {
    br.fdb.for_each([&](net_bridge_fdb_entry& f) {
        const int ifindex = f.dst ? f.dst->dev.ifindex : br.dev.ifindex;
        if (desc.vlan_id && desc.vlan_id != f.vlan_id()) return;
        if (desc.port_ifindex && desc.port_ifindex != ifindex) return;
        if (desc.flags_mask && (f.flags & desc.flags_mask) != desc.flags) return;
        fdb_delete(br, f);
    });
}

// Collects what has expired, and comes back when the next entry is due.
void br_fdb_cleanup(net_bridge& br) {
    const std::int64_t delay = hold_time(br), now = br.now();
    std::int64_t work_delay = delay;
    br.fdb.for_each([&](net_bridge_fdb_entry& f) {
        if (!ages(f)) return;
        const std::int64_t due = f.updated + delay;
        if (due > now) {
            work_delay = std::min(work_delay, due - now);
        } else {
            fdb_delete(br, f);
        }
    });
    constexpr std::int64_t least = (10ms + jiffy - 1ns) / jiffy;
    br.gc_work.mod(std::max(work_delay, least));
}

}  // namespace vethlab
