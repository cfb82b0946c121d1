#pragma once
// What the preload library (host/preload) and the simulated kernel's server say to each other.
// Two kinds of connection, both SOCK_SEQPACKET to one abstract address:
//   a call connection per process: request, then reply, one at a time;
//   an object connection per open netlink socket (or file of /proc/sys that is written). Its
//   descriptor is what the program holds, so poll, dup, fork and exec work on it as on any other;
//   both sides know it by the program's SO_COOKIE. It carries datagrams to the program.
#include <cstddef>
#include <cstdint>

namespace vethlab::host {

inline constexpr const char* socket_variable = "VETHLAB_EXEC";       // the address
inline constexpr const char* netns_variable = "VETHLAB_EXEC_NETNS";  // lives through exec

// The first packet on a connection.
struct greeting {
    enum : std::uint32_t { call = 0x76657463, object = 0x7665746f };
    std::uint32_t kind;
    std::int32_t netns;    // call: the number of the namespace the process lives in
    std::uint64_t cookie;  // object
};

enum class call : std::uint32_t {
    // netlink sockets: `cookie`
    socket,       // number: the netlink protocol
    bind,         // payload: sockaddr_nl
    getsockname,  // -> sockaddr_nl
    setsockopt,   // number: the option; payload: its value
    send,         // payload: messages
    // files: payload: path, and its parts that are behind a zero byte
    open,        // number: flags. -> a descriptor, and number: open_result
    open_write,  // cookie: of the object that will carry what is written
    write,       // to that object
    list,        // -> names, each with a zero byte
    remove,      // unlink
    mount,       // payload: source, target. MS_BIND of a namespace on a name
    umount,
    // namespaces
    unshare,  // -> number of the new one
    setns,    // number: a descriptor of the caller -> number of the namespace
    // devices
    ioctl,  // number: the request; payload: struct ifreq -> struct ifreq
    // programs
    exec,    // payload: the arguments, each with a zero byte; may pass standard input
    signal,  // number: to the program that runs on our behalf
    sleep,   // payload: nanoseconds (int64)
    alarm,   // payload: nanoseconds until SIGALRM, 0: never (int64)
             // -> number: nanoseconds that were left of the one before
};

struct request {
    call what;
    std::int32_t number;
    std::uint64_t cookie;
};

enum class open_result : std::int32_t { file, directory };

struct reply {
    enum : std::uint32_t { done, output, error_output };  // exec: what comes before its end
    std::uint32_t kind;
    std::int32_t error;   // an errno, 0: none
    std::int64_t number;  // what comes back
};

inline constexpr std::size_t max_payload = 128 << 10;

}  // namespace vethlab::host
