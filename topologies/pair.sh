#!/bin/sh
# Two namespaces joined by a veth pair, nothing between them.
#
#     namespace ns1                      namespace ns2
#    +------------------------+         +------------------------+
#    |                   tap1 |---------| tap2                   |
#    |            10.1.1.1/24 |         | 10.1.1.2/24            |
#    +------------------------+         +------------------------+
#
# vethlab run --echo topologies/pair.sh      or, as root, on the machine itself:  sh topologies/pair.sh
set -e
cleanup() {
    ip netns del ns1
    ip netns del ns2
}

# add the namespaces
ip netns add ns1
ip netns add ns2
trap cleanup EXIT

# create the veth pair and move its ends
ip link add tap1 type veth peer name tap2
ip link set tap1 netns ns1
ip link set tap2 netns ns2

# bring up the links
ip netns exec ns1 ip link set dev tap1 up
ip netns exec ns2 ip link set dev tap2 up

# now assign the ip addresses
ip netns exec ns1 ip addr add 10.1.1.1/24 dev tap1
ip netns exec ns2 ip addr add 10.1.1.2/24 dev tap2

ip netns exec ns1 ip addr show tap1
ip netns exec ns1 ping -c 2 10.1.1.2
ip netns exec ns2 ping -c 1 10.1.1.1
ip netns exec ns1 ip neigh
