#@ title A device in mode dormant that moves and comes up again is dormant
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip netns add n2
ip link add b0 address 02:00:00:00:0b:00 type veth peer name b1 address 02:00:00:00:0b:01
ip link set b0 up
ip link set b1 up
ip -br link
ip link set b0 mode dormant
ip -br link
ip link set b0 netns n2
ip -br -n n2 link
ip -br link
ip -n n2 link set b0 up
ip -br -n n2 link
ip -br link
ip link set b1 down
ip -br -n n2 link
ip link set b1 up
ip -br -n n2 link
ip -n n2 link set b0 down
ip -n n2 link set b0 up
ip -br -n n2 link
ip -n n2 link set b0 mode default
ip -br -n n2 link
