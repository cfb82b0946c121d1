// iputils: arping.c
#include <algorithm>

#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "sim/tools/lib/getopt.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/lib/number.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "\nUsage:\n"
    "  arping [options] <destination>\n"
    "\nOptions:\n"
    "  -f            quit on first reply\n"
    "  -q            be quiet\n"
    "  -b            keep on broadcasting, do not unicast\n"
    "  -D            duplicate address detection mode\n"
    "  -U            unsolicited ARP mode, update your neighbours\n"
    "  -A            ARP answer mode, update your neighbours\n"
    "  -V            print version and exit\n"
    "  -c <count>    how many packets to send\n"
    "  -w <timeout>  how long to wait for a reply\n"
    "  -i <interval> set interval between packets (default: 1 second)\n"
    "  -I <device>   which ethernet device to use\n"
    "  -s <source>   source ip address\n"
    "  <destination> dns name or ip address\n"
    "\nFor more details see arping(8).\n";

std::string upper_hex(mac_address m) {
    const auto& a = m.octets;
    return strf("%02X:%02X:%02X:%02X:%02X:%02X", a[0], a[1], a[2], a[3], a[4], a[5]);
}

class arping {
 public:
    explicit arping(process& proc) : p(proc) {}

    std::optional<int> parse();  // nullopt: go on
    std::optional<int> open();
    task<int> event_loop();

 private:
    std::optional<int> find_device();
    std::optional<int> probe_source();
    void send_pack();
    bool recv_pack(const received& r);  // true: that was the last one
    bool is_answer(const arp_view& arp) const;
    void print_answer(const received& r, const arp_view& arp);
    int finish();
    int fail(int status, const std::string& text) {
        p.err->printf("%s: %s\n", p.argv[0].c_str(), text.c_str());
        return status;
    }

    process& p;
    bool advert = false, dad = false, unsolicited = false;
    bool quit_on_reply = false, quiet = false, broadcast_only = false;
    std::int64_t count = 0, timeout_s = 0, interval_s = 1;  // 0: none
    std::string device, source_word, target;
    link_info link;
    ipv4_address src, dst;
    mac_address he = mac_broadcast;  // whom we ask: all, then the one who answered
    bool unicasting = false;
    std::unique_ptr<socket> sock;
    std::optional<sim_time> last_sent;
    int sent = 0, brd_sent = 0, received_count = 0, brd_recv = 0, req_recv = 0;
};

std::optional<int> arping::parse() {
    short_options opts(p.argv, "h?bfDUAqc:w:i:s:I:V");
    const auto number = [&](std::int64_t min, std::int64_t& out) -> std::optional<int> {
        const auto v = strtol_or_err(p, opts.value, min, INT32_MAX);
        if (!v) return 1;
        out = *v;
        return std::nullopt;
    };
    for (int c; (c = opts.next()) != -1;) {
        std::optional<int> rc;
        switch (c) {
            case 'b':
                broadcast_only = true;
                break;
            case 'D':
                dad = quit_on_reply = true;
                break;
            case 'U':
                unsolicited = true;
                break;
            case 'A':
                advert = unsolicited = true;
                break;
            case 'q':
                quiet = true;
                break;
            case 'f':
                quit_on_reply = true;
                break;
            case 'c':
                rc = number(1, count);
                break;
            case 'w':
                rc = number(0, timeout_s);
                break;
            case 'i':
                rc = number(0, interval_s);
                break;
            case 'I':
                device = opts.value;
                break;
            case 's':
                source_word = opts.value;
                break;
            case 'V':
                p.out->write(
                    "arping from iputils 20221126\nlibcap: yes, IDN: yes, NLS: no, "
                    "error.h: yes, getrandom(): yes, __fpending(): yes\n");
                return 0;
            default:
                p.err->write(opts.error + usage_text);
                return 2;
        }
        if (rc) return rc;
    }
    if (opts.rest.size() != 1) {
        p.err->write(usage_text);
        return 2;
    }
    target = opts.rest[0];
    return std::nullopt;
}

