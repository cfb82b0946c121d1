// dash: src/main.c
#include "sim/shell/shell.h"

#include "sim/shell/interp.h"
#include "sim/shell/jobs.h"

namespace vethlab {

shell_env::shell_env() : jobs_(std::make_unique<sh::job_table>()) {}
shell_env::~shell_env() = default;

void shell_env::opened(const std::shared_ptr<sh::open_file>& f) {
    std::erase_if(open_, [](const auto& w) { return w.expired(); });
    open_.push_back(f);
}
std::shared_ptr<sh::open_file> shell_env::find_open(const writer* w) {
    for (const auto& weak : open_) {
        const auto f = weak.lock();
        if (f && f.get() == w) return f;
    }
    return nullptr;
}

shell::shell(process& p, shell_env& env) : interp_(std::make_unique<sh::interp>(p, env)) {}
shell::~shell() = default;

task<int> shell::run(std::string text, std::string name, std::vector<std::string> args) {
    interp_->set_name(std::move(name), std::move(args));
    co_await interp_->run_text(std::move(text), 1, false, nullptr);
    co_return co_await interp_->finish();
}
task<int> shell::run_line(std::string text, int line) {
    return interp_->run_text(std::move(text), line, false, nullptr);
}
bool shell::exited() const { return interp_->exited(); }
task<int> shell::finish() { return interp_->finish(); }
shell_result shell::result() const { return interp_->result(); }

}  // namespace vethlab
