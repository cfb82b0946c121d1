#pragma once
// Words of the form "count 3" among others, as inject and udpsend take them.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/process.h"

namespace vethlab {

struct word_options {
    std::map<std::string, std::int64_t> numbers;  // known keys with their defaults
    std::vector<std::string> words;               // the rest

    std::int64_t operator[](const std::string& key) const { return numbers.at(key); }
    // False after a value that is no number: the complaint is printed.
    bool parse(process& p);
};

}  // namespace vethlab
