#pragma once
// bpf(2), as far as benchmarks need it: a few programs, assembled here, that say where a frame
// goes before the stack sees it (XDP), and frames that begin inside the kernel.
#include "host/mirror/open_file.h"

namespace vethlab::host {

enum class xdp : unsigned { drop = 1, pass = 2, redirect = 4 };

// Throws network_error with the errno's text where the kernel does not allow it.
open_file load_xdp(xdp verdict, int ifindex = 0);  // redirect: out of that device
// The same redirect, after it has written the first 36 bytes anew: the memory of live frames is used
// again, with what routers did to TTL and addresses.
open_file load_xdp_sender(int ifindex, const void* frame);
// The program sees what the device receives, as long as the result is open.
open_file attach_xdp(const open_file& program, int ifindex);
// Linux: bpf_prog_test_run_xdp, BPF_F_TEST_XDP_LIVE_FRAMES: `count` copies of the frame are made in
// the kernel, in batches, and the program says what becomes of each.
void send_live_frames(const open_file& program, const void* frame, unsigned size, unsigned count,
                      unsigned batch);

}  // namespace vethlab::host
