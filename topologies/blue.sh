#!/bin/sh
# A namespace with one end of a veth pair, set up with ifconfig.
#
#     here                               namespace blue
#    +------------------------+         +------------------------+
#    |                  veth0 |---------| veth1                  |
#    |         172.17.42.1/16 |         | 172.17.42.2/16         |
#    +------------------------+         +------------------------+
#
# vethlab run --echo topologies/blue.sh      or, as root, on the machine itself:  sh topologies/blue.sh
set -e
cleanup() {
    ip netns del blue      # veth1 goes with it, and veth0 with veth1
}

ip netns add blue
trap cleanup EXIT
ip netns list

# A veth pair is born here; then one end moves.
ip link add veth0 type veth peer name veth1
ip link list
ip link set veth1 netns blue
ip link list
ip netns exec blue ip link list

# Up at one end only, there is no carrier.
ip netns exec blue ifconfig veth1 172.17.42.2/16 up
ip netns exec blue ip link list
ifconfig veth0 172.17.42.1/16 up
ip netns exec blue ifconfig veth1

ping -c 1 172.17.42.2
ip netns exec blue ping -c 1 172.17.42.1
ip netns exec blue ip route
