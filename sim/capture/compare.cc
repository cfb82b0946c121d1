#include "sim/capture/compare.h"

#include <algorithm>

#include "sim/capture/frames_text.h"
#include "sim/capture/normalise.h"
#include "sim/capture/sequence_match.h"
#include "sim/capture/text_lines.h"
#include "sim/text.h"

namespace vethlab {
namespace {

using strings = std::vector<std::string>;

// Compares item by item, counts, and finds the first place where the two part.
struct side_by_side {
    side_by_side(const strings& left, const strings& right) {
        std::size_t i = 0, j = 0;
        const auto gap = [&](std::size_t left_end, std::size_t right_end) {
            count.total += std::max(left_end - i, right_end - j);
            if ((i < left_end || j < right_end) && same) {
                same = false;
                at_left = i;
                at_right = j;
            }
        };
        if (left == right) {
            count = {left.size(), left.size()};
            return;
        }
        for (const auto& block : matching_blocks(left, right)) {
            gap(block.left, block.right);
            count.equal += block.size;
            count.total += block.size;
            i = block.left + block.size;
            j = block.right + block.size;
        }
        gap(left.size(), right.size());
    }
    tally count;
    bool same = true;
    std::size_t at_left = 0, at_right = 0;  // where they part
};

void add(tally& t, const tally& more) {
    t.equal += more.equal;
    t.total += more.total;
}
strings item(const strings& list, std::size_t at) {
    return at < list.size() ? strings{list[at]} : strings{};
}

// ---- commands

struct command_block {
    std::string command;
    strings lines;
    bool operator==(const command_block&) const = default;
};

std::vector<command_block> parse_expect(const std::string& text) {
    std::vector<command_block> blocks;
    for (auto& line : lines_of(text)) {
        if (line.starts_with("$ ")) {
            blocks.push_back({line.substr(2), {}});
        } else if (!blocks.empty()) {
            blocks.back().lines.push_back(std::move(line));
        }
    }
    for (auto& b : blocks) b.lines = normalise_output(b.command, std::move(b.lines));
    return blocks;
}

void compare_commands(const std::vector<command_block>& left,
                      const std::vector<command_block>& right, comparison& c) {
    c.commands.total = std::max(left.size(), right.size());
    const command_block none{"(none)", {}};
    for (std::size_t i = 0; i < c.commands.total; i++) {
        const auto& l = i < left.size() ? left[i] : none;
        const auto& r = i < right.size() ? right[i] : none;
        if (l == r) {
            c.commands.equal++;
            continue;
        }
        const side_by_side lines(l.lines, r.lines);
        difference d;
        d.where = strf("command %zu: $ %s", i + 1, l.command.c_str());
        if (l.command != r.command) d.where += " (the other ran: " + r.command + ")";
        if (i > 0 && i <= left.size()) d.command = left[i - 1].command;
        d.left = item(l.lines, lines.at_left);
        d.right = item(r.lines, lines.at_right);
        c.differences.push_back(std::move(d));
    }
}

// ---- frames

// The frames of each device, normalised: "TYPE LENGTH HEX  # decode".
std::map<std::string, strings> parse_frames(const std::string& text) {
    std::map<std::string, strings> frames;
    std::map<std::string, datagram_ids> ids;
    for (const auto& line : lines_of(text)) {
        const auto words = words_of(std::string_view(line).substr(0, line.find('#')));
        if (words.size() != 4) continue;
        const auto bytes = normalise_frame(bytes_of_hex(words[3]), ids[words[0]]);
        frames[words[0]].push_back(words[1] + strf(" %zu ", bytes.size()) + hex_text(bytes) +
                                   "  # " + describe_frame(bytes));
    }
    return frames;
}

unsigned command_of(const record_files& files, const std::string& device, std::size_t frame) {
    const auto it = files.frame_commands.find(device);
    if (it == files.frame_commands.end() || frame >= it->second.size()) return 0;
    return it->second[frame];
}

void compare_frames(const record_files& left, const record_files& right,
                    const std::vector<command_block>& commands, comparison& c) {
    auto l = parse_frames(left.frames), r = parse_frames(right.frames);
    for (const auto& [device, frames] : r) l.try_emplace(device);
    for (const auto& [device, of_left] : l) {
        const auto& of_right = r[device];
        const side_by_side frames(of_left, of_right);
        add(c.frames, frames.count);
        if (frames.same) continue;
        unsigned command = command_of(left, device, frames.at_left);
        if (!command) command = command_of(right, device, frames.at_right);
        difference d;
        d.where = strf("frames of %s, frame %zu", device.c_str(), frames.at_left + 1);
        if (command && command <= commands.size()) d.command = commands[command - 1].command;
        d.left = item(of_left, frames.at_left);
        d.right = item(of_right, frames.at_right);
        c.differences.push_back(std::move(d));
    }
}

// ---- state

struct state_rows {
    strings counters, other;
};
state_rows parse_state(const std::string& text) {
    state_rows rows;
    strings neighbours;
    for (const auto& line : lines_of(text)) {
        std::string squeezed;
        for (const auto& w : words_of(line)) squeezed += (squeezed.empty() ? "" : " ") + w;
        if (squeezed.empty()) continue;
        squeezed = normalise_output("", {squeezed})[0];
        (squeezed.starts_with("counters ") ? rows.counters
         : squeezed.starts_with("neigh ")  ? neighbours
                                           : rows.other)
            .push_back(squeezed);
    }
    std::sort(neighbours.begin(), neighbours.end());
    rows.other.insert(rows.other.end(), neighbours.begin(), neighbours.end());
    return rows;
}

void compare_rows(const char* what, const strings& left, const strings& right, tally& count,
                  comparison& c) {
    const side_by_side rows(left, right);
    count = rows.count;
    if (rows.same) return;
    c.differences.push_back({what, "", item(left, rows.at_left), item(right, rows.at_right)});
}

}  // namespace

comparison compare(const record_files& left, const record_files& right) {
    comparison c;
    const auto commands = parse_expect(left.expect);
    compare_commands(commands, parse_expect(right.expect), c);
    compare_frames(left, right, commands, c);
    const auto l = parse_state(left.state), r = parse_state(right.state);
    compare_rows("counters", l.counters, r.counters, c.counters, c);
    compare_rows("state", l.other, r.other, c.state, c);
    return c;
}

std::string summary(const comparison& c) {
    return strf("commands %zu/%zu frames %zu/%zu counters %zu/%zu state %zu/%zu", c.commands.equal,
                c.commands.total, c.frames.equal, c.frames.total, c.counters.equal,
                c.counters.total, c.state.equal, c.state.total);
}

}  // namespace vethlab
