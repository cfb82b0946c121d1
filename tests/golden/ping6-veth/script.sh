#@ title ping -6 between the ends of a veth pair, and its options
#@ tags ping ipv6
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
ip netns exec a ping -c 1 2001:db8::2
ip netns exec a ping -6 -c 2 -i 0.3 -n 2001:db8::2
ip netns exec a ping6 -q -c 2 -i 0.3 2001:db8::2
ip netns exec a ping -c 1 -t 3 -Q 0x10 2001:db8::2
ip netns exec a ping -c 1 -F 0x123 2001:db8::2
ip netns exec a ping -f -c 3 2001:db8::2
ip netns exec a ping -c 1 -s 0 2001:db8::2
ip netns exec a ping -c 1 -p ff00 2001:db8::2
ip netns exec a ping -c 1 -I va 2001:db8::2
ip netns exec a ping -c 1 -I 2001:db8::1 2001:db8::2
ip netns exec a ping -c 1 -B 2001:db8::2
ip netns exec a ping -c 1 ::1
ip netns exec a ping -c 1 ::
ip netns exec a ping -c 1 2001:db8::1
ip netns exec a ping -c 1 -I va 2001:db8::1
ip netns exec a ping -6 -c 1 10.0.0.1
ip netns exec a ping -4 -c 1 2001:db8::2
ip netns exec a ping -c 1 -I 2001:db8::9 2001:db8::2
ip netns exec a ping -c 1 -I nodev 2001:db8::2
ip netns exec a ping -c 1 2001:db8::zz
ip netns exec a ping -c 1 2001:db8::2%va
ip netns exec a ping -c 1 2001:db8::2 2001:db8::1
