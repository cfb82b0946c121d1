#pragma once
// What chance may do to a lab. A host reports its groups, looks for duplicates of its addresses
// and solicits routers at random times: on a real kernel such a frame comes between other ones or
// after them, or too late for the end of the lab. So a lab that does not come out the same at once
// runs in the simulator with each random delay at its two ends, and (tests/golden/README.md):
//
// - on each device these frames are compared apart from the others, by how often each of them was
//   seen: no less often than in the run that has fewest, no more often than on any device in any
//   run;
// - a counter lies between those of the runs, or off by no more than such frames: one may be lost
//   where a carrier is just away, and another seen by a device that came late;
// - for what a command printed, a device's other frames and each kind of state it is enough that
//   one of the simulator's runs has the same; entries of an FDB in any order, if there are such
//   frames, for they are learned from.
#include <vector>

#include "core/wire/bytes.h"
#include "sim/capture/compare.h"

namespace vethlab {

// Makes what chance explains alike on both sides, for compare(). `extremes` are further runs of
// the simulator.
void allow_for_chance(record_files& real, record_files& simulated,
                      const std::vector<record_files>& extremes);

// Of those frames, one at a time of its own choice; a report is a name for each group in it.
// Empty: the frame is none.
std::vector<std::string> names_of_announcement(bytes_view frame);

}  // namespace vethlab
