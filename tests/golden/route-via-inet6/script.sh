#@ title IPv4 routes via IPv6 gateways, ifconfig and IPv6 addresses, ip -6 route get
#@ tags route ipv6 ifconfig
#@ ipv6 on
ip netns add a
ip netns add b
ip link add va netns a address 02:00:00:00:00:0a type veth peer name vb netns b address 02:00:00:00:00:0b
ip -n a link set va up
ip -n b link set vb up
ip -n a addr add 2001:db8::1/64 dev va nodad
ip -n b addr add 2001:db8::2/64 dev vb nodad
ip -n a link set lo up
ip -n b link set lo up
sleep 2.5
ip -n a addr add 10.0.0.1/24 dev va
ip -n b addr add 10.8.0.5/32 dev lo
ip -n b route add 10.0.0.0/24 via inet6 fe80::ff:fe00:a dev vb
ip -n a route add 10.8.0.0/16 via inet6 fe80::ff:fe00:b dev va
ip -n a route
ip -n a -j route
ip -n a -d route
ip -n a route get 10.8.0.5
ip netns exec a ping -c1 10.8.0.5
ip -n b neigh
ip -n a route add 10.9.0.0/16 via inet6 2001:db8::9
ip -n a route add 10.10.0.0/16 via inet6 fe80::1
ip -n a route add 10.11.0.0/16 via inet 10.0.0.9
ip -n a route add 10.12.0.0/16 via inet6 2001:db8::1 dev va
ip -n a route add 10.13.0.0/16 nexthop via inet6 fe80::9 dev va nexthop via 10.0.0.7
ip -n a -6 route add 2001:db8:9::/64 via inet 10.0.0.9
ip -n a -6 route add 2001:db8:9::/64 via inet6 fe80::9 dev va
ip -n a route
ip netns exec a route -n
ip netns exec a ping -c1 -W4 10.9.0.5
ip -n a route del 10.8.0.0/16 via inet6 fe80::2
ip -n a route del 10.8.0.0/16 via inet6 fe80::ff:fe00:b
ip -n a route
ip netns exec a ifconfig va add 2001:db8:5::1/64
ip netns exec a ifconfig va add 2001:db8:5::1/64
ip netns exec a ifconfig va add 2001:db8:6::1
ip netns exec a ifconfig va inet6 add 2001:db8:7::1/64
sleep 2
ip -n a -6 addr show dev va
ip netns exec a ifconfig va del 2001:db8:5::1/64
ip netns exec a ifconfig va del 2001:db8:5::1/64
ip netns exec a ifconfig va del 2001:db8:6::1/128
ip netns exec a ifconfig va add 2001:db8:5::1/200
ip netns exec a ifconfig va inet6 del 2001:db8:7::1
ip netns exec a ifconfig va inet6 2001:db8:8::1/64
ip netns exec a ifconfig va inet6 2001:db8:8::1
ip netns exec a ifconfig va 2001:db8:9::1/64
ip netns exec a ifconfig va inet6
ip netns exec a ifconfig nodev add 2001:db8:5::1/64
ip netns exec a ifconfig va add :::/64
ip netns exec a ifconfig va add ff02::5/64
ip -n a -6 addr
ip -n a -6 route get 2001:db8::2
ip -n a -6 route get fe80::5 dev va
ip -n a -6 route get ff02::1
ip -n a -6 route get 2001:db8::1
ip -n a -6 route get ::1
ip -n a -6 route get 2001:db8::2 from 2001:db8::1
ip -n a -6 route get 2001:dead::1
ip -n a -6 route show table all
ip -n a -6 neigh add 2001:db8::50 lladdr 02:00:00:00:00:50 dev va
ip -n a -6 neigh show dev va nud permanent
ip -n a -6 neigh get 2001:db8::50 dev va
ip -n a -6 neigh del 2001:db8::50 dev va
