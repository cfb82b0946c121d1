// ethtool: netlink/*.c, ethtool.c: what needs a real network card.
// Here: no device of a lab has it, so only the words are checked and the kernel's refusal
// is printed.
#include <algorithm>
#include <cctype>

#include "sim/tools/ethtool/ethtool.h"

namespace vethlab {
namespace {

// What the driver's missing method, or the missing device, answers.
err refusal(ethtool_call& c) {
    ethtool_link link;
    const err e = c.port.link(c.dev, link);
    return e == err::ok ? err::opnotsupp : e;
}

struct ethtool_parameter {
    std::string_view name;
    std::string_view values;  // '|' between words; "#" a number, "" anything
};
struct ethtool_setter {
    std::string_view options;
    int failed;
    std::vector<ethtool_parameter> parameters;
};

constexpr std::string_view on_or_off = "on|off";

std::vector<ethtool_setter> setters() {
    ethtool_setter coalesce{"-C --coalesce ", 1,
                            {{"adaptive-rx", on_or_off},
                             {"adaptive-tx", on_or_off},
                             {"cqe-mode-rx", on_or_off},
                             {"cqe-mode-tx", on_or_off}}};
    for (std::string_view n :
         {"rx-usecs", "rx-frames", "rx-usecs-irq", "rx-frames-irq", "tx-usecs", "tx-frames",
          "tx-usecs-irq", "tx-frames-irq", "stats-block-usecs", "pkt-rate-low", "rx-usecs-low",
          "rx-frames-low", "tx-usecs-low", "tx-frames-low", "pkt-rate-high", "rx-usecs-high",
          "rx-frames-high", "tx-usecs-high", "tx-frames-high", "sample-interval"}) {
        coalesce.parameters.push_back({n, "#"});
    }
    return {
        {"-s --change ", 75,
         {{"speed", "#"}, {"lanes", "#"}, {"duplex", "half|full"},
          {"port", "tp|aui|mii|fibre|bnc|da"}, {"mdix", "auto|on|off"}, {"autoneg", on_or_off},
          {"advertise", ""}, {"phyad", "#"}, {"xcvr", "internal|external"}, {"wol", ""},
          {"sopass", ""}, {"msglvl", ""},
          {"master-slave",
           "preferred-master|preferred-slave|forced-master|forced-slave"}}},
        {"-A --pause ", 76, {{"autoneg", on_or_off}, {"rx", on_or_off}, {"tx", on_or_off}}},
        {"-G --set-ring ", 81,
         {{"rx", "#"}, {"rx-mini", "#"}, {"rx-jumbo", "#"}, {"tx", "#"}, {"rx-buf-len", "#"},
          {"cqe-size", "#"}, {"tx-push", on_or_off}}},
        std::move(coalesce),
    };
}

bool is_number(const std::string& s) {
    std::size_t at = s.starts_with("0x") ? 2 : 0;
    const bool hex = at == 2;
    if (at == s.size()) return false;
    return std::all_of(s.begin() + std::ptrdiff_t(at), s.end(), [&](unsigned char ch) {
        return hex ? std::isxdigit(ch) : std::isdigit(ch);
    });
}

bool accepts(std::string_view values, const std::string& value) {
    if (values.empty()) return true;
    if (values == "#") return is_number(value);
    while (true) {
        const auto end = values.find('|');
        if (values.substr(0, end) == value) return true;
        if (end == std::string_view::npos) return false;
        values.remove_prefix(end + 1);
    }
}

bool parameters_fit(ethtool_call& c, const ethtool_setter& setter) {
    const auto say = [&](const char* what, const std::string& name) {
        c.p.err->printf("ethtool (%s): %s '%s'\n", c.option.c_str(), what, name.c_str());
        return false;
    };
    for (std::size_t i = 0; i < c.rest.size(); i += 2) {
        const auto p = std::find_if(setter.parameters.begin(), setter.parameters.end(),
                                    [&](const auto& q) { return q.name == c.rest[i]; });
        if (p == setter.parameters.end()) return say("unknown parameter", c.rest[i]);
        if (i + 1 == c.rest.size()) return say("no value for parameter", c.rest[i]);
        if (!accepts(p->values, c.rest[i + 1])) {
            return say(strf("invalid value '%s' for parameter", c.rest[i + 1].c_str()).c_str(),
                       c.rest[i]);
        }
    }
    return true;
}

}  // namespace

int ethtool_refused_show(ethtool_call& c) {
    if (!c.rest.empty()) {
        c.p.err->printf("ethtool: unexpected parameter '%s'\n", c.rest[0].c_str());
        return 1;
    }
    ethtool_netlink_error(c.p, refusal(c));
    return 1;
}

int ethtool_refused_set(ethtool_call& c) {
    for (const auto& setter : setters()) {
        if (setter.options.find(c.option + " ") == std::string_view::npos) continue;
        if (!parameters_fit(c, setter)) return 1;
        // -s asks for nothing when nothing is to be changed.
        if (c.rest.empty() && setter.failed == 75) return 0;
        ethtool_netlink_error(c.p, refusal(c));
        return setter.failed;
    }
    return 1;
}

int ethtool_refused_ioctl(ethtool_call& c) {
    const std::string& o = c.option;
    const err e = refusal(c);
    const bool missing = e != err::opnotsupp;
    const auto fail = [&](const char* what, int status) {
        c.p.err->printf("%s: %s\n", what, strerror(e));
        return status;
    };
    if (o == "-p" || o == "--identify") {
        if (c.rest.size() > 1 || (c.rest.size() == 1 && !is_number(c.rest[0]))) {
            return ethtool_bad_args(c.p);
        }
        return fail("Cannot identify NIC", 255);
    }
    if (o == "-n" || o == "-u" || o == "--show-nfc" || o == "--show-ntuple") {
        if (!c.rest.empty()) return ethtool_bad_args(c.p);
        c.p.err->printf("Cannot get RX rings: %s\n"
                        "rxclass: Cannot get RX class rule count: %s\n"
                        "RX classification rule retrieval failed\n",
                        strerror(e), strerror(e));
        return 1;
    }
    if (!c.rest.empty()) return ethtool_bad_args(c.p);
    if (o == "-t" || o == "--test") {
        return fail(missing ? "Cannot get strings" : "Cannot test", 74);
    }
    if (o == "-r" || o == "--negotiate") {
        return fail("Cannot restart autonegotiation", 255);
    }
    if (o == "-d" || o == "--register-dump") {
        return missing ? fail("Cannot get driver information", 72)
                       : fail("Cannot get register dump", 74);
    }
    if (o == "-e" || o == "--eeprom-dump") {
        return fail(missing ? "Cannot get driver information" : "Cannot get EEPROM data", 74);
    }
    return fail("Cannot get RX ring count", 1);  // -x
}

}  // namespace vethlab
