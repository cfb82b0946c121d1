#pragma once
// recvmsg(2) with its ancillary data.
#include <sys/socket.h>

#include <cstring>
#include <optional>
#include <vector>

#include "core/wire/bytes.h"

namespace vethlab::host {

// A msghdr with room for everything that goes with it. It points into itself.
struct message {
    msghdr header{};

    message(bytes_span data, void* from, socklen_t from_size)
        : data_{data.data(), data.size()} {
        header.msg_name = from;
        header.msg_iov = &data_;
        header.msg_iovlen = 1;
        reset(from_size);
    }
    message(const message&) = delete;

    void reset(socklen_t from_size) {
        header.msg_namelen = from_size;
        header.msg_control = control_;
        header.msg_controllen = sizeof control_;
        header.msg_flags = 0;
    }

 private:
    iovec data_;
    alignas(cmsghdr) char control_[512];
};

class control_messages {
 public:
    control_messages(const message& m) : header_(m.header) {}

    template <class T>
    std::optional<T> find(int level, int type) const {
        msghdr header = header_;
        for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
            if (c->cmsg_level != level || c->cmsg_type != type) continue;
            if (c->cmsg_len < CMSG_LEN(sizeof(T))) continue;
            T value;
            std::memcpy(&value, CMSG_DATA(c), sizeof value);
            return value;
        }
        return std::nullopt;
    }

 private:
    msghdr header_;
};

}  // namespace vethlab::host
