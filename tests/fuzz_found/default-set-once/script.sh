#@ title What was written to "default" once no longer follows it on devices made since
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
sysctl -w net.ipv4.conf.default.arp_ignore=0
ip link add b0 address 02:00:00:00:0b:00 type veth peer name b1 address 02:00:00:00:0b:01
sysctl -w net.ipv4.conf.default.arp_ignore=2
sysctl net.ipv4.conf.lo.arp_ignore net.ipv4.conf.a0.arp_ignore net.ipv4.conf.b0.arp_ignore
ip link add c0 address 02:00:00:00:0c:00 type veth peer name c1 address 02:00:00:00:0c:01
sysctl -w net.ipv4.conf.default.arp_ignore=1
sysctl net.ipv4.conf.a0.arp_ignore net.ipv4.conf.b0.arp_ignore net.ipv4.conf.c0.arp_ignore
sysctl -w net.ipv4.conf.default.rp_filter=1
sysctl net.ipv4.conf.lo.rp_filter net.ipv4.conf.a0.rp_filter
ip netns add n1
ip link set c0 netns n1
ip netns exec n1 sysctl net.ipv4.conf.c0.arp_ignore net.ipv4.conf.c0.rp_filter net.ipv4.conf.default.rp_filter
sysctl -w net.ipv4.neigh.default.retrans_time_ms=900
ip link add d0 address 02:00:00:00:0d:00 type veth peer name d1 address 02:00:00:00:0d:01
sysctl -w net.ipv4.neigh.default.retrans_time_ms=800
sysctl net.ipv4.neigh.a0.retrans_time_ms net.ipv4.neigh.d0.retrans_time_ms
