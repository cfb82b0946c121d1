#include "core/cpu_cost.h"

namespace vethlab {

const char* cpu_work_name(cpu_work w) {
    static constexpr const char* names[] = {
        "packet_send",    "inet_send",        "byte_copied", "netif_rx", "backlog_turn",
        "bridge_forward", "bridge_netfilter", "skb_clone",   "ip_rcv",   "ip_forward",
        "icmp_reply",     "socket_deliver"};
    return names[std::size_t(w)];
}

const cpu_costs reference_costs = {{745'000, 1'900'000, 15, 400'000, 150'000, 262'000, 379'000,
                                    239'000, 565'000, 199'000, 1'042'000, 1'749'000}};

}  // namespace vethlab
