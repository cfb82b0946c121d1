#@ title arp -d looks for the very address
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01
ip addr add 10.0.1.1/24 dev a0
ip link set a0 up
ping -c 1 -i 0.002 -W 0.15 10.0.1.1
ip neigh show nud all
arp -d 10.0.1.1
ip neigh show nud all
ip -s link show lo
ip link set lo up
ping -c 1 -i 0.002 -W 0.15 10.0.1.1
ip neigh show nud all
arp -d 10.0.1.1
ip neigh show nud all
arp -d 10.0.1.9
arp -d 10.9.1.9
arp -d 127.0.0.1
ip neigh show nud all
