#@ title ping -6 across a bridge, and from its host
#@ tags ping ipv6 bridge
#@ ipv6 on
ip link add br0 address 02:00:00:00:00:01 type bridge mcast_snooping 0
ip link set br0 up
ip netns add a
ip netns add b
ip link add pa address 02:00:00:00:01:0a type veth peer name va netns a address 02:00:00:00:00:0a
ip link add pb address 02:00:00:00:01:0b type veth peer name vb netns b address 02:00:00:00:00:0b
ip link set pa master br0
ip link set pb master br0
ip link set pa up
ip link set pb up
ip -n a link set va up
ip -n b link set vb up
ip addr add 2001:db8::fe/64 dev br0 nodad
ip -n a addr add 2001:db8::a/64 dev va nodad
ip -n b addr add 2001:db8::b/64 dev vb nodad
sleep 3
ip netns exec a ping -c 2 -i 0.3 2001:db8::b
ip netns exec b ping -c 1 fe80::ff:fe00:a%vb
ping -c 1 2001:db8::a
ping -c 1 fe80::ff:fe00:b%br0
ip netns exec a ping -c 1 2001:db8::fe
ip netns exec a ping -c 1 -s 4000 2001:db8::b
ip netns exec a ip -6 neigh show 2001:db8::b
bridge fdb get 02:00:00:00:00:0a br br0
