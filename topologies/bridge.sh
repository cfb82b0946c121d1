#!/bin/sh
# Two namespaces on the bridge br-test, a veth pair each.
#
#     namespace ns1          here                              namespace ns2
#    +--------------+       +----------------------------+    +--------------+
#    |         tap1 |-------| br-tap1            br-tap2 |----| tap2         |
#    |  10.1.1.1/24 |       |        \           /       |    | 10.1.1.2/24  |
#    +--------------+       |          br-test           |    +--------------+
#                           +----------------------------+
#
# vethlab run --echo topologies/bridge.sh    or, as root, on the machine itself:  sh topologies/bridge.sh
set -e
BRIDGE=br-test
cleanup() {
    ip netns del ns1
    ip netns del ns2
    ip link del dev $BRIDGE
}

# add the namespaces
ip netns add ns1
ip netns add ns2
trap cleanup EXIT

# create the switch
brctl addbr $BRIDGE
brctl stp $BRIDGE off
ip link set dev $BRIDGE up

#### PORT 1
# create a port pair
ip link add tap1 type veth peer name br-tap1
# attach one side to linuxbridge
brctl addif $BRIDGE br-tap1
# attach the other side to namespace
ip link set tap1 netns ns1
# set the ports to up
ip netns exec ns1 ip link set dev tap1 up
ip link set dev br-tap1 up

#### PORT 2
ip link add tap2 type veth peer name br-tap2
brctl addif $BRIDGE br-tap2
ip link set tap2 netns ns2
ip netns exec ns2 ip link set dev tap2 up
ip link set dev br-tap2 up

brctl show

# addresses, and a ping in each direction
ip netns exec ns1 ip addr add 10.1.1.1/24 dev tap1
ip netns exec ns2 ip addr add 10.1.1.2/24 dev tap2
ip netns exec ns1 ping -c 2 10.1.1.2
ip netns exec ns2 ping -c 1 10.1.1.1

# what the hosts and the bridge learned
ip netns exec ns1 ip neigh
bridge fdb show br $BRIDGE
