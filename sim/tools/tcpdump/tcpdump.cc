// tcpdump: tcpdump.c, util-print.c
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "core/wire/ethernet.h"
#include "sim/tools/lib/getopt.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/tcpdump/filter.h"
#include "sim/tools/tcpdump/netdissect.h"
#include "sim/tools/tcpdump/pcap.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* version_text =
    "tcpdump version 4.99.3\n"
    "libpcap version 1.10.3 (with TPACKET_V3)\n"
    "OpenSSL 3.0.19 27 Jan 2026\n";
constexpr const char* usage_text =
    "Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]\n"
    "\t\t[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]\n"
    "\t\t[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]\n"
    "\t\t[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]\n"
    "\t\t[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]\n"
    "\t\t[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]\n"
    "\t\t[ --time-stamp-precision precision ] [ --micro ] [ --nano ]\n"
    "\t\t[ -z postrotate-command ] [ -Z user ] [ expression ]\n";

struct tcpdump_options {
    dissect_options dissect;
    int timestamp = 0;  // -t, counted
    std::int64_t count = 0;
    std::string device, write_to, read_from, expression;
    bool in = true, out = true;  // -Q
};

class tcpdump {
 public:
    tcpdump(process& proc, tcpdump_options opts)
        : p(proc), o(std::move(opts)), dissect(o.dissect) {}

    bool reads_file() const { return !o.read_from.empty(); }
    task<int> capture();
    int read_file();

 private:
    std::optional<int> open();
    int fail(const std::string& text) {
        p.err->printf("tcpdump: %s\n", text.c_str());
        return 1;
    }
    bool compile();
    void announce();
    bool wanted(const received& r);
    bool passes(const received& r);
    cooked_header cooked(const received& r);
    void take(const received& r);
    void show(std::int64_t us, bytes_view frame, const cooked_header* cooked);
    std::string time_text(std::int64_t us);
    std::vector<std::byte> cooked_bytes(const received& r, const cooked_header& h) const;
    const link_info* link_of(int index);
    bool enough() const { return o.count && captured >= o.count; }
    int finish(bool interrupted);
    const char* plural(std::int64_t n) const { return n == 1 ? "" : "s"; }

    process& p;
    tcpdump_options o;
    netdissect dissect;
    packet_filter filter;
    std::optional<bpf_program> bpf;  // in its place, for expressions beyond our own compiler
    std::unique_ptr<socket> sock;
    std::optional<pcap_writer> file;
    std::vector<link_info> links;
    bool any = false;
    std::int64_t captured = 0, passed = 0;
    std::optional<std::int64_t> first_us, last_us;
};

bool tcpdump::compile() {
    std::string error;
    bool whole_language = false;
    if (auto f = compile_filter(p, o.expression, error, whole_language)) {
        filter = std::move(*f);
        return true;
    }
    if (filter_compiler* compiler = whole_language ? p.table.pcap_compile() : nullptr) {
        error.clear();
        const auto program = compiler(o.expression, std::uint32_t(any ? dlt::linux_sll2 : dlt::en10mb),
                                      error);
        if (program) {
            bpf = *program;
            return true;
        }
    }
    fail(error);
    return false;
}

bool tcpdump::passes(const received& r) {
    if (!bpf) return filter({r.data});
    return bpf->run(any ? cooked_bytes(r, cooked(r)) : r.data) > 0;
}

const link_info* tcpdump::link_of(int index) {
    const auto find = [&] {
        return std::find_if(links.begin(), links.end(),
                            [&](const auto& l) { return l.index == index; });
    };
    auto l = find();
    if (l == links.end()) {
        links = list_links(p);
        l = find();
    }
    return l == links.end() ? nullptr : &*l;
}

// ---- capturing ------------------------------------------------------------------------

std::optional<int> tcpdump::open() {
    links = list_links(p);
    if (o.device.empty()) {
        // The first one that is up and no loopback; else all of them.
        o.device = "any";
        for (const auto& l : links) {
            if ((l.flags & iff::up) && !(l.flags & iff::loopback)) {
                o.device = l.name;
                break;
            }
        }
    }
    any = o.device == "any";
    int index = 0;
    if (!any) {
        const auto l = std::find_if(links.begin(), links.end(),
                                    [&](const auto& x) { return x.name == o.device; });
        if (l == links.end()) {
            fail(o.device + ": No such device exists\n(No such device exists)");
            return 1;
        }
        if (!(l->flags & iff::up)) return fail(o.device + ": That device is not up");
        index = l->index;
    }
    err e = p.sys.open_socket(p.ns, sock_kind::packet, sock);
    if (e == err::ok) e = sock->bind_packet(index, eth_p::all);
    if (e != err::ok) return fail(o.device + ": " + strerror(e));
    // Without -p; the device then also takes what is for others.
    if (!any) e = sock->set_promisc(true);
    if (!compile()) return 1;
    announce();
    return std::nullopt;
}

