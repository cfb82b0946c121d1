#include "host/run.h"

#include <chrono>
#include <csignal>
#include <cstdio>

#include "host/files.h"
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
void write_files_of(const lab& l) {
    for (const auto& [name, bytes] : l.written_files()) {
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

// Ctrl-C reaches the lab, as it would the commands of a real one; a second one ends us.
lab* interrupted_lab = nullptr;

class interruptible {
 public:
    explicit interruptible(lab& l) {
        interrupted_lab = &l;
        std::signal(SIGINT, [](int) {
            interrupted_lab->interrupt();
            std::signal(SIGINT, SIG_DFL);
        });
    }
    ~interruptible() { std::signal(SIGINT, SIG_DFL); }
    interruptible(const interruptible&) = delete;
};

}  // namespace

int run(const run_options& options) {
    const std::string text = read_file(options.script);
    // Find out now, not after a long run, that a result has no place to go.
    if (!options.pcap_file.empty()) write_file(options.pcap_file, std::string_view());
    if (!options.record_dir.empty()) make_directory(options.record_dir);

    // With --json standard output is the summary's alone.
    stream_writer out(options.json ? stderr : stdout), err(stderr);
    const auto start = std::chrono::steady_clock::now();
    lab l(options.lab, out, err);
    const interruptible ctrl_c(l);
    const auto result = l.run_script(text, options.script, options.args);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

    if (!options.pcap_file.empty()) write_file(options.pcap_file, l.pcapng());
    if (!options.record_dir.empty()) write_recording(options.record_dir, l.record());
    if (options.json) {
        std::printf("%s\n", with_real_seconds(l.summary_json(), took.count()).c_str());
    }
    write_files_of(l);  // last: a name that the script chose wrongly costs nothing else
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) throw file_error("write error on stdout");
    if (result.script_error) return 2;
    return result.exit_status == 0 ? 0 : 1;
}

}  // namespace vethlab::host
