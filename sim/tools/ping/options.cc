// iputils: ping/ping.c
#include "sim/tools/ping/options.h"

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>

#include "sim/tools/lib/getopt.h"
#include "sim/tools/lib/number.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "\nUsage\n"
    "  ping [options] <destination>\n"
    "\nOptions:\n"
    "  <destination>      dns name or ip address\n"
    "  -a                 use audible ping\n"
    "  -A                 use adaptive ping\n"
    "  -B                 sticky source address\n"
    "  -c <count>         stop after <count> replies\n"
    "  -C                 call connect() syscall on socket creation\n"
    "  -D                 print timestamps\n"
    "  -d                 use SO_DEBUG socket option\n"
    "  -e <identifier>    define identifier for ping session, default is random for\n"
    "                     SOCK_RAW and kernel defined for SOCK_DGRAM\n"
    "                     Imply using SOCK_RAW (for IPv4 only for identifier 0)\n"
    "  -f                 flood ping\n"
    "  -h                 print help and exit\n"
    "  -I <interface>     either interface name or address\n"
    "  -i <interval>      seconds between sending each packet\n"
    "  -L                 suppress loopback of multicast packets\n"
    "  -l <preload>       send <preload> number of packages while waiting replies\n"
    "  -m <mark>          tag the packets going out\n"
    "  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>\n"
    "  -n                 no dns name resolution\n"
    "  -O                 report outstanding replies\n"
    "  -p <pattern>       contents of padding byte\n"
    "  -q                 quiet output\n"
    "  -Q <tclass>        use quality of service <tclass> bits\n"
    "  -s <size>          use <size> as number of data bytes to be sent\n"
    "  -S <size>          use <size> as SO_SNDBUF socket option value\n"
    "  -t <ttl>           define time to live\n"
    "  -U                 print user-to-user latency\n"
    "  -v                 verbose output\n"
    "  -V                 print version and exit\n"
    "  -w <deadline>      reply wait <deadline> in seconds\n"
    "  -W <timeout>       time to wait for response\n"
    "\nIPv4 options:\n"
    "  -4                 use IPv4\n"
    "  -b                 allow pinging broadcast\n"
    "  -R                 record route\n"
    "  -T <timestamp>     define timestamp, can be one of <tsonly|tsandaddr|tsprespec>\n"
    "\nIPv6 options:\n"
    "  -6                 use IPv6\n"
    "  -F <flowlabel>     define flow label, default is random\n"
    "  -N <nodeinfo opt>  use icmp6 node info query, try <help> as argument\n"
    "\nFor more details see ping(8).\n";

// Seconds in milliseconds. Rubbish behind the number is complained about but accepted.
std::optional<int> parse_seconds(process& p, const std::string& text, const char* what) {
    if (text.empty()) {
        ping_complain(p, "%s: ", what);
        return std::nullopt;
    }
    char* end = nullptr;
    errno = 0;
    const double v = std::strtod(text.c_str(), &end);
    if (errno || end == text.c_str() || *end) {
        ping_complain(p, "option argument contains garbage: %s", end);
        ping_complain(p, "this will become fatal error in the future");
    }
    if (!std::isfinite(v)) {
        ping_complain(p, "%s: %s: Numerical result out of range", what, text.c_str());
        return std::nullopt;
    }
    if (v > double(INT_MAX) / 1000 || v * 1000 < double(INT_MIN)) {
        ping_complain(p, "%s: %s", what, text.c_str());
        return std::nullopt;
    }
    return int(v * 1000);
}

std::optional<int> parse_tos(process& p, const std::string& text) {
    const bool hex = text.size() > 1 && text[0] == '0' && (text[1] | 32) == 'x';
    char* end = nullptr;
    const long v = std::strtol(text.c_str() + (hex ? 2 : 0), &end, hex ? 16 : 10);
    if (*end) {
        ping_complain(p, "bad TOS value: %s", text.c_str());
        return std::nullopt;
    }
    if (int(v) > 255) {
        ping_complain(p, "the decimal value of TOS bits must be in range 0-255: %d", int(v));
        return std::nullopt;
    }
    return int(v);
}

