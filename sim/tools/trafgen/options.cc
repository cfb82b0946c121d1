// A lab's own command, see trafgen.cc.
#include "sim/tools/trafgen/options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "sim/tools/lib/inet_host.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "usage: trafgen NETNS DEV --dst MAC|IP[,IP] [--src MAC|IP[,IP]] [--type raw|udp]\n"
    "               [--count N] [--size BYTES] [--rate N|max] [--burst N]\n"
    "               [--model constant|poisson|onoff] [--on TIME --off TIME] [--seed N]\n"
    "               [--flows N] [--sport PORT] [--dport PORT]\n"
    "       trafgen --sink NETNS DEV [--count N] [--time TIME] [--all] [--quiet]\n"
    "NETNS - is the own one; N may end in k, M or G, TIME in ns, us, ms or s\n";

struct unit {
    std::string_view suffix;
    double factor;
};
constexpr unit multiples[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}};
constexpr unit times[] = {{"", 1e9}, {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

// A whole number after its unit has been taken into account.
template <std::size_t n>
std::optional<std::uint64_t> quantity(const std::string& text, const unit (&units)[n]) {
    std::uint64_t whole = 0;
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data(), end, whole).ptr == end && !text.empty() &&
        units[0].factor == 1) {
        return whole;
    }
    char* rest = nullptr;
    const double v = std::strtod(text.c_str(), &rest);
    const bool number = rest != text.c_str() && text[0] >= '0' && text[0] <= '9';
    for (const auto& u : units) {
        const double result = v * u.factor;
        if (number && u.suffix == rest && result < 9e18) return std::uint64_t(result + 0.5);
    }
    return std::nullopt;
}

// Words of a command line, one option after the other.
class parser {
 public:
    explicit parser(process& proc) : p(proc) {}

    std::optional<trafgen_options> parse();

 private:
    bool option(const std::string& name);
    bool finish_sender();

    // All of these complain and give false if the value is wrong.
    template <class T, std::size_t n>
    bool number(T& out, std::uint64_t least, std::uint64_t most, const unit (&units)[n]);
    bool time(sim_time& out);
    bool addresses(std::optional<mac_address>& mac, std::optional<ipv4_address>& ip);
    bool choice(std::initializer_list<std::string_view> names, std::size_t& out);
    bool fail(const std::string& text) {
        p.err->printf("trafgen: %s\n", text.c_str());
        return false;
    }
    bool wrong() { return fail(name + ": '" + value + "' is not valid"); }

    process& p;
    trafgen_options o;
    std::string name, value;  // of the option at hand
    std::vector<std::string> given;
    std::optional<std::size_t> type;
};

template <class T, std::size_t n>
bool parser::number(T& out, std::uint64_t least, std::uint64_t most, const unit (&units)[n]) {
    const auto v = quantity(value, units);
    if (!v || *v < least || *v > most) return wrong();
    out = T(*v);
    return true;
}

