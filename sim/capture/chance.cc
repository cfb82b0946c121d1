#include "sim/capture/chance.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "core/wire/address.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "sim/capture/frames_text.h"
#include "sim/capture/normalise.h"
#include "sim/capture/text_lines.h"
#include "sim/text.h"
#include "sim/tools/lib/resolve.h"

namespace vethlab {
namespace {

using strings = std::vector<std::string>;
using counts = std::map<std::string, std::size_t>;

// ---- announcements

// A group record of an IGMPv3 or MLDv2 report: type, length of data, sources, group.
void name_records(const std::string& who, bytes_view records, std::size_t address_size,
                  strings& names) {
    while (records.size() >= 4 + address_size) {
        const std::size_t data = u8(records, 1) * 4u, sources = be16(records, 2);
        const std::size_t size = 4 + address_size + sources * address_size + data;
        names.push_back(who + hex_text(records.first(std::min(size, records.size()))));
        if (size > records.size()) return;
        records = records.subspan(size);
    }
}

strings names_of_igmp(const ipv4_view& ip) {
    constexpr std::uint8_t v1_report = 0x12, v2_report = 0x16, v3_report = 0x22;
    const bytes_view body = ip.payload();
    if (ip.protocol() != ipproto::igmp || ip.is_fragment() || body.size() < 8) return {};
    const std::string who = dotted_quad(ip.saddr()) + " igmp ";
    strings names;
    const auto type = u8(body, 0);
    if (type == v1_report || type == v2_report) names.push_back(who + hex_text(body));
    if (type == v3_report) name_records(who, body.subspan(8), 4, names);
    return names;
}

// ---- frames of a recording

struct recorded_frame {
    std::string line;
    strings names;  // of an announcement
    unsigned command = 0;
};
struct device_frames {
    std::vector<recorded_frame> others, announcements;
};
using all_frames = std::map<std::string, device_frames>;

all_frames parse(const record_files& files) {
    all_frames all;
    std::map<std::string, std::size_t> seen;
    for (auto& line : lines_of(files.frames)) {
        const auto words = words_of(std::string_view(line).substr(0, line.find('#')));
        if (words.size() != 4) continue;
        recorded_frame f{line, names_of_announcement(bytes_of_hex(words[3])), 0};
        for (auto& name : f.names) name = words[1] + " " + name;
        const auto n = seen[words[0]]++;
        const auto commands = files.frame_commands.find(words[0]);
        if (commands != files.frame_commands.end() && n < commands->second.size()) {
            f.command = commands->second[n];
        }
        device_frames& d = all[words[0]];
        (f.names.empty() ? d.others : d.announcements).push_back(std::move(f));
    }
    return all;
}

void write(const all_frames& all, record_files& files) {
    files.frames.clear();
    files.frame_commands.clear();
    for (const auto& [device, d] : all) {
        for (const auto* list : {&d.others, &d.announcements}) {
            for (const auto& f : *list) {
                files.frames += f.line + "\n";
                files.frame_commands[device].push_back(f.command);
            }
        }
    }
}

counts count(const std::vector<recorded_frame>& announcements) {
    counts c;
    for (const auto& f : announcements) {
        for (const auto& name : f.names) c[name]++;
    }
    return c;
}

// As they are compared: without what normalise_frame removes.
strings content(const std::vector<recorded_frame>& frames) {
    strings all;
    datagram_ids ids;
    for (const auto& f : frames) {
        const auto words = words_of(std::string_view(f.line).substr(0, f.line.find('#')));
        all.push_back(words[1] + " " + hex_text(normalise_frame(bytes_of_hex(words[3]), ids)));
    }
    return all;
}

bool between(const counts& c, const std::vector<counts>& runs) {
    std::set<std::string> names;
    for (const auto& [name, n] : c) names.insert(name);
    for (const auto& run : runs) {
        for (const auto& [name, n] : run) names.insert(name);
    }
    const auto number = [](const counts& of, const std::string& name) {
        const auto it = of.find(name);
        return it == of.end() ? std::size_t{0} : it->second;
    };
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        std::size_t least = SIZE_MAX, most = 0;
        for (const auto& run : runs) {
            least = std::min(least, number(run, name));
            most = std::max(most, number(run, name));
        }
        return number(c, name) >= least && number(c, name) <= most;
    });
}

void allow_in_frames(record_files& real, record_files& simulated,
                     const std::vector<record_files>& extremes) {
    auto left = parse(real), right = parse(simulated);
    std::vector<all_frames> others;
    for (const auto& e : extremes) others.push_back(parse(e));
    std::set<std::string> devices;
    for (const auto* all : {&left, &right}) {
        for (const auto& [device, d] : *all) devices.insert(device);
    }
    for (const auto& device : devices) {
        device_frames &l = left[device], &r = right[device];
        std::vector<counts> runs{count(r.announcements)};
        for (auto& o : others) runs.push_back(count(o[device].announcements));
        if (between(count(l.announcements), runs)) l.announcements = r.announcements;
        for (auto& o : others) {
            if (content(o[device].others) == content(l.others)) r.others = o[device].others;
        }
    }
    write(left, real);
    write(right, simulated);
}

