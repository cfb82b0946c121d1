// ethtool: netlink/features.c
#include <algorithm>

#include "sim/tools/ethtool/ethtool.h"

namespace vethlab {
namespace {

using features = std::vector<ethtool_feature>;

// The words of old, which stand for one or several of the kernel's features.
struct legacy_flag {
    const char* short_name;
    const char* long_name;
    const char* pattern;  // '*' matches any text
};
constexpr legacy_flag legacy_flags[] = {
    {"rx", "rx-checksumming", "rx-checksum"},
    {"tx", "tx-checksumming", "tx-checksum-*"},
    {"sg", "scatter-gather", "tx-scatter-gather*"},
    {"tso", "tcp-segmentation-offload", "tx-tcp*-segmentation"},
    {"ufo", "udp-fragmentation-offload", "tx-udp-fragmentation"},
    {"gso", "generic-segmentation-offload", "tx-generic-segmentation"},
    {"gro", "generic-receive-offload", "rx-gro"},
    {"lro", "large-receive-offload", "rx-lro"},
    {"rxvlan", "rx-vlan-offload", "rx-vlan-hw-parse"},
    {"txvlan", "tx-vlan-offload", "tx-vlan-hw-insert"},
    {"ntuple", "ntuple-filters", "rx-ntuple-filter"},
    {"rxhash", "receive-hashing", "rx-hashing"},
};

bool matches(std::string_view pattern, std::string_view name) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == name;
    const auto head = pattern.substr(0, star);
    const auto tail = pattern.substr(star + 1);
    return name.size() >= head.size() + tail.size() && name.starts_with(head) &&
           name.ends_with(tail);
}

const char* on_off(bool on) { return on ? "on" : "off"; }

void print_feature(process& p, const char* indent, const std::string& name,
                   const ethtool_feature& f) {
    p.out->printf("%s%s: %s", indent, name.c_str(), on_off(f.active));
    if (!f.hw || f.never) {
        p.out->write(" [fixed]");
    } else if (f.requested != f.active) {
        p.out->printf(" [requested %s]", on_off(f.requested));
    }
    p.out->write("\n");
}

void print_legacy(process& p, const legacy_flag& flag, const features& all) {
    features mine;
    for (const auto& f : all) {
        if (matches(flag.pattern, f.name)) mine.push_back(f);
    }
    if (mine.empty()) return;
    if (mine.size() == 1) return print_feature(p, "", flag.long_name, mine[0]);
    const bool any =
        std::any_of(mine.begin(), mine.end(), [](const auto& f) { return f.active; });
    p.out->printf("%s: %s\n", flag.long_name, on_off(any));
    for (const auto& f : mine) print_feature(p, "\t", f.name, f);
}

bool is_legacy(std::string_view name) {
    return std::any_of(std::begin(legacy_flags), std::end(legacy_flags),
                       [&](const auto& flag) { return matches(flag.pattern, name); });
}

const ethtool_feature* find(const features& all, std::string_view name) {
    for (const auto& f : all) {
        if (f.name == name) return &f;
    }
    return nullptr;
}

using wishes = std::vector<std::pair<std::string, bool>>;

bool parse_wishes(ethtool_call& c, const features& all, wishes& out) {
    for (std::size_t i = 0; i < c.rest.size(); i += 2) {
        const std::string* value = i + 1 < c.rest.size() ? &c.rest[i + 1] : nullptr;
        if (!value || (*value != "on" && *value != "off")) {
            c.p.err->printf("ethtool (%s): flag '%s' for parameter '(null)' is not followed by "
                            "'on' or 'off'\n",
                            c.option.c_str(), value ? value->c_str() : "(null)");
            return false;
        }
        const bool on = *value == "on";
        const legacy_flag* legacy = nullptr;
        for (const auto& flag : legacy_flags) {
            if (c.rest[i] == flag.short_name || c.rest[i] == flag.long_name) legacy = &flag;
        }
        if (!legacy) {
            out.emplace_back(c.rest[i], on);
            continue;
        }
        for (const auto& f : all) {
            if (matches(legacy->pattern, f.name)) out.emplace_back(f.name, on);
        }
    }
    return true;
}

// Linux: net/ethtool/bitset.c: ethnl_parse_bitset only ever sets a bit, so "on" wins.
void let_on_win(wishes& wanted) {
    for (auto& [name, on] : wanted) {
        on = std::any_of(wanted.begin(), wanted.end(),
                         [&](const auto& w) { return w.first == name && w.second; });
    }
}

// With the bit of NETIF_F_* that has no name: '' finds it, and nobody can switch it on.
err read_all_bits(ethtool_call& c, features& all) {
    const err e = c.port.features(c.dev, all);
    const auto before = std::find_if(all.begin(), all.end(),
                                     [](const auto& f) { return f.name == "tx-checksum-ipv4"; });
    if (before != all.end()) all.insert(before + 1, ethtool_feature{});
    return e;
}

// The kernel says where in the request an unknown name stands.
// Linux: net/ethtool/bitset.c: ethnl_parse_bit
bool names_known(ethtool_call& c, const features& all, const wishes& wanted) {
    const auto attr = [](std::size_t len) { return nla_align(4 + len); };
    std::size_t offset = 16 + 4 + 4 + attr(c.dev.size() + 1) + attr(4);  // up to WANTED
    offset += 4 + 4 + 4;                                                 // its nests
    for (const auto& [name, on] : wanted) {
        if (!find(all, name)) {
            c.p.err->printf("netlink error: bit name not found (offset %zu)\n"
                            "netlink error: %s\n", offset, strerror(err::opnotsupp));
            return false;
        }
        offset += 4 + attr(name.size() + 1) + (on ? attr(0) : 0);
    }
    return true;
}

int print_changes(ethtool_call& c, const features& before, const features& after,
                  const wishes& wanted) {
    struct change {
        const char* name;
        bool active, requested, refused, changed;
    };
    const std::string name = ethtool_shown_name(c);
    if (name != c.dev) {
        c.p.err->printf("warning: unexpected message for device %s\n", name.c_str());
        return 0;
    }
    std::vector<change> changes;
    bool surprise = false, met = false;
    for (const auto& f : after) {
        const auto wish = std::find_if(wanted.rbegin(), wanted.rend(),
                                       [&](const auto& w) { return w.first == f.name; });
        const bool requested = wish != wanted.rend();
        const auto* old = find(before, f.name);
        const bool changed = old && old->active != f.active;
        const bool refused = requested && wish->second != f.active;
        if (requested && !refused) met = true;
        if (refused || (changed && !requested)) surprise = true;
        if (refused || changed) changes.push_back({f.name.c_str(), f.active, requested,
                                                   refused, changed});
    }
    if (surprise) c.p.out->write("Actual changes:\n");
    for (const auto& ch : changes) {
        if (!surprise) break;
        c.p.out->printf("%s: %s", ch.name, on_off(ch.active));
        if (ch.refused) {
            c.p.out->printf(" [requested %s]", on_off(!ch.active));
        } else if (!ch.requested) {
            c.p.out->write(" [not requested]");
        }
        c.p.out->write("\n");
    }
    if (met) return 0;
    c.p.err->write("Could not change any device features\n");
    return 1;
}

}  // namespace

