#include "host/run.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <utility>

#include "host/capture_file.h"
#include "host/exec/server.h"
#include "host/files.h"
#include "host/filter.h"
#include "host/mirror/kernel_lab.h"
#include "sim/text.h"

namespace vethlab::host {
namespace {

class stream_writer final : public writer {
 public:
    explicit stream_writer(std::FILE* f) : f_(f) {}
    void write(std::string_view s) override {
        // What was said on stdout before stands before it on a terminal or in a common file, too.
        if (f_ == stderr) std::fflush(stdout);
        std::fwrite(s.data(), 1, s.size(), f_);
    }

 private:
    std::FILE* f_;
};

void write_recording(const std::string& dir, const record_files& files) {
    make_directory(dir);
    write_file(dir + "/expect.txt", files.expect);
    write_file(dir + "/frames.txt", files.frames);
    write_file(dir + "/state.txt", files.state);
}

// What `tcpdump -w` and the like left. A script may come from anywhere: it writes here or nowhere.
void write_left_files(const std::map<std::string, std::string>& files) {
    for (const auto& [name, bytes] : files) {
        if (stays_here(name)) {
            write_file(name, bytes);
        } else {
            std::fprintf(stderr, "vethlab: %s: not written, it is outside this directory\n",
                         name.c_str());
        }
    }
}

// The lab's summary, an object, with the time that passed outside the lab as its last member.
std::string with_real_seconds(std::string json, double seconds) {
    const auto end = json.rfind('}');
    if (end != std::string::npos) {
        json.insert(end, strf(", \"real_seconds\": %.6f", seconds));
    }
    return json;
}

// Ctrl-C and SIGTERM reach the lab, as they would the commands of a real one: what it came to is
// still written. A second one ends us.
lab* interrupted_lab = nullptr;
constexpr int passed_on[] = {SIGINT, SIGTERM};

class interruptible {
 public:
    explicit interruptible(lab& l) {
        interrupted_lab = &l;
        for (const int s : passed_on) {
            std::signal(s, [](int signal) {
                interrupted_lab->interrupt(signal);
                for (const int again : passed_on) std::signal(again, SIG_DFL);
            });
        }
    }
    ~interruptible() {
        for (const int s : passed_on) std::signal(s, SIG_DFL);
    }
    interruptible(const interruptible&) = delete;
};

// What either kind of lab came to.
struct lab_results {
    run_result run;
    record_files record;
    std::string summary;
    std::string pcapng;
    std::map<std::string, std::string> files;
    bool pcapng_written = false;  // while it ran
};

lab_results run_simulated(const run_options& options, const std::string& text) {
    // With --json standard output is the summary's alone.
    stream_writer out(options.json ? stderr : stdout), err(stderr);
    lab_options with = options.lab;
    std::optional<exec_server> programs;
    if (options.host_tools) {
        programs.emplace(exec_options{host_commands(), /*inside_lab=*/true});
        with.programs = &*programs;
    }
    with.compile_filter = compile_filter;
    std::optional<capture_file> capture;
    if (!options.pcap_file.empty() && !with.record) {
        with.pcap_out = &capture.emplace(options.pcap_file);
    }
    lab l(with, out, err);
    const interruptible ctrl_c(l);
    const auto result = l.run_script(text, options.script, options.args);
    const auto pcapng = l.pcapng();
    if (capture) capture->close();
    return {result, l.record(), l.summary_json(),
            std::string(reinterpret_cast<const char*>(pcapng.data()), pcapng.size()),
            l.written_files(), capture.has_value()};
}

// The frames of a recording come from a second run, for watching changes counters.
lab_results run_real(const run_options& options, const std::string& text) {
    kernel_lab_options k{.seed = options.lab.seed, .echo = options.lab.echo,
                         .hints = options.lab.hints, .conditions = options.lab.record};
    k.host_tools = options.host_tools;
    k.capture = options.lab.pcap && !options.lab.record;
    k.capture_filter = options.lab.pcap_filter;
    auto result = run_kernel_lab(k, text, options.script, options.args,
                                 options.json ? output::all_to_stderr : output::shown);
    if (options.lab.record) {
        k.capture = true;
        auto seen = run_kernel_lab(k, text, options.script, options.args, output::quiet);
        result.record.frames = std::move(seen.record.frames);
        result.pcapng = std::move(seen.pcapng);
    }
    return {result.run, std::move(result.record), std::move(result.summary),
            std::move(result.pcapng), std::move(result.files)};
}

}  // namespace

int run(const run_options& options) {
    const std::string text = read_file(options.script);
    // Find out now, not after a long run, that a result has no place to go.
    if (!options.pcap_file.empty()) write_file(options.pcap_file, std::string_view());
    if (!options.record_dir.empty()) make_directory(options.record_dir);

    const auto start = std::chrono::steady_clock::now();
    const auto done = options.on_kernel ? run_real(options, text) : run_simulated(options, text);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

    if (!options.pcap_file.empty() && !done.pcapng_written) {
        write_file(options.pcap_file, done.pcapng);
    }
    if (!options.record_dir.empty()) write_recording(options.record_dir, done.record);
    if (options.json) {
        std::printf("%s\n", with_real_seconds(done.summary, took.count()).c_str());
    }
    write_left_files(done.files);  // last: a name that the script chose wrongly costs nothing else
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) throw file_error("write error on stdout");
    if (done.run.script_error) return 2;
    return done.run.exit_status == 0 ? 0 : 1;
}

int exec(const program_options& options) {
    const std::string text = options.script.empty() ? "" : read_file(options.script);
    exec_server server({{}, /*inside_lab=*/false});
    stream_writer out(stdout), err(stderr);
    lab_options with = options.lab;
    with.programs = &server;
    lab l(with, out, err);
    if (!options.script.empty()) {
        const interruptible ctrl_c(l);
        if (l.run_script(text, options.script, {}).script_error) return 2;
    }
    std::fflush(stdout);
    // The terminal's signals are the program's.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGQUIT, SIG_IGN);
    const int status = l.run_program(options.argv);
    write_left_files(l.written_files());
    return status;
}

}  // namespace vethlab::host
