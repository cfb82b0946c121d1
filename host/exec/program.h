#pragma once
// A program of the machine that runs in a lab: started with the preload library, watched to its
// end.
#include <string>
#include <string_view>

#include "host/mirror/open_file.h"
#include "sim/process.h"

namespace vethlab::host {

struct program_setting {
    std::string library;      // for LD_PRELOAD
    std::string socket;       // the server's name
    bool capture = false;     // its output goes to the process, else to where ours goes
    std::string search_path;  // of a lab's commands; empty: the machine's PATH
};

class program {
 public:
    // Throws std::system_error if there can be no new process.
    program(process& p, const program_setting& how);
    program(const program&) = delete;
    ~program();  // it must not outlive the command that ran it

    bool started() const { return reason_ == 0; }
    int reason() const { return reason_; }  // an errno: why not
    int exit_status() const;
    bool ended() const { return ended_; }
    pid_t pid() const { return pid_; }

    // What to poll. -1: closed.
    int end_fd() const { return end_.fd(); }
    int out_fd() const { return out_.fd(); }
    int err_fd() const { return err_out_.fd(); }
    void copy_output();  // what is there
    void look_for_end();
    void kill(int signal);

    waiter* waits = nullptr;  // for its end

 private:
    process& p_;
    pid_t pid_ = -1;
    open_file end_, out_, err_out_;
    int status_ = 0, reason_ = 0;
    bool ended_ = false;
};

}  // namespace vethlab::host
