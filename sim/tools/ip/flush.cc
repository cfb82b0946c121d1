// iproute2: ip/iproute.c:iproute_flush, lib/libnetlink.c:rtnl_send_check
#include "sim/tools/ip/flush.h"

namespace vethlab {

void flush_batch::add(const nlmsg_view& msg, std::uint16_t type) {
    out_.begin(type, nlm_f::request);
    out_.raw(msg.body);
    out_.end();
    count_++;
}

void flush_batch::clear() {
    out_ = nlmsg_builder();
    count_ = 0;
}

bool flush_batch::send(ip_context& ip) {
    netlink_channel& channel = ip.rth.channel();
    err failed = channel.send(out_.view());
    while (auto datagram = channel.recv()) {
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            const auto code = msg->head<std::int32_t>();
            if (msg->hdr.nlmsg_type == nlmsg::error && code && failed == err::ok) {
                failed = err(-code);
            }
        }
    }
    if (failed == err::ok) return true;
    ip.p.err->printf("Failed to send flush request: %s\n", strerror(failed));
    return false;
}

int flush_rounds(ip_context& ip, flush_batch& batch, int max_rounds,
                 const std::function<bool()>& collect, bool say_nothing_to_flush) {
    const bool talkative = ip.show_stats > 0;
    int round = 0;
    while (max_rounds == 0 || round < max_rounds) {
        batch.clear();
        if (!collect()) {
            ip.p.err->write("Flush terminated\n");
            return 2;
        }
        if (batch.count() == 0) {
            if (talkative && round > 0) {
                ip.p.out->printf("*** Flush is complete after %d round%s ***\n", round,
                                 round > 1 ? "s" : "");
            } else if (talkative && say_nothing_to_flush) {
                ip.p.out->write("Nothing to flush.\n");
            }
            return 0;
        }
        round++;
        const int count = batch.count();
        if (!batch.send(ip)) return 2;
        if (talkative) {
            ip.p.out->printf("\n*** Round %d, deleting %d entries ***\n", round, count);
        }
    }
    ip.p.out->printf("*** Flush not complete bailing out after %d rounds\n", max_rounds);
    return 1;
}

}  // namespace vethlab
