#@ title a new broadcast address forgets who was asked for, not whom somebody relies on
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link set a0 up
ip link set a1 up
ip neigh add 10.0.1.255 dev a1
ip neigh add 10.0.2.255 dev a1 lladdr 02:00:00:00:00:09 nud stale
ip neigh show nud all
ip addr add 10.0.1.8/24 dev a1
ip addr add 10.0.2.8/24 dev a1
ip neigh show nud all
ping -c 1 -W 0.1 -I 10.0.1.8 0.0.0.0
ip route add default nexthop via 10.0.1.2 nexthop via 10.0.1.3 dev a1
ip route del default nexthop via default nexthop via 10.0.1.3 dev a1
ip route del default nexthop via 10.0.1.2 nexthop via default dev a1
ip route del default nexthop via 10.0.1.2 nexthop via 10.0.1.3
ip route del default nexthop via default nexthop via 10.0.1.3 dev a1
