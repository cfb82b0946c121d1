// dash: src/redir.c
#include "sim/shell/interp.h"
#include "sim/shell/limits.h"

namespace vethlab::sh {

task<int> interp::redirect_all(const node& n, bool& ok) {
    for (const auto& r : n.redirects) {
        if (!ok || stopping()) break;
        co_await redirect_one(r, ok);
    }
    co_return 0;
}

task<int> interp::redirect_one(const redirect& r, bool& ok) {
    std::string target;
    co_await expand_string(r.target, target);
    if (stopping()) {
        ok = false;
        co_return 0;
    }
    switch (r.op) {
        case redirect_op::here: {
            auto f = std::make_shared<open_file>();
            f->input = std::move(target);
            fds_[std::size_t(r.fd)] = std::move(f);
            break;
        }
        case redirect_op::dup:
            ok = dup_target(r, target);
            break;
        default:
            ok = open_target(r, target);
    }
    co_return 0;
}

bool interp::open_target(const redirect& r, const std::string& target) {
    const auto fd = std::size_t(r.fd);
    constexpr std::string_view std_names[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    for (std::size_t i = 0; i < 3; ++i) {
        if (target != std_names[i] && target != strf("/dev/fd/%zu", i)) continue;
        fds_[fd] = fds_[i];
        return true;
    }
    const bool reading = r.op == redirect_op::read;
    if (r.op == redirect_op::read_write) {
        error("<>: not supported");
        return false;
    }
    const auto mode = reading                       ? open_mode::read
                      : r.op == redirect_op::append ? open_mode::append
                                                    : open_mode::write;
    open_error e;
    file_ptr f = open_path(*p_, *env_, target, mode, e);
    if (f) {
        env_->opened(f);
        fds_[fd] = f;
        if (r.op == redirect_op::both) fds_[2] = f;
        return true;
    }
    const char* why = "No such file";
    if (e == open_error::no_directory) why = "Directory nonexistent";
    if (e == open_error::is_directory) why = "Is a directory";
    if (e == open_error::denied) why = "Permission denied";
    complain(strf("cannot %s %s: %s", reading ? "open" : "create", target.c_str(), why));
    return false;
}

bool interp::dup_target(const redirect& r, const std::string& target) {
    const auto fd = std::size_t(r.fd);
    if (target == "-") {
        // A closed standard stream: reads nothing, writes fail.
        fds_[fd] = fd < 3 ? std::make_shared<open_file>() : nullptr;
        return true;
    }
    if (target.size() != 1 || target[0] < '0' || target[0] > '9') {
        error("Syntax error: Bad fd number");
        return false;
    }
    const file_ptr from = fds_[std::size_t(target[0] - '0')];
    if (!from) {
        complain(target + ": Bad file descriptor");
        return false;
    }
    fds_[fd] = from;
    return true;
}

}  // namespace vethlab::sh
