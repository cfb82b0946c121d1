#@ title ping -6 to groups of one link
#@ tags ping ipv6 multicast
#@ ipv6 on
ip netns add a
ip netns add b
ip link add va netns a address 02:00:00:00:00:0a type veth peer name vb netns b address 02:00:00:00:00:0b
ip -n a link set va up
ip -n b link set vb up
ip -n a link set lo up
ip -n a addr add 2001:db8::1/64 dev va nodad
ip -n b addr add 2001:db8::2/64 dev vb nodad
sleep 3
ip netns exec a ping -c 2 ff02::1%va
ip netns exec a ping -c 1 -L ff02::1%va
ip netns exec a ping -c 1 -I va ff02::1
ip netns exec a ping -c 1 ff02::1
ip netns exec a ping -c 1 ff02::1:ff00:2%va
ip netns exec a ping -c 1 -W 1 ff02::5%va
ip netns exec a ping -c 1 -W 1 -t 1 ff05::1
ip netns exec a ping -c 1 -s 1453 ff02::1%va
