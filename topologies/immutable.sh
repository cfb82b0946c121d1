#!/bin/sh
# A bridge cannot be moved to another namespace: the command fails, and so does this lab.
#
#     here                               namespace ns1
#    +------------------------+         +------------------------+
#    |          br0 ==========|===X====>|                        |
#    +------------------------+         +------------------------+
#
# vethlab run --echo topologies/immutable.sh    or, as root, on the machine itself:  sh topologies/immutable.sh
# Try --kernel 6.1 as well: an older kernel says the same in other words.
cleanup() {
    ip netns del ns1
    ip link del dev br0
}

ip netns add ns1 || exit
brctl addbr br0 || exit
trap cleanup EXIT

# Error: The interface netns is immutable.
ip link set br0 netns ns1
failed=$?

# It is still here. On older kernels this line tells beforehand: netns-local: on [fixed]
ip link show dev br0
ethtool -k br0 | grep netns-local

exit $failed
