#include "sim/lab.h"

#include "core/sysctl.h"
#include "sim/capture/frame_tap.h"
#include "sim/capture/frames_text.h"
#include "sim/capture/pcapng_tap.h"
#include "sim/recorder.h"
#include "sim/scheduler.h"
#include "sim/shell/jobs.h"
#include "sim/shell/shell.h"
#include "sim/sim_system.h"

namespace vethlab {
namespace {

void prepare(netns& net, bool ipv6) {
    for (const auto& c : recording_conditions) {
        if (!ipv6 || !c.for_ipv6) (void)sysctl_write(net, c.path, c.value);
    }
}
void quiet_preamble(netns& net) { prepare(net, false); }
void ipv6_preamble(netns& net) { prepare(net, true); }

}  // namespace

class lab::implementation final : public shell_env {
 public:
    implementation(const lab_options& o, writer& out, writer& err_out)
        : options(o),
          krn({.profile = o.kernel,
               .seed = o.seed,
               .sequential_macs = o.record,
               .spread = o.spread,
               .costs = o.costs}),
          sys(krn),
          sched(sys, *this, err_out),
          out_(out),
          err_(err_out) {
        if (o.record) {
            frames.emplace(krn);
            recording.emplace(sys, o.spread, out, err_out, o.record_sockets);
            recording->brisk = o.record_briskly;
        } else if (o.pcap) {
            capture.emplace(krn, sys.netns_names(), o.pcap_filter, o.pcap_out);
        }
        sched.compile = o.compile_filter;
        sched.hints = o.hints;
        sched.programs = o.programs;
        if (o.programs) o.programs->attach(sys, sched);
    }

    ~implementation() override {
        if (options.programs) options.programs->detach();
        jobs().clear();
        sched.clear();
    }

