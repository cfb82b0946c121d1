#!/bin/sh
# N namespaces around one bridge, and a ping to it from each. N is the first argument, or 10.
#
#     namespace s1           here                              namespace s2
#    +--------------+       +----------------------------+    +--------------+
#    |         eth0 |-------| p1                      p2 |----| eth0         |
#    |    10.8.0.2  |       |   \                    /   |    | 10.8.0.3     |
#    +--------------+       |     hub    10.8.0.1/16     |    +--------------+
#                           |   /                    \   |
#               s3 ---------| p3                     ... |---- ... sN
#                           +----------------------------+
#
# vethlab run topologies/star.sh 1000        or, as root, on the machine itself:  sh topologies/star.sh
# A bridge has at most 1023 ports. Nobody is answered when N is over 1001: the ARP request for the
# hub is flooded first, and that fills the backlog of 1000 frames before the reply.
set -e
n=${1:-10}
cleanup() {
    i=1
    while [ $i -le $made ]; do
        ip netns del s$i
        i=$((i + 1))
    done
    ip link del dev hub
}

made=0
ip link add hub type bridge
trap cleanup EXIT
ip addr add 10.8.0.1/16 dev hub
ip link set dev hub up

while [ $made -lt $n ]; do
    i=$((made + 1))
    host=$((i + 1))
    ip netns add s$i
    made=$i
    ip link add p$i type veth peer name eth0 netns s$i
    ip link set dev p$i master hub up
    ip -n s$i addr add 10.8.$((host / 256)).$((host % 256))/16 dev eth0
    ip -n s$i link set dev eth0 up
done

answered=0
i=1
while [ $i -le $n ]; do
    if ip netns exec s$i ping -c 1 -W 1 10.8.0.1 > /dev/null; then
        answered=$((answered + 1))
    fi
    i=$((i + 1))
done
echo "$answered of $n answered"
[ $answered -eq $n ]
