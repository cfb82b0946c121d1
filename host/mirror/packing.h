#pragma once
// What a lab came to, as the bytes that go from its process to ours.
#include "host/mirror/kernel_lab.h"

namespace vethlab::host {

std::string pack(const kernel_lab_result& r);
kernel_lab_result unpack(const std::string& bytes);

}  // namespace vethlab::host
