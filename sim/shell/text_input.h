#pragma once
// What the text programs read: lines, standard input, the files they name.
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/files.h"
#include "sim/tools/lib/getopt.h"

namespace vethlab::sh {

class line_reader {
 public:
    explicit line_reader(std::string_view text) : text_(text) {}
    // Without its newline.
    bool next(std::string_view& line) {
        if (at_ >= text_.size()) return false;
        const auto end = text_.find('\n', at_);
        line = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
        return true;
    }

 private:
    std::string_view text_;
    std::size_t at_ = 0;
};

// The rest of standard input, which is read by that.
inline std::string_view take_input(process& p) {
    const std::string_view all = p.input;
    const auto rest = all.substr(std::min(p.input_at, all.size()));
    p.input_at = all.size();
    return rest;
}

inline bool refuse_long_options(process& p) {
    for (const auto& w : p.argv) {
        if (w == "--") return false;
        if (!w.starts_with("--")) continue;
        p.err->printf("%s: %s: not supported\n", p.argv[0].c_str(), w.c_str());
        return true;
    }
    return false;
}
inline int wrong_option(process& p, const short_options& o) {
    p.err->printf("%sTry '%s --help' for more information.\n", o.error.c_str(), p.argv[0].c_str());
    return 1;
}

// Calls f(name, text) for each file, "-" for standard input; none means standard input.
template <class F>
int for_each_input(process& p, shell_env& env, std::vector<std::string> files,
                   const char* complaint, F f) {
    int status = 0;
    if (files.empty()) files.push_back("-");
    for (const auto& name : files) {
        std::string text;
        if (name == "-") {
            f(name, take_input(p));
            continue;
        }
        const err e = read_path(p, env, name, text);
        if (e == err::ok) {
            f(name, std::string_view(text));
        } else {
            p.err->printf(complaint, p.argv[0].c_str(), name.c_str(), vethlab::strerror(e));
            status = 1;
        }
    }
    return status;
}

}  // namespace vethlab::sh
