#include "host/mirror/kernel_lab.h"

#include <algorithm>
#include <cstdio>

#include "host/mirror/lab_files.h"
#include "host/mirror/lab_table.h"
#include "host/mirror/observer.h"
#include "host/mirror/packing.h"
#include "sim/capture/frames_text.h"
#include "sim/capture/pcapng.h"
#include "sim/shell/jobs.h"
#include "sim/transcript.h"

namespace vethlab::host {
namespace {

class stream_writer final : public writer {
 public:
    explicit stream_writer(std::FILE* f) : f_(f) {}
    void write(std::string_view s) override {
        // Whoever reads both sees them in order, and at once: here time is real.
        std::fwrite(s.data(), 1, s.size(), f_);
        std::fflush(f_);
    }

 private:
    std::FILE* f_;
};

class kernel_lab final : public shell_env {
 public:
    kernel_lab(const kernel_lab_options& o, const std::string& text, writer& out, writer& err_out)
        : options_(o),
          ipv6_(wants_ipv6(text)),
          sys_(o.seed),
          table_(sys_, *this, err_out, o.host_tools),
          watch_(sys_, {o.capture, o.conditions, ipv6_}, text),
          transcript_(out, err_out) {
        table_.hints = o.hints;
        table_.on_signal = [this](int signal) {
            interrupted_ = true;
            jobs().interrupt_all(signal);
        };
        sys_.before_delete = [this](const std::string& name) {
            watch_.forget(name);
            sys_.close_namespaces(table_.namespaces_in_use());
            deleted_ = true;
        };
    }
    ~kernel_lab() override { jobs().clear(); }

    kernel_lab_result run(const std::string& text, const std::string& name,
                          const std::vector<std::string>& args);

    // ---- shell_env
    std::optional<std::string> read_file(std::string_view name) override {
        return files_.read(name);
    }
    bool write_file(std::string_view name, std::string_view bytes) override {
        return files_.write(name, bytes, false);
    }
    bool append_file(std::string_view name, std::string_view bytes) override {
        return files_.write(name, bytes, true);
    }
    bool remove_file(std::string_view name) override { return files_.remove(name); }
    std::vector<std::string> file_names() override { return files_.names(); }
    bool has_program(std::string_view name) override { return find_tool(name) != nullptr; }
    pace step() override { return interrupted_ ? pace::stop : pace::go_on; }
    void command_begins(const command_event& e) override;
    void command_ends(const command_event& e, int status) override;

 private:
    bool run_shell(process& main, shell& sh, const std::string& text,
                   const std::vector<std::string>& args);
    std::string ask(ns_fd ns, const std::vector<std::string>& argv);
    record_files record();
    std::string state();
    std::string pcapng();
    std::string summary() const;

