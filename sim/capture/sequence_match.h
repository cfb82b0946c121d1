#pragma once
// What two lists have in common, in order. Python: difflib.SequenceMatcher without its heuristics.
#include <map>
#include <string>
#include <vector>

namespace vethlab {

struct matching_block {
    std::size_t left, right, size;
};
// In order, those that touch joined.
std::vector<matching_block> matching_blocks(const std::vector<std::string>& left,
                                            const std::vector<std::string>& right);

}  // namespace vethlab
