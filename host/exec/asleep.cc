// Linux: fs/proc/array.c. What the machine says about programs that do not know that they are
// watched.
#include "host/exec/asleep.h"

#include <sys/prctl.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "host/mirror/open_file.h"

namespace vethlab::host {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream f(path);
    return {std::istreambuf_iterator<char>(f), {}};
}

std::vector<std::string> threads(const std::string& process) {
    return list_directory((process + "/task").c_str());
}

void add_children(const std::string& process, std::vector<pid_t>& all) {
    for (const auto& thread : threads(process)) {
        std::ifstream children(process + "/task/" + thread + "/children");
        for (pid_t pid = 0; children >> pid;) {
            all.push_back(pid);
            add_children("/proc/" + std::to_string(pid), all);
        }
    }
}

std::string_view field(std::string_view status, std::string_view name) {
    const auto at = status.find(name);
    if (at == std::string_view::npos) return {};
    const auto rest = status.substr(at + name.size());
    return rest.substr(0, rest.find('\n'));
}

// A line for each thread: who, and how often it has stopped by itself. Empty `asleep`: one runs.
struct survey {
    bool asleep = true;
    std::string threads;
};

survey look() {
    survey s;
    for (const pid_t pid : descendants()) {
        const std::string process = "/proc/" + std::to_string(pid);
        for (const auto& thread : threads(process)) {
            const std::string status = text_of(process + "/task/" + thread + "/status");
            const auto state = field(status, "\nState:\t").substr(0, 1);
            // Sleeping, stopped, traced, dead: the rest runs, or waits for a disk.
            if (state.empty() || std::string_view("STtZX").find(state) == std::string_view::npos) {
                s.asleep = false;
                return s;
            }
            s.threads += thread + std::string(field(status, "\nvoluntary_ctxt_switches:")) +
                         std::string(field(status, "nonvoluntary_ctxt_switches:")) + "\n";
        }
    }
    return s;
}

}  // namespace

std::vector<pid_t> descendants() {
    std::vector<pid_t> all;
    add_children("/proc/self", all);
    return all;
}

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// Who has the same counts at both looks has not run in between, and all slept between them.
bool all_asleep() {
    const survey first = look();
    if (!first.asleep) return false;
    const survey second = look();
    return second.asleep && second.threads == first.threads;
}

}  // namespace vethlab::host