    const kernel_lab_options options_;
    const bool ipv6_;
    lab_system sys_;
    lab_table table_;
    observer watch_;
    transcript transcript_;
    lab_files files_;
    std::string name_;  // of the script
    bool deleted_ = false, interrupted_ = false;
    std::uint64_t commands_ = 0, failed_ = 0;
};

kernel_lab_result kernel_lab::run(const std::string& text, const std::string& name,
                                  const std::vector<std::string>& args) {
    name_ = name;
    if (options_.capture || options_.conditions) watch_.start();
    process main(table_, sys_, sys_.home(), transcript_.out(), transcript_.err());
    main.argv = args;
    main.argv.insert(main.argv.begin(), name);
    shell sh(main, *this);
    const bool stuck = !run_shell(main, sh, text, args);
    if (options_.capture) watch_.settle();
    const shell_result r = sh.result();
    const bool failed = r.failed || r.exit_status != 0 || r.stopped || stuck;
    kernel_lab_result result;
    result.run = {failed ? (r.exit_status ? r.exit_status : 1) : 0, r.error.has_value()};
    if (options_.conditions) result.record = record();
    if (options_.capture) result.pcapng = pcapng();
    result.summary = summary();
    result.files = files_.left_by_programs();
    return result;
}

bool kernel_lab::run_shell(process& main, shell& sh, const std::string& text,
                           const std::vector<std::string>& args) {
    executor exec;
    table_.foreground = &exec;
    task<int> script = sh.run(text, name_, args);
    script.start(exec);
    const bool finished = table_.run_until_done([&] { return script.done(); });
    if (!finished) main.err->write("vethlab: nothing can happen any more\n");
    // Jobs that are left end as if the terminal had been closed: a tcpdump writes its file.
    jobs().interrupt_all(15);
    const sim_time limit = sys_.now() + 2s;
    table_.run_until_done([&] { return jobs().idle() || sys_.now() > limit; });
    jobs().clear();
    table_.foreground = nullptr;
    return finished;
}

void kernel_lab::command_begins(const command_event& e) {
    if (!e.builtin) commands_++;
    if (options_.echo && !e.builtin) transcript_.out().printf("$ %s\n", e.display.c_str());
    transcript_.begin(e);
}

void kernel_lab::command_ends(const command_event& e, int status) {
    if (status != 0 && !e.builtin) failed_++;
    transcript_.end(e, status);
    if (status != 0 && !e.builtin && !e.tested && !options_.conditions) {
        table_.hint(
            strf("%s:%d: exit status %d: %s", name_.c_str(), e.line, status, e.display.c_str()));
    }
    if (e.background) return;
    if (deleted_) wait_for_netns_cleanup(sys_);
    deleted_ = false;
    if (options_.conditions) {
        watch_.settle(!jobs().idle());
    } else if (options_.capture) {
        watch_.refresh();
        watch_.collect();
    }
    watch_.next_command();
    sys_.close_namespaces(table_.namespaces_in_use());
}

// ---- results

std::string kernel_lab::ask(ns_fd ns, const std::vector<std::string>& argv) {
    string_writer out;
    null_writer nothing;
    process p(table_, sys_, ns, out, nothing);
    p.argv = argv;
    const tool* t = find_tool(argv[0]);
    if (t->run) {
        t->run(p);
        return out.text;
    }
    executor exec;
    task<int> task = t->main(p);
    task.start(exec);
    table_.run_until_done([&] { return task.done(); });
    return out.text;
}

std::string kernel_lab::state() {
    std::string rows;
    const auto order = watch_.order();
    for (const auto& [name, ns] : order) {
        if (ipv6_) break;  // it sends at random times
        for (const auto& l : watch_.links(ns)) rows += counters_row(name, l.name, l.stats);
    }
    const auto asks = [this](ns_fd ns, const auto& argv) {
        return watch_.macs().in_text(ask(ns, argv));
    };
    return rows + state_rows(order, asks);
}

record_files kernel_lab::record() {
    record_files r;
    std::map<std::string, std::string> per_device;
    for (const auto& f : watch_.frames()) {
        if (ipv6_ && f.bytes.size() >= eth_hlen && be16(f.bytes, 12) == eth_p::ipv6) continue;
        auto bytes = f.bytes;
        watch_.macs().in_frame(bytes);
        const std::string device = f.netns + "/" + f.device;
        per_device[device] += frame_line(device, f.type, bytes);
        r.frame_commands[device].push_back(f.command);
    }
    r.frames = join_devices(per_device);
    r.expect = watch_.macs().in_text(transcript_.text());
    r.state = state();
    return r;
}

std::string kernel_lab::pcapng() {
    const auto epoch_us = sys_.wall_clock_us() - sys_.now() / 1us;
    pcapng_writer file(epoch_us);
    std::map<std::pair<std::string, std::string>, std::uint32_t> interfaces;
    std::vector<const seen_frame*> frames;
    for (const auto& f : watch_.frames()) {
        const std::pair device(f.netns, f.device);
        if (!interfaces.contains(device)) {
            interfaces[device] = file.add_interface(f.device, f.netns);
        }
        frames.push_back(&f);
    }
    std::stable_sort(frames.begin(), frames.end(),
                     [](const auto* a, const auto* b) { return a->when < b->when; });
    for (const auto* f : frames) {
        auto bytes = f->bytes;
        if (options_.conditions) watch_.macs().in_frame(bytes);
        if (options_.capture_filter && !options_.capture_filter(bytes)) continue;
        file.add_packet(interfaces[{f->netns, f->device}], f->when, bytes, f->type, 0);
    }
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

std::string kernel_lab::summary() const {
    std::string s = strf("{\"commands\": %llu, \"failed\": %llu", (unsigned long long)commands_,
                         (unsigned long long)failed_);
    if (options_.capture) {
        const auto& f = watch_.frames();
        const auto sent = std::count_if(f.begin(), f.end(), [](const seen_frame& frame) {
            return frame.type == packet_type::outgoing;
        });
        s += strf(", \"frames\": %lld", (long long)sent);
    }
    return s + "}";
}

}  // namespace

kernel_lab_result run_kernel_lab(const kernel_lab_options& options, const std::string& text,
                                 const std::string& name, const std::vector<std::string>& args,
                                 output where) {
    const auto inside = [&] {
        stream_writer out(where == output::shown ? stdout : stderr), err_out(stderr);
        null_writer nothing;
        const bool quiet = where == output::quiet;
        kernel_lab lab(options, text, quiet ? static_cast<writer&>(nothing) : out,
                       quiet ? static_cast<writer&>(nothing) : err_out);
        return pack(lab.run(text, name, args));
    };
    return unpack(run_isolated({options.cpu, options.conditions}, inside));
}

}  // namespace vethlab::host
