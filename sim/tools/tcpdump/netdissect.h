#pragma once
// tcpdump 4.99: netdissect.h. Turns a frame into a line of text.
#include <array>
#include <map>
#include <string>

#include "core/wire/address.h"

namespace vethlab {

struct dissect_options {
    int numeric = 0;        // -n, counted
    bool ether = false;     // -e
    int verbose = 0;        // -v, counted
    int hex = 0;            // -x 1, -xx 2
    int hex_ascii = 0;      // -X 1, -XX 2
    bool absolute = false;  // -S
};

// What a capture on all devices says in front of a packet (LINUX_SLL2).
struct cooked_header {
    std::string device;
    int ifindex = 0;
    std::uint16_t type = 1;  // arphrd
    std::string direction;   // In, B, M, P, Out
};

class netdissect {
 public:
    explicit netdissect(const dissect_options& options) : o(options) {}

    // Everything behind the time stamp, without the final newline.
    std::string print(bytes_view frame, const cooked_header* cooked = nullptr);

 private:
    // print_ether.cc
    void ether(bytes_view frame);
    void sll2(bytes_view frame, const cooked_header& cooked);
    void network(std::uint16_t type, bytes_view body, const std::string& unknown_prefix,
                 std::size_t length);
    bool ethertype(std::uint16_t type, bytes_view body);
    void llc(bytes_view body);
    void stp(bytes_view bpdu);
    void arp(bytes_view packet);
    void default_print(bytes_view data);
    void hex_and_ascii(bytes_view data);
    void hex_only(bytes_view data);
    std::string mac(mac_address m) const;

    // print_ip.cc
    void ip(bytes_view packet);
    void ip_header(bytes_view header, std::uint16_t len);
    void ip_options(bytes_view options);
    void ip_payload(bytes_view header, bytes_view payload, bool fragmented);
    std::string protocol(unsigned number) const;

    // print_icmp.cc
    void icmp(bytes_view message, bool fragmented);
    std::string icmp_text(bytes_view message) const;
    std::string unreachable_text(bytes_view message) const;
    void igmp(bytes_view message);
    void igmp_v3_report(bytes_view message);
    void igmp_query(bytes_view message);

    // print_transport.cc; addresses as text, pseudo: the sum of the pseudo header
    struct ends {
        std::string src, dst;
        std::uint32_t pseudo = 0;
        bool fragmented = false;
    };
    void udp(bytes_view datagram, const ends& e);
    void tcp(bytes_view segment, const ends& e);
    void tcp_options(bytes_view options);
    std::string port(std::uint16_t number, bool udp) const;

    // print_ip6.cc
    void ip6(bytes_view packet);
    void ip6_payload(std::uint8_t next, bytes_view payload, ends& e);
    bytes_view hop_by_hop(bytes_view payload);
    void icmp6(bytes_view message, const ends& e);
    void icmp6_message(bytes_view message);
    void icmp6_error(bytes_view message);
    void neighbour_options(bytes_view options);
    void mld_report(bytes_view message);

    [[gnu::format(printf, 2, 3)]] void put(const char* fmt, ...);
    void truncated(const char* what) { put(" [|%s]", what); }

    dissect_options o;
    std::string out;
    // First sequence and acknowledgement numbers of each connection.
    struct flow {
        std::uint32_t seq = 0, ack = 0;
    };
    std::map<std::string, flow> flows;
};

}  // namespace vethlab
