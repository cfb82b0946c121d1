// traceroute 2.1: traceroute/traceroute.c (option_list)
#include "sim/tools/traceroute/options.h"

#include <cstdlib>
#include <vector>

#include "sim/tools/lib/resolve.h"
#include "sim/tools/traceroute/clif.h"

namespace vethlab {
namespace {

constexpr unsigned biggest_hop = 255, most_probes = 10;
constexpr int biggest_packet = 65000;

constexpr clif_option options[] = {
    {'4', "", ""},
    {'6', "", ""},
    {'d', "debug", ""},
    {'F', "dont-fragment", "", true},
    {'f', "first", "first_ttl"},
    {'g', "gateway", "gate,..."},
    {'I', "icmp", ""},
    {'T', "tcp", ""},
    {'i', "interface", "device"},
    {'m', "max-hops", "max_ttl"},
    {'N', "sim-queries", "squeries"},
    {'n', "", ""},
    {'p', "port", "port"},
    {'t', "tos", "tos"},
    {'l', "flowlabel", "flow_label"},
    {'w', "wait", "MAX,HERE,NEAR"},
    {'q', "queries", "nqueries"},
    {'r', "", ""},
    {'s', "source", "src_addr"},
    {'z', "sendwait", "sendwait"},
    {'e', "extensions", "", true},
    {'A', "as-path-lookups", ""},
    {'M', "module", "name"},
    {'O', "options", "OPTS,..."},
    {0, "sport", "num"},
    {0, "fwmark", "num"},
    {'U', "udp", ""},
    {0, "UL", "", false, true},
    {'D', "dccp", ""},
    {'P', "protocol", "prot"},
    {0, "mtu", ""},
    {0, "back", ""},
    {'V', "version", ""},
    {0, "help", ""},
};

// The whole text is a number as C writes them.
std::optional<unsigned> parse_uint(const std::string& text) {
    char* end = nullptr;
    const auto v = std::strtoul(text.c_str(), &end, 0);
    if (end == text.c_str() || *end) return std::nullopt;
    return unsigned(v);
}

std::optional<double> parse_double(const std::string& text) {
    char* end = nullptr;
    const double v = std::strtod(text.c_str(), &end);
    if (end == text.c_str() || *end) return std::nullopt;
    return v;
}

class command_line {
 public:
    command_line(process& p, traceroute_options& o) : p_(p), o_(o) {}
    std::optional<int> parse();

 private:
    // True: the option was right, as far as exited_ says nothing else.
    bool set(const clif_option& opt, const std::string& value);
    bool set_value(const clif_option& opt, const std::string& value);
    bool set_wait(const std::string& value);
    bool set_port(const std::string& value, unsigned& port);
    bool set_module(const std::string& name);
    bool set_address(const std::string& name, std::optional<ipv4_address>& out);

    void operands(const std::vector<std::size_t>& places);
    void check();

    bool done() const { return exited_.has_value(); }
    void fail(const std::string& text) {
        p_.err->write(text + "\n");
        exited_ = 2;
    }
    void refuse(const std::string& what) {
        fail("traceroute: " + what + " is not supported by vethlab");
    }

