#@ title what a socket has under way is bounded: many fragments, or packets that wait for an address
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip link set a0 up
ip link set a1 up
ip addr add 10.0.0.1/24 dev a0
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:03 dev a0
sysctl -qw net.ipv4.neigh.a0.retrans_time_ms=300
ip link set a0 mtu 68
ping -c 1 -W 0.1 -s 568 10.0.0.2
ping -c 1 -W 0.1 -s 569 10.0.0.2
ping -c 2 -i 0.01 -W 0.1 -s 1473 10.0.0.2
ping -c 1 -W 0.1 -S 5000 -s 1192 10.0.0.2
ping -c 1 -W 0.1 -S 5000 -s 1193 10.0.0.2
ip link set a0 mtu 1400
ping -c 1 -W 0.1 -S 1000 -s 5500 10.0.0.2
ping -c 1 -W 0.1 -S 1000 -s 5501 10.0.0.2
ping -c 14 -l 14 -W 0.1 10.0.0.2
ping -c 14 -l 14 -W 0.1 10.0.0.9
sleep 1
ping -c 14 -l 14 -W 0.1 -S 10000 10.0.0.9
sleep 1
ip -s link show a0
