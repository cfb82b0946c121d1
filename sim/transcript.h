#pragma once
// What a lab printed and came to, in the form of tests/golden/README.md, whichever kernel answers.
#include <functional>
#include <string>
#include <vector>

#include "core/uapi/if.h"
#include "sim/shell/shell.h"
#include "sim/system.h"

namespace vethlab {

// expect.txt: each command with its output.
class transcript {
 public:
    transcript(writer& out, writer& err_out) : out_(out), err_(err_out) {}

    // Standard output and error of the script: passed on, and noted for the command under way.
    writer& out() { return out_; }
    writer& err() { return err_; }
    void begin(const command_event& e);
    void end(const command_event& e, int status);
    const std::string& text() const { return text_; }

 private:
    struct noting_writer final : writer {
        explicit noting_writer(writer& passes_to) : to(passes_to) {}
        void write(std::string_view s) override {
            noted += s;
            to.write(s);
        }
        writer& to;
        std::string noted;
    };
    noting_writer out_, err_;
    std::string text_;
};

struct named_netns {
    std::string name;  // "-" for the one the script starts in
    ns_fd ns;
};

// state.txt: a device's counters ...
std::string counters_row(const std::string& netns, const std::string& device,
                         const rtnl_link_stats64& stats);
// ... and what our own tools say of each namespace; `ask` runs one there and gives its output.
using ask_tool = std::function<std::string(ns_fd, const std::vector<std::string>& argv)>;
std::string state_rows(const std::vector<named_netns>& order, const ask_tool& ask);

// Whether a script says "#@ ipv6 on".
bool wants_ipv6(std::string_view script);

}  // namespace vethlab
