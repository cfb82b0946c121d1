#include "sim/recorder.h"

#include <algorithm>
#include <vector>

#include "core/dev.h"
#include "core/rtnetlink.h"
#include "sim/text.h"

namespace vethlab {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string squeezed(const std::string& line) {
    std::string out;
    for (char c : line) {
        if (c == '\\' || c == '\t') c = ' ';
        if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
        out += c;
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

// "lab.sh: 3: foo: not found" of the shell, in the words of the recordings.
std::string not_found_line(const std::string& line) {
    constexpr std::string_view tail = ": not found";
    if (!line.ends_with(tail)) return line;
    const std::string front = line.substr(0, line.size() - tail.size());
    const auto colon = front.rfind(": ");
    return (colon == std::string::npos ? front : front.substr(colon + 2)) + ": command not found";
}

}  // namespace

recorder::recorder(sim_system& sys, writer& out, writer& err_out)
    : sys_(sys), out_(out), err_(err_out) {}

// A job's output cannot be told from that of the commands after it: it stands where it came.
void recorder::begin(const command_event& e) {
    if (e.background) return;
    out_.noted.clear();
    err_.noted.clear();
}

void recorder::end(const command_event& e, int status) {
    if (e.background) return;
    expect_ += "$ " + e.source + "\n";
    for (const auto& line : lines_of(out_.noted)) expect_ += line + "\n";
    for (const auto& line : lines_of(err_.noted)) {
        expect_ += "! " + (status == 127 ? not_found_line(line) : line) + "\n";
    }
    if (status != 0) expect_ += strf("[exit %d]\n", status);
    settle();
}

// Where recordings come from, all links are asked for after each command. Like any listing it
// gives ids to the namespaces of their other ends.
void recorder::look() {
    const auto look_at = [](netns& net) {
        for (const auto& [index, dev] : net.dev_by_index) {
            nlmsg_builder unread;
            rtnl_fill_ifinfo(unread, *dev, {.type = rtm::newlink});
        }
    };
    look_at(*sys_.net_of(0));
    for (const auto& [name, ns] : sys_.named_netns()) look_at(*sys_.net_of(ns));
}

// No frame for 15 ms; a real command and the recorder's look at the links take some 20 ms more.
void recorder::settle() {
    look();
    constexpr sim_time command = 20ms, quiet = 15ms, limit = 2s;
    kernel& krn = sys_.krn;
    const sim_time end = krn.now() + limit;
    krn.run_until(krn.now() + command);
    for (auto seen = krn.frames_sent; krn.now() < end; seen = krn.frames_sent) {
        krn.run_until(krn.now() + quiet);
        if (krn.frames_sent == seen) break;
    }
}

std::string recorder::counters(netns& net, const std::string& name) const {
    std::string rows;
    for (const auto& [index, dev] : net.dev_by_index) {
        rtnl_link_stats64 s;
        dev_get_stats(*dev, s);
        rows += "counters " + name + " " + dev->name;
        const std::pair<const char*, std::uint64_t> all[] = {
            {"rx_packets", s.rx_packets}, {"tx_packets", s.tx_packets}, {"rx_bytes", s.rx_bytes},
            {"tx_bytes", s.tx_bytes},     {"rx_errors", s.rx_errors},   {"tx_errors", s.tx_errors},
            {"rx_dropped", s.rx_dropped}, {"tx_dropped", s.tx_dropped}, {"multicast", s.multicast},
            {"rx_nohandler", s.rx_nohandler},
            {"rx_otherhost_dropped", s.rx_otherhost_dropped},
        };
        for (const auto& [key, value] : all) {
            rows += strf(" %s=%llu", key, (unsigned long long)value);
        }
        rows += "\n";
    }
    return rows;
}

std::string recorder::state(scheduler& sched) {
    struct query {
        const char* kind;
        std::vector<std::string> argv;
    };
    const query queries[] = {
        {"link", {"ip", "-o", "link", "show"}},      {"addr", {"ip", "-o", "-4", "addr", "show"}},
        {"route", {"ip", "-4", "route", "show"}},    {"fdb", {"bridge", "fdb", "show"}},
        {"neigh", {"ip", "-4", "neigh", "show"}},
    };
    std::vector<std::pair<std::string, ns_fd>> order{{"-", 0}};
    for (const auto& n : sys_.named_netns()) order.push_back(n);
    std::string rows;
    for (const auto& [name, ns] : order) {
        if (!ipv6) rows += counters(*sys_.net_of(ns), name);
    }
    for (const auto& q : queries) {
        for (const auto& [name, ns] : order) {
            string_writer out;
            null_writer nothing;
            process p(sched, sys_, ns, out, nothing);
            p.argv = q.argv;
            executor exec;
            task<int> t = sched.exec(p, nullptr);
            t.start(exec);
            sched.run_until_done([&] { return t.done(); });
            auto lines = lines_of(out.text);
            if (std::string_view(q.kind) == "neigh") std::sort(lines.begin(), lines.end());
            for (const auto& line : lines) {
                rows += std::string(q.kind) + " " + name + " " + squeezed(line) + "\n";
            }
        }
    }
    return rows;
}

}  // namespace vethlab
