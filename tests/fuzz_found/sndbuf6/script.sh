#@ title what an IPv6 socket has under way is bounded as well
sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
sysctl -qw net.ipv6.conf.a0.router_solicitations=0 net.ipv6.conf.a1.disable_ipv6=1
ip link set a0 addrgenmode none
ip link set a1 up
ip link set a0 up
sleep 2
ip addr add 2001:db8::1/64 dev a0 nodad
ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:03 dev a0
sysctl -qw net.ipv6.neigh.a0.retrans_time_ms=300
sleep 2
ping -c 1 -S 1000 -s 5785 -W 0.1 2001:db8::2
ping -c 1 -S 5000 -s 13025 -W 0.1 2001:db8::2
ping -c 14 -l 14 -W 0.1 2001:db8::9
sleep 1
ip -s link show a0
