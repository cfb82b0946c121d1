#pragma once
// What a program does with its sockets, again and again: one thread, one system call for each step, the
// same code for the simulated and for the real kernel.
#include "host/bench/senders.h"

namespace vethlab::host {

enum class program {
    packet_send,  // frames out of a packet socket
    udp_send,     // datagrams to the path's dst_ip
    udp_echo,     // a datagram to the path's end and back; an item is a round trip
    icmp_echo,    // a ping
};
const char* program_name_of(program what);

std::unique_ptr<sender> program_sender(network& n, const path& p, const flow& f, program what,
                                       frames kind, unsigned size);

}  // namespace vethlab::host