    process& p_;
    traceroute_options& o_;
    std::string module_ = "default";
    char family_ = 0;  // '4' or '6' if it was given
    bool source_is_ipv6_ = false;
    std::optional<int> exited_;
};

bool command_line::set_wait(const std::string& value) {
    o_.here_factor = o_.near_factor = 0;
    double* const parts[] = {&o_.wait_s, &o_.here_factor, &o_.near_factor};
    const char* at = value.c_str();
    for (double* part : parts) {
        char* end = nullptr;
        *part = std::strtod(at, &end);
        if (end == at) return false;
        if (!*end) return true;
        at = end + 1;
    }
    return false;
}

// What stands behind the digits does not matter.
bool command_line::set_port(const std::string& value, unsigned& port) {
    char* end = nullptr;
    port = unsigned(std::strtoul(value.c_str(), &end, 0));
    return end != value.c_str();
}

bool command_line::set_address(const std::string& name, std::optional<ipv4_address>& out) {
    const char* error = "Address family for hostname not supported";
    if (looks_like_ipv6(name)) {
        out.reset();
        if (family_ != '4') return true;
    } else if (const auto host = resolve_host(p_.sys, name, error)) {
        out = host->addr;
        if (family_ != '6') return true;
        error = "Address family for hostname not supported";
    }
    p_.err->printf("%s: %s\n", name.c_str(), error);
    return false;
}

bool command_line::set_value(const clif_option& opt, const std::string& value) {
    const auto number = [&](unsigned& out) {
        const auto v = parse_uint(value);
        if (v) out = *v;
        return v.has_value();
    };
    switch (opt.letter) {
        case 'f':
            return number(o_.first_hop);
        case 'm':
            return number(o_.max_hops);
        case 'N':
            return number(o_.sim_probes);
        case 'q':
            return number(o_.probes_per_hop);
        case 't':
            return number(o_.tos);
        case 'p':
            return set_port(value, o_.port);
        case 'w':
            return set_wait(value);
        case 'i':
            o_.device = value;
            return true;
        case 'M':
            module_ = value;
            return true;
        case 'z': {
            const auto v = parse_double(value);
            if (v) o_.send_wait_s = *v;
            return v.has_value();
        }
        case 's':
            if (!set_address(value, o_.source)) return false;
            source_is_ipv6_ = !o_.source;
            return true;
        default:
            break;
    }
    if (opt.word == "sport") return set_port(value, o_.source_port);
    if (opt.word == "fwmark") return number(o_.mark);
    refuse(opt.letter ? strf("-%c", opt.letter) : "--" + std::string(opt.word));
    return true;
}

bool command_line::set(const clif_option& opt, const std::string& value) {
    if (!opt.value.empty()) return set_value(opt, value);
    switch (opt.letter) {
        case '4':
        case '6':
            family_ = opt.letter;
            return true;
        case 'd':
            return true;  // SO_DEBUG says nothing of a datagram socket
        case 'e':
            return true;  // no router here extends its ICMP messages
        case 'F':
            o_.dont_fragment = true;
            return true;
        case 'I':
            module_ = "icmp";
            return true;
        case 'U':
            module_ = "udp";
            return true;
        case 'n':
            o_.numeric = true;
            return true;
        case 'r':
            o_.dont_route = true;
            return true;
        case 'V':
            p_.err->write(
                "Modern traceroute for Linux, version 2.1.2\n"
                "Copyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n");
            exited_ = 0;
            return true;
        default:
            break;
    }
    if (opt.word == "mtu") {
        o_.discover_mtu = true;
    } else if (opt.word == "back") {
        o_.show_back_hops = true;
    } else if (opt.word == "help") {
        p_.err->write(traceroute_help);
        exited_ = 0;
    } else {
        refuse(opt.letter ? strf("-%c", opt.letter) : "-" + std::string(opt.word));
    }
    return true;
}

void command_line::operands(const std::vector<std::size_t>& places) {
    if (places.empty()) return fail("Specify \"host\" missing argument.");
    if (places.size() > 2) {
        return fail(
            strf("Extra arg `%s' (position 3, argc %zu)", p_.argv[places[2]].c_str(), places[2]));
    }
    const auto cannot = [&](const char* what, std::size_t i) {
        fail(strf("Cannot handle \"%s\" cmdline arg `%s' on position %zu (argc %zu)", what,
                  p_.argv[places[i]].c_str(), i + 1, places[i]));
    };
    o_.host = p_.argv[places[0]];
    std::optional<ipv4_address> to;
    if (!set_address(o_.host, to)) return cannot("host", 0);
    if (!to) return refuse("a trace to an IPv6 address");
    o_.to = *to;
    if (places.size() < 2) return;
    const std::string& text = p_.argv[places[1]];
    char* end = nullptr;
    o_.packet_len = int(std::strtol(text.c_str(), &end, 0));
    if (end == text.c_str() || *end) cannot("packetlen", 1);
}

bool command_line::set_module(const std::string& name) {
    if (name == "default") {
        o_.method = trace_method::ports;
    } else if (name == "udp") {
        o_.method = trace_method::udp;
    } else if (name == "icmp") {
        o_.method = trace_method::icmp;
    } else {
        return false;
    }
    return true;
}

void command_line::check() {
    if (!set_module(module_)) {
        for (const char* known : {"tcp", "tcpconn", "udplite", "dccp", "raw"}) {
            if (module_ == known) return refuse("-M " + module_);
        }
        return fail("Unknown traceroute module " + module_);
    }
    if (!o_.first_hop || o_.first_hop > o_.max_hops) return fail("first hop out of range");
    if (o_.max_hops > biggest_hop) {
        return fail(strf("max hops cannot be more than %u", biggest_hop));
    }
    if (!o_.probes_per_hop || o_.probes_per_hop > most_probes) {
        return fail(strf("no more than %u probes per hop", most_probes));
    }
    if (o_.wait_s < 0 || o_.here_factor < 0 || o_.near_factor < 0) {
        return fail(strf("bad wait specifications `%g,%g,%g' used", o_.wait_s, o_.here_factor,
                         o_.near_factor));
    }
    if (o_.packet_len > biggest_packet) {
        return fail(strf("too big packetlen %d specified", o_.packet_len));
    }
    if (source_is_ipv6_) return fail("IP version mismatch in addresses specified");
    if (o_.send_wait_s < 0) return fail(strf("bad sendtime `%g' specified", o_.send_wait_s));
    if (o_.send_wait_s >= 10) o_.send_wait_s /= 1000;  // these are milliseconds
    if (o_.source_port) {
        o_.sim_probes = 1;
        o_.here_factor = o_.near_factor = 0;
    }
    if (o_.discover_mtu) {
        o_.dont_fragment = true;
        o_.sim_probes = 1;
        if (o_.packet_len < 0) o_.packet_len = biggest_packet;
    }
}

std::optional<int> command_line::parse() {
    if (p_.argv.size() < 2) {
        p_.err->write(traceroute_help);
        return 0;
    }
    clif_words words(p_.argv, options);
    while (const auto found = words.next()) {
        if (!set(*found->option, found->value)) {
            fail(strf("Cannot handle `%s' option with arg `%s' (argc %zu)", found->shown.c_str(),
                      found->value.c_str(), found->at));
        }
        if (done()) return exited_;
    }
    if (!words.error.empty()) {
        fail(words.error);
    } else {
        operands(words.operands);
    }
    if (!done()) check();
    return exited_;
}

}  // namespace

std::optional<int> parse_traceroute_options(process& p, traceroute_options& o) {
    return command_line(p, o).parse();
}

}  // namespace vethlab
