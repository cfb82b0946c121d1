#pragma once
// iputils: ping/ping.h. One run of ping against one target.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/wire/icmp.h"
#include "sim/process.h"
#include "sim/tools/lib/resolve.h"
#include "sim/tools/ping/options.h"

namespace vethlab {

// What is known about the probes sent so far (struct ping_rts, the counting part).
class ping_statistics {
 public:
    std::int64_t ntransmitted = 0, nreceived = 0, nrepeats = 0, nerrors = 0;
    std::int64_t tmin = INT64_MAX, tmax = 0, tsum = 0;  // microseconds
    double tsum2 = 0;
    std::int64_t rtt = 0;  // eight times the moving average
    int pipesize = -1;

    int in_flight() const;
    void sent();
    void acknowledge(std::uint16_t seq);
    void add_triptime(std::int64_t us);
    bool was_received(std::uint16_t seq) const { return received_[seq]; }
    void set_received(std::uint16_t seq, bool on) { received_[seq] = on; }

 private:
    std::uint16_t acked_ = 0;
    std::vector<bool> received_ = std::vector<bool>(0x10000);
};

class ping_session {
 public:
    ping_session(process& proc, ping_options& options) : p(proc), o(options) {}
    ping_session(const ping_session&) = delete;

    process& p;
    ping_options& o;
    std::unique_ptr<socket> sock;
    ipv4_address whereto, source;
    bool six = false;  // then these two count
    sock_addr whereto6, source6;
    std::string hostname;
    std::vector<ipv4_address> route;  // the targets in front of the last one
    std::vector<std::byte> outpack;   // ICMP header and data
    std::size_t optlen = 0;           // as announced: all or nothing
    int ident = 0;
    bool timing = false, multicast = false;
    ping_statistics stats;

    std::optional<int> open();  // nullopt: go on
    task<int> main_loop();

 private:
    std::optional<int> resolve_one(const std::string& target, resolved_host& host);
    std::optional<int> resolve();
    std::optional<int> fill_pattern();
    std::optional<int> probe_source();
    std::optional<int> connect_probe(socket& probe, sock_addr to);
    std::optional<int> bind_device(socket& probe);
    void warn_of_foreign_source();
    std::optional<int> configure();
    void set_ip_options();
    void set_buffers(std::size_t address_overhead);
    void print_header();

    std::optional<int> resolve6();
    std::optional<int> probe_source6();
    std::optional<int> device_index(int& index);
    std::optional<int> configure6();
    void print_header6();
    void parse_reply6(const received& r);
    void print_icmp6(std::uint8_t type, std::uint8_t code, std::uint32_t info);

    bool over() const;
    int pinger();
    int send_probe();
    std::optional<int> wait_for_token(sim_time now);
    int send_failed(err e);
    int hard_local_error(bool say, err e);
    int schedule_exit(int next);
    int minimum(int ms) const;
    task<bool> wait_for_turn(int next);
    task<int> receive(bool block);

    int receive_error();  // > 0 ICMP errors, < 0 local ones, 0 nothing of ours
    void parse_reply(const received& r);
    std::optional<icmp_view> our_echo(bytes_view message) const;
    void print_redirect(const received& r, bytes_view message, icmp_view ours);
    struct reply {
        sock_addr from;
        bytes_view icmp;
        std::uint8_t ttl = 0;
        std::int64_t trip = 0;  // microseconds
        bool repeated = false;
    };
    bool gather(const received& r, reply& echo);
    void print_reply(const reply& echo);
    void print_wrong_data(bytes_view data);
    void print_timestamp();
    void print_options(bytes_view options);
    void print_icmp(std::uint8_t type, std::uint8_t code, std::uint32_t info, bytes_view quoted);
    void print_quoted(bytes_view packet);
    std::string address_text(ipv4_address a);
    std::string address_text(const sock_addr& a);
    bool is_target(const sock_addr& a) const;
    int finish();
    void update_interval();
    std::int64_t wall_us(sim_time at);

    sim_time start_{}, cur_time_{};
    sim_time exit_at_ = sim_time::max();
    bool sent_any_ = false;
    bool exit_scheduled_ = false;
    std::int64_t tokens_ = 0;
    std::int64_t rtt_addend_ = 0;
    int oom_count_ = 0;
    int interval_ = 1000;
    std::vector<std::byte> old_route_;
};

}  // namespace vethlab
