// dash: src/eval.c, src/jobs.c, src/main.c. Builtins that run, wait for and end commands.
#include <algorithm>

#include "sim/shell/arith.h"
#include "sim/shell/builtins.h"

namespace vethlab::sh {

task<int> builtins::eval(interp& sh, strings& argv, bool tested) {
    std::string text;
    for (std::size_t i = 1; i < argv.size(); ++i) text += (i > 1 ? " " : "") + argv[i];
    co_return co_await sh.run_text(std::move(text), sh.line_, tested, "eval");
}

// Files of the lab can be read in; others are not there.
task<int> builtins::dot(interp& sh, strings& argv, bool tested) {
    if (argv.size() < 2) co_return 0;
    auto text = sh.env_->read_file(argv[1]);
    if (!text) {
        sh.error(".: " + argv[1] + ": not a file of the lab");
        co_return 2;
    }
    const int line = sh.line_;
    const int status = co_await sh.run_text(std::move(*text), 1, tested, ".");
    sh.line_ = line;
    co_return status;
}

task<int> builtins::exec(interp& sh, strings& argv, bool) {
    argv.erase(argv.begin());
    if (argv.empty()) co_return 0;
    const std::string base(program_name(argv[0]));
    if (!is_shell_program(base) && !sh.env_->has_program(base)) {
        sh.error("exec: " + argv[0] + ": not found", 127);
        co_return 127;
    }
    const int status = co_await sh.run_program(argv);
    sh.traps_.erase("EXIT");  // the shell is not there any more
    sh.leave(status);
    co_return status;
}

task<int> builtins::command(interp& sh, strings& argv, bool tested) {
    std::size_t i = 1;
    char how = 0;
    for (; i < argv.size() && argv[i].size() > 1 && argv[i][0] == '-'; ++i) {
        if (argv[i] == "--") {
            ++i;
            break;
        }
        for (const char c : argv[i].substr(1)) {
            if (c != 'v' && c != 'V' && c != 'p') {
                sh.complain_in("command", strf("Illegal option -%c", c));
                co_return 2;
            }
            if (c != 'p') how = c;
        }
    }
    argv.erase(argv.begin(), argv.begin() + std::ptrdiff_t(i));
    if (argv.empty()) co_return 0;
    if (how != 0) co_return describe(sh, argv[0], how == 'V') ? 0 : 127;
    // Not a function.
    if (const auto* b = interp::find_builtin(argv[0])) {
        if (b->main) co_return co_await b->main(sh, argv, tested);
        co_return b->run(sh, argv);
    }
    co_return co_await sh.run_program(argv);
}

job_ptr builtins::find_job(interp& sh, const std::string& command, const std::string& word) {
    std::int64_t n = 0;
    const bool by_number = word.size() > 1 && word[0] == '%';
    if (by_number) {
        const bool last = word == "%%" || word == "%+";
        const auto count = std::int64_t(sh.jobs_.size());
        if (last && count > 0) return sh.jobs_.back();
        if (whole_number(word.substr(1), 10, n) && n > 0 && n <= count) {
            return sh.jobs_[std::size_t(n) - 1];
        }
        sh.complain_in(command, "No such job: " + word);
        return nullptr;
    }
    if (!whole_number(word, 10, n)) {
        sh.complain_in(command, "Illegal number: " + word);
        return nullptr;
    }
    for (const auto& j : sh.jobs_) {
        if (j->self.pid == n) return j;
    }
    return nullptr;
}

task<int> builtins::wait(interp& sh, strings& argv, bool) {
    if (argv.size() == 1) {
        const auto jobs = sh.jobs_;
        for (const auto& j : jobs) {
            const int status = co_await sh.wait_for(j);
            if (!j->done) co_return status;
        }
        sh.jobs_.clear();
        co_return 0;
    }
    int status = 0;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        std::int64_t n = 0;
        const job_ptr j = find_job(sh, "wait", argv[i]);
        if (!j) {
            if (argv[i][0] == '%' || !whole_number(argv[i], 10, n)) co_return 2;
            status = 127;
            continue;
        }
        status = co_await sh.wait_for(j);
        if (!j->done) co_return status;
        const auto* s = signal_by_number(j->signal);
        if (s && s->died && status == 128 + s->number) {
            sh.err_out().write(std::string(s->died) + '\n');
        }
    }
    co_return status;
}

// -9, -TERM, -s TERM, -0. False if it is none of them; a message has been printed.
bool builtins::parse_signal(interp& sh, strings& argv, int& signal) {
    signal = 15;
    if (argv.size() < 2 || argv[1].size() < 2 || argv[1][0] != '-') return true;
    std::string name = argv[1].substr(1);
    std::size_t used = 2;
    if (name == "s" || name == "n") {
        name = argv.size() > 2 ? argv[2] : "";
        used = 3;
    }
    if (name != "-") {
        std::int64_t n = 0;
        const auto* s = signal_by_name(name);
        if (!s && whole_number(name, 10, n)) s = signal_by_number(int(n & 0xff));
        if (!s && name != "0" && name != "EXIT") {
            sh.complain_in("kill", strf("Illegal option -%c", argv[1][1]));
            return false;
        }
        signal = s ? s->number : 0;
    }
    argv.erase(argv.begin() + 1, argv.begin() + std::ptrdiff_t(std::min(used, argv.size())));
    return true;
}

int builtins::kill_one(interp& sh, const std::string& word, int signal) {
    std::int64_t n = 0;
    job_ptr j;
    if (word[0] == '%') {
        j = find_job(sh, "kill", word);
        if (!j) return 2;
    } else if (!whole_number(word, 10, n)) {
        sh.complain_in("kill", "Illegal number: " + word);
        return 2;
    } else if (n == sh.p_->pid || (n == sh.shell_pid_ && !sh.background_)) {
        if (signal != 0) interrupt(*sh.exec_, signal);
        return 0;
    } else {
        j = sh.env_->jobs().find(int(n));
    }
    if (j && !j->done) {
        if (signal != 0) j->kill(signal);
        return 0;
    }
    // A job that has ended is there until it has been waited for.
    for (const auto& ended : sh.jobs_) {
        if (ended->self.pid == n) return 0;
    }
    sh.complain_in("kill", "No such process\n");
    return 1;
}

int builtins::kill(interp& sh, strings& argv) {
    int signal = 0;
    if (!parse_signal(sh, argv, signal)) return 2;
    if (argv.size() < 2) {
        sh.complain_in("kill",
                       "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\n"
                       "kill -l [exitstatus]");
        return 2;
    }
    int status = 0;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        const int s = argv[i].empty() ? 2 : kill_one(sh, argv[i], signal);
        if (s != 0) status = s;
    }
    return status;
}

}  // namespace vethlab::sh
