// dash: src/bltin/test.c. test and [
#include <algorithm>

#include "sim/shell/arith.h"
#include "sim/shell/files.h"
#include "sim/shell/programs.h"

namespace vethlab::sh {
namespace {

constexpr int max_parens = 100;

enum class kind { operand, unary, binary, and_, or_, not_, open, close, end };

bool is_one_of(std::string_view s, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), s) != list.end();
}

class evaluator {
 public:
    evaluator(process& p, shell_env& env, const std::vector<std::string>& words,
              complaints& complain)
        : p_(p), env_(env), words_(words), complain_(complain) {}

    int run() {
        if (words_.empty()) return 1;
        // POSIX gives the meaning of up to four words by their number.
        if (words_.size() == 3 && kind_of(words_[1]) == kind::binary) {
            return finish(binary(words_[0], words_[1], words_[2]));
        }
        if (words_.size() == 4 && words_[0] == "!" && kind_of(words_[2]) == kind::binary) {
            return finish(!binary(words_[1], words_[2], words_[3]));
        }
        const bool value = or_expression();
        if (!failed_ && at_ < words_.size()) {
            fail(words_[at_ - 1], "unexpected operator");  // as dash: the word before it
        }
        return finish(value);
    }

 private:
    int finish(bool value) const { return failed_ ? 2 : value ? 0 : 1; }
    bool fail(const std::string& word, const char* what) {
        if (!failed_) complain_.say(word.empty() ? what : word + ": " + what);
        failed_ = true;
        at_ = words_.size();
        return false;
    }

    static kind kind_of(std::string_view s) {
        if (s == "-a") return kind::and_;
        if (s == "-o") return kind::or_;
        if (s == "!") return kind::not_;
        if (s == "(") return kind::open;
        if (s == ")") return kind::close;
        if (is_one_of(s, {"=", "!=", "<", ">", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt",
                          "-ot", "-ef"})) {
            return kind::binary;
        }
        if (s.size() == 2 && s[0] == '-' &&
            std::string_view("rwxedfcbpugkstzhLnOGS").find(s[1]) != std::string_view::npos) {
            return kind::unary;
        }
        return kind::operand;
    }
    bool more() const { return at_ < words_.size(); }
    kind next_kind() const {
        if (!more()) return kind::end;
        const kind k = kind_of(words_[at_]);
        // An operator with nothing behind it, or in front of a binary one, is a plain word.
        if (k == kind::unary || k == kind::not_ || k == kind::open) {
            if (at_ + 1 >= words_.size()) return kind::operand;
            if (k == kind::unary && at_ + 2 < words_.size() &&
                kind_of(words_[at_ + 1]) == kind::binary) {
                return kind::operand;
            }
        }
        return k;
    }

    bool or_expression() {
        bool value = and_expression();
        while (more() && words_[at_] == "-o") {
            ++at_;
            const bool right = and_expression();
            value = value || right;
        }
        return value;
    }
    bool and_expression() {
        bool value = not_expression();
        while (more() && words_[at_] == "-a") {
            ++at_;
            const bool right = not_expression();
            value = value && right;
        }
        return value;
    }
    bool not_expression() {
        bool negate = false;
        while (next_kind() == kind::not_) {
            ++at_;
            negate = !negate;
        }
        return primary() != negate;
    }

    bool primary() {
        if (!more()) return false;
        const kind k = next_kind();
        if (k == kind::open) {
            if (++depth_ > max_parens) return fail("", "nested too deep");
            ++at_;
            const bool value = or_expression();
            --depth_;
            if (failed_) return false;
            if (!more() || words_[at_] != ")") return fail("", "closing paren expected");
            ++at_;
            return value;
        }
        if (k == kind::unary) {
            const std::string op = words_[at_];
            at_ += 2;
            return unary(op[1], words_[at_ - 1]);
        }
        const std::string& left = words_[at_++];
        if (more() && kind_of(words_[at_]) == kind::binary) {
            const std::string& op = words_[at_++];
            if (!more()) return fail(op, "argument expected");
            return binary(left, op, words_[at_++]);
        }
        return !left.empty();
    }

    std::int64_t number(const std::string& s) {
        std::int64_t n = 0;
        if (!whole_number(s, 10, n)) fail("", ("Illegal number: " + s).c_str());
        return n;
    }

    bool binary(const std::string& a, const std::string& op, const std::string& b) {
        if (op == "=") return a == b;
        if (op == "!=") return a != b;
        if (op == "<") return a < b;
        if (op == ">") return a > b;
        if (op == "-nt" || op == "-ot" || op == "-ef") return fail(op, "not supported");
        const auto x = number(a);
        if (failed_) return false;
        const auto y = number(b);
        if (op == "-eq") return x == y;
        if (op == "-ne") return x != y;
        if (op == "-gt") return x > y;
        if (op == "-ge") return x >= y;
        if (op == "-lt") return x < y;
        return x <= y;
    }

    bool unary(char op, const std::string& word) {
        if (op == 'n') return !word.empty();
        if (op == 'z') return word.empty();
        if (op == 't') return false;  // no terminal
        const path_kind k = kind_of_path(p_, env_, word);
        switch (op) {
            case 'e':
            case 'r':
            case 'w':
                return k != path_kind::none;
            case 'f':
                return k == path_kind::file;
            case 'd':
                return k == path_kind::directory;
            case 'c':
                return k == path_kind::device;
            case 'x':
                return k == path_kind::directory ||
                       (k == path_kind::file && program_name(word) != word);
            case 'h':
            case 'L':
                return k == path_kind::directory && word.starts_with("/sys/class/net/");
            case 's': {
                std::string text;
                return k == path_kind::directory ||
                       (read_path(p_, env_, word, text) == err::ok && !text.empty());
            }
            case 'b':
            case 'p':
            case 'S':
                return false;  // a lab has none
            default:
                return fail(std::string("-") + op, "not supported");
        }
    }

    process& p_;
    shell_env& env_;
    const std::vector<std::string>& words_;
    complaints& complain_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool failed_ = false;
};

}  // namespace

int test_command(process& p, shell_env& env, std::vector<std::string> argv, complaints& complain) {
    if (argv[0] == "[") {
        if (argv.size() < 2 || argv.back() != "]") {
            complain.say("missing ]");
            return 2;
        }
        argv.pop_back();
    }
    argv.erase(argv.begin());
    return evaluator(p, env, argv, complain).run();
}

}  // namespace vethlab::sh
