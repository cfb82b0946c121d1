// Linux: kernel/softirq.c, net/core/net-procfs.c
#include "host/mirror/softirq.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vethlab::host {
namespace {

constexpr int backlog_column = 11, cpu_column = 12;  // of /proc/net/softnet_stat

// The hexadecimal number in a column of a line; -1 if there is none.
long column(std::string_view line, int n) {
    for (; n > 0; n--) {
        const auto blank = line.find(' ');
        if (blank == std::string_view::npos) return -1;
        line.remove_prefix(blank + 1);
    }
    return std::strtol(std::string(line.substr(0, 8)).c_str(), nullptr, 16);
}

}  // namespace

softirq::softirq() : statistics_(::open("/proc/net/softnet_stat", O_RDONLY | O_CLOEXEC)) {}

long softirq::backlog() const {
    char bytes[16384];
    const auto n = statistics_ ? ::pread(statistics_.fd(), bytes, sizeof bytes, 0) : -1;
    std::string_view text(bytes, n > 0 ? std::size_t(n) : 0);
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        if (column(line, cpu_column) == ::sched_getcpu()) return column(line, backlog_column);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return -1;
}

void softirq::let_finish() const {
    constexpr timespec moment{0, 50'000};
    int tries = 0;
    do {
        ::nanosleep(&moment, nullptr);
    } while (backlog() > 0 && ++tries < 20'000);
}

}  // namespace vethlab::host
