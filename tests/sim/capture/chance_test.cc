#include "sim/capture/chance.h"

#include <gtest/gtest.h>

#include "sim/capture/text_lines.h"

namespace vethlab {
namespace {

// IGMPv3 report of 10.0.0.1: joins the group of all snoopers, 224.0.0.106.
const std::string report =
    "01005e0000160a0000000002080046c0002800004000010203fa0a00000100000016"
    "940400002200f9930000000104000000e000006a";
const std::string arp = "ffffffffffff0a00000000030806";

record_files with(const std::string& frames, const std::string& counters = "") {
    return {"$ ip link\n", frames, counters, {}};
}
std::string out(const std::string& hex) { return "-/v0 out 54 " + hex + "\n"; }

comparison compared(record_files real, record_files simulated,
                    const std::vector<record_files>& extremes) {
    allow_for_chance(real, simulated, extremes);
    return compare(real, simulated);
}

TEST(Chance, AReportIsAnAnnouncementAndNothingElse) {
    EXPECT_EQ(names_of_announcement(bytes_of_hex(report)).size(), 1u);
    EXPECT_TRUE(names_of_announcement(bytes_of_hex(arp)).empty());
    for (std::size_t n = 0; n < report.size(); n += 2) {
        names_of_announcement(bytes_of_hex(report.substr(0, n)));
    }
}

TEST(Chance, AReportMayComeBeforeOrAfterOtherFrames) {
    const auto real = with(out(arp) + out(report)), simulated = with(out(report) + out(arp));
    EXPECT_FALSE(compare(real, simulated).same());
    const auto c = compared(real, simulated, {simulated, simulated});
    EXPECT_TRUE(c.same());
    EXPECT_EQ(c.frames.total, 2u);
}

TEST(Chance, ItMayComeTooLateWhereTheSimulatorSaysSo) {
    const auto real = with(out(arp)), both = with(out(report) + out(arp));
    EXPECT_TRUE(compared(real, both, {both, with(out(arp))}).same());
    EXPECT_FALSE(compared(real, both, {both, both}).same());
}

TEST(Chance, NoMoreThanTheSimulatorSendsAtTheEarliest) {
    const auto twice = with(out(report) + out(report)), once = with(out(report));
    EXPECT_TRUE(compared(twice, once, {twice, once}).same());
    EXPECT_FALSE(compared(twice, once, {once, once}).same());
}

TEST(Chance, ADeviceThatCameLateMaySeeWhatOthersSaw) {
    const std::string elsewhere = "-/br0 out 54 " + report + "\n";
    const auto real = with(elsewhere + out(report)), simulated = with(elsewhere);
    EXPECT_TRUE(compared(real, simulated, {simulated, simulated}).same());
    const auto twice = with(elsewhere + out(report) + out(report));
    EXPECT_FALSE(compared(twice, simulated, {simulated, simulated}).same());
}

TEST(Chance, TheOrderOfOtherFramesCounts) {
    const std::string other = "ffffffffffff0a00000000040806";
    const auto real = with(out(arp) + out(other)), simulated = with(out(other) + out(arp));
    EXPECT_FALSE(compared(real, simulated, {simulated, simulated}).same());
}

TEST(Chance, ACounterLiesBetweenThoseOfTheRuns) {
    const auto of = [](int n) {
        return with("", "counters - v0 rx_packets=" + std::to_string(n) + "\n");
    };
    EXPECT_TRUE(compared(of(2), of(3), {of(3), of(1)}).same());
    EXPECT_FALSE(compared(of(4), of(3), {of(3), of(1)}).same());
    EXPECT_FALSE(compared(of(0), of(3), {of(3), of(1)}).same());
}

TEST(Chance, OutputAndStateAreThoseOfOneRun) {
    const auto of = [](const std::string& s) {
        return record_files{"$ ip neigh\n" + s + "\n", "", "neigh - " + s + "\n", {}};
    };
    EXPECT_TRUE(compared(of("STALE"), of("REACHABLE"), {of("STALE"), of("REACHABLE")}).same());
    EXPECT_EQ(summary(compared(of("FAILED"), of("REACHABLE"), {of("STALE"), of("REACHABLE")})),
              "commands 0/1 frames 0/0 counters 0/0 state 0/1");
}

}  // namespace
}  // namespace vethlab
