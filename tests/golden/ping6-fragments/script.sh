#@ title Large pings of IPv6: pieces in both directions, and what is too large
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
ip netns exec a ping -c 1 -s 1452 2001:db8::2
ip netns exec a ping -c 1 -s 1453 2001:db8::2
ip netns exec a ping -c 1 -s 3000 2001:db8::2
ip netns exec a ping -c 1 -s 3000 -M dont 2001:db8::2
ip netns exec a ping -c 1 -s 1453 -M do 2001:db8::2
ip netns exec a ping -c 1 -s 65527 2001:db8::2
ip netns exec a ping -c 1 -s 65528 2001:db8::2
ip netns exec a ping -c 1 -s 65527 ::1
ip netns exec a ping -c 1 -s 65520 ::1
ip -n a link set va mtu 1300
ip netns exec a ping -c 1 -s 1400 2001:db8::2
ip -n a -6 route add 2001:db8:5::/64 via 2001:db8::2 mtu 1280
ip -n b addr add 2001:db8:5::2/128 dev vb nodad
ip netns exec a ping -c 1 -s 1300 -M do 2001:db8:5::2
ip netns exec a ping -c 1 -s 1300 2001:db8:5::2
