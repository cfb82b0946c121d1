// A chain of learning bridges in ns-3, as `vethlab bench chain` has one: frames of a size, sent as
// fast as simulated time allows, are counted at the far end. Prints frames delivered, seconds of
// processor time.
//     ns3-chain BRIDGES FRAMES SIZE csma|simple
#include <ctime>
#include <iostream>
#include <string>

#include "ns3/bridge-module.h"
#include "ns3/core-module.h"
#include "ns3/csma-module.h"
#include "ns3/network-module.h"

using namespace ns3;

namespace {

constexpr uint16_t experimental = 0x88b5;
uint64_t delivered = 0;

bool Count(Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&) {
    delivered++;
    return true;
}

NetDeviceContainer Link(const std::string& kind, Ptr<Node> a, Ptr<Node> b) {
    const NodeContainer both(a, b);
    if (kind == "csma") {
        CsmaHelper csma;
        csma.SetChannelAttribute("DataRate", StringValue("100Gbps"));
        csma.SetChannelAttribute("Delay", TimeValue(NanoSeconds(1)));
        return csma.Install(both);
    }
    SimpleNetDeviceHelper simple;
    simple.SetNetDevicePointToPointMode(false);
    return simple.Install(both);
}

// One frame each microsecond: no queue, no collision.
void Send(Ptr<NetDevice> from, Address to, uint32_t size, uint64_t left) {
    from->Send(Create<Packet>(size - 14), to, experimental);
    if (left > 1) Simulator::Schedule(MicroSeconds(1), &Send, from, to, size, left - 1);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: ns3-chain BRIDGES FRAMES SIZE csma|simple\n";
        return 2;
    }
    const unsigned bridges = std::stoul(argv[1]);
    const uint64_t frames = std::stoull(argv[2]);
    const uint32_t size = std::stoul(argv[3]);
    const std::string kind = argv[4];

    NodeContainer hosts, switches;
    hosts.Create(2);
    switches.Create(bridges);
    std::vector<NetDeviceContainer> ports(bridges);
    Ptr<NetDevice> from, to;
    for (unsigned i = 0; i <= bridges; i++) {
        const NetDeviceContainer ends =
            Link(kind, i == 0 ? hosts.Get(0) : switches.Get(i - 1),
                 i == bridges ? hosts.Get(1) : switches.Get(i));
        if (i == 0) from = ends.Get(0);
        if (i > 0) ports[i - 1].Add(ends.Get(0));
        if (i < bridges) ports[i].Add(ends.Get(1));
        if (i == bridges) to = ends.Get(1);
    }
    BridgeHelper bridge;
    for (unsigned i = 0; i < bridges; i++) bridge.Install(switches.Get(i), ports[i]);
    to->SetReceiveCallback(MakeCallback(&Count));
    from->SetReceiveCallback(MakeCallback(&Count));

    // A broadcast from the far end tells all bridges where it is.
    Simulator::Schedule(MicroSeconds(1), &Send, to, to->GetBroadcast(), size, uint64_t{1});
    Simulator::Schedule(MilliSeconds(1), &Send, from, to->GetAddress(), size, frames);
    Simulator::Stop(MilliSeconds(2));
    Simulator::Run();  // what comes first is warming up
    const uint64_t before = delivered;
    const std::clock_t start = std::clock();
    Simulator::Stop(MicroSeconds(frames));
    Simulator::Run();
    const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    std::cout << delivered - before << ' ' << seconds << '\n';
    Simulator::Destroy();
    return delivered == frames + 1 ? 0 : 1;  // and the broadcast
}
