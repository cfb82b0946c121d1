#pragma once
// One end of a connection to a program: packets out, in order, as the program takes them.
#include <sys/types.h>

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/wire/nlmsg.h"
#include "host/exec/protocol.h"
#include "host/mirror/open_file.h"

namespace vethlab::host {

struct packet {
    std::vector<std::byte> data;
    open_file passed;  // a descriptor that goes with it
};

class connection {
 public:
    explicit connection(open_file file) : file_(std::move(file)) {}

    bool* asleep = nullptr;  // false as soon as the program is told something
    void wake() {
        if (asleep) *asleep = false;
    }

    int fd() const { return file_.fd(); }
    bool waits_for_room() const { return !out_.empty(); }
    std::size_t waiting() const { return out_.size(); }

    void send(packet p);
    void send_datagram(bytes_view data);
    void send_reply(const reply& r, bytes_view data = {}, open_file passed = {});
    void flush();  // what fits
    // nullopt: nothing there now, or the end (closed()).
    std::optional<packet> receive();
    bool closed() const { return closed_; }

 private:
    open_file file_;
    std::deque<packet> out_;
    bool closed_ = false;
};

// A listening socket with an abstract name of its own.
class listener {
 public:
    listener();
    int fd() const { return file_.fd(); }
    const std::string& name() const { return name_; }
    // A program of this user; nullopt: none waits. `pid`: whose it is.
    std::optional<connection> accept(pid_t& pid);

 private:
    open_file file_;
    std::string name_;
};

}  // namespace vethlab::host