// ---- text, in blocks of which each run has its own: what a command printed, a kind of state

struct block {
    std::string head;
    strings lines;
};
using blocks = std::vector<block>;

blocks commands_of(const std::string& expect) {
    blocks all;
    for (auto& line : lines_of(expect)) {
        if (line.starts_with("$ ")) {
            all.push_back({line, {}});
        } else if (!all.empty()) {
            all.back().lines.push_back(std::move(line));
        }
    }
    return all;
}

// A block for each kind in each namespace; for counters one a device.
blocks state_of(const std::string& state) {
    blocks all;
    for (auto& line : lines_of(state)) {
        const auto words = words_of(line);
        if (words.size() < 2) continue;
        std::string head = words[0] + " " + words[1];
        if (words[0] == "counters" && words.size() > 2) head += " " + words[2];
        if (all.empty() || all.back().head != head) all.push_back({head, {}});
        all.back().lines.push_back(std::move(line));
    }
    return all;
}

strings compared(const block& b) {
    auto lines = normalise_output(b.head.starts_with("$ ") ? b.head.substr(2) : "", b.lines);
    if (b.head.starts_with("neigh ")) std::sort(lines.begin(), lines.end());
    return lines;
}

std::optional<std::uint64_t> number_behind(const std::string& word) {
    const auto at = word.find('=');
    if (at == std::string::npos) return std::nullopt;
    std::uint64_t n = 0;
    const char* end = word.data() + word.size();
    if (std::from_chars(word.data() + at + 1, end, n).ptr != end) return std::nullopt;
    return n;
}

bool counters_between(const block& real, const std::vector<const block*>& runs) {
    const auto words = words_of(real.lines.at(0));
    for (std::size_t i = 0; i < words.size(); i++) {
        const auto n = number_behind(words[i]);
        if (!n) continue;
        std::uint64_t least = UINT64_MAX, most = 0;
        for (const block* run : runs) {
            const auto other = words_of(run->lines.at(0));
            const auto m = i < other.size() ? number_behind(other[i]) : std::nullopt;
            if (!m) return false;
            least = std::min(least, *m);
            most = std::max(most, *m);
        }
        if (*n < least || *n > most) return false;
    }
    return true;
}

// The k-th block with this head.
const block* find(const blocks& all, const std::string& head, std::size_t k) {
    for (const auto& b : all) {
        if (b.head == head && k-- == 0) return &b;
    }
    return nullptr;
}

void allow_in_text(const std::string& real, std::string& simulated,
                   const std::vector<std::string>& extremes, blocks (*split)(const std::string&)) {
    const blocks left = split(real);
    blocks right = split(simulated);
    std::vector<blocks> others;
    for (const auto& e : extremes) others.push_back(split(e));
    std::map<std::string, std::size_t> seen;
    for (auto& r : right) {
        const auto k = seen[r.head]++;
        const block* l = find(left, r.head, k);
        if (!l || compared(*l) == compared(r)) continue;
        std::vector<const block*> runs{&r};
        for (const auto& o : others) {
            if (const block* b = find(o, r.head, k)) runs.push_back(b);
        }
        const bool explained = r.head.starts_with("counters ")
                                   ? counters_between(*l, runs)
                                   : std::any_of(runs.begin(), runs.end(), [&](const block* b) {
                                         return compared(*b) == compared(*l);
                                     });
        if (explained) r.lines = l->lines;
    }
    const bool of_commands = split == commands_of;
    simulated.clear();
    for (const auto& r : right) {
        if (of_commands) simulated += r.head + "\n";
        for (const auto& line : r.lines) simulated += line + "\n";
    }
}

}  // namespace

std::vector<std::string> names_of_announcement(bytes_view frame) {
    if (frame.size() < eth_hlen) return {};
    const bytes_view body = frame.subspan(eth_hlen);
    if (be16(frame, 12) == eth_p::ip) {
        const auto ip = ipv4_view::parse(body);
        return ip ? names_of_igmp(*ip) : strings{};
    }
    return {};
}

void allow_for_chance(record_files& real, record_files& simulated,
                      const std::vector<record_files>& extremes) {
    allow_in_frames(real, simulated, extremes);
    strings expects, states;
    for (const auto& e : extremes) {
        expects.push_back(e.expect);
        states.push_back(e.state);
    }
    allow_in_text(real.expect, simulated.expect, expects, commands_of);
    allow_in_text(real.state, simulated.state, states, state_of);
}

}  // namespace vethlab
