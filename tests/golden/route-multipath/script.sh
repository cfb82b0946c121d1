#@ title Routes with several next hops
#@ tags route multipath output
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.1.0.1/24 dev w0
ip link set v0 up
ip link set v1 up
ip link set w0 up
ip link set w1 up
ip route add 10.9.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.1.0.2 dev w0
ip route
ip -j route
ip -j -p route show 10.9.0.0/16
ip -o route
ip -d route show 10.9.0.0/16
ip link set w1 down
ip route
ip link set w1 up
ip link set w0 down
ip route
ip link set w0 up
ip route
ip route del 10.9.0.0/16
ip route add 10.9.0.0/16 via 10.0.0.2
ip route append 10.9.0.0/16 via 10.0.0.3
ip route prepend 10.9.0.0/16 via 10.0.0.4
ip route
ip route del 10.9.0.0/16 via 10.0.0.3
ip route
ip route replace 10.9.0.0/16 via 10.0.0.7
ip route
ip route add 10.9.0.0/16 nexthop
ip route add 10.9.0.0/16 nexthop via 10.0.0.2 weight 300
ip route add 10.9.0.0/16 nexthop via 10.77.0.2 nexthop via 10.0.0.2
