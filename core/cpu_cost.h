#pragma once
// Simulated CPU time: what the kernel's work costs the CPU that does it. With costs, simulated time
// goes on while the kernel works, so that throughput, queueing delay and a full backlog come out as on
// the machine whose costs they are (`vethlab calibrate` measures them). Without, work takes no time.
//
// The simulated machine has one CPU: what a sender sets off is done before its system call returns,
// timers that are due meanwhile run late. Commands themselves (rtnetlink, the start of a program) take
// none, nor do ARP and what other protocols do on their own.
#include <array>
#include <cstddef>
#include <cstdint>

namespace vethlab {

enum class cpu_work : std::uint8_t {
    packet_send,       // sendto of a packet socket: system call, skb, up to dev_queue_xmit
    inet_send,         // the same of a UDP or raw socket, with route and headers
    byte_copied,       // each byte that they copy
    netif_rx,          // dev_queue_xmit, veth_xmit, the backlog, __netif_receive_skb_core
    backlog_turn,      // process_backlog takes over what came meanwhile
    bridge_forward,    // br_handle_frame: learning, look-up, out of a port
    bridge_netfilter,  // the hooks of br_netfilter, for IP
    skb_clone,         // a copy for another port
    ip_rcv,            // a packet of IPv4 or IPv6 that ends here: ip_rcv, route, up or dropped
    ip_forward,        // one that does not: ip_rcv, route, ip_forward, ip_output
    icmp_reply,        // an ICMP message in answer to a packet
    socket_deliver,    // a packet up to its socket, and recvmsg
    max_
};
inline constexpr std::size_t cpu_works = std::size_t(cpu_work::max_);

const char* cpu_work_name(cpu_work w);  // as in the enumeration

struct cpu_costs {
    std::array<std::uint32_t, cpu_works> picoseconds{};  // each time
    std::uint32_t& operator[](cpu_work w) { return picoseconds[std::size_t(w)]; }
    std::uint32_t operator[](cpu_work w) const { return picoseconds[std::size_t(w)]; }
};

// What was done, and how far time has to go on for it.
struct cpu_account {
    cpu_costs costs;
    std::array<std::uint64_t, cpu_works> done{};
    std::uint32_t owed = 0;  // picoseconds, below 1000
    std::uint32_t left_in_turn = 0;

    // Nanoseconds that have passed with it.
    std::uint64_t spend(cpu_work w, std::uint32_t times) {
        done[std::size_t(w)] += times;
        const std::uint64_t ps = owed + std::uint64_t{costs[w]} * times;
        owed = std::uint32_t(ps % 1000);
        return ps / 1000;
    }
};

// Measured on a virtual machine (AMD EPYC, Linux 6.18): what --clock calibrated takes unless a
// profile of `vethlab calibrate` is given.
extern const cpu_costs reference_costs;

}  // namespace vethlab