void tcpdump::announce() {
    if (any) p.err->write("tcpdump: data link type LINUX_SLL2\n");
    const bool quiet = o.write_to.empty() && !o.dissect.verbose;
    p.err->write(quiet ? "tcpdump: verbose output suppressed, use -v[v]... for full protocol "
                         "decode\n"
                       : "tcpdump: ");
    p.err->printf("listening on %s, link-type %s, snapshot length %u bytes\n", o.device.c_str(),
                  any ? "LINUX_SLL2 (Linux cooked v2)" : "EN10MB (Ethernet)", snapshot_length);
}

bool tcpdump::wanted(const received& r) {
    const bool outgoing = r.pkttype == packet_type::outgoing;
    if (outgoing ? !o.out : !o.in) return false;
    // What goes out of the loopback device comes in again at once: libpcap shows it once.
    if (outgoing) {
        const auto* l = link_of(r.ifindex);
        if (l && (l->flags & iff::loopback)) return false;
    }
    return passes(r);
}

std::vector<std::byte> tcpdump::cooked_bytes(const received& r, const cooked_header& h) const {
    constexpr std::size_t header = 20;
    const bytes_view frame = r.data;
    if (frame.size() < eth_hlen) return std::vector<std::byte>(header);
    const bytes_view payload = frame.subspan(eth_hlen);
    std::vector<std::byte> out(header + payload.size());
    put16(out, 0, be16(frame, 12));
    put32(out, 4, std::uint32_t(h.ifindex));
    put16(out, 8, h.type);
    put8(out, 10, std::uint8_t(r.pkttype));
    put8(out, 11, 6);
    mac_address::read(frame, 6).write(out, 12);
    if (!payload.empty()) std::memcpy(out.data() + header, payload.data(), payload.size());
    return out;
}

cooked_header tcpdump::cooked(const received& r) {
    constexpr const char* names[] = {"In", "B", "M", "P", "Out"};
    cooked_header h;
    const auto* l = link_of(r.ifindex);
    h.device = l ? l->name : "?";
    h.ifindex = r.ifindex;
    if (l) h.type = l->type;
    h.direction = names[std::min<std::size_t>(std::size_t(r.pkttype), 4)];
    return h;
}

void tcpdump::take(const received& r) {
    captured++;
    const std::int64_t us = p.sys.wall_clock_us() - (p.sys.now() - r.stamp) / 1us;
    cooked_header h;
    if (any) h = cooked(r);
    if (!file) return show(us, r.data, any ? &h : nullptr);
    if (any)
        file->add({us, cooked_bytes(r, h)});
    else
        file->add({us, r.data});
}

task<int> tcpdump::capture() {
    if (auto rc = open()) co_return *rc;
    if (!o.write_to.empty()) file.emplace(any ? dlt::linux_sll2 : dlt::en10mb);
    while (!enough() && !p.interrupted) {
        if (auto r = sock->recv()) {
            if (!wanted(*r)) continue;
            passed++;
            take(*r);
            continue;
        }
        if (sock->take_error() == err::netdown && !any && !link_by_name(p, o.device)) {
            fail("pcap_loop: The interface disappeared");
            finish(false);
            co_return 1;
        }
        co_await p.readable(*sock, sim_time::max());
    }
    co_return finish(!enough());
}

int tcpdump::finish(bool interrupted) {
    if (p.killed()) return 1;
    if (file) {
        if (o.write_to == "-")
            p.out->write(file->bytes());
        else
            p.table.write_file(o.write_to, file->bytes());
    } else if (interrupted && p.interrupted) {
        p.out->write("\n");
    }
    // The kernel has let these through, but nobody wants to see them any more.
    while (auto r = sock->recv()) passed += wanted(*r);
    const auto line = [&](std::int64_t n, const char* what) {
        p.err->printf("%lld packet%s %s\n", static_cast<long long>(n), plural(n), what);
    };
    line(captured, "captured");
    line(passed, "received by filter");
    line(std::int64_t(sock->dropped()), "dropped by kernel");
    return 0;
}

// ---- showing --------------------------------------------------------------------------

std::string tcpdump::time_text(std::int64_t us) {
    const auto part = [](std::int64_t v) { return static_cast<long long>(v); };
    const auto clock = [&](std::int64_t t) {
        const std::int64_t s = t / 1000000 % 86400;
        return strf("%02lld:%02lld:%02lld.%06lld", part(s / 3600), part(s / 60 % 60), part(s % 60),
                    part(t % 1000000));
    };
    switch (o.timestamp) {
        case 0:
            return clock(us) + " ";
        case 2:
            return strf("%lld.%06lld ", part(us / 1000000), part(us % 1000000));
        case 4: {
            const std::chrono::year_month_day d{
                std::chrono::sys_days{std::chrono::days{us / 86400000000}}};
            return strf("%04d-%02u-%02u ", int(d.year()), unsigned(d.month()), unsigned(d.day())) +
                   clock(us) + " ";
        }
        case 3:
        case 5: {
            const auto& base = o.timestamp == 3 ? last_us : first_us;
            return " " + clock(us - base.value_or(us)) + " ";
        }
        default:
            return "";
    }
}