int ethtool_show_features(ethtool_call& c) {
    if (!c.rest.empty()) {
        c.p.err->printf("ethtool: unexpected parameter '%s'\n", c.rest[0].c_str());
        return 1;
    }
    features all;
    if (const err e = c.port.features(c.dev, all); e != err::ok) {
        ethtool_netlink_error(c.p, e);
        return 1;
    }
    c.p.out->printf("Features for %s:\n", ethtool_shown_name(c).c_str());
    for (const auto& flag : legacy_flags) print_legacy(c.p, flag, all);
    for (const auto& f : all) {
        if (!is_legacy(f.name)) print_feature(c.p, "", f.name, f);
    }
    return 0;
}

int ethtool_set_features(ethtool_call& c) {
    constexpr int failed = 92;
    features before, after;
    err e = read_all_bits(c, before);
    wishes wanted;
    if (!parse_wishes(c, before, wanted)) return 1;
    if (e == err::ok) {
        if (!names_known(c, before, wanted)) return failed;
        let_on_win(wanted);
        for (const auto& [name, on] : wanted) {
            if (!find(before, name)->never) continue;
            c.p.err->printf("netlink error: attempt to change non-ethtool features\n"
                            "netlink error: %s\n", strerror(err::inval));
            return failed;
        }
        wishes named = wanted;
        std::erase_if(named, [](const auto& w) { return w.first.empty(); });
        e = c.port.set_features(c.dev, named);
    }
    if (e == err::ok) e = read_all_bits(c, after);
    if (e != err::ok) {
        ethtool_netlink_error(c.p, e);
        return failed;
    }
    return print_changes(c, before, after, wanted);
}

}  // namespace vethlab
