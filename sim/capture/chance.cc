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
    // Not by whom: a report that is late may have an address that an early one has not yet.
    const std::string who = "igmp ";
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
    std::uint64_t size = 0;
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
        recorded_frame f{line, names_of_announcement(bytes_of_hex(words[3])), 0,
                         words[3].size() / 2};
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

std::size_t number(const counts& of, const std::string& name) {
    const auto it = of.find(name);
    return it == of.end() ? 0 : it->second;
}

// How often each was seen on the device that saw it most. A device that came late sees more than
// in any of the runs if the reports of others come late, but never more than this.
counts most_of_any_device(const std::vector<all_frames>& runs) {
    counts most;
    for (const auto& run : runs) {
        for (const auto& [device, d] : run) {
            for (const auto& [name, n] : count(d.announcements)) {
                most[name] = std::max(most[name], n);
            }
        }
    }
    return most;
}

bool between(const counts& c, const std::vector<counts>& runs, const counts& most) {
    const auto few = [&](const auto& one) { return one.second <= number(most, one.first); };
    const auto enough = [&](const auto& one) {
        std::size_t least = one.second;
        for (const auto& run : runs) least = std::min(least, number(run, one.first));
        return number(c, one.first) >= least;
    };
    return std::all_of(c.begin(), c.end(), few) &&
           std::all_of(runs[0].begin(), runs[0].end(), enough);
}

// By how much a device's counters may be off.
struct late_reports {
    std::uint64_t frames = 0, bytes = 0;
};
late_reports most_late_reports(const std::vector<all_frames>& runs) {
    late_reports most;
    for (const auto& run : runs) {
        for (const auto& [device, d] : run) {
            std::uint64_t bytes = 0;
            for (const auto& f : d.announcements) bytes += f.size;
            most.frames = std::max<std::uint64_t>(most.frames, d.announcements.size());
            most.bytes = std::max(most.bytes, bytes);
        }
    }
    return most;
}

// `runs`: the simulator's, the first its usual one.
void allow_in_frames(record_files& real, record_files& simulated,
                     const std::vector<all_frames>& runs) {
    auto left = parse(real), right = runs[0];
    const counts most = most_of_any_device(runs);
    std::set<std::string> devices;
    for (const auto* all : {&left, &right}) {
        for (const auto& [device, d] : *all) devices.insert(device);
    }
    for (const auto& device : devices) {
        device_frames &l = left[device], &r = right[device];
        std::vector<counts> seen;
        std::vector<const device_frames*> there;
        for (const auto& run : runs) {
            const auto it = run.find(device);
            seen.push_back(it == run.end() ? counts() : count(it->second.announcements));
            if (it != run.end()) there.push_back(&it->second);
        }
        if (between(count(l.announcements), seen, most)) l.announcements = r.announcements;
        const auto same = std::find_if(there.begin(), there.end(), [&](const auto* d) {
            return content(d->others) == content(l.others);
        });
        if (same != there.end()) r.others = (*same)->others;
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

// With reports on the way addresses are learned in any order.
strings compared(const block& b, bool reports) {
    auto lines = normalise_output(b.head.starts_with("$ ") ? b.head.substr(2) : "", b.lines);
    const bool any_order =
        b.head.starts_with("neigh ") || (reports && b.head.find("fdb ") != std::string::npos);
    if (any_order) std::sort(lines.begin(), lines.end());
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

bool counters_between(const block& real, const std::vector<const block*>& runs,
                      const late_reports& late) {
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
        const bool bytes = words[i].find("_bytes=") != std::string::npos;
        const std::uint64_t some = bytes ? late.bytes : late.frames;
        if (*n + some < least || *n > most + some) return false;
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

void allow_in_text(const std::string& real, std::string& simulated, const strings& extremes,
                   const late_reports& late, blocks (*split)(const std::string&)) {
    const blocks left = split(real);
    blocks right = split(simulated);
    std::vector<blocks> others;
    for (const auto& e : extremes) others.push_back(split(e));
    std::map<std::string, std::size_t> seen;
    for (auto& r : right) {
        const auto k = seen[r.head]++;
        const block* l = find(left, r.head, k);
        const bool reports = late.frames > 0;
        if (!l || compared(*l, false) == compared(r, false)) continue;
        std::vector<const block*> runs{&r};
        for (const auto& o : others) {
            if (const block* b = find(o, r.head, k)) runs.push_back(b);
        }
        const bool explained = r.head.starts_with("counters ")
                                   ? counters_between(*l, runs, late)
                                   : std::any_of(runs.begin(), runs.end(), [&](const block* b) {
                                         return compared(*b, reports) == compared(*l, reports);
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
    std::vector<all_frames> runs{parse(simulated)};
    strings expects, states;
    for (const auto& e : extremes) {
        runs.push_back(parse(e));
        expects.push_back(e.expect);
        states.push_back(e.state);
    }
    const late_reports late = most_late_reports(runs);
    allow_in_frames(real, simulated, runs);
    allow_in_text(real.expect, simulated.expect, expects, late, commands_of);
    allow_in_text(real.state, simulated.state, states, late, state_of);
}

}  // namespace vethlab