    run_result run(std::string_view text, const std::string& name,
                   const std::vector<std::string>& args) {
        if (recording) {
            recording->ipv6 = wants_ipv6(text);
            sys.on_new_netns = recording->ipv6 ? ipv6_preamble : quiet_preamble;
            sys.on_new_netns(krn.init_net());
        }
        writer& out = recording ? recording->out() : out_;
        writer& err_out = recording ? recording->err() : err_;
        process main(sched, sys, ns_fd(krn.init_net().number), out, err_out);
        name_ = name;
        main.argv = args;
        main.argv.insert(main.argv.begin(), name);
        running_process alive(sched, main);
        shell sh(main, *this);
        {
            executor exec;
            sched.foreground = &exec;
            task<int> script = sh.run(std::string(text), name, args);
            script.start(exec);
            if (!sched.run_until_done([&] { return script.done() || out_of_time(); })) {
                err_.write("vethlab: nothing can happen any more, and the script still waits\n");
                stuck_ = true;
                sched.hint("what waits for ever ends here as with Ctrl-C");
                sched.interrupt(sigint);
                sched.run_until_done([&] { return script.done() || out_of_time(); });
            }
            // Jobs that are left end as if the terminal had been closed: a tcpdump writes its
            // file. Those that will not (trap '' TERM) are not asked twice.
            jobs().interrupt_all(15);
            sched.run_until_done([&, n = 0]() mutable { return jobs().idle() || ++n > 10'000; });
            jobs().clear();
            sched.clear();
            sched.foreground = nullptr;
        }
        const shell_result r = sh.result();
        const bool failed =
            r.failed || r.exit_status != 0 || r.stopped || stuck_ || out_of_time();
        return {failed ? (r.exit_status ? r.exit_status : 1) : 0, r.error.has_value()};
    }

    int run_program(const std::vector<std::string>& argv) {
        process p(sched, sys, ns_fd(krn.init_net().number), out_, err_);
        p.argv = argv;
        running_process alive(sched, p);
        executor exec;
        task<int> program = options.programs->run(p);
        program.start(exec);
        sched.run_until_done([&] { return program.done(); });
        return program.done() ? program.value() : 1;
    }

    // ---- shell_env
    std::optional<std::string> read_file(std::string_view name) override {
        const auto it = files_.find(std::string(name));
        if (it == files_.end()) return std::nullopt;
        return it->second;
    }
    bool write_file(std::string_view name, std::string_view bytes) override {
        if (bytes.size() > max_file) return false;
        files_[std::string(name)] = bytes;
        return true;
    }
    bool append_file(std::string_view name, std::string_view bytes) override {
        std::string& f = files_[std::string(name)];
        if (f.size() + bytes.size() > max_file) return false;
        f += bytes;
        return true;
    }
    bool remove_file(std::string_view name) override { return files_.erase(std::string(name)) > 0; }
    std::vector<std::string> file_names() override {
        std::vector<std::string> names;
        for (const auto& [name, text] : files_) names.push_back(name);
        return names;
    }
    bool has_program(std::string_view name) override { return find_tool(name) != nullptr; }
    pace step() override {
        steps_++;
        if (sched.interrupted() || (options.max_steps && steps_ > options.max_steps)) {
            return pace::stop;
        }
        return pace::go_on;
    }
    void command_begins(const command_event& e) override {
        if (!e.builtin) commands_++;
        if (options.echo && !e.builtin) out_.printf("$ %s\n", e.display.c_str());
        if (recording) recording->begin(e);
    }
    void command_ends(const command_event& e, int status) override {
        if (status != 0 && !e.builtin) failed_++;
        if (recording) recording->end(e, status);
        if (recording && !e.background) frames_until_.push_back(frames->records().size());
        // The real commands do not say where in a script they were.
        if (status != 0 && !e.builtin && !e.tested && !recording) {
            sched.hint(strf("%s:%d: exit status %d: %s", name_.c_str(), e.line, status,
                            e.display.c_str()));
        }
    }

    bool stuck() const { return stuck_; }
    bool out_of_time() const { return krn.now() > options.max_time; }

    // Which command each frame belongs to, by device: numbers as in expect.txt.
    std::map<std::string, std::vector<unsigned>> frame_commands() const {
        std::map<std::string, std::vector<unsigned>> numbers;
        std::size_t n = 0;
        for (std::size_t i = 0; i < frames->records().size(); i++) {
            while (n < frames_until_.size() && i >= frames_until_[n]) n++;
            if (recording->ipv6 && is_ipv6_frame(frames->data(frames->records()[i]))) continue;
            const auto& dev = frames->devices()[frames->records()[i].device];
            numbers[sys.netns_names()[dev.netns] + "/" + dev.name].push_back(unsigned(n + 1));
        }
        return numbers;
    }

    static constexpr int sigint = 2;
    static constexpr std::size_t max_file = 64 << 20;

    const lab_options options;
    vethlab::kernel krn;
    sim_system sys;
    scheduler sched;
    std::optional<frame_tap> frames;    // for a recording
    std::optional<pcapng_tap> capture;  // otherwise
    std::optional<recorder> recording;
    std::uint64_t commands_ = 0, failed_ = 0, steps_ = 0;

 private:
    writer& out_;
    writer& err_;
    std::map<std::string, std::string> files_;  // in memory, by name
    std::string name_;  // of the script
    std::vector<std::size_t> frames_until_;  // how many there were at the end of each command
    bool stuck_ = false;
};

lab::lab(const lab_options& options, writer& out, writer& err_out)
    : impl_(std::make_unique<implementation>(options, out, err_out)) {}
lab::~lab() = default;

run_result lab::run_script(std::string_view text, const std::string& name,
                           const std::vector<std::string>& args) {
    return impl_->run(text, name, args);
}

bool lab::out_of_time() const { return impl_->out_of_time(); }
bool lab::stuck() const { return impl_->stuck(); }
void lab::interrupt(int signal) { impl_->sched.interrupt(signal); }
int lab::run_program(const std::vector<std::string>& argv) { return impl_->run_program(argv); }

std::vector<std::byte> lab::pcapng() {
    if (impl_->capture) {
        impl_->capture->finish();
        if (impl_->options.pcap_out) return {};
        const bytes_view bytes = impl_->capture->bytes();
        return {bytes.begin(), bytes.end()};
    }
    if (!impl_->frames) return {};
    return to_pcapng(*impl_->frames, impl_->krn, impl_->sys.netns_names(),
                     impl_->options.pcap_filter);
}

record_files lab::record() {
    if (!impl_->recording) return {};
    return {impl_->recording->expect(),
            frames_text(*impl_->frames, impl_->sys.netns_names(), impl_->recording->ipv6),
            impl_->recording->state(impl_->sched), impl_->frame_commands()};
}

namespace {

// Where the time of the calibrated clock went.
std::string cpu_json(const cpu_account& cpu) {
    std::string works;
    for (std::size_t w = 0; w < cpu_works; w++) {
        if (!cpu.done[w]) continue;
        const double seconds = double(cpu.done[w]) * double(cpu.costs.picoseconds[w]) / 1e12;
        works += strf("%s\"%s\": {\"times\": %llu, \"seconds\": %.9f}", works.empty() ? "" : ", ",
                      cpu_work_name(cpu_work(w)), (unsigned long long)cpu.done[w], seconds);
    }
    return ", \"cpu\": {" + works + "}";
}

}  // namespace

std::string lab::summary_json() const {
    const auto& krn = impl_->krn;
    std::string drops;
    for (std::size_t r = 0; r < std::size_t(drop_reason::max_); r++) {
        if (!krn.drops[r]) continue;
        drops += strf("%s\"%s\": %llu", drops.empty() ? "" : ", ",
                      drop_reason_name(drop_reason(r)), (unsigned long long)krn.drops[r]);
    }
    return strf("{\"commands\": %llu, \"failed\": %llu, \"frames\": %llu, \"drops\": {%s}, "
                "\"simulated_seconds\": %.9f%s}",
                (unsigned long long)impl_->commands_, (unsigned long long)impl_->failed_,
                (unsigned long long)krn.frames_sent, drops.c_str(),
                double(krn.now().count()) / 1e9, krn.cpu ? cpu_json(*krn.cpu).c_str() : "");
}

std::map<std::string, std::string> lab::written_files() const {
    return impl_->sched.written_files();
}

vethlab::kernel& lab::kernel() { return impl_->krn; }

}  // namespace vethlab
