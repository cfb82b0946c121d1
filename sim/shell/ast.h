#pragma once
// dash: src/nodetypes. What the parser makes of a script.
#include <memory>
#include <string>
#include <vector>

namespace vethlab::sh {

struct node;
using node_ptr = std::shared_ptr<const node>;

enum class part_kind : unsigned char { text, param, command, arith };

enum class param_op : unsigned char {
    none,
    length,       // ${#x}
    use_default,  // ${x:-word}
    assign,       // ${x:=word}
    error,        // ${x:?word}
    alternative,  // ${x:+word}
    prefix,       // ${x#pattern}
    prefix_long,  // ${x##pattern}
    suffix,       // ${x%pattern}
    suffix_long,  // ${x%%pattern}
    bad,          // ${x/a/b} and the like: an error, but only where it is reached
};

// A piece of a word. A quoted piece is neither split nor a pattern.
struct word_part {
    part_kind kind = part_kind::text;
    bool quoted = false;
    bool colon = false;  // of the operator: empty counts as unset
    param_op op = param_op::none;
    std::string text;            // the text; the parameter's name; the source of a bad one
    std::vector<word_part> arg;  // the operator's word; the arithmetic expression
    node_ptr body;               // the command, nullptr if empty
};

struct word {
    std::vector<word_part> parts;
};

struct assignment {
    std::string name;
    word value;
};

enum class redirect_op : unsigned char { read, write, append, read_write, dup, here, both };

struct redirect {
    redirect_op op = redirect_op::read;
    int fd = 0;
    word target;         // the file, the descriptor, the text of a here-document
    std::string source;  // as written, for display
};

enum class node_kind : unsigned char {
    simple,      // assigns, words, redirects
    pipeline,    // kids
    and_or,      // kids; ors[i] joins kid i and kid i + 1
    negation,    // kids[0]
    sequence,    // kids
    background,  // kids[0]
    group,       // { kids[0]; } with redirects
    subshell,    // ( kids[0] ) with redirects
    if_else,     // condition, body, condition, body ... and the else body if the number is odd
    while_loop,  // condition, body
    until_loop,
    for_loop,  // name, words (unless over_args), body
    case_of,   // words[0]; arms
    function,  // name, body
};

struct case_arm {
    std::vector<word> patterns;
    node_ptr body;  // nullptr if empty
};

struct node {
    node_kind kind = node_kind::simple;
    int line = 0;
    bool over_args = false;  // for NAME; do: the positional parameters
    std::string name;
    std::string source;  // simple commands and pipelines, as written
    std::vector<assignment> assigns;
    std::vector<word> words;
    std::vector<redirect> redirects;
    std::vector<node_ptr> kids;
    std::vector<bool> ors;
    std::vector<case_arm> arms;
};

}  // namespace vethlab::sh
