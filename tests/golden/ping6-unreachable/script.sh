#@ title ping -6 where nobody answers, and where there is no way
#@ tags ping ipv6 timer
#@ ipv6 on
ip netns add a
ip netns add b
ip link add va netns a address 02:00:00:00:00:0a type veth peer name vb netns b address 02:00:00:00:00:0b
ip netns exec a ping -c 1 2001:db8::2
ip -n a link set va up
ip -n b link set vb up
ip -n a link set lo up
ip -n a addr add 2001:db8::1/64 dev va nodad
sleep 3
ip netns exec a ping -c 1 2001:db8::77
ip netns exec a ping -c 3 -i 0.3 2001:db8::78
ip netns exec a ping -c 2 -W 1 2001:db8::79
ip netns exec a ping -c 1 -w 2 2001:db8::7a
ip netns exec a ping -c 3 -O -i 0.3 -W 1 2001:db8::7b
ip netns exec a ping -c 1 -s 4000 2001:db8::7c
ip netns exec a ping -q -c 1 2001:db8::7d
ip netns exec a ping -c 1 2001:dead::1
ip -n a route add unreachable 2001:db8:1::/64
ip -n a route add blackhole 2001:db8:2::/64
ip -n a route add prohibit 2001:db8:3::/64
ip netns exec a ping -c 1 2001:db8:1::1
ip netns exec a ping -c 1 2001:db8:2::1
ip netns exec a ping -c 1 2001:db8:3::1
ip -n a -6 neigh show 2001:db8::7d
