#pragma once
// A process of its own for a lab on the real kernel: network, mount and pid namespaces that end
// with it, and it ends with us, however we do.
#include <functional>
#include <stdexcept>
#include <string>

namespace vethlab::host {

// This machine does not allow it; the text says what is missing.
class isolation_error : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

struct isolation_options {
    int cpu = 0;  // the number of the one that it runs on, among those we may use; any_cpu: all of them
    bool ahead_of_others = false;  // real-time priority where we may: other load shows less
    static constexpr int any_cpu = -1;
};

// Runs `inside` there; what it returns. Its exceptions arrive as std::runtime_error. There are no
// devices but lo, no named namespaces, an empty /tmp that is the current directory, and one
// CPU. SIGINT and SIGTERM go to it; the second one ends it.
std::string run_isolated(const isolation_options& options,
                         const std::function<std::string()>& inside);

}  // namespace vethlab::host
