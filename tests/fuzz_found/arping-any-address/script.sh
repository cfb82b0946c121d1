#@ title arping: 0.0.0.0 as target and as source
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link set lo up
ip link add a1 address 02:00:00:00:0a:01 type veth peer name a0 address 02:00:00:00:0a:00
ip link set a1 up
ip link set a0 up
arping -c 1 -w 1 -A -I a1 0.0.0.0
arping -c 1 -w 1 -D -I a1 0.0.0.0
arping -c 1 -w 1 -D -U -I a1 0.0.0.0
arping -c 1 -w 1 -s 0.0.0.0 -I a1 0.0.0.0
arping -c 1 -w 1 -s 0.0.0.0 -I a1 10.0.0.1
arping -c 1 -w 1 -U -s 0.0.0.0 -I a1 0.0.0.0
arping -c 1 -w 1 -U -s 0.0.0.0 -I a1 10.0.0.1
arping -c 1 -w 1 -A -s 0.0.0.0 -I a1 10.0.0.1
arping -c 1 -w 1 -U -I a1 0.0.0.0
arping -c 1 -w 1 -q -U -I a1 0.0.0.0
arping -c 1 -w 1 -U -I a1 10.0.0.1
ip addr add 10.0.0.1/24 dev a1
arping -c 1 -w 1 -A -I a1 0.0.0.0
arping -c 1 -w 1 -U -I a1 0.0.0.0
arping -c 1 -w 1 -D -I a1 0.0.0.0
arping -c 1 -w 1 -I a1 0.0.0.0
arping -c 1 -w 1 -s 0.0.0.0 -I a1 10.0.0.2
arping -c 1 -w 1 -U -s 0.0.0.0 -I a1 10.0.0.2