std::optional<int> arping::open() {
    const char* error = nullptr;
    const auto host = resolve_host(p.sys, target, error);
    if (!host) return fail(2, target + ": " + error);
    dst = host->addr;
    if (auto rc = find_device()) return rc;
    if (!source_word.empty()) {
        const auto from = resolve_host(p.sys, source_word, error);
        if (!from) return fail(2, "invalid source " + source_word);
        src = from->addr;
    }
    if (!dad && unsolicited && source_word.empty()) src = dst;
    if (!dad || !source_word.empty()) {
        if (auto rc = probe_source()) return rc;
    }
    err e = p.sys.open_socket(p.ns, sock_kind::packet, sock);
    if (e != err::ok) return fail(2, strf("socket: %s", strerror(e)));
    e = sock->bind_packet(link.index, eth_p::arp);
    if (e != err::ok) return fail(2, strf("bind: %s", strerror(e)));
    if (link.addr_len != 6) {
        if (!quiet) {
            p.out->printf("Interface \"%s\" is not ARPable (no ll address)\n", device.c_str());
        }
        return 2;
    }
    he = link.broadcast;
    if (!quiet) {
        p.out->printf("ARPING %s from %s %s\n", dotted_quad(dst).c_str(), dotted_quad(src).c_str(),
                      device.c_str());
    }
    if (src.is_any() && !dad && source_word.empty()) {
        return fail(2, "no source address in not-DAD mode");
    }
    return std::nullopt;
}

std::optional<int> arping::find_device() {
    const auto links = list_links(p);
    if (device.empty()) {
        int index = 0;
        (void)route_device(p, dst, index);
        for (const auto& l : links) {
            if (l.index == index) device = l.name;
        }
        // What the real one says when the kernel has no route.
        if (device.empty()) return fail(1, "NETLINK_ROUTE unexpected iov element");
    }
    const auto found =
        std::find_if(links.begin(), links.end(), [&](const auto& l) { return l.name == device; });
    if (found == links.end()) return fail(2, "Device " + device + " not available.");
    link = *found;
    const bool down = !(link.flags & iff::up);
    if (!down && !(link.flags & (iff::noarp | iff::loopback))) return std::nullopt;
    if (!quiet) {
        p.out->printf("Interface \"%s\" is %s\n", device.c_str(), down ? "down" : "not ARPable");
    }
    return !down && dad ? 0 : 2;
}

// Is the source address ours; or, if none is given, which one would be used?
std::optional<int> arping::probe_source() {
    std::unique_ptr<socket> probe;
    err e = p.sys.open_socket(p.ns, sock_kind::udp, probe);
    if (e != err::ok) return fail(2, strf("socket: %s", strerror(e)));
    if (probe->bind_device(device) != err::ok) fail(0, "WARNING: interface is ignored");
    if (!src.is_any()) {
        e = probe->bind({src, 0});
        if (e != err::ok) return fail(2, strf("bind: %s", strerror(e)));
        return std::nullopt;
    }
    if (dad || unsolicited || !source_word.empty()) return std::nullopt;  // 0.0.0.0 it is
    probe->options.dontroute = true;
    e = probe->connect({dst, 1025});
    if (e != err::ok) return fail(2, strf("connect: %s", strerror(e)));
    src = probe->local().addr;
    return std::nullopt;
}

void arping::send_pack() {
    std::vector<std::byte> frame(eth_hlen + arp_view::size);
    const mac_address me = link.address;
    write_ethernet(frame, he, me, eth_p::arp);
    write_arp(bytes_span(frame).subspan(eth_hlen),
              {advert ? arp_op::reply : arp_op::request, me, src, advert ? me : he, dst});
    if (sock->send_frame(frame) != err::ok) return;
    last_sent = p.sys.now();
    sent++;
    if (!unicasting) brd_sent++;
}

bool arping::is_answer(const arp_view& arp) const {
    if (arp.op() != arp_op::request && arp.op() != arp_op::reply) return false;
    if (arp.hrd() != arphrd::ether || arp.pro() != eth_p::ip) return false;
    if (arp.hln() != 6 || arp.pln() != 4 || arp.spa() != dst) return false;
    if (!dad) return arp.tpa() == src && arp.tha() == link.address;
    // Somebody else has the address, whomever he told so.
    return arp.sha() != link.address && (src.is_any() || src == arp.tpa());
}

