// iputils: ping/ping.h (in_flight, acknowledge), ping/ping_common.c (finish)
#include <algorithm>

#include "sim/tools/ping/session.h"

namespace vethlab {
namespace {

std::int64_t llsqrt(std::int64_t a) {
    std::int64_t prev = INT64_MAX, x = a;
    while (x > 0 && x < prev) {
        prev = x;
        x = (x + a / x) / 2;
    }
    return x;
}

std::string milliseconds(std::int64_t us) {
    return strf("%lld.%03lld", static_cast<long long>(us / 1000),
                static_cast<long long>(us % 1000));
}

}  // namespace

int ping_statistics::in_flight() const {
    const auto diff = std::uint16_t(std::uint16_t(ntransmitted) - acked_);
    return diff <= 0x7fff ? diff : int(ntransmitted - nreceived - nerrors);
}

void ping_statistics::sent() {
    ntransmitted++;
    // The 16-bit sequence number has overtaken what was acknowledged.
    if (int(std::uint16_t(ntransmitted)) - acked_ > 0x7fff) {
        acked_ = std::uint16_t(ntransmitted + 1);
    }
}

void ping_statistics::acknowledge(std::uint16_t seq) {
    const auto diff = std::uint16_t(std::uint16_t(ntransmitted) - seq);
    if (diff > 0x7fff) return;
    pipesize = std::max(pipesize, diff + 1);
    if (std::int16_t(seq - acked_) > 0 || int(std::uint16_t(ntransmitted)) - acked_ > 0x7fff) {
        acked_ = seq;
    }
}

void ping_statistics::add_triptime(std::int64_t us) {
    tsum += us;
    tsum2 += double(us) * double(us);
    tmin = std::min(tmin, us);
    tmax = std::max(tmax, us);
    // No time at all would count as "not measured": a real echo takes a microsecond.
    const std::int64_t sample = std::max<std::int64_t>(us, 1);
    rtt = rtt ? rtt + sample - rtt / 8 : sample * 8;
}

int ping_session::finish() {
    if (p.killed()) return 1;
    const auto& s = stats;
    const std::int64_t elapsed_us = (cur_time_ - start_) / 1us;
    writer& out = *p.out;
    out.printf("\n--- %s ping statistics ---\n", hostname.c_str());
    out.printf("%lld packets transmitted, %lld received", (long long)s.ntransmitted,
               (long long)s.nreceived);
    if (s.nrepeats) out.printf(", +%lld duplicates", (long long)s.nrepeats);
    if (s.nerrors) out.printf(", +%lld errors", (long long)s.nerrors);
    if (s.ntransmitted) {
        const auto lost = double(s.ntransmitted - s.nreceived) * 100.0;
        out.printf(", %g%% packet loss", double(float(lost / double(s.ntransmitted))));
        out.printf(", time %lldms", (long long)((elapsed_us + 500) / 1000));
    }
    out.write("\n");

    const char* comma = "";
    if (s.nreceived && timing) {
        const std::int64_t total = s.nreceived + s.nrepeats;
        const std::int64_t average = s.tsum / total;
        const double variance =
            s.tsum < INT32_MAX
                ? (s.tsum2 - double(s.tsum * s.tsum / total)) / double(total)
                : s.tsum2 / double(total) - double(average * average);
        out.printf("rtt min/avg/max/mdev = %s/%s/%s/%s ms", milliseconds(s.tmin).c_str(),
                   milliseconds(average).c_str(), milliseconds(s.tmax).c_str(),
                   milliseconds(llsqrt(std::int64_t(variance))).c_str());
        comma = ", ";
    }
    if (s.pipesize > 1) {
        out.printf("%spipe %d", comma, s.pipesize);
        comma = ", ";
    }
    const bool fast = !interval_ || o.flood || o.adaptive;
    if (s.nreceived && fast && s.ntransmitted > 1) {
        out.printf("%sipg/ewma %s/%s ms", comma,
                   milliseconds(elapsed_us / (s.ntransmitted - 1)).c_str(),
                   milliseconds(s.rtt / 8).c_str());
    }
    out.write("\n");
    return !s.nreceived || (o.deadline_s && s.nreceived < o.npackets);
}

}  // namespace vethlab
