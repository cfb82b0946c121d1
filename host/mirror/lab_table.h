#pragma once
// The processes of a lab on the real kernel, and the system they see.
#include <functional>
#include <random>

#include "host/mirror/real_time.h"
#include "sim/shell/shell.h"

namespace vethlab::host {

// The real kernel, with chance from a seed, and who must know told before a namespace is deleted.
class lab_system final : public kernel_system {
 public:
    explicit lab_system(std::uint64_t seed) : random_(std::uint32_t(seed)) {}
    std::function<void(const std::string&)> before_delete;

    err netns_delete(std::string_view name) override {
        if (before_delete) before_delete(std::string(name));
        return kernel_system::netns_delete(name);
    }
    std::uint32_t random() override { return std::uint32_t(random_()); }

 private:
    std::mt19937 random_;
};

// Runs our own tools, the shell's small programs, and those programs of the machine that are
// tools as well: never any other.
class lab_table final : public real_time {
 public:
    lab_table(lab_system& sys, shell_env& env, writer& err_out, bool host_tools)
        : real_time(sys, find_tool), sys_(sys), env_(env), err_(err_out), host_(host_tools) {}

    bool hints = true;

    task<int> exec(process& child, bool* found) override;
    void hint(std::string_view text) override;
    void write_file(std::string_view name, std::string_view bytes) override;
    std::optional<std::string> read_file(std::string_view name) override;

 private:
    bool is_ours(std::string_view name, const process& child);
    void announce_deletions(const process& child);

    lab_system& sys_;
    shell_env& env_;
    writer& err_;
    bool host_;
};

}  // namespace vethlab::host
