// Who is connected to the server, and what comes from them.
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "host/exec/server.h"

namespace vethlab::host {

bool exec_server::serve(std::optional<std::chrono::nanoseconds> timeout) {
    std::vector<pollfd> fds{{listener_.fd(), POLLIN, 0}};
    const auto add = [&](int fd, bool writes) {
        if (fd >= 0) fds.push_back({fd, short(POLLIN | (writes ? POLLOUT : 0)), 0});
    };
    for (const auto& s : strangers_) add(s.link.fd(), false);
    for (const auto& o : objects_) add(o.link.fd(), o.link.waits_for_room());
    for (const auto& c : clients_) add(c.link.fd(), c.link.waits_for_room());
    for (const auto* p : programs_) {
        for (const int fd : {p->end_fd(), p->out_fd(), p->err_fd()}) add(fd, false);
    }
    std::fflush(stdout);
    timespec span{};
    if (timeout) {
        span.tv_sec = *timeout / 1s;
        span.tv_nsec = (*timeout % 1s).count();
    }
    if (::ppoll(fds.data(), fds.size(), timeout ? &span : nullptr, nullptr) <= 0) return false;
    asleep_ = false;
    greet_strangers();
    for (auto& o : objects_) {
        o.link.flush();
        take_writes(o);
    }
    for (auto& c : clients_) {
        c.link.flush();
        take_calls(c);
    }
    drop_closed();
    look_at_programs();
    flush_datagrams();
    return true;
}

void exec_server::greet_strangers() {
    stranger next{connection(open_file()), 0};
    while (auto link = listener_.accept(next.pid)) {
        link->asleep = &asleep_;
        strangers_.push_back({std::move(*link), next.pid});
    }
    std::erase_if(strangers_, [this](stranger& s) { return greet(s); });
}

// True: it is no stranger any more, or gone.
bool exec_server::greet(stranger& s) {
    auto p = s.link.receive();
    if (!p) return s.link.closed();
    greeting g{};
    if (p->data.size() != sizeof g) return true;
    std::memcpy(&g, p->data.data(), sizeof g);
    if (g.kind == greeting::object) {
        objects_.emplace_back(std::move(s.link), g.cookie);
    } else if (g.kind == greeting::call) {
        greeted_.insert(s.pid);
        const ns_fd ns = sys_->net_of(g.netns) ? g.netns : ns_fd(sys_->krn.init_net().number);
        auto& c =
            clients_.emplace_back(std::move(s.link), s.pid, table_->next_pid(), sys_->krn.events);
        sys_->enter(c.lab_pid, ns);
    }
    return true;
}

void exec_server::take_calls(client& c) {
    while (auto p = c.link.receive()) {
        greet_strangers();  // who speaks of an object has opened it before
        for (auto& o : objects_) take_writes(o);
        incoming in{c, {}, {}, *p};
        if (p->data.size() < sizeof in.r) continue;
        std::memcpy(&in.r, p->data.data(), sizeof in.r);
        in.payload = bytes_view(p->data).subspan(sizeof in.r);
        caller_ = &c;
        const err e = answer(in);
        caller_ = nullptr;
        flush_datagrams();
        if (in.later) continue;
        c.link.send_reply({reply::done, std::int32_t(e), in.number}, in.data, std::move(in.passed));
    }
}

// What the C library's own functions wrote past our write(): nobody waits for an answer.
void exec_server::take_writes(object& o) {
    while (auto p = o.link.receive()) {
        if (o.sysctl.empty()) continue;
        const auto* text = reinterpret_cast<const char*>(p->data.data());
        (void)write_sysctl(o, {text, p->data.size()});
    }
}

void exec_server::drop_closed() {
    for (auto& c : clients_) {
        if (c.link.closed()) end_client(c);
    }
    std::erase_if(clients_, [](const client& c) { return c.link.closed(); });
    for (auto& o : objects_) {
        if (!o.link.closed() || !o.sk) continue;
        netns& net = o.sk->net;
        o.sk.reset();
        sys_->krn.put_net(net);
    }
    std::erase_if(objects_, [](const object& o) { return o.link.closed(); });
    sys_->finish_call();
}

void exec_server::end_client(client& c) {
    constexpr int sighup = 1;
    c.sleeps.cancel();
    c.alarm.cancel();
    if (c.runs) {
        c.runs->forsake();
        c.runs->signal(sighup);
        forsaken_.push_back(std::move(c.runs));
    }
    sys_->leave(c.lab_pid);
}

void exec_server::flush_datagrams() {
    constexpr std::size_t most = 64;  // the rest waits in the socket, which knows its limit
    for (auto& o : objects_) {
        if (!o.sk) continue;
        auto& queue = o.sk->receive_queue;
        while (!queue.empty() && o.link.waiting() < most) {
            o.link.send_datagram(queue.front());
            queue.pop_front();
        }
    }
}

bool exec_server::end_errands() {
    bool any = false;
    for (auto& c : clients_) {
        if (!c.runs || !c.runs->done()) continue;
        c.link.send_reply({reply::done, 0, c.runs->status()});
        c.runs.reset();
        any = true;
    }
    std::erase_if(forsaken_, [](const auto& e) { return e->done(); });
    return any;
}

void exec_server::look_at_programs() {
    for (auto* p : programs_) {
        p->copy_output();
        p->look_for_end();
        if (!p->ended() || !p->waits) continue;
        std::exchange(p->waits, nullptr)->wake();
    }
}

bool exec_server::has_listeners() const {
    return std::any_of(objects_.begin(), objects_.end(),
                       [](const object& o) { return o.sk && o.sk->groups != 0; });
}

bool exec_server::has_sleepers() const {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const client& c) { return c.sleeps.pending() || c.alarm.pending(); });
}

object* exec_server::find_object(std::uint64_t cookie) {
    for (auto& o : objects_) {
        if (o.cookie == cookie) return &o;
    }
    return nullptr;
}

}  // namespace vethlab::host
