// glibc: posix/getopt.c
#include "sim/tools/lib/getopt.h"

#include "sim/text.h"

namespace vethlab {

std::vector<std::string> in_short_options(const std::vector<std::string>& argv,
                                          const std::vector<long_option>& options) {
    std::vector<std::string> out;
    for (const std::string& word : argv) {
        out.push_back(word);
        if (!word.starts_with("--") || word == "--") continue;
        const long_option* found = nullptr;
        int matches = 0;
        for (const auto& o : options) {
            if (!o.name.starts_with(word)) continue;
            matches = o.name == word ? 1 : matches + 1;
            found = &o;
            if (o.name == word) break;
        }
        if (matches == 1) out.back() = found->as;
    }
    return out;
}

short_options::short_options(const std::vector<std::string>& argv, std::string_view spec)
    : argv_(argv), spec_(spec) {}

int short_options::next() {
    value.clear();
    error.clear();
    while (at_ == 0) {
        if (word_ >= argv_.size()) return -1;
        const std::string& w = argv_[word_];
        if (w == "--") {
            rest.insert(rest.end(), argv_.begin() + std::ptrdiff_t(word_) + 1, argv_.end());
            word_ = argv_.size();
            return -1;
        }
        if (w.size() > 1 && w[0] == '-') {
            at_ = 1;
        } else {
            rest.push_back(w);
            word_++;
        }
    }
    const std::string& w = argv_[word_];
    const char c = w[at_++];
    const bool last = at_ == w.size();
    const auto found = c == ':' ? std::string_view::npos : spec_.find(c);
    const bool takes_value =
        found != std::string_view::npos && found + 1 < spec_.size() && spec_[found + 1] == ':';
    if (takes_value && !last) value = w.substr(at_);
    if (last || takes_value) {
        word_++;
        at_ = 0;
    }
    if (found == std::string_view::npos) {
        error = strf("%s: invalid option -- '%c'\n", argv_[0].c_str(), c);
        return '?';
    }
    if (takes_value && last) {
        if (word_ >= argv_.size()) {
            error = strf("%s: option requires an argument -- '%c'\n", argv_[0].c_str(), c);
            return '?';
        }
        value = argv_[word_++];
    }
    return c;
}

}  // namespace vethlab
