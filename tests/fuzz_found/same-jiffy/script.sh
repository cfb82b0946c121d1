#@ title Hosts that ask for a neighbour in the same jiffy ask again in the opposite order, and so on in turns
ip netns add n1
ip netns add n2
ip netns add n3
ip link add a0 address 02:00:00:00:0a:00 type veth peer name a1 address 02:00:00:00:0a:01 netns n1
ip link add b0 address 02:00:00:00:0b:00 type veth peer name b1 address 02:00:00:00:0b:01 netns n2
ip link add c0 address 02:00:00:00:0c:00 type veth peer name c1 address 02:00:00:00:0c:01 netns n3
ip link add d0 address 02:00:00:00:0d:00 type veth peer name d1 address 02:00:00:00:0d:01
ip link add br0 address 02:00:00:00:0e:01 type bridge mcast_snooping 0
ip link set br0 up
ip link set a0 up master br0
ip link set b0 up master br0
ip link set c0 up master br0
ip link set d0 up master br0
ip link set d1 up
ip -n n1 link set a1 up
ip -n n2 link set b1 up
ip -n n3 link set c1 up
ip -n n1 addr add 10.0.0.1/24 dev a1
ip -n n2 addr add 10.0.0.2/24 dev b1
ip -n n3 addr add 10.0.0.3/24 dev c1
ip netns exec n1 sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec n2 sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec n3 sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
inject d1 ffffffffffff02000000007108004500001c00000000400165c20a0000210a0000ff0800f7fd00010001
sleep 4
ip -n n1 neigh
ip -n n2 neigh
ip -n n3 neigh
