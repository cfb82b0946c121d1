// iproute2: ip/ip.c
#include <cstdlib>

#include "sim/tools/ip/ip_common.h"
#include "sim/tools/lib/color.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

struct ip_cmd {
    const char* name;
    ip_object run;  // null: upstream has it, this program does not
};

// In upstream's order, which decides between objects that begin alike.
constexpr ip_cmd cmds[] = {
    {"address", do_ipaddr},    {"addrlabel", nullptr},  {"maddress", do_multiaddr},
    {"route", do_iproute},     {"rule", do_iprule},     {"neighbor", do_ipneigh},
    {"neighbour", do_ipneigh}, {"ntable", do_ipntable}, {"ntbl", do_ipntable},
    {"link", do_iplink},       {"l2tp", nullptr},       {"fou", nullptr},
    {"ila", nullptr},          {"macsec", nullptr},     {"tunnel", nullptr},
    {"tunl", nullptr},         {"tuntap", nullptr},     {"tap", nullptr},
    {"token", nullptr},        {"tcpmetrics", nullptr}, {"tcp_metrics", nullptr},
    {"monitor", do_ipmonitor}, {"xfrm", nullptr},       {"mroute", nullptr},
    {"mrule", nullptr},        {"netns", do_netns},     {"netconf", do_ipnetconf},
    {"vrf", nullptr},          {"sr", nullptr},         {"nexthop", nullptr},
    {"mptcp", nullptr},        {"ioam", nullptr},       {"stats", nullptr},
};

void usage(writer& out) {
    out.write(
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n"
        "       ip [ -force ] -batch filename\n"
        "where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |\n"
        "                   link | macsec | maddress | monitor | mptcp | mroute | mrule |\n"
        "                   neighbor | neighbour | netconf | netns | nexthop | ntable |\n"
        "                   ntbl | route | rule | sr | tap | tcpmetrics |\n"
        "                   token | tunnel | tuntap | vrf | xfrm }\n"
        "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |\n"
        "                    -h[uman-readable] | -iec | -j[son] | -p[retty] |\n"
        "                    -f[amily] { inet | inet6 | mpls | bridge | link } |\n"
        "                    -4 | -6 | -M | -B | -0 |\n"
        "                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |\n"
        "                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |\n"
        "                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |\n"
        "                    -c[olor]}\n");
}

int usage_error(ip_context& ip) {
    usage(*ip.p.err);
    return ip.exit(255);
}

task<int> do_cmd(ip_context& ip, args a) {
    const std::string word = a.word();
    for (const auto& cmd : cmds) {
        if (!matches(word, cmd.name)) continue;
        if (!cmd.run) {
            ip.p.err->printf("ip: object '%s' is not supported here\n", cmd.name);
            co_return 1;
        }
        a.advance();
        co_return co_await cmd.run(ip, std::move(a));
    }
    if (matches(word, "help")) co_return usage_error(ip);
    ip.p.err->printf("Object \"%s\" is unknown, try \"ip help\".\n", word.c_str());
    co_return 1;
}

std::optional<std::string> batch_text(ip_context& ip, const std::string& name) {
    process& p = ip.p;
    if (name == "-") {
        std::string text = p.input.substr(p.input_at);
        p.input_at = p.input.size();
        return text;
    }
    auto text = p.table.read_file(name);
    return text ? text : p.sys.read_file(name);
}

task<int> batch(ip_context& ip, const std::string name) {
    const auto text = batch_text(ip, name);
    if (!text) {
        ip.p.err->printf("Cannot open file \"%s\" for reading: %s\n", name.c_str(),
                         strerror(err::noent));
        co_return 1;
    }
    const auto family = ip.preferred_family;
    int status = 0;
    for (const auto& line : batch_lines(*text)) {
        if (line.words.empty()) continue;
        ip.preferred_family = family;
        const int failed = co_await do_cmd(ip, args(ip, line.words));
        if (ip.exited) co_return *ip.exited;
        if (!failed) continue;
        ip.p.err->printf("Command failed %s:%d\n", name.c_str(), line.number);
        status = 1;
        if (!ip.force) break;
    }
    co_return status;
}

// The options in front of the object, and what they ask for.
struct option_parser {
    ip_context& ip;
    args& a;
    std::optional<std::string> batch_file;
    bool want_color = false;

