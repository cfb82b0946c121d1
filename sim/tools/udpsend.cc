// A lab's own command: UDP datagrams, and what comes back.
//     udpsend ADDR PORT [sport PORT] [size N] [count N] [ttl N] [df|nodf] [broadcast] [wait MS]
#include <algorithm>
#include <charconv>

#include "sim/tools/lib/resolve.h"
#include "sim/tools/lib/word_options.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

constexpr const char* usage_text =
    "usage: udpsend ADDR PORT [sport PORT] [size N] [count N] [ttl N] [df|nodf] [broadcast] "
    "[wait MS]\n";

int complain(process& p, const std::string& text) {
    p.err->printf("udpsend: %s\n", text.c_str());
    return 1;
}

std::optional<std::uint16_t> parse_port(const std::string& text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [at, problem] = std::from_chars(text.data(), end, port);
    if (problem != std::errc{} || at != end) return std::nullopt;
    return port;
}

std::vector<std::byte> letters(std::size_t size) {
    std::vector<std::byte> data(size);
    for (std::size_t i = 0; i < size; i++) data[i] = std::byte('a' + i % 26);
    return data;
}

struct plan {
    sock_addr to;
    std::uint16_t sport = 0;
    std::vector<std::byte> data;
    std::int64_t count = 1;
    std::chrono::milliseconds wait{0};
};

// nullopt: the words are wrong, which is said.
std::optional<plan> make_plan(process& p, const word_options& opt) {
    const char* error = nullptr;
    const auto host = resolve_host(p.sys, opt.words[0], error);
    if (!host) {
        complain(p, opt.words[0] + ": " + error);
        return std::nullopt;
    }
    const auto port = parse_port(opt.words[1]);
    if (!port || opt["sport"] > 0xffff) {
        complain(p, "a port is a number from 0 to 65535");
        return std::nullopt;
    }
    for (std::size_t i = 2; i < opt.words.size(); i++) {
        const std::string& w = opt.words[i];
        if (w == "df" || w == "nodf" || w == "broadcast") continue;
        complain(p, "unknown word '" + w + "'");
        return std::nullopt;
    }
    return plan{{host->addr, *port},
                std::uint16_t(opt["sport"]),
                letters(std::size_t(opt["size"])),
                opt["count"],
                std::chrono::milliseconds(opt["wait"])};
}

err send_all(socket& s, const plan& job) {
    err e = s.bind({{}, job.sport});
    if (e == err::ok && job.wait.count()) e = s.connect(job.to);
    for (std::int64_t n = 0; n < job.count && e == err::ok; n++) {
        e = job.wait.count() ? s.send(job.data) : s.sendto(job.data, job.to);
    }
    return e;
}

task<int> await_answer(process& p, socket& s, sim_time deadline) {
    while (true) {
        const bool ready = co_await p.readable(s, deadline);
        if (const err e = s.take_error(); e != err::ok) co_return complain(p, strerror(e));
        if (const auto r = s.recv()) {
            p.out->printf("udpsend: answer of %zu bytes\n", r->data.size());
            co_return 0;
        }
        if (ready && p.sys.now() < deadline && !p.interrupted) continue;
        p.out->write("udpsend: no answer\n");
        co_return 0;
    }
}

}  // namespace

task<int> udpsend_main(process& p) {
    word_options opt{{{"sport", 40000}, {"size", 4}, {"count", 1}, {"ttl", 0}, {"wait", 0}}, {}};
    if (!opt.parse(p)) co_return 1;
    if (opt.words.size() < 2) {
        p.err->write(usage_text);
        co_return 1;
    }
    const auto job = make_plan(p, opt);
    if (!job) co_return 1;
    std::unique_ptr<socket> s;
    if (const err e = p.sys.open_socket(p.ns, sock_kind::udp, s); e != err::ok) {
        co_return complain(p, strerror(e));
    }
    const auto given = [&](const char* word) {
        return std::find(opt.words.begin() + 2, opt.words.end(), word) != opt.words.end();
    };
    if (given("df")) s->options.mtu_discover = pmtudisc::do_;
    if (given("nodf")) s->options.mtu_discover = pmtudisc::dont;
    s->options.broadcast = given("broadcast");
    if (opt["ttl"] > 255) co_return complain(p, strerror(err::inval));
    if (opt["ttl"]) s->options.ttl = int(opt["ttl"]);
    if (const err e = send_all(*s, *job); e != err::ok) co_return complain(p, strerror(e));
    if (!job->wait.count()) co_return 0;
    co_return co_await await_answer(p, *s, p.sys.now() + job->wait);
}

}  // namespace vethlab
