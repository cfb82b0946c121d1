#include "host/mirror/packing.h"

#include <cstring>

namespace vethlab::host {
namespace {

class packer {
 public:
    std::string bytes;
    void number(std::uint64_t n) { bytes.append(reinterpret_cast<const char*>(&n), sizeof n); }
    void text(const std::string& s) {
        number(s.size());
        bytes += s;
    }
};

class unpacker {
 public:
    explicit unpacker(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number() {
        std::uint64_t n = 0;
        const auto raw = take(sizeof n);
        std::memcpy(&n, raw.data(), sizeof n);
        return n;
    }
    std::string text() { return std::string(take(number())); }

 private:
    std::string_view take(std::uint64_t size) {
        // A lab whose process was ended sends a part.
        if (size > rest_.size()) throw std::runtime_error("the lab's results are not complete");
        const auto part = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return part;
    }
    std::string_view rest_;
};

}  // namespace

std::string pack(const kernel_lab_result& r) {
    packer p;
    p.number(std::uint64_t(r.run.exit_status));
    p.number(r.run.script_error);
    for (const auto* s :
         {&r.record.expect, &r.record.frames, &r.record.state, &r.pcapng, &r.summary}) {
        p.text(*s);
    }
    p.number(r.record.frame_commands.size());
    for (const auto& [device, numbers] : r.record.frame_commands) {
        p.text(device);
        p.number(numbers.size());
        for (const unsigned n : numbers) p.number(n);
    }
    p.number(r.files.size());
    for (const auto& [name, text] : r.files) {
        p.text(name);
        p.text(text);
    }
    return p.bytes;
}

kernel_lab_result unpack(const std::string& bytes) {
    unpacker u(bytes);
    kernel_lab_result r;
    r.run.exit_status = int(u.number());
    r.run.script_error = u.number() != 0;
    for (auto* s : {&r.record.expect, &r.record.frames, &r.record.state, &r.pcapng, &r.summary}) {
        *s = u.text();
    }
    for (auto n = u.number(); n > 0; n--) {
        auto& numbers = r.record.frame_commands[u.text()];
        for (auto k = u.number(); k > 0; k--) numbers.push_back(unsigned(u.number()));
    }
    for (auto n = u.number(); n > 0; n--) {
        const std::string name = u.text();
        r.files[name] = u.text();
    }
    return r;
}

}  // namespace vethlab::host
