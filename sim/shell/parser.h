#pragma once
// dash: src/parser.c. A script's text becomes commands, one complete command at a time: what
// stands before a syntax error runs.
#include <string>
#include <string_view>
#include <vector>

#include "sim/shell/ast.h"

namespace vethlab::sh {

enum class token_kind : unsigned char {
    word,
    newline,
    semi,
    dsemi,
    amp,
    and_if,
    or_if,
    pipe,
    lparen,
    rparen,
    redirect,
    eof,
};

struct token {
    token_kind kind = token_kind::eof;
    std::size_t begin = 0, end = 0;  // in the text
    int line = 0;
    sh::word word;
    std::string literal;  // the word's text if nothing in it is quoted or expanded
    redirect redir;       // without its target
    bool strip_tabs = false;
};

class parser {
 public:
    // `line` is the number of the text's first line.
    explicit parser(std::string_view text, int line = 1, int depth = 0);

    // The next complete command; nullptr at the end or after an error.
    node_ptr next();

    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }  // "Syntax error: ..."
    int error_line() const { return error_line_; }
    // Remarks on what the text means under sh, for those who wrote bash.
    std::vector<std::string> take_notes() { return std::move(notes_); }

 private:
    enum class context : unsigned char { plain, dquote, heredoc, brace, brace_dquote, arith };
    struct pending_here {
        std::shared_ptr<node> owner;
        std::size_t index;
        std::string delimiter;
        bool quoted, strip_tabs;
    };
    class nesting;
    void count_piece();

    // lexer.cc
    int peek_char(std::size_t ahead = 0);
    int get_char();
    bool at_continuation(std::size_t at) const;
    void skip_blanks();
    token lex();
    bool lex_operator(token& t);
    bool lex_redirect(token& t);
    void read_parts(context c, std::vector<word_part>& out);
    bool read_special(context c, std::vector<word_part>& out, int ch);
    void read_single_quoted(std::vector<word_part>& out);
    void read_double_quoted(std::vector<word_part>& out);
    void read_backslash(context c, std::vector<word_part>& out);
    void read_dollar(bool quoted, std::vector<word_part>& out);
    void read_braced(bool quoted, std::vector<word_part>& out);
    void read_operator(bool quoted, word_part& part);
    void bad_braced(word_part& part, std::size_t start);
    void read_arith(bool quoted, std::vector<word_part>& out);
    void read_substitution(bool quoted, std::vector<word_part>& out);
    void read_backquote(bool quoted, std::vector<word_part>& out);
    std::string backquoted_text(bool quoted);
    // heredoc.cc
    void expect_here_body(const std::shared_ptr<node>& owner, const token& op, const token& delim);
    void read_here_bodies();
    void read_here_body(const pending_here& h);

    // parser.cc
    const token& peek();
    token take();
    bool peek_keyword(std::string_view k);
    bool accept_keyword(std::string_view k);
    void expect_keyword(const char* k);
    void skip_newlines();
    void unexpected(const char* expected = nullptr);
    void fail(std::string what);
    void unsupported(const std::string& what);
    bool ends_list();
    node_ptr list();
    node_ptr compound_body(const char* end);
    node_ptr and_or();
    node_ptr pipeline();
    node_ptr command();
    node_ptr compound(const token& t);
    node_ptr simple();
    bool add_word(node& n, token t);
    node_ptr function_body(const token& name);
    bool refuse_bash(const token& t);
    bool is_double_paren() const;
    void read_redirect(const std::shared_ptr<node>& n);
    void trailing_redirects(const std::shared_ptr<node>& n);
    node_ptr if_command();
    node_ptr loop_command(node_kind kind);
    node_ptr for_command();
    node_ptr case_command();
    bool case_arm_of(node& n);

    std::string_view text_;
    std::size_t pos_ = 0;
    std::size_t taken_end_ = 0;  // of the last token taken
    int line_;
    int depth_;
    int pieces_ = 0;  // of this complete command
    bool have_token_ = false;
    token token_;
    std::vector<pending_here> here_;
    std::string error_;
    int error_line_ = 0;
    std::vector<std::string> notes_;
};

// A name of a variable: letters, digits, underscores, no digit first.
bool is_name(std::string_view s);
bool is_name_char(int c);

}  // namespace vethlab::sh
