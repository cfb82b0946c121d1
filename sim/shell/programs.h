#pragma once
// The small programs that the shell brings along (coreutils, grep), as far as labs use them.
#include <string>
#include <vector>

#include "sim/shell/shell.h"

namespace vethlab::sh {

// How many lines `head ...` takes from its standard input; npos for another command, and for
// a head that reads files.
std::size_t lines_head_reads(const std::vector<std::string>& argv);

// Shared by builtin and program. `fail` gets messages without the command's name.
struct complaints {
    virtual ~complaints() = default;
    virtual void say(const std::string& what) = 0;
};
std::string echo_text(const std::vector<std::string>& argv);
int printf_command(const std::vector<std::string>& argv, writer& out, complaints& complain);
int test_command(process& p, shell_env& env, std::vector<std::string> argv, complaints& complain);

int cat_main(process& p, shell_env& env);
int grep_main(process& p, shell_env& env);
int head_main(process& p, shell_env& env);
int tail_main(process& p, shell_env& env);
int wc_main(process& p, shell_env& env);
int tee_main(process& p, shell_env& env);
int seq_main(process& p, shell_env& env);
int sort_main(process& p, shell_env& env);
int uniq_main(process& p, shell_env& env);
int cut_main(process& p, shell_env& env);
int tr_main(process& p, shell_env& env);
int ls_main(process& p, shell_env& env);
int rm_main(process& p, shell_env& env);

}  // namespace vethlab::sh
