#pragma once
// Coroutines for everything that takes simulated time: the shell, sleep, ping ...
// A task runs when it is awaited and hands its value to the one who awaits it. Switching goes
// through the executor's loop, not through nested resume() calls, so a long shell loop
// does not grow the stack (GCC does not promise tail calls without optimization).
#include <coroutine>
#include <cstdlib>
#include <optional>
#include <utility>

namespace vethlab {

struct wait_base;  // sim/process.h

// Runs one logical thread of control until it waits for the outside or ends.
struct executor {
    std::coroutine_handle<> next;
    wait_base* waiting = nullptr;  // where it stands still, if it does
    int signal = 0;                // SIGINT, SIGTERM ...: sent to what runs here, see interrupt()
    void run(std::coroutine_handle<> h) {
        next = h;
        while (next) std::exchange(next, nullptr).resume();
    }
};

struct task_promise_base {
    executor* exec = nullptr;
    std::coroutine_handle<> continuation;

    std::suspend_always initial_suspend() noexcept { return {}; }
    struct final_awaiter {
        bool await_ready() noexcept { return false; }
        template <class P>
        void await_suspend(std::coroutine_handle<P> h) noexcept {
            auto& p = h.promise();
            if (p.continuation) p.exec->next = p.continuation;
        }
        void await_resume() noexcept {}
    };
    final_awaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::abort(); }  // built without exceptions
};

template <class T>
class [[nodiscard]] task {
 public:
    struct promise_type : task_promise_base {
        std::optional<T> value;
        task get_return_object() {
            return task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        void return_value(T v) { value = std::move(v); }
    };

    task(task&& o) noexcept : h_(std::exchange(o.h_, nullptr)) {}
    task& operator=(task&& o) noexcept {
        if (this != &o) {
            if (h_) h_.destroy();
            h_ = std::exchange(o.h_, nullptr);
        }
        return *this;
    }
    ~task() {
        if (h_) h_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> parent) {
        h_.promise().exec = parent.promise().exec;
        h_.promise().continuation = parent;
        h_.promise().exec->next = h_;
    }
    T await_resume() { return std::move(*h_.promise().value); }

    // For the one who owns a whole thread of control (lab::spawn).
    void start(executor& e) {
        h_.promise().exec = &e;
        e.run(h_);
    }
    // The same for one who starts it later, by process_table::ready.
    std::coroutine_handle<> begin(executor& e) {
        h_.promise().exec = &e;
        return h_;
    }
    bool done() const { return h_.done(); }
    T& value() { return *h_.promise().value; }

 private:
    explicit task(std::coroutine_handle<promise_type> h) : h_(h) {}
    std::coroutine_handle<promise_type> h_;
};

}  // namespace vethlab
