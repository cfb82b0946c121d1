#@ title A route with a nexthop id has no next hop of its own
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip link set a0 up
ip link set a1 up
ip addr add 10.0.0.1/24 dev a0
ip route add 10.1.0.0/16 nhid 5
ip route add 10.1.0.0/16 via 10.0.0.2 nhid 5
ip route add 10.1.0.0/16 via 10.0.0.1 nhid 5
ip route add 10.1.0.0/16 via 10.0.0.2 dev a0 nhid 5
ip route add 10.1.0.0/16 dev a0 nhid 5
ip route add 10.1.0.0/16 nhid 0
ip route add 10.1.0.0/16 via 10.0.0.2 nhid 0
ip route add 10.1.0.0/16 nhid 5 nexthop via 10.0.0.2
ip route add blackhole 10.1.0.0/16 nhid 5
ip route add blackhole 10.2.0.0/16
ip route replace 10.1.0.0/16 nhid 5 via 10.0.0.1
ip route del 10.0.0.0/24 nhid 5
ip route del 10.0.0.0/24 nhid 5 dev a0
ip route del 10.9.0.0/24 nhid 5
ip route get 10.1.1.1 nhid 5
ip route show nhid 5
ip route append 10.1.0.0/16 nhid 5 scope host
ip route add 10.1.0.0/16 nhid 5 scope 255
ip route add 10.1.0.0/16 nhid 5 src 9.9.9.9
ip route add 10.1.0.0/16 nhid 5 table 0 tos 3
ip route add 10.1.0.0/16 nhid 5 mtu 70000
ip route add 10.1.0.1/16 via 10.0.0.2 nhid 5
ip route del 10.9.0.0/24 nhid 5 table 99
ip route del 10.0.0.1/24 nhid 5
ip route add 10.7.0.0/16 nhid 5 table 99
ip route show table 99
ip route replace 10.7.0.0/16 via 10.0.0.1 nhid 0
ip route add local 10.7.0.0/16 nhid 5
ip route add 10.7.0.0/16 via 0.0.0.0 nhid 5
ip route add 10.7.0.0/16 via 0.0.0.0 dev a0 nhid 0
ip route
