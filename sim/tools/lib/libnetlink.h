#pragma once
// iproute2: include/libnetlink.h
// Requests to rtnetlink and their answers. What the kernel says about a failure is printed
// here, as iproute2 prints it: "Error: TEXT." or "RTNETLINK answers: STRERROR".
#include <functional>
#include <memory>

#include "sim/process.h"

namespace vethlab {

// absent_is_empty: a dump that ends in ENOENT (a routing table that is not there yet) counts
// as one without messages.
enum class rtnl_errors { show, hide, absent_is_empty };

class rtnl_handle {
 public:
    explicit rtnl_handle(process& p) : p_(p) {}

    // rtnl_talk: one request (built, without seq and NLM_F_ACK: both are set here), one
    // answer. err::ok, or what the kernel refused with, already printed. `answer` gets
    // the reply message of a get request.
    err talk(const nlmsg_builder& request, std::vector<std::byte>* answer = nullptr,
             rtnl_errors show = rtnl_errors::show);

    // A message of a dump; returning false ends the reading (upstream: filter < 0).
    using filter = std::function<bool(const nlmsg_view&)>;
    // rtnl_dump_request and rtnl_dump_filter in one: sends the request with
    // NLM_F_REQUEST | NLM_F_DUMP and hands out its answers. False after an error, which
    // is already printed ("Dump terminated" is the caller's line).
    bool dump(const nlmsg_builder& request, const filter& f, rtnl_errors show = rtnl_errors::show);
    // Did one of the dumps say that it was answered with NLM_F_DUMP_FILTERED?
    bool dump_filtered() const { return dump_filtered_; }

    void set_strict_dump(bool on);
    // The socket, opened in the process's namespace when first used.
    netlink_channel& channel();
    // After p.ns changed (-n): the next request opens a new socket.
    void close() { channel_.reset(); }

 private:
    err send(const nlmsg_builder& request, std::uint16_t flags);
    bool dump_done(const nlmsg_view& msg, rtnl_errors show);

    process& p_;
    std::unique_ptr<netlink_channel> channel_;
    std::uint32_t seq_ = 0;
    bool strict_ = false;
    bool dump_filtered_ = false;
};

// Dump messages outlive their datagram: header and body in one piece.
struct stored_nlmsg {
    std::vector<std::byte> bytes;
    explicit stored_nlmsg(const nlmsg_view& msg);
    nlmsg_view view() const;
};
// The message in an answer of talk().
nlmsg_view first_message(const std::vector<std::byte>& answer);

}  // namespace vethlab
