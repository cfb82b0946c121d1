#pragma once
// POSIX.2: regular expressions, as grep has them, without back references. The matcher runs all
// ways at once, so no pattern is slow.
#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::sh {

enum class regex_syntax { basic, extended, fixed };

class regex {
 public:
    struct options {
        regex_syntax syntax = regex_syntax::basic;
        bool ignore_case = false;
        bool whole_word = false, whole_line = false;
    };
    // `error` is grep's sentence if the pattern is none.
    static std::optional<regex> compile(std::string_view pattern, const options& o,
                                        std::string& error);

    struct span {
        std::size_t begin, end;
    };
    // The leftmost longest match in `line` that begins at `from` or later.
    std::optional<span> search(std::string_view line, std::size_t from = 0) const;

 private:
    friend class regex_compiler;
    enum class op : unsigned char {
        any,
        set,
        line_begin,
        line_end,
        word_begin,
        word_end,
        word_edge,
        not_edge,
        no_word_before,
        no_word_after,
        split,
        jump,
        end
    };
    struct step {
        op what = op::end;
        int a = 0, b = 0;  // where it goes on; a is also the number of a set
    };
    std::vector<step> steps_;
    std::vector<std::bitset<256>> sets_;
};

}  // namespace vethlab::sh
