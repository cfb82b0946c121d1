// Linux: net/ipv4/fib_trie.c: a table of routes.
// Here: a sorted vector in the order of the kernel's dumps, and which prefix lengths are in use; a
// lookup is a binary search for each of these.
#include <algorithm>
#include <bit>

#include "core/ipv4/route.h"
#include "core/kernel.h"

namespace vethlab {
namespace {

bool fib_lookup_good_nhc(const fib_nh& nh, const flowi4& fl, unsigned flags) {
    if (nh.flags & rtnh_f::dead) return false;
    if ((nh.flags & rtnh_f::linkdown) && !(flags & fib_lookup_f::ignore_linkstate)) {
        const in_device* in_dev = nh.dev ? in_dev_get(*nh.dev) : nullptr;
        if (in_dev && in_dev->ignore_routes_with_linkdown()) return false;
    }
    return fl.oif == 0 || fl.oif == nh.oif;
}

// err::srch: nothing of this prefix fits.
err match_prefix(fib_table& tb, ipv4_address prefix, std::uint8_t len, const flowi4& fl,
                 fib_result& res, unsigned flags) {
    for (std::size_t i = tb.lower_bound(prefix, len); tb.is_at(i, prefix, len); i++) {
        fib_alias& fa = *tb.aliases[i];
        if (fa.tos && fa.tos != fl.tos) continue;
        if (fa.info.scope < fl.scope) continue;
        if (const err e = fib_props_error(fa.type()); e != err::ok) return e;
        if (fa.info.flags & rtnh_f::dead) continue;
        for (std::size_t nh = 0; nh < fa.info.nhs().size(); nh++) {
            if (!fib_lookup_good_nhc(fa.info.nhs()[nh], fl, flags)) continue;
            res.prefix = prefix;
            res.prefixlen = len;
            res.nh_sel = std::uint16_t(nh);
            res.type = fa.type();
            res.scope = fa.info.scope;
            res.fa = &fa;
            res.table = &tb;
            return err::ok;
        }
    }
    return err::srch;
}

// Order in a table, for prefixes that are equal.
bool before(const fib_alias& fa, std::uint8_t tos, std::uint32_t priority) {
    if (fa.tos != tos) return fa.tos > tos;
    return fa.info.priority < priority;
}

// First alias of the prefix that does not come before (tos, priority).
std::size_t fib_find_alias(const fib_table& tb, ipv4_address prefix, std::uint8_t len,
                           std::uint8_t tos, std::uint32_t priority) {
    std::size_t i = tb.lower_bound(prefix, len);
    while (tb.is_at(i, prefix, len) && before(*tb.aliases[i], tos, priority)) i++;
    return i;
}

bool same_rank(const fib_table& tb, std::size_t i, const fib_alias& like) {
    if (!tb.is_at(i, like.prefix, like.prefixlen)) return false;
    const fib_alias& fa = *tb.aliases[i];
    return fa.tos == like.tos && fa.info.priority == like.info.priority;
}

// The same way: what fib_find_info would share.
bool same_info(const fib_info& a, const fib_info& b) {
    const auto hops_a = a.nhs(), hops_b = b.nhs();
    if (hops_a.size() != hops_b.size() || a.type != b.type || a.protocol != b.protocol ||
        a.scope != b.scope || a.prefsrc != b.prefsrc || a.priority != b.priority ||
        ((a.flags ^ b.flags) & ~(rtnh_f::dead | rtnh_f::linkdown))) {
        return false;
    }
    const fib_metrics none;
    if ((a.more ? a.more->metrics : none) != (b.more ? b.more->metrics : none)) return false;
    return std::equal(hops_a.begin(), hops_a.end(), hops_b.begin(),
                      [](const fib_nh& x, const fib_nh& y) {
                          constexpr std::uint32_t kept = ~(rtnh_f::dead | rtnh_f::linkdown);
                          return x.oif == y.oif && x.has_gateway(y.gw, y.gw6()) &&
                                 x.scope == y.scope && x.weight == y.weight && !((x.flags ^ y.flags) & kept);
                      });
}

void remove_at(fib_table& tb, std::size_t i) {
    const std::uint8_t len = tb.aliases[i]->prefixlen;
    tb.aliases.erase(tb.aliases.begin() + std::ptrdiff_t(i));
    const bool last = std::none_of(tb.aliases.begin(), tb.aliases.end(),
                                   [len](const auto& fa) { return fa->prefixlen == len; });
    if (last) tb.lengths &= ~(std::uint64_t{1} << len);
}

}  // namespace

err fib_valid_prefix(const fib_config& cfg, netlink_ext_ack& extack) {
    if (cfg.dst_len > 32) return extack.set(err::inval, "Invalid prefix length");
    if (cfg.dst.value & ~inet_make_mask(cfg.dst_len)) {
        return extack.set(err::inval, "Invalid prefix for given prefix length");
    }
    return err::ok;
}

std::size_t fib_table::lower_bound(ipv4_address prefix, std::uint8_t len) const {
    const auto at = std::lower_bound(
        aliases.begin(), aliases.end(), prefix, [len](const auto& fa, ipv4_address p) {
            return fa->prefix != p ? fa->prefix < p : fa->prefixlen > len;
        });
    return std::size_t(at - aliases.begin());
}

fib_table* fib_get_table(netns& net, std::uint32_t id) {
    if (id == rt_table::unspec) id = rt_table::main;
    for (fib_table& tb : net.ipv4->tables) {
        if (tb.id == id) return &tb;
    }
    return nullptr;
}

// Linux: tables hang in 256 chains, the newest first; so dumps show them.
fib_table& fib_new_table(netns& net, std::uint32_t id) {
    if (fib_table* tb = fib_get_table(net, id)) return *tb;
    if (id == rt_table::unspec) id = rt_table::main;
    // Local is an alias of main's trie until there are rules.
    if (id == rt_table::local && !net.ipv4->custom_rules) {
        (void)fib_new_table(net, rt_table::main);
    }
    auto& tables = net.ipv4->tables;
    constexpr std::size_t usual = 2;  // local and main; in local, an address and its broadcast
    if (tables.empty()) tables.reserve(usual);
    const auto at = std::find_if(tables.begin(), tables.end(),
                                 [id](const auto& tb) { return (tb.id & 255) >= (id & 255); });
    fib_table made{.id = id, .aliases = {}};
    if (id == rt_table::local) made.aliases.reserve(usual);
    return *tables.insert(at, std::move(made));
}

namespace {

err fib_tables_lookup(fib_table* first, fib_table* second, const flowi4& fl, fib_result& res,
                      unsigned flags) {
    std::uint64_t lengths = (first ? first->lengths : 0) | (second ? second->lengths : 0);
    while (lengths) {
        const auto len = unsigned(std::bit_width(lengths) - 1);  // the longest first
        lengths &= ~(std::uint64_t{1} << len);
        const ipv4_address prefix{fl.daddr.value & inet_make_mask(len)};
        for (fib_table* tb : {first, second}) {
            if (!tb || !tb->has_length(len)) continue;
            const err e = match_prefix(*tb, prefix, std::uint8_t(len), fl, res, flags);
            if (e == err::ok && second) res.table = second;  // so the merged trie says
            if (e != err::srch) return e;
        }
    }
    return err::again;
}

}  // namespace

err fib_table_lookup(fib_table& tb, const flowi4& fl, fib_result& res, unsigned flags) {
    return fib_tables_lookup(&tb, nullptr, fl, res, flags);
}

err fib_local_lookup(netns& net, const flowi4& fl, fib_result& res, unsigned flags) {
    fib_table* main = net.ipv4->custom_rules ? nullptr : fib_get_table(net, rt_table::main);
    return fib_tables_lookup(fib_get_table(net, rt_table::local), main, fl, res, flags);
}

namespace {

// RTM_NEWROUTE meets routes of the same prefix, tos and metric, the first at `at`. err::srch: go
// on and insert at `at`; anything else is the answer.
err insert_beside(netns& net, fib_table& tb, const fib_config& cfg, std::unique_ptr<fib_alias>& fa,
                  std::size_t& at) {
    if (cfg.nlflags & nlm_f::excl) return err::exist;
    std::size_t match = tb.aliases.size(), end = at;
    for (; same_rank(tb, end, *fa); end++) {
        if (match == tb.aliases.size() && same_info(tb.aliases[end]->info, fa->info)) {
            match = end;
        }
    }
    const bool found = match != tb.aliases.size();
    if (cfg.nlflags & nlm_f::replace) {
        if (found) return match == at ? err::ok : err::exist;
        tb.aliases[at] = std::move(fa);
        rt_cache_flush(net);
        rtmsg_fib(rtm::newroute, net, *tb.aliases[at], tb.id, cfg.portid, cfg.seq, nlm_f::replace);
        return err::ok;
    }
    if (found) return err::exist;
    if (cfg.nlflags & nlm_f::append) at = end;
    return err::srch;
}

}  // namespace

bool fib_table_has(const fib_table& tb, const fib_config& cfg) {
    constexpr std::uint32_t kept = ~(rtnh_f::dead | rtnh_f::linkdown);
    for (std::size_t i = fib_find_alias(tb, cfg.dst, cfg.dst_len, cfg.tos, cfg.priority);
         tb.is_at(i, cfg.dst, cfg.dst_len); i++) {
        const fib_info& fi = tb.aliases[i]->info;
        if (tb.aliases[i]->tos != cfg.tos || fi.priority != cfg.priority) return false;
        const bool same = fi.type == cfg.type && fi.protocol == cfg.protocol &&
                          fi.scope == cfg.scope && fi.prefsrc == cfg.prefsrc &&
                          !((fi.flags ^ cfg.flags) & kept) && !fi.more;
        const bool same_way = fi.nh.oif == cfg.oif && !fi.nh.has_gateway() &&
                              fi.nh.weight == 1 && !((fi.nh.flags ^ cfg.flags) & kept);
        if (same && same_way) return true;
    }
    return false;
}

err fib_table_insert(netns& net, fib_table& tb, const fib_config& cfg, netlink_ext_ack& extack) {
    if (const err e = fib_valid_prefix(cfg, extack); e != err::ok) return e;
    auto fa = std::make_unique<fib_alias>();
    fa->prefix = cfg.dst;
    fa->prefixlen = cfg.dst_len;
    fa->tos = cfg.tos;
    if (const err e = fib_create_info(net, cfg, fa->info, extack); e != err::ok) return e;

    std::size_t at = fib_find_alias(tb, fa->prefix, fa->prefixlen, fa->tos, cfg.priority);
    std::uint16_t shown = nlm_f::create | nlm_f::excl;
    if (same_rank(tb, at, *fa)) {
        shown = std::uint16_t(nlm_f::create | (cfg.nlflags & nlm_f::append));
        const err e = insert_beside(net, tb, cfg, fa, at);
        if (e != err::srch) return e;
    } else if (!(cfg.nlflags & nlm_f::create)) {
        return err::noent;
    }
    tb.lengths |= std::uint64_t{1} << fa->prefixlen;
    tb.aliases.insert(tb.aliases.begin() + std::ptrdiff_t(at), std::move(fa));
    rt_cache_flush(net);
    rtmsg_fib(rtm::newroute, net, *tb.aliases[at], tb.id, cfg.portid, cfg.seq, shown);
    return err::ok;
}

err fib_table_delete(netns& net, fib_table& tb, const fib_config& cfg, netlink_ext_ack& extack) {
    if (const err e = fib_valid_prefix(cfg, extack); e != err::ok) return e;
    for (std::size_t i = tb.lower_bound(cfg.dst, cfg.dst_len); tb.is_at(i, cfg.dst, cfg.dst_len);
         i++) {
        const fib_alias& fa = *tb.aliases[i];
        const fib_info& fi = fa.info;
        if (fa.tos != cfg.tos) continue;
        const bool wanted = (cfg.type == rtn::unspec || fa.type() == cfg.type) &&
                            (cfg.scope == rt_scope::nowhere || fi.scope == cfg.scope) &&
                            (cfg.prefsrc.is_any() || fi.prefsrc == cfg.prefsrc) &&
                            (!cfg.protocol || fi.protocol == cfg.protocol) &&
                            fib_nh_match(cfg, fi, extack) && fib_metrics_match(cfg, fi);
        if (!wanted) continue;
        rtmsg_fib(rtm::delroute, net, fa, tb.id, cfg.portid, cfg.seq, 0);
        remove_at(tb, i);
        rt_cache_flush(net);
        return err::ok;
    }
    return err::srch;
}

// Linux: tells nobody, for there may be very many.
int fib_flush(netns& net) {
    int found = 0;
    for (fib_table& tb : net.ipv4->tables) {
        for (std::size_t i = tb.aliases.size(); i-- > 0;) {
            if (!(tb.aliases[i]->info.flags & rtnh_f::dead)) continue;
            tb.aliases[i].reset();
            found++;
        }
        tb.aliases.remove(nullptr);
        tb.lengths = 0;
        for (const auto& fa : tb.aliases) tb.lengths |= std::uint64_t{1} << fa->prefixlen;
    }
    if (found) rt_cache_flush(net);
    return found;
}

}  // namespace vethlab
