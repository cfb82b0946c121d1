// Linux: net/core/dev_ioctl.c, as far as programs see it.
#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "host/preload/client.h"

struct ifaddrs;

namespace vethlab::host {
namespace {

// Requests that concern a process or a socket rather than a device.
bool about_devices(unsigned long what) {
    return what >= SIOCADDRT && what <= SIOCPROTOPRIVATE + 15 && what != SIOCATMARK;
}

answer ask_about(unsigned long what, ifreq& r) {
    return ask({call::ioctl, std::int32_t(what), 0}, {&r, sizeof r}, &r, sizeof r);
}

int refuse_request(unsigned long what) {
    char text[48];
    ::snprintf(text, sizeof text, "the request ioctl 0x%lx", what);
    refuse(text);
    return fail(EOPNOTSUPP);
}

}  // namespace

VETHLAB_EXPORT int ioctl(int fd, unsigned long what, ...) noexcept {
    static const auto next = VETHLAB_NEXT(ioctl);
    va_list list;
    va_start(list, what);
    void* argument = va_arg(list, void*);
    va_end(list);
    if (!about_devices(what) || !under_lab()) return next(fd, what, argument);
    const bool about_one = what >= SIOCGIFNAME && what <= SIOCSIFTXQLEN && what != SIOCGIFCONF;
    if (!about_one) return refuse_request(what);
    const answer a = ask_about(what, *static_cast<ifreq*>(argument));
    return a.error == EOPNOTSUPP ? refuse_request(what) : done(a);
}

// The C library's own calls behind these would pass us by.
VETHLAB_EXPORT unsigned if_nametoindex(const char* name) noexcept {
    static const auto next = VETHLAB_NEXT(if_nametoindex);
    if (!under_lab()) return next(name);
    ifreq r{};
    if (::strlen(name) >= sizeof r.ifr_name) return unsigned(fail(ENODEV) + 1);
    ::strcpy(r.ifr_name, name);
    const answer a = ask_about(SIOCGIFINDEX, r);
    if (a.error) return unsigned(fail(a.error) + 1);
    return unsigned(r.ifr_ifindex);
}

VETHLAB_EXPORT char* if_indextoname(unsigned index, char* name) noexcept {
    static const auto next = VETHLAB_NEXT(if_indextoname);
    if (!under_lab()) return next(index, name);
    ifreq r{};
    r.ifr_ifindex = int(index);
    const answer a = ask_about(SIOCGIFNAME, r);
    if (a.error) {
        errno = a.error == ENODEV ? ENXIO : a.error;
        return nullptr;
    }
    return ::strncpy(name, r.ifr_name, IF_NAMESIZE);
}

VETHLAB_EXPORT int getifaddrs(ifaddrs** list) noexcept {
    static const auto next = next_function<int (*)(ifaddrs**)>("getifaddrs");
    if (!under_lab()) return next(list);
    refuse("getifaddrs");
    return fail(EOPNOTSUPP);
}

VETHLAB_EXPORT struct if_nameindex* if_nameindex() noexcept {
    static const auto next = next_function<struct if_nameindex* (*)()>("if_nameindex");
    if (!under_lab()) return next();
    refuse("if_nameindex");
    fail(EOPNOTSUPP);
    return nullptr;
}

}  // namespace vethlab::host
