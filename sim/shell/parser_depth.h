#pragma once
// How deep quotes, substitutions and compound commands may stand in each other: the parser is
// recursive, and its stack is not endless.
#include "sim/shell/parser.h"

namespace vethlab::sh {

inline constexpr int max_nesting = 100;

class parser::nesting {
 public:
    explicit nesting(parser& p) : p_(p) {
        if (++p_.depth_ > max_nesting) p_.fail("Syntax error: nested too deep");
        p_.count_piece();
    }
    nesting(const nesting&) = delete;
    ~nesting() { --p_.depth_; }
    bool ok() const { return !p_.failed(); }

 private:
    parser& p_;
};

}  // namespace vethlab::sh