std::optional<int> bad(process& p, const char* what, const std::string& value) {
    ping_complain(p, "%s: %s", what, value.c_str());
    return 2;
}

std::optional<int> set_number(process& p, const std::string& text, std::int64_t min,
                              std::int64_t max, std::int64_t& out) {
    const auto v = strtol_or_err(p, text, min, max);
    if (!v) return 1;
    out = *v;
    return std::nullopt;
}

std::optional<int> set_source(process& p, ping_options& o, const std::string& value) {
    if (value.find(':') != std::string::npos) {
        const auto percent = value.find('%');
        std::array<std::byte, 16> bytes{};
        if (percent != std::string::npos) o.device = value.substr(percent + 1);
        if (!inet_pton6(value.substr(0, percent), bytes)) {
            return bad(p, "invalid source address", value);
        }
        o.source6 = ipv6_address::read(bytes, 0);
        o.strict_source = true;
        return std::nullopt;
    }
    if (auto a = parse_inet_pton(value)) {
        o.source = *a;
        o.strict_source = true;
    } else {
        o.device = value;
    }
    return std::nullopt;
}

std::optional<int> set_timestamp(process& p, ping_options& o, const std::string& value) {
    if (o.rroute) {
        ping_complain(p, "only one of -T or -R may be used");
        return 2;
    }
    if (value == "tsonly") o.timestamp_type = 0;
    else if (value == "tsandaddr") o.timestamp_type = 1;
    else if (value == "tsprespec") o.timestamp_type = 3;
    else return bad(p, "invalid timestamp type", value);
    return std::nullopt;
}

std::optional<int> set_mtu_discovery(process& p, ping_options& o, const std::string& value) {
    if (value == "do") o.mtu_discover = pmtudisc::do_;
    else if (value == "dont") o.mtu_discover = pmtudisc::dont;
    else if (value == "want") o.mtu_discover = pmtudisc::want;
    else return bad(p, "invalid -M argument", value);
    return std::nullopt;
}

std::optional<int> set_family(process& p, ping_options& o, bool six) {
    if (six ? o.family4 : o.family6) {
        ping_complain(p, "only one -4 or -6 option may be specified");
        return 2;
    }
    (six ? o.family6 : o.family4) = true;
    return std::nullopt;
}

std::optional<int> set_flow_label(process& p, ping_options& o, const std::string& value) {
    const bool hex = value.size() > 1 && value[0] == '0' && (value[1] | 32) == 'x';
    char* end = nullptr;
    errno = 0;
    const unsigned long v = std::strtoul(value.c_str(), &end, hex ? 16 : 10);
    if (errno || *end || end == value.c_str()) return bad(p, "bad value for flowinfo", value);
    if (v & ~0xffffful) return bad(p, "flow value is greater than 20 bits", value);
    o.flow_label = std::uint32_t(v);
    return std::nullopt;
}

// Options with a value; nullopt to go on.
std::optional<int> set_value(process& p, ping_options& o, int letter,
                             const std::string& value) {
    std::int64_t n = 0;
    switch (letter) {
    case 'c': return set_number(p, value, 1, INT64_MAX, o.npackets);
    case 'e':
        if (auto rc = set_number(p, value, 0, 0xffff, n)) return rc;
        o.ident = int(n);
        return std::nullopt;
    case 'i': {
        const auto ms = parse_seconds(p, value, "bad timing interval");
        if (!ms) return 2;
        // A negative interval floods on the real one too.
        o.interval_ms = *ms < 0 ? 0 : *ms;
        o.interval_given = true;
        return std::nullopt;
    }
    case 'I': return set_source(p, o, value);
    case 'l':
        if (auto rc = set_number(p, value, 1, 0x10000, n)) return rc;
        o.preload = int(n);
        return std::nullopt;
    case 'm':
        if (auto rc = set_number(p, value, 0, 0xffffffff, n)) return rc;
        o.mark = std::uint32_t(n);
        return std::nullopt;
    case 'M': return set_mtu_discovery(p, o, value);
    case 'p': o.pattern = value; return std::nullopt;
    case 'Q': {
        const auto tos = parse_tos(p, value);
        if (!tos) return 2;
        o.tos = *tos;
        return std::nullopt;
    }
    case 's':
        if (auto rc = set_number(p, value, 0, INT_MAX, n)) return rc;
        o.datalen = std::size_t(n);
        return std::nullopt;
    case 't':
        if (auto rc = set_number(p, value, 0, 255, n)) return rc;
        o.ttl = int(n);
        return std::nullopt;
    case 'T': return set_timestamp(p, o, value);
    case 'w':
        if (auto rc = set_number(p, value, 0, INT_MAX, n)) return rc;
        o.deadline_s = int(n);
        return std::nullopt;
    default: {  // W
        const auto ms = parse_seconds(p, value, "bad linger time");
        if (!ms) return 2;
        if (*ms < 0) return bad(p, "bad linger time", value);
        o.linger_ms = *ms;
        return std::nullopt;
    }
    }
}

