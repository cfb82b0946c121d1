// Linux: net/core/pktgen.c, as a command: frames in numbers, and who counts them.
//     trafgen NETNS DEV --dst MAC|IP ...      sends
//     trafgen --sink NETNS DEV ...            counts, until a signal, a number or a time
#include "core/wire/arp.h"
#include "sim/tools/lib/libnetlink.h"
#include "sim/tools/lib/links.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/tools.h"
#include "sim/tools/trafgen/options.h"

namespace vethlab {
namespace {

using text_number = unsigned long long;

class trafgen {
 public:
    trafgen(process& proc, trafgen_options opts) : p(proc), o(std::move(opts)) {}

    task<int> send();
    task<int> count();

 private:
    bool enter();
    bool open(std::uint16_t protocol, std::unique_ptr<socket>& s);
    bool find_route();
    task<bool> find_neighbour();
    task<traffic_progress> send_one_by_one(socket& s, traffic_source& source);
    void report(const frame_count& c, std::uint64_t lost);
    int fail(const std::string& what, err e) {
        p.err->printf("trafgen: %s: %s\n", what.c_str(), strerror(e));
        return 1;
    }
    bool refuse(const std::string& what, err e) {
        fail(what, e);
        return false;
    }

    process& p;
    trafgen_options o;
    link_info link;
    ipv4_address next_hop;
};

// Into the namespace, to the device.
bool trafgen::enter() {
    if (o.netns != "-") {
        const ns_fd ns = p.sys.netns_open(o.netns);
        if (ns == no_ns) return refuse(o.netns, err::noent);
        p.ns = ns;
    }
    const auto found = link_by_name(p, o.device);
    if (!found) return refuse(o.device, err::nodev);
    link = *found;
    return true;
}

bool trafgen::open(std::uint16_t protocol, std::unique_ptr<socket>& s) {
    err e = p.sys.open_socket(p.ns, sock_kind::packet, s);
    if (e == err::ok) e = s->bind_packet(link.index, protocol);
    return e == err::ok || refuse(o.device, e);
}

// ---- sending

// Source address and next hop, as a socket would find them.
bool trafgen::find_route() {
    nlmsg_builder request;
    request.begin(rtm::getroute, nlm_f::request, 0);
    rtmsg head{};
    head.rtm_family = af::inet;
    head.rtm_dst_len = 32;
    request.head(head);
    request.put_ip4(rta::dst, *o.dst_ip);
    request.put_u32(rta::oif, std::uint32_t(link.index));
    request.end();
    rtnl_handle rtnl(p);
    std::vector<std::byte> answer;
    if (const err e = rtnl.talk(request, &answer, rtnl_errors::hide); e != err::ok) {
        return refuse(dotted_quad(*o.dst_ip), e);
    }
    const nlmsg_view route = first_message(answer);
    const auto attrs = route.attrs<rtmsg>();
    next_hop = *o.dst_ip;
    if (auto* a = attrs.get(rta::gateway)) next_hop = a->ip4();
    if (o.src_ip) return true;
    auto* a = attrs.get(rta::prefsrc);
    if (!a) return refuse(o.device, err::addrnotavail);
    o.src_ip = a->ip4();
    return true;
}

// The next hop's MAC address: asked for by ARP, without the kernel's neighbour table.
task<bool> trafgen::find_neighbour() {
    std::unique_ptr<socket> s;
    if (!open(eth_p::arp, s)) co_return false;
    std::vector<std::byte> frame(eth_hlen + arp_view::size);
    write_ethernet(frame, mac_broadcast, link.address, eth_p::arp);
    write_arp(bytes_span(frame).subspan(eth_hlen),
              {arp_op::request, link.address, *o.src_ip, {}, next_hop});
    for (int tries = 0; tries < 3 && !p.interrupted; tries++) {
        if (const err e = s->send_frame(frame); e != err::ok) co_return refuse(o.device, e);
        const sim_time deadline = p.sys.now() + 1s;
        while (co_await p.readable(*s, deadline)) {
            const auto r = s->recv();
            if (!r) break;
            const bytes_view bytes = r->data;
            if (r->pkttype == packet_type::outgoing || bytes.size() < eth_hlen) continue;
            const auto arp = arp_view::parse(bytes.subspan(eth_hlen));
            if (!arp || arp->op() != arp_op::reply || arp->spa() != next_hop) continue;
            o.dst_mac = arp->sha();
            co_return true;
        }
    }
    co_return refuse(dotted_quad(next_hop), err::hostunreach);
}

// Where the machine cannot send by itself. Those that are due at once, in bursts; then others run.
task<traffic_progress> trafgen::send_one_by_one(socket& s, traffic_source& source) {
    constexpr int per_turn = 256;
    traffic_progress done;
    const sim_time begin = p.sys.now();
    while (source.more() && !p.interrupted) {
        for (int n = 0; n < per_turn && source.more(); n++) {
            if (begin + source.due() > p.sys.now()) break;
            const bytes_view frame = source.take();
            const err e = s.send_frame(frame);
            // Too fast for the device's queue or the socket's buffer: gone.
            const bool dropped = e == err::nobufs || e == err::again;
            if (e != err::ok && !dropped) {
                done.code = e;
                co_return done;
            }
            done.sent++;
            done.bytes += frame.size();
            done.dropped += dropped;
        }
        co_await p.sleep_until(std::max(begin + source.due(), p.sys.now() + 1ns));
    }
    co_return done;
}

task<int> trafgen::send() {
    if (!enter()) co_return 1;
    traffic_options& t = o.traffic;
    if (t.udp) {
        if ((!o.dst_mac || !o.src_ip) && !find_route()) co_return 1;
        if (!o.dst_mac && !co_await find_neighbour()) co_return 1;
        t.udp->src = *o.src_ip;
        t.udp->dst = *o.dst_ip;
    }
    t.dst = *o.dst_mac;
    t.src = o.src_mac.value_or(link.address);
    if (t.model == traffic_model::poisson) t.seed = o.seed ? *o.seed : p.sys.random();

    std::unique_ptr<socket> s;
    if (!open(0, s)) co_return 1;
    traffic_source source(t);
    traffic_progress done;
    const err e = s->send_traffic(source);
    if (e == err::opnotsupp) {
        done = co_await send_one_by_one(*s, source);
    } else if (e != err::ok) {
        co_return fail(o.device, e);
    } else {
        err gone = err::ok;  // the device has
        while (!s->traffic_sent().done && !p.interrupted && gone == err::ok) {
            co_await p.readable(*s, sim_time::max());
            gone = s->take_error();
        }
        done = s->traffic_sent();
        if (gone != err::ok) done.code = gone;
    }
    p.out->printf("sent %llu frames, %llu bytes", text_number(done.sent), text_number(done.bytes));
    if (done.dropped) p.out->printf(", %llu dropped", text_number(done.dropped));
    p.out->write("\n");
    if (done.code != err::ok) co_return fail(o.device, done.code);
    co_return done.sent == t.count ? 0 : 1;
}

// ---- counting

void trafgen::report(const frame_count& c, std::uint64_t lost) {
    p.out->printf("received %llu frames, %llu bytes", text_number(c.frames), text_number(c.bytes));
    if (lost) p.out->printf(", %llu not counted", text_number(lost));
    if (!o.quiet && c.frames) {
        const double first = double(c.first.count()) / 1e9, last = double(c.last.count()) / 1e9;
        p.out->printf(", first at %.9f, last at %.9f", first, last);
        if (last > first) {
            p.out->printf(", %.1f frames/s", double(c.frames - 1) / (last - first));
        }
    }
    p.out->write("\n");
}

task<int> trafgen::count() {
    p.caught = 1u << 2 | 1u << 15;  // SIGINT, SIGTERM: their way to say that it is enough
    if (!enter()) co_return 1;
    std::unique_ptr<socket> s;
    if (!open(0, s)) co_return 1;
    s->options.rcvbuf = 64 << 20;  // where frames wait to be counted
    err e = o.all ? err::ok : s->attach_filter(is_traffic);
    if (e == err::ok) e = s->count_frames(o.enough.value_or(UINT64_MAX));
    if (e == err::ok) e = s->bind_packet(link.index, eth_p::all);
    if (e != err::ok) co_return fail(o.device, e);
    const sim_time deadline = o.time ? p.sys.now() + *o.time : sim_time::max();
    while (!p.interrupted && p.sys.now() < deadline) {
        const frame_count so_far = s->counted();  // on a real kernel: takes what waits
        if (so_far.frames >= o.enough.value_or(UINT64_MAX)) break;
        if (const err gone = s->take_error(); gone != err::ok) {
            e = gone;
            break;
        }
        co_await p.readable(*s, deadline);
    }
    report(s->counted(), s->dropped());
    if (e != err::ok) co_return fail(o.device, e);
    co_return o.enough && s->counted().frames < *o.enough ? 1 : 0;
}

}  // namespace

task<int> trafgen_main(process& p) {
    auto o = parse_trafgen(p);
    if (!o) co_return 1;
    const bool sink = o->sink;
    trafgen run(p, std::move(*o));
    if (sink) co_return co_await run.count();
    co_return co_await run.send();
}

}  // namespace vethlab
