#@ title the type of an address comes from table local, which is one with main until there are rules
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip addr add 10.0.1.1/24 dev a0
ip link set a0 up
ip link set a1 up
sysctl -qw net.ipv4.neigh.a0.retrans_time_ms=20
ip route add multicast 10.0.0.0/24 dev a0
ip route add broadcast 10.0.2.0/24 dev a0 table main
ip route add local 10.0.3.0/24 dev lo table main
ping -c 1 -W 0.15 10.0.0.7
ping -c 1 -W 0.15 -b 10.0.2.7
ip neigh show nud all
ip route add 10.4.0.0/16 via 10.0.0.1 dev a0 onlink
ip route add 10.4.0.0/16 via 10.0.3.1
ip route add 10.5.0.0/16 dev a0 src 10.0.3.5
ip route add prohibit 10.0.7.0/24
ip route add 10.6.0.0/16 via 10.0.7.1 dev a0 onlink
ip rule add from 10.9.9.9 table 7
ip route add 10.8.0.0/16 dev a0 src 10.0.3.5
ip route add 10.8.0.0/16 via 10.0.0.1 dev a0 onlink
ping -c 1 -W 0.15 10.0.0.8
ip neigh show nud all
