// iproute2: ip/ipnetns.c (ids of namespaces)
#include "sim/tools/ip/ip_common.h"

namespace vethlab {

// On a socket of its own (upstream: rtnsh): a dump or a monitor may be reading the other.
static int get_netnsid_from_fd(ip_context& ip, ns_fd fd) {
    rtnl_handle rtnsh(ip.p);
    nlmsg_builder request;
    request.begin(rtm::getnsid, 0);
    request.head(rtgenmsg{af::unspec});
    request.put_u32(netnsa::fd, std::uint32_t(fd));
    request.end();
    std::vector<std::byte> answer;
    if (rtnsh.talk(request, &answer) != err::ok) return -1;
    const auto attrs = first_message(answer).attrs<rtgenmsg>();
    const nlattr* id = attrs.get(netnsa::nsid);
    return id ? id->as<std::int32_t>() : -1;
}

int get_netnsid_from_name(ip_context& ip, const std::string& name) {
    const ns_fd fd = netns_get_fd(ip, name);
    return fd == no_ns ? -1 : get_netnsid_from_fd(ip, fd);
}

int set_netnsid_from_name(ip_context& ip, const std::string& name, int id) {
    const ns_fd fd = netns_get_fd(ip, name);
    if (fd == no_ns) return -1;
    nlmsg_builder request;
    request.begin(rtm::newnsid, 0);
    request.head(rtgenmsg{af::unspec});
    request.put_u32(netnsa::fd, std::uint32_t(fd));
    request.put_u32(netnsa::nsid, std::uint32_t(id));
    request.end();
    (void)ip.rth.talk(request);  // upstream asks for the number all the same
    return get_netnsid_from_fd(ip, fd);
}

std::optional<std::string> get_name_from_nsid(ip_context& ip, int nsid) {
    if (nsid < 0) return std::nullopt;
    if (!ip.netns_names) {
        ip.netns_names.emplace();
        for (const auto& name : ip.p.sys.netns_list()) {
            const int id = get_netnsid_from_name(ip, name);
            if (id >= 0) (*ip.netns_names)[id] = name;
        }
    }
    const auto it = ip.netns_names->find(nsid);
    return it != ip.netns_names->end() ? std::optional(it->second) : std::nullopt;
}

}  // namespace vethlab
