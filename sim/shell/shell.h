#pragma once
// The shell of a lab: the part of POSIX sh, as dash has it, that lab scripts use.
// It runs no program of the host. Its commands are builtins, its own small programs (cat, grep,
// head ..., see shell_program) and what process_table::exec finds.
//
// A lab implements shell_env, runs the script with `shell`, and routes process_table::exec to
// shell_program for every name that it has no tool for:
//
//     shell sh(process, env);
//     task<int> t = sh.run(text, "lab.sh", {"arg"});   // start it, or await it
//     sh.result();                                     // when it has ended
//
// Background jobs (`cmd &`) are threads of control of their own, kept in env.jobs(). They
// outlive the script, as on a real machine; jobs().clear() ends them. Clear them, and destroy
// the script's task, before the process_table and the executor go.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/process.h"

namespace vethlab {

namespace sh {
class interp;
class job_table;
class open_file;
}  // namespace sh

// A simple command or a pipeline of the script itself: not of a substitution, not of a child
// `sh -c`, not a part of a pipeline.
struct command_event {
    int line = 0;
    std::string source;       // as written in the script: "ip link set $dev up"
    std::string display;      // words expanded, quoted where needed: "ip link set 'my dev' up"
    bool builtin = false;     // echo, cd, [ ...: the shell did it itself
    bool background = false;  // in a job; it may end much later
    bool assignment = false;  // NAME=value and nothing else
    bool tested = false;      // if, while, &&, || or ! looks at its status
};

enum class pace { go_on, yield, stop };

// What the shell asks of its lab.
class shell_env {
 public:
    shell_env();
    shell_env(const shell_env&) = delete;
    virtual ~shell_env();

    // Files in memory, by name as the script writes it.
    virtual std::optional<std::string> read_file(std::string_view name) = 0;
    virtual bool write_file(std::string_view name, std::string_view bytes) = 0;  // made or replaced
    virtual bool append_file(std::string_view name, std::string_view bytes) = 0;
    virtual bool remove_file(std::string_view name) = 0;  // false if there is none
    virtual std::vector<std::string> file_names() = 0;    // sorted

    // Whether process_table::exec knows the name as a tool (`command -v`).
    virtual bool has_program(std::string_view name) = 0;

    // Asked before each command and each turn of a loop: yield lets others run first, stop ends
    // the script with status 2. Without it an endless loop runs for ever.
    virtual pace step() { return pace::go_on; }

    virtual void command_begins(const command_event&) {}
    virtual void command_ends(const command_event&, int /*status*/) {}

    sh::job_table& jobs() { return *jobs_; }

    // Files that are open somewhere, so that a child shell's jobs can keep them open.
    void opened(const std::shared_ptr<sh::open_file>& f);
    std::shared_ptr<sh::open_file> find_open(const writer* w);

 private:
    std::unique_ptr<sh::job_table> jobs_;
    std::vector<std::weak_ptr<sh::open_file>> open_;
};

struct script_error {
    int line = 0;
    std::string text;  // "Syntax error: ..." as it was printed
};

struct shell_result {
    int exit_status = 0;
    bool failed = false;  // some command failed that no if, while, &&, || or ! looked at
    std::optional<script_error> error;  // the text was not understood; the rest did not run
    bool stopped = false;               // by pace::stop
};

class shell {
 public:
    // Reads p.input; writes to *p.out and *p.err, which must live as long as the env's jobs.
    shell(process& p, shell_env& env);
    ~shell();
    shell(const shell&) = delete;

    // Runs a whole script to its end, EXIT trap included. `name` is $0. The exit status.
    task<int> run(std::string text, std::string name, std::vector<std::string> args);
    // Line by line, as at a prompt: variables and functions stay. The status of the last command.
    task<int> run_line(std::string text, int line = 1);
    // True once a run_line has said `exit` (or failed under `set -e`).
    bool exited() const;
    // The EXIT trap, after run_line. The exit status.
    task<int> finish();

    shell_result result() const;

 private:
    std::unique_ptr<sh::interp> interp_;
};

// The programs that the shell brings along: sh, bash, dash (-c TEXT or a file in memory), cat,
// grep, head, tail, wc, seq, tee, echo, printf, test, true, false ...: argv[0] says which.
bool is_shell_program(std::string_view name);
task<int> shell_program(process& p, shell_env& env);

// "ip" for "/sbin/ip"; the name itself where no program directory stands before it.
std::string_view program_name(std::string_view name);

}  // namespace vethlab
