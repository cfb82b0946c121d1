#pragma once
// traceroute 2.1: traceroute/traceroute.h. One run against one target.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/process.h"
#include "sim/tools/traceroute/options.h"

namespace vethlab {

struct trace_probe {
    bool done = false;   // answered, or given up
    bool final = false;  // no farther hop is of interest
    std::optional<sim_time> sent, received;
    std::optional<ipv4_address> from;
    std::uint8_t hop_limit = 0;        // of the answer when it came; 0: not known
    std::optional<std::uint16_t> seq;  // while it waits: its port, or its sequence number
    std::unique_ptr<socket> sock;      // while it waits: of an UDP probe
    std::string note;                  // "!H" and the like
};

class traceroute_session {
 public:
    traceroute_session(process& proc, traceroute_options& options);
    traceroute_session(const traceroute_session&) = delete;

    task<int> run();

 private:
    // What the methods differ in (probes.cc).
    bool open_icmp();
    void send_probe(std::size_t n);
    void send_udp(trace_probe& pb, int ttl);
    void send_icmp(trace_probe& pb, int ttl);
    bool deliver(trace_probe& pb, socket& s, bytes_view data);
    std::unique_ptr<socket> open_socket();
    void receive(socket& s);
    trace_probe* probe_of(const socket& s, std::uint16_t port, bytes_view message);
    void take_reply(socket& s, const received& r);
    void take_error(socket& s, const sock_error& e);
    void judge(trace_probe& pb, const sock_error& e);
    std::vector<std::byte> payload() const;

    // One look at all probes from the first that is not printed (traceroute.cc).
    std::optional<sim_time> step();
    std::optional<sim_time> wait_or_expire(std::size_t n, sim_time now);
    std::vector<socket*> open_sockets();
    std::optional<double> answer_s(const trace_probe& pb) const;
    sim_time patience(std::size_t n) const;
    void look_for_final(std::size_t n);
    const trace_probe* final_ahead(std::size_t n) const;
    bool belongs_here(std::size_t n, std::size_t last) const;
    void print_header();
    void print_probe(std::size_t n);
    void print_address(ipv4_address a);
    bool same_as_before(std::size_t n) const;

    std::size_t hop_of(std::size_t n) const { return n / o_.probes_per_hop + 1; }
    std::size_t first_of_hop(std::size_t n) const { return n - n % o_.probes_per_hop; }
    std::size_t header_len() const;
    // error(): ends the run.
    void fail(const char* what, err e);

    process& p_;
    traceroute_options& o_;
    std::vector<trace_probe> probes_;
    std::size_t start_, end_;  // of the probes that matter
    std::size_t data_len_ = 0;
    unsigned port_ = 0;  // the next probe's, or its sequence number
    std::unique_ptr<socket> icmp_;
    std::optional<sim_time> last_send_;
    err unsent_ = err::ok;  // why the last probe could not leave
    bool failed_ = false;
};

}  // namespace vethlab
