#@ title A question for 0.0.0.0 with neigh_suppress: no address of the bridge's own, unless it has none
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
ip link add a0 address 02:00:00:00:00:01 type veth peer name a1 address 02:00:00:00:00:02
ip link add b0 address 02:00:00:00:00:03 type veth peer name b1 address 02:00:00:00:00:04
ip link add br0 address 02:00:00:00:00:05 type bridge mcast_snooping 0
ip link set br0 up
ip link set a0 master br0
ip link set b0 master br0
ip link set a0 up
ip link set a1 up
ip link set b0 up
ip link set b1 up
bridge link set dev a0 neigh_suppress on
inject b1 ffffffffffff02000000000408060001080006040001020000000004 0a000009 000000000000 00000000
ip addr add 10.0.0.5/24 dev br0
inject b1 ffffffffffff02000000000408060001080006040001020000000004 0a000009 000000000000 00000000
inject b1 ffffffffffff02000000000408060001080006040001020000000004 0a000009 000000000000 0a000005
inject b1 ffffffffffff02000000000408060001080006040001020000000004 0a000009 000000000000 0a000007
ip -s link
