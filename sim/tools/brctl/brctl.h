#pragma once
// bridge-utils: brctl/brctl.h
#include "sim/tools/brctl/libbridge.h"

namespace vethlab {

struct brctl_call {
    process& p;
    libbridge& br;
    std::vector<std::string> argv;  // argv[0] is the command's name
};

struct brctl_command {
    std::size_t nargs;
    const char* name;
    int (*func)(brctl_call&);  // the exit status
    const char* help;
};
const brctl_command* brctl_command_lookup(const std::string& name);
void brctl_command_helpall(process& p);

// brctl/brctl_disp.c
void brctl_dump_bridge_info(process& p, const std::string& name, const brctl_link& bridge);
void brctl_dump_port_info(process& p, const brctl_link& port);
std::string brctl_bridge_id(const nlattr* id);

}  // namespace vethlab
