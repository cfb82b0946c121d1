// bridge-utils: brctl/brctl_cmd.c
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/uapi/if.h"
#include "sim/tools/brctl/brctl.h"

namespace vethlab {
namespace {

using width = libbridge::width;

template <class... A>
int fail(brctl_call& c, const char* fmt, A... a) {
    c.p.err->printf(fmt, a...);
    return 1;
}

int addbr(brctl_call& c) {
    const char* name = c.argv[1].c_str();
    const err e = c.br.add_bridge(c.argv[1]);
    if (e == err::ok) return 0;
    if (e == err::exist) {
        return fail(c, "device %s already exists; can't create bridge with the same name\n", name);
    }
    return fail(c, "add bridge failed: %s\n", strerror(e));
}

int delbr(brctl_call& c) {
    const char* name = c.argv[1].c_str();
    const err e = c.br.del_bridge(c.argv[1]);
    if (e == err::ok) return 0;
    if (e == err::nxio) return fail(c, "bridge %s doesn't exist; can't delete it\n", name);
    if (e == err::busy) return fail(c, "bridge %s is still up; can't delete it\n", name);
    return fail(c, "can't delete bridge %s: %s\n", name, strerror(e));
}

int no_such(brctl_call& c, const char* bridge, const std::string& dev) {
    if (!c.br.exists(dev)) return fail(c, "interface %s does not exist!\n", dev.c_str());
    return fail(c, "bridge %s does not exist!\n", bridge);
}

int addif(brctl_call& c) {
    const char* bridge = c.argv[1].c_str();
    for (std::size_t i = 2; i < c.argv.size(); i++) {
        const char* dev = c.argv[i].c_str();
        const err e = c.br.add_interface(c.argv[1], c.argv[i]);
        if (e == err::ok) continue;
        if (e == err::nodev) return no_such(c, bridge, c.argv[i]);
        if (e == err::busy) {
            return fail(c,
                        "device %s is already a member of a bridge; can't add it to bridge"
                        " %s.\n",
                        dev, bridge);
        }
        if (e == err::loop) {
            return fail(c,
                        "device %s is a bridge device itself; can't add a bridge device to a"
                        " bridge device.\n",
                        dev);
        }
        return fail(c, "can't add %s to bridge %s: %s\n", dev, bridge, strerror(e));
    }
    return 0;
}

int delif(brctl_call& c) {
    const char* bridge = c.argv[1].c_str();
    for (std::size_t i = 2; i < c.argv.size(); i++) {
        const char* dev = c.argv[i].c_str();
        const err e = c.br.del_interface(c.argv[1], c.argv[i]);
        if (e == err::ok) continue;
        if (e == err::nodev) return no_such(c, bridge, c.argv[i]);
        if (e == err::inval) return fail(c, "device %s is not a port of %s\n", dev, bridge);
        return fail(c, "can't delete %s from %s: %s\n", dev, bridge, strerror(e));
    }
    return 0;
}

std::optional<bool> on_off(const std::string& word) {
    if (word == "on" || word == "yes" || word == "1") return true;
    if (word == "off" || word == "no" || word == "0") return false;
    return std::nullopt;
}

int hairpin(brctl_call& c) {
    const char* bridge = c.argv[1].c_str();
    const char* port = c.argv[2].c_str();
    const auto on = on_off(c.argv[3]);
    if (!on) return fail(c, "expect on/off for argument\n");
    if (!c.br.exists(c.argv[2])) return fail(c, "interface %s does not exist!\n", port);
    if (!c.br.exists(c.argv[1])) return fail(c, "bridge %s does not exist!\n", bridge);
    const err e = c.br.set_port(c.argv[1], c.argv[2], ifla_brport::mode, width::u8, *on);
    if (e == err::ok) return 0;
    return fail(c, "can't set %s to hairpin on bridge %s: %s\n", port, bridge, strerror(e));
}

int stp(brctl_call& c) {
    const auto on = on_off(c.argv[2]);
    if (!on) return fail(c, "expect on/off for argument\n");
    const err e = c.br.set_bridge(c.argv[1], ifla_br::stp_state, width::u32, *on);
    return e == err::ok ? 0 : fail(c, "set stp status failed: %s\n", strerror(e));
}

// Seconds, as sscanf("%lf") takes them, into 1/100 s. What rtnetlink's 32 bits cannot say
// is out of range.
int set_time(brctl_call& c, std::uint16_t attr, const char* bad, const char* failed) {
    const char* text = c.argv[2].c_str();
    char* end = nullptr;
    const double seconds = std::strtod(text, &end);
    // strtod takes the "0" of "0x"; scanf has begun a hexadecimal number and fails.
    const bool is_zero = end > text && end[-1] == '0' &&
                         (end - 1 == text || std::strchr(" +-", end[-2]));
    if (end == text || (is_zero && (*end == 'x' || *end == 'X'))) {
        return fail(c, "bad %s value\n", bad);
    }
    const double microseconds = std::floor(seconds * 1e6);
    err e = err::range;
    if (microseconds >= 0 && microseconds / 1e4 <= 0xffffffff) {
        const auto clock_t = std::uint32_t(std::uint64_t(microseconds) / 10000);
        e = c.br.set_bridge(c.argv[1], attr, width::u32, clock_t);
    } else if (brctl_link br; c.br.find_bridge(c.argv[1], br) != err::ok) {
        e = c.br.find_bridge(c.argv[1], br);  // the kernel looks at the bridge first
    }
    return e == err::ok ? 0 : fail(c, "set %s failed: %s\n", failed, strerror(e));
}
int setageing(brctl_call& c) {
    return set_time(c, ifla_br::ageing_time, "ageing time", "ageing time");
}
int setfd(brctl_call& c) {
    return set_time(c, ifla_br::forward_delay, "forward delay", "forward delay");
}
int sethello(brctl_call& c) {
    return set_time(c, ifla_br::hello_time, "hello timer", "hello timer");
}
int setmaxage(brctl_call& c) { return set_time(c, ifla_br::max_age, "max age", "max age"); }

// sscanf("%i"): any base, the rest of the word does not matter, and 32 bits are kept.
std::optional<std::uint32_t> scan_int(const std::string& word) {
    char* end = nullptr;
    const long long v = std::strtoll(word.c_str(), &end, 0);
    if (end == word.c_str()) return std::nullopt;
    return std::uint32_t(v);
}

int setbridgeprio(brctl_call& c) {
    const auto prio = scan_int(c.argv[2]);
    if (!prio) return fail(c, "bad priority\n");
    const err e = c.br.set_bridge(c.argv[1], ifla_br::priority, width::u16, *prio);
    return e == err::ok ? 0 : fail(c, "set bridge priority failed: %s\n", strerror(e));
}

int setpathcost(brctl_call& c) {
    const auto cost = scan_int(c.argv[3]);
    if (!cost) return fail(c, "bad path cost value\n");
    const err e = c.br.set_port(c.argv[1], c.argv[2], ifla_brport::cost, width::u32, *cost);
    return e == err::ok ? 0 : fail(c, "set path cost failed: %s\n", strerror(e));
}

int setportprio(brctl_call& c) {
    const auto prio = scan_int(c.argv[3]);
    if (!prio) return fail(c, "bad path priority value\n");
    // sysfs takes a wider number than the attribute; both refuse more than 63.
    const err e = c.br.set_port(c.argv[1], c.argv[2], ifla_brport::priority, width::u16,
                                std::min(*prio, 0xffffu));
    return e == err::ok ? 0 : fail(c, "set port priority failed: %s\n", strerror(e));
}

// "No such bridge" in the words that show and showstp share.
int not_shown(brctl_call& c, const std::string& name, err e) {
    if (e == err::nodev) return fail(c, "bridge %s does not exist!\n", name.c_str());
    return fail(c, "device %s is not a bridge!\n", name.c_str());
}

void show_one(brctl_call& c, const std::string& name, const brctl_link& bridge,
              const std::vector<brctl_link>& links) {
    const auto attrs = bridge.attrs();
    const nlattr* stp_state = attrs.get(ifla_br::stp_state);
    c.p.out->printf("%s\t\t%s\t%s\t\t", name.c_str(),
                    brctl_bridge_id(attrs.get(ifla_br::bridge_id)).c_str(),
                    stp_state && stp_state->u32() ? "yes" : "no");
    bool first = true;
    for (const auto& link : links) {
        if (!link.is_port || link.master != bridge.index) continue;
        c.p.out->printf("%s%s\n", first ? "" : "\t\t\t\t\t\t\t", link.name.c_str());
        first = false;
    }
    if (first) c.p.out->write("\n");
}

int show(brctl_call& c) {
    constexpr const char* header = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n";
    const auto links = c.br.links();
    bool titled = false;
    const auto show_bridge = [&](const std::string& name, const brctl_link& bridge) {
        if (!titled) c.p.out->write(header);
        titled = true;
        show_one(c, name, bridge, links);
    };
    if (c.argv.size() == 1) {
        for (const auto& link : links) {
            if (link.is_bridge) show_bridge(link.name, link);
        }
        return 0;
    }
    int status = 0;
    for (std::size_t i = 1; i < c.argv.size(); i++) {
        brctl_link bridge;
        if (const err e = c.br.find_bridge(c.argv[i], bridge); e != err::ok) {
            status = not_shown(c, c.argv[i], e);
            continue;
        }
        show_bridge(c.argv[i], bridge);
    }
    return status;
}

int showmacs(brctl_call& c) {
    std::vector<brctl_fdb_entry> entries;
    if (const err e = c.br.read_fdb(c.argv[1], entries); e != err::ok) {
        return fail(c, "read of forward table failed: %s\n", strerror(e));
    }
    c.p.out->write("port no\tmac addr\t\tis local?\tageing timer\n");
    for (const auto& f : entries) {
        const auto& o = f.mac.octets;
        c.p.out->printf("%3u\t%.2x:%.2x:%.2x:%.2x:%.2x:%.2x\t%s\t\t%4u.%02u\n", f.port_no, o[0],
                        o[1], o[2], o[3], o[4], o[5], f.is_local ? "yes" : "no",
                        f.ageing_timer / 100, f.ageing_timer % 100);
    }
    return 0;
}

int showstp(brctl_call& c) {
    brctl_link bridge;
    if (const err e = c.br.find_bridge(c.argv[1], bridge); e != err::ok) {
        return not_shown(c, c.argv[1], e);
    }
    brctl_dump_bridge_info(c.p, c.argv[1], bridge);
    for (const auto& link : c.br.links()) {
        if (link.is_port && link.master == bridge.index) brctl_dump_port_info(c.p, link);
    }
    return 0;
}

constexpr brctl_command commands[] = {
    {1, "addbr", addbr, "<bridge>\t\tadd bridge"},
    {1, "delbr", delbr, "<bridge>\t\tdelete bridge"},
    {2, "addif", addif, "<bridge> <device>\tadd interface to bridge"},
    {2, "delif", delif, "<bridge> <device>\tdelete interface from bridge"},
    {3, "hairpin", hairpin, "<bridge> <port> {on|off}\tturn hairpin on/off"},
    {2, "setageing", setageing, "<bridge> <time>\t\tset ageing time"},
    {2, "setbridgeprio", setbridgeprio, "<bridge> <prio>\t\tset bridge priority"},
    {2, "setfd", setfd, "<bridge> <time>\t\tset bridge forward delay"},
    {2, "sethello", sethello, "<bridge> <time>\t\tset hello time"},
    {2, "setmaxage", setmaxage, "<bridge> <time>\t\tset max message age"},
    {3, "setpathcost", setpathcost, "<bridge> <port> <cost>\tset path cost"},
    {3, "setportprio", setportprio, "<bridge> <port> <prio>\tset port priority"},
    {0, "show", show, "[ <bridge> ]\t\tshow a list of bridges"},
    {1, "showmacs", showmacs, "<bridge>\t\tshow a list of mac addrs"},
    {1, "showstp", showstp, "<bridge>\t\tshow bridge stp info"},
    {2, "stp", stp, "<bridge> {on|off}\tturn stp on/off"},
};

}  // namespace

const brctl_command* brctl_command_lookup(const std::string& name) {
    for (const auto& cmd : commands) {
        if (name == cmd.name) return &cmd;
    }
    return nullptr;
}

void brctl_command_helpall(process& p) {
    for (const auto& cmd : commands) p.out->printf("\t%-10s\t%s\n", cmd.name, cmd.help);
}

}  // namespace vethlab