void tcpdump::show(std::int64_t us, bytes_view frame, const cooked_header* cooked) {
    const std::string stamp = time_text(us);
    p.out->write(stamp + dissect.print(frame, cooked) + "\n");
    last_us = us;
    if (!first_us) first_us = us;
}

int tcpdump::read_file() {
    const auto text = p.table.read_file(o.read_from);
    if (!text) return fail(o.read_from + ": " + strerror(err::noent));
    auto reader = pcap_reader::open(*text);
    if (!reader) return fail("unknown file format");
    p.err->printf("reading from file %s, link-type EN10MB (Ethernet), snapshot length %u\n",
                  o.read_from.c_str(), reader->snaplen);
    if (!compile()) return 1;
    if (!o.write_to.empty()) file.emplace(dlt::en10mb);
    while (!enough()) {
        const auto r = reader->next();
        if (!r) break;
        if (bpf ? bpf->run(r->bytes) == 0 : !filter({r->bytes})) continue;
        captured++;
        if (file)
            file->add(*r);
        else
            show(r->us, r->bytes, nullptr);
    }
    if (file) p.table.write_file(o.write_to, file->bytes());
    return 0;
}

// ---- the command line -----------------------------------------------------------------

int usage(process& p, const std::string& error) {
    p.err->write(error);
    p.err->write(version_text);
    p.err->write(usage_text);
    return 1;
}

std::optional<int> set_count(process& p, tcpdump_options& o, const std::string& text) {
    const char* end = text.data() + text.size();
    const auto [at, problem] = std::from_chars(text.data(), end, o.count);
    if (problem == std::errc{} && at == end && o.count > 0) return std::nullopt;
    p.err->printf("tcpdump: invalid packet count %s\n", text.c_str());
    return 1;
}

std::optional<int> set_direction(process& p, tcpdump_options& o, const std::string& text) {
    if (text != "in" && text != "out" && text != "inout") {
        p.err->printf("tcpdump: unknown capture direction `%s'\n", text.c_str());
        return 1;
    }
    o.in = text != "out";
    o.out = text != "in";
    return std::nullopt;
}

std::optional<int> parse(process& p, tcpdump_options& o) {
    short_options opts(p.argv, "AbB:c:C:dDeE:fF:G:hHi:IjJKlLnNOpqQ:r:s:StT:uUvV:w:W:xXy:z:Z:#");
    for (int c; (c = opts.next()) != -1;) {
        std::optional<int> rc;
        switch (c) {
            case 'n':
                o.dissect.numeric++;
                break;
            case 'e':
                o.dissect.ether = true;
                break;
            case 'v':
                o.dissect.verbose++;
                break;
            case 'x':
                o.dissect.hex++;
                break;
            case 'X':
                o.dissect.hex_ascii++;
                break;
            case 'S':
                o.dissect.absolute = true;
                break;
            case 't':
                o.timestamp++;
                break;
            case 'i':
                o.device = opts.value;
                break;
            case 'w':
                o.write_to = opts.value;
                break;
            case 'r':
                o.read_from = opts.value;
                break;
            case 'c':
                rc = set_count(p, o, opts.value);
                break;
            case 'Q':
                rc = set_direction(p, o, opts.value);
                break;
            case 'l':
            case 'U':
            case 'p':
            case 'O':
            case 'f':
            case 'N':
                break;
            case 's':
                // Whole frames only: none of a lab is longer.
                if (opts.value == "0" || std::atol(opts.value.c_str()) >= 65535) break;
                p.err->write("tcpdump: -s below 65535 is not supported by vethlab\n");
                return 1;
            case 'h':
                p.out->write(version_text);
                p.out->write(usage_text);
                return 0;
            case '?':
                return usage(p, opts.error);
            default:
                p.err->printf("tcpdump: -%c is not supported by vethlab\n", c);
                return 1;
        }
        if (rc) return rc;
    }
    for (const auto& w : opts.rest) o.expression += (o.expression.empty() ? "" : " ") + w;
    return std::nullopt;
}

}  // namespace

task<int> tcpdump_main(process& p) {
    if (p.argv.size() == 2 && p.argv[1] == "--version") {
        p.out->write(version_text);
        co_return 0;
    }
    p.caught = 1u << 1 | 1u << 2 | 1u << 15;  // SIGHUP, SIGINT, SIGTERM
    tcpdump_options o;
    if (auto rc = parse(p, o)) co_return *rc;
    tcpdump run(p, std::move(o));
    if (!run.reads_file()) co_return co_await run.capture();
    co_return run.read_file();
}

}  // namespace vethlab
