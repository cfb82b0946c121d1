#@ title proxy_arp_pvlan of "all" is enough
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0
ip netns add n1
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01 netns n1
sysctl -qw net.ipv4.neigh.a0.proxy_delay=0 net.ipv4.neigh.a0.retrans_time_ms=20
ip addr add 10.0.1.1/24 dev a0
ip link set a0 up
ip -n n1 addr add 10.0.1.2/24 dev a1
ip -n n1 link set a1 up
ip netns exec n1 arping -c 1 -w 1 -I a1 10.0.1.7
sysctl -w net.ipv4.conf.all.proxy_arp_pvlan=1
sysctl net.ipv4.conf.a0.proxy_arp_pvlan
ip netns exec n1 arping -c 1 -w 1 -I a1 10.0.1.7
sleep 0.5
sysctl -w net.ipv4.conf.all.proxy_arp_pvlan=0 net.ipv4.conf.a0.proxy_arp_pvlan=1
ip netns exec n1 arping -c 1 -w 1 -I a1 10.0.1.8
sleep 0.5
