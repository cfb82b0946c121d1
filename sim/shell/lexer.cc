// dash: src/parser.c (xxreadtoken, readtoken1). Characters into tokens and words.
#include "sim/shell/parser.h"
#include "sim/shell/parser_depth.h"

namespace vethlab::sh {
namespace {

constexpr int end_of_text = -1;

bool is_digit(int c) { return c >= '0' && c <= '9'; }

// Characters that end an unquoted word.
bool ends_word(int c) {
    return c == end_of_text || std::string_view(" \t\n;&|<>()").find(char(c)) != std::string::npos;
}

void add(std::vector<word_part>& out, bool quoted, std::string_view text) {
    if (out.empty() || out.back().kind != part_kind::text || out.back().quoted != quoted) {
        out.emplace_back();
        out.back().quoted = quoted;
    }
    out.back().text.append(text);
}
void add(std::vector<word_part>& out, bool quoted, int c) {
    const char ch = char(c);
    add(out, quoted, std::string_view(&ch, 1));
}

}  // namespace

bool is_name_char(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}
bool is_name(std::string_view s) {
    if (s.empty() || is_digit(static_cast<unsigned char>(s[0]))) return false;
    for (const char c : s) {
        if (!is_name_char(static_cast<unsigned char>(c))) return false;
    }
    return true;
}

int parser::peek_char(std::size_t ahead) {
    const auto at = pos_ + ahead;
    return at < text_.size() ? static_cast<unsigned char>(text_[at]) : end_of_text;
}
int parser::get_char() {
    const int c = peek_char();
    if (c != end_of_text) ++pos_;
    if (c == '\n') ++line_;
    return c;
}

bool parser::at_continuation(std::size_t at) const {
    return at + 1 < text_.size() && text_[at] == '\\' && text_[at + 1] == '\n';
}

void parser::skip_blanks() {
    for (;;) {
        const int c = peek_char();
        if (c == ' ' || c == '\t') {
            ++pos_;
        } else if (at_continuation(pos_)) {
            pos_ += 2;
            ++line_;
        } else if (c == '#') {
            while (peek_char() != '\n' && peek_char() != end_of_text) ++pos_;
        } else {
            return;
        }
    }
}

token parser::lex() {
    token t;
    skip_blanks();
    t.begin = pos_;
    t.line = line_;
    if (!failed() && !lex_operator(t) && !lex_redirect(t)) {
        t.kind = token_kind::word;
        read_parts(context::plain, t.word.parts);
        if (t.word.parts.size() == 1 && t.word.parts[0].kind == part_kind::text &&
            !t.word.parts[0].quoted) {
            t.literal = t.word.parts[0].text;
        }
    }
    t.end = pos_;
    if (failed()) t.kind = token_kind::eof;
    return t;
}

bool parser::lex_operator(token& t) {
    const int c = peek_char();
    const auto one_or_two = [&](token_kind one, token_kind two) {
        get_char();
        t.kind = one;
        if (peek_char() == c) {
            get_char();
            t.kind = two;
        }
        return true;
    };
    switch (c) {
        case end_of_text:
            t.kind = token_kind::eof;
            return true;
        case '\n':
            get_char();
            t.kind = token_kind::newline;
            read_here_bodies();
            return true;
        case ';':
            return one_or_two(token_kind::semi, token_kind::dsemi);
        case '|':
            return one_or_two(token_kind::pipe, token_kind::or_if);
        case '&':
            if (peek_char(1) == '>') return false;
            return one_or_two(token_kind::amp, token_kind::and_if);
        case '(':
            get_char();
            t.kind = token_kind::lparen;
            return true;
        case ')':
            get_char();
            t.kind = token_kind::rparen;
            return true;
        default:
            return false;
    }
}

bool parser::lex_redirect(token& t) {
    const bool numbered = is_digit(peek_char()) && (peek_char(1) == '<' || peek_char(1) == '>');
    const int c = peek_char(numbered ? 1 : 0);
    if (c != '<' && c != '>' && c != '&') return false;
    t.kind = token_kind::redirect;
    t.redir.fd = numbered ? peek_char() - '0' : c == '<' ? 0 : 1;
    pos_ += numbered ? 2 : 1;
    const int then = peek_char();
    if (c == '&') {  // &>, both output streams: bash's, but scripts mean it
        ++pos_;
        t.redir.op = redirect_op::both;
        notes_.push_back("&> is bash's; a plain sh would run the command in the background");
    } else if (c == '<' && then == '<') {
        ++pos_;
        t.redir.op = redirect_op::here;
        t.strip_tabs = peek_char() == '-';
        if (t.strip_tabs) ++pos_;
    } else if (c == '>' && then == '>') {
        ++pos_;
        t.redir.op = redirect_op::append;
    } else if (then == '&') {
        ++pos_;
        t.redir.op = redirect_op::dup;
    } else if (c == '<' && then == '>') {
        ++pos_;
        t.redir.op = redirect_op::read_write;
    } else {
        if (c == '>' && then == '|') ++pos_;
        t.redir.op = c == '<' ? redirect_op::read : redirect_op::write;
    }
    return true;
}

// Reads until the end that the context has: a metacharacter, the closing quote or brace, ))
// or the end of the text. The end itself stays.
void parser::read_parts(context c, std::vector<word_part>& out) {
    const nesting guard(*this);
    if (!guard.ok()) return;
    int parens = 0;
    while (!failed()) {
        const int ch = peek_char();
        if (ch == end_of_text) return;
        if (c == context::plain && ends_word(ch)) return;
        if (c == context::dquote && ch == '"') return;
        if ((c == context::brace || c == context::brace_dquote) && ch == '}') return;
        if (c == context::arith && ch == '(') ++parens;
        if (c == context::arith && ch == ')' && parens-- == 0) return;
        if (!read_special(c, out, ch)) {
            const bool quoted = c != context::plain && c != context::brace;
            add(out, quoted, get_char());
        }
    }
}

bool parser::read_special(context c, std::vector<word_part>& out, int ch) {
    const bool quotes_count = c != context::dquote && c != context::heredoc && c != context::arith;
    switch (ch) {
        case '\\':
            read_backslash(c, out);
            return true;
        case '\'':
            if (!quotes_count || c == context::brace_dquote) return false;
            read_single_quoted(out);
            return true;
        case '"':
            if (c == context::arith) {  // as if it were not there
                get_char();
                return true;
            }
            if (!quotes_count) return false;
            read_double_quoted(out);
            return true;
        case '$':
            read_dollar(c != context::plain && c != context::brace, out);
            return true;
        case '`':
            read_backquote(c != context::plain && c != context::brace, out);
            return true;
        default:
            return false;
    }
}

void parser::read_single_quoted(std::vector<word_part>& out) {
    get_char();
    add(out, true, std::string_view());
    for (;;) {
        const int c = get_char();
        if (c == '\'') return;
        if (c == end_of_text) return fail("Syntax error: Unterminated quoted string");
        add(out, true, c);
    }
}

void parser::read_double_quoted(std::vector<word_part>& out) {
    get_char();
    if (peek_char() == '"') add(out, true, std::string_view());
    read_parts(context::dquote, out);
    if (!failed() && get_char() != '"') fail("Syntax error: Unterminated quoted string");
}

void parser::read_backslash(context c, std::vector<word_part>& out) {
    const int next = peek_char(1);
    if (next == '\n') {
        get_char();
        get_char();
        return;
    }
    const bool plain = c == context::plain || c == context::brace;
    bool escapes = plain;
    if (!plain && next != end_of_text) {
        escapes = next == '$' || next == '`' || next == '\\' ||
                  (next == '"' && c != context::heredoc && c != context::arith) ||
                  (next == '}' && c == context::brace_dquote);
    }
    if (escapes && next != end_of_text) get_char();
    add(out, true, get_char());
}

void parser::read_dollar(bool quoted, std::vector<word_part>& out) {
    const int next = peek_char(1);
    if (next == '(') {
        if (peek_char(2) == '(') return read_arith(quoted, out);
        return read_substitution(quoted, out);
    }
    if (next == '{') return read_braced(quoted, out);
    count_piece();
    word_part part;
    part.kind = part_kind::param;
    part.quoted = quoted;
    if (is_name_char(next) && !is_digit(next)) {
        get_char();
        while (is_name_char(peek_char())) part.text += char(get_char());
    } else if (is_digit(next) || (next > 0 && std::string_view("@*#?$!-").find(char(next)) !=
                                                  std::string_view::npos)) {
        get_char();
        part.text = char(get_char());
    } else {
        if (!quoted && next == '\'') notes_.push_back("$'...' is bash's");
        return add(out, quoted, get_char());
    }
    out.push_back(std::move(part));
}

void parser::read_arith(bool quoted, std::vector<word_part>& out) {
    pos_ += 3;
    word_part part;
    part.kind = part_kind::arith;
    part.quoted = quoted;
    read_parts(context::arith, part.arg);
    if (failed()) return;
    if (get_char() != ')' || get_char() != ')') return fail("Syntax error: Missing '))'");
    out.push_back(std::move(part));
}

void parser::read_substitution(bool quoted, std::vector<word_part>& out) {
    const nesting guard(*this);
    if (!guard.ok()) return;
    pos_ += 2;
    word_part part;
    part.kind = part_kind::command;
    part.quoted = quoted;
    // The word that is being read is not a token yet: the list inside has tokens of its own.
    part.body = list();
    if (!failed() && peek().kind != token_kind::rparen) unexpected("\")\"");
    if (failed()) return;
    take();
    out.push_back(std::move(part));
}

std::string parser::backquoted_text(bool quoted) {
    std::string inner;
    get_char();
    for (;;) {
        int c = get_char();
        if (c == '`') return inner;
        if (c == end_of_text) {
            fail("Syntax error: EOF in backquote substitution");
            return {};
        }
        if (c == '\\') {
            const int next = peek_char();
            if (next == '`' || next == '\\' || next == '$' || (quoted && next == '"')) {
                c = get_char();
            }
        }
        inner += char(c);
    }
}

// The text between backquotes is a script of its own once its backslashes are taken off.
void parser::read_backquote(bool quoted, std::vector<word_part>& out) {
    const nesting guard(*this);
    if (!guard.ok()) return;
    const int line = line_;
    const std::string inner = backquoted_text(quoted);
    if (failed()) return;
    word_part part;
    part.kind = part_kind::command;
    part.quoted = quoted;
    auto all = std::make_shared<node>();
    all->kind = node_kind::sequence;
    all->line = line;
    parser sub(inner, 1, depth_);  // dash: its lines count from 1
    while (node_ptr n = sub.next()) all->kids.push_back(std::move(n));
    for (auto& note : sub.notes_) notes_.push_back(std::move(note));
    if (sub.failed()) {
        line_ = sub.error_line_;
        return fail(sub.error_);
    }
    part.body = std::move(all);
    out.push_back(std::move(part));
}

}  // namespace vethlab::sh
