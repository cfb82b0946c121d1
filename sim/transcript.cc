#include "sim/transcript.h"

#include <algorithm>

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

// A job's output cannot be told from that of the commands after it: it stands where it came.
void transcript::begin(const command_event& e) {
    if (e.background) return;
    out_.noted.clear();
    err_.noted.clear();
}

void transcript::end(const command_event& e, int status) {
    if (e.background) return;
    text_ += "$ " + e.source + "\n";
    for (const auto& line : lines_of(out_.noted)) text_ += line + "\n";
    for (const auto& line : lines_of(err_.noted)) {
        text_ += "! " + (status == 127 ? not_found_line(line) : line) + "\n";
    }
    if (status != 0) text_ += strf("[exit %d]\n", status);
}

std::string counters_row(const std::string& netns, const std::string& device,
                         const rtnl_link_stats64& s) {
    const std::pair<const char*, std::uint64_t> all[] = {
        {"rx_packets", s.rx_packets},
        {"tx_packets", s.tx_packets},
        {"rx_bytes", s.rx_bytes},
        {"tx_bytes", s.tx_bytes},
        {"rx_errors", s.rx_errors},
        {"tx_errors", s.tx_errors},
        {"rx_dropped", s.rx_dropped},
        {"tx_dropped", s.tx_dropped},
        {"multicast", s.multicast},
        {"rx_nohandler", s.rx_nohandler},
        {"rx_otherhost_dropped", s.rx_otherhost_dropped},
    };
    std::string row = "counters " + netns + " " + device;
    for (const auto& [key, value] : all) row += strf(" %s=%llu", key, (unsigned long long)value);
    return row + "\n";
}

std::string state_rows(const std::vector<named_netns>& order, const ask_tool& ask) {
    struct query {
        const char* kind;
        std::vector<std::string> argv;
    };
    const query queries[] = {
        {"link", {"ip", "-o", "link", "show"}},   {"addr", {"ip", "-o", "-4", "addr", "show"}},
        {"route", {"ip", "-4", "route", "show"}}, {"fdb", {"bridge", "fdb", "show"}},
        {"neigh", {"ip", "-4", "neigh", "show"}},
    };
    std::string rows;
    for (const auto& q : queries) {
        for (const auto& [name, ns] : order) {
            auto lines = lines_of(ask(ns, q.argv));
            if (std::string_view(q.kind) == "neigh") std::sort(lines.begin(), lines.end());
            for (const auto& line : lines) {
                rows += std::string(q.kind) + " " + name + " " + squeezed(line) + "\n";
            }
        }
    }
    return rows;
}

bool wants_ipv6(std::string_view script) {
    for (std::size_t at = 0; at < script.size();) {
        const auto end = std::min(script.find('\n', at), script.size());
        std::string_view line = script.substr(at, end - at);
        if (line.starts_with("#@")) {
            std::string words;
            for (char c : line.substr(2)) {
                if (c != ' ' || (!words.empty() && words.back() != ' ')) words += c;
            }
            if (words.starts_with("ipv6 on")) return true;
        }
        at = end + 1;
    }
    return false;
}

}  // namespace vethlab
