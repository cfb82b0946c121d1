#include "host/exec/server.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "host/exec/asleep.h"
#include "sim/shell/shell.h"

namespace vethlab::host {
namespace {

// A program that slips through (a static one, one that clears its environment behind our back) and
// may change the machine's network finds an empty one. Who is not root may not change it anyway.
bool leave_network() {
    return ::unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
           ::mount("", "/", "none", MS_PRIVATE | MS_REC, nullptr) == 0 &&
           ::mount("netns", "/run/netns", "tmpfs", 0, nullptr) == 0;
}

// Beside the program, as it is built, or where it is installed.
std::string find_library() {
    namespace fs = std::filesystem;
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    constexpr const char* name = "libvethlab_preload.so";
    for (const fs::path& place : {here / name, here / "../lib/vethlab" / name}) {
        if (fs::exists(place)) return fs::canonical(place).string();
    }
    throw std::runtime_error(std::string(name) + ": not found beside " + here.string());
}

// A lab's commands are found as root finds them.
std::string root_path() {
    const char* path = std::getenv("PATH");
    return std::string(path ? path : "") +
           ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

bool is_installed(const std::string& name, std::string_view path) {
    while (!path.empty()) {
        const auto end = std::min(path.find(':'), path.size());
        const std::string place(path.substr(0, end));
        if (!place.empty() && ::access((place + "/" + name).c_str(), X_OK) == 0) return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

// The end of a program, in the lab's loop.
struct end_awaiter : wait_base {
    program& watched;
    end_awaiter(process& of, program& w) : wait_base(of), watched(w) {}
    ~end_awaiter() override { watched.waits = nullptr; }
    bool await_ready() const { return watched.ended(); }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        arm(handle);
        if (!woken) watched.waits = this;
    }
    void await_resume() const {}
};

// Keeps a program listed while it runs.
class listed {
 public:
    listed(std::list<program*>& all, program& p) : all_(all), p_(p) { all_.push_back(&p); }
    listed(const listed&) = delete;
    ~listed() { std::erase(all_, &p_); }

 private:
    std::list<program*>& all_;
    program& p_;
};

}  // namespace

exec_server::exec_server(exec_options options)
    : options_(std::move(options)), apart_(leave_network()) {
    if (!std::filesystem::exists("/proc/thread-self/children")) {
        throw std::runtime_error(
            "this kernel does not tell the children of a process "
            "(CONFIG_PROC_CHILDREN)");
    }
    setting_.library = find_library();
    setting_.socket = listener_.name();
    setting_.capture = options_.inside_lab;
    if (options_.inside_lab) setting_.search_path = root_path();
    for (const auto& name : options_.commands) {
        if (!is_installed(name, setting_.search_path)) {
            throw std::runtime_error(name + ": not installed on this machine");
        }
    }
    adopt_orphans();
}

// Nobody answers the programs any more: what is left of them ends with the lab.
exec_server::~exec_server() {
    for (const pid_t pid : descendants()) ::kill(pid, SIGKILL);
    while (::waitpid(-1, nullptr, 0) > 0) continue;
}

void exec_server::attach(sim_system& sys, process_table& table) {
    sys_ = &sys;
    table_ = &table;
    sys.krn.user = this;
}

void exec_server::detach() {
    for (auto& c : clients_) end_client(c);
    clients_.clear();
    forsaken_.clear();
    for (auto& o : objects_) {
        netns* net = o.sk ? &o.sk->net : nullptr;
        o.sk.reset();
        if (net) sys_->krn.put_net(*net);
    }
    objects_.clear();
    sys_->krn.user = sys_;
    sys_ = nullptr;
}

bool exec_server::has(std::string_view name) const {
    const auto slash = name.rfind('/');
    const auto base = slash == std::string_view::npos ? name : name.substr(slash + 1);
    return std::find(options_.commands.begin(), options_.commands.end(), base) !=
           options_.commands.end();
}

task<int> exec_server::run(process& p) {
    const auto name = program_name(p.argv[0]);
    if (!has(name) && runs_in_lab(name)) co_return co_await table_->exec(p, nullptr);
    program child(p, setting_);
    if (!child.started()) {
        child.look_for_end();
        const bool missing = child.reason() == ENOENT;
        p.err->printf(missing ? "%s: not found\n" : "%s: cannot be run\n", p.argv[0].c_str());
        co_return missing ? 127 : 126;
    }
    const listed alive(programs_, child);
    greeted_.erase(child.pid());  // of one that had the number before
    asleep_ = false;
    bool told = false;
    while (!child.ended()) {
        co_await end_awaiter(p, child);
        if (p.interrupted && !told) child.kill(p.signal);
        told = p.interrupted;
    }
    child.copy_output();
    if (!greeted_.erase(child.pid())) {
        p.err->printf("vethlab: %s: it loads no libraries, and ran outside of the lab\n",
                      p.argv[0].c_str());
    }
    co_return child.exit_status();
}

// ---- the loop

bool exec_server::wait(bool timed) {
    flush_datagrams();
    if (end_errands()) return true;
    if (serve(0ns)) return true;
    if (programs_.empty() && clients_.empty()) return false;
    const bool on_time = timed || has_sleepers();
    if (sys_->krn.softirq_pending()) return false;
    if (!on_time && !has_listeners()) {
        pace_.reset();
        serve(std::nullopt);
        return true;
    }
    if (!fall_asleep()) return true;
    if (!on_time) return wait_for_wall_clock();
    pace_.reset();
    if (!sys_->krn.events.empty()) return false;
    serve(std::nullopt);
    return true;
}

// False: they are not asleep yet; what they wanted meanwhile was done.
bool exec_server::fall_asleep() {
    if (asleep_) return true;
    if (!all_asleep()) {
        serve(100us);
        return false;
    }
    asleep_ = true;
    return !serve(0ns);  // what they did before they went to sleep
}

// In exec a program of the machine runs the lab, not the other way round: it need not wait.
void exec_server::settle() {
    if (!options_.inside_lab) return;
    flush_datagrams();
    end_errands();
    while (!programs_.empty() && !fall_asleep()) continue;
}

// True: something came. False: the next event is due.
bool exec_server::wait_for_wall_clock() {
    using namespace std::chrono;
    const auto next = sys_->krn.events.next();
    if (!pace_) pace_.emplace(steady_clock::now(), sys_->now());
    if (next == sim_time::max()) {
        serve(std::nullopt);
        return true;
    }
    const auto left = next - pace_->second - (steady_clock::now() - pace_->first);
    if (serve(std::max(nanoseconds(left), 0ns))) return true;
    return steady_clock::now() - pace_->first < next - pace_->second;
}

}  // namespace vethlab::host
