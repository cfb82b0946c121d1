// dash: src/parser.c (simplecmd, parsefname, for and case)
#include "sim/shell/parser.h"
#include "sim/shell/parser_depth.h"

namespace vethlab::sh {
namespace {

// NAME=... at the beginning of a word: the length of NAME, 0 if it is none.
std::size_t assigned_name(const word& w) {
    if (w.parts.empty() || w.parts[0].kind != part_kind::text || w.parts[0].quoted) return 0;
    const std::string& text = w.parts[0].text;
    const auto eq = text.find('=');
    if (eq == std::string::npos || !is_name(std::string_view(text).substr(0, eq))) return 0;
    return eq;
}

}  // namespace

// Constructs that sh would take for something else: better to say so than to do that.
bool parser::refuse_bash(const token& t) {
    for (const char* name : {"[[", "function", "select", "coproc", "declare", "typeset", "let",
                             "shopt", "mapfile", "readarray", "pushd", "popd"}) {
        if (t.literal != name) continue;
        unsupported(t.literal == "[[" ? "[[ ]]" : t.literal);
        return true;
    }
    return false;
}

// ((...)) with both closing parentheses side by side is an arithmetic command of bash.
bool parser::is_double_paren() const {
    if (pos_ >= text_.size() || text_[pos_] != '(') return false;
    int open = 1;
    for (auto at = pos_ + 1; at < text_.size() && text_[at] != '\n'; ++at) {
        if (text_[at] == '(') ++open;
        if (text_[at] == ')' && --open == 0) return at + 1 < text_.size() && text_[at + 1] == ')';
    }
    return false;
}

node_ptr parser::simple() {
    auto n = std::make_shared<node>();
    n->kind = node_kind::simple;
    n->line = peek().line;
    const std::size_t begin = peek().begin;
    while (!failed()) {
        const auto kind = peek().kind;
        if (kind == token_kind::redirect) {
            read_redirect(n);
        } else if (kind == token_kind::word) {
            token t = take();
            if (peek().kind == token_kind::lparen && n->words.empty() && n->assigns.empty() &&
                n->redirects.empty() && assigned_name(t.word) == 0) {
                return function_body(t);
            }
            if (!add_word(*n, std::move(t))) return nullptr;
        } else {
            break;
        }
    }
    if (failed()) return nullptr;
    n->source = text_.substr(begin, taken_end_ - begin);
    if (peek().kind == token_kind::lparen) {
        unexpected();
        return nullptr;
    }
    return n;
}

bool parser::add_word(node& n, token t) {
    const std::size_t name = n.words.empty() ? assigned_name(t.word) : 0;
    if (name == 0) {
        n.words.push_back(std::move(t.word));
        return true;
    }
    if (peek().kind == token_kind::lparen) {
        notes_.push_back("arrays, NAME=(...), are bash's");
        unexpected();
        return false;
    }
    assignment a;
    std::string& text = t.word.parts[0].text;
    a.name = text.substr(0, name);
    text.erase(0, name + 1);
    if (text.empty()) t.word.parts.erase(t.word.parts.begin());
    a.value = std::move(t.word);
    n.assigns.push_back(std::move(a));
    return true;
}

node_ptr parser::function_body(const token& name) {
    take();  // (
    if (peek().kind != token_kind::rparen) {
        unexpected("\")\"");
        return nullptr;
    }
    take();
    if (!is_name(name.literal)) {
        fail("Syntax error: Bad function name");
        return nullptr;
    }
    skip_newlines();
    auto n = std::make_shared<node>();
    n->kind = node_kind::function;
    n->line = name.line;
    n->name = name.literal;
    n->kids.push_back(command());
    return failed() ? nullptr : n;
}

void parser::read_redirect(const std::shared_ptr<node>& n) {
    token op = take();
    if (peek().kind != token_kind::word) {
        if (peek().kind == token_kind::lparen) notes_.push_back("<(...) and >(...) are bash's");
        if (peek().kind == token_kind::redirect && op.redir.op == redirect_op::here) {
            notes_.push_back("<<< is bash's");
        }
        return unexpected();
    }
    const token delim = take();
    op.redir.source = text_.substr(op.begin, delim.end - op.begin);
    op.redir.target = delim.word;
    n->redirects.push_back(op.redir);
    // Before the next token is looked at: at a newline the body begins.
    if (op.redir.op == redirect_op::here) expect_here_body(n, op, delim);
}

node_ptr parser::for_command() {
    auto n = std::make_shared<node>();
    n->kind = node_kind::for_loop;
    n->line = take().line;
    if (peek().kind == token_kind::lparen && is_double_paren()) {
        unsupported("for ((...))");
        return nullptr;
    }
    const token name = take();
    if (name.kind != token_kind::word || !is_name(name.literal)) {
        fail("Syntax error: Bad for loop variable");
        return nullptr;
    }
    n->name = name.literal;
    skip_newlines();
    n->over_args = !accept_keyword("in");
    if (!n->over_args) {
        while (peek().kind == token_kind::word) n->words.push_back(take().word);
        if (peek().kind != token_kind::semi && peek().kind != token_kind::newline) {
            unexpected();
            return nullptr;
        }
        take();
    } else if (peek().kind == token_kind::semi) {
        take();
    }
    skip_newlines();
    expect_keyword("do");
    if (failed()) return nullptr;
    n->kids.push_back(compound_body("done"));
    trailing_redirects(n);
    return failed() ? nullptr : n;
}

node_ptr parser::case_command() {
    auto n = std::make_shared<node>();
    n->kind = node_kind::case_of;
    n->line = take().line;
    if (peek().kind != token_kind::word) {
        unexpected("word");
        return nullptr;
    }
    n->words.push_back(take().word);
    skip_newlines();
    expect_keyword("in");
    while (!failed()) {
        skip_newlines();
        if (accept_keyword("esac")) break;
        if (!case_arm_of(*n)) return nullptr;
    }
    trailing_redirects(n);
    return failed() ? nullptr : n;
}

// One arm up to its ;; or to esac, which stays.
bool parser::case_arm_of(node& n) {
    if (peek().kind == token_kind::lparen) take();
    case_arm arm;
    for (;;) {
        if (peek().kind != token_kind::word) {
            unexpected(peek().kind == token_kind::eof ? "\")\"" : nullptr);
            return false;
        }
        arm.patterns.push_back(take().word);
        if (peek().kind != token_kind::pipe) break;
        take();
    }
    if (peek().kind != token_kind::rparen) {
        unexpected("\")\"");
        return false;
    }
    take();
    arm.body = list();
    if (failed()) return false;
    if (peek().kind == token_kind::dsemi) {
        take();
    } else if (!peek_keyword("esac")) {
        unexpected("\";;\"");
        return false;
    }
    n.arms.push_back(std::move(arm));
    return true;
}

}  // namespace vethlab::sh