bool arping::recv_pack(const received& r) {
    if (r.pkttype != packet_type::host && r.pkttype != packet_type::broadcast &&
        r.pkttype != packet_type::multicast) {
        return false;
    }
    if (r.data.size() < eth_hlen) return false;
    const auto arp = arp_view::parse(bytes_view(r.data).subspan(eth_hlen));
    if (!arp || !is_answer(*arp)) return false;
    if (!quiet) print_answer(r, *arp);
    received_count++;
    if (r.pkttype != packet_type::host) brd_recv++;
    if (arp->op() == arp_op::request) req_recv++;
    if (quit_on_reply || (timeout_s && received_count == count)) return true;
    if (!broadcast_only) {
        he = arp->sha();
        unicasting = true;
    }
    return false;
}

void arping::print_answer(const received& r, const arp_view& arp) {
    p.out->printf("%s %s from %s [%s] ", r.pkttype == packet_type::host ? "Unicast" : "Broadcast",
                  arp.op() == arp_op::reply ? "reply" : "request", dotted_quad(arp.spa()).c_str(),
                  upper_hex(arp.sha()).c_str());
    const bool for_other = arp.tpa() != src;
    if (for_other) p.out->printf("for %s ", dotted_quad(arp.tpa()).c_str());
    if (arp.tha() != link.address) {
        p.out->printf("%s[%s]", for_other ? "" : "for ", upper_hex(arp.tha()).c_str());
    }
    if (!last_sent) {
        p.out->write(" UNSOLICITED?\n");
        return;
    }
    const std::int64_t us = (p.sys.now() - *last_sent) / 1us;
    p.out->printf(" %lld.%03lldms\n", static_cast<long long>(us / 1000),
                  static_cast<long long>(us % 1000));
}

task<int> arping::event_loop() {
    const sim_time start = p.sys.now();
    const auto seconds = [](std::int64_t s) { return std::chrono::seconds(s); };
    const sim_time deadline = timeout_s ? start + seconds(timeout_s) : sim_time::max();
    sim_time tick = interval_s ? start + seconds(interval_s) : sim_time::max();
    std::int64_t ticks = 0;
    send_pack();
    while (!p.interrupted) {
        const bool ready = co_await p.readable(*sock, std::min(tick, deadline));
        const sim_time now = p.sys.now();
        if (now >= tick) {
            tick += seconds(interval_s);
            if (count && ++ticks >= count) break;
            send_pack();
        }
        if (now >= deadline) break;
        if (!ready) continue;
        if (const err e = sock->take_error(); e != err::ok) {
            fail(0, strf("recvfrom: %s", strerror(e)));
        } else if (const auto r = sock->recv(); r && recv_pack(*r)) {
            break;
        }
    }
    co_return finish();
}

int arping::finish() {
    if (p.killed()) return 1;
    if (!quiet) {
        p.out->printf("Sent %d probes (%d broadcast(s))\n", sent, brd_sent);
        p.out->printf("Received %d response(s)", received_count);
        if (brd_recv || req_recv) {
            p.out->write(" (");
            if (req_recv) p.out->printf("%d request(s)", req_recv);
            if (brd_recv) p.out->printf("%s%d broadcast(s)", req_recv ? ", " : "", brd_recv);
            p.out->write(")");
        }
        p.out->write("\n");
    }
    if (dad) return received_count ? 1 : 0;
    if (unsolicited) return 0;
    // With -c each probe wants its answer, and no more than one.
    const bool good = count ? received_count == sent : received_count > 0;
    return good ? 0 : 1;
}

}  // namespace

task<int> arping_main(process& p) {
    p.caught = 1u << 2;  // SIGINT
    arping run(p);
    if (auto rc = run.parse()) co_return *rc;
    if (auto rc = run.open()) co_return *rc;
    co_return co_await run.event_loop();
}

}  // namespace vethlab
