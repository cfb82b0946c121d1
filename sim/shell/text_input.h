#pragma once
// What the text programs read: lines, standard input, the files they name.
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/files.h"

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

}  // namespace vethlab::sh