bool* flag_of(ping_options& o, int letter) {
    switch (letter) {
    case 'a': return &o.audible;
    case 'A': return &o.adaptive;
    case 'b': return &o.broadcast;
    case 'B': return &o.strict_source;
    case 'D': return &o.print_time;
    case 'L': return &o.no_loop;
    case 'n': return &o.numeric;
    case 'O': return &o.outstanding;
    case 'q': return &o.quiet;
    case 'r': return &o.dont_route;
    case 'v': return &o.verbose;
    default: return nullptr;
    }
}

}  // namespace

void ping_complain(process& p, const char* fmt, ...) {
    std::va_list ap;
    va_start(ap, fmt);
    const std::string text = vstrf(fmt, ap);
    va_end(ap);
    p.err->printf("%s: %s\n", p.argv[0].c_str(), text.c_str());
}

int ping_usage(process& p) {
    p.err->write(usage_text);
    return 2;
}

std::optional<int> parse_ping_options(process& p, ping_options& o) {
    // The program has three names.
    o.family4 = p.argv[0].ends_with('4');
    o.family6 = p.argv[0].ends_with('6');
    short_options opts(p.argv, "h?4bRT:6F:N:aABc:CdDe:fi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:");
    for (int c; (c = opts.next()) != -1;) {
        std::optional<int> rc;
        if (bool* flag = flag_of(o, c)) {
            *flag = true;
            continue;
        }
        switch (c) {
        case '4': rc = set_family(p, o, false); break;
        case '6': rc = set_family(p, o, true); break;
        case 'f': o.flood = o.numeric = true; break;
        case 'U': break;  // simulated programs take no time, so both latencies agree
        case 'R':
            if (o.timestamp_type) {
                ping_complain(p, "only one of -T or -R may be used");
                return 2;
            }
            o.rroute = true;
            break;
        case 'V':
            p.out->write("ping from iputils 20221126\nlibcap: yes, IDN: yes, NLS: no, "
                         "error.h: yes, getrandom(): yes, __fpending(): yes\n");
            return 0;
        case 'd': break;  // SO_DEBUG: nothing to be seen
        case 'S': {
            std::int64_t bytes = 0;
            rc = set_number(p, opts.value, 1, INT_MAX, bytes);
            o.sndbuf = std::size_t(bytes);
            break;
        }
        case 'F': rc = set_flow_label(p, o, opts.value); break;
        case 'C': case 'N':
            ping_complain(p, "-%c is not supported by vethlab", c);
            return 2;
        case 'h': case '?':
            p.err->write(opts.error);
            return ping_usage(p);
        default: rc = set_value(p, o, c, opts.value);
        }
        if (rc) return rc;
    }
    o.targets = opts.rest;
    if (o.targets.empty()) {
        ping_complain(p, "usage error: Destination address required");
        return 1;
    }
    if (o.flood && !o.interval_given) o.interval_ms = 0;
    return std::nullopt;
}

}  // namespace vethlab
