// dash: src/parser.c (list, andor, pipeline, command, simplecmd)
#include "sim/shell/parser.h"

#include <algorithm>

#include "sim/shell/limits.h"
#include "sim/shell/parser_depth.h"

namespace vethlab::sh {
namespace {

constexpr std::string_view keywords[] = {"!",    "{",    "}",    "case",  "do",
                                         "done", "elif", "else", "esac",  "fi",
                                         "for",  "if",   "then", "until", "while"};
bool is_keyword(std::string_view s) {
    return std::find(std::begin(keywords), std::end(keywords), s) != std::end(keywords);
}

std::shared_ptr<node> make(node_kind kind, int line) {
    auto n = std::make_shared<node>();
    n->kind = kind;
    n->line = line;
    return n;
}

}  // namespace

parser::parser(std::string_view text, int line, int depth)
    : text_(text), line_(line), depth_(depth) {}

const token& parser::peek() {
    if (!have_token_) {
        // Reading a word may read tokens of its own, inside a $(...).
        token t = lex();
        token_ = std::move(t);
        have_token_ = true;
    }
    return token_;
}
token parser::take() {
    taken_end_ = peek().end;
    have_token_ = false;
    return std::move(token_);
}

bool parser::peek_keyword(std::string_view k) {
    const token& t = peek();
    return t.kind == token_kind::word && t.literal == k;
}
bool parser::accept_keyword(std::string_view k) {
    if (!peek_keyword(k)) return false;
    take();
    return true;
}
void parser::expect_keyword(const char* k) {
    if (!accept_keyword(k)) unexpected((std::string("\"") + k + "\"").c_str());
}
void parser::skip_newlines() {
    while (peek().kind == token_kind::newline) take();
}

void parser::fail(std::string what) {
    if (failed()) return;
    error_ = std::move(what);
    error_line_ = line_;
    pos_ = text_.size();
    have_token_ = false;
    here_.clear();
}
void parser::unsupported(const std::string& what) {
    fail(what + " is bash, not sh: not supported");
}

void parser::unexpected(const char* expected) {
    const token t = peek();
    std::string what;
    switch (t.kind) {
        case token_kind::word:
            what = is_keyword(t.literal) ? '"' + t.literal + '"' : std::string("word");
            break;
        case token_kind::newline:
            what = "newline";
            break;
        case token_kind::redirect:
            what = "redirection";
            break;
        case token_kind::eof:
            what = "end of file";
            break;
        default:
            what = '"' + std::string(text_.substr(t.begin, t.end - t.begin)) + '"';
    }
    std::string message = "Syntax error: " + what + " unexpected";
    if (expected) message += std::string(" (expecting ") + expected + ")";
    fail(std::move(message));
}

void parser::count_piece() {
    if (++pieces_ > max_pieces) fail("Syntax error: command too long");
}

node_ptr parser::next() {
    pieces_ = 0;
    skip_newlines();
    if (failed() || peek().kind == token_kind::eof) return nullptr;
    auto all = make(node_kind::sequence, peek().line);
    while (!failed()) {
        node_ptr n = and_or();
        if (failed()) return nullptr;
        const auto kind = peek().kind;
        if (kind == token_kind::amp) {
            auto background = make(node_kind::background, n->line);
            background->kids.push_back(std::move(n));
            n = std::move(background);
        }
        all->kids.push_back(std::move(n));
        if (kind == token_kind::eof) break;
        if (kind != token_kind::amp && kind != token_kind::semi && kind != token_kind::newline) {
            unexpected();
            break;
        }
        take();
        if (kind == token_kind::newline || peek().kind == token_kind::eof) break;
        if (peek().kind == token_kind::newline) {
            take();
            break;
        }
    }
    return failed() ? nullptr : all;
}

bool parser::ends_list() {
    const token& t = peek();
    switch (t.kind) {
        case token_kind::eof:
        case token_kind::rparen:
        case token_kind::dsemi:
            return true;
        case token_kind::word: {
            constexpr std::string_view ends[] = {"then", "else", "elif", "fi",
                                                 "do",   "done", "esac", "}"};
            return std::find(std::begin(ends), std::end(ends), t.literal) != std::end(ends);
        }
        default:
            return false;
    }
}

// Commands up to what closes the construct they stand in; nullptr if there is none.
node_ptr parser::list() {
    skip_newlines();
    if (failed() || ends_list()) return nullptr;
    auto all = make(node_kind::sequence, peek().line);
    do {
        node_ptr n = and_or();
        if (failed()) return nullptr;
        const auto kind = peek().kind;
        const bool separated =
            kind == token_kind::amp || kind == token_kind::semi || kind == token_kind::newline;
        if (kind == token_kind::amp) {
            auto background = make(node_kind::background, n->line);
            background->kids.push_back(std::move(n));
            n = std::move(background);
        }
        all->kids.push_back(std::move(n));
        if (!separated) break;
        take();
        skip_newlines();
    } while (!failed() && !ends_list());
    return failed() ? nullptr : all;
}

// A list that must not be empty, and the keyword behind it.
node_ptr parser::compound_body(const char* end) {
    node_ptr body = list();
    if (failed()) return nullptr;
    if (!body || !peek_keyword(end)) {
        // An empty list is an error at the keyword, whichever it is.
        if (!body && peek_keyword(end)) unexpected();
        expect_keyword(end);
        return nullptr;
    }
    take();
    return body;
}

node_ptr parser::and_or() {
    node_ptr first = pipeline();
    if (failed() || (peek().kind != token_kind::and_if && peek().kind != token_kind::or_if)) {
        return first;
    }
    auto n = make(node_kind::and_or, first->line);
    n->kids.push_back(std::move(first));
    while (!failed() && (peek().kind == token_kind::and_if || peek().kind == token_kind::or_if)) {
        n->ors.push_back(take().kind == token_kind::or_if);
        skip_newlines();
        n->kids.push_back(pipeline());
    }
    return failed() ? nullptr : n;
}

node_ptr parser::pipeline() {
    const int line = peek().line;
    const bool negated = accept_keyword("!");
    const std::size_t begin = peek().begin;
    node_ptr n = command();
    if (!failed() && peek().kind == token_kind::pipe) {
        auto pipe = make(node_kind::pipeline, n->line);
        pipe->kids.push_back(std::move(n));
        while (!failed() && peek().kind == token_kind::pipe) {
            take();
            skip_newlines();
            pipe->kids.push_back(command());
        }
        if (failed()) return nullptr;
        pipe->source = text_.substr(begin, taken_end_ - begin);
        n = std::move(pipe);
    }
    if (failed()) return nullptr;
    if (!negated) return n;
    auto negation = make(node_kind::negation, line);
    negation->kids.push_back(std::move(n));
    return negation;
}

node_ptr parser::command() {
    const nesting guard(*this);
    if (!guard.ok()) return nullptr;
    const token t = peek();
    if (t.kind == token_kind::lparen) {
        if (is_double_paren()) {
            unsupported("((...))");
            return nullptr;
        }
        take();
        auto n = make(node_kind::subshell, t.line);
        node_ptr body = list();
        if (!failed() && (!body || peek().kind != token_kind::rparen)) {
            unexpected(body ? "\")\"" : nullptr);
        }
        if (failed()) return nullptr;
        take();
        n->kids.push_back(std::move(body));
        trailing_redirects(n);
        return failed() ? nullptr : n;
    }
    if (t.kind == token_kind::redirect) return simple();
    if (t.kind != token_kind::word) {
        unexpected();
        return nullptr;
    }
    if (is_keyword(t.literal)) return compound(t);
    return refuse_bash(t) ? nullptr : simple();
}

node_ptr parser::compound(const token& t) {
    if (t.literal == "if") return if_command();
    if (t.literal == "while") return loop_command(node_kind::while_loop);
    if (t.literal == "until") return loop_command(node_kind::until_loop);
    if (t.literal == "for") return for_command();
    if (t.literal == "case") return case_command();
    if (t.literal != "{") {
        unexpected();
        return nullptr;
    }
    take();
    auto n = make(node_kind::group, t.line);
    n->kids.push_back(compound_body("}"));
    trailing_redirects(n);
    return failed() ? nullptr : n;
}

void parser::trailing_redirects(const std::shared_ptr<node>& n) {
    while (!failed() && peek().kind == token_kind::redirect) read_redirect(n);
}

node_ptr parser::if_command() {
    auto n = make(node_kind::if_else, take().line);
    for (;;) {
        n->kids.push_back(compound_body("then"));
        if (failed()) return nullptr;
        node_ptr body = list();
        if (!failed() && !body) {
            unexpected(peek().kind == token_kind::eof ? "\"fi\"" : nullptr);
        }
        if (failed()) return nullptr;
        n->kids.push_back(std::move(body));
        if (accept_keyword("elif")) continue;
        if (accept_keyword("else")) {
            n->kids.push_back(compound_body("fi"));
        } else {
            expect_keyword("fi");
        }
        break;
    }
    trailing_redirects(n);
    return failed() ? nullptr : n;
}

node_ptr parser::loop_command(node_kind kind) {
    auto n = make(kind, take().line);
    n->kids.push_back(compound_body("do"));
    if (failed()) return nullptr;
    n->kids.push_back(compound_body("done"));
    trailing_redirects(n);
    return failed() ? nullptr : n;
}

}  // namespace vethlab::sh
