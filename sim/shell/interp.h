#pragma once
// dash: src/eval.c, src/expand.c, src/exec.c. One shell: its state, and its commands as coroutines.
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/shell/ast.h"
#include "sim/shell/files.h"
#include "sim/shell/jobs.h"
#include "sim/shell/variables.h"

namespace vethlab::sh {

using strings = std::vector<std::string>;

// A word while it is being expanded. The mask tells for each character where it is from:
// 'q' quoted, 'l' the script's own, 'x' an expansion (which is split into fields).
struct field {
    std::string text, mask;
    bool quoted = false;  // something in it was quoted: it stays even if empty
};
struct collector {
    std::vector<field> fields{1};
    std::size_t bytes = 0;
    void add(std::string_view text, char mask);
};

class interp {
 public:
    interp(process& self, shell_env& env);
    interp(const interp& parent, process& self);  // a subshell

    enum class flow { go_on, brk, cont, ret, exit };

    struct options {
        bool errexit = false, nounset = false, xtrace = false, noglob = false;
    };

    // interp.cc
    void set_name(std::string name, strings args);
    void import_environment(const strings& environment);
    task<int> run_text(std::string text, int line, bool tested, const char* in_builtin);
    task<int> finish();
    shell_result result() const;
    bool exited() const { return flow_ == flow::exit; }
    void put_back_input();
    // For `sh -c`: sets these of e, u and x; its commands are no events.
    void start_quiet(const std::string& flags);

 private:
    struct builtin;
    enum class lookup { special, function, builtin, program };
    struct prepared {
        strings argv;
        lookup kind = lookup::program;
        const builtin* found = nullptr;
        bool external_only = false;  // behind sudo
        bool ready = false;
    };

    // interp.cc
    task<int> eval(const node& n, bool tested);
    task<int> eval_kind(const node& n, bool tested);
    task<int> eval_sequence(const node& n, bool tested);
    task<int> eval_and_or(const node& n, bool tested);
    task<int> eval_if(const node& n, bool tested);
    task<int> eval_while(const node& n, bool tested);
    task<int> eval_for(const node& n, bool tested);
    task<int> eval_case(const node& n, bool tested);
    task<int> eval_redirected(const node& n, bool tested);
    bool loop_goes_on();
    bool needs_attention();
    task<int> attend();
    task<int> run_trap(std::string action);
    int check(int status, bool tested);
    bool stopping() const { return flow_ != flow::go_on; }
    void leave(int status);

    // subshell.cc
    task<int> eval_subshell(const node& n, bool tested);
    task<int> eval_pipeline(const node& n, bool tested);
    task<int> run_stage(interp& stage, const node& n, prepared& words, file_ptr in, file_ptr out);
    task<int> prepare_stage(const node& n, prepared& words);
    std::size_t lines_wanted(const prepared& next) const;
    task<int> eval_background(const node& n);
    task<int> job_body(job& j, node_ptr n);
    task<int> wait_for(job_ptr j);
    task<int> wait_for_writers(const file_ptr& out);
    task<int> substitute(const node* body, std::string& out);
    task<int> eval_as_child(interp& child, const node& n, bool tested);
    bool can_fork();

    // command.cc
    task<int> eval_simple(const node& n, bool tested);
    task<int> prepare(const node& n, prepared& words);
    task<int> run_prepared(const node& n, prepared& words, bool tested);
    task<int> run_assignments(const node& n);
    task<int> run_words(prepared& words, bool tested);
    task<int> run_function(node_ptr body, strings argv, bool tested);
    task<int> run_program(strings argv);
    void resolve(prepared& words);
    bool strip_sudo(prepared& words);
    task<int> assign_all(const node& n, bool exported, strings& traced);
    task<int> run_with_streams(const node& n, prepared& words, bool tested);
    bool keeps_redirects(const prepared& words) const;
    task<int> redirect_all(const node& n, bool& ok);
    task<int> redirect_one(const redirect& r, bool& ok);
    bool open_target(const redirect& r, const std::string& target);
    bool dup_target(const redirect& r, const std::string& target);
    void trace(const strings& words);
    std::string display(const prepared& words, const node& n) const;

    // expand.cc
    bool take_plain(const word& w, strings& out) const;
    task<int> expand_fields(const word& w, strings& out);
    task<int> expand_string(const word& w, std::string& out);
    task<int> expand_pattern(const std::vector<word_part>& parts, std::string& pattern,
                             std::string& mask);
    task<int> expand_parts(const std::vector<word_part>& parts, char literal, collector& out);
    task<int> expand_param(const word_part& part, char literal, collector& out);
    task<int> expand_operator(const word_part& part, char literal, collector& out, bool& done);
    task<int> expand_trim(const word_part& part, std::string& value);
    task<int> expand_arith(const word_part& part, collector& out);
    bool parameter(std::string_view name, std::string& value) const;
    void expand_args(const word_part& part, collector& out);
    void split_fields(const collector& c, strings& out, strings& masks) const;
    void glob(std::string text, const std::string& mask, strings& out);
    std::string ifs() const;
    bool assign(std::string_view name, std::string value);

    // Messages, as dash prints them. error() also ends the shell.
    void complain(const std::string& what);
    void complain_in(const std::string& command, const std::string& what);
    void error(const std::string& what, int status = 2);
    void out_of_space() { error("Out of space"); }
    writer& out() { return *fds_[1]; }
    writer& err_out() { return *fds_[2]; }

    // builtins.cc and its neighbours
    friend struct builtins;
    struct builtin {
        const char* name;
        bool special;
        int (*run)(interp&, strings&);                      // or
        task<int> (*main)(interp&, strings&, bool tested);  // exactly one of the two
    };
    static const builtin* find_builtin(std::string_view name);

    process* p_;
    shell_env* env_;
    executor* exec_ = nullptr;
    std::string name_;
    strings args_;
    variables vars_;
    std::map<std::string, node_ptr, std::less<>> functions_;
    options opt_;
    std::array<file_ptr, 10> fds_;
    std::map<std::string, std::string, std::less<>> traps_;
    std::vector<job_ptr> jobs_;
    std::string directory_ = "/";
    int shell_pid_ = 0;        // $$: of the shell that a subshell comes from
    int last_background_ = 0;  // $!
    int status_ = 0;           // $?
    int substituted_ = 0;      // the status of the last $(...)
    int line_ = 0;
    int function_depth_ = 0, loop_depth_ = 0, eval_depth_ = 0, subshell_depth_ = 0;
    flow flow_ = flow::go_on;
    int flow_count_ = 0;   // of break and continue
    int exit_status_ = 0;  // of exit and return
    bool quiet_ = false;   // no events: a substitution, a part of a pipeline
    bool background_ = false;
    bool direct_job_ = false;  // a job that is one program: signals are the program's
    bool in_trap_ = false;
    shell_result result_;
};

std::string quoted(std::string_view s);  // as a shell would need it

}  // namespace vethlab::sh
