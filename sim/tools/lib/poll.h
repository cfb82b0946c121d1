#pragma once
// poll(2) on several sockets: co_await poll_sockets(p, sockets, deadline).
#include <deque>
#include <vector>

#include "sim/process.h"

namespace vethlab {

// Resumes when one of the sockets is readable or at the deadline, whichever is first.
class poll_sockets : public wait_base {
 public:
    poll_sockets(process& of, std::vector<socket*> sockets, sim_time deadline)
        : wait_base(of), sockets_(std::move(sockets)), deadline_(deadline) {}

    bool await_ready() const {
        if (deadline_ <= p.sys.now()) return true;
        for (const socket* s : sockets_) {
            if (s->readable()) return true;
        }
        return false;
    }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
        arm(handle);
        p.table.wake_at(deadline_, *this);
        for (socket* s : sockets_) p.table.wake_on(*s, members_.emplace_back(*this));
    }
    void await_resume() {}

 private:
    // A waiter waits for one socket, so each has its own.
    struct member : waiter {
        explicit member(poll_sockets& of) : all(of) {}
        ~member() override { all.p.table.cancel(*this); }
        void wake() override {
            all.p.table.cancel(*this);
            all.wake();
        }
        poll_sockets& all;
    };

    std::vector<socket*> sockets_;
    sim_time deadline_;
    std::deque<member> members_;
};

}  // namespace vethlab
