#!/bin/sh
# N namespaces below a tree of bridges, three levels deep, and pings across. N is the first argument, or 24; the
# second says how many pings, or 4.
#
#                          root
#                 ________/    \________
#                m0                     m1 ...              up to 32 leaves each
#           ____/  \____                  \
#          l0          l1 ...              l32 ...          100 namespaces each
#         /  \        /   \                   \
#       h0    h1 .. h100   h101 ..             h3200 ..
#
# vethlab run topologies/tree.sh 100000      or, as root and smaller, on the machine itself:  sh topologies/tree.sh
# IPv6 is off, and bridges do not snoop: each report would go to all N. The backlog has room for a question to all of them.
set -e
n=${1:-24}
pings=${2:-4}
# How many namespaces below each bridge.
if [ $n -lt 1000 ]; then a_leaf=4 a_middle=8; else a_leaf=100 a_middle=3200; fi
made=0
bridges=
cleanup() {
    i=0
    while [ $i -lt $made ]; do
        ip netns del h$i
        i=$((i + 1))
    done
    for bridge in $bridges; do
        [ $bridge = root ] || ip link del dev u$bridge
        ip link del dev $bridge
    done
    sysctl -q net.ipv6.conf.all.disable_ipv6=$no_ipv6
    [ -z "$backlog" ] || sysctl -q net.core.netdev_max_backlog=$backlog
}

# NAME [ABOVE]
add_bridge() {
    ip link add $1 type bridge mcast_snooping 0
    bridges="$1 $bridges"
    ip link set dev $1 up
    [ $# -gt 1 ] || return 0
    ip link add u$1 type veth peer name d$1
    ip link set dev u$1 master $2 up
    ip link set dev d$1 master $1 up
}

# NUMBER: sets $address
address_of() {
    address=10.$(($1 / 65536 + 1)).$(($1 / 256 % 256)).$(($1 % 256))
}

backlog=
no_ipv6=$(sysctl -n net.ipv6.conf.all.disable_ipv6)
trap cleanup EXIT
sysctl -q net.ipv6.conf.all.disable_ipv6=1
if [ $n -gt 400 ]; then
    backlog=$(sysctl -n net.core.netdev_max_backlog)
    sysctl -q net.core.netdev_max_backlog=$((2 * n))
fi
add_bridge root
while [ $made -lt $n ]; do
    i=$made
    middle=m$((i / a_middle))
    leaf=l$((i / a_leaf))
    [ $((i % a_middle)) -ne 0 ] || add_bridge $middle root
    [ $((i % a_leaf)) -ne 0 ] || add_bridge $leaf $middle
    address_of $i
    ip netns add h$i
    made=$((i + 1))
    ip netns exec h$i sysctl -q net.ipv6.conf.all.disable_ipv6=1
    ip link add p$i type veth peer name eth0 netns h$i
    ip link set dev p$i master $leaf up
    ip -n h$i addr add $address/8 dev eth0
    ip -n h$i link set dev eth0 up
done

answered=0
k=0
while [ $k -lt $pings ]; do
    address_of $((n - 1 - k * 7919 % n))
    if ip netns exec h$((k * 104729 % n)) ping -c 1 -W 1 $address > /dev/null; then
        answered=$((answered + 1))
    fi
    k=$((k + 1))
done
echo "$answered of $pings answered"
[ $answered -eq $pings ]
