#pragma once
// traceroute 2.1: libsupp/clif.h. How its command line is cut into options and operands.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab {

struct clif_option {
    char letter;               // 0: none
    std::string_view word;     // without dashes; empty: none
    std::string_view value;    // its name; empty: takes none
    bool abbreviated = false;  // two letters of the word or more will do
    bool one_dash = false;     // the word stands behind one dash
};

class clif_words {
 public:
    // argv[0] is the program's name.
    clif_words(const std::vector<std::string>& argv, std::span<const clif_option> options)
        : argv_(argv), options_(options) {}

    struct found {
        const clif_option* option;
        std::string shown;  // "-q", "--queries"
        std::string value;
        std::size_t at;  // the last word of it, in argv
    };
    // nullopt at the end, or if a word is wrong: then `error` says so.
    std::optional<found> next();

    std::string error;
    std::vector<std::size_t> operands;  // places in argv; complete at the end

 private:
    std::optional<found> long_option(bool one_dash);
    std::optional<found> short_option();
    const clif_option* find_word(std::string_view key, bool has_value, bool one_dash) const;
    const clif_option* find_letter(char c) const;
    std::nullopt_t missing_value(const std::string& shown, const std::string& usage);
    std::nullopt_t bad_option(const std::string& word);

    const std::vector<std::string>& argv_;
    std::span<const clif_option> options_;
    std::size_t word_ = 1;  // in argv
    std::size_t at_ = 0;    // the next letter in it, 0: at its beginning
    bool only_operands_ = false;
};

}  // namespace vethlab