bool parser::time(sim_time& out) {
    std::uint64_t ns = 0;
    if (!number(ns, 1, 1'000'000'000'000'000, times)) return false;
    out = sim_time(std::int64_t(ns));
    return true;
}

// MAC, IP or MAC,IP
bool parser::addresses(std::optional<mac_address>& mac, std::optional<ipv4_address>& ip) {
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t end = std::min(value.find(',', at), value.size());
        const std::string word = value.substr(at, end - at);
        at = end + 1;
        const bool six = std::count(word.begin(), word.end(), ':') == 5;
        if (const auto m = six ? ether_input(word) : std::nullopt) {
            mac = *m;
        } else if (const auto a = parse_inet_pton(word)) {
            ip = *a;
        } else {
            return wrong();
        }
    }
    return true;
}

bool parser::choice(std::initializer_list<std::string_view> names, std::size_t& out) {
    const auto found = std::find(names.begin(), names.end(), value);
    if (found == names.end()) return wrong();
    out = std::size_t(found - names.begin());
    return true;
}

// Those with a value.
bool parser::option(const std::string& word) {
    name = word;
    traffic_options& t = o.traffic;
    std::size_t which = 0;
    if (name == "--count") {
        o.enough.emplace();
        return number(*o.enough, 1, UINT64_MAX, multiples);
    }
    if (o.sink) {
        if (name != "--time") return fail("unknown option '" + name + "' for a sink");
        o.time.emplace();
        return time(*o.time);
    }
    if (name == "--size") return number(t.size, eth_hlen, biggest_traffic_frame, multiples);
    if (name == "--burst") return number(t.burst, 1, 1'000'000, multiples);
    if (name == "--flows") return number(t.flows, 1, 1 << 24, multiples);
    if (name == "--seed") {
        o.seed.emplace();
        return number(*o.seed, 0, UINT64_MAX, multiples);
    }
    if (name == "--rate") {
        return value == "max" || number(t.rate, 1, highest_traffic_rate, multiples);
    }
    if (name == "--on") return time(t.on);
    if (name == "--off") return time(t.off);
    if (name == "--dst") return addresses(o.dst_mac, o.dst_ip);
    if (name == "--src") return addresses(o.src_mac, o.src_ip);
    if (name == "--model") {
        const bool known = choice({"constant", "poisson", "onoff"}, which);
        t.model = traffic_model(which);
        return known;
    }
    if (name == "--type") {
        type.emplace();
        return choice({"raw", "udp"}, *type);
    }
    if (name == "--sport" || name == "--dport") {
        if (!t.udp) t.udp.emplace();
        return number(name == "--sport" ? t.udp->sport : t.udp->dport, 0, 0xffff, multiples);
    }
    return fail("unknown option '" + name + "'");
}

std::optional<trafgen_options> parser::parse() {
    std::vector<std::string> words;
    o.sink = std::find(p.argv.begin(), p.argv.end(), "--sink") != p.argv.end();
    for (std::size_t i = 1; i < p.argv.size(); i++) {
        const std::string& w = p.argv[i];
        if (w == "--sink") continue;
        if (o.sink && w == "--all") {
            o.all = true;
        } else if (o.sink && w == "--quiet") {
            o.quiet = true;
        } else if (!w.starts_with("--")) {
            words.push_back(w);
        } else if (i + 1 == p.argv.size()) {
            fail(w + ": a value is missing");
            return std::nullopt;
        } else {
            given.push_back(w);
            value = p.argv[++i];
            if (!option(w)) return std::nullopt;
        }
    }
    if (words.size() != 2) {
        p.err->write(usage_text);
        return std::nullopt;
    }
    o.netns = words[0];
    o.device = words[1];
    if (!o.sink && !finish_sender()) return std::nullopt;
    return o;
}

bool parser::finish_sender() {
    traffic_options& t = o.traffic;
    const auto has = [&](const char* option) {
        return std::find(given.begin(), given.end(), option) != given.end();
    };
    const bool udp = type ? *type == 1 : o.dst_ip.has_value();
    if (!o.dst_mac && !o.dst_ip) return fail("--dst is missing");
    if (udp && !o.dst_ip) return fail("--type udp: --dst has no IP address");
    if (!udp && (o.dst_ip || o.src_ip)) return fail("--type raw: no IP addresses");
    if (!udp && t.udp) return fail("--sport and --dport: only with --type udp");
    if (udp && !t.udp) t.udp.emplace();
    if (o.enough) t.count = *o.enough;
    if (has("--size") && t.size < t.smallest()) {
        return fail(strf("--size: at least %u bytes", t.smallest()));
    }
    if (t.model != traffic_model::constant && !t.rate) {
        return fail("--model: needs a --rate");
    }
    const bool onoff = t.model == traffic_model::onoff;
    if (onoff != (has("--on") && has("--off")) || (!onoff && (has("--on") || has("--off")))) {
        return fail("--on and --off: both, and only with --model onoff");
    }
    return true;
}

}  // namespace

std::optional<trafgen_options> parse_trafgen(process& p) { return parser(p).parse(); }

}  // namespace vethlab
