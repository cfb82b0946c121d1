// traceroute 2.1: traceroute/traceroute.c (option_list), libsupp/clif.c
#include "sim/tools/traceroute/options.h"

#include <cstdlib>
#include <vector>

#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

constexpr unsigned biggest_hop = 255, most_probes = 10;
constexpr int biggest_packet = 65000;

struct option {
    char letter;            // 0: none
    std::string_view word;  // without dashes; empty: none
    std::string_view value;  // its name, empty: takes none
    bool abbreviated = false;  // two letters of the word or more will do
    bool one_dash = false;     // the word stands behind one dash
};
constexpr option options[] = {
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
    bool set(const option& opt, const std::string& value);
    bool set_value(const option& opt, const std::string& value);
    bool set_wait(const std::string& value);
    bool set_port(const std::string& value, unsigned& port);
    bool set_module(const std::string& name);
    bool set_address(const std::string& name, std::optional<ipv4_address>& out);

    bool long_option(const std::string& word, bool one_dash);
    const option* find_word(std::string_view word, bool one_dash, std::optional<std::string>& value);
    void short_options();
    void apply(const option& opt, std::string_view name, const std::string& value);
    void operands();
    void check();

    bool done() const { return exited_.has_value(); }
    void fail(const std::string& text) {
        p_.err->write(text + "\n");
        exited_ = 2;
    }
    void refuse(const std::string& what) {
        fail("traceroute: " + what + " is not supported by vethlab");
    }
    void missing_value(const std::string& shown, const std::string& usage) {
        fail(strf("Option `%s' (argc %zu) requires an argument: `%s'", shown.c_str(), at_,
                  usage.c_str()));
    }

    process& p_;
    traceroute_options& o_;
    std::size_t at_ = 1;                  // in argv
    std::vector<std::size_t> operands_;  // places in argv
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

bool command_line::set_value(const option& opt, const std::string& value) {
    const auto number = [&](unsigned& out) {
        const auto v = parse_uint(value);
        if (v) out = *v;
        return v.has_value();
    };
    switch (opt.letter) {
        case 'f': return number(o_.first_hop);
        case 'm': return number(o_.max_hops);
        case 'N': return number(o_.sim_probes);
        case 'q': return number(o_.probes_per_hop);
        case 't': return number(o_.tos);
        case 'p': return set_port(value, o_.port);
        case 'w': return set_wait(value);
        case 'i': o_.device = value; return true;
        case 'M': module_ = value; return true;
        case 'z': {
            const auto v = parse_double(value);
            if (v) o_.send_wait_s = *v;
            return v.has_value();
        }
        case 's':
            if (!set_address(value, o_.source)) return false;
            source_is_ipv6_ = !o_.source;
            return true;
        default: break;
    }
    if (opt.word == "sport") return set_port(value, o_.source_port);
    if (opt.word == "fwmark") return number(o_.mark);
    refuse(opt.letter ? strf("-%c", opt.letter) : "--" + std::string(opt.word));
    return true;
}

bool command_line::set(const option& opt, const std::string& value) {
    if (!opt.value.empty()) return set_value(opt, value);
    switch (opt.letter) {
        case '4': case '6': family_ = opt.letter; return true;
        case 'd': return true;  // SO_DEBUG says nothing of a datagram socket
        case 'e': return true;  // no router here extends its ICMP messages
        case 'F': o_.dont_fragment = true; return true;
        case 'I': module_ = "icmp"; return true;
        case 'U': module_ = "udp"; return true;
        case 'n': o_.numeric = true; return true;
        case 'r': o_.dont_route = true; return true;
        case 'V':
            p_.err->write(
                "Modern traceroute for Linux, version 2.1.2\n"
                "Copyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n");
            exited_ = 0;
            return true;
        default: break;
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

void command_line::apply(const option& opt, std::string_view name, const std::string& value) {
    if (set(opt, value)) return;
    fail(strf("Cannot handle `%s' option with arg `%s' (argc %zu)", std::string(name).c_str(),
              value.c_str(), at_));
}

const option* command_line::find_word(std::string_view word, bool one_dash,
                                      std::optional<std::string>& value) {
    const auto equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const option* abbreviated = nullptr;
    for (const option& opt : options) {
        if (opt.word.empty() || opt.one_dash != one_dash) continue;
        const bool whole = equals == std::string_view::npos || !opt.value.empty();
        if (!whole || !opt.word.starts_with(key) || key.empty()) continue;
        if (opt.word.size() > key.size() && !(opt.abbreviated && key.size() >= 2)) continue;
        abbreviated = &opt;
        if (opt.word == key) break;
    }
    if (abbreviated && equals != std::string_view::npos) value = word.substr(equals + 1);
    return abbreviated;
}

// False: there is no such option.
bool command_line::long_option(const std::string& word, bool one_dash) {
    std::optional<std::string> value;
    const option* opt = find_word(std::string_view(word).substr(one_dash ? 1 : 2), one_dash, value);
    if (!opt) return false;
    const std::string name = (one_dash ? "-" : "--") + std::string(opt->word);
    if (!opt->value.empty() && !value) {
        missing_value(name, name + "=" + std::string(opt->value));
    } else {
        apply(*opt, name, value.value_or(""));
    }
    return true;
}

// A word of one or more letters. A value follows the first letter at once or the last one as
// a word of its own.
void command_line::short_options() {
    const std::string& word = p_.argv[at_];
    for (std::size_t i = 1; i < word.size() && !done(); i++) {
        const option* opt = nullptr;
        for (const option& o : options) {
            if (o.letter == word[i]) opt = &o;
        }
        if (!opt || !word[i]) return fail(strf("Bad option `-%c' (argc %zu)", word[i], at_));
        const char name[] = {'-', word[i], 0};
        if (opt->value.empty()) {
            apply(*opt, name, "");
            continue;
        }
        const bool last = i + 1 == word.size();
        if ((last && at_ + 1 >= p_.argv.size()) || (!last && i > 1)) {
            return missing_value(name, std::string(name) + " " + std::string(opt->value));
        }
        if (last) at_++;
        return apply(*opt, name, last ? p_.argv[at_] : word.substr(i + 1));
    }
}

void command_line::operands() {
    if (operands_.empty()) return fail("Specify \"host\" missing argument.");
    if (operands_.size() > 2) {
        return fail(strf("Extra arg `%s' (position 3, argc %zu)", p_.argv[operands_[2]].c_str(),
                         operands_[2]));
    }
    const auto cannot = [&](const char* what, std::size_t i) {
        fail(strf("Cannot handle \"%s\" cmdline arg `%s' on position %zu (argc %zu)", what,
                  p_.argv[operands_[i]].c_str(), i + 1, operands_[i]));
    };
    o_.host = p_.argv[operands_[0]];
    std::optional<ipv4_address> to;
    if (!set_address(o_.host, to)) return cannot("host", 0);
    if (!to) return refuse("a trace to an IPv6 address");
    o_.to = *to;
    if (operands_.size() < 2) return;
    const std::string& text = p_.argv[operands_[1]];
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
    bool more_options = true;
    for (; at_ < p_.argv.size() && !done(); at_++) {
        const std::string& word = p_.argv[at_];
        if (!more_options || word.size() < 2 || word[0] != '-' || word.starts_with("---")) {
            operands_.push_back(at_);
        } else if (word == "--") {
            more_options = false;
        } else if (word[1] != '-') {
            if (!long_option(word, true)) short_options();
        } else if (!long_option(word, false)) {
            const auto equals = word.find('=');
            const std::string with =
                equals == std::string::npos
                    ? ""
                    : strf(" (with arg `%s')", word.substr(equals + 1).c_str());
            fail(strf("Bad option `%s'%s (argc %zu)", word.c_str(), with.c_str(), at_));
        }
    }
    if (!done()) operands();
    if (!done()) check();
    return exited_;
}

}  // namespace

std::optional<int> parse_traceroute_options(process& p, traceroute_options& o) {
    return command_line(p, o).parse();
}

}  // namespace vethlab
