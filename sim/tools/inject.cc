// A lab's own command: a raw Ethernet frame out of a device, as any program with a packet
// socket would send it.
//     inject DEV HEX... [pad LEN] [count N] [interval MS]
#include <cctype>

#include "sim/tools/lib/links.h"
#include "sim/tools/lib/word_options.h"
#include "sim/tools/tools.h"

namespace vethlab {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The words joined; colons and dots between digits mean nothing.
std::optional<std::vector<std::byte>> parse_frame(const std::vector<std::string>& words) {
    std::vector<std::byte> frame;
    int high = -1;
    for (std::size_t i = 1; i < words.size(); i++) {
        for (const char c : words[i]) {
            if (c == ':' || c == '.' || std::isspace(static_cast<unsigned char>(c))) continue;
            const int digit = hex_digit(c);
            if (digit < 0) return std::nullopt;
            if (high < 0) {
                high = digit;
            } else {
                frame.push_back(std::byte(high << 4 | digit));
                high = -1;
            }
        }
    }
    if (high >= 0) return std::nullopt;
    return frame;
}

}  // namespace

task<int> inject_main(process& p) {
    word_options opt{{{"pad", 0}, {"count", 1}, {"interval", 0}}, {}};
    if (!opt.parse(p)) co_return 1;
    if (opt.words.size() < 2) {
        p.err->write("usage: inject DEV HEX... [pad LEN] [count N] [interval MS]\n");
        co_return 1;
    }
    const std::string& dev = opt.words[0];
    auto frame = parse_frame(opt.words);
    if (!frame) {
        p.err->printf("inject: %s: not a row of hexadecimal bytes\n", dev.c_str());
        co_return 1;
    }
    if (frame->size() < std::size_t(opt["pad"])) frame->resize(std::size_t(opt["pad"]));

    std::unique_ptr<socket> s;
    err e = p.sys.open_socket(p.ns, sock_kind::packet, s);
    if (e == err::ok) {
        const auto link = link_by_name(p, dev);
        e = link ? s->bind_packet(link->index, 0) : err::nodev;
    }
    std::int64_t dropped = 0;
    for (std::int64_t n = 0; n < opt["count"] && e == err::ok && !p.interrupted; n++) {
        if (n && opt["interval"]) {
            co_await p.sleep_for(std::chrono::milliseconds(opt["interval"]));
        }
        e = s->send_frame(*frame);
        // A queue's drop does not stop the others.
        if (e == err::nobufs) {
            dropped++;
            e = err::ok;
        }
    }
    if (e == err::ok && !dropped) co_return 0;
    std::string part;
    if (e == err::ok) {
        e = err::nobufs;
        if (opt["count"] > 1) {
            part = strf("%lld of %lld frames: ", static_cast<long long>(dropped),
                        static_cast<long long>(opt["count"]));
        }
    }
    p.err->printf("inject: %s: %s%s\n", dev.c_str(), part.c_str(), strerror(e));
    co_return 1;
}

}  // namespace vethlab
