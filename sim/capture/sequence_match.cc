#include "sim/capture/sequence_match.h"

#include <algorithm>
#include <unordered_map>

namespace vethlab {
namespace {

struct range {
    std::size_t left, left_end, right, right_end;
};

using positions = std::unordered_map<std::string, std::vector<std::size_t>>;

// The longest common run; of several the first on the left, of those the first on the right.
matching_block longest(const range& r, const std::vector<std::string>& left,
                       const positions& on_right) {
    matching_block best{r.left, r.right, 0};
    std::map<std::size_t, std::size_t> lengths;  // of runs that end here, by place on the right
    for (std::size_t i = r.left; i < r.left_end; i++) {
        std::map<std::size_t, std::size_t> next;
        if (const auto found = on_right.find(left[i]); found != on_right.end()) {
            for (const std::size_t j : found->second) {
                if (j < r.right) continue;
                if (j >= r.right_end) break;
                std::size_t length = 1;
                if (j > 0) {
                    if (const auto it = lengths.find(j - 1); it != lengths.end()) {
                        length = it->second + 1;
                    }
                }
                next[j] = length;
                if (length > best.size) best = {i + 1 - length, j + 1 - length, length};
            }
        }
        lengths = std::move(next);
    }
    return best;
}

}  // namespace

std::vector<matching_block> matching_blocks(const std::vector<std::string>& left,
                                            const std::vector<std::string>& right) {
    positions on_right;
    for (std::size_t j = 0; j < right.size(); j++) on_right[right[j]].push_back(j);
    std::vector<matching_block> found;
    std::vector<range> todo{{0, left.size(), 0, right.size()}};
    while (!todo.empty()) {
        const range r = todo.back();
        todo.pop_back();
        const auto m = longest(r, left, on_right);
        if (m.size == 0) continue;
        found.push_back(m);
        if (r.left < m.left && r.right < m.right)
            todo.push_back({r.left, m.left, r.right, m.right});
        if (m.left + m.size < r.left_end && m.right + m.size < r.right_end) {
            todo.push_back({m.left + m.size, r.left_end, m.right + m.size, r.right_end});
        }
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.left < b.left; });
    std::vector<matching_block> joined;
    for (const auto& m : found) {
        if (!joined.empty() && joined.back().left + joined.back().size == m.left &&
            joined.back().right + joined.back().size == m.right) {
            joined.back().size += m.size;
        } else {
            joined.push_back(m);
        }
    }
    return joined;
}

}  // namespace vethlab
