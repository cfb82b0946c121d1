#pragma once
// dash: src/builtins.def. The builtins reach into the shell they change.
#include "sim/shell/interp.h"

namespace vethlab::sh {

struct builtins {
    // builtins.cc
    static int colon(interp& sh, strings& argv);
    static int false_(interp& sh, strings& argv);
    static int echo(interp& sh, strings& argv);
    static int printf(interp& sh, strings& argv);
    static int test(interp& sh, strings& argv);
    static int cd(interp& sh, strings& argv);
    static int pwd(interp& sh, strings& argv);
    static int read(interp& sh, strings& argv);
    static int type(interp& sh, strings& argv);
    static int refused(interp& sh, strings& argv);
    // builtins_state.cc
    static int exit(interp& sh, strings& argv);
    static int return_(interp& sh, strings& argv);
    static int break_(interp& sh, strings& argv);
    static int shift(interp& sh, strings& argv);
    static int set(interp& sh, strings& argv);
    static int export_(interp& sh, strings& argv);
    static int local(interp& sh, strings& argv);
    static int unset(interp& sh, strings& argv);
    static int trap(interp& sh, strings& argv);
    // builtins_run.cc
    static task<int> eval(interp& sh, strings& argv, bool tested);
    static task<int> dot(interp& sh, strings& argv, bool tested);
    static task<int> exec(interp& sh, strings& argv, bool tested);
    static task<int> command(interp& sh, strings& argv, bool tested);
    static task<int> wait(interp& sh, strings& argv, bool tested);
    static int kill(interp& sh, strings& argv);

    static bool describe(interp& sh, const std::string& name, bool words);
    static bool number(interp& sh, const strings& argv, std::size_t at, int& value);
    static bool set_flag(interp& sh, char flag, bool on);
    static bool set_named(interp& sh, const std::string& name, bool on);
    static bool declare(interp& sh, const std::string& command, const std::string& word);
    static void print_variables(interp& sh, const std::string& command);
    static bool assign_read(interp& sh, const strings& names, const std::string& line,
                            const std::string& mask);
    static job_ptr find_job(interp& sh, const std::string& command, const std::string& word);
    static bool parse_signal(interp& sh, strings& argv, int& signal);
    static int kill_one(interp& sh, const std::string& word, int signal);
};

bool is_shell_keyword(std::string_view s);

}  // namespace vethlab::sh
