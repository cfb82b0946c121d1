// dash: src/arith_yacc.c, arith_yylex.c
#include "sim/shell/arith.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "sim/shell/parser.h"

namespace vethlab::sh {
namespace {

constexpr int max_depth = 100;

using i64 = std::int64_t;
using u64 = std::uint64_t;

struct level {
    std::string_view op;
    int precedence;
};
// The longer operator first where one begins the other.
constexpr level binary[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<<", 8}, {">>", 8},
    {"<=", 7}, {">=", 7}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
    {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};
constexpr std::string_view assigning[] = {
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "="};

class evaluator {
 public:
    evaluator(std::string_view text, arith_variables& vars, std::string& error)
        : text_(text), vars_(vars), error_(error) {}

    i64 all() {
        const i64 v = assignment(true);
        skip();
        if (at_ < text_.size()) fail("expecting EOF");
        return v;
    }

 private:
    void fail(const char* what) {
        if (!error_.empty()) return;
        error_ = std::string("arithmetic expression: ") + what + ": \"" + std::string(text_) + '"';
        at_ = text_.size();
    }
    void skip() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    }
    bool accept(std::string_view op) {
        skip();
        if (text_.substr(at_, op.size()) != op) return false;
        at_ += op.size();
        return true;
    }
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::string_view name() {
        const auto begin = at_;
        while (is_name_char(static_cast<unsigned char>(peek()))) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    std::string_view assign_op() {
        skip();
        for (const auto op : assigning) {
            if (text_.substr(at_, op.size()) != op) continue;
            if (op == "=" && peek(1) == '=') return {};
            return op;
        }
        return {};
    }

    // `live` is false in the branch of ?:, && or || that is not taken: nothing is set or divided.
    i64 assignment(bool live) {
        if (++depth_ > max_depth) fail("nested too deep");
        i64 v = 0;
        skip();
        const auto begin = at_;
        if (std::isalpha(static_cast<unsigned char>(peek())) || peek() == '_') {
            const std::string_view var = name();
            const std::string_view op = assign_op();
            if (!op.empty()) {
                at_ += op.size();
                const i64 right = assignment(live);
                const i64 left = op == "=" || !live ? 0 : value_of(var);
                v = op == "=" ? right : apply(op.substr(0, op.size() - 1), left, right, live);
                if (live && error_.empty()) store(var, v);
                --depth_;
                return v;
            }
            at_ = begin;
        }
        v = conditional(live);
        --depth_;
        return v;
    }

    void store(std::string_view var, i64 v) {
        if (!vars_.set(var, std::to_string(v)) && error_.empty()) {
            error_ = std::string(var) + ": is read only";
        }
    }

    i64 conditional(bool live) {
        const i64 test = infix(1, live);
        if (!accept("?")) return test;
        const i64 yes = assignment(live && test != 0);
        if (!accept(":")) {
            fail("expecting ':'");
            return 0;
        }
        if (++depth_ > max_depth) fail("nested too deep");
        const i64 no = conditional(live && test == 0);
        --depth_;
        return test ? yes : no;
    }

    const level* binary_op() {
        skip();
        for (const auto& b : binary) {
            const auto n = b.op.size();
            if (text_.substr(at_, n) != b.op) continue;
            // x += ..., where x is no name, is no operator here.
            if (peek(n) == '=' && b.precedence != 7 && b.precedence != 6 && b.precedence > 2) {
                return nullptr;
            }
            return &b;
        }
        return nullptr;
    }

    i64 infix(int lowest, bool live) {
        i64 left = unary(live);
        for (;;) {
            const level* b = binary_op();
            if (!b || b->precedence < lowest || !error_.empty()) return left;
            at_ += b->op.size();
            const bool skip_right =
                (b->precedence == 1 && left != 0) || (b->precedence == 2 && left == 0);
            const bool right_live = live && !(b->precedence <= 2 && skip_right);
            const i64 right = infix(b->precedence + 1, right_live);
            left = apply(b->op, left, right, live);
        }
    }

    i64 apply(std::string_view op, i64 a, i64 b, bool live) {
        const u64 ua = u64(a), ub = u64(b);
        if (op == "||") return a || b;
        if (op == "&&") return a && b;
        if (op == "==") return a == b;
        if (op == "!=") return a != b;
        if (op == "<=") return a <= b;
        if (op == ">=") return a >= b;
        if (op == "<") return a < b;
        if (op == ">") return a > b;
        if (op == "<<") return i64(ua << (ub & 63));
        if (op == ">>") return a >> (ub & 63);
        if (op == "|") return a | b;
        if (op == "^") return a ^ b;
        if (op == "&") return a & b;
        if (op == "+") return i64(ua + ub);
        if (op == "-") return i64(ua - ub);
        if (op == "*") return i64(ua * ub);
        if (!live) return 0;
        if (b == 0) {
            fail("division by zero");
            return 0;
        }
        if (b == -1) return op == "/" ? i64(0 - ua) : 0;  // the lowest number has no opposite
        return op == "/" ? a / b : a % b;
    }

    i64 unary(bool live) {
        if (++depth_ > max_depth) fail("nested too deep");
        i64 v = 0;
        if (accept("-")) {
            v = i64(0 - u64(unary(live)));
        } else if (accept("+")) {
            v = unary(live);
        } else if (accept("~")) {
            v = ~unary(live);
        } else if (accept("!")) {
            v = !unary(live);
        } else {
            v = primary(live);
        }
        --depth_;
        return v;
    }

    i64 primary(bool live) {
        if (accept("(")) {
            const i64 v = assignment(live);
            if (!accept(")")) fail("expecting ')'");
            return v;
        }
        skip();
        const auto c = static_cast<unsigned char>(peek());
        if (std::isdigit(c)) return number();
        if (std::isalpha(c) || c == '_') {
            const auto var = name();
            return live ? value_of(var) : 0;
        }
        fail("expecting primary");
        return 0;
    }

    i64 number() {
        const std::string digits(text_.substr(at_, 80));
        char* end = nullptr;
        errno = 0;
        const i64 v = std::strtoll(digits.c_str(), &end, 0);
        at_ += std::size_t(end - digits.c_str());
        return v;
    }

    i64 value_of(std::string_view var) {
        const std::string text = vars_.get(var);
        i64 v = 0;
        if (!text.empty() && !whole_number(text, 0, v) && error_.empty()) {
            error_ = "Illegal number: " + text;
        }
        return v;
    }

    std::string_view text_;
    arith_variables& vars_;
    std::string& error_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

bool whole_number(std::string_view text, int base, std::int64_t& value) {
    const std::string s(text);
    char* end = nullptr;
    errno = 0;
    value = std::strtoll(s.c_str(), &end, base);
    if (end == s.c_str() || errno == ERANGE) return false;
    while (std::isspace(static_cast<unsigned char>(*end))) ++end;
    return end == s.c_str() + s.size();
}

std::int64_t arith(std::string_view text, arith_variables& vars, std::string& error) {
    return evaluator(text, vars, error).all();
}

}  // namespace vethlab::sh
