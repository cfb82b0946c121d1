// traceroute 2.1: libsupp/clif.c
#include "sim/tools/traceroute/clif.h"

#include "sim/text.h"

namespace vethlab {

std::nullopt_t clif_words::missing_value(const std::string& shown, const std::string& usage) {
    error = strf("Option `%s' (argc %zu) requires an argument: `%s'", shown.c_str(), word_,
                 usage.c_str());
    return std::nullopt;
}

std::nullopt_t clif_words::bad_option(const std::string& word) {
    const auto equals = word.find('=');
    error = strf("Bad option `%s'", word.c_str());
    if (equals != std::string::npos) {
        error += strf(" (with arg `%s')", word.substr(equals + 1).c_str());
    }
    error += strf(" (argc %zu)", word_);
    return std::nullopt;
}

const clif_option* clif_words::find_letter(char c) const {
    for (const clif_option& o : options_) {
        if (o.letter && o.letter == c) return &o;
    }
    return nullptr;
}

const clif_option* clif_words::find_word(std::string_view key, bool has_value,
                                         bool one_dash) const {
    const clif_option* beginning = nullptr;
    for (const clif_option& o : options_) {
        if (o.word.empty() || o.one_dash != one_dash || (has_value && o.value.empty())) continue;
        if (o.word == key) return &o;
        if (o.abbreviated && key.size() >= 2 && o.word.starts_with(key)) beginning = &o;
    }
    return beginning;
}

std::optional<clif_words::found> clif_words::long_option(bool one_dash) {
    const std::string& word = argv_[word_];
    const auto equals = word.find('=');
    const bool has_value = equals != std::string::npos;
    const std::string dashes = one_dash ? "-" : "--";
    const auto* option = find_word(std::string_view(word).substr(0, equals).substr(dashes.size()),
                                   has_value, one_dash);
    if (!option) return std::nullopt;
    const std::string shown = dashes + std::string(option->word);
    if (!option->value.empty() && !has_value) {
        return missing_value(shown, shown + "=" + std::string(option->value));
    }
    return found{option, shown, has_value ? word.substr(equals + 1) : "", word_++};
}

// One letter of a word of them. A value follows the first at once, or the last one as a word of
// its own.
std::optional<clif_words::found> clif_words::short_option() {
    const std::string& word = argv_[word_];
    const std::size_t letter = at_ ? at_ : 1;
    const bool last = letter + 1 == word.size();
    const std::string shown = {'-', word[letter]};
    const clif_option* option = find_letter(word[letter]);
    if (!option) {
        error = strf("Bad option `%s' (argc %zu)", shown.c_str(), word_);
        return std::nullopt;
    }
    if (option->value.empty()) {
        const std::size_t here = word_;
        at_ = last ? 0 : letter + 1;
        if (last) word_++;
        return found{option, shown, "", here};
    }
    if (last ? word_ + 1 >= argv_.size() : letter > 1) {
        return missing_value(shown, shown + " " + std::string(option->value));
    }
    at_ = 0;
    if (!last) return found{option, shown, word.substr(letter + 1), word_++};
    word_ += 2;
    return found{option, shown, argv_[word_ - 1], word_ - 1};
}

std::optional<clif_words::found> clif_words::next() {
    if (at_) return short_option();
    for (; word_ < argv_.size(); word_++) {
        const std::string& word = argv_[word_];
        if (only_operands_ || word.size() < 2 || word[0] != '-' || word.starts_with("---")) {
            operands.push_back(word_);
        } else if (word == "--") {
            only_operands_ = true;
        } else if (word[1] == '-') {
            if (auto option = long_option(false); option || !error.empty()) return option;
            return bad_option(word);
        } else {
            if (auto option = long_option(true); option || !error.empty()) return option;
            return short_option();
        }
    }
    return std::nullopt;
}

}  // namespace vethlab
