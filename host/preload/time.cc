// To sleep is to let simulated time pass, and an alarm rings in it. Timers that a program makes
// with a signal or a period of its own, and the time-outs of poll and select, stay with the
// machine.
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "host/preload/client.h"

namespace vethlab::host {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t in_ns(const timespec& t) { return std::int64_t{t.tv_sec} * second + t.tv_nsec; }

bool valid(const timespec& t) { return t.tv_sec >= 0 && t.tv_nsec >= 0 && t.tv_nsec < second; }

int sleep_in_lab(std::int64_t ns) { return ask({call::sleep, 0, 0}, {&ns, sizeof ns}).error; }

// Nanoseconds that were left of the alarm before.
std::int64_t set_alarm(std::int64_t ns) {
    return ask({call::alarm, 0, 0}, {&ns, sizeof ns}).number;
}

// The one timer of a process that rings as alarm() does (timeout, of coreutils).
timer_t plain_timer;
bool has_plain_timer = false;

}  // namespace

VETHLAB_EXPORT int nanosleep(const timespec* span, timespec* left) {
    static const auto next = VETHLAB_NEXT(nanosleep);
    if (!under_lab()) return next(span, left);
    if (!valid(*span)) return fail(EINVAL);
    const int error = sleep_in_lab(in_ns(*span));
    return error ? fail(error) : 0;
}
VETHLAB_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec* span,
                                   timespec* left) {
    static const auto next = VETHLAB_NEXT(clock_nanosleep);
    if (!under_lab()) return next(clock, flags, span, left);
    if (!valid(*span)) return EINVAL;
    timespec now{};
    if (flags & TIMER_ABSTIME) {
        if (::clock_gettime(clock, &now) < 0) return errno;
    }
    const std::int64_t ns = in_ns(*span) - in_ns(now);
    return ns > 0 ? sleep_in_lab(ns) : 0;
}
VETHLAB_EXPORT int usleep(useconds_t us) {
    const timespec span{time_t(us / 1'000'000), long(us % 1'000'000) * 1000};
    return nanosleep(&span, nullptr);
}
VETHLAB_EXPORT unsigned sleep(unsigned seconds) {
    const timespec span{time_t(seconds), 0};
    return nanosleep(&span, nullptr) == 0 ? 0 : seconds;
}

VETHLAB_EXPORT unsigned alarm(unsigned seconds) noexcept {
    static const auto next = VETHLAB_NEXT(alarm);
    if (!under_lab()) return next(seconds);
    return unsigned((set_alarm(seconds * second) + second - 1) / second);
}

VETHLAB_EXPORT int timer_create(clockid_t clock, sigevent* how, timer_t* made) noexcept {
    static const auto next = VETHLAB_NEXT(timer_create);
    const int result = next(clock, how, made);
    const bool plain = !how || (how->sigev_notify == SIGEV_SIGNAL && how->sigev_signo == SIGALRM);
    if (result < 0 || !plain || !under_lab()) return result;
    plain_timer = *made;
    has_plain_timer = true;
    return result;
}
VETHLAB_EXPORT int timer_settime(timer_t which, int flags, const itimerspec* to,
                                 itimerspec* old) noexcept {
    static const auto next = VETHLAB_NEXT(timer_settime);
    const bool periodic = to->it_interval.tv_sec || to->it_interval.tv_nsec;
    const bool ours = has_plain_timer && which == plain_timer && !periodic && !old && flags == 0;
    if (!ours || !under_lab()) return next(which, flags, to, old);
    if (!valid(to->it_value)) return fail(EINVAL);
    set_alarm(in_ns(to->it_value));
    return 0;
}

}  // namespace vethlab::host
