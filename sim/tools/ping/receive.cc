// iputils: ping/ping.c (ping4_receive_error_msg, ping4_parse_reply), ping/ping_common.c
// (gather_statistics)
#include <algorithm>

#include "core/wire/icmp.h"
#include "core/wire/icmpv6.h"
#include "core/wire/ipv4.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/ping/session.h"

namespace vethlab {
namespace {

constexpr std::size_t timestamp_size = 16;

std::int64_t le64(bytes_view b, std::size_t at) {
    std::uint64_t v = 0;
    for (unsigned i = 8; i-- > 0;) v = v << 8 | u8(b, at + i);
    return std::int64_t(v);
}

std::string time_text(std::int64_t us) {
    const auto ll = [](std::int64_t v) { return static_cast<long long>(v); };
    if (us >= 100000 - 50) return strf("%lld", ll((us + 500) / 1000));
    if (us >= 10000 - 5)
        return strf("%lld.%01lld", ll((us + 50) / 1000), ll((us + 50) % 1000 / 100));
    if (us >= 1000) return strf("%lld.%02lld", ll((us + 5) / 1000), ll((us + 5) % 1000 / 10));
    return strf("%lld.%03lld", ll(us / 1000), ll(us % 1000));
}

}  // namespace

// One message of the error queue.
int ping_session::receive_error() {
    const auto e = sock->recv_error();
    if (!e) return -1;
    if (e->from == sock_error::local) {
        if (o.quiet) return -1;
        if (o.flood) {
            p.out->write("E");
        } else if (e->code != err::msgsize) {
            ping_complain(p, "local error: %s", strerror(e->code));
        } else {
            ping_complain(p, "local error: message too long, mtu%s%u", six ? ": " : "=", e->info);
        }
        stats.nerrors++;
        return -1;
    }
    const auto icmp = icmp_view::parse(e->data);
    const std::uint8_t request =
        six ? std::uint8_t{icmpv6_type::echo_request} : std::uint8_t{icmp_type::echo};
    if (e->from != (six ? sock_error::icmp6 : sock_error::icmp) || !icmp || !is_target(e->to) ||
        icmp->type() != request || icmp->id() != ident) {
        return 0;
    }
    if (!six) stats.acknowledge(icmp->sequence());
    stats.nerrors++;
    if (o.quiet) return 1;
    if (o.flood) {
        p.out->write("\bE");
        return 1;
    }
    print_timestamp();
    const std::string offender = six ? address_text(e->offender6) : address_text(e->offender);
    p.out->printf("From %s icmp_seq=%u ", offender.c_str(), unsigned(icmp->sequence()));
    if (six) {
        print_icmp6(e->icmp_type, e->icmp_code, e->info);
    } else {
        print_icmp(e->icmp_type, e->icmp_code, e->info, {});
    }
    return 1;
}

void ping_session::parse_reply(const received& r) {
    if (six) return parse_reply6(r);
    const auto ip = ipv4_view::parse(r.data);
    if (!ip || r.data.size() < ip->hlen() + icmp_view::size) {
        if (o.verbose) {
            ping_complain(p, "packet too short (%zu bytes) from %s", r.data.size(),
                          address_text(r.from.addr).c_str());
        }
        return;
    }
    const bytes_view message = bytes_view(r.data).subspan(ip->hlen());
    const auto icmp = icmp_view::parse(message);
    const auto type = icmp->type();
    const bool error = type == icmp_type::dest_unreach || type == icmp_type::time_exceeded ||
                       type == icmp_type::parameterprob;
    const bool advice = type == icmp_type::redirect || type == icmp_type::source_quench;
    if (error || advice) {
        const auto ours = our_echo(message);
        if (!ours) return;
        // An error is printed when it comes through the error queue; a socket that is bound to
        // another device than lo gets those of its own host only here.
        if (error) return stats.acknowledge(ours->sequence());
        return print_redirect(r, message, *ours);
    }
    if (icmp->type() != icmp_type::echoreply || icmp->id() != ident) return;
    reply echo{r.from, message, ip->ttl()};
    if (!gather(r, echo)) return;
    if (o.audible) p.out->write("\a");
    if (o.flood) return;
    print_options(ip->options());
    p.out->write("\n");
}

// The request of ours that an ICMP message quotes.
std::optional<icmp_view> ping_session::our_echo(bytes_view message) const {
    const bytes_view payload = message.subspan(icmp_view::size);
    const auto quoted = ipv4_view::parse(payload);
    if (!quoted || payload.size() < quoted->hlen() + icmp_view::size) return std::nullopt;
    const auto ours = icmp_view::parse(payload.subspan(quoted->hlen()));
    if (ours->type() != icmp_type::echo || quoted->daddr() != whereto || ours->id() != ident) {
        return std::nullopt;
    }
    return ours;
}

void ping_session::print_redirect(const received& r, bytes_view message, icmp_view ours) {
    const auto icmp = icmp_view::parse(message);
    if (o.quiet || o.flood) return;
    print_timestamp();
    p.out->printf("From %s: icmp_seq=%u ", address_text(r.from.addr).c_str(),
                  unsigned(ours.sequence()));
    print_icmp(icmp->type(), icmp->code(), icmp->info(), icmp->payload());
}

// Counts a reply and prints its line but for the end; false if that is all.
bool ping_session::gather(const received& r, reply& echo) {
    const auto icmp = icmp_view::parse(echo.icmp);
    const std::uint16_t seq = icmp->sequence();
    stats.nreceived++;
    stats.acknowledge(seq);
    if (timing && icmp->payload().size() >= timestamp_size) {
        const bytes_view data = icmp->payload();
        const std::int64_t sent = le64(data, 0) * 1000000 + le64(data, 8);
        echo.trip = wall_us(r.stamp) - sent;
        if (echo.trip < 0) {
            ping_complain(p, "Warning: time of day goes back (%lldus), taking countermeasures",
                          static_cast<long long>(echo.trip));
            echo.trip = 0;
        }
        stats.add_triptime(echo.trip);
        if (o.adaptive) update_interval();
    }
    echo.repeated = stats.was_received(seq);
    if (echo.repeated) {
        stats.nrepeats++;
        stats.nreceived--;
    }
    stats.set_received(seq, true);
    sock->options.confirm = true;
    if (o.quiet) return false;
    if (o.flood) {
        p.out->write("\b \b");
        return true;
    }
    print_reply(echo);
    return echo.icmp.size() >= o.datalen + icmp_view::size;
}

void ping_session::print_reply(const reply& echo) {
    writer& out = *p.out;
    print_timestamp();
    out.printf("%zu bytes from %s: icmp_seq=%u", echo.icmp.size(), address_text(echo.from).c_str(),
               unsigned(be16(echo.icmp, 6)));
    if (o.verbose) out.printf(" ident=%d", ident);
    out.printf(" ttl=%d", echo.ttl);
    if (echo.icmp.size() < o.datalen + icmp_view::size) {
        out.write(" (truncated)\n");
        return;
    }
    if (timing) out.printf(" time=%s ms", time_text(echo.trip).c_str());
    if (echo.repeated && (!multicast || o.verbose)) out.write(" (DUP!)");
    if (!multicast && !is_target(echo.from)) out.write(" (DIFFERENT ADDRESS!)");
    print_wrong_data(echo.icmp);
}

void ping_session::print_wrong_data(bytes_view message) {
    const std::size_t end = icmp_view::size + o.datalen;
    for (std::size_t i = icmp_view::size + timestamp_size; i < end; i++) {
        if (message[i] == outpack[i]) continue;
        p.out->printf("\nwrong data byte #%zu should be 0x%x but was 0x%x", i - icmp_view::size,
                      unsigned(outpack[i]), unsigned(message[i]));
        for (std::size_t at = timestamp_size; at < o.datalen; at++) {
            if (at % 32 == timestamp_size) p.out->printf("\n#%zu\t", at);
            p.out->printf("%x ", unsigned(message[icmp_view::size + at]));
        }
        return;
    }
}

}  // namespace vethlab