    // The value of an option; without one, the usage text.
    std::string value() {
        if (!a.has_next()) {
            usage_error(ip);
            return {};
        }
        a.advance();
        return a.word();
    }
    void family() {
        const std::string word = value();
        if (ip.exited) return;
        if (word == "help") {
            usage_error(ip);
        } else if (const auto f = read_family(word)) {
            ip.preferred_family = *f;
        } else {
            ip.invarg("invalid protocol family", word);
        }
    }
    void rcvbuf() {
        const std::string word = value();
        if (!ip.exited && !get_unsigned(word)) {
            ip.fatal(255, strf("Invalid rcvbuf size '%s'", word.c_str()));
        }
    }
    void netns() {
        const std::string name = a.has_next() ? a.peek() : "(null)";
        a.advance();
        if (!netns_switch(ip, name)) ip.exit(255);
    }
    // One option, in upstream's order: the first that the word abbreviates is meant.
    void option(const std::string& opt) {
        if (matches(opt, "-loops")) {
            ip.max_flush_loops = std::atoi(value().c_str());
        } else if (matches(opt, "-family")) {
            family();
        } else if (opt == "-4") {
            ip.preferred_family = af::inet;
        } else if (opt == "-6") {
            ip.preferred_family = af::inet6;
        } else if (opt == "-0") {
            ip.preferred_family = af::packet;
        } else if (opt == "-M") {
            ip.preferred_family = af::mpls;
        } else if (opt == "-B") {
            ip.preferred_family = af::bridge;
        } else if (matches(opt, "-human") || matches(opt, "-human-readable")) {
            ip.human_readable = true;
        } else if (matches(opt, "-iec")) {
            ip.use_iec = true;
        } else if (matches(opt, "-stats") || matches(opt, "-statistics")) {
            ip.show_stats++;
        } else if (matches(opt, "-details")) {
            ip.show_details = true;
        } else if (matches(opt, "-resolve")) {
            ip.resolve_hosts = true;
        } else if (matches(opt, "-oneline")) {
            ip.oneline = true;
        } else if (matches(opt, "-timestamp")) {
            ip.timestamp = true;
        } else if (matches(opt, "-tshort")) {
            ip.timestamp = ip.timestamp_short = true;
        } else if (matches(opt, "-Version")) {
            ip.p.out->write("ip utility, iproute2-6.1.0, libbpf 1.1.2\n");
            ip.exit(0);
        } else if (matches(opt, "-force")) {
            ip.force = true;
        } else if (matches(opt, "-batch")) {
            batch_file = value();
        } else if (matches(opt, "-brief")) {
            ip.brief = true;
        } else if (matches(opt, "-json")) {
            ip.json = true;
        } else if (matches(opt, "-rcvbuf")) {
            rcvbuf();
        } else if (matches_color(opt, want_color)) {
        } else if (matches(opt, "-help")) {
            usage_error(ip);
        } else if (matches(opt, "-netns")) {
            netns();
        } else if (matches(opt, "-Numeric")) {
            ip.numeric = true;
        } else if (matches(opt, "-pretty")) {
            ip.pretty = true;
        } else if (matches(opt, "-all")) {
            ip.do_all = true;
        } else {
            ip.fatal(255, strf("Option \"%s\" is unknown, try \"ip -help\".", opt.c_str()));
        }
    }
    void run() {
        for (; a.more(); a.advance()) {
            const std::string& word = a.word();
            if (word == "--") return a.advance();
            if (word.empty() || word[0] != '-') return;
            option(word.starts_with("--") ? word.substr(1) : word);
        }
    }
};

}  // namespace

task<int> ip_main(process& p) {
    ip_context ip(p);
    ip.rth.set_strict_dump(true);
    args a(ip, {p.argv.begin() + 1, p.argv.end()});
    option_parser options{ip, a, {}};
    options.run();
    if (ip.exited) co_return *ip.exited;
    ip.print.use_color = options.want_color && !ip.json;
    int status;
    if (options.batch_file) {
        status = co_await batch(ip, *options.batch_file);
    } else if (a.more()) {
        status = co_await do_cmd(ip, a);
    } else {
        co_return usage_error(ip);
    }
    co_return ip.exited.value_or(status);
}

}  // namespace vethlab
