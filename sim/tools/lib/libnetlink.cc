// iproute2: lib/libnetlink.c
#include "sim/tools/lib/libnetlink.h"

namespace vethlab {
namespace {

struct nlmsgerr {
    std::int32_t error;
    nlmsghdr msg;
};

std::string strerror_text(int number) {
    const char* known = strerror(err(number));
    const std::string unknown = strerror(err(-1));
    return known == unknown ? unknown + strf(" %d", number) : known;
}

// nl_dump_ext_ack: prints the kernel's sentence; true if there was one and it was an error.
bool nl_dump_ext_ack(process& p, const nlmsg_view& msg, std::size_t skip, int error) {
    if (!(msg.hdr.nlmsg_flags & nlm_f::ack_tlvs) || skip > msg.body.size()) return false;
    const nlattrs attrs(msg.body.subspan(skip));
    const nlattr* text = attrs.get(nlmsgerr_attr::msg);
    if (!text || text->str().empty()) return false;
    const std::string s(text->str());
    p.err->printf("%s: %s%s\n", error ? "Error" : "Warning", s.c_str(), s.back() == '.' ? "" : ".");
    return error != 0;
}

// The request that an error answers is quoted behind it, unless the socket caps it.
std::size_t ext_ack_offset(const nlmsg_view& msg) {
    const auto e = msg.head<nlmsgerr>();
    if (msg.hdr.nlmsg_flags & nlm_f::capped) return sizeof(nlmsgerr);
    return sizeof(e.error) + nla_align(e.msg.nlmsg_len);
}

}  // namespace

netlink_channel& rtnl_handle::channel() {
    if (!channel_) {
        channel_ = p_.sys.netlink(p_.ns);
        channel_->set_strict_check(strict_);
    }
    return *channel_;
}

void rtnl_handle::set_strict_dump(bool on) {
    strict_ = on;
    if (channel_) channel_->set_strict_check(on);
}

err rtnl_handle::send(const nlmsg_builder& request, std::uint16_t flags) {
    std::vector<std::byte> bytes(request.view().begin(), request.view().end());
    auto hdr = load<nlmsghdr>(bytes);
    hdr.nlmsg_flags = std::uint16_t(hdr.nlmsg_flags | nlm_f::request | flags);
    hdr.nlmsg_seq = ++seq_;
    std::memcpy(bytes.data(), &hdr, sizeof hdr);
    return channel().send(bytes);
}

err rtnl_handle::talk(const nlmsg_builder& request, std::vector<std::byte>* answer,
                      rtnl_errors show) {
    if (const err e = send(request, answer ? 0 : nlm_f::ack); e != err::ok) {
        p_.err->printf("Cannot talk to rtnetlink: %s\n", strerror(e));
        return e;
    }
    while (auto datagram = channel().recv()) {
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            if (msg->hdr.nlmsg_seq != seq_) continue;
            if (msg->hdr.nlmsg_type != nlmsg::error) {
                if (!answer) continue;
                *answer = stored_nlmsg(*msg).bytes;
                return err::ok;
            }
            const auto e = msg->head<nlmsgerr>();
            if (e.error && show == rtnl_errors::hide) return err(-e.error);
            const bool said = nl_dump_ext_ack(p_, *msg, ext_ack_offset(*msg), e.error);
            if (e.error && !said) {
                p_.err->printf("RTNETLINK answers: %s\n", strerror_text(-e.error).c_str());
            }
            return err(-e.error);
        }
    }
    p_.err->write("EOF on netlink\n");
    return err::io;
}

bool rtnl_handle::dump_done(const nlmsg_view& msg, rtnl_errors show) {
    const int error = msg.head<std::int32_t>();
    if (error < 0 && show == rtnl_errors::hide) return false;
    if (err(-error) == err::noent && show == rtnl_errors::absent_is_empty) return true;
    if (nl_dump_ext_ack(p_, msg, sizeof error, error)) return false;
    if (error >= 0) return true;
    if (err(-error) == err::msgsize) {
        p_.err->write("Error: Buffer too small for object.\n");
    } else if (err(-error) != err::noent && err(-error) != err::opnotsupp) {
        p_.err->printf("RTNETLINK answers: %s\n", strerror_text(-error).c_str());
    }
    return false;
}

bool rtnl_handle::dump(const nlmsg_builder& request, const filter& f, rtnl_errors show) {
    if (const err e = send(request, nlm_f::dump); e != err::ok) {
        p_.err->printf("Cannot send dump request: %s\n", strerror(e));
        return false;
    }
    bool interrupted = false;
    while (auto datagram = channel().recv()) {
        bytes_view rest = *datagram;
        while (auto msg = nlmsg_next(rest)) {
            const nlmsghdr& hdr = msg->hdr;
            if (hdr.nlmsg_seq != seq_) continue;
            if (hdr.nlmsg_flags & nlm_f::dump_filtered) dump_filtered_ = true;
            if (hdr.nlmsg_flags & nlm_f::dump_intr) interrupted = true;
            if (hdr.nlmsg_type == nlmsg::done) {
                const bool ok = dump_done(*msg, show);
                if (ok && interrupted) {
                    p_.err->write("Dump was interrupted and may be inconsistent.\n");
                }
                return ok;
            }
            if (hdr.nlmsg_type == nlmsg::error) {
                const int error = msg->head<nlmsgerr>().error;
                if (show != rtnl_errors::hide) {
                    p_.err->printf("RTNETLINK answers: %s\n", strerror_text(-error).c_str());
                }
                return false;
            }
            if (!f(*msg)) {
                close();  // what is left of the dump goes with the socket
                return false;
            }
        }
    }
    p_.err->write("EOF on netlink\n");
    return false;
}

stored_nlmsg::stored_nlmsg(const nlmsg_view& msg) {
    const bytes_view head = as_view(msg.hdr);
    bytes.assign(head.begin(), head.end());
    bytes.insert(bytes.end(), msg.body.begin(), msg.body.end());
}

nlmsg_view stored_nlmsg::view() const { return first_message(bytes); }

nlmsg_view first_message(const std::vector<std::byte>& answer) {
    bytes_view rest = answer;
    const auto msg = nlmsg_next(rest);
    return msg ? *msg : nlmsg_view{};
}

}  // namespace vethlab
