#include "host/fuzz/shrink.h"

#include <algorithm>

namespace vethlab::host::fuzz {
namespace {

using strings = std::vector<std::string>;

std::string join(const strings& parts, char with) {
    std::string out;
    for (const auto& p : parts) out += p + with;
    return out;
}

class shrinker {
 public:
    shrinker(const still_holds& holds, const std::function<bool()>& enough)
        : holds_(holds), enough_(enough) {}

    strings run(strings lines) {
        lines_ = std::move(lines);
        remove_lines();
        for (bool smaller = true; smaller && !enough_();) {
            smaller = false;
            for (std::size_t i = 0; i < lines_.size(); i++) smaller = simplify(i) || smaller;
            if (smaller) remove_lines();
        }
        return lines_;
    }

 private:
    bool try_lines(strings candidate) {
        if (enough_() || !holds_(join(candidate, '\n'))) return false;
        lines_ = std::move(candidate);
        return true;
    }

    // Ever smaller blocks, from the end, where what does not matter any more stands.
    void remove_lines() {
        for (std::size_t block = std::max<std::size_t>(lines_.size() / 2, 1);; block /= 2) {
            for (std::size_t end = lines_.size(); end > 0 && !enough_();) {
                const std::size_t begin = end > block ? end - block : 0;
                strings candidate = lines_;
                candidate.erase(candidate.begin() + std::ptrdiff_t(begin),
                                candidate.begin() + std::ptrdiff_t(end));
                try_lines(std::move(candidate));
                end = std::min(begin, lines_.size());
            }
            if (block == 1) return;
        }
    }

    bool try_words(std::size_t line, const strings& words) {
        strings candidate = lines_;
        candidate[line] = join(words, ' ');
        candidate[line].pop_back();
        return try_lines(std::move(candidate));
    }

    bool simplify(std::size_t line) {
        bool smaller = false;
        strings words = split(lines_[line], ' ');
        // An option with its value, then words alone; the command itself stays.
        for (std::size_t n = std::min<std::size_t>(words.size(), 5) - 1; n > 0; n--) {
            for (std::size_t at = 1; at + n <= words.size() && !enough_();) {
                strings candidate = words;
                candidate.erase(candidate.begin() + std::ptrdiff_t(at),
                                candidate.begin() + std::ptrdiff_t(at + n));
                if (try_words(line, candidate)) {
                    words = std::move(candidate);
                    smaller = true;
                } else {
                    at++;
                }
            }
        }
        for (auto& word : words) {
            if (word.size() < 40 || word.find_first_not_of("0123456789abcdef") != std::string::npos)
                continue;
            while (word.size() > 28 && shorter(line, words, word)) smaller = true;
        }
        return smaller;
    }

    // The tail of a frame often does not matter.
    bool shorter(std::size_t line, const strings& words, std::string& word) {
        const std::string whole = word;
        for (std::size_t cut = (word.size() - 28) / 2 & ~std::size_t(1); cut >= 2;
             cut = cut / 2 & ~std::size_t(1)) {
            word.resize(whole.size() - cut);
            if (try_words(line, words)) return true;
            word = whole;
        }
        return false;
    }

    const still_holds& holds_;
    const std::function<bool()>& enough_;
    strings lines_;
};

}  // namespace

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < text.size();) {
        const auto end = std::min(text.find(at, i), text.size());
        if (end > i) parts.push_back(text.substr(i, end - i));
        i = end + 1;
    }
    return parts;
}

std::string shrink(const std::string& script, const still_holds& holds,
                   const std::function<bool()>& enough) {
    return join(shrinker(holds, enough).run(split(script, '\n')), '\n');
}

}  // namespace vethlab::host::fuzz
