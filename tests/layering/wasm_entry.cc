// The smallest binding of sim for a page: text in, text out, nothing else. The web page's own
// binding will do more; this one pins what core and sim ask of their surroundings.
#include <cstring>
#include <string>

#include "sim/lab.h"

namespace {

// Answer of the last lab; the page reads it before it runs the next.
std::string answer;

}  // namespace

extern "C" {

__attribute__((export_name("lab_alloc"))) char* lab_alloc(std::size_t size) {
    return new char[size];
}

__attribute__((export_name("lab_free"))) void lab_free(char* text) { delete[] text; }

// Runs a lab; its exit status. lab_answer() then gives what it printed.
__attribute__((export_name("lab_run"))) int lab_run(const char* text, std::size_t size) {
    vethlab::string_writer out;
    vethlab::lab_options options;
    options.pcap = options.record = true;  // so that no part hides from the linker
    vethlab::lab lab(options, out, out);
    const auto result = lab.run_script({text, size}, "lab", {});
    const auto capture = lab.pcapng();
    const auto record = lab.record();
    answer = out.text + record.expect + record.frames + record.state + lab.summary_json();
    answer.append(reinterpret_cast<const char*>(capture.data()), capture.size());
    return result.script_error ? 2 : result.exit_status;
}

__attribute__((export_name("lab_answer"))) const char* lab_answer() { return answer.data(); }

__attribute__((export_name("lab_answer_size"))) std::size_t lab_answer_size() {
    return answer.size();
}

}  // extern "C"
