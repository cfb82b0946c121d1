#pragma once
// What main.cc lists. A new command is a file and a line here and there.
#include "host/command.h"

namespace vethlab::host {

extern const command run_command, validate_command, exec_command, fuzz_command, bench_command,
    calibrate_command, doctor_command;

}  // namespace vethlab::host
