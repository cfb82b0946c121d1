// dash: src/parser.c (parsesub). ${...}
#include "sim/shell/parser.h"
#include "sim/shell/parser_depth.h"

namespace vethlab::sh {
namespace {

bool is_special(int c) {
    return c > 0 && std::string_view("@*#?$!-").find(char(c)) != std::string_view::npos;
}
bool is_digit(int c) { return c >= '0' && c <= '9'; }

}  // namespace

void parser::read_braced(bool quoted, std::vector<word_part>& out) {
    const nesting guard(*this);
    if (!guard.ok()) return;
    const std::size_t start = pos_;
    pos_ += 2;
    word_part part;
    part.kind = part_kind::param;
    part.quoted = quoted;
    if (peek_char() == '#' && peek_char(1) != '}' && peek_char(1) != ':') {
        part.op = param_op::length;
        get_char();
    }
    if (is_digit(peek_char())) {
        while (is_digit(peek_char())) part.text += char(get_char());
    } else if (is_name_char(peek_char())) {
        while (is_name_char(peek_char())) part.text += char(get_char());
    } else if (is_special(peek_char())) {
        part.text = char(get_char());
    }
    if (part.text.empty()) {
        bad_braced(part, start);
    } else if (part.op == param_op::length) {
        if (peek_char() != '}') bad_braced(part, start);
    } else if (peek_char() != '}') {
        read_operator(quoted, part);
        if (part.op == param_op::bad) bad_braced(part, start);
    }
    if (failed()) return;
    if (get_char() != '}') return fail("Syntax error: Missing '}'");
    out.push_back(std::move(part));
}

// What follows the name: an operator and its word.
void parser::read_operator(bool quoted, word_part& part) {
    if (peek_char() == ':') {
        get_char();
        part.colon = true;
    }
    const int c = peek_char();
    const bool twice = !part.colon && peek_char(1) == c;
    switch (c) {
        case '-':
            part.op = param_op::use_default;
            break;
        case '=':
            part.op = param_op::assign;
            break;
        case '?':
            part.op = param_op::error;
            break;
        case '+':
            part.op = param_op::alternative;
            break;
        case '#':
            part.op = twice ? param_op::prefix_long : param_op::prefix;
            break;
        case '%':
            part.op = twice ? param_op::suffix_long : param_op::suffix;
            break;
        case '\n':
        case -1:
            return fail("Syntax error: Missing '}'");
        default:
            part.op = param_op::bad;
            return;
    }
    const bool trims = c == '#' || c == '%';
    if (trims && part.colon) {
        part.op = param_op::bad;
        return;
    }
    pos_ += trims && twice ? 2 : 1;
    // Quotes inside "${x#...}" quote again; inside "${x-...}" single ones are plain.
    read_parts(quoted && !trims ? context::brace_dquote : context::brace, part.arg);
}

// dash complains about these only when it comes to expand them.
void parser::bad_braced(word_part& part, std::size_t start) {
    std::vector<word_part> ignored;
    read_parts(context::brace, ignored);
    part.op = param_op::bad;
    part.text = std::string(text_.substr(start, pos_ - start)) + "}";
}

}  // namespace vethlab::sh
