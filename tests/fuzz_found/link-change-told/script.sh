#@ title Group, alias and address of a link: neighbours hear of it, and go where there is no carrier
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0 net.ipv4.icmp_ratelimit=0
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip neigh add 10.0.0.1 dev v0
ip neigh show nud all
ip link set v0 mtu 1400
ip neigh show nud all
ip link set v0 group 7
ip neigh show nud all
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:09 nud stale dev v0
ip link set v0 alias hello
ip neigh show nud all
ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:09 nud stale dev v0
ip neigh add 10.0.0.4 lladdr 02:00:00:00:00:09 nud permanent dev v0
ip link set v0 txqueuelen 5
ip neigh show nud all
ip link set v0 mode dormant
ip neigh show nud all
