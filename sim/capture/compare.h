#pragma once
// tests/golden/compare.py: two recordings of one lab, side by side.
#include <map>
#include <string>
#include <vector>

namespace vethlab {

struct record_files {
    std::string expect, frames, state;
    // Device ("ns1/v0") -> for each of its frames the number of the command under way, from 1.
    std::map<std::string, std::vector<unsigned>> frame_commands;
};

struct tally {
    std::size_t equal = 0, total = 0;
    bool whole() const { return equal == total; }
};

// A place where they part: the first differing items of both sides, empty for none.
struct difference {
    std::string where;  // "command 3: $ ip link", "frames of ns1/v0, frame 2", "counters", "state"
    std::string command;  // the one before it, or under way; empty if not known
    std::vector<std::string> left, right;
};

struct comparison {
    tally commands, frames, counters, state;
    std::vector<difference> differences;  // one for each differing command, device, kind of state
    bool same() const {
        return commands.whole() && frames.whole() && counters.whole() && state.whole();
    }
};

comparison compare(const record_files& left, const record_files& right);

// "commands 3/3 frames 12/12 counters 4/4 state 9/9"
std::string summary(const comparison& c);

}  // namespace vethlab
