#pragma once
// dash: src/redir.c. Open files: what a descriptor of a shell refers to.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/shell/shell.h"

namespace vethlab::sh {

class open_file : public writer {
 public:
    void write(std::string_view) override { failed = true; }

    std::string input;  // what can be read, from input_at on; shared by all who have it open
    std::size_t input_at = 0;
    bool failed = false;  // a write did not succeed
};
using file_ptr = std::shared_ptr<open_file>;

// What another writer gets: the shell's own standard output.
class passed_file final : public open_file {
 public:
    explicit passed_file(writer& to) : to_(to) {}
    void write(std::string_view s) override { to_.write(s); }

 private:
    writer& to_;
};

// Keeps what is written: a pipe, a substitution. Once it holds what it may, or the lines that
// its reader wants, whoever writes gets a SIGPIPE.
class pipe_file final : public open_file {
 public:
    explicit pipe_file(executor& writer_of_it) : exec_(&writer_of_it) {}
    void write(std::string_view s) override;
    void want_lines(std::size_t n) { lines_left_ = n; }
    bool overflow() const { return overflow_; }
    // What was written. Nobody reads after that.
    std::string take();

 private:
    void close();
    std::string text_;
    executor* exec_;
    std::size_t lines_left_ = std::string::npos;
    bool closed_ = false, overflow_ = false;
};

inline constexpr int sigpipe = 13;

enum class open_mode { read, write, append };
enum class open_error { none, no_such_file, no_directory, is_directory, denied };

// Opens a path for a redirection: /dev/null, /proc/sys/..., /sys/class/net/..., files in memory.
file_ptr open_path(process& p, shell_env& env, std::string_view path, open_mode mode,
                   open_error& error);

// The text of a file as programs read it.
err read_path(process& p, shell_env& env, std::string_view path, std::string& text);

enum class path_kind { none, file, directory, device };
path_kind kind_of_path(process& p, shell_env& env, std::string_view path);

// A file of /sys/class/net/DEV, by way of rtnetlink.
err read_sys_class_net(process& p, std::string_view rest, std::string& text);
std::vector<std::string> names_in(process& p, shell_env& env, std::string_view directory);

}  // namespace vethlab::sh
