#pragma once
// `vethlab doctor`: what this machine can do for labs on its own kernel, found out by doing it.
#include <string>
#include <vector>

namespace vethlab::host {

struct finding {
    std::string name;
    bool ok = false;
    bool needed = false;  // without it `validate` cannot run
    std::string detail;   // a version; why not
    std::string advice;   // what to do where it is missing: a command
};

// In a child of their own, so that nothing stays.
std::vector<finding> probe_namespaces();  // for this user, and for root
std::vector<finding> probe_kernel();      // devices, queueing disciplines, sockets
std::vector<finding> probe_tools();       // programs that labs call

struct doctor_options {
    bool json = false;
};
// The exit status: 0 all that `validate` needs is there, 1 something is missing.
int doctor(const doctor_options& options);

}  // namespace vethlab::host
